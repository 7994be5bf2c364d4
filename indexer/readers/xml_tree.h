// A record's XML as a tree, by expat. DTDs and entities are refused; what breaks feeds in the wild is repaired.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dateline::indexer {

class XmlElement;

/// Elements, attributes and texts of one record. Views of it are valid as long as it lives.
class XmlTree {
 public:
  /// Why the text is no XML ("mismatched tag, line 3"), or empty.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  /// The outermost element; invalid where there is none.
  [[nodiscard]] XmlElement root() const;

 private:
  friend class XmlElement;
  friend class XmlBuilder;
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  struct Span {
    std::uint32_t at = 0;
    std::uint32_t size = 0;
  };
  struct Node {
    Span name;  ///< Local name; empty for text.
    Span ns;    ///< See XmlElement::ns.
    Span text;
    std::uint32_t parent = kNone;
    std::uint32_t first_child = kNone;
    std::uint32_t last_child = kNone;
    std::uint32_t next = kNone;
    std::uint32_t first_attribute = 0;
    std::uint32_t attributes = 0;
  };
  struct Attribute {
    Span name;
    Span value;
  };
  [[nodiscard]] std::string_view view(Span span) const { return std::string_view{pool_}.substr(span.at, span.size); }

  std::string pool_;
  std::vector<Node> nodes_;
  std::vector<Attribute> attributes_;
  std::string problem_;
};

/// A place in a tree; cheap to copy. All questions to an invalid one have empty answers.
class XmlElement {
 public:
  XmlElement() = default;
  XmlElement(const XmlTree& tree, std::uint32_t index) : tree_(&tree), index_(index) {}

  [[nodiscard]] explicit operator bool() const { return tree_ != nullptr && index_ != XmlTree::kNone; }
  /// Local name, without its prefix.
  [[nodiscard]] std::string_view name() const { return *this ? tree_->view(node().name) : std::string_view{}; }
  /// Short name of the namespace ("dc", "atom", "media"; see kNamespaces), the prefix as written for an unknown one,
  /// empty for none.
  [[nodiscard]] std::string_view ns() const { return *this ? tree_->view(node().ns) : std::string_view{}; }
  [[nodiscard]] bool is(std::string_view wanted_ns, std::string_view wanted_name) const {
    return name() == wanted_name && ns() == wanted_ns;
  }
  /// Value of an attribute by its local name.
  [[nodiscard]] std::string_view attribute(std::string_view name) const;
  /// First child element of that local name, in any namespace.
  [[nodiscard]] XmlElement child(std::string_view name) const;
  [[nodiscard]] XmlElement child(std::string_view ns, std::string_view name) const;
  /// First element of that name below, in reading order.
  [[nodiscard]] XmlElement find(std::string_view name) const;
  /// All text inside, also of the elements inside.
  [[nodiscard]] std::string text() const;
  /// What is inside, written as HTML, without prefixes.
  [[nodiscard]] std::string inner_html() const;
  [[nodiscard]] bool has_elements() const;

  /// Calls `visit` with each child element.
  template <typename Visit>
  void each(Visit visit) const {
    if (!*this) return;
    for (std::uint32_t i = node().first_child; i != XmlTree::kNone; i = tree_->nodes_[i].next) {
      if (tree_->nodes_[i].name.size > 0) visit(XmlElement(*tree_, i));
    }
  }
  template <typename Visit>
  void each(std::string_view wanted, Visit visit) const {
    each([&](const XmlElement& child) {
      if (child.name() == wanted) visit(child);
    });
  }
  /// Calls `visit` with each element of that name at any depth below.
  template <typename Visit>
  void each_below(std::string_view wanted, Visit visit) const {
    each([&](const XmlElement& child) {
      if (child.name() == wanted) visit(child);
      child.each_below(wanted, visit);
    });
  }

 private:
  [[nodiscard]] const XmlTree::Node& node() const { return tree_->nodes_[index_]; }
  void append_text(std::string& out) const;
  void append_html(std::string& out) const;

  const XmlTree* tree_ = nullptr;
  std::uint32_t index_ = XmlTree::kNone;
};

/// Prefix -> namespace address, as declared around a record.
using XmlNamespaces = std::vector<std::pair<std::string, std::string>>;

struct XmlParseOptions {
  std::string_view encoding = {};  ///< As declared; bytes that are UTF-8 are taken for it all the same.
  const XmlNamespaces* namespaces = nullptr;
  bool whole = true;  ///< Else the text may end anywhere: what was opened counts as closed.
  /// Elements whose content is mark-up that writers forget to escape: if the text is no XML, it is tried again with
  /// theirs taken as text.
  std::vector<std::string_view> forgiving = {};
};

/// Never throws for what the text contains. Undefined entities are taken as HTML's or as text, characters that XML
/// forbids are dropped, and nothing is expanded. Elements nested deeper than 200 are a problem.
[[nodiscard]] XmlTree parse_xml(std::string_view bytes, const XmlParseOptions& options = {});

/// HTML in a text field ("AT&amp;T <b>wins</b>") as plain text, one line; text without mark-up stays.
[[nodiscard]] std::string plain_text(std::string_view html);

}  // namespace dateline::indexer
