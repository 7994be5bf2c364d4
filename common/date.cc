#include "common/date.h"

#include <fmt/format.h>
#include <unicode/dtfmtsym.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>
#include <vector>

#include "common/text.h"

namespace dateline {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr int kFirstYear = 1600;
constexpr int kLastYear = 2200;

/// Month names, wide and abbreviated, in running text and alone, of the languages that news is read in; from ICU.
/// Where two languages disagree (Croatian "listopad" is October) the language is left out.
const std::unordered_map<std::string, int>& month_names() {
  static const std::unordered_map<std::string, int> names = [] {
    std::unordered_map<std::string, int> table;
    for (const char* locale :
         {"en", "es", "fr", "de", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "ru", "uk", "bg", "tr",
          "el", "ro", "hu", "ar", "fa", "he", "id", "ms", "ca", "et", "lv", "lt", "sl", "hi", "vi", "az", "bn"}) {
      UErrorCode status = U_ZERO_ERROR;
      const icu::DateFormatSymbols symbols(icu::Locale(locale), status);
      if (U_FAILURE(status)) continue;
      for (const auto context : {icu::DateFormatSymbols::FORMAT, icu::DateFormatSymbols::STANDALONE}) {
        for (const auto width : {icu::DateFormatSymbols::WIDE, icu::DateFormatSymbols::ABBREVIATED}) {
          int32_t count = 0;
          const icu::UnicodeString* months = symbols.getMonths(count, context, width);
          for (int32_t i = 0; i < std::min(count, 12); ++i) {
            std::string name;
            months[i].toUTF8String(name);
            name = text::fold(name);
            while (name.ends_with('.')) name.pop_back();
            const bool is_word =
                name.size() > 2 && std::none_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (is_word) table.emplace(std::move(name), i + 1);
          }
        }
      }
    }
    // Forms that newsrooms use and CLDR does not list.
    for (const auto& [name, month] : std::initializer_list<std::pair<const char*, int>>{
             {"sept", 9}, {"setiembre", 9}, {"set", 9},          {"jänner", 1}, {"janner", 1}, {"feber", 2},
             {"мая", 5},  {"ene", 1},       {"abr", 4},          {"ago", 8},    {"dic", 12},   {"juin", 6},
             {"juil", 7}, {"aout", 8},      {"fevr", 2},         {"avr", 4},    {"gen", 1},    {"mag", 5},
             {"giu", 6},  {"lug", 7},       {"كانون الثاني", 1}, {"شباط", 2},   {"اذار", 3},   {"نيسان", 4},
             {"ايار", 5}, {"حزيران", 6},    {"تموز", 7},         {"اب", 8},     {"ايلول", 9}}) {
      table.emplace(text::fold(name), month);
    }
    return table;
  }();
  return names;
}

/// Offsets of the zone abbreviations that mail and agencies use, in minutes (RFC 2822 section 4.3 and the common rest).
std::optional<int> zone_offset(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, int>, 30> kZones{{
      {"z", 0},      {"ut", 0},     {"utc", 0},    {"gmt", 0},    {"wet", 0},    {"bst", 60},
      {"ist", 330},  {"cet", 60},   {"mez", 60},   {"west", 60},  {"cest", 120}, {"mesz", 120},
      {"eet", 120},  {"sast", 120}, {"eest", 180}, {"msk", 180},  {"est", -300}, {"edt", -240},
      {"et", -300},  {"cst", -360}, {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480},
      {"pdt", -420}, {"jst", 540},  {"kst", 540},  {"hkt", 480},  {"sgt", 480},  {"aest", 600},
  }};
  for (const auto& [zone, minutes] : kZones) {
    if (text::ascii_iequals(name, zone)) return minutes;
  }
  return std::nullopt;
}

struct Token {
  enum class Kind : std::uint8_t { number, word, mark } kind = Kind::mark;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::int64_t value = 0;  // of a number, at most 18 digits
  int digits = 0;
  bool space_before = false;
};

class Tokens {
 public:
  Tokens(std::string_view text, std::size_t from) : text_(text) {
    bool space = false;
    for (std::size_t pos = from; pos < text.size();) {
      Token token{.begin = pos, .space_before = space};
      space = false;
      const char32_t c = text::decode(text, pos);
      if (is_digit(c)) {
        token.kind = Token::Kind::number;
        add_digit(token, c);
        continue_while(pos, [&](char32_t d) { return is_digit(d) && (add_digit(token, d), true); });
      } else if (is_letter(c)) {
        token.kind = Token::Kind::word;
        continue_while(pos, is_letter);
      } else if (u_isUWhiteSpace(static_cast<UChar32>(c)) != 0) {
        space = true;
        continue;
      }
      token.end = pos;
      tokens_.push_back(token);
    }
  }

  [[nodiscard]] std::size_t size() const { return tokens_.size(); }
  [[nodiscard]] const Token& operator[](std::size_t i) const { return i < tokens_.size() ? tokens_[i] : end_; }
  [[nodiscard]] std::string_view text(std::size_t i) const {
    const Token& t = (*this)[i];
    return text_.substr(t.begin, t.end - t.begin);
  }
  [[nodiscard]] bool is_number(std::size_t i) const { return i < size() && tokens_[i].kind == Token::Kind::number; }
  [[nodiscard]] bool is_word(std::size_t i) const { return i < size() && tokens_[i].kind == Token::Kind::word; }
  [[nodiscard]] bool is(std::size_t i, std::string_view s) const { return i < size() && text(i) == s; }
  [[nodiscard]] bool is_word(std::size_t i, std::string_view s) const {
    return is_word(i) && text::ascii_iequals(text(i), s);
  }
  [[nodiscard]] bool joined(std::size_t i) const { return i < size() && !tokens_[i].space_before; }

 private:
  static bool is_digit(char32_t c) {
    return c < 0x80 ? c >= '0' && c <= '9'
                    : u_charDigitValue(static_cast<UChar32>(c)) >= 0 && u_isdigit(static_cast<UChar32>(c)) != 0;
  }
  static bool is_letter(char32_t c) {
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return (u_isalpha(static_cast<UChar32>(c)) != 0 && !is_unit(c)) ||
           u_charType(static_cast<UChar32>(c)) == U_NON_SPACING_MARK ||
           u_charType(static_cast<UChar32>(c)) == U_COMBINING_SPACING_MARK;
  }
  /// East Asian year, month and day signs stand between digits without a space.
  static bool is_unit(char32_t c) {
    return c == U'年' || c == U'月' || c == U'日' || c == U'년' || c == U'월' || c == U'일' || c == U'時' ||
           c == U'分' || c == U'时';
  }
  static void add_digit(Token& token, char32_t c) {
    if (++token.digits <= 18) token.value = token.value * 10 + u_charDigitValue(static_cast<UChar32>(c));
  }
  template <typename Predicate>
  void continue_while(std::size_t& pos, Predicate predicate) {
    while (pos < text_.size()) {
      std::size_t next = pos;
      if (!predicate(text::decode(text_, next))) return;
      pos = next;
    }
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  Token end_;
};

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;
  bool has_seconds = false;
};

struct Day {
  int year = 0;
  int month = 0;
  int day = 0;  // 0: not given
};

/// Recognises dates and times that begin at a token; each function moves `at` behind what it took.
class Recogniser {
 public:
  Recogniser(const Tokens& tokens, DateHints hints) : tokens_(tokens), hints_(hints) {}

  std::optional<Day> day(std::size_t& at) const {
    for (const auto form : {&Recogniser::east_asian, &Recogniser::year_first, &Recogniser::week_date,
                            &Recogniser::numeric, &Recogniser::day_month_year, &Recogniser::month_day_year,
                            &Recogniser::year_month_day_words, &Recogniser::basic}) {
      std::size_t next = at;
      if (const auto found = (this->*form)(next); found && plausible(*found)) {
        at = next;
        return found;
      }
    }
    return std::nullopt;
  }

  /// Month and year alone: "December 2021", "2021-12".
  std::optional<Day> month(std::size_t& at) const {
    std::size_t next = at;
    if (const int m = month_name(next); m != 0) {
      skip_fillers(next);
      if (const int y = year(next); y != 0) return take(at, next, {y, m, 0});
    }
    next = at;
    if (const int y = year(next); y != 0 && tokens_.is(next, "-") && tokens_[next + 1].digits == 2) {
      const Day found{y, static_cast<int>(tokens_[next + 1].value), 0};
      if (found.month >= 1 && found.month <= 12) return take(at, next + 2, found);
    }
    return std::nullopt;
  }

  std::optional<TimeOfDay> time(std::size_t& at) const {
    if (!tokens_.is_number(at) || tokens_[at].digits > 2 || tokens_[at].value > 24) return std::nullopt;
    TimeOfDay result{.hour = static_cast<int>(tokens_[at].value)};
    std::size_t next = at + 1;
    const bool colon =
        (tokens_.is(next, ":") || tokens_.is_word(next, "h") || tokens_.is(next, "時") || tokens_.is(next, "时")) &&
        tokens_.joined(next);
    const bool dot = tokens_.is(next, ".") && tokens_.joined(next) && tokens_.joined(next + 1);
    if ((colon || dot) && tokens_.is_number(next + 1) && tokens_[next + 1].digits == 2) {
      result.minute = static_cast<int>(tokens_[next + 1].value);
      next += 2;
      if (tokens_.is(next, ":") && tokens_.is_number(next + 1) && tokens_[next + 1].digits == 2) {
        result.second = static_cast<int>(tokens_[next + 1].value);
        result.has_seconds = true;
        next += 2;
        if ((tokens_.is(next, ".") || tokens_.is(next, ",")) && tokens_.is_number(next + 1) && tokens_.joined(next + 1))
          next += 2;
      }
      if (tokens_.is(next, "分")) ++next;
    } else if (!half_day(next, true)) {
      return std::nullopt;
    }
    if (const auto half = half_day(next, false)) {
      if (result.hour > 12 && *half == 12) {
        // "14:05 PM": the 24-hour clock with a needless suffix.
      } else {
        result.hour = result.hour % 12 + *half;
      }
    } else if (dot && !tokens_.is_word(next, "uhr") && !tokens_.is_word(next, "ore")) {
      return std::nullopt;  // "30.12" is rather a date or a number than a time.
    }
    if (tokens_.is_word(next, "uhr") || tokens_.is_word(next, "hrs") || tokens_.is_word(next, "h")) ++next;
    if (result.hour == 24 && result.minute == 0) result.hour = 23, result.minute = 59;
    if (result.hour > 23 || result.minute > 59 || result.second > 60) return std::nullopt;
    result.second = std::min(result.second, 59);
    at = next;
    return result;
  }

  /// Minutes east of UTC: "Z", "+01:00", "-0500", "GMT+2", "EST", "(UTC)".
  std::optional<int> zone(std::size_t& at) const {
    std::size_t next = at;
    if (tokens_.is(next, "(")) ++next;
    std::optional<int> offset;
    if (tokens_.is_word(next)) {
      // "a las 14.05 ET": only upper case is a zone in running text.
      const std::string_view name = tokens_.text(next);
      const bool upper = std::all_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
      if (upper || text::ascii_iequals(name, "z")) offset = zone_offset(name);
      if (!offset) return std::nullopt;
      ++next;
    }
    std::size_t after_sign = next + 1;
    const bool minus = tokens_.is(next, "-") || tokens_.is(next, "\xE2\x88\x92");
    if ((minus || tokens_.is(next, "+")) && tokens_.is_number(after_sign) && tokens_.joined(after_sign)) {
      const Token& digits = tokens_[after_sign];
      int minutes = -1;
      if (digits.digits <= 2) {
        minutes = static_cast<int>(digits.value) * 60;
        ++after_sign;
        if (tokens_.is(after_sign, ":") && tokens_[after_sign + 1].digits == 2) {
          minutes += static_cast<int>(tokens_[after_sign + 1].value);
          after_sign += 2;
        }
      } else if (digits.digits == 4) {
        minutes = static_cast<int>(digits.value / 100 * 60 + digits.value % 100);
        ++after_sign;
      }
      if (minutes < 0 || minutes > 14 * 60) return std::nullopt;
      offset = offset.value_or(0) + (minus ? -minutes : minutes);
      next = after_sign;
    }
    if (!offset) return std::nullopt;
    if (tokens_.is(next, ")")) ++next;
    at = next;
    return offset;
  }

  void skip_fillers(std::size_t& at) const {
    static constexpr std::array<std::string_view, 30> kFillers{
        "at",   "on",  "of",  "de", "del", "a",  "as", "las", "la",   "à",    "le", "um", "om", "kl",  "klo",
        "alle", "ore", "den", "d",  "the", "às", "do", "г",   "года", "року", "в",  "о",  "o",  "uur", "t"};
    while (at < tokens_.size()) {
      if (tokens_[at].kind == Token::Kind::number) return;
      const std::string_view word = tokens_.text(at);
      const bool filler = tokens_.is(at, ",") || tokens_.is(at, ".") || tokens_.is(at, "-") || tokens_.is(at, "/") ||
                          tokens_.is(at, "|") || tokens_.is(at, "–") || tokens_.is(at, "·") || tokens_.is(at, "•") ||
                          std::any_of(kFillers.begin(), kFillers.end(),
                                      [&](std::string_view f) { return text::ascii_iequals(word, f); });
      if (!filler) return;
      ++at;
    }
  }

 private:
  static std::optional<Day> take(std::size_t& at, std::size_t next, Day day) {
    at = next;
    return day;
  }

  static bool plausible(const Day& d) {
    if (d.year < kFirstYear || d.year > kLastYear) return false;
    return year_month_day{std::chrono::year{d.year}, std::chrono::month{static_cast<unsigned>(d.month)},
                          std::chrono::day{static_cast<unsigned>(d.day)}}
        .ok();
  }

  int year(std::size_t& at) const {
    if (!tokens_.is_number(at) || tokens_[at].digits != 4) return 0;
    const auto value = static_cast<int>(tokens_[at].value);
    if (value < kFirstYear || value > kLastYear) return 0;
    ++at;
    return value;
  }

  int month_name(std::size_t& at) const {
    if (!tokens_.is_word(at)) return 0;
    const auto& names = month_names();
    const auto found = names.find(text::fold(tokens_.text(at)));
    if (found == names.end()) return 0;
    ++at;
    if (tokens_.is(at, ".") && tokens_.joined(at)) ++at;
    // Arabic papers give both names of a month: "نيسان / أبريل".
    if (tokens_.is(at, "/") && tokens_.is_word(at + 1)) {
      const auto again = names.find(text::fold(tokens_.text(at + 1)));
      if (again != names.end() && again->second == found->second) at += 2;
    }
    return found->second;
  }

  /// 1..31, with an ordinal's ending: "1st", "1er", "1º", "30.".
  int day_number(std::size_t& at) const {
    if (!tokens_.is_number(at) || tokens_[at].digits > 2) return 0;
    const auto value = static_cast<int>(tokens_[at].value);
    if (value < 1 || value > 31) return 0;
    ++at;
    if (tokens_.joined(at)) {
      for (const std::string_view ordinal : {"st", "nd", "rd", "th", "er", "º", "ª", "e", "eme", "ème"}) {
        if (tokens_.is_word(at) && text::fold(tokens_.text(at)) == text::fold(ordinal)) {
          ++at;
          break;
        }
      }
      if (tokens_.is(at, ".") || tokens_.is(at, "º") || tokens_.is(at, "°")) ++at;
    }
    return value;
  }

  std::optional<Day> east_asian(std::size_t& at) const {
    std::size_t next = at;
    const int y = year(next);
    if (y == 0 || !(tokens_.is(next, "年") || tokens_.is(next, "년"))) return std::nullopt;
    if (!tokens_.is_number(next + 1) || !(tokens_.is(next + 2, "月") || tokens_.is(next + 2, "월")))
      return std::nullopt;
    if (!tokens_.is_number(next + 3) || !(tokens_.is(next + 4, "日") || tokens_.is(next + 4, "일")))
      return std::nullopt;
    return take(at, next + 5,
                {y, static_cast<int>(tokens_[next + 1].value), static_cast<int>(tokens_[next + 3].value)});
  }

  /// 2021-12-30, 2021/12/30, 2021.12.30
  std::optional<Day> year_first(std::size_t& at) const {
    std::size_t next = at;
    const int y = year(next);
    if (y == 0) return std::nullopt;
    const std::string_view separator = tokens_.text(next);
    if (separator != "-" && separator != "/" && separator != ".") return std::nullopt;
    if (!tokens_.is_number(next + 1) || tokens_[next + 1].digits > 2 || tokens_.text(next + 2) != separator)
      return std::nullopt;
    if (!tokens_.is_number(next + 3) || tokens_[next + 3].digits > 2) return std::nullopt;
    return take(at, next + 4,
                {y, static_cast<int>(tokens_[next + 1].value), static_cast<int>(tokens_[next + 3].value)});
  }

  /// 2021-W05-3, 2021W053 (ISO 8601): the third day, from Monday, of the week that is the fifth by its Thursday.
  std::optional<Day> week_date(std::size_t& at) const {
    using namespace std::chrono;
    std::size_t next = at;
    const int y = year(next);
    const bool dashes = tokens_.is(next, "-");
    if (dashes) ++next;
    if (y == 0 || !tokens_.is_word(next, "w") || !tokens_.joined(next) || !tokens_.joined(next + 1))
      return std::nullopt;
    ++next;
    if (tokens_[next].digits != (dashes ? 2 : 3)) return std::nullopt;
    auto week = static_cast<int>(tokens_[next].value);
    int day = week % 10;
    if (dashes) {
      if (!tokens_.is(++next, "-") || tokens_[++next].digits != 1) return std::nullopt;
      day = static_cast<int>(tokens_[next].value);
    } else {
      week /= 10;
    }
    if (week < 1 || day < 1 || day > 7) return std::nullopt;
    const sys_days in_first = std::chrono::year{y} / 1 / 4;
    const sys_days monday = in_first - (weekday{in_first} - Monday) + weeks{week - 1};
    if (year_month_day{monday + days{3}}.year() != std::chrono::year{y}) return std::nullopt;
    const year_month_day found{monday + days{day - 1}};
    return take(at, next + 1,
                {static_cast<int>(found.year()), static_cast<int>(unsigned{found.month()}),
                 static_cast<int>(unsigned{found.day()})});
  }

  /// 30/12/2021, 12/30/21, 30.12.2021
  std::optional<Day> numeric(std::size_t& at) const {
    if (!tokens_.is_number(at) || !tokens_.is_number(at + 2) || !tokens_.is_number(at + 4)) return std::nullopt;
    const std::string_view separator = tokens_.text(at + 1);
    if ((separator != "/" && separator != "." && separator != "-" && separator != "|") ||
        tokens_.text(at + 3) != separator)
      return std::nullopt;
    const Token& a = tokens_[at];
    const Token& b = tokens_[at + 2];
    const Token& c = tokens_[at + 4];
    if (a.digits > 2 || b.digits > 2 || (c.digits != 4 && c.digits != 2)) return std::nullopt;
    bool day_first = hints_.order == DayMonthOrder::day_first || separator == ".";
    if (a.value > 12) day_first = true;
    if (b.value > 12) day_first = false;
    const int y = c.digits == 4 ? static_cast<int>(c.value) : two_digit_year(static_cast<int>(c.value));
    const auto d = static_cast<int>(day_first ? a.value : b.value);
    const auto m = static_cast<int>(day_first ? b.value : a.value);
    return take(at, at + 5, {y, m, d});
  }

  /// 30 December 2021, 30-Dec-1987, 30. Dezember 2021, 30 de diciembre de 2021
  std::optional<Day> day_month_year(std::size_t& at) const {
    std::size_t next = at;
    const int d = day_number(next);
    if (d == 0) return std::nullopt;
    skip_fillers(next);
    const int m = month_name(next);
    if (m == 0) return std::nullopt;
    skip_fillers(next);
    if (const int y = year(next); y != 0) return take(at, next, {y, m, d});
    return short_year(at, next, m, d);
  }

  /// December 30, 2021; Dec. 30th 2021
  std::optional<Day> month_day_year(std::size_t& at) const {
    std::size_t next = at;
    const int m = month_name(next);
    if (m == 0) return std::nullopt;
    if (tokens_.is(next, "-")) ++next;
    const int d = day_number(next);
    if (d == 0) return std::nullopt;
    skip_fillers(next);
    if (const int y = year(next); y != 0) return take(at, next, {y, m, d});
    return short_year(at, next, m, d);
  }

  /// "30 Dec 21", "30-Dec-21", "Dec 30, '21": two digits that no clock time follows.
  std::optional<Day> short_year(std::size_t& at, std::size_t next, int m, int d) const {
    if (tokens_.is(next, "'") || tokens_.is(next, "’")) ++next;
    if (!tokens_.is_number(next) || tokens_[next].digits != 2 || tokens_.is(next + 1, ":") || tokens_.is(next + 1, "."))
      return std::nullopt;
    return take(at, next + 1, {two_digit_year(static_cast<int>(tokens_[next].value)), m, d});
  }

  /// 2021. december 30.
  std::optional<Day> year_month_day_words(std::size_t& at) const {
    std::size_t next = at;
    const int y = year(next);
    if (y == 0 || !tokens_.is(next, ".")) return std::nullopt;
    const int m = month_name(++next);
    const int d = m == 0 ? 0 : day_number(next);
    if (d == 0) return std::nullopt;
    return take(at, next, {y, m, d});
  }

  /// 20211230
  std::optional<Day> basic(std::size_t& at) const {
    if (!tokens_.is_number(at) || tokens_[at].digits != 8) return std::nullopt;
    const auto v = static_cast<int>(tokens_[at].value);
    return take(at, at + 1, {v / 10000, v / 100 % 100, v % 100});
  }

  static int two_digit_year(int y) { return y < 70 ? 2000 + y : 1900 + y; }

  /// 0 for a.m., 12 for p.m.; `peek` leaves `at` where it is.
  std::optional<int> half_day(std::size_t& at, bool peek) const {
    std::size_t next = at;
    std::optional<int> half;
    if (tokens_.is_word(next, "am") || tokens_.is_word(next, "pm")) {
      half = tokens_.is_word(next, "pm") ? 12 : 0;
      ++next;
    } else if ((tokens_.is_word(next, "a") || tokens_.is_word(next, "p")) && tokens_.is(next + 1, ".") &&
               tokens_.is_word(next + 2, "m")) {
      half = tokens_.is_word(next, "p") ? 12 : 0;
      next += 3;
      if (tokens_.is(next, ".")) ++next;
    }
    if (half && !peek) at = next;
    return half;
  }

  const Tokens& tokens_;
  DateHints hints_;
};

Timestamp make_timestamp(const Day& d, const std::optional<TimeOfDay>& time, std::optional<int> zone) {
  const auto days =
      sys_days{year_month_day{std::chrono::year{d.year}, std::chrono::month{static_cast<unsigned>(d.month)},
                              std::chrono::day{static_cast<unsigned>(std::max(d.day, 1))}}};
  Timestamp result{.utc = days.time_since_epoch().count() * 86400LL};
  if (d.day == 0) {
    result.precision = Precision::month;
  } else if (!time) {
    result.precision = Precision::day;
  } else {
    result.precision = time->has_seconds ? Precision::second : Precision::minute;
    result.offset_minutes = static_cast<std::int16_t>(zone.value_or(0));
    result.utc += time->hour * 3600 + time->minute * 60 + time->second - result.offset_minutes * 60;
  }
  return result;
}

/// The time of day that follows (or, in "14:05, 30 December 2021", precedes) a day.
Timestamp with_time(const Tokens& tokens, const Recogniser& recogniser, const Day& day, std::size_t begin,
                    std::size_t& next) {
  std::size_t at = next;
  if (tokens.is_word(at, "t") || tokens.is_word(at, "T")) ++at;
  recogniser.skip_fillers(at);
  std::optional<TimeOfDay> time = recogniser.time(at);
  // "20211230T140500Z", "20211230140500"
  if (!time && tokens.is_number(at) && (tokens[at].digits == 6 || tokens[at].digits == 4) && at > next) {
    const bool six = tokens[at].digits == 6;
    const auto v = static_cast<int>(tokens[at].value);
    const TimeOfDay clock{.hour = six ? v / 10000 : v / 100,
                          .minute = (six ? v / 100 : v) % 100,
                          .second = six ? v % 100 : 0,
                          .has_seconds = six};
    if (clock.hour < 24 && clock.minute < 60 && clock.second < 60 && tokens.is_word(at - 1)) {
      time = clock;
      ++at;
    }
  }
  if (time) {
    const std::optional<int> zone = recogniser.zone(at);
    next = at;
    return make_timestamp(day, time, zone);
  }
  for (std::size_t before = 0; before < begin; ++before) {
    std::size_t moved = before;
    if (const auto early = recogniser.time(moved)) {
      const std::optional<int> zone = recogniser.zone(moved);
      recogniser.skip_fillers(moved);
      if (moved == begin) return make_timestamp(day, early, zone);
    }
  }
  return make_timestamp(day, std::nullopt, std::nullopt);
}

std::optional<Timestamp> unix_time(const Tokens& tokens) {
  if (tokens.size() != 1 || !tokens.is_number(0)) return std::nullopt;
  const Token& number = tokens[0];
  if (number.digits != 10 && number.digits != 13) return std::nullopt;
  return Timestamp{.utc = number.digits == 10 ? number.value : number.value / 1000};
}

}  // namespace

DateHints date_hints(std::string_view lang) {
  return {.order = lang.empty() || lang == "en" ? DayMonthOrder::month_first : DayMonthOrder::day_first};
}

std::optional<Timestamp> parse_date(std::string_view written, DateHints hints) {
  // Longer strings are no dates; running text is for find_date.
  constexpr std::size_t kLongest = 160;
  if (written.size() > kLongest) return std::nullopt;
  const Tokens tokens(written, 0);
  if (const auto seconds = unix_time(tokens)) return seconds;
  const Recogniser recogniser(tokens, hints);
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    std::size_t next = at;
    if (const auto day = recogniser.day(next)) return with_time(tokens, recogniser, *day, at, next);
  }
  for (std::size_t at = 0; at < tokens.size() && (at == 0 || !tokens.is_number(at - 1)); ++at) {
    std::size_t next = at;
    if (const auto month = recogniser.month(next); month && next == tokens.size()) {
      return make_timestamp(*month, std::nullopt, std::nullopt);
    }
  }
  if (tokens.size() == 1 && tokens[0].digits == 4 && tokens[0].value >= kFirstYear && tokens[0].value <= kLastYear) {
    Timestamp year = make_timestamp({static_cast<int>(tokens[0].value), 1, 1}, std::nullopt, std::nullopt);
    year.precision = Precision::year;
    return year;
  }
  return std::nullopt;
}

std::optional<FoundDate> find_date(std::string_view running, std::size_t from, DateHints hints) {
  const Tokens tokens(running, from);
  const Recogniser recogniser(tokens, hints);
  for (std::size_t at = 0; at < tokens.size(); ++at) {
    std::size_t next = at;
    const auto day = recogniser.day(next);
    if (!day) continue;
    const Timestamp value = with_time(tokens, recogniser, *day, at, next);
    return FoundDate{.value = value, .begin = tokens[at].begin, .end = tokens[next - 1].end};
  }
  return std::nullopt;
}

std::chrono::sys_days local_day(const Timestamp& t) {
  return std::chrono::floor<std::chrono::days>(
      std::chrono::sys_seconds{std::chrono::seconds{t.utc + t.offset_minutes * 60LL}});
}

std::string format_day(std::chrono::sys_days day) {
  const year_month_day d{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()),
                     static_cast<unsigned>(d.day()));
}

std::string format_day(const Timestamp& t) {
  std::string day = format_day(local_day(t));
  if (t.precision == Precision::month) day.resize(7);
  if (t.precision == Precision::year) day.resize(4);
  return day;
}

std::string format_rfc3339(const Timestamp& t) {
  std::string out = format_day(t);
  if (t.precision < Precision::minute) return out;
  const std::int64_t local = t.utc + t.offset_minutes * 60LL;
  const std::int64_t seconds = local - local_day(t).time_since_epoch().count() * 86400LL;
  out += fmt::format("T{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
  if (t.precision == Precision::second) out += fmt::format(":{:02}", seconds % 60);
  if (t.offset_minutes == 0) return out + "Z";
  const int offset = std::abs(t.offset_minutes);
  return out + fmt::format("{}{:02}:{:02}", t.offset_minutes < 0 ? '-' : '+', offset / 60, offset % 60);
}

}  // namespace dateline
