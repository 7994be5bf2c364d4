// Reading runs side by side: their terms in one order, and what they say of a term by docid.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "common/store/glass_encoding.h"
#include "common/store/glass_run.h"
#include "common/store/glass_writer.h"

namespace dateline::glass {

/// Lets go of what has been read of a section.
class ReadPages {
 public:
  void read_to(const Run& run, std::uint64_t begin, std::uint64_t at) {
    if (released_ == 0) released_ = begin;
    if (at < released_ + kReleaseEvery) return;
    run.release(released_, at);
    released_ = at;
  }

 private:
  static constexpr std::uint64_t kReleaseEvery = std::uint64_t{4} << 20;
  std::uint64_t released_ = 0;
};

/// A run's terms, one after another.
class TermCursor {
 public:
  TermCursor(const Run& run, const std::vector<std::uint32_t>& docids)
      : run_(&run),
        docids_(&docids),
        at_(run.at(run.footer().terms)),
        postings_(run.at(run.footer().postings)),
        positions_(run.at(run.footer().positions)) {}

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

  /// Calls visit(docid, wdf, positions) for what is not left out; `positions`: V(size) tag, or null if not wanted.
  template <bool with_positions, typename Visit>
  void for_each(const Visit& visit) {
    const char* posting = postings_;
    const char* position = positions_;
    std::uint32_t document = 0;
    for (std::uint64_t i = 0; i < count; ++i, ++document) {
      document += get_varint32(posting);
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
    const auto offset = [this](const char* p) { return static_cast<std::uint64_t>(p - run_->at(0)); };
    read_postings_.read_to(*run_, run_->footer().postings, offset(postings_));
    read_positions_.read_to(*run_, run_->footer().positions, offset(positions_));
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
  const Run* run_;
  const std::vector<std::uint32_t>* docids_;
  const char* at_;
  const char* postings_;
  const char* positions_;
  std::uint64_t head_ = 0;  // of the name
  ReadPages read_postings_;
  ReadPages read_positions_;
};

/// Calls visit(cursors that are at the term) for each term of any run, in order.
template <typename Visit>
void for_each_term(const DatabaseContent& content, const Visit& visit) {
  std::vector<TermCursor> cursors;
  cursors.reserve(content.runs.size());
  for (std::size_t r = 0; r < content.runs.size(); ++r) cursors.emplace_back(content.runs[r], content.docids[r]);
  const auto later = [](const TermCursor* a, const TermCursor* b) { return a->after(*b); };
  std::vector<TermCursor*> heap;
  for (TermCursor& cursor : cursors) {
    if (cursor.next()) heap.push_back(&cursor);
  }
  std::make_heap(heap.begin(), heap.end(), later);
  std::vector<TermCursor*> same;
  while (!heap.empty()) {
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
  std::vector<Entry> other_;
  std::vector<std::size_t> begins_;  // of pieces that do not follow the one before
  std::size_t end_ = 0;
};

}  // namespace dateline::glass
