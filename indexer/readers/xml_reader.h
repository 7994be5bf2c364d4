// Inputs in XML: found apart into records in pieces of bounded memory, each record then parsed by itself.
//
// Splitting looks at tags alone, without parsing. So one broken record costs no other, and a record's bytes are known
// before it is parsed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/readers/reader.h"
#include "indexer/readers/xml_tree.h"

namespace dateline::indexer {

/// Local name of the outermost element that `head` opens, empty if it opens none. A document type may stand before it.
[[nodiscard]] std::string_view root_element(std::string_view head);

class XmlReader : public Reader {
 public:
  struct RecordElement {
    std::string_view name;       ///< Local.
    std::string_view root = {};  ///< A record only below this outermost element; empty: below any.
  };
  struct Shape {
    std::vector<RecordElement> records;
    bool nests = false;  ///< Records hold records of their kind; else a new one ends the one before, closed or not.
    std::vector<std::string_view> forgiving;  ///< See XmlParseOptions.
  };
  XmlReader(ByteSource& source, const ReaderOptions& options, Shape shape);
  Next next() override;
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;

 protected:
  /// What stands around the records of an input: facts that its head gave, by name.
  class Context {
   public:
    [[nodiscard]] std::string get(std::string_view name) const;
    void set(std::string_view name, std::string_view value);

   private:
    friend class XmlReader;
    std::vector<std::pair<std::string, std::string>> facts_;
  };
  /// What an input says before its first record. `root` may be invalid.
  virtual void describe(const XmlElement& /*root*/, Context& /*context*/) const {}
  [[nodiscard]] virtual std::variant<RawArticle, Refusal> article_of(const XmlElement& record,
                                                                     const Context& context) const = 0;

 private:
  enum class Step { more, found, declared_entities, end };
  struct Tag {
    std::string_view name;  ///< As written, with its prefix.
    bool closing = false;
    bool empty = false;   ///< <a/>
    std::size_t end = 0;  ///< Behind its '>', in the buffer.
  };
  bool fill();
  Step scan();
  bool pass(std::string_view begin, std::string_view end);
  Step pass_doctype();
  std::optional<Tag> read_tag() const;
  void on_tag(const Tag& tag);
  void begin_record(std::string_view name);
  [[nodiscard]] bool is_record(std::string_view name) const;
  [[nodiscard]] std::string context_of_head() const;
  Next finish(std::size_t end);
  Next broken_end();

  ByteSource& source_;
  const ReaderOptions options_;
  const Shape shape_;
  std::string buffer_;
  std::size_t at_ = 0;         ///< Where scanning goes on.
  std::size_t begin_ = 0;      ///< Of the record at hand.
  std::size_t end_ = 0;        ///< Of a whole record, 0: none.
  std::size_t depth_ = 0;      ///< Of elements named like the record, 0: between records.
  std::string root_;           ///< Local name of the outermost element.
  std::string name_;           ///< Of the record's element.
  std::string head_;           ///< Everything before the first record, within reason.
  std::string context_;        ///< Made of head_ at the first record.
  std::uint64_t skipped_ = 0;  ///< Bytes of a record that is too long, dropped on the way.
  std::size_t searched_ = 0;   ///< So far the end of what begins at at_ was looked for in vain.
  std::string_view unended_;   ///< What does not occur in the rest of the input.
  std::size_t number_ = 0;
  bool begun_ = false;
  bool ended_ = false;  ///< The source is.
  bool over_ = false;   ///< Nothing more is given.
};

}  // namespace dateline::indexer
