#include "common/query/lexer.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/positions.h"
#include "common/query/fields.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

constexpr std::uint32_t kMostOccurrences = 1000;
constexpr std::uint32_t kMostFirstWords = 100'000;
constexpr std::uint32_t kPlainNear = 10;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_ascii_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// " and the marks that word processors put in its place.
bool is_quote(char32_t c) {
  return c == U'"' || (c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB || c == 0xFF02 ||
         (c >= 0x300C && c <= 0x300F);
}

bool is_wordlike(char32_t c) {
  if (c < 128) return is_digit(static_cast<char>(c)) || is_ascii_letter(static_cast<char>(c));
  const auto type = u_charType(static_cast<UChar32>(c));
  return u_isUAlphabetic(static_cast<UChar32>(c)) != 0 || type == U_NON_SPACING_MARK ||
         type == U_COMBINING_SPACING_MARK || type == U_DECIMAL_DIGIT_NUMBER || type == U_OTHER_NUMBER ||
         type == U_LETTER_NUMBER;
}

std::optional<std::uint32_t> number(std::string_view digits) {
  std::uint32_t n = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), n);
  if (digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return UINT32_MAX;
  if (error != std::errc{}) return std::nullopt;
  return n;
}

std::uint32_t distance(std::uint32_t n, std::size_t position, std::string_view typed) {
  if (n == 0) fail(position, fmt::format("\"{}\": the distance is counted in words, from 1 for neighbours", typed));
  if (n > kMaxNearDistance) {
    fail(position, fmt::format("\"{}\": the distance may be {} words at most; for the same paragraph write /p", typed,
                               kMaxNearDistance));
  }
  return n;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<LexToken> run() {
    while (pos_ < text_.size()) {
      std::size_t next = pos_;
      const char32_t c = text::decode(text_, next);
      if (is_space(c)) {
        pos_ = next;
      } else if (c == U'(' || c == U')') {
        add(c == U'(' ? Lexeme::open : Lexeme::close, next);
      } else if (is_quote(c)) {
        quoted(c, next);
      } else {
        run_of_characters();
      }
    }
    add(Lexeme::end, pos_);
    return std::move(tokens_);
  }

 private:
  LexToken& add(Lexeme kind, std::size_t end) {
    LexToken token;
    token.kind = kind;
    token.begin = pos_;
    token.end = end;
    tokens_.push_back(std::move(token));
    pos_ = end;
    return tokens_.back();
  }

  void quoted(char32_t opening, std::size_t inside) {
    std::size_t at = inside;
    while (at < text_.size()) {
      const std::size_t close = at;
      const char32_t c = text::decode(text_, at);
      if (!is_quote(c)) continue;
      const std::size_t opened = pos_;
      std::size_t end = at;
      std::uint32_t slop = 0;
      if (end + 1 < text_.size() && text_[end] == '~' && is_digit(text_[end + 1])) {
        std::size_t last = end + 1;
        while (last < text_.size() && is_digit(text_[last])) ++last;
        slop = distance(number(text_.substr(end + 1, last - end - 1)).value_or(0), end, text_.substr(end, last - end));
        end = last;
      }
      LexToken& token = add(Lexeme::quoted, end);
      token.begin = opened;
      token.text = text_.substr(inside, close - inside);
      token.n = slop;
      return;
    }
    std::string mark;
    text::append_utf8(mark, opening);
    fail(pos_, fmt::format("the quotation mark {} is not closed; put one after the last word of the phrase", mark));
  }

  /// To the next space, bracket or quotation mark.
  [[nodiscard]] std::size_t run_end() const {
    std::size_t at = pos_;
    while (at < text_.size()) {
      const std::size_t here = at;
      const char32_t c = text::decode(text_, at);
      if (is_space(c) || c == U'(' || c == U')' || is_quote(c)) return here;
    }
    return at;
  }

  [[nodiscard]] bool operand_follows(std::size_t at) const {
    if (at >= text_.size()) return false;
    const char32_t c = text::decode(text_, at);
    return !is_space(c) && c != U')';
  }

  void run_of_characters() {
    const char c = text_[pos_];
    if ((c == '+' || c == '-') && operand_follows(pos_ + 1)) {
      add(c == '+' ? Lexeme::plus : Lexeme::minus, pos_ + 1);
      return;
    }
    const std::size_t end = run_end();
    const std::string_view run = text_.substr(pos_, end - pos_);
    if (c == '=' && operand_follows(pos_ + 1)) {
      equals(end);
      return;
    }
    foreign_operator(run);
    if (keyword(run, end) || near_operator(run, end) || field(run)) return;
    add(Lexeme::word, end).text = run;
  }

  void equals(std::size_t end) {
    if (end == pos_ + 1) {  // ="…" is "…"; =( means nothing
      if (text_[end] == '(') fail(pos_, "\"=\" makes one word exact; write it before each word: (=oil OR =gas)");
      pos_ = end;
      return;
    }
    const std::size_t begin = pos_ + 1;
    add(Lexeme::exact_word, end).text = text_.substr(begin, end - begin);
  }

  void foreign_operator(std::string_view run) const {
    if (run == "|" || run == "||") fail(pos_, fmt::format("\"{}\" is not an operator here; write OR", run));
    if (run == "&&") fail(pos_, "\"&&\" is not an operator here; write AND, or nothing");
    if (run.size() > 1 && run[0] == '!' && (is_ascii_letter(run[1]) || is_digit(run[1]))) {
      fail(pos_, fmt::format("\"!\" is not an operator here; write -{} or NOT {}", run.substr(1), run.substr(1)));
    }
  }

  bool keyword(std::string_view run, std::size_t end) {
    struct Keyword {
      std::string_view text;
      Lexeme kind;
    };
    static constexpr Keyword kKeywords[] = {{"AND", Lexeme::and_op},
                                            {"OR", Lexeme::or_op},
                                            {"XOR", Lexeme::xor_op},
                                            {"NOT", Lexeme::not_op},
                                            {"MAYBE", Lexeme::maybe_op}};
    for (const Keyword& keyword : kKeywords) {
      if (run == keyword.text) {
        add(keyword.kind, end).text = run;
        return true;
      }
    }
    if (text::istarts_with(run, "atleast") && run.size() > 7) {
      const auto n = number(run.substr(7));
      if (!n) return false;
      if (*n == 0 || *n > kMostOccurrences)
        fail(pos_, fmt::format("\"{}\": write a number from 1 to {}", run, kMostOccurrences));
      LexToken& token = add(Lexeme::at_least, end);
      token.text = run;
      token.n = *n;
      return true;
    }
    return false;
  }

  bool near_operator(std::string_view run, std::size_t end) {
    const std::string lower = text::ascii_lower(run);
    const auto put = [&](Lexeme kind, std::uint32_t n) {
      LexToken& token = add(kind, end);
      token.text = run;
      token.n = n;
      return true;
    };
    if (lower == "/s" || lower == "w/s") return put(Lexeme::sentence, 0);
    if (lower == "/p" || lower == "w/p") return put(Lexeme::paragraph, 0);
    if (run == "NEAR") return put(Lexeme::near, kPlainNear);
    if (run == "ADJ") return put(Lexeme::before, 1);
    struct Name {
      std::string_view text;
      Lexeme kind;
    };
    static constexpr Name kSlashed[] = {{"/", Lexeme::near},
                                        {"w/", Lexeme::near},
                                        {"near/", Lexeme::near},
                                        {"pre/", Lexeme::before},
                                        {"adj/", Lexeme::before}};
    static constexpr Name kGlued[] = {{"NEAR", Lexeme::near}, {"ADJ", Lexeme::before}};
    for (const Name& name : kSlashed) {
      if (!lower.starts_with(name.text)) continue;
      if (const auto n = number(run.substr(name.text.size()))) return put(name.kind, distance(*n, pos_, run));
    }
    for (const Name& name : kGlued) {
      if (!run.starts_with(name.text)) continue;
      if (const auto n = number(run.substr(name.text.size()))) return put(name.kind, distance(*n, pos_, run));
    }
    return false;
  }

  bool field(std::string_view run) {
    const std::size_t colon = run.find(':');
    if (colon == std::string_view::npos || colon == 0 || !is_ascii_letter(run[0])) return false;
    const std::string name = text::ascii_lower(run.substr(0, colon));
    const std::size_t after = pos_ + colon + 1;
    if (name.starts_with("first") && name.size() > 5) {
      if (const auto n = number(std::string_view(name).substr(5))) {
        if (*n == 0 || *n > kMostFirstWords) {
          fail(pos_, fmt::format("\"{}:\": write a number of words from 1 to {}", name, kMostFirstWords));
        }
        require_value(name, after);
        LexToken& token = add(Lexeme::first, after);
        token.text = name;
        token.n = *n;
        return true;
      }
    }
    const auto* const known =
        std::find_if(kFieldNames.begin(), kFieldNames.end(), [&](const FieldName& f) { return f.name == name; });
    if (known != kFieldNames.end()) {
      require_value(name, after);
      add(Lexeme::field, after).text = name;
      // The value is one run, also where it looks like an operator.
      if (known->value != FieldValue::query && pos_ < text_.size() && !is_quote(decoded(pos_)) && text_[pos_] != '(') {
        const std::size_t end = run_end();
        add(Lexeme::word, end).text = text_.substr(after, end - after);
      }
      return true;
    }
    if (after >= pos_ + run.size() && !(after < text_.size() && (is_quote(decoded(after)) || text_[after] == '('))) {
      return false;  // "Biden:" ends a clause
    }
    unknown_field(name, run);
  }

  [[nodiscard]] char32_t decoded(std::size_t at) const { return text::decode(text_, at); }

  void require_value(std::string_view name, std::size_t after) const {
    if (operand_follows(after)) return;
    fail(pos_, fmt::format("\"{}:\" needs its value right after the colon, as in {}:{}", name, name,
                           name == "date" ? "2021-12" : "word"));
  }

  [[noreturn]] void unknown_field(const std::string& name, std::string_view run) const {
    if (name == "http" || name == "https")
      fail(pos_, fmt::format("an address is looked up with url:, as in url:\"{}\"", run));
    std::string nearest;
    for (const FieldName& f : kFieldNames) {
      if (f.name.size() > 2 && name.size() > 1 && f.name.substr(0, 2) == std::string_view(name).substr(0, 2)) {
        nearest = fmt::format("; did you mean {}:", f.name);
        break;
      }
    }
    fail(pos_, fmt::format("there is no field \"{}:\"{}{} To search for the words, leave a space after the colon", name,
                           nearest, nearest.empty() ? "." : "?"));
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::vector<LexToken> tokens_;
};

}  // namespace

void fail(std::size_t position, const std::string& message) {
  throw Error(ErrorCode::query, "query", message, position);
}

bool is_space(char32_t c) {
  return c == U' ' || (c >= 9 && c <= 13) || (c > 127 && u_isUWhiteSpace(static_cast<UChar32>(c)) != 0);
}

std::string_view trim_word(std::string_view word) {
  std::size_t begin = word.size();
  std::size_t end = 0;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t here = at;
    const char32_t c = text::decode(word, at);
    if (!is_wordlike(c) && c != U'*') continue;
    if (begin == word.size()) begin = here;
    end = at;
  }
  if (begin >= end) return {};
  if (begin > 0 && (word[begin - 1] == '#' || word[begin - 1] == '@') && word[begin] != '*') --begin;
  return word.substr(begin, end - begin);
}

std::vector<LexToken> lex(std::string_view text) {
  return Lexer(text).run();
}

}  // namespace dateline::query
