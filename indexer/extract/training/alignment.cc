#include "indexer/extract/training/alignment.h"

#include <algorithm>
#include <unordered_map>

#include "common/text.h"
#include "indexer/extract/blocks.h"

namespace dateline::indexer::training {
namespace {

using Words = std::vector<std::uint64_t>;

constexpr std::size_t kNowhere = ~std::size_t{0};
constexpr std::size_t kMostPlaces = 16;  // a trigram that the text has more often says nothing of its place
constexpr std::size_t kLongest = 400;    // words between two found ones among which short blocks are looked for
constexpr std::size_t kLeastApart = 8;   // words of a block that is found out of order
constexpr double kSide = 1.5;            // points for a trigram next to a found one; 1 for any other

std::uint64_t trigram(const Words& w, std::size_t i) {
  return (w[i] * 31 + w[i + 1]) * 0x9E3779B97F4A7C15ULL + w[i + 2];
}

class Alignment {
 public:
  Alignment(const std::vector<Words>& blocks, const std::string& known) : blocks_(blocks) {
    for (const std::string_view line : text::split(known, '\n')) {
      const Words words = word_hashes(line);
      known_.insert(known_.end(), words.begin(), words.end());
    }
    for (const Words& words : blocks) {
      begin_.push_back(page_.size());
      page_.insert(page_.end(), words.begin(), words.end());
    }
    begin_.push_back(page_.size());
    place_.assign(page_.size(), kNowhere);
    found_.assign(known_.size(), false);
    for (std::size_t j = 0; j + 3 <= known_.size(); ++j) places_[trigram(known_, j)].push_back(j);
  }

  std::vector<double> shares() {
    find_chain();
    fill_gaps();
    std::vector<double> shares;
    for (std::size_t b = 0; b < blocks_.size(); ++b) shares.push_back(share(b));
    find_apart(shares);
    return shares;
  }

 private:
  struct Match {
    std::size_t page = 0, known = 0, before = kNowhere;
    double points = 0;
  };

  double share(std::size_t b) const {
    const auto from = place_.begin() + static_cast<std::ptrdiff_t>(begin_[b]);
    const auto to = place_.begin() + static_cast<std::ptrdiff_t>(begin_[b + 1]);
    if (from == to) return 0;
    return 1 - static_cast<double>(std::count(from, to, kNowhere)) / static_cast<double>(to - from);
  }

  void find(std::size_t page, std::size_t known) {
    place_[page] = known;
    found_[known] = true;
  }

  // The heaviest chain of common trigrams that goes forward in both; the later one of two that weigh the same, since
  // what repeats a text in advance (a table of contents, a teaser) stands before it.
  void find_chain() {
    std::vector<Match> matches;
    std::vector<std::size_t> best(known_.size() + 1, kNowhere);  // Fenwick tree: heaviest match that ends before
    std::size_t last = kNowhere;
    std::unordered_map<std::size_t, std::size_t> previous, current;  // by place in the known text
    const auto heavier = [&](std::size_t a, std::size_t b) {
      return b == kNowhere || (a != kNowhere && matches[a].points >= matches[b].points);
    };
    for (std::size_t i = 0; i + 3 <= page_.size(); ++i) {
      previous.swap(current);
      current.clear();
      const auto it = places_.find(trigram(page_, i));
      if (it == places_.end() || it->second.size() > kMostPlaces) continue;
      for (const std::size_t j : it->second) {
        Match m{i, j, kNowhere, 1};
        for (std::size_t k = j; k > 0; k &= k - 1) {
          if (best[k] != kNowhere && heavier(best[k], m.before)) m.before = best[k];
        }
        if (m.before != kNowhere) m.points += matches[m.before].points;
        if (const auto side = previous.find(j == 0 ? kNowhere : j - 1); side != previous.end()) {
          const double points = matches[side->second].points + kSide;
          if (points >= m.points) {
            m.points = points;
            m.before = side->second;
          }
        }
        current[j] = matches.size();
        matches.push_back(m);
      }
      for (const auto& [j, id] : current) {
        for (std::size_t k = j + 1; k < best.size(); k += k & (~k + 1)) {
          if (heavier(id, best[k])) best[k] = id;
        }
        if (heavier(id, last)) last = id;
      }
    }
    for (; last != kNowhere; last = matches[last].before) {
      for (std::size_t k = 0; k < 3; ++k) {
        if (place_[matches[last].page + k] == kNowhere && !found_[matches[last].known + k])
          find(matches[last].page + k, matches[last].known + k);
      }
    }
  }

  // Short blocks have no trigrams: they are found as a whole, between what is found around them.
  void fill_gaps() {
    std::vector<std::size_t> from(blocks_.size(), 0);  // behind the last word that is found before a block
    std::size_t next = 0;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      from[b] = next;
      for (std::size_t i = begin_[b]; i < begin_[b + 1]; ++i) {
        if (place_[i] != kNowhere) next = std::max(next, place_[i] + 1);
      }
    }
    std::size_t to = known_.size();
    for (std::size_t b = blocks_.size(); b-- > 0;) {
      const Words& words = blocks_[b];
      if (share(b) < 0.5 && !words.empty() && to >= from[b] + words.size() && to - from[b] <= kLongest) {
        const auto begin = known_.begin() + static_cast<std::ptrdiff_t>(from[b]);
        const auto end = known_.begin() + static_cast<std::ptrdiff_t>(to);
        const auto at = std::find_end(begin, end, words.begin(), words.end());
        if (at != end) {
          for (std::size_t k = 0; k < words.size(); ++k)
            find(begin_[b] + k, static_cast<std::size_t>(at - known_.begin()) + k);
        }
      }
      for (std::size_t i = begin_[b]; i < begin_[b + 1]; ++i) {
        if (place_[i] != kNowhere) to = std::min(to, place_[i]);
      }
    }
  }

  // Long blocks out of order: by the trigrams that are not found yet.
  void find_apart(std::vector<double>& shares) const {
    std::unordered_map<std::uint64_t, std::size_t> left;
    for (std::size_t j = 0; j + 3 <= known_.size(); ++j) {
      if (!found_[j] && !found_[j + 1] && !found_[j + 2]) ++left[trigram(known_, j)];
    }
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
      const Words& words = blocks_[b];
      if (shares[b] >= 0.5 || words.size() < kLeastApart) continue;
      std::vector<std::uint64_t> hits;
      for (std::size_t i = 0; i + 3 <= words.size(); ++i) {
        if (left.count(trigram(words, i)) != 0) hits.push_back(trigram(words, i));
      }
      const double apart = static_cast<double>(hits.size()) / static_cast<double>(words.size() - 2);
      if (apart <= shares[b]) continue;
      shares[b] = apart;
      if (apart < 0.5) continue;
      for (const std::uint64_t gram : hits) {
        if (const auto it = left.find(gram); it != left.end() && --it->second == 0) left.erase(it);
      }
    }
  }

  const std::vector<Words>& blocks_;
  Words known_, page_;
  std::vector<std::size_t> begin_;  // of each block in page_
  std::vector<std::size_t> place_;  // of each word of the page in the known text
  std::vector<bool> found_;         // by place in the known text
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> places_;
};

}  // namespace

std::vector<double> shares_of_known(const std::vector<Words>& blocks, const std::string& known) {
  return Alignment(blocks, known).shares();
}

}  // namespace dateline::indexer::training
