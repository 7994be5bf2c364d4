#include "common/query/words.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/query/lexer.h"
#include "common/stop_words.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

bool has_wildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

/// False for what would be read as an operator or a field.
bool reads_as_word(const std::string& text) {
  try {
    const std::vector<LexToken> tokens = lex(text);
    return tokens.size() == 2 && tokens.front().kind == Lexeme::word;
  } catch (const Error&) {
    return false;
  }
}

/// Takes ~, ~1 or ~2 off a word.
void read_fuzzy(std::string_view typed, std::size_t position, std::string_view& word, Node& node) {
  const std::size_t after = static_cast<std::size_t>(word.data() - typed.data()) + word.size();
  if (after < typed.size() && typed[after] == '~') {
    node.n = 1;
  } else if (const std::size_t tilde = word.rfind('~'); tilde != std::string_view::npos && tilde > 0) {
    const std::string_view edits = word.substr(tilde + 1);
    if (!edits.empty() && edits.find_first_not_of("0123456789") == std::string_view::npos) {
      if (edits != "1" && edits != "2") {
        fail(position + tilde, "a fuzzy word may differ by 1 or 2 letters; write ~1 or ~2");
      }
      node.n = edits == "1" ? 1 : 2;
      word = trim_word(word.substr(0, tilde));
    }
  }
}

}  // namespace

bool only_stars(std::string_view text) {
  return !text.empty() && text.find_first_not_of('*') == std::string_view::npos;
}

std::optional<Node> WordReader::read(std::string_view typed, std::size_t position, bool exact) {
  Node node;
  node.kind = Kind::word;
  node.position = position;
  if (only_stars(typed) && !exact) {
    node.kind = Kind::everything;
    return node;
  }
  std::string_view word = trim_word(typed);
  if (!exact && !word.empty()) read_fuzzy(typed, position, word, node);
  if (word.empty()) return std::nullopt;
  node.position = position + static_cast<std::size_t>(word.data() - typed.data());
  node.text = cased(word);
  if (only_stars(word)) fail(node.position, "a * alone has no place here; write at least 3 letters before it");
  node.wildcard = has_wildcard(word);
  if (node.wildcard) check_wildcard(word, node.position);
  if (node.wildcard && node.n > 0) fail(node.position, "a word is either fuzzy (~) or has wildcards (* ?), not both");
  // "AND," is a word, and must stay one when it is printed.
  const bool reads = reads_as_word(node.text);
  if (!reads && (node.wildcard || node.n > 0)) {
    fail(node.position,
         fmt::format("\"{}\" looks like an operator or a field behind other signs; write it apart", node.text));
  }
  node.exact = !node.wildcard && (exact || !reads);
  return node;
}

void WordReader::check_wildcard(std::string_view pattern, std::size_t position) const {
  const std::size_t need = options_.limits.min_literal;
  std::size_t before = 0;
  std::size_t letters = 0;
  bool seen = false;
  bool enough = true;
  const auto end_piece = [&] {
    enough = enough && (!seen || (before == 0 ? letters : before) >= need);
    before = letters = 0;
    seen = false;
  };
  for (std::size_t i = 0; i < pattern.size();) {
    const char32_t c = text::decode(pattern, i);
    if (c >= 0x2E80) return;  // a single character of Chinese is a word
    const bool wild = c == U'*' || c == U'?';
    if (wild) {
      seen = true;
    } else if (c < 128 && !((c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z') || (c >= U'0' && c <= U'9'))) {
      end_piece();  // the parts of "anti-sanct*" are looked up one by one
    } else {
      ++letters;
      if (!seen) ++before;
    }
  }
  end_piece();
  if (enough) return;
  fail(position, fmt::format("\"{}\" would stand for too many words; write at least {} letters before the * or ?",
                             pattern, need));
}

/// "US" as "U.S", so that it stays one wherever it is printed; where the whole query is in capitals, which then mean
/// nothing, as "us".
std::string WordReader::cased(std::string_view word) {
  std::string text{word};
  if (word.find('.') != std::string_view::npos) return text;
  const std::span<const Token> tokens = analyzer_.tokenize(word);
  if (tokens.size() != 2 || tokens.back().kind != TokenKind::acronym) return text;
  if (all_capitals_) return text::ascii_lower(word);
  text = tokens.back().term;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return text;
}

bool WordReader::is_stop(const std::string& word) {
  const std::span<const Token> tokens = analyzer_.tokenize(word);
  if (tokens.size() != 1 || tokens.front().kind != TokenKind::word) return false;
  return std::any_of(options_.languages.begin(), options_.languages.end(),
                     [&](const std::string& lang) { return is_stop_word(tokens.front().term, lang); });
}

std::string scrub(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t here = at;
    const char32_t c = text::decode(text, at);
    const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) ||
                         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0xFFFD;
    if (control) {
      out.append(at - here, ' ');
    } else {
      out.append(text, here, at - here);
    }
  }
  return out;
}

std::string plain_words(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t here = at;
    const char32_t c = text::decode(text, at);
    static constexpr std::string_view kMeaningful = "()\"*?:=~/!+<>|@#";
    const bool ascii = c < 128;
    const bool quote =
        (c >= 0x201C && c <= 0x201F) || c == 0xAB || c == 0xBB || c == 0xFF02 || (c >= 0x300C && c <= 0x300F);
    const bool leading_minus = c == U'-' && (out.empty() || out.back() == ' ');
    if (quote || leading_minus || is_space(c) ||
        (ascii && kMeaningful.find(static_cast<char>(c)) != std::string_view::npos)) {
      out += ' ';
    } else {
      out.append(text, here, at - here);
    }
  }
  std::string words;
  for (const std::string_view word : text::split(out, ' ')) {
    if (word.empty()) continue;
    if (!words.empty()) words += ' ';
    std::string_view trimmed = trim_word(word);
    const bool keyword = trimmed == "AND" || trimmed == "OR" || trimmed == "XOR" || trimmed == "NOT" ||
                         trimmed == "MAYBE" || trimmed.starts_with("NEAR") || trimmed.starts_with("ADJ") ||
                         text::istarts_with(trimmed, "atleast");
    words += keyword ? text::ascii_lower(trimmed) : std::string(trimmed);
    if (text::istarts_with(trimmed, "atleast")) words.insert(words.size() - trimmed.size() + 7, 1, ' ');
  }
  return words;
}

}  // namespace dateline::query
