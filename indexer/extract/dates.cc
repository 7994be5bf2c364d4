#include "indexer/extract/dates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "common/date.h"
#include "indexer/extract/date_signals.h"

namespace dateline::indexer {
namespace {

// A day less likely than this is not said at all.
constexpr float kLeastProbability = 0.2F;

constexpr int kNewsArticle = 4;  // PageMetadata::article_rank

// Log-odds for what a news article states, and for what is shown where nothing else is stated: the labelled pages hold
// too few that contradict themselves to learn it from.
constexpr float kStatedOdds = 4;
constexpr float kShownOdds = 1;

class Chooser {
 public:
  Chooser(const BlockList& list, const PageMetadata& page, DateSignals signals)
      : list_(list),
        page_(page),
        signals_(std::move(signals.all)),
        first_comment_(signals.first_comment),
        picture_(signals.picture) {}

  PageDates result(const BoostedTrees& model) {
    PageDates dates;
    rank_published(model, dates);
    rank_modified(dates);
    if (dates.published && dates.modified && dates.modified->utc < dates.published->utc &&
        dates.modified->precision >= Precision::minute && dates.published->precision >= Precision::minute) {
      dates.modified.reset();
      dates.modified_signal.clear();
    }
    return dates;
  }

  // Values that at least one signal calls published, with all evidence on them.
  ValueTable values() const {
    std::vector<Evidence> evidence;
    std::unordered_set<std::string> days;
    for (const DateSignal& r : signals_) {
      if (r.kind == DateKind::published) days.insert(r.day);
    }
    std::int64_t earliest = 0, newest = 0;
    for (const DateSignal& r : signals_) {
      const std::string day = r.day;
      if (days.count(day) == 0) continue;
      if (evidence.empty() || r.value.utc < earliest) earliest = r.value.utc;
      if (evidence.empty() || r.value.utc > newest) newest = r.value.utc;
      evidence.push_back({day, kind_of(r), r.score});
    }
    // A machine writes the zone of Greenwich where people read another day.
    for (const DateSignal& r : signals_) {
      const std::string day = other_day(r);
      if (!day.empty() && days.count(day) != 0) evidence.push_back({day, kOtherZone, r.score});
    }
    const auto totals = totals_by_day();
    const std::string stated = stated_day();
    return tabulate(evidence, page_, kKinds, 25, [&](const std::string& day, std::vector<float>& row) {
      add_extra(day, totals, earliest, newest, row);
      row.push_back(day == stated ? 1.F : 0.F);
    });
  }

 private:
  static constexpr std::size_t kInTitle = 17, kOtherZone = 18, kKinds = 19;
  static constexpr double kDay = 86400;
  static constexpr double kNearHeadline = 4.5;

  // The sort of a signal, for the model.
  static std::size_t kind_of(const DateSignal& r) {
    const std::string_view s = r.signal;
    if (r.kind == DateKind::modified)
      return s.starts_with("json") ? 13 : s.starts_with("meta") ? 14 : s == "text" ? 16 : 15;
    if (s == "json-ld datePublished") return r.score >= 10 && r.value.precision >= Precision::minute ? 0 : 1;
    if (s.starts_with("json")) return 2;
    if (s.starts_with("meta")) return r.score >= 8.5 ? 3 : r.score >= 7.6 ? 4 : r.score >= 7.4 ? 5 : 6;
    if (s == "address") return r.value.precision >= Precision::day ? 7 : 8;
    if (s == "itemprop date") return 9;
    if (s == "time element") return 10;
    if (s == "text") return 11;
    if (s == "title element") return kInTitle;
    return 12;
  }

  // Days that the page shows at its headline, if nothing states by name when it was published: a "date" alone is often
  // that of the page's last change.
  std::unordered_set<std::string> shown_days() const {
    std::unordered_set<std::string> days;
    for (const DateSignal& s : signals_) {
      const std::size_t kind = kind_of(s);
      if (kind <= 4 || kind == 9) return {};
      if (s.kind == DateKind::published && s.signal == "text" && s.score >= kNearHeadline) days.insert(s.day);
    }
    return days;
  }

  // The day that a news article states to the minute, unless another signal says the neighbour of Greenwich's day, or a
  // day far away.
  std::string stated_day() const {
    if (page_.article_rank() != kNewsArticle) return {};
    const auto stated =
        std::find_if(signals_.begin(), signals_.end(), [](const DateSignal& r) { return kind_of(r) == 0; });
    if (stated == signals_.end()) return {};
    const std::string other = other_day(*stated);
    const bool contested = std::any_of(signals_.begin(), signals_.end(), [&](const DateSignal& r) {
      if (r.kind != DateKind::published || r.day == stated->day) return false;
      if (r.day == other) return r.value.precision == Precision::day || r.value.offset_minutes != 0;
      return r.score >= 3.5 && std::abs(day_number(r.value) - day_number(stated->value)) > 2;
    });
    return contested ? std::string() : stated->day;
  }

  void add_extra(const std::string& day, const std::unordered_map<std::string, double>& totals, std::int64_t earliest,
                 std::int64_t newest, std::vector<float>& row) const {
    const DateSignal* one = nullptr;
    float clock = 0, utc_late = 0, before = 0, first = -1;
    std::array<float, 2> neighbour_days{};  // best score of the day before and the day after
    for (std::size_t k = 0; k < signals_.size(); ++k) {
      const DateSignal& r = signals_[k];
      if (r.day != day) continue;
      if (one == nullptr) {
        one = &r;
        first = static_cast<float>(k);
      }
      if (r.value.precision >= Precision::minute) {
        clock = 1;
        const auto hour = (r.value.utc % 86400 + 86400) % 86400 / 3600;
        if (r.value.offset_minutes == 0) utc_late = std::max(utc_late, static_cast<float>(hour));
      }
    }
    bool labelled = false, dated_class = false, inside = false;
    float after_title = 2000, nearest = 2000, rest = 2000, prose = 2000;
    for (const DateSignal& r : signals_) {
      if (r.day != day || r.kind != DateKind::published || r.signal != "text") continue;
      labelled = labelled || r.shown.labelled;
      dated_class = dated_class || r.shown.dated_class;
      inside = inside || !r.shown.outside;
      rest = std::min(rest, r.shown.rest);
      prose = std::min(prose, r.shown.prose);
      if (std::abs(r.shown.after_title) < nearest) {
        after_title = r.shown.after_title;
        nearest = std::abs(after_title);
      }
    }
    for (const bool b : {labelled, dated_class, inside}) row.push_back(b ? 1.F : 0.F);
    for (const float v : {after_title, nearest, rest, prose}) row.push_back(v);
    const std::int64_t own = day_number(one->value);
    row.push_back(!first_comment_ ? 20000.F
                                  : static_cast<float>(std::clamp<std::int64_t>(*first_comment_ - own, -10000, 10000)));
    row.push_back(!picture_
                      ? 200.F
                      : static_cast<float>(std::clamp<std::int64_t>((own - day_number(*picture_)) / 31, -100, 100)));
    row.push_back(picture_ && picture_->precision == Precision::day && day_number(*picture_) == own ? 1.F : 0.F);
    for (const DateSignal& r : signals_) {
      if (r.kind != DateKind::published) continue;
      const std::int64_t other = day_number(r.value);
      if (other == own - 1) neighbour_days[0] = std::max(neighbour_days[0], static_cast<float>(r.score));
      if (other == own + 1) neighbour_days[1] = std::max(neighbour_days[1], static_cast<float>(r.score));
      if (other < own) before += 1;
    }
    row.push_back(clock);
    row.push_back(utc_late);
    row.push_back(before);
    row.push_back(first);
    row.push_back(neighbour_days[0]);
    row.push_back(neighbour_days[1]);
    row.push_back(static_cast<float>(std::min(static_cast<double>(one->value.utc - earliest) / kDay, 10000.0)));
    row.push_back(static_cast<float>(std::min(static_cast<double>(newest - one->value.utc) / kDay, 10000.0)));
    row.push_back(static_cast<float>(one->value.precision));
    row.push_back(static_cast<float>(signals_.size()));
    row.push_back(static_cast<float>(std::min<std::size_t>(list_.blocks.size(), 5000)));
    const double own_total = totals.at(day);
    double best_other = -20;
    float rank = 0;
    for (const auto& [other, total] : totals) {
      if (other == day) continue;
      best_other = std::max(best_other, total);
      if (total > own_total) rank += 1;
    }
    row.push_back(static_cast<float>(own_total));
    row.push_back(static_cast<float>(own_total - best_other));
    row.push_back(rank);
  }

  // By day: the best score of its signals, and a little for each other sort of signal that agrees.
  std::unordered_map<std::string, double> totals_by_day() const {
    std::unordered_map<std::string, std::array<double, kKinds>> best;
    for (const DateSignal& r : signals_) {
      if (r.kind != DateKind::published) continue;
      const auto [it, is_new] = best.try_emplace(r.day);
      if (is_new) it->second.fill(-20);
      double& cell = it->second[kind_of(r)];
      cell = std::max(cell, r.score);
    }
    std::unordered_map<std::string, double> totals;
    for (const auto& [day, scores] : best) {
      const double top = *std::max_element(scores.begin(), scores.end());
      double agreement = -0.12 * std::max(top, 0.0);
      for (const double b : scores) agreement += 0.12 * std::max(b, 0.0);
      totals[day] = top + std::min(agreement, 3.0);
    }
    return totals;
  }

  void rank_published(const BoostedTrees& model, PageDates& dates) const {
    const ValueTable table = values();
    std::vector<std::pair<float, std::string>> ranked;
    const std::string stated = stated_day();
    const std::unordered_set<std::string> shown = shown_days();
    for (std::size_t v = 0; v < table.keys.size(); ++v) {
      const float log_odds = model.score(table.features.row(v)) + (table.keys[v] == stated ? kStatedOdds : 0) +
                             (shown.count(table.keys[v]) != 0 ? kShownOdds : 0);
      ranked.emplace_back(1 / (1 + std::exp(-log_odds)), table.keys[v]);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    const bool accepted = !ranked.empty() && ranked.front().first >= kLeastProbability;
    for (const auto& [probability, day] : ranked) {
      const bool wins = accepted && &day == &ranked.front().second;
      const DateSignal* best = nullptr;
      for (const DateSignal& r : signals_) {
        if (r.kind != DateKind::published || r.day != day) continue;
        dates.candidates.push_back({"published", r.signal,
                                    format_rfc3339(r.value) + (r.text.empty() ? "" : " (" + r.text.substr(0, 80) + ")"),
                                    static_cast<double>(probability), false});
        if (best == nullptr || r.score > best->score) best = &r;
      }
      if (!wins || best == nullptr) continue;
      for (Candidate& c : dates.candidates) c.chosen = c.signal == best->signal;
      dates.published = best->value;
      dates.published_signal = best->signal;
      // The day is settled; a signal of the same day may know the hour.
      for (const DateSignal& r : signals_) {
        if (dates.published->precision >= Precision::minute) break;
        if (r.kind == DateKind::published && r.day == day && r.value.precision > dates.published->precision &&
            r.score >= 5)
          dates.published = r.value;
      }
    }
  }

  void rank_modified(PageDates& dates) const {
    const DateSignal* best = nullptr;
    for (const DateSignal& r : signals_) {
      if (r.kind != DateKind::modified) continue;
      if (r.score >= 1.5 && (best == nullptr || r.score > best->score)) best = &r;
      dates.candidates.push_back({"modified", r.signal, format_rfc3339(r.value), r.score, false});
    }
    if (best == nullptr) return;
    dates.modified = best->value;
    dates.modified_signal = best->signal;
    for (Candidate& c : dates.candidates) {
      if (c.field == "modified" && c.signal == best->signal) {
        c.chosen = true;
        break;
      }
    }
  }

  const BlockList& list_;
  const PageMetadata& page_;
  std::vector<DateSignal> signals_;
  std::optional<std::int64_t> first_comment_;
  std::optional<Timestamp> picture_;
};

}  // namespace

PageDates find_dates(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                     std::span<const std::string_view> scripts, std::optional<std::size_t> title_block,
                     std::string_view url, std::chrono::sys_seconds latest, const BoostedTrees& model) {
  return Chooser(list, page, read_date_signals(tree, list, page, scripts, title_block, url, latest)).result(model);
}

ValueTable published_values(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                            std::span<const std::string_view> scripts, std::optional<std::size_t> title_block,
                            std::string_view url, std::chrono::sys_seconds latest) {
  return Chooser(list, page, read_date_signals(tree, list, page, scripts, title_block, url, latest)).values();
}

}  // namespace dateline::indexer
