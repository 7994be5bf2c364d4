#include "indexer/enrich/actors/tokens.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr char32_t kApostrophe = 0x2019;

enum class CharClass : std::uint8_t { space, letter, digit, other };

constexpr std::array<CharClass, 128> make_ascii_classes() {
  std::array<CharClass, 128> classes{};
  for (std::size_t c = 0; c < classes.size(); ++c) {
    if (c == ' ' || (c >= 9 && c <= 13)) {
      classes[c] = CharClass::space;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      classes[c] = CharClass::letter;
    } else if (c >= '0' && c <= '9') {
      classes[c] = CharClass::digit;
    } else {
      classes[c] = CharClass::other;
    }
  }
  return classes;
}
constexpr auto kAsciiClasses = make_ascii_classes();

CharClass classify(char32_t c) {
  if (c < 128) return kAsciiClasses[c];
  const auto code = static_cast<UChar32>(c);
  const auto mask = U_MASK(u_charType(code));
  if ((mask & (U_GC_L_MASK | U_GC_M_MASK)) != 0) return CharClass::letter;
  if ((mask & U_GC_N_MASK) != 0) return CharClass::digit;
  if ((mask & U_GC_Z_MASK) != 0 || c == 0x200B) return CharClass::space;
  return CharClass::other;
}

/// Scripts written without spaces (and Hangul, whose particles stick to the word): each sign is a token of its own.
bool is_lone_sign(char32_t c) {
  return (c >= 0x2E80 && c <= 0x9FFF && c != 0x30FB) || (c >= 0xAC00 && c <= 0xD7AF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x3FFFF) || (c >= 0x0E00 && c <= 0x0E7F);
}

/// Base letters of U+00C0..U+024F; "" where the letter has none of ASCII.
const std::array<std::array<char, 4>, 0x190>& latin_bases() {
  static const auto table = [] {
    std::array<std::array<char, 4>, 0x190> bases{};
    UErrorCode status = U_ZERO_ERROR;
    const auto* nfkd = icu::Normalizer2::getNFKDInstance(status);
    for (char32_t c = 0xC0; c < 0x250; ++c) {
      auto& base = bases[c - 0xC0];
      switch (c) {
        case 0xDF:
          base = {'s', 's'};
          continue;
        case 0xC6:
        case 0xE6:
          base = {'a', 'e'};
          continue;
        case 0x152:
        case 0x153:
          base = {'o', 'e'};
          continue;
        case 0xD8:
        case 0xF8:
          base = {'o'};
          continue;
        case 0x110:
        case 0x111:
        case 0xD0:
        case 0xF0:
          base = {'d'};
          continue;
        case 0x141:
        case 0x142:
          base = {'l'};
          continue;
        case 0x131:
          base = {'i'};
          continue;
        case 0xDE:
        case 0xFE:
          base = {'t', 'h'};
          continue;
        default:
          break;
      }
      icu::UnicodeString decomposed;
      if (nfkd == nullptr || !nfkd->getDecomposition(static_cast<UChar32>(c), decomposed)) continue;
      const auto first = static_cast<char32_t>(decomposed.char32At(0));
      if (first < 128) base[0] = static_cast<char>(u_tolower(static_cast<UChar32>(first)));
    }
    return bases;
  }();
  return table;
}

bool is_cyrillic(char32_t c) {
  return c >= 0x400 && c < 0x530;
}
bool is_arabic(char32_t c) {
  return c >= 0x600 && c < 0x700;
}

char32_t fold_letter(char32_t c) {
  switch (c) {
    case 0x451:
    case 0x401:
      return 0x435;  // ё
    case 0x419:
    case 0x439:
      return 0x438;  // й, as NFKD without marks has it
    case 0x622:
    case 0x623:
    case 0x625:
    case 0x671:
      return 0x627;  // alef with hamza, madda
    case 0x649:
    case 0x6CC:
      return 0x64A;  // alef maksura, Persian yeh
    case 0x629:
      return 0x647;  // teh marbuta
    case 0x6A9:
      return 0x643;  // Persian kaf
    default:
      return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT));
  }
}

bool is_dropped(char32_t c) {
  return c == 0x640 || (U_MASK(u_charType(static_cast<UChar32>(c))) & U_GC_M_MASK) != 0;  // tatweel, marks
}

/// Case endings of Russian and Ukrainian names, longest first. Cut from names in the gazetteer and in the text alike.
void cut_cyrillic_ending(std::string& word) {
  static constexpr auto kEndings =
      std::to_array<std::string_view>({"ого", "ому", "ыми", "ими", "ами", "ями", "иеи", "ом", "ем", "ои", "еи", "ою",
                                       "им",  "ым",  "ии",  "ию",  "ие",  "а",   "у",   "е",  "ы",  "и",  "я",  "ю"});
  constexpr std::size_t kKeep = 4 * 2;  // four letters of two bytes
  for (const auto ending : kEndings) {
    if (word.size() >= kKeep + ending.size() && word.ends_with(ending)) {
      word.resize(word.size() - ending.size());
      break;
    }
  }
  for (const std::string_view soft : {"ь", "и"}) {
    if (word.size() >= kKeep + soft.size() && word.ends_with(soft)) word.resize(word.size() - soft.size());
  }
}

void cut_arabic_particles(std::string& word) {
  constexpr std::size_t kKeep = 3 * 2;
  for (const std::string_view particle : {"و", "ال"}) {
    if (word.size() >= kKeep + particle.size() && word.starts_with(particle)) word.erase(0, particle.size());
  }
}

constexpr std::uint64_t kFnvOffset = 0xCBF29CE484222325ULL;
constexpr std::uint64_t kFnvPrime = 0x100000001B3ULL;

std::uint64_t finish_key(std::uint64_t hash) {
  hash = mix(hash, 0);
  return hash == 0 ? 1 : hash;
}

bool is_ascii(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
}

char ascii_fold(char c) {
  return (c >= 'A' && c <= 'Z') ? static_cast<char>(c + 32) : c;
}

/// Abbreviations whose full stop belongs to them and ends no sentence.
bool takes_full_stop(std::string_view word) {
  static constexpr auto kAbbreviations = std::to_array<std::string_view>(
      {"Mr",     "Mrs",   "Ms",   "Dr",   "Prof", "Gen", "Sen",  "Rep",  "Gov",  "Lt",   "Col",  "Sgt",
       "Capt",   "Maj",   "Adm",  "Rev",  "Hon",  "St",  "Jr",   "Sr",   "Inc",  "Corp", "Ltd",  "Co",
       "Bros",   "v",     "vs",   "No",   "Jan",  "Feb", "Mar",  "Apr",  "Aug",  "Sept", "Sep",  "Oct",
       "Nov",    "Dec",   "Sra",  "Srta", "Ud",   "Mme", "Mlle", "Cmdr", "Brig", "Pvt",  "Supt", "Atty",
       "Messrs", "Calif", "Mass", "Conn", "Tex",  "Fla", "Pa",   "Va",   "Ga",   "Wash", "Ariz", "Mich",
       "Minn",   "Wis",   "Ill",  "Tenn", "Penn", "Ind", "Okla", "Ore",  "Colo", "Cie",  "Dept", "Univ",
       "Assn",   "Intl",  "Natl", "Mt",   "Ft",   "dr",  "Hr",   "Fr",   "Bt",   "Esq",  "Ph.D", "EE"});
  return std::find(kAbbreviations.begin(), kAbbreviations.end(), word) != kAbbreviations.end();
}

/// Words that a sentence likes to begin with: after "U.S." they tell that the sentence ended there.
bool opens_sentence(std::string_view word) {
  static constexpr auto kOpeners = std::to_array<std::string_view>(
      {"The", "A",   "An",   "He",    "She",   "It",    "They",    "We",  "I",    "In",  "On",
       "At",  "But", "And",  "This",  "That",  "These", "There",   "His", "Her",  "Its", "Their",
       "For", "If",  "When", "While", "After", "As",    "However", "Mr.", "Mrs.", "Ms."});
  return std::find(kOpeners.begin(), kOpeners.end(), word) != kOpeners.end();
}

/// How a word of so many letters and digits is written.
Cap cap_by_counts(std::size_t upper, std::size_t lower, std::size_t uncased, std::size_t digits, bool first_upper) {
  if (upper + lower + uncased == 0) return digits > 0 ? Cap::number : Cap::punctuation;
  if (upper + lower == 0) return Cap::uncased;
  if (digits > 0 && !first_upper && upper <= 1) return Cap::number;
  if (upper == 0) return Cap::lower;
  if (upper == 1 && lower == 0) return Cap::single;
  if (lower == 0) return Cap::upper;
  if (first_upper && upper == 1) return Cap::initial;
  return Cap::mixed;
}

Cap cap_of(std::string_view word) {
  std::size_t upper = 0;
  std::size_t lower = 0;
  std::size_t digits = 0;
  std::size_t uncased = 0;
  bool first_upper = false;
  bool first = true;
  for (std::size_t pos = 0; pos < word.size();) {
    const char32_t c = text::decode(word, pos);
    bool is_upper = false;
    if (c < 128) {
      is_upper = c >= 'A' && c <= 'Z';
      upper += is_upper ? 1 : 0;
      lower += (c >= 'a' && c <= 'z') ? 1 : 0;
      digits += (c >= '0' && c <= '9') ? 1 : 0;
    } else if (classify(c) == CharClass::letter) {
      is_upper = u_isUUppercase(static_cast<UChar32>(c)) != 0;
      const bool is_lower = u_isULowercase(static_cast<UChar32>(c)) != 0;
      upper += is_upper ? 1 : 0;
      lower += is_lower ? 1 : 0;
      uncased += !is_upper && !is_lower ? 1 : 0;
    } else if (classify(c) == CharClass::digit) {
      ++digits;
    }
    if (first) first_upper = is_upper;
    first = false;
  }
  return cap_by_counts(upper, lower, uncased, digits, first_upper);
}

class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text) {}

  /// Next token, or false at the end.
  bool next(Token& token) {
    const std::size_t before = pos_;
    skip_space();
    if (pos_ == text_.size()) return false;
    const bool glued = pos_ == before && pos_ != 0;
    if (next_plain(token)) {
      token.glued = glued;
      return true;
    }
    std::size_t behind = pos_;
    const char32_t c = text::decode(text_, behind);
    const auto char_class = classify(c);
    std::size_t end = behind;
    if (!is_lone_sign(c) && (char_class == CharClass::letter || char_class == CharClass::digit)) {
      end = end_of_word(behind);
    } else if (c == '\'' || c == kApostrophe) {
      end = end_of_clitic(behind);
    }
    token = make_token(text_.substr(pos_, end - pos_));
    token.glued = glued;
    pos_ = end;
    return true;
  }

 private:
  /// A word of ASCII letters and digits that nothing joins to the next, as most are: cut, folded and judged in one
  /// pass.
  bool next_plain(Token& token) {
    std::size_t at = pos_;
    std::uint64_t hash = kFnvOffset;
    std::array<std::size_t, 3> counts{};  // upper, lower, digits
    for (; at < text_.size() && static_cast<unsigned char>(text_[at]) < 128; ++at) {
      const char c = text_[at];
      const CharClass char_class = kAsciiClasses[static_cast<unsigned char>(c)];
      if (char_class == CharClass::digit) {
        ++counts[2];
      } else if (char_class == CharClass::letter) {
        ++counts[c >= 'a' ? 1 : 0];
      } else {
        break;
      }
      hash = (hash ^ static_cast<unsigned char>(ascii_fold(c))) * kFnvPrime;
    }
    if (at == pos_ || !ends_plain(at)) return false;
    const bool first_upper = text_[pos_] >= 'A' && text_[pos_] <= 'Z';
    token = {.word = text_.substr(pos_, at - pos_),
             .key = finish_key(hash),
             .cap = cap_by_counts(counts[0], counts[1], 0, counts[2], first_upper)};
    pos_ = at;
    return true;
  }

  /// Whether what stands at `at` surely ends the word before it.
  [[nodiscard]] bool ends_plain(std::size_t at) const {
    if (at == text_.size()) return true;
    const auto c = static_cast<unsigned char>(text_[at]);
    if (c == ',') {
      const auto next = static_cast<unsigned char>(at + 1 < text_.size() ? text_[at + 1] : ' ');
      return next < 128 && kAsciiClasses[next] != CharClass::digit;
    }
    return c < 128 && c != '.' && c != '-' && c != '\'' && c != '&';
  }

  void skip_space() {
    while (pos_ < text_.size() && text_[pos_] == ' ') ++pos_;
    while (pos_ < text_.size()) {
      std::size_t behind = pos_;
      if (classify(text::decode(text_, behind)) != CharClass::space) return;
      pos_ = behind;
    }
  }

  [[nodiscard]] bool is_word_char(std::size_t pos, std::size_t& behind) const {
    if (pos >= text_.size()) return false;
    behind = pos;
    const char32_t c = text::decode(text_, behind);
    if (c < 128) return kAsciiClasses[c] == CharClass::letter || kAsciiClasses[c] == CharClass::digit;
    const auto char_class = classify(c);
    return (char_class == CharClass::letter || char_class == CharClass::digit) && !is_lone_sign(c);
  }

  /// "'s" (or "'S"), which the possessive adds.
  [[nodiscard]] std::size_t end_of_clitic(std::size_t behind) const {
    if (behind < text_.size() && (text_[behind] == 's' || text_[behind] == 'S')) {
      std::size_t unused = 0;
      if (!is_word_char(behind + 1, unused)) return behind + 1;
    }
    return behind;
  }

  [[nodiscard]] std::size_t end_of_word(std::size_t pos) const {
    std::size_t behind = pos;
    while (true) {
      while (is_word_char(pos, behind)) pos = behind;
      if (pos >= text_.size()) return pos;
      std::size_t joint = pos;
      const char32_t c = text::decode(text_, joint);
      if (c == '.') {
        if (const std::size_t end = end_at_stop(pos); end != 0) return end;
      }
      const bool joins =
          c == '-' || c == '\'' || c == kApostrophe || c == '&' || c == '.' || c == ',' || c == 0xAD || c == 0x2011;
      if (!joins || !is_word_char(joint, behind) || !joins_here(c, pos, joint)) return pos;
      pos = behind;
    }
  }

  /// Whether the sign `c` at `pos` holds the characters around it together.
  [[nodiscard]] bool joins_here(char32_t c, std::size_t pos, std::size_t joint) const {
    const char before = text_[pos - 1];
    const char after = text_[joint];
    const auto digit = [](char x) { return x >= '0' && x <= '9'; };
    if (c == ',') return digit(before) && digit(after);
    if (c == '\'' || c == kApostrophe) return end_of_clitic(joint) == joint;
    if (c == '.') return digit(before) == digit(after);  // "3.5", "example.com", "U.S"; not "end.Then" of a lost space
    if (c == '&') return joint - pos_ <= 3;              // "AT&T", "S&P"
    if (c == '-') return !heads_line(pos, joint);
    return true;
  }

  /// "POLL-Slovenian", "CRICKET-Pakistan": a word in capitals that says what follows; not "AFL-CIO", "UN-backed".
  [[nodiscard]] bool heads_line(std::size_t pos, std::size_t joint) const {
    constexpr std::size_t kLongEnough = 4;
    const auto upper = [](char x) { return x >= 'A' && x <= 'Z'; };
    if (pos - pos_ < kLongEnough || joint + kLongEnough > text_.size() || !upper(text_[joint])) return false;
    for (std::size_t at = joint + 1; at < joint + kLongEnough; ++at) {
      if (text_[at] < 'a' || text_[at] > 'z') return false;  // "SARS-CoV"
    }
    return std::all_of(text_.begin() + static_cast<std::ptrdiff_t>(pos_),
                       text_.begin() + static_cast<std::ptrdiff_t>(pos), upper);
  }

  /// A full stop at `pos` that belongs to the word: "U.S.", "J.", "Mr."; 0 if it does not.
  [[nodiscard]] std::size_t end_at_stop(std::size_t pos) const {
    const auto word = text_.substr(pos_, pos - pos_);
    const bool alone = word.size() == 1 && word[0] >= 'A' && word[0] <= 'Z';
    if (alone || (word.size() >= 3 && word[word.size() - 2] == '.')) {
      std::size_t behind = 0;
      const bool more = is_word_char(pos + 1, behind);
      if (!more) return pos + 1;
      // "U.S" goes on; "J.Smith" is an initial and a name.
      std::size_t next = 0;
      return is_word_char(behind, next) ? pos + 1 : 0;
    }
    std::size_t unused = 0;
    if (!is_word_char(pos + 1, unused) && takes_full_stop(word)) return pos + 1;
    return 0;
  }

  std::string_view text_;
  std::size_t pos_ = 0;
};

bool is_closing(std::string_view word) {
  return word == "\"" || word == "'" || word == "”" || word == "’" || word == ")" || word == "]" || word == "»";
}

bool ends_sentence(std::string_view word) {
  return word == "." || word == "!" || word == "?" || word == "…" || word == "。" || word == "！" || word == "？";
}

class SentenceCutter {
 public:
  explicit SentenceCutter(TokenisedArticle& out) : out_(out) {}

  void add(std::string_view text, bool headline, std::uint32_t paragraph) {
    Cutter cutter(text);
    auto begin = static_cast<std::uint32_t>(out_.tokens.size());
    bool quoted = false;
    bool ended = false;
    Token token;
    while (cutter.next(token)) {
      if (ended && !is_closing(token.word)) {
        if (starts_sentence(token)) {
          close(begin, headline, paragraph);
          begin = static_cast<std::uint32_t>(out_.tokens.size());
        }
        ended = false;
      }
      if (token.word == "“" || token.word == "«") quoted = true;
      if (token.word == "”" || token.word == "»") quoted = false;
      if (token.word == "\"") quoted = !quoted;
      token.quoted = quoted;
      const bool dotted = token.cap == Cap::upper && token.word.ends_with('.');
      if (ends_sentence(token.word) || dotted) {
        ended = true;
        after_dotted_ = dotted;
      }
      out_.tokens.push_back(token);
    }
    close(begin, headline, paragraph);
  }

 private:
  [[nodiscard]] bool starts_sentence(const Token& token) const {
    if (after_dotted_) return opens_sentence(token.word);
    const bool goes_on = token.glued && (token.cap == Cap::punctuation || token.cap == Cap::number);  // ".778"
    return token.cap != Cap::lower && !goes_on;
  }

  void close(std::uint32_t begin, bool headline, std::uint32_t paragraph) {
    const auto end = static_cast<std::uint32_t>(out_.tokens.size());
    if (end == begin) return;
    const Token* tokens = out_.tokens.data();
    out_.sentences.push_back({.begin = begin,
                              .end = end,
                              .kind = sentence_kind(tokens + begin, tokens + end),
                              .headline = headline,
                              .paragraph = paragraph});
  }

  TokenisedArticle& out_;
  bool after_dotted_ = false;
};

}  // namespace

void fold_word(std::string_view word, std::string& out) {
  out.clear();
  if (is_ascii(word)) {
    std::transform(word.begin(), word.end(), std::back_inserter(out), ascii_fold);
    return;
  }
  bool cyrillic = false;
  bool arabic = false;
  std::size_t upper = 0;
  for (std::size_t pos = 0; pos < word.size();) {
    const char32_t c = text::decode(word, pos);
    if (c < 128) {
      out.push_back(ascii_fold(static_cast<char>(c)));
    } else if (c == kApostrophe) {
      out.push_back('\'');
    } else if (c >= 0xC0 && c < 0x250 && latin_bases()[c - 0xC0][0] != 0) {
      out.append(latin_bases()[c - 0xC0].data());
    } else if (c == 0xAD || is_dropped(c)) {
      continue;
    } else {
      cyrillic = cyrillic || is_cyrillic(c);
      arabic = arabic || is_arabic(c);
      if (is_cyrillic(c) && u_isUUppercase(static_cast<UChar32>(c)) != 0) ++upper;
      text::append_utf8(out, c == 0x2011 ? U'-' : fold_letter(c));
    }
  }
  if (cyrillic && upper * 2 < out.size()) cut_cyrillic_ending(out);
  if (arabic) cut_arabic_particles(out);
}

std::uint64_t word_key(std::string_view word) {
  std::uint64_t hash = kFnvOffset;
  for (const char c : word) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 128) {
      std::string folded;
      fold_word(word, folded);
      hash = kFnvOffset;
      for (const char f : folded) hash = (hash ^ static_cast<unsigned char>(f)) * kFnvPrime;
      return finish_key(hash);
    }
    hash = (hash ^ static_cast<unsigned char>(ascii_fold(c))) * kFnvPrime;
  }
  return finish_key(hash);
}

bool is_acronym(std::string_view acronym, std::span<const Token> name) {
  std::string letters;
  for (const char c : acronym) {
    if (c >= 'A' && c <= 'Z')
      letters.push_back(c);
    else if (c != '.')
      return false;
  }
  if (letters.size() < 2 || name.size() < 2) return false;
  std::size_t at = 0;
  for (const Token& word : name) {
    if (word.word.empty()) continue;
    const char first = word.word[0];
    const char upper = first >= 'a' && first <= 'z' ? static_cast<char>(first - 32) : first;
    if (at < letters.size() && letters[at] == upper) {
      ++at;
    } else if (is_capitalised(word.cap)) {
      return false;
    }
  }
  return at == letters.size();
}

Token make_token(std::string_view word) {
  Token token;
  token.word = word;
  token.cap = cap_of(word);
  if (token.cap != Cap::punctuation) token.key = word_key(word);
  return token;
}

/// Longer words that headlines in Title Case leave small.
bool stays_small(std::string_view word) {
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"about",   "above",   "after",  "against", "along", "among", "around", "before",  "behind",
       "below",   "between", "beyond", "during",  "their", "there", "these",  "through", "toward",
       "towards", "under",   "until",  "versus",  "where", "which", "while",  "within",  "without"});
  return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

SentenceKind sentence_kind(const Token* begin, const Token* end) {
  std::size_t words = 0;
  std::size_t capital = 0;
  std::size_t upper = 0;
  std::size_t long_lower = 0;
  for (const Token* token = begin; token != end; ++token) {
    if (token->cap == Cap::punctuation || token->cap == Cap::number || token->cap == Cap::uncased) continue;
    ++words;
    if (is_capitalised(token->cap)) ++capital;
    if (token->cap == Cap::upper || token->cap == Cap::single) ++upper;
    if (token->cap == Cap::lower && token->word.size() > 4 && !stays_small(token->word)) ++long_lower;
  }
  if (capital == 0) return SentenceKind::no_capitals;
  if (words >= 3 && upper * 10 >= words * 8) return SentenceKind::upper_case;
  if (words >= 4 && capital * 10 >= words * 6 && long_lower * 10 <= words) return SentenceKind::title_case;
  return SentenceKind::normal;
}

std::vector<Token> tokenise_name(std::string_view name) {
  std::vector<Token> tokens;
  Cutter cutter(name);
  Token token;
  while (cutter.next(token)) tokens.push_back(token);
  return tokens;
}

void tokenise(const Article& article, TokenisedArticle& out) {
  out.tokens.clear();
  out.sentences.clear();
  SentenceCutter cutter(out);
  cutter.add(article.title, true, 0);
  std::uint32_t paragraph = 0;
  for (const auto& text : article.body) cutter.add(text, false, paragraph++);
}

}  // namespace dateline::indexer
