#include "indexer/extract/date_signals.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "common/date.h"
#include "common/text.h"
#include "indexer/extract/date_words.h"
#include "indexer/extract/dates.h"

namespace dateline::indexer {
namespace {

using Index = HtmlTree::Index;

// No news page is older than the Web; printed news put on the Web may be. Older dates come from empty fields.
constexpr std::chrono::sys_days kEarliest = std::chrono::year{1900} / 1 / 2;

constexpr std::int64_t kMinute = 60, kHour = 3600, kSecondsOfDay = 86400;

// What stands near the headline, or is stated.
constexpr double kShownScore = 2.5;

constexpr std::size_t kMostSignals = 1000;  // each is compared with all

template <typename Words>
bool contains_any(std::string_view folded, const Words& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view w) { return folded.find(w) != std::string_view::npos; });
}

class Reader {
 public:
  Reader(const HtmlTree& tree, const BlockList& list, const PageMetadata& page, std::chrono::sys_seconds latest)
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
      written("json-ld datePublished", a.published, DateKind::published, (article ? 10 : 7.5) - penalty);
      if (a.published.empty())
        written("json-ld dateCreated", a.created, DateKind::published, (article ? 7 : 4) - penalty);
      written("json-ld dateModified", a.modified, DateKind::modified, (article ? 10 : 7) - penalty);
    }
    for (const DateMetaKey& row : date_meta_keys()) {
      written("meta " + std::string(row.key), page_.meta(row.key), row.kind, row.score);
    }
    other_metas();
    for (const std::string_view address : {url, std::string_view(page_.canonical), page_.meta("og:url")}) {
      if (const auto day = date_in_url(address)) {
        add("address", *day, DateKind::published, day->precision == Precision::day ? 8.0 : 2.0, std::string(address));
        break;
      }
    }
    for (const char* key : {"og:image", "twitter:image", "twitter:image:src", "og:image:url"}) {
      if (!picture_) picture_ = date_in_url(page_.meta(key));
    }
    // Newspapers end their pages' titles with the day.
    for (const std::string_view title : {std::string_view(page_.document_title), page_.meta("og:title")}) {
      const std::size_t bar = title.find_last_of("|,");
      const std::string_view tail = bar == std::string_view::npos ? std::string_view() : title.substr(bar + 1);
      const auto date = find_date(tail, 0, hints_);
      if (date && tail.size() - (date->end - date->begin) < 4) {
        add("title element", date->value, DateKind::published, 4, std::string(tail));
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
      DateKind kind = modified && !published ? DateKind::modified : DateKind::published;
      if (!published && says_modified(label, shown)) kind = DateKind::modified;
      double score = published || modified ? 7.5 : 5;
      if (node.tag == Tag::time && (tree_.has_attribute(i, Attr::pubdate) || is_published_class(i))) score += 1;
      if (outside(i)) score -= 4;
      if (title != HtmlTree::kNoNode) score += closeness(i, title);
      if (!published && !modified) score -= std::min(times - 1, 10) * 0.1;
      const std::size_t before = signals_.size();
      written(published || modified ? "itemprop date" : "time element", value, kind, score);
      if (signals_.size() == before)
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

  // A machine writes the zone of Greenwich; the day is that of the place where the page is read, if the page tells its
  // zone.
  void settle_zones() {
    std::vector<std::pair<std::size_t, int>> known;
    for (std::size_t k = 0; k < signals_.size(); ++k) {
      const DateSignal& r = signals_[k];
      if (!r.zoned || r.value.precision < Precision::minute || r.value.offset_minutes != 0) continue;
      if (const auto zone = zone_of(r)) known.emplace_back(k, *zone);
    }
    for (const auto& [k, zone] : known) {
      DateSignal& r = signals_[k];
      r.value.offset_minutes = static_cast<std::int16_t>(zone);
      r.day = format_day(r.value);
    }
  }

  DateSignals take() { return {std::move(signals_), first_comment_, picture_}; }

 private:
  // Minutes east of Greenwich where the page is read: what another statement of the same moment says, with its zone or
  // as the clock there shows it.
  std::optional<int> zone_of(const DateSignal& r) const {
    for (const DateSignal& other : signals_) {
      if (other.value.precision < Precision::minute) continue;
      const std::int64_t apart = other.value.utc - r.value.utc;
      if (other.value.offset_minutes != 0) {
        if (std::abs(apart) < kMinute) return other.value.offset_minutes;
      } else if (!other.zoned && other.kind == r.kind && std::abs(apart) <= 14 * kHour) {
        const bool seconds = std::min(other.value.precision, r.value.precision) == Precision::second;
        const std::int64_t whole =
            seconds ? apart : (other.value.utc - other.value.utc % kMinute) - (r.value.utc - r.value.utc % kMinute);
        if (whole != 0 && whole % kHour == 0) return static_cast<int>(whole / kMinute);
      }
    }
    return neighbour(r);
  }

  // As far east or west as the day that the page shows, where that is the next or the last one.
  std::optional<int> neighbour(const DateSignal& r) const {
    const std::string other = other_day(r);
    if (other.empty()) return std::nullopt;
    // A day without an hour is written as its midnight, which Greenwich's clock shows as another full hour.
    bool stated = r.value.utc % kHour == 0 && r.value.utc % kSecondsOfDay != 0;
    bool shown = false;
    for (const DateSignal& s : signals_) {
      if (s.kind != DateKind::published || s.zoned || s.value.precision < Precision::day || s.score < kShownScore)
        continue;
      if (s.day == r.day) return std::nullopt;
      if (s.day != other) continue;
      stated = stated || s.signal == "address" || s.signal == "itemprop date";
      shown = shown || s.signal == "text";
    }
    if (!stated || !shown) return std::nullopt;
    const std::int64_t clock = (r.value.utc % 86400 + 86400) % 86400;
    return static_cast<int>(other > r.day ? (86400 - clock + kHour - 1) / kHour * 60 : -(clock / kHour + 1) * 60);
  }

  void add(std::string signal, Timestamp value, DateKind kind, double score, std::string text = {}) {
    const std::chrono::sys_seconds at{std::chrono::seconds{value.utc}};
    if (at < kEarliest || at > latest_ || value.precision < Precision::day) {
      if (value.precision != Precision::month || at < kEarliest || at > latest_) return;
      score -= 4;
    }
    if (signals_.size() >= kMostSignals) return;
    const bool zoned = value.offset_minutes != 0 || text.ends_with('Z') || text.ends_with("+00:00") ||
                       text.ends_with("+0000") || text.ends_with("GMT") || text.ends_with("UTC");
    signals_.push_back({std::move(signal), value, kind, score, text::clean_line(text), format_day(value), zoned});
  }

  // 11/01/2023 is written in either order, whatever the page's language: another signal may settle it.
  std::optional<Timestamp> other_reading(std::string_view value, const Timestamp& read) const {
    if (value.find('/') == std::string_view::npos) return std::nullopt;
    const DateHints swapped{hints_.order == DayMonthOrder::day_first ? DayMonthOrder::month_first
                                                                     : DayMonthOrder::day_first};
    const auto other = parse_date(value, swapped);
    return other && other->utc != read.utc ? other : std::nullopt;
  }

  void written(std::string signal, std::string_view value, DateKind kind, double score) {
    if (value.empty()) return;
    const auto date = parse_date(text::trim(value), hints_);
    if (!date) return;
    if (const auto other = other_reading(text::trim(value), *date))
      add(signal, *other, kind, score - 2, std::string(value));
    add(std::move(signal), *date, kind, score, std::string(value));
  }

  // Keys that we do not know, with a day and hour as machines write them: "five_hundred_pixels:uploaded".
  void other_metas() {
    int found = 0;
    for (const auto& meta : page_.metas) {
      const std::string& key = meta.first;
      const std::string& value = meta.second;
      if (found >= 5 || value.size() < 16 || value.size() > 35 || !starts_with_day(value)) continue;
      if (std::any_of(date_meta_keys().begin(), date_meta_keys().end(),
                      [&](const DateMetaKey& row) { return row.key == key; }))
        continue;
      if (key.find("expir") != std::string::npos || key.find("valid") != std::string::npos) continue;
      written("meta " + key, value, says_change(key) ? DateKind::modified : DateKind::published, 4);
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
              rest.substr(0, rest.find_first_of("\"'\\,}")), DateKind::published, &done == &published ? 4.5 : 3);
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
    if (contains_any(label, modified_words()) && !contains_any(label, published_words())) return true;
    const std::string folded = text::fold(shown.substr(0, 40));
    return contains_any(folded, modified_words()) && !contains_any(folded, published_words());
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

  void show(Timestamp value, DateKind kind, double score, const std::string& text, const ShownDate& where) {
    const std::size_t before = signals_.size();
    add("text", value, kind, score, text);
    if (signals_.size() > before) signals_.back().shown = where;
  }

  void judge_visible(std::size_t i, std::string_view shown, const FoundDate& date, std::size_t from,
                     std::optional<std::size_t> title_block) {
    const Block& b = list_.blocks[i];
    RoleMask above = 0;
    int levels = 0;
    for (Index k = tree_.node(b.first_text).parent; k != HtmlTree::kNoNode && levels < 10;
         k = tree_.node(k).parent, ++levels)
      above |= list_.roles[k];
    if ((above & bit(Role::comment)) != 0)
      first_comment_ = std::min(first_comment_.value_or(INT64_MAX), day_number(date.value));
    const std::string before = text::fold(shown.substr(from, date.begin - from));
    const std::string previous = before.size() < 3 && i > 0 && list_.blocks[i - 1].text.size() < 40
                                     ? text::fold(list_.blocks[i - 1].text)
                                     : std::string();
    if (contains_any(before, foreign_words())) return;
    const bool copyright = contains_any(before, copyright_words());
    const bool modified = contains_any(before, modified_words()) || contains_any(previous, modified_words());
    const bool published = contains_any(before, published_words()) || contains_any(previous, published_words());
    // A line that is little more than a date is a dateline; a sentence that holds one is not.
    const std::size_t rest = b.text.size() - (date.end - date.begin);
    double score = rest < 12 ? 3.5 : rest < 40 ? 3 : rest < 90 ? 2 : rest < 180 ? 0.8 : 0;
    if (published && !modified) score += 1.5;
    if (copyright) score -= 4;
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
    ShownDate where;
    where.labelled = published;
    where.dated_class = (roles & bit(Role::date)) != 0;
    where.outside = outside(b.first_text);
    if (title_block) where.after_title = static_cast<float>(i) - static_cast<float>(*title_block);
    where.rest = static_cast<float>(rest);
    for (std::size_t k = i; k < std::min(i + 40, list_.blocks.size()); ++k) {
      const Block& next = list_.blocks[k];
      if (next.characters >= 150 && 2 * next.link_characters < next.characters) {
        where.prose = static_cast<float>(k - i);
        break;
      }
    }
    const DateKind kind = modified && !published ? DateKind::modified : DateKind::published;
    show(date.value, kind, score, b.text, where);
    if (const auto other = other_reading(shown.substr(date.begin, date.end - date.begin), date.value))
      show(*other, kind, score - 2, b.text, where);
  }

  const HtmlTree& tree_;
  const BlockList& list_;
  const PageMetadata& page_;
  std::chrono::sys_seconds latest_;
  DateHints hints_;
  std::vector<DateSignal> signals_;
  std::optional<std::int64_t> first_comment_;
  std::optional<Timestamp> picture_;
};

}  // namespace

std::int64_t day_number(const Timestamp& time) {
  return local_day(time).time_since_epoch().count();
}

std::string other_day(const DateSignal& r) {
  if (r.kind != DateKind::published || r.value.precision < Precision::minute || r.value.offset_minutes != 0) return {};
  const std::int64_t hour = (r.value.utc % kSecondsOfDay + kSecondsOfDay) % kSecondsOfDay / kHour;
  if (hour >= 12 && hour < 14) return {};
  return format_day(Timestamp{.utc = r.value.utc + (hour < 12 ? -kSecondsOfDay : kSecondsOfDay)});
}

DateSignals read_date_signals(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                              std::span<const std::string_view> scripts, std::optional<std::size_t> title_block,
                              std::string_view url, std::chrono::sys_seconds latest) {
  Reader reader(tree, list, page, latest);
  reader.statements(scripts, url);
  reader.elements(title_block);
  reader.visible(title_block);
  reader.settle_zones();
  return reader.take();
}

}  // namespace dateline::indexer
