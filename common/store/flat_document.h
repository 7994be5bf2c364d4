// What becomes of an article before it is written: the content of a Xapian::Document without its maps.
//
// Words are added by the hundred thousand a second; here an addition is one look-up in a small table that stays in the
// cache, and a document that is cleared keeps its memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Xapian {
class Document;
}

namespace dateline {

class FlatDocument {
 public:
  using TermIndex = std::uint32_t;
  static constexpr TermIndex kNoTerm = 0xFFFFFFFF;

  /// Empties the document, keeping its memory.
  void clear();

  /// The term `prefix` + `word`, added with wdf 0 if it is new. Throws Error(usage) when it is empty or longer than
  /// Xapian's 245 bytes, a zero byte counting twice.
  TermIndex term(std::string_view prefix, std::string_view word);
  /// The same without a prefix. `hash`: word_hash(word).
  TermIndex hashed_term(std::string_view word, std::uint64_t hash);
  void add_wdf(TermIndex term, std::uint32_t wdf) { terms_[term].wdf += wdf; }
  void add_position(TermIndex term, std::uint32_t position);
  /// A note of the caller's beside a term (its stem, say): kNoTerm until set.
  [[nodiscard]] TermIndex companion(TermIndex term) const { return terms_[term].companion; }
  void set_companion(TermIndex term, TermIndex other) { terms_[term].companion = other; }

  /// As Xapian::Document does it: another value of the slot is replaced, an empty one removed.
  void set_value(std::uint32_t slot, std::string_view value);
  void set_data(std::string data) { data_ = std::move(data); }

  [[nodiscard]] std::size_t term_count() const { return terms_.size(); }
  [[nodiscard]] std::string_view name(TermIndex term) const {
    return std::string_view(bytes_).substr(terms_[term].offset, terms_[term].size);
  }
  [[nodiscard]] std::uint64_t hash(TermIndex term) const { return terms_[term].hash; }
  [[nodiscard]] std::uint32_t wdf(TermIndex term) const { return terms_[term].wdf; }
  /// Replaces the content of `out`: ascending, each once.
  void positions(TermIndex term, std::vector<std::uint32_t>& out) const;
  /// (slot, value), ascending by slot.
  [[nodiscard]] const std::vector<std::pair<std::uint32_t, std::string>>& values() const { return values_; }
  [[nodiscard]] const std::string& data() const { return data_; }

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  struct Term {
    std::uint64_t hash = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t wdf = 0;
    TermIndex companion = kNoTerm;
    std::uint32_t first = kNone;  // of its occurrences
    std::uint32_t last = kNone;
  };
  struct Occurrence {
    std::uint32_t position = 0;
    std::uint32_t next = kNone;
  };

  void grow_table();

  std::string bytes_;   // of all terms
  std::string joined_;  // scratch
  std::vector<Term> terms_;
  std::vector<std::uint32_t> table_;  // open addressing; kNone: free
  std::vector<Occurrence> occurrences_;
  std::vector<std::pair<std::uint32_t, std::string>> values_;
  std::string data_;
};

/// The same document for Xapian's own writer, and back.
[[nodiscard]] Xapian::Document to_xapian(const FlatDocument& document);
void from_xapian(const Xapian::Document& document, FlatDocument& out);

}  // namespace dateline
