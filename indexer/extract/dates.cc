#include "indexer/extract/dates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "common/date.h"
#include "common/text.h"

namespace dateline::indexer {
namespace {

using Index = HtmlTree::Index;

// No news page is older than the Web; printed news put on the Web may be. Older dates come from empty fields.
constexpr std::chrono::sys_days kEarliest = std::chrono::year{1900} / 1 / 2;

// A day less likely than this is not said at all.
constexpr float kLeastProbability = 0.2F;

constexpr int kNewsArticle = 4;  // PageMetadata::article_rank

// Log-odds for what a news article states: the labelled pages hold too few that contradict themselves to learn it from.
constexpr float kStatedOdds = 4;

enum class Kind { published, modified };

struct MetaKey {
  std::string_view key;
  Kind kind;
  double score;
};

constexpr std::array kMetaKeys{
    MetaKey{"article:published_time", Kind::published, 9.0},
    MetaKey{"og:article:published_time", Kind::published, 9.0},
    MetaKey{"og:published_time", Kind::published, 8.5},
    MetaKey{"datepublished", Kind::published, 8.5},
    MetaKey{"parsely-pub-date", Kind::published, 8.5},
    MetaKey{"citation_publication_date", Kind::published, 8},
    MetaKey{"citation_online_date", Kind::published, 7},
    MetaKey{"citation_date", Kind::published, 7.5},
    MetaKey{"dc.date.issued", Kind::published, 8.5},
    MetaKey{"dcterms.issued", Kind::published, 8.5},
    MetaKey{"dc.date.created", Kind::published, 8},
    MetaKey{"dcterms.created", Kind::published, 8},
    MetaKey{"dcterms.date", Kind::published, 7.5},
    MetaKey{"dc.date", Kind::published, 7.5},
    MetaKey{"dc:date", Kind::published, 7.5},
    MetaKey{"dc.date.publication", Kind::published, 8},
    MetaKey{"dc:created", Kind::published, 7.5},
    MetaKey{"sailthru.date", Kind::published, 8},
    MetaKey{"pubdate", Kind::published, 8},
    MetaKey{"pub_date", Kind::published, 8},
    MetaKey{"publishdate", Kind::published, 8},
    MetaKey{"publish-date", Kind::published, 8},
    MetaKey{"publish_date", Kind::published, 8},
    MetaKey{"published-date", Kind::published, 8},
    MetaKey{"published_date", Kind::published, 8},
    MetaKey{"published_time", Kind::published, 8},
    MetaKey{"publication_date", Kind::published, 8},
    MetaKey{"publication-date", Kind::published, 8},
    MetaKey{"publicationdate", Kind::published, 8},
    MetaKey{"published", Kind::published, 8},
    MetaKey{"originalpublicationdate", Kind::published, 8.5},
    MetaKey{"article.published", Kind::published, 8.5},
    MetaKey{"article:published", Kind::published, 8.5},
    MetaKey{"article_date_original", Kind::published, 8.5},
    MetaKey{"article:post_date", Kind::published, 8},
    MetaKey{"article.created", Kind::published, 7.5},
    MetaKey{"article.origpublished", Kind::published, 8.5},
    MetaKey{"cxenseparse:recs:publishtime", Kind::published, 8},
    MetaKey{"cxenseparse:publishtime", Kind::published, 8},
    MetaKey{"cxenseparse:recs:articlepublicationtime", Kind::published, 8},
    MetaKey{"date.published", Kind::published, 8},
    MetaKey{"displaydate", Kind::published, 8},
    MetaKey{"ptime", Kind::published, 7},
    MetaKey{"shareaholic:article_published_time", Kind::published, 8.5},
    MetaKey{"bt:pubdate", Kind::published, 8},
    MetaKey{"rnews:datepublished", Kind::published, 8.5},
    MetaKey{"datecreated", Kind::published, 7},
    MetaKey{"creation_date", Kind::published, 7},
    MetaKey{"created", Kind::published, 6},
    MetaKey{"release_date", Kind::published, 7.5},
    MetaKey{"og:release_date", Kind::published, 7},
    MetaKey{"video:release_date", Kind::published, 5},
    MetaKey{"date", Kind::published, 7.5},
    MetaKey{"time", Kind::published, 5},
    MetaKey{"article:modified_time", Kind::modified, 9},
    MetaKey{"og:updated_time", Kind::modified, 7},
    MetaKey{"datemodified", Kind::modified, 8},
    MetaKey{"dcterms.modified", Kind::modified, 8},
    MetaKey{"dc.date.modified", Kind::modified, 8},
    MetaKey{"lastmod", Kind::modified, 7},
    MetaKey{"last-modified", Kind::modified, 6},
    MetaKey{"last-updated", Kind::modified, 6},
    MetaKey{"revised", Kind::modified, 6},
    MetaKey{"article:updated_time", Kind::modified, 8},
    MetaKey{"utime", Kind::modified, 6},
};

// Words before a date that make it one of change, or one of publication, folded.
constexpr auto kModifiedWords = std::to_array<std::string_view>(
    {"updated",    "update",     "modified",    "last edited",   "revised",    "aktualisiert",
     "geandert",   "stand:",     "actualizado", "actualizacion", "modificado", "mis a jour",
     "modifie le", "aggiornat",  "modificato",  "atualizado",    "bijgewerkt", "uppdaterad",
     "oppdatert",  "opdateret",  "paivitetty",  "aktualizowan",  "aktualizov", "обновлен",
     "изменен",    "guncelleme", "更新",        "frissitve",     "actualizat", "ενημερωσ"});
constexpr auto kPublishedWords = std::to_array<std::string_view>(
    {"published",  "posted",    "publicado",      "publie",    "veroffentlicht", "pubblicato", "gepubliceerd",
     "publicerad", "publisert", "offentliggjort", "julkaistu", "опубликован",    "created",    "first published",
     "erstellt",   "geplaatst", "gepost",         "date:",     "datum",          "fecha",      "дата",
     "issued",     "released",  "yayin",          "发布",      "發布",           "掲載",       "公開",
     "publikowano"});
// A date after these is not the page's.
constexpr auto kForeignWords =
    std::to_array<std::string_view>({"copyright", "©", "(c)", "accessed", "retrieved", "joined", "member since",
                                     "expires", "valid until", "born", "since", "est.", "deadline", "comment"});

bool contains_any(std::string_view folded, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return folded.find(w) != std::string_view::npos; });
}

class Finder {
 public:
  Finder(const HtmlTree& tree, const BlockList& list, const PageMetadata& page, std::chrono::sys_seconds latest)
      : tree_(tree), list_(list), page_(page), latest_(latest), hints_(date_hints(page.language)) {
    for (Index i = 0; i < tree.size() && i < 8; ++i) {
      const std::string region = text::ascii_lower(tree.attribute(i, Attr::lang));
      if (region == "en-gb" || region == "en-au" || region == "en-ie" || region == "en-nz" || region == "en-in" ||
          region == "en-za") {
        hints_.order = DayMonthOrder::day_first;
      }
    }
  }

  void statements(std::span<const std::string_view> scripts, std::string_view url) {
    for (const StructuredArticle& a : page_.structured.articles) {
      const bool article = a.type != "WebPage" && a.type != "VideoObject" && a.type != "ItemPage" &&
                           a.type != "MediaGallery" && a.type != "AboutPage";
      const bool first = &a == &page_.structured.articles.front();
      const double penalty = first ? 0 : 2.5;
      written("json-ld datePublished", a.published, Kind::published, (article ? 10 : 7.5) - penalty);
      if (a.published.empty()) written("json-ld dateCreated", a.created, Kind::published, (article ? 7 : 4) - penalty);
      written("json-ld dateModified", a.modified, Kind::modified, (article ? 10 : 7) - penalty);
    }
    for (const MetaKey& row : kMetaKeys) {
      written("meta " + std::string(row.key), page_.meta(row.key), row.kind, row.score);
    }
    other_metas();
    for (const std::string_view address : {url, std::string_view(page_.canonical), page_.meta("og:url")}) {
      if (const auto day = date_in_url(address)) {
        add("address", *day, Kind::published, day->precision == Precision::day ? 8.0 : 2.0, std::string(address));
        break;
      }
    }
    // Newspapers end their pages' titles with the day.
    for (const std::string_view title : {std::string_view(page_.document_title), page_.meta("og:title")}) {
      const std::size_t bar = title.find_last_of("|,");
      const std::string_view tail = bar == std::string_view::npos ? std::string_view() : title.substr(bar + 1);
      const auto date = find_date(tail, 0, hints_);
      if (date && tail.size() - (date->end - date->begin) < 4) {
        add("title element", date->value, Kind::published, 4, std::string(tail));
        break;
      }
    }
    for (const std::string_view script : scripts.first(std::min<std::size_t>(scripts.size(), 16))) in_script(script);
  }

  void elements(std::optional<std::size_t> title_block) {
    const Index title = title_block ? list_.blocks[*title_block].first_text : HtmlTree::kNoNode;
    int times = 0;
    for (Index i = 0; i < tree_.size() && times < 60; ++i) {
      const HtmlTree::Node& node = tree_.node(i);
      if (node.tag == Tag::text) continue;
      const std::string_view itemprop = tree_.attribute(i, Attr::itemprop);
      const bool published = itemprop.find("datePublished") != std::string_view::npos ||
                             itemprop.find("dateCreated") != std::string_view::npos ||
                             tree_.attribute(i, Attr::property) == "datePublished" ||
                             tree_.attribute(i, Attr::property) == "schema:datePublished" ||
                             tree_.attribute(i, Attr::property) == "dc:date dc:created";
      const bool modified = itemprop.find("dateModified") != std::string_view::npos;
      const bool machine_class = tree_.attribute(i, Attr::class_).find("published") != std::string_view::npos &&
                                 tree_.has_attribute(i, Attr::title);
      if (node.tag == Tag::meta || node.tag == Tag::link) {
        continue;  // read with the metas
      }
      const bool abbreviation = node.tag == Tag::abbr && tree_.attribute(i, Attr::title).size() > 8;
      if (!published && !modified && node.tag != Tag::time && !machine_class && !abbreviation) continue;
      ++times;
      std::string_view value = tree_.attribute(i, Attr::datetime);
      if (value.empty()) value = tree_.attribute(i, Attr::content);
      if (value.empty() && (machine_class || abbreviation)) value = tree_.attribute(i, Attr::title);
      const std::string shown = text::clean_line(tree_.text_of(i, 200));
      const std::string label = surrounding(i);
      Kind kind = modified && !published ? Kind::modified : Kind::published;
      if (!published && says_modified(label, shown)) kind = Kind::modified;
      double score = published || modified ? 7.5 : 5;
      if (node.tag == Tag::time && (tree_.has_attribute(i, Attr::pubdate) || is_published_class(i))) score += 1;
      if (outside(i)) score -= 4;
      if (title != HtmlTree::kNoNode) score += closeness(i, title);
      if (!published && !modified) score -= std::min(times - 1, 10) * 0.1;
      const std::size_t before = raw_.size();
      written(published || modified ? "itemprop date" : "time element", value, kind, score);
      if (raw_.size() == before)
        written(published || modified ? "itemprop date" : "time element", shown, kind, score - 0.3);
    }
  }

  void visible(std::optional<std::size_t> title_block) {
    int found = 0;
    for (std::size_t i = 0; i < list_.blocks.size() && found < 80; ++i) {
      const Block& b = list_.blocks[i];
      // Long paragraphs may open with a dateline; what they say further on is history.
      std::string apart;
      std::string_view shown = b.text;
      if (b.text.size() <= 400 && has_digit(b.text)) shown = apart = text_apart(i);
      if (shown.size() > 400) shown = shown.substr(0, shown.find(' ', 90));
      if (shown.size() < 6 || shown.size() > 400) continue;
      // Without a digit of any script there is no date.
      const bool may_hold_date = std::any_of(shown.begin(), shown.end(), [](char c) {
        return (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
      });
      if (!may_hold_date) continue;
      std::size_t from = 0;
      for (int n = 0; n < 2; ++n) {
        const auto date = find_date(shown, from, hints_);
        if (!date) break;
        ++found;
        judge_visible(i, shown, *date, from, title_block);
        from = date->end;
      }
    }
  }

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
    for (const Raw& r : raw_) {
      if (r.kind == Kind::published) days.insert(r.day);
    }
    std::int64_t earliest = 0, newest = 0;
    for (const Raw& r : raw_) {
      const std::string day = r.day;
      if (days.count(day) == 0) continue;
      if (evidence.empty() || r.value.utc < earliest) earliest = r.value.utc;
      if (evidence.empty() || r.value.utc > newest) newest = r.value.utc;
      evidence.push_back({day, kind_of(r), r.score});
    }
    // A machine writes the zone of Greenwich where people read another day.
    for (const Raw& r : raw_) {
      const std::string day = other_day(r);
      if (!day.empty() && days.count(day) != 0) evidence.push_back({day, kOtherZone, r.score});
    }
    const auto totals = totals_by_day();
    const std::string stated = stated_day();
    return tabulate(evidence, page_, kKinds, 15, [&](const std::string& day, std::vector<float>& row) {
      add_extra(day, totals, earliest, newest, row);
      row.push_back(day == stated ? 1.F : 0.F);
    });
  }

 private:
  struct Raw {
    std::string signal;
    Timestamp value;
    Kind kind;
    double score;
    std::string text;
    std::string day;  // format_day(value)
  };

  static constexpr std::size_t kInTitle = 17, kOtherZone = 18, kKinds = 19;
  static constexpr double kDay = 86400;

  // The sort of a signal, for the model.
  static std::size_t kind_of(const Raw& r) {
    const std::string_view s = r.signal;
    if (r.kind == Kind::modified)
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

  // The day that a news article states to the minute, unless another signal says the neighbour of Greenwich's day, or a
  // day far away.
  std::string stated_day() const {
    if (page_.article_rank() != kNewsArticle) return {};
    const auto stated = std::find_if(raw_.begin(), raw_.end(), [](const Raw& r) { return kind_of(r) == 0; });
    if (stated == raw_.end()) return {};
    const std::string other = other_day(*stated);
    const bool contested = std::any_of(raw_.begin(), raw_.end(), [&](const Raw& r) {
      if (r.kind != Kind::published || r.day == stated->day) return false;
      if (r.day == other) return r.value.precision == Precision::day || r.value.offset_minutes != 0;
      return r.score >= 3.5 && std::abs(floor_day(r.value) - floor_day(stated->value)) > 2;
    });
    return contested ? std::string() : stated->day;
  }

  // The day before or after a moment that is written in UTC, if it may be that day where the page is read.
  static std::string other_day(const Raw& r) {
    constexpr std::int64_t kHour = 3600;
    if (r.kind != Kind::published || r.value.precision < Precision::minute || r.value.offset_minutes != 0) return {};
    const std::int64_t hour = (r.value.utc % 86400 + 86400) % 86400 / kHour;
    if (hour >= 12 && hour < 14) return {};
    Timestamp other = r.value;
    other.utc += hour < 12 ? -24 * kHour : 24 * kHour;
    return format_day(Timestamp{.utc = other.utc, .offset_minutes = 0, .precision = Precision::day});
  }

  void add_extra(const std::string& day, const std::unordered_map<std::string, double>& totals, std::int64_t earliest,
                 std::int64_t newest, std::vector<float>& row) const {
    const Raw* one = nullptr;
    float clock = 0, utc_late = 0, before = 0, first = -1;
    std::array<float, 2> neighbour_days{};  // best score of the day before and the day after
    for (std::size_t k = 0; k < raw_.size(); ++k) {
      const Raw& r = raw_[k];
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
    const std::int64_t own = floor_day(one->value);
    for (const Raw& r : raw_) {
      if (r.kind != Kind::published) continue;
      const std::int64_t other = floor_day(r.value);
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
    row.push_back(static_cast<float>(raw_.size()));
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
    for (const Raw& r : raw_) {
      if (r.kind != Kind::published) continue;
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

  // Days since 1970 in the zone as written.
  static std::int64_t floor_day(const Timestamp& t) { return local_day(t).time_since_epoch().count(); }

  void rank_published(const BoostedTrees& model, PageDates& dates) const {
    const ValueTable table = values();
    std::vector<std::pair<float, std::string>> ranked;
    const std::string stated = stated_day();
    for (std::size_t v = 0; v < table.keys.size(); ++v) {
      const float log_odds = model.score(table.features.row(v)) + (table.keys[v] == stated ? kStatedOdds : 0);
      ranked.emplace_back(1 / (1 + std::exp(-log_odds)), table.keys[v]);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    const bool accepted = !ranked.empty() && ranked.front().first >= kLeastProbability;
    for (const auto& [probability, day] : ranked) {
      const bool wins = accepted && &day == &ranked.front().second;
      const Raw* best = nullptr;
      for (const Raw& r : raw_) {
        if (r.kind != Kind::published || r.day != day) continue;
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
      for (const Raw& r : raw_) {
        if (dates.published->precision >= Precision::minute) break;
        if (r.kind == Kind::published && r.day == day && r.value.precision > dates.published->precision && r.score >= 5)
          dates.published = r.value;
      }
    }
  }

  void rank_modified(PageDates& dates) const {
    const Raw* best = nullptr;
    for (const Raw& r : raw_) {
      if (r.kind != Kind::modified) continue;
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

  void add(std::string signal, Timestamp value, Kind kind, double score, std::string text = {}) {
    const std::chrono::sys_seconds at{std::chrono::seconds{value.utc}};
    if (at < kEarliest || at > latest_ || value.precision < Precision::day) {
      if (value.precision != Precision::month || at < kEarliest || at > latest_) return;
      score -= 4;
    }
    raw_.push_back({std::move(signal), value, kind, score, text::clean_line(text), format_day(value)});
  }

  void written(std::string signal, std::string_view value, Kind kind, double score) {
    if (value.empty()) return;
    const auto date = parse_date(text::trim(value), hints_);
    if (!date) return;
    // Machines write 11/01/2023 in either order, whatever the page's language: another signal may settle it.
    const DateHints swapped{hints_.order == DayMonthOrder::day_first ? DayMonthOrder::month_first
                                                                     : DayMonthOrder::day_first};
    const auto other = value.find('/') == std::string_view::npos ? date : parse_date(text::trim(value), swapped);
    if (other && other->utc != date->utc) add(signal, *other, kind, score - 2, std::string(value));
    add(std::move(signal), *date, kind, score, std::string(value));
  }

  // Keys that we do not know, with a day and hour as machines write them: "five_hundred_pixels:uploaded".
  void other_metas() {
    int found = 0;
    for (const auto& meta : page_.metas) {
      const std::string& key = meta.first;
      const std::string& value = meta.second;
      if (found >= 5 || value.size() < 16 || value.size() > 35 || !starts_with_day(value)) continue;
      if (std::any_of(kMetaKeys.begin(), kMetaKeys.end(), [&](const MetaKey& row) { return row.key == key; })) continue;
      if (key.find("expir") != std::string::npos || key.find("valid") != std::string::npos) continue;
      written("meta " + key, value, says_change(key) ? Kind::modified : Kind::published, 4);
      ++found;
    }
  }

  static bool starts_with_day(std::string_view s) {
    constexpr std::string_view kPattern = "dddd-dd-dd";
    if (s.size() < kPattern.size()) return false;
    for (std::size_t i = 0; i < kPattern.size(); ++i) {
      const bool digit = s[i] >= '0' && s[i] <= '9';
      if (kPattern[i] == 'd' ? !digit : s[i] != '-') return false;
    }
    return true;
  }

  static bool says_change(std::string_view key) {
    return contains_any(text::ascii_lower(key), std::to_array<std::string_view>({"modif", "updat", "chang", "edit"}));
  }

  // "datePublished":"2021-12-30T…" in the state that a page carries for its scripts: the first day that a key of each
  // sort has.
  void in_script(std::string_view script) {
    bool published = false, created = false;
    int seen = 0;
    for (std::size_t at = script.find("\"20"); at != std::string_view::npos && seen < 300 && !(published && created);
         at = script.find("\"20", at + 3), ++seen) {
      if (!starts_with_day(script.substr(at + 1))) continue;
      std::size_t end = at;
      while (end > 0 && std::string_view("\\\"': =").find(script[end - 1]) != std::string_view::npos) --end;
      std::size_t begin = end;
      while (begin > 0 && end - begin < 40 && is_key_character(script[begin - 1])) --begin;
      const std::string key = text::ascii_lower(script.substr(begin, end - begin));
      if (says_change(key)) continue;
      bool& done = key.find("publi") != std::string::npos ? published : created;
      if (done || !contains_any(key, std::to_array<std::string_view>({"publi", "creat", "pubdate", "postdate"})))
        continue;
      done = true;
      const std::string_view rest = script.substr(at + 1, 40);
      written(&done == &published ? "script published" : "script created",
              rest.substr(0, rest.find_first_of("\"'\\,}")), Kind::published, &done == &published ? 4.5 : 3);
    }
  }

  static bool is_key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  }

  bool is_published_class(Index i) const {
    const std::string_view name = tree_.attribute(i, Attr::class_);
    return name.find("publish") != std::string_view::npos || name.find("entry-date") != std::string_view::npos ||
           name.find("post-date") != std::string_view::npos || name.find("entry-time") != std::string_view::npos;
  }

  // In a part of the page that is about other articles.
  bool outside(Index i) const {
    constexpr auto kOutside = static_cast<unsigned>(Context::nav) | static_cast<unsigned>(Context::footer) |
                              static_cast<unsigned>(Context::aside);
    if ((list_.context[i] & kOutside) != 0) return true;
    constexpr RoleMask kRoles =
        bit(Role::related) | bit(Role::comment) | bit(Role::sidebar) | bit(Role::footer) | bit(Role::embed);
    int up = 0;
    for (Index k = i; k != HtmlTree::kNoNode && up < 10; k = tree_.node(k).parent, ++up) {
      if ((list_.roles[k] & kRoles) != 0 && (list_.roles[k] & bit(Role::article_body)) == 0 &&
          tree_.node(k).tag != Tag::body && tree_.node(k).tag != Tag::html)
        return true;
    }
    return false;
  }

  double closeness(Index i, Index title) const {
    const double distance = i >= title ? static_cast<double>(i - title) : 2.0 * static_cast<double>(title - i);
    return distance < 40 ? 1.5 : distance < 100 ? 1 : distance < 250 ? 0.4 : distance < 800 ? -0.3 : -1;
  }

  // The words just before an element, in its parent.
  std::string surrounding(Index i) const {
    std::string before;
    Index p = tree_.node(i).parent;
    if (p == HtmlTree::kNoNode) return before;
    for (Index k = p; k < i; ++k) {
      if (tree_.node(k).tag == Tag::text) before += std::string(tree_.node(k).text) + " ";
      if (before.size() > 400) break;
    }
    if (before.size() > 60) before.erase(0, before.size() - 60);
    return text::fold(text::clean_line(before)) + " " + text::ascii_lower(tree_.attribute(i, Attr::class_));
  }

  static bool says_modified(std::string_view label, std::string_view shown) {
    if (contains_any(label, kModifiedWords) && !contains_any(label, kPublishedWords)) return true;
    const std::string folded = text::fold(shown.substr(0, 40));
    return contains_any(folded, kModifiedWords) && !contains_any(folded, kPublishedWords);
  }

  static bool has_digit(std::string_view s) {
    return std::any_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
  }

  // A block's text with a space between inline elements: style sheets part what the text runs together ("Health" "MAY
  // 4").
  std::string text_apart(std::size_t i) const {
    const Index end = i + 1 < list_.blocks.size() ? list_.blocks[i + 1].first_text : tree_.size();
    std::string apart;
    bool several = false;
    for (Index k = list_.blocks[i].first_text; k < end && apart.size() < 600; ++k) {
      if (tree_.node(k).tag != Tag::text) continue;
      several = several || !apart.empty();
      apart += std::string(tree_.node(k).text) + ' ';
    }
    return several ? text::clean_line(apart) : list_.blocks[i].text;
  }

  void judge_visible(std::size_t i, std::string_view shown, const FoundDate& date, std::size_t from,
                     std::optional<std::size_t> title_block) {
    const Block& b = list_.blocks[i];
    const std::string before = text::fold(shown.substr(from, date.begin - from));
    const std::string previous = before.size() < 3 && i > 0 && list_.blocks[i - 1].text.size() < 40
                                     ? text::fold(list_.blocks[i - 1].text)
                                     : std::string();
    if (contains_any(before, kForeignWords)) return;
    const bool modified = contains_any(before, kModifiedWords) || contains_any(previous, kModifiedWords);
    const bool published = contains_any(before, kPublishedWords) || contains_any(previous, kPublishedWords);
    // A line that is little more than a date is a dateline; a sentence that holds one is not.
    const std::size_t rest = b.text.size() - (date.end - date.begin);
    double score = rest < 12 ? 3.5 : rest < 40 ? 3 : rest < 90 ? 2 : rest < 180 ? 0.8 : 0;
    if (published && !modified) score += 1.5;
    RoleMask roles = 0;
    int up = 0;
    for (Index k = tree_.node(b.first_text).parent; k != HtmlTree::kNoNode && up < 3; k = tree_.node(k).parent, ++up)
      roles |= list_.roles[k];
    if ((roles & bit(Role::date)) != 0) score += 1;
    if ((roles & bit(Role::author)) != 0) score += 0.5;
    if (outside(b.first_text)) score -= 3;
    // What a link shows is mostly about the page that it leads to.
    if (2 * b.link_characters > b.characters) score -= 2;
    if (title_block) {
      const auto distance = static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(*title_block);
      if (distance >= -3 && distance <= 6)
        score += distance >= 0 ? 2 : 1.5;
      else if (distance >= -8 && distance <= 15)
        score += 0.7;
      else
        score -= 1;
    } else {
      score -= static_cast<double>(i) / static_cast<double>(list_.blocks.size());
    }
    add("text", date.value, modified && !published ? Kind::modified : Kind::published, score, b.text);
  }

  const HtmlTree& tree_;
  const BlockList& list_;
  const PageMetadata& page_;
  std::chrono::sys_seconds latest_;
  DateHints hints_;
  std::vector<Raw> raw_;
};

}  // namespace

std::optional<Timestamp> date_in_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  if (path == std::string_view::npos) return std::nullopt;
  const std::string_view s = url.substr(path);
  const auto number = [&](std::size_t at, std::size_t digits) -> int {
    if (at + digits > s.size()) return -1;
    int value = 0;
    for (std::size_t k = at; k < at + digits; ++k) {
      if (s[k] < '0' || s[k] > '9') return -1;
      value = value * 10 + (s[k] - '0');
    }
    return value;
  };
  const auto digit_at = [&](std::size_t at) { return at < s.size() && s[at] >= '0' && s[at] <= '9'; };
  std::optional<Timestamp> month;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if ((i > 0 && digit_at(i - 1)) || !digit_at(i)) continue;
    // "29-10-2021"
    if (digit_at(i + 1) && !digit_at(i + 2) && (i + 2 < s.size()) && (s[i + 2] == '-' || s[i + 2] == '.') &&
        number(i + 3, 2) >= 1 && number(i + 3, 2) <= 12 && i + 5 < s.size() && s[i + 5] == s[i + 2] &&
        number(i + 6, 4) >= 1990 && number(i + 6, 4) <= 2100 && !digit_at(i + 10)) {
      if (const auto date = parse_date(s.substr(i, 10), {.order = DayMonthOrder::day_first})) return date;
    }
    const int year = number(i, 4);
    if (year < 1990 || year > 2100) continue;
    const char separator = i + 4 < s.size() ? s[i + 4] : '\0';
    if (separator == '/' || separator == '-' || separator == '_' || separator == '.') {
      const std::size_t month_digits = digit_at(i + 6) ? 2 : 1;
      const int m = number(i + 5, month_digits);
      const std::size_t after_month = i + 5 + month_digits;
      if (m < 1 || m > 12 || digit_at(after_month)) {
        // "/2021/dec/30/", "/2021/december/30/"
        const std::size_t slash = s.find('/', i + 5);
        if (separator == '/' && slash != std::string_view::npos && slash >= i + 8 && slash <= i + 14 &&
            digit_at(slash + 1)) {
          const std::string words = std::string(s.substr(slash + 1, digit_at(slash + 2) ? 2 : 1)) + " " +
                                    std::string(s.substr(i + 5, slash - i - 5)) + " " + std::to_string(year);
          if (const auto date = parse_date(words)) return date;
        }
        continue;
      }
      if (after_month < s.size() && s[after_month] == separator) {
        const std::size_t day_digits = digit_at(after_month + 2) ? 2 : 1;
        const int d = number(after_month + 1, day_digits);
        if (d >= 1 && d <= 31 && !digit_at(after_month + 1 + day_digits)) {
          char buffer[16];
          std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", year, m, d);
          if (const auto date = parse_date(buffer)) return date;
        }
      }
      // "/2015/08/150803-headline"
      if (separator == '/' && month_digits == 2 && number(after_month + 1, 6) / 100 == year % 100 * 100 + m &&
          !digit_at(after_month + 7)) {
        char buffer[16];
        std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d", year, m, number(after_month + 5, 2));
        if (const auto date = parse_date(buffer)) return date;
      }
      if (separator == '/' && month_digits == 2 && !month) {
        char buffer[16];
        std::snprintf(buffer, sizeof buffer, "%04d-%02d", year, m);
        month = parse_date(buffer);
      }
    } else if (digit_at(i + 4) && digit_at(i + 7) && !digit_at(i + 8)) {
      if (const auto date = parse_date(s.substr(i, 8))) return date;
    }
  }
  return month;
}

namespace {

Finder filled_finder(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                     std::span<const std::string_view> scripts, std::optional<std::size_t> title_block,
                     std::string_view url, std::chrono::sys_seconds latest) {
  Finder finder(tree, list, page, latest);
  finder.statements(scripts, url);
  finder.elements(title_block);
  finder.visible(title_block);
  return finder;
}

}  // namespace

PageDates find_dates(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                     std::span<const std::string_view> scripts, std::optional<std::size_t> title_block,
                     std::string_view url, std::chrono::sys_seconds latest, const BoostedTrees& model) {
  return filled_finder(tree, list, page, scripts, title_block, url, latest).result(model);
}

ValueTable published_values(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                            std::span<const std::string_view> scripts, std::optional<std::size_t> title_block,
                            std::string_view url, std::chrono::sys_seconds latest) {
  return filled_finder(tree, list, page, scripts, title_block, url, latest).values();
}

}  // namespace dateline::indexer
