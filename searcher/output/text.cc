// The answer for people, laid out as docs/terminal sketches it: what was understood and how much there is, the hits,
// then who, where and when.
#include "searcher/output/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <map>

#include "common/date.h"
#include "common/stored.h"
#include "common/text.h"
#include "searcher/output/result_writer.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kReadingWidth = 88;  ///< Passages are not set wider, however wide the terminal.
constexpr std::size_t kArticleWidth = 66;
constexpr std::size_t kTwoColumns = 60;  ///< Below this width facets stand one under the other.
constexpr std::size_t kPipeWidth = 100;  ///< What facets are laid out for in a pipe.
constexpr std::size_t kActorsShown = 6;
constexpr std::size_t kFacetValuesShown = 8;
constexpr std::size_t kTimelineValues = 24;

constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/// Bytes [begin, end) of a text with its marks, printable.
std::string rendered(const MarkedText& text, std::size_t begin, std::size_t end, const Terminal& terminal) {
  const std::string_view whole = text.text;
  std::string out;
  std::size_t at = begin;
  for (const TextRange& mark : text.marks) {
    const std::size_t from = std::clamp(mark.begin, at, end);
    const std::size_t to = std::clamp(mark.end, from, end);
    if (from == to) continue;
    out += printable(whole.substr(at, from - at));
    out += styled(terminal, Style::mark, printable(whole.substr(from, to - from)));
    at = to;
  }
  return out + printable(whole.substr(at, end - at));
}

bool is_space(std::string_view character) {
  return character == " " || character == "\n" || character == "\t" || character == "\r";
}

std::string right_aligned(std::string_view text, std::size_t width) {
  const std::size_t used = text::display_width(text);
  return (used < width ? std::string(width - used, ' ') : std::string{}) + std::string{text};
}

std::string left_aligned(std::string_view text, std::size_t width) {
  const std::size_t used = text::display_width(text);
  return std::string{text} + (used < width ? std::string(width - used, ' ') : std::string{});
}

unsigned digits(std::string_view s) {
  unsigned value = 0;
  std::from_chars(s.data(), s.data() + s.size(), value);
  return value;
}

/// Next value of a timeline: "2021" -> "2022", "2021-12" -> "2022-01", "2021-12-31" -> "2022-01-01".
std::string next(const std::string& value) {
  const unsigned year = digits(std::string_view{value}.substr(0, 4));
  if (value.size() == 4) return fmt::format("{:04}", year + 1);
  const unsigned month = digits(std::string_view{value}.substr(5, 2));
  if (value.size() == 7)
    return month == 12 ? fmt::format("{:04}-01", year + 1) : fmt::format("{:04}-{:02}", year, month + 1);
  const std::chrono::year_month_day day{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                                        std::chrono::day{digits(std::string_view{value}.substr(8, 2))}};
  return format_day(std::chrono::sys_days{day} + std::chrono::days{1});
}

/// Sums by the first `length` characters of the days, without gaps; empty if that gives more than `most` values, or
/// if a value is coarser than the length.
std::vector<FacetValue> summed(const std::vector<FacetValue>& days, std::size_t length, std::size_t most) {
  std::map<std::string, std::uint64_t> sums;
  for (const FacetValue& day : days) {
    if (day.value.size() < length) return {};
    sums[day.value.substr(0, length)] += day.count;
  }
  std::vector<FacetValue> out;
  if (sums.empty()) return out;
  for (std::string value = sums.begin()->first; value <= sums.rbegin()->first; value = next(value)) {
    if (out.size() == most) return {};
    const auto found = sums.find(value);
    out.push_back({.value = value, .kind = {}, .count = found == sums.end() ? 0 : found->second});
  }
  return out;
}

class TextWriter final : public ResultWriter {
 public:
  TextWriter(std::ostream& out, const OutputSettings& settings)
      : out_(out), terminal_(settings.terminal), facet_limit_(settings.facet_limit) {}

  void begin(const SearchResult& result) override {
    std::string amount = fmt::format("{} {}", grouped(result.total), result.total == 1 ? "article" : "articles");
    // A pipe gets the same bytes for the same question.
    if (terminal_.width != 0) amount += fmt::format(" · {:.0f} ms", static_cast<double>(result.took.count()) / 1000);
    const std::string query = printable(result.query);
    if (terminal_.width == 0) {
      out_ << query << "  " << styled(terminal_, Style::dim, amount) << '\n';
    } else {
      const std::size_t room = terminal_.width - std::min(terminal_.width, text::display_width(amount) + 2);
      out_ << styled(terminal_, Style::bold, left_aligned(fitted(query, room), room)) << "  "
           << styled(terminal_, Style::dim, amount) << '\n';
    }
    for (const std::string& note : result.notes) {
      out_ << styled(terminal_, Style::dim,
                     terminal_.width == 0 ? printable(note) : right_aligned(printable(note), terminal_.width))
           << '\n';
    }
    for (const std::string& warning : result.warnings) {
      out_ << styled(terminal_, Style::warning, printable(warning)) << '\n';
    }
    if (!result.tree.empty()) {
      for (const std::string_view line : text::split(result.tree, '\n')) {
        if (!line.empty()) out_ << styled(terminal_, Style::dim, printable(line)) << '\n';
      }
    }
    if (!result.hits.empty()) rank_width_ = std::max<std::size_t>(2, std::to_string(result.hits.back().rank).size());
  }

  void hit(const Hit& hit) override {
    const std::size_t indent = rank_width_ + 2;
    const std::string margin(indent, ' ');
    bool first = true;
    if (!first_hit_) out_ << '\n';
    first_hit_ = false;
    const MarkedText& title = hit.title.text.empty() ? kNoTitle : hit.title;
    for (const std::string& line : wrapped(title, room(indent), terminal_)) {
      out_ << (first ? fmt::format("{:>{}}  ", hit.rank, rank_width_) : margin) << emboldened(line) << '\n';
      first = false;
    }
    print_meta(hit, margin);
    for (const MarkedText& context : hit.contexts) out_ << margin << in_context(context, room(indent)) << '\n';
    for (const std::string& line : wrapped(hit.snippet, room(indent), terminal_)) out_ << margin << line << '\n';
    print_actors(hit, indent);
    for (const Contribution& c : hit.explanation) {
      out_ << margin
           << styled(terminal_, Style::dim,
                     fmt::format("{:>8.3f}  {} ({} {})", c.score, printable(c.part), grouped(c.articles),
                                 c.articles == 1 ? "article" : "articles"))
           << '\n';
    }
  }

  void end(const SearchResult& result) override {
    if (result.hits.empty() && result.total > 0 && result.offset > 0) {
      out_ << fmt::format("nothing from {} on: there are {}\n", grouped(result.offset + 1), grouped(result.total));
    }
    if (!result.hits.empty()) {
      std::string range = fmt::format("{}–{} of {}", grouped(result.hits.front().rank),
                                      grouped(result.hits.back().rank), grouped(result.total));
      if (result.hits.back().rank < result.total) range += fmt::format(" · --offset {}", result.hits.back().rank);
      out_ << styled(terminal_, Style::dim, right_aligned(range, terminal_.width)) << '\n';
    }
    print_facets(result.facets);
  }

  void article(const Article& article) override {
    const std::size_t width = terminal_.width == 0 ? 0 : std::min(terminal_.width, kArticleWidth);
    for (const std::string& line : wrapped({.text = article.title, .marks = {}}, width, terminal_)) {
      out_ << emboldened(line) << '\n';
    }
    print_line(styled(terminal_, Style::dim, meta(article)));
    print_line(styled(terminal_, Style::dim, printable(fmt::format("{}", fmt::join(article.authors, ", ")))));
    if (!article.url.empty())
      print_line(linked(terminal_, article.url, styled(terminal_, Style::dim, printable(article.url))));
    for (const std::string& paragraph : article.body) {
      out_ << '\n';
      for (const std::string& line : wrapped({.text = paragraph, .marks = {}}, width, terminal_)) out_ << line << '\n';
    }
    if (article.actors.empty()) return;
    std::vector<std::string> names;
    for (const Actor& actor : article.actors) names.push_back(fmt::format("{} ({})", actor.name, actor.mentions));
    out_ << '\n';
    for (const std::string& line :
         wrapped({.text = fmt::format("{}", fmt::join(names, ", ")), .marks = {}}, width, terminal_)) {
      out_ << styled(terminal_, Style::dim, line) << '\n';
    }
  }

 private:
  inline static const MarkedText kNoTitle{.text = "(without a title)", .marks = {}};

  [[nodiscard]] std::size_t room(std::size_t indent) const {
    if (terminal_.width == 0) return 0;
    const std::size_t width = std::min(terminal_.width, kReadingWidth + indent);
    return width > indent + 10 ? width - indent : 10;
  }

  void print_line(const std::string& line) {
    if (!line.empty()) out_ << line << '\n';
  }

  /// Bold that comes back after each mark inside the line.
  [[nodiscard]] std::string emboldened(std::string line) const {
    if (!terminal_.colored) return line;
    static constexpr std::string_view kReset = "\x1b[0m";
    static constexpr std::string_view kBold = "\x1b[1m";
    for (std::size_t at = 0; (at = line.find(kReset, at)) != std::string::npos; at += kReset.size() + kBold.size()) {
      line.insert(at + kReset.size(), kBold);
    }
    return std::string{kBold} + line + std::string{kReset};
  }

  /// Source, date and section; the id goes behind them.
  static std::string facts(const Article& article) {
    std::vector<std::string> parts;
    if (!article.source.empty()) parts.push_back(article.source);
    parts.push_back(article.published ? local_date(*article.published) : "undated");
    if (!article.section.empty()) parts.push_back(article.section);
    return printable(fmt::format("{}", fmt::join(parts, " · ")));
  }
  static std::string meta(const Article& article) { return facts(article) + printable(" · " + article.id); }

  void print_meta(const Hit& hit, const std::string& margin) {
    std::string shown = meta(hit.article);
    if (terminal_.width != 0 && text::display_width(shown) > room(margin.size())) {
      // The id is what `show` wants: the rest is cut before it.
      const std::string id = printable(" · " + hit.article.id);
      const std::size_t left = room(margin.size() + text::display_width(id));
      shown = fitted(facts(hit.article), left) + id;
    }
    out_ << margin << linked(terminal_, hit.article.url, styled(terminal_, Style::dim, shown)) << '\n';
  }

  void print_actors(const Hit& hit, std::size_t indent) {
    std::vector<std::string> names;
    for (const Actor& actor : hit.article.actors) {
      if (names.size() == kActorsShown) break;
      names.push_back(actor.name);
    }
    if (names.empty()) return;
    const std::string text = printable(fmt::format("{}", fmt::join(names, ", ")));
    out_ << std::string(indent, ' ')
         << styled(terminal_, Style::dim, terminal_.width == 0 ? text : fitted(text, room(indent))) << '\n';
  }

  /// The keyword in the middle column.
  [[nodiscard]] std::string in_context(const MarkedText& context, std::size_t width) const {
    if (width == 0 || context.marks.empty()) return rendered(context, 0, context.text.size(), terminal_);
    const TextRange mark = context.marks.front();
    const std::string left = printable(std::string_view{context.text}.substr(0, mark.begin));
    const std::size_t middle = width / 2;
    std::size_t cut = 0;
    std::size_t left_width = text::display_width(left);
    while (left_width > middle && cut < left.size()) {
      const std::size_t begin = cut;
      (void)text::decode(left, cut);
      left_width -= std::min(left_width, text::display_width(std::string_view{left}.substr(begin, cut - begin)));
    }
    const std::string keyword = printable(std::string_view{context.text}.substr(mark.begin, mark.end - mark.begin));
    const std::string right = printable(std::string_view{context.text}.substr(mark.end));
    const std::size_t used = middle + text::display_width(keyword);
    return right_aligned(left.substr(cut), middle) + styled(terminal_, Style::mark, keyword) +
           fitted(right, width > used ? width - used : 0);
  }

  using Block = std::vector<std::string>;

  /// "source   Reuters   121 ████████": label once, names aligned, counts right-aligned.
  [[nodiscard]] Block facet_block(const Facet& facet, std::size_t width) const {
    const std::size_t most = facet_limit_ == 0 ? kFacetValuesShown : facet_limit_;
    const std::size_t count = std::min(facet.values.size(), most);
    std::size_t name_width = 0;
    std::size_t number_width = 1;
    std::uint64_t greatest = 0;
    for (std::size_t i = 0; i < count; ++i) {
      name_width = std::max(name_width, text::display_width(printable(facet.values[i].value)));
      number_width = std::max(number_width, grouped(facet.values[i].count).size());
      greatest = std::max(greatest, facet.values[i].count);
    }
    const std::size_t label_width = std::max<std::size_t>(8, facet.field.size()) + 1;
    const std::size_t fixed = label_width + 1 + number_width + 1;
    const std::size_t bar_width = std::min<std::size_t>(12, width > fixed + 12 ? (width - fixed) / 3 : 0);
    name_width = std::min(name_width, width > fixed + bar_width ? width - fixed - bar_width : 8);
    Block block;
    for (std::size_t i = 0; i < count; ++i) {
      const FacetValue& value = facet.values[i];
      block.push_back(fmt::format("{} {} {} {}", left_aligned(i == 0 ? facet.field : "", label_width - 1),
                                  left_aligned(fitted(printable(value.value), name_width), name_width),
                                  right_aligned(grouped(value.count), number_width),
                                  bar(value.count, greatest, bar_width)));
    }
    if (facet.values.size() > count) {
      block.push_back(std::string(label_width, ' ') + fmt::format("and {} more", grouped(facet.values.size() - count)));
    }
    if (block.empty()) block.push_back(left_aligned(facet.field, label_width) + "none");
    return block;
  }

  /// "date     2021-10 ▁ 3  11 ▂ 9  12 ▅ 25  2022-01 ▆ 31"; what a value shares with the one before is left out.
  [[nodiscard]] Block timeline_block(const Facet& facet, std::size_t width) const {
    const std::vector<FacetValue> values = timeline(facet.values, kTimelineValues);
    std::uint64_t greatest = 0;
    for (const FacetValue& value : values) greatest = std::max(greatest, value.count);
    const std::string margin(9, ' ');
    Block block{left_aligned(facet.field, 9)};
    const auto add = [&](const std::string& item) {
      const bool fresh = text::display_width(block.back()) <= margin.size();
      if (!fresh && text::display_width(block.back()) + 2 + text::display_width(item) > width) {
        block.push_back(margin + item);
      } else {
        block.back() += (fresh ? "" : "  ") + item;
      }
    };
    std::string previous;
    for (const FacetValue& value : values) {
      const std::size_t dash = value.value.rfind('-');
      const bool shared = dash != std::string::npos && previous.size() == value.value.size() &&
                          previous.compare(0, dash, value.value, 0, dash) == 0;
      add(fmt::format("{} {} {}", shared ? value.value.substr(dash + 1) : value.value, spark(value.count, greatest),
                      grouped(value.count)));
      previous = value.value;
    }
    if (facet.missing > 0) add(fmt::format("undated {}", grouped(facet.missing)));
    return block;
  }

  void print_facets(const std::vector<Facet>& facets) {
    const std::size_t width = terminal_.width == 0 ? kPipeWidth : terminal_.width;
    const bool two = width >= kTwoColumns;
    const std::size_t column = two ? (width - 3) / 2 : width;
    std::vector<Block> blocks;
    for (const Facet& facet : facets) {
      if (!facet.field.starts_with("date")) blocks.push_back(facet_block(facet, column));
    }
    for (std::size_t i = 0; i < blocks.size(); i += two ? 2 : 1) {
      const bool pair = two && i + 1 < blocks.size();
      const std::size_t height = std::max(blocks[i].size(), pair ? blocks[i + 1].size() : 0);
      for (std::size_t line = 0; line < height; ++line) {
        std::string text = line < blocks[i].size() ? blocks[i][line] : "";
        if (pair && line < blocks[i + 1].size()) text = left_aligned(text, column) + "   " + blocks[i + 1][line];
        text.erase(text.find_last_not_of(' ') + 1);
        out_ << text << '\n';
      }
    }
    for (const Facet& facet : facets) {
      if (!facet.field.starts_with("date")) continue;
      for (const std::string& line : timeline_block(facet, width)) out_ << line << '\n';
    }
  }

  std::ostream& out_;
  Terminal terminal_;
  std::size_t facet_limit_;
  std::size_t rank_width_ = 2;
  bool first_hit_ = true;
};

}  // namespace

std::vector<std::string> wrapped(const MarkedText& text, std::size_t width, const Terminal& terminal) {
  const std::string_view whole = text.text;
  std::vector<std::string> lines;
  if (whole.empty()) return lines;
  if (width == 0) return {rendered(text, 0, whole.size(), terminal)};
  std::size_t line = 0;        // Where the line begins,
  std::size_t columns = 0;     // how wide it is up to `pos`,
  std::size_t break_end = 0;   // where it can end,
  std::size_t break_next = 0;  // and where the next one would begin.
  const auto close = [&](std::size_t end, std::size_t next) {
    if (end > line) lines.push_back(rendered(text, line, end, terminal));
    line = next;
    break_end = break_next = next;
  };
  for (std::size_t pos = 0; pos < whole.size();) {
    const std::size_t begin = pos;
    (void)text::decode(whole, pos);
    const std::string_view character = whole.substr(begin, pos - begin);
    if (is_space(character)) {
      if (begin == line) {
        line = break_end = break_next = pos;
        continue;
      }
      if (break_next != begin) break_end = begin;  // the first of several spaces
      break_next = pos;
      columns += 1;
      continue;
    }
    const std::size_t character_width = text::display_width(character);
    if (character_width == 2 && break_next != begin) break_end = break_next = begin;
    if (columns + character_width > width && begin > line) {
      if (break_end > line) {
        close(break_end, break_next);
      } else {
        close(begin, begin);
      }
      columns = text::display_width(whole.substr(line, begin - line));
    }
    columns += character_width;
  }
  std::size_t end = whole.size();
  while (end > line && is_space(whole.substr(end - 1, 1))) --end;
  close(end, end);
  return lines;
}

std::string local_date(const Timestamp& time) {
  std::tm parts{};
  const std::time_t seconds = time.utc;
  if (time.precision < Precision::minute) {
    gmtime_r(&seconds, &parts);
  } else {
    localtime_r(&seconds, &parts);
  }
  const int year = parts.tm_year + 1900;
  if (time.precision == Precision::year) return fmt::format("{}", year);
  const std::string_view month = kMonths.at(static_cast<std::size_t>(parts.tm_mon));
  if (time.precision == Precision::month) return fmt::format("{} {}", month, year);
  return fmt::format("{} {} {}", parts.tm_mday, month, year);
}

std::vector<FacetValue> timeline(const std::vector<FacetValue>& days, std::size_t most) {
  for (const std::size_t length : {10U, 7U, 4U}) {
    if (std::vector<FacetValue> sums = summed(days, length, most); !sums.empty()) return sums;
  }
  // Even years are too many: those that have articles, newest last.
  std::map<std::string, std::uint64_t> years;
  for (const FacetValue& day : days) years[day.value.substr(0, 4)] += day.count;
  std::vector<FacetValue> out;
  for (const auto& [year, count] : years) out.push_back({.value = year, .kind = {}, .count = count});
  if (out.size() > most) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(most));
  return out;
}

std::unique_ptr<ResultWriter> make_text_writer(std::ostream& out, const OutputSettings& settings) {
  return std::make_unique<TextWriter>(out, settings);
}

}  // namespace dateline::searcher
