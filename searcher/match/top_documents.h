// The best of what a query matches: documents are handed over one after another, and those that cannot come up are
// forgotten.
#pragma once

#include <xapian.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace dateline::searcher {

/// Scores that differ by less than this share may be one: sums were added up in another order, or several such are in a
/// row.
inline constexpr double kRounding = 1e-9;

/// A document that matches, and what it weighs.
struct Match {
  Xapian::docid document = 0;
  double weight = 0;
};

class TopDocuments {
 public:
  explicit TopDocuments(std::size_t wanted) : wanted_(wanted), full_(wanted) {}

  [[nodiscard]] std::size_t wanted() const { return wanted_; }
  /// A document that weighs less cannot come up and need not be added.
  [[nodiscard]] double least() const { return least_; }
  /// Tells that as many documents as are wanted weigh so much or more.
  void expect(double weight) { least_ = std::max(least_, weight * (1 - kRounding)); }
  /// At most once for a document.
  void add(Xapian::docid document, double weight) {
    if (weight < least_ || wanted_ == 0) return;
    kept_.push_back({document, weight});
    if (kept_.size() >= full_) cut();
  }
  /// How many there are, if none was too light to be added.
  [[nodiscard]] std::optional<std::size_t> number() const {
    return least_ == 0 && wanted_ > 0 ? std::optional(kept_.size()) : std::nullopt;
  }
  /// The wanted ones, and what may be tied with the last of them: by weight, then by docid.
  [[nodiscard]] std::vector<Match> take() {
    if (kept_.size() > wanted_) cut();
    std::sort(kept_.begin(), kept_.end(), [](const Match& a, const Match& b) {
      return a.weight != b.weight ? a.weight > b.weight : a.document < b.document;
    });
    return std::move(kept_);
  }

 private:
  /// Forgets what is too light. Called so rarely that it costs little a document.
  void cut() {
    constexpr std::size_t kFew = 8;
    const auto last = kept_.begin() + static_cast<std::ptrdiff_t>(wanted_ - 1);
    std::nth_element(kept_.begin(), last, kept_.end(),
                     [](const Match& a, const Match& b) { return a.weight > b.weight; });
    expect(last->weight);
    kept_.erase(std::remove_if(last, kept_.end(), [this](const Match& match) { return match.weight < least_; }),
                kept_.end());
    full_ = kept_.size() + std::max({kFew, wanted_ / 4, kept_.size() - wanted_});
  }

  std::size_t wanted_;
  std::vector<Match> kept_;
  double least_ = 0;
  std::size_t full_;  // so many are kept when the next cut is due
};

}  // namespace dateline::searcher
