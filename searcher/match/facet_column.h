// What documents have in a value slot, as numbers: what facets count.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/actor_identities.h"

namespace dateline::searcher {

/// How a slot packs what a document has in it.
enum class Packing : std::uint8_t { one, several, actors, paths };

struct FacetSlot {
  Xapian::valueno number;
  Packing packing = Packing::one;
  bool name_like = false;  ///< Values are compared without case and accents.
};

/// Numbers for spellings, and for the values that several spellings may be of. A name is the same value whatever its
/// case and accents, as it is for filters.
class FacetNames {
 public:
  explicit FacetNames(bool name_like) : name_like_(name_like) {}
  FacetNames(const FacetNames&) = delete;
  FacetNames& operator=(const FacetNames&) = delete;

  std::uint32_t number_of(std::string_view spelling);
  /// No further number is asked for: gives back the memory that this would need.
  void finish();

  [[nodiscard]] std::size_t size() const { return spellings_.size(); }
  [[nodiscard]] std::size_t values() const { return name_like_ ? values_ : spellings_.size(); }
  [[nodiscard]] std::string_view spelling(std::uint32_t number) const { return spellings_[number]; }
  [[nodiscard]] std::uint32_t value_of(std::uint32_t number) const { return name_like_ ? value_of_[number] : number; }

 private:
  bool name_like_;
  std::pmr::monotonic_buffer_resource text_;
  std::vector<std::string_view> spellings_;
  std::vector<std::uint32_t> value_of_;
  std::uint32_t values_ = 0;
  std::unordered_map<std::string_view, std::uint32_t> numbers_;
  std::unordered_map<std::string, std::uint32_t> folded_;
};

/// A number of FacetNames as it stands in a row, with what counting needs to know beside it.
struct FacetWord {
  static constexpr std::uint32_t kRepeated = 0x80000000;  ///< The row has the value in another spelling already.
  static constexpr int kKindShift = 29;                   ///< Two bits: the kind of an actor, 0 for other fields.
  static constexpr std::uint32_t kNumber = 0x1FFFFFFF;

  [[nodiscard]] static unsigned kind_of_letter(char letter);
  /// Appends to `row`, which begins at `begin`, unless it is there.
  static void append(const FacetNames& names, std::uint32_t number, unsigned kind, std::vector<std::uint32_t>& row,
                     std::size_t begin);
};

/// Rows of numbers: one a document, or one a distinct value of the slot.
class FacetColumn {
 public:
  /// `identities` must outlive the calls of append().
  FacetColumn(const FacetSlot& slot, const ActorIdentities& identities);

  /// `packed`: what a document has in the slot; the next row.
  void append(std::string_view packed);
  void append_empty(std::size_t rows) {
    begins_.insert(begins_.end(), rows, static_cast<std::uint32_t>(words_.size()));
  }
  /// No further row follows.
  void finish();

  [[nodiscard]] std::size_t rows() const { return begins_.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> row(std::size_t index) const {
    return std::span(words_).subspan(begins_[index], begins_[index + 1] - begins_[index]);
  }
  /// Brings into the processor's cache what row() will read: first where the row begins, then the row.
  void prefetch_begin(std::size_t index) const { __builtin_prefetch(&begins_[index]); }
  void prefetch_row(std::size_t index) const { __builtin_prefetch(words_.data() + begins_[index]); }
  [[nodiscard]] const FacetNames& names() const { return names_; }

 private:
  /// Whom an actor's packed name means; kNobody if it is no actor.
  std::uint32_t meant(std::string_view packed);

  static constexpr std::uint32_t kNobody = 0xFFFFFFFF;
  static constexpr std::uint32_t kUnknown = 0xFFFFFFFE;

  Packing packing_;
  const ActorIdentities* identities_;
  FacetNames names_;
  std::vector<std::uint32_t> meant_;  ///< By number; only while rows are appended.
  std::vector<std::uint32_t> begins_{0};
  std::vector<std::uint32_t> words_;
};

}  // namespace dateline::searcher
