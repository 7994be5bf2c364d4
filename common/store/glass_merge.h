// Reading runs side by side: their terms in one order, and what they say of a term by docid.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/store/glass_encoding.h"
#include "common/store/glass_run.h"
#include "common/store/glass_writer.h"

namespace dateline::glass {

/// Lets go of what has been read of a section. `runs`: that are read side by side; together they hold no more however
/// many they are, up to 512.
class ReadPages {
 public:
  explicit ReadPages(std::size_t runs) : every_(std::max(kFewest, kTogether / std::max<std::size_t>(runs, 1))) {}
  void start_at(std::uint64_t begin) { released_ = begin; }
  void read_to(const Run& run, std::uint64_t at) {
    if (at < released_ + every_) return;
    run.release(released_, at);
    released_ = at;
  }

 private:
  static constexpr std::uint64_t kTogether = std::uint64_t{32} << 20;
  static constexpr std::uint64_t kFewest = std::uint64_t{64} << 10;
  std::uint64_t every_;
  std::uint64_t released_ = 0;
};

/// A run's terms, one after another.
class TermCursor {
 public:
  /// `runs`: that are read side by side.
  TermCursor(const Run& run, const std::vector<std::uint32_t>& docids, std::size_t runs)
      : run_(&run),
        docids_(&docids),
        at_(run.at(run.footer().terms)),
        postings_(run.at(run.footer().postings)),
        positions_(run.at(run.footer().positions)),
        number_bytes_(Run::number_bytes(run.size())),
        read_postings_(runs),
        read_positions_(runs) {}

  /// Moves to the next term; false at the end.
  bool next() {
    if (at_ == run_->at(run_->footer().terms_end)) return false;
    postings_ += postings_size;
    positions_ += positions_size;
    const std::uint64_t size = get_varint(at_);
    name = {at_, size};
    head_ = sort_key(name);
    at_ += size;
    count = get_varint(at_);
    postings_size = get_varint(at_);
    positions_size = get_varint(at_);
    return true;
  }
  /// Moves to the first term that is not before `begin`; false if there is none. Call it before next().
  bool go_to(std::string_view begin) {
    while (next()) {
      if (name < begin) continue;
      read_postings_.start_at(offset(postings_));
      read_positions_.start_at(offset(positions_));
      return true;
    }
    return false;
  }
  /// True if the term has positions in some document.
  [[nodiscard]] bool has_positions() const { return positions_size != count; }  // or nothing but sizes of 0

  /// Calls visit(docid, wdf, positions) for what is not left out; `positions`: V(size) list, or null if not wanted.
  template <bool with_positions, typename Visit>
  void for_each(const Visit& visit) {
    const char* posting = postings_;
    const char* position = positions_;
    for (std::uint64_t i = 0; i < count; ++i) {
      std::uint32_t document = 0;
      for (unsigned byte = 0; byte < number_bytes_; ++byte)
        document |= std::uint32_t{static_cast<unsigned char>(*posting++)} << (8 * byte);
      const std::uint32_t wdf = get_varint32(posting);
      const char* own = nullptr;
      if constexpr (with_positions) {
        own = position;
        const std::uint64_t size = get_varint(position);
        position += size;
      }
      if (const std::uint32_t docid = (*docids_)[document]; docid != 0) visit(docid, wdf, own);
    }
  }

  void release_read() {
    read_postings_.read_to(*run_, offset(postings_));
    read_positions_.read_to(*run_, offset(positions_));
  }

  [[nodiscard]] bool same_term(const TermCursor& other) const { return head_ == other.head_ && name == other.name; }
  /// By term, then by run.
  [[nodiscard]] bool after(const TermCursor& other) const {
    if (head_ != other.head_) return head_ > other.head_;
    const int order = name.compare(other.name);
    return order != 0 ? order > 0 : this > &other;
  }

  std::string_view name;
  std::uint64_t count = 0;
  std::uint64_t postings_size = 0;
  std::uint64_t positions_size = 0;

 private:
  [[nodiscard]] std::uint64_t offset(const char* p) const { return static_cast<std::uint64_t>(p - run_->at(0)); }

  const Run* run_;
  const std::vector<std::uint32_t>* docids_;
  const char* at_;
  const char* postings_;
  const char* positions_;
  unsigned number_bytes_;
  std::uint64_t head_ = 0;  // of the name
  ReadPages read_postings_;
  ReadPages read_positions_;
};

/// Terms from `begin` to before `end`; an empty `end` is behind all.
struct TermRange {
  std::string begin;
  std::string end;
};

/// Calls visit(cursors that are at the term) for each term in the range that any run has, in order.
template <typename Visit>
void for_each_term(const DatabaseContent& content, const TermRange& range, const Visit& visit) {
  std::vector<TermCursor> cursors;
  cursors.reserve(content.runs.size());
  for (std::size_t r = 0; r < content.runs.size(); ++r)
    cursors.emplace_back(content.runs[r], content.docids[r], content.runs.size());
  const auto later = [](const TermCursor* a, const TermCursor* b) { return a->after(*b); };
  std::vector<TermCursor*> heap;
  for (TermCursor& cursor : cursors) {
    if (cursor.go_to(range.begin)) heap.push_back(&cursor);
  }
  std::make_heap(heap.begin(), heap.end(), later);
  std::vector<TermCursor*> same;
  while (!heap.empty() && (range.end.empty() || heap.front()->name < range.end)) {
    same.clear();
    do {
      std::pop_heap(heap.begin(), heap.end(), later);
      same.push_back(heap.back());
      heap.pop_back();
    } while (!heap.empty() && heap.front()->same_term(*same.front()));
    visit(same);
    for (TermCursor* cursor : same) {
      cursor->release_read();
      if (!cursor->next()) continue;
      heap.push_back(cursor);
      std::push_heap(heap.begin(), heap.end(), later);
    }
  }
}

/// Sorts by docid what comes as sorted pieces, one a run. Numbered by date, the documents of a run mostly follow
/// those of the run before, or lie among them.
template <typename Entry>
class PieceMerger {
 public:
  void clear() {
    entries.clear();
    begins_.clear();
  }
  /// Call after each piece.
  void end_piece() {
    const std::size_t begin = begins_.empty() ? 0 : end_;
    end_ = entries.size();
    if (begin == end_) return;
    if (begin == 0 || entries[begin - 1].docid > entries[begin].docid) begins_.push_back(begin);
  }
  void merge() {
    if (begins_.size() > kFewPieces && is_dense()) return put_in_place();
    const auto by_docid = [](const Entry& a, const Entry& b) { return a.docid < b.docid; };
    while (begins_.size() > 1) {
      other_.resize(entries.size());
      std::vector<std::size_t> begins;
      for (std::size_t i = 0; i < begins_.size(); i += 2) {
        const auto at = [&](std::size_t piece) {
          return entries.begin() +
                 static_cast<std::ptrdiff_t>(piece < begins_.size() ? begins_[piece] : entries.size());
        };
        begins.push_back(begins_[i]);
        std::merge(at(i), at(i + 1), at(i + 1), at(i + 2), other_.begin() + (at(i) - entries.begin()), by_docid);
      }
      entries.swap(other_);
      begins_.swap(begins);
    }
  }
  std::vector<Entry> entries;

 private:
  static constexpr std::size_t kFewPieces = 2;
  static constexpr unsigned kBits = 64;

  /// True if a look at a bit for each docid takes less than going through the entries again.
  [[nodiscard]] bool is_dense() {
    last_docid_ = 0;
    for (std::size_t i = 1; i <= begins_.size(); ++i)
      last_docid_ = std::max(last_docid_, entries[(i < begins_.size() ? begins_[i] : entries.size()) - 1].docid);
    return entries.size() > last_docid_ / kBits;
  }
  /// Each entry is noted at its docid; the docids that are there are a bit each.
  void put_in_place() {
    if (place_.size() <= last_docid_) {
      place_.resize(last_docid_ + std::size_t{1});
      there_.resize(last_docid_ / kBits + std::size_t{1});
    }
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      const std::uint32_t docid = entries[i].docid;
      place_[docid] = i;
      there_[docid / kBits] |= std::uint64_t{1} << docid % kBits;
    }
    other_.clear();
    for (std::uint32_t word = 0; word <= last_docid_ / kBits; ++word) {
      for (std::uint64_t bits = std::exchange(there_[word], 0); bits != 0; bits &= bits - 1)
        other_.push_back(entries[place_[word * kBits + static_cast<unsigned>(std::countr_zero(bits))]]);
    }
    entries.swap(other_);
    begins_.resize(1);
  }

  std::uint32_t last_docid_ = 0;
  std::vector<std::uint32_t> place_;  // by docid
  std::vector<std::uint64_t> there_;  // bits; no others are set between calls
  std::vector<Entry> other_;
  std::vector<std::size_t> begins_;  // of pieces that do not follow the one before
  std::size_t end_ = 0;
};

struct Posting {
  std::uint32_t docid = 0;
  std::uint32_t wdf = 0;
  const char* sized_positions = nullptr;

  [[nodiscard]] std::string_view positions() const {
    const char* list = sized_positions;
    const std::uint64_t size = get_varint(list);
    return {list, size};
  }
};

inline bool any_positions(std::span<TermCursor* const> cursors) {
  return std::any_of(cursors.begin(), cursors.end(), [](const TermCursor* cursor) { return cursor->has_positions(); });
}

/// What all runs say of the term that the cursors are at.
inline void merge_postings(std::span<TermCursor* const> cursors, bool with_positions, PieceMerger<Posting>& merger) {
  merger.clear();
  const auto take = [&](std::uint32_t docid, std::uint32_t wdf, const char* positions) {
    merger.entries.push_back({docid, wdf, positions});
  };
  for (TermCursor* cursor : cursors) {
    if (with_positions) {
      cursor->for_each<true>(take);
    } else {
      cursor->for_each<false>(take);
    }
    merger.end_piece();
  }
  merger.merge();
}

}  // namespace dateline::glass
