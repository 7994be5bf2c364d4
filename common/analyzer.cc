#include "common/analyzer.h"

#include <xapian.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/analyzer_chars.h"
#include "common/language.h"
#include "common/number_spelling.h"
#include "common/same_bytes.h"
#include "common/schema.h"
#include "common/sentence_end.h"
#include "common/sorted_words.h"
#include "common/stem_cache.h"
#include "common/stop_words.h"
#include "common/text.h"
#include "common/word_hash.h"

namespace dateline {
namespace {

constexpr Class ascii_class(unsigned char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return Class::letter;
  if (c >= '0' && c <= '9') return Class::digit;
  if (c == ' ' || (c >= '\t' && c <= '\r')) return Class::space;
  if (c == '\'') return Class::apostrophe;
  if (c == '-') return Class::hyphen;
  if (c == '.') return Class::period;
  if (c == '!' || c == '?') return Class::strong_end;
  if (c == ',' || c == ';') return Class::clause_end;
  return Class::other;
}

constexpr std::array<Class, 128> kAsciiClass = [] {
  std::array<Class, 128> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = ascii_class(static_cast<unsigned char>(c));
  return table;
}();

constexpr bool is_ascii_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_ascii_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_ascii_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr char ascii_lowered(char c) {
  return is_ascii_upper(c) ? static_cast<char>(c | 0x20) : c;
}
constexpr bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}

/// Initialisms written in capitals even where newspapers write "Nato", whose small letters spell an ordinary word of
/// some language.
constexpr auto kCollidingInitialisms =
    sorted(std::to_array<std::string_view>({"us", "it", "who", "un", "is", "eu", "ai", "ira", "car", "la", "da"}));
constexpr std::size_t kMostCollidingLetters = 3;
static_assert(std::all_of(kCollidingInitialisms.begin(), kCollidingInitialisms.end(),
                          [](std::string_view word) { return word.size() <= kMostCollidingLetters; }));

/// One run of letters and digits.
struct Part {
  std::string term;
  std::string accented;  // always filled
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t length = 0;  // characters
  bool digits_only = true;
  bool capitals_only = true;  // and at least one
  bool starts_lower = false;
  bool dotted = false;  // U.S.
};

/// What stands between the word before and the next one.
struct Border {
  bool period = false;
  bool adjacent = false;  // the period follows the word at once
  bool strong = false;
  bool wide = false;
  bool space = false;  // after the period
};

}  // namespace

struct Analyzer::Impl {
  explicit Impl(std::string_view lang) : language(lang) {
    const std::string name = stemmer_name(lang);
    if (!name.empty()) {
      stemmer = Xapian::Stem(name);
      stems_words = true;
    }
  }

  std::string language;
  Xapian::Stem stemmer;
  bool stems_words = false;
  CharTable chars;

  StemCache stems;
  std::string stem_of_last;  // that was not known

  // --- of the text being scanned
  std::string_view text;
  std::vector<Token> tokens;
  std::size_t used = 0;  // of `tokens`; the rest are kept for their memory
  std::size_t pos = 0;
  bool all_capitals = false;
  Border border;
  std::size_t last_word = std::string::npos;  // index of the latest token of kind word
  bool last_dotted = false;
  std::vector<Part> parts;
  std::size_t part_count = 0;

  struct Peek {
    Class cls = Class::other;
    std::size_t next = 0;
    const Char* info = nullptr;  // null: ASCII
  };

  Peek peek(std::size_t at) {
    if (at >= text.size()) return {Class::other, at, nullptr};
    if (is_ascii(text[at])) return {kAsciiClass[static_cast<unsigned char>(text[at])], at + 1, nullptr};
    std::size_t next = at;
    const Char& info = chars.at(text::decode(text, next));
    return {info.cls, next, &info};
  }

  bool is_word_char(std::size_t at) {
    const Class cls = peek(at).cls;
    return cls == Class::letter || cls == Class::digit;
  }

  void scan(std::string_view input);
  bool scan_plain_word();
  Part& new_part();
  void scan_part();
  bool scan_dotted();
  void scan_compound(bool tagged, std::size_t tag_at);
  bool join_by_apostrophe(std::size_t after);
  void scan_grams();
  void emit_compound(bool tagged, std::size_t tag_at);
  Token& emit(TokenKind kind, std::size_t begin, std::size_t end);
  void end_word(Token& token, bool starts_lower, bool digits_only);
  void emit_word(const Part& part);
  void emit_acronym(std::string_view term, std::size_t begin, std::size_t end);
  bool begins_sentence(std::string_view term, bool starts_lower, bool starts_digit) const;
  std::string fold(std::string_view word);
  std::string_view stem(std::string_view folded_word, std::uint64_t hash);
};

Analyzer::Analyzer(std::string_view lang) : impl_(std::make_unique<Impl>(lang)) {}
Analyzer::~Analyzer() = default;
Analyzer::Analyzer(Analyzer&&) noexcept = default;
Analyzer& Analyzer::operator=(Analyzer&&) noexcept = default;

bool Analyzer::has_stemmer() const {
  return impl_->stems_words;
}

const std::string& Analyzer::language() const {
  return impl_->language;
}

std::string_view Analyzer::stem_language() const {
  return impl_->stems_words ? std::string_view(impl_->language) : std::string_view();
}

Analyzer& Analyzers::of(std::string_view lang) {
  const auto known = by_language_.find(lang);
  if (known != by_language_.end()) return known->second;
  if (by_language_.size() == most_) by_language_.clear();
  return by_language_.emplace(std::string{lang}, Analyzer(lang)).first->second;
}

std::span<const Token> Analyzer::tokenize(std::string_view text) {
  impl_->scan(text);
  return std::span(impl_->tokens).first(impl_->used);
}

std::string Analyzer::Impl::fold(std::string_view word) {
  std::string folded;
  for (std::size_t at = 0; at < word.size();) {
    if (is_ascii(word[at])) {
      folded.push_back(ascii_lowered(word[at++]));
      continue;
    }
    const Char& info = chars.at(text::decode(word, at));
    folded.append(info.folded.data(), info.folded_size);
  }
  return folded;
}

std::string_view Analyzer::stem(std::string_view folded_word) {
  return impl_->stem(folded_word, word_hash(folded_word));
}

std::string_view Analyzer::Impl::stem(std::string_view folded_word, std::uint64_t hash) {
  if (const std::string_view known = stems.find(folded_word, hash); known.data() != nullptr) return known;
  std::string stem{folded_word};
  const bool has_digit = std::any_of(folded_word.begin(), folded_word.end(), is_ascii_digit);
  if (stems_words && !has_digit) stem = stemmer(stem);
  stem = fold(stem);
  // Function words and news do not meet: "does" is no form of "doe", "queen" (stem "que") in a Spanish text none of
  // "que".
  if (std::string word = fold(folded_word);
      stem.empty() || is_stop_word(word, language) || is_stop_word(stem, language)) {
    stem = std::move(word);
  }
  stems.put(folded_word, hash, stem);
  return stem_of_last = std::move(stem);
}

std::string_view Analyzer::stem(const Token& token) {
  if (!impl_->stems_words) return token.term;
  if (!token.accented.empty()) return stem(std::string_view(token.accented));
  return token.kind == TokenKind::word ? impl_->stem(token.term, token.hash) : stem(std::string_view(token.term));
}

void Analyzer::Impl::scan(std::string_view input) {
  constexpr std::size_t kMostTokensKept = 4096;  // of more than most paragraphs
  if (tokens.size() > kMostTokensKept) tokens = std::vector<Token>();
  text = input.substr(0, 0xFFFFFFF0U);
  used = 0;
  pos = 0;
  border = {};
  last_word = std::string::npos;
  last_dotted = false;
  const bool small = std::any_of(text.begin(), text.end(), is_ascii_lower);
  // A headline in capitals tells nothing about initialisms.
  all_capitals = !small && std::count_if(text.begin(), text.end(), is_ascii_upper) >= 8;
  bool after_word = false;
  std::size_t tag_at = std::string::npos;
  while (pos < text.size()) {
    const Peek here = peek(pos);
    switch (here.cls) {
      case Class::letter:
      case Class::digit:
        if (const bool tagged = tag_at != std::string::npos && tag_at + 1 == pos; tagged || !scan_plain_word())
          scan_compound(tagged, tag_at);
        after_word = true;
        continue;
      case Class::gram:
        scan_grams();
        after_word = true;
        continue;
      case Class::space:
        border.space = true;
        break;
      case Class::period:
        border.adjacent = after_word;
        border.period = true;
        border.space = false;
        break;
      case Class::strong_end:
        border.strong = true;
        border.space = false;
        break;
      case Class::wide_end:
        border.wide = true;
        break;
      case Class::clause_end:
        border.period = border.strong = false;
        break;
      default:
        break;
    }
    if ((text[pos] == '#' || text[pos] == '@') && !after_word) tag_at = pos;
    after_word = false;
    pos = here.next;
  }
}

Part& Analyzer::Impl::new_part() {
  if (part_count == parts.size()) parts.emplace_back();
  Part& part = parts[part_count++];
  part.term.clear();
  part.accented.clear();
  part.begin = static_cast<std::uint32_t>(pos);
  part.length = 0;
  part.digits_only = part.capitals_only = true;
  part.starts_lower = part.dotted = false;
  return part;
}

/// Reads letters, digits and their marks from `pos`; in a number also "." and "," before a digit.
void Analyzer::Impl::scan_part() {
  Part& part = new_part();
  bool has_separator = false;
  bool has_accents = false;
  while (pos < text.size()) {
    const char c = text[pos];
    if (is_ascii(c)) {
      const Class cls = kAsciiClass[static_cast<unsigned char>(c)];
      if (cls == Class::letter) {
        if (part.length == 0) part.starts_lower = is_ascii_lower(c);
        const std::size_t begin = pos;
        const std::size_t filled = part.term.size();
        while (pos < text.size() && is_ascii(text[pos]) &&
               kAsciiClass[static_cast<unsigned char>(text[pos])] == Class::letter)
          ++pos;
        part.term.append(text, begin, pos - begin);
        bool lower = false;
        for (std::size_t i = filled; i < part.term.size(); ++i) {
          lower |= is_ascii_lower(part.term[i]);
          part.term[i] = static_cast<char>(part.term[i] | 0x20);
        }
        if (lower) part.capitals_only = false;
        part.digits_only = false;
        if (has_accents) part.accented.append(part.term, filled);
        part.length += static_cast<std::uint32_t>(pos - begin);
        continue;
      }
      if (cls == Class::digit) {
        // in capitals_only, a digit counts as neither
      } else if ((c == '.' || c == ',') && part.digits_only && pos + 1 < text.size() && is_ascii_digit(text[pos + 1])) {
        has_separator = true;
      } else {
        break;
      }
      part.term.push_back(c);
      if (has_accents) part.accented.push_back(c);
      ++part.length;
      ++pos;
      continue;
    }
    const Peek here = peek(pos);
    if (here.cls != Class::letter && here.cls != Class::digit && here.cls != Class::mark &&
        here.cls != Class::ignorable) {
      break;
    }
    if (here.cls == Class::ignorable && !is_word_char(here.next)) break;
    if (!has_accents) {
      has_accents = true;
      part.accented = part.term;
    }
    if (here.cls == Class::letter) {
      if (!here.info->upper) part.capitals_only = false;
      if (part.length == 0) part.starts_lower = here.info->lower;
      part.digits_only = false;
    }
    if (here.cls != Class::ignorable) {
      part.term.append(here.info->folded.data(), here.info->folded_size);
      part.accented.append(here.info->lowered.data(), here.info->lowered_size);
      ++part.length;
    }
    pos = here.next;
  }
  part.end = static_cast<std::uint32_t>(pos);
  if (has_separator) normalize_number(part.term);
  if (!has_accents) part.accented = part.term;
}

/// "U.S.", "U.S", "e.g.": single letters parted by periods become one part.
bool Analyzer::Impl::scan_dotted() {
  std::size_t at = pos;
  std::size_t letters = 0;
  std::size_t end = pos;
  while (true) {
    const Peek letter = peek(at);
    if (letter.cls != Class::letter || is_word_char(letter.next)) break;
    ++letters;
    end = letter.next;
    if (letter.next >= text.size() || text[letter.next] != '.') break;
    end = at = letter.next + 1;
  }
  if (letters < 2) return false;
  Part& part = new_part();
  for (std::size_t i = pos; i < end;) {
    const Peek letter = peek(i);
    if (letter.cls == Class::letter) {
      if (letter.info != nullptr) {
        part.term.append(letter.info->folded.data(), letter.info->folded_size);
        part.accented.append(letter.info->lowered.data(), letter.info->lowered_size);
        part.capitals_only = part.capitals_only && letter.info->upper;
        if (i == pos) part.starts_lower = letter.info->lower;
      } else {
        part.term.push_back(ascii_lowered(text[i]));
        part.accented.push_back(ascii_lowered(text[i]));
        part.capitals_only = part.capitals_only && is_ascii_upper(text[i]);
        if (i == pos) part.starts_lower = is_ascii_lower(text[i]);
      }
      ++part.length;
    }
    i = letter.next;
  }
  part.digits_only = false;
  part.dotted = true;
  pos = end;
  part.end = static_cast<std::uint32_t>(pos);
  return true;
}

/// At an apostrophe; `after` is the byte behind it. Takes what belongs to the part before; true if a new part follows.
bool Analyzer::Impl::join_by_apostrophe(std::size_t after) {
  std::size_t end = after;
  while (end < text.size() && is_ascii(text[end]) &&
         kAsciiClass[static_cast<unsigned char>(text[end])] == Class::letter) {
    ++end;
  }
  const bool complete = !is_word_char(end);
  const std::string suffix = text::ascii_lower(text.substr(after, std::min<std::size_t>(end - after, 3)));
  Part& part = parts[part_count - 1];
  if (complete &&
      (suffix == "s" || suffix == "re" || suffix == "ve" || suffix == "ll" || suffix == "d" || suffix == "m")) {
    pos = end;
    return false;
  }
  if (complete && suffix == "t" && !part.term.empty() && part.term.back() == 'n') {
    part.term += 't';
    part.accented += 't';
    pos = end;
    part.end = static_cast<std::uint32_t>(pos);
    return false;
  }
  if (peek(after).cls != Class::letter) return false;
  pos = after;
  return true;
}

void Analyzer::Impl::scan_compound(bool tagged, std::size_t tag_at) {
  constexpr std::uint32_t kShort = 3;  // AT&T, but Barnes&Noble is two words
  part_count = 0;
  if (!scan_dotted()) scan_part();
  while (pos < text.size()) {
    const Peek connector = peek(pos);
    if (connector.cls == Class::apostrophe) {
      if (!join_by_apostrophe(connector.next)) {
        if (pos < text.size() && peek(pos).cls == Class::hyphen) continue;
        break;
      }
    } else if (connector.cls == Class::hyphen && is_word_char(connector.next)) {
      pos = connector.next;
    } else if (text[pos] == '&' && is_word_char(connector.next)) {
      const std::size_t before = part_count - 1;
      pos = connector.next;
      scan_part();
      Part& left = parts[before];
      Part& right = parts[part_count - 1];
      if (left.length <= kShort && right.length <= kShort) {
        left.term.append("&").append(right.term);
        left.accented.append("&").append(right.accented);
        left.end = right.end;
        left.digits_only = false;
        left.capitals_only = left.capitals_only && right.capitals_only;
        --part_count;
      }
      continue;
    } else {
      break;
    }
    if (!scan_dotted()) scan_part();
  }
  emit_compound(tagged, tag_at);
}

Token& Analyzer::Impl::emit(TokenKind kind, std::size_t begin, std::size_t end) {
  if (used == tokens.size()) tokens.emplace_back();
  Token& token = tokens[used++];
  token.begin = static_cast<std::uint32_t>(begin);
  token.end = static_cast<std::uint32_t>(end);
  token.kind = kind;
  token.hash = 0;
  token.gram = false;
  token.sentence_start = false;
  token.term.clear();
  token.accented.clear();
  return token;
}

/// At most kMaxWordBytes, cut between characters.
void shorten(std::string& word) {
  if (word.size() <= schema::kMaxWordBytes) return;
  std::size_t size = schema::kMaxWordBytes;
  while (size > 0 && (static_cast<unsigned char>(word[size]) & 0xC0U) == 0x80) --size;
  word.resize(size);
  word.shrink_to_fit();  // tokens are kept for their memory, but not for that of one long run
}

/// Of each `word` that is emitted, once its spelling is known.
void Analyzer::Impl::end_word(Token& token, bool starts_lower, bool digits_only) {
  token.hash = word_hash(token.term);
  if (stems_words && token.accented.empty()) stems.prefetch(token.hash);
  token.sentence_start = begins_sentence(token.term, starts_lower, digits_only);
  last_word = used - 1;
  last_dotted = false;
  border = {};
}

void Analyzer::Impl::emit_word(const Part& part) {
  Token& token = emit(TokenKind::word, part.begin, part.end);
  token.term = part.term;
  if (!same_bytes(part.accented, part.term)) token.accented = part.accented;
  if (token.term.size() > schema::kMaxWordBytes || token.accented.size() > schema::kMaxWordBytes) {
    shorten(token.term);
    shorten(token.accented);
  }
  end_word(token, part.starts_lower, part.digits_only);
  last_dotted = part.dotted;
  if (part.dotted && text[part.end - 1] == '.') border = {.period = true, .adjacent = true};
}

/// "u.s" beside "us", where that was written in capitals.
void Analyzer::Impl::emit_acronym(std::string_view term, std::size_t begin, std::size_t end) {
  Token& token = emit(TokenKind::acronym, begin, end);
  for (const char c : term) {
    if (!token.term.empty()) token.term.push_back('.');
    token.term.push_back(c);
  }
}

/// Most words: two ASCII letters or more, and nothing after them that could go on with them. False: it is another.
bool Analyzer::Impl::scan_plain_word() {
  const auto is_letter = [this](std::size_t at) {
    return is_ascii(text[at]) && kAsciiClass[static_cast<unsigned char>(text[at])] == Class::letter;
  };
  std::size_t end = pos;
  while (end < text.size() && is_letter(end)) ++end;
  const std::size_t size = end - pos;
  if (size < 2 || size > schema::kMaxWordBytes) return false;
  if (end < text.size()) {
    if (!is_ascii(text[end])) return false;
    const Class after = kAsciiClass[static_cast<unsigned char>(text[end])];
    if (after == Class::digit || after == Class::apostrophe || after == Class::hyphen || text[end] == '&') return false;
  }
  const std::size_t begin = std::exchange(pos, end);
  Token& token = emit(TokenKind::word, begin, end);
  token.term.assign(text.data() + begin, size);
  bool lower = false;
  for (char& c : token.term) {
    lower |= is_ascii_lower(c);
    c = static_cast<char>(c | 0x20);
  }
  end_word(token, is_ascii_lower(text[begin]), false);
  if (lower || all_capitals || size > kMostCollidingLetters) return true;
  if (const std::string term = token.term; contains(kCollidingInitialisms, term)) emit_acronym(term, begin, end);
  return true;
}

void Analyzer::Impl::emit_compound(bool tagged, std::size_t tag_at) {
  constexpr std::size_t kMostParts = 8;
  for (std::size_t i = 0; i < part_count; ++i) {
    const Part& part = parts[i];
    if (part.term.empty()) continue;
    emit_word(part);
    if (part.capitals_only && (part.dotted || !all_capitals) && contains(kCollidingInitialisms, part.term))
      emit_acronym(part.term, part.begin, part.end);
    if (i > 0) continue;
    if (tagged && !part.digits_only) {
      Token& token = emit(TokenKind::tag, tag_at, part.end);
      token.term.append(1, text[tag_at]).append(part.term);
      shorten(token.term);
    }
    if (part_count < 2 || part_count > kMostParts) continue;
    std::size_t size = 0;
    bool digits_only = true;
    for (std::size_t k = 0; k < part_count; ++k) {
      size += parts[k].accented.size();
      digits_only = digits_only && parts[k].digits_only;
    }
    if (digits_only || size > schema::kMaxWordBytes) continue;
    Token& token = emit(TokenKind::joined, part.begin, parts[part_count - 1].end);
    for (std::size_t k = 0; k < part_count; ++k) {
      token.term += parts[k].term;
      token.accented += parts[k].accented;
    }
    if (token.accented == token.term) token.accented.clear();
  }
}

/// Overlapping pairs of characters; the last one of a run alone, so that each character begins exactly one token and a
/// single character is found as the beginning of tokens.
void Analyzer::Impl::scan_grams() {
  std::size_t previous_begin = 0;
  std::size_t previous_end = 0;
  std::string previous;
  bool first = true;
  const auto put = [this](std::string_view term, std::size_t begin, std::size_t end) {
    Token& token = emit(TokenKind::word, begin, end);
    token.term = term;
    token.gram = true;
    shorten(token.term);
    end_word(token, false, false);
  };
  while (pos < text.size()) {
    Peek here = peek(pos);
    if (here.cls != Class::gram) break;
    const std::size_t begin = pos;
    std::string cluster(here.info->folded.data(), here.info->folded_size);
    pos = here.next;
    for (here = peek(pos); pos < text.size() && (here.cls == Class::mark || here.cls == Class::ignorable);
         here = peek(pos)) {
      if (here.cls == Class::mark && cluster.size() < schema::kMaxWordBytes / 2) {
        cluster.append(here.info->folded.data(), here.info->folded_size);
      }
      pos = here.next;
    }
    if (!first) put(previous + cluster, previous_begin, pos);
    first = false;
    previous = std::move(cluster);
    previous_begin = begin;
    previous_end = pos;
  }
  put(previous, previous_begin, previous_end);
}

bool Analyzer::Impl::begins_sentence(std::string_view term, bool starts_lower, bool starts_digit) const {
  if (last_word == std::string::npos || border.wide) return true;
  if (!border.space || starts_lower) return false;
  if (border.strong) return true;
  if (!border.period) return false;
  if (!border.adjacent) return true;  // after a bracket or quotation mark
  return period_ends_sentence(tokens[last_word].term, last_dotted, term, starts_digit);
}

}  // namespace dateline
