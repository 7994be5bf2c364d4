#include "searcher/match/sums.h"

#include <algorithm>
#include <bit>

namespace dateline::searcher {
namespace {

/// Xapian's estimate of an OR.
Xapian::doccount either(Xapian::doccount left, Xapian::doccount right, Xapian::doccount documents) {
  const double l = left;
  const double r = right;
  return static_cast<Xapian::doccount>(l + r - l * r / documents + 0.5);
}

}  // namespace

SumTree::SumTree(const std::vector<Xapian::doccount>& frequencies, Xapian::doccount documents)
    : leaves_(frequencies.size()), frequencies_(frequencies), parents_(frequencies.size()) {
  const auto more_frequent = [this](std::uint32_t a, std::uint32_t b) { return frequencies_[a] > frequencies_[b]; };
  std::vector<std::uint32_t> heap(leaves_);
  for (std::uint32_t i = 0; i < leaves_; ++i) heap[i] = i;
  std::make_heap(heap.begin(), heap.end(), more_frequent);
  while (heap.size() > 1) {
    const auto node = static_cast<std::uint32_t>(parents_.size());
    const std::uint32_t right = heap.front();
    std::pop_heap(heap.begin(), heap.end(), more_frequent);
    heap.pop_back();
    const std::uint32_t left = heap.front();
    std::pop_heap(heap.begin(), heap.end(), more_frequent);
    heap.back() = node;
    parents_[left] = parents_[right] = node;
    parents_.push_back(node);
    parts_.emplace_back(left, right);
    frequencies_.push_back(either(frequencies_[left], frequencies_[right], documents));
    std::push_heap(heap.begin(), heap.end(), more_frequent);
  }
}

std::vector<std::uint32_t> SumTree::sequence() const {
  if (leaves_ == 1) return {0};
  std::vector<std::uint32_t> out;
  for (const auto& [left, right] : parts_) {
    if (left >= leaves_ && right >= leaves_) return {};
    for (const std::uint32_t part : {left, right}) {
      if (part < leaves_) out.push_back(part);
    }
  }
  return out;
}

double SumTree::sum(std::vector<Summand>& summands) const {
  // A parent has a higher number than its parts: the lowest is summed first.
  const auto later = [](const Summand& a, const Summand& b) { return a.node > b.node; };
  std::make_heap(summands.begin(), summands.end(), later);
  while (summands.size() > 1) {
    std::pop_heap(summands.begin(), summands.end(), later);
    Summand& last = summands.back();
    last.node = parents_[last.node];
    const auto other = std::find_if(summands.begin(), summands.end() - 1,
                                    [&](const Summand& summand) { return summand.node == last.node; });
    if (other != summands.end() - 1) {
      other->weight += last.weight;
      summands.pop_back();
    } else {
      std::push_heap(summands.begin(), summands.end(), later);
    }
  }
  return summands.front().weight;
}

double NestedSum::of(const std::vector<Summand>& summands) {
  for (const Summand& summand : summands)
    groups_[summand.place.group].summands.push_back({summand.place.leaf, summand.weight});
  for (std::size_t i = groups_.size(); i-- > 0;) {
    Group& group = groups_[i];
    if (group.summands.empty()) continue;
    const double sum = group.tree.sum(group.summands);
    group.summands.clear();
    if (i == 0) return sum;
    groups_[group.place.group].summands.push_back({group.place.leaf, sum});
  }
  return 0;
}

void Sums::start(std::size_t documents) {
  if (started_) {  // an error ended what was begun
    for (auto* bits : {&once_, &twice_, &often_, &words_}) std::fill(bits->begin(), bits->end(), 0);
    size_ = 0;
    any_often_ = false;
  }
  started_ = true;
  if (documents_ >= documents) return;
  documents_ = documents;
  sums_ = std::make_unique_for_overwrite<double[]>(documents);
  for (auto* bits : {&once_, &twice_, &often_}) bits->resize(documents / 64 + 1);
  words_.resize(once_.size() / 64 + 1);
}

std::size_t Sums::count() {
  std::size_t documents = 0;
  for (std::uint64_t& word : once_) documents += static_cast<std::size_t>(std::popcount(std::exchange(word, 0)));
  started_ = false;
  return documents;
}

Matches Sums::spare() {
  Matches out = std::move(spare_);
  spare_ = {};
  out.documents.clear();
  out.weights.clear();
  return out;
}

Matches Sums::take_noted() {
  Matches out = spare();
  std::size_t documents = 0;
  for (const std::uint64_t word : once_) documents += static_cast<std::size_t>(std::popcount(word));
  out.documents.reserve(documents);
  for (std::size_t word = 0; word < once_.size(); ++word) {
    for (std::uint64_t bits = std::exchange(once_[word], 0); bits != 0; bits &= bits - 1)
      out.documents.push_back(static_cast<Xapian::docid>(word * 64) +
                              static_cast<Xapian::docid>(std::countr_zero(bits)));
  }
  started_ = false;
  return out;
}

Matches Sums::take() {
  Matches out = spare();
  out.documents.reserve(size_);
  out.weights.reserve(size_);
  size_ = 0;
  for (std::size_t i = 0; i < words_.size(); ++i) {
    for (std::uint64_t& words = words_[i]; words != 0; words &= words - 1) {
      const std::size_t word = i * 64 + static_cast<std::size_t>(std::countr_zero(words));
      for (std::uint64_t bits = once_[word]; bits != 0; bits &= bits - 1) {
        const std::size_t document = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        out.documents.push_back(static_cast<Xapian::docid>(document));
        out.weights.push_back(sums_[document]);
      }
      once_[word] = twice_[word] = often_[word] = 0;
    }
  }
  any_often_ = started_ = false;
  return out;
}

void Sums::give_back(Matches matches) {
  if (matches.documents.capacity() > spare_.documents.capacity()) spare_ = std::move(matches);
}

}  // namespace dateline::searcher
