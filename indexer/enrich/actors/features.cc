#include "indexer/enrich/actors/features.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>

namespace dateline::indexer {
namespace {

/// Kinds of features. The number is part of the hash: a trained model knows them by it, so new ones go to the end.
enum Template : std::uint64_t {
  kWord = 1,
  kPreviousWord,
  kNextWord,
  kWord2Before,
  kWord2After,
  kWordsBefore,
  kWordsAfter,
  kShape,
  kShortShape,
  kPreviousShape,
  kNextShape,
  kShapesBefore,
  kShapesAfter,
  kPrefix,
  kSuffix = kPrefix + 5,
  kCap = kSuffix + 5,
  kCapBefore,
  kCapAfter,
  kCapAround,
  kCapFirst,
  kCapSentence,
  kPreviousSuffix,
  kNextSuffix,
  kCoarse,
  kMiddle,
  kFine,
  kPreviousCoarse,
  kPreviousMiddle,
  kPreviousFine,
  kNextCoarse,
  kNextMiddle,
  kNextFine,
  kMiddle2Before,
  kMiddle2After,
  kMiddleBefore,
  kMiddleAfter,
  kMiddleCap,
  kMiddleAround,
  kMatch,
  kPreviousMatch,
  kNextMatch,
  kMatches,
  kMatchesBefore,
  kMatchesAfter,
  kMatchesCap,
  kLowerCount,
  kAlso,
  kOtherPrevious,
  kOtherNext,
  kOtherPreviousMiddle,
  kOtherNextMiddle,
  kOtherCap,
  kOtherTitle,
  kOtherOrganisation,
  kOtherMatches,
  kQuoted,
  kBias,
  kWordCap,
  kRunLength,
};

constexpr std::uint64_t kNoWord = 0x5EAC;

std::uint32_t hashed(std::uint64_t kind, std::uint64_t value) {
  const auto hash = static_cast<std::uint32_t>(mix(kind * 0x9E3779B97F4A7C15ULL, value) >> 16U);
  return hash == 0 ? 1 : hash;
}

std::uint64_t pair(std::uint64_t a, std::uint64_t b) {
  return mix(a, b + 0x1234567);
}

char shape_of(char c) {
  if (c >= 'A' && c <= 'Z') return 'X';
  if ((c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 128) return 'x';
  if (c >= '0' && c <= '9') return '0';
  return c;
}

bool is_connector(std::string_view word) {
  static constexpr auto kConnectors = std::to_array<std::string_view>(
      {"of", "the", "and", "for", "de", "del",   "la",  "las", "los", "le",  "les", "du",  "des",
       "da", "das", "do",  "dos", "di", "della", "van", "von", "der", "den", "bin", "ben", "ibn",
       "al", "el",  "ul",  "ur",  "e",  "y",     "et",  "und", "in",  "on",  "&",   "-",   "'",
       "’",  "'s",  "’s",  "/",   ".",  "at",    "to",  "zu",  "ter", "ten", "der", "a",   "en"});
  return std::find(kConnectors.begin(), kConnectors.end(), word) != kConnectors.end() || word.starts_with("al-") ||
         word.starts_with("el-") || word.starts_with("ul-");
}

bool is_latin_capital(const Token& token) {
  if (!is_capitalised(token.cap)) return false;
  const auto first = static_cast<unsigned char>(token.word[0]);
  return first < 0xCA;  // ASCII and the letters of Latin scripts, not Greek or Cyrillic
}

constexpr std::size_t kLongestGap = 3;

}  // namespace

void find_runs(const TokenisedArticle& article, const Matches& matches, std::vector<Run>& runs) {
  runs.clear();
  constexpr auto kCommon = std::uint64_t{0xF} << (4 * static_cast<unsigned>(WordClass::common_word));
  for (std::uint32_t number = 0; number < article.sentences.size(); ++number) {
    const Sentence& sentence = article.sentences[number];
    for (std::uint32_t at = sentence.begin; at < sentence.end; ++at) {
      if (!is_latin_capital(article.tokens[at])) continue;
      std::uint32_t end = at + 1;
      std::uint32_t gap = 0;
      for (std::uint32_t next = end; next < sentence.end && gap <= kLongestGap; ++next) {
        const Token& token = article.tokens[next];
        if (is_latin_capital(token)) {
          end = next + 1;
          gap = 0;
        } else if (token.cap == Cap::number || is_connector(token.word)) {
          ++gap;
          if (token.cap == Cap::number && next == end) end = next + 1;  // "Al-Qaeda 2", "Apollo 11"
        } else {
          break;
        }
      }
      // "The", "But" before a lower-case word opens a sentence and no name.
      const bool opener = end == at + 1 && at == sentence.begin && sentence.kind == SentenceKind::normal &&
                          matches.classes[at] == (matches.classes[at] & kCommon) && matches.classes[at] != 0 &&
                          article.tokens[at].word.size() <= 5 && article.tokens[at].cap == Cap::initial;
      if (!opener) runs.push_back({at, end, number});
      at = end - 1;
    }
  }
}

/// Two tokens around each run, and the neighbours of capitalised words, which other occurrences ask for.
void FeatureExtractor::mark_looked_at(std::span<const Run> runs) {
  const std::size_t size = article_->tokens.size();
  looked_at_.assign(size, 0);
  const auto mark = [&](std::size_t begin, std::size_t end) {
    for (std::size_t at = begin; at < std::min(end, size); ++at) looked_at_[at] = 1;
  };
  for (const Run& run : runs) mark(run.begin - std::min(run.begin, 2U), std::size_t{run.end} + 2);
  for (std::size_t at = 0; at < size; ++at) {
    if (is_capitalised(article_->tokens[at].cap)) mark(at - std::min<std::size_t>(at, 1), at + 2);
  }
}

void FeatureExtractor::begin_article(const TokenisedArticle& article, const Matches& matches,
                                     std::span<const Run> runs) {
  article_ = &article;
  matches_ = &matches;
  attributes_.resize(article.tokens.size());
  mark_looked_at(runs);
  for (std::size_t at = 0; at < article.tokens.size(); ++at) {
    if (looked_at_[at] != 0) model_.prefetch_clusters(article.tokens[at].key);
  }
  for (std::size_t at = 0; at < article.tokens.size(); ++at) {
    if (looked_at_[at] == 0) continue;
    const Token& token = article.tokens[at];
    Attributes& attributes = attributes_[at];
    std::uint64_t shape = 7;
    std::uint64_t short_shape = 7;
    char last = 0;
    for (const char c : token.word) {
      const char s = shape_of(c);
      shape = (shape ^ static_cast<unsigned char>(s)) * 0x100000001B3ULL;
      if (s != last) short_shape = (short_shape ^ static_cast<unsigned char>(s)) * 0x100000001B3ULL;
      last = s;
    }
    attributes.shape = static_cast<std::uint32_t>(mix(shape, 1));
    attributes.short_shape = static_cast<std::uint32_t>(mix(short_shape, 2));
    attributes.word = token.cap == Cap::number || token.key == 0 ? attributes.shape : token.key;
    attributes.clusters =
        token.cap == Cap::number ? WordClusters{} : model_.clusters(token.key == 0 ? word_key(token.word) : token.key);
  }
  index_occurrences();
}

FeatureExtractor::Occurrences& FeatureExtractor::occurrences(std::uint64_t key) {
  const std::size_t mask = table_.size() - 1;
  std::size_t at = key & mask;
  while (table_[at].key != 0 && table_[at].key != key) at = (at + 1) & mask;
  table_[at].key = key;
  return table_[at];
}

const FeatureExtractor::Occurrences* FeatureExtractor::find_occurrences(std::uint64_t key) const {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t at = key & mask; table_[at].key != 0; at = (at + 1) & mask) {
    if (table_[at].key == key) return &table_[at];
  }
  return nullptr;
}

void FeatureExtractor::index_occurrences() {
  const auto& tokens = article_->tokens;
  previous_same_.assign(tokens.size(), 0);
  next_same_.assign(tokens.size(), 0);
  const auto capitals = std::count_if(tokens.begin(), tokens.end(),
                                      [](const Token& token) { return is_capitalised(token.cap) && token.key != 0; });
  table_.assign(std::bit_ceil(static_cast<std::size_t>(capitals) * 2 + 2), {});
  for (std::uint32_t at = 0; at < tokens.size(); ++at) {
    if (tokens[at].key == 0 || !is_capitalised(tokens[at].cap)) continue;
    Occurrences& known = occurrences(tokens[at].key);
    if (known.last != 0) {
      previous_same_[at] = known.last;
      next_same_[known.last - 1] = at + 1;
    }
    known.last = at + 1;
  }
  // Words in lower case count only where they are also capitalised.
  const std::size_t mask = table_.size() - 1;
  for (const Token& token : tokens) {
    if (token.cap != Cap::lower || token.key == 0) continue;
    for (std::size_t place = token.key & mask; table_[place].key != 0; place = (place + 1) & mask) {
      if (table_[place].key != token.key) continue;
      ++table_[place].lower;
      break;
    }
  }
}

void FeatureExtractor::extract(std::uint32_t at, const Sentence& sentence, std::vector<std::uint32_t>& out) const {
  extract_word(at, sentence, out);
  extract_clusters(at, sentence, out);
  extract_matches(at, sentence, out);
  extract_occurrences(at, sentence, out);
}

void FeatureExtractor::extract_word(std::uint32_t at, const Sentence& sentence, std::vector<std::uint32_t>& out) const {
  const auto& tokens = article_->tokens;
  const auto inside = [&](std::int64_t place) { return place >= sentence.begin && place < sentence.end; };
  const auto word = [&](std::int64_t place) {
    return inside(place) ? attributes_[static_cast<std::size_t>(place)].word : kNoWord;
  };
  const auto cap = [&](std::int64_t place) {
    return inside(place) ? static_cast<std::uint64_t>(tokens[static_cast<std::size_t>(place)].cap) : 15U;
  };
  const auto shape = [&](std::int64_t place) {
    return inside(place) ? std::uint64_t{attributes_[static_cast<std::size_t>(place)].short_shape} : kNoWord;
  };
  const std::int64_t here = at;
  const Token& token = tokens[at];
  const auto add = [&](std::uint64_t kind, std::uint64_t value) { out.push_back(hashed(kind, value)); };

  add(kBias, 0);
  add(kWord, word(here));
  add(kPreviousWord, word(here - 1));
  add(kNextWord, word(here + 1));
  add(kWord2Before, word(here - 2));
  add(kWord2After, word(here + 2));
  add(kWordsBefore, pair(word(here - 1), word(here)));
  add(kWordsAfter, pair(word(here), word(here + 1)));
  add(kShape, attributes_[at].shape);
  add(kShortShape, shape(here));
  add(kPreviousShape, shape(here - 1));
  add(kNextShape, shape(here + 1));
  add(kShapesBefore, pair(shape(here - 1), shape(here)));
  add(kShapesAfter, pair(shape(here), shape(here + 1)));

  const std::uint64_t cap_here = cap(here);
  const auto kind = static_cast<std::uint64_t>(sentence.kind);
  const std::uint64_t first = at == sentence.begin ? 1 : 0;
  add(kCap, cap_here);
  add(kCapBefore, cap(here - 1) * 16 + cap_here);
  add(kCapAfter, cap_here * 16 + cap(here + 1));
  add(kCapAround, (cap(here - 1) * 16 + cap_here) * 16 + cap(here + 1));
  add(kCapFirst, cap_here * 2 + first);
  add(kCapSentence, cap_here * 4 + kind);
  add(kWordCap, pair(word(here), cap_here * 2 + first));
  if (token.quoted) add(kQuoted, cap_here);

  // Affixes of the folded word, shortest first, each hash going on from the last.
  std::uint64_t prefix = 3;
  std::uint64_t suffix = 5;
  const auto lower = [](char c) { return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c); };
  const std::size_t longest = std::min<std::size_t>(4, token.word.size());
  for (std::size_t length = 1; length <= longest; ++length) {
    prefix = (prefix ^ lower(token.word[length - 1])) * 0x100000001B3ULL;
    suffix = (suffix ^ lower(token.word[token.word.size() - length])) * 0x100000001B3ULL;
    add(kPrefix + length, prefix);
    add(kSuffix + length, suffix);
  }
}

void FeatureExtractor::extract_clusters(std::uint32_t at, const Sentence& sentence,
                                        std::vector<std::uint32_t>& out) const {
  static constexpr WordClusters kNone{};
  const auto clusters = [&](std::int64_t place) -> const WordClusters& {
    return place >= sentence.begin && place < sentence.end ? attributes_[static_cast<std::size_t>(place)].clusters
                                                           : kNone;
  };
  const std::int64_t here = at;
  const auto add = [&](std::uint64_t kind, std::uint64_t value) { out.push_back(hashed(kind, value)); };
  const WordClusters& own = clusters(here);
  const WordClusters& before = clusters(here - 1);
  const WordClusters& after = clusters(here + 1);
  add(kCoarse, own.coarse);
  add(kMiddle, own.middle);
  add(kFine, own.fine);
  add(kPreviousCoarse, before.coarse);
  add(kPreviousMiddle, before.middle);
  add(kPreviousFine, before.fine);
  add(kNextCoarse, after.coarse);
  add(kNextMiddle, after.middle);
  add(kNextFine, after.fine);
  add(kMiddle2Before, clusters(here - 2).middle);
  add(kMiddle2After, clusters(here + 2).middle);
  add(kMiddleBefore, (std::uint64_t{before.middle} << 16U) | own.middle);
  add(kMiddleAfter, (std::uint64_t{own.middle} << 16U) | after.middle);
  add(kMiddleAround, (std::uint64_t{before.middle} << 16U) | after.middle);
  add(kMiddleCap, (std::uint64_t{own.middle} << 16U) | (static_cast<std::uint64_t>(article_->tokens[at].cap) * 2) |
                      (at == sentence.begin ? 1U : 0U));
}

void FeatureExtractor::extract_matches(std::uint32_t at, const Sentence& sentence,
                                       std::vector<std::uint32_t>& out) const {
  const auto add = [&](std::uint64_t kind, std::uint64_t value) { out.push_back(hashed(kind, value)); };
  const auto each_bit = [&](std::uint64_t kind, std::uint64_t classes) {
    for (; classes != 0; classes &= classes - 1) add(kind, static_cast<std::uint64_t>(std::countr_zero(classes)));
  };
  const std::uint64_t own = matches_->classes[at];
  const std::uint64_t before = at > sentence.begin ? matches_->classes[at - 1] : 0;
  const std::uint64_t after = at + 1 < sentence.end ? matches_->classes[at + 1] : 0;
  each_bit(kMatch, own);
  each_bit(kPreviousMatch, before);
  each_bit(kNextMatch, after);
  add(kMatches, own);
  add(kMatchesBefore, pair(before, own));
  add(kMatchesAfter, pair(own, after));
  add(kMatchesCap,
      pair(own, static_cast<std::uint64_t>(article_->tokens[at].cap) * 2 + (at == sentence.begin ? 1 : 0)));
}

void FeatureExtractor::extract_occurrences(std::uint32_t at, const Sentence& sentence,
                                           std::vector<std::uint32_t>& out) const {
  const auto& tokens = article_->tokens;
  const auto add = [&](std::uint64_t kind, std::uint64_t value) { out.push_back(hashed(kind, value)); };
  const Token& token = tokens[at];
  if (!is_capitalised(token.cap)) return;
  const Occurrences* known = find_occurrences(token.key);
  const std::uint32_t lower = known == nullptr ? 0 : known->lower;
  const std::uint64_t bucket = lower < 2 ? lower : (lower < 4 ? 2 : 3);
  add(kLowerCount, (bucket * 16 + static_cast<std::uint64_t>(token.cap)) * 2 + (at == sentence.begin ? 1 : 0));

  constexpr auto kTitle = std::uint64_t{0xF} << (4 * static_cast<unsigned>(WordClass::title));
  constexpr auto kFirstName = std::uint64_t{0xF} << (4 * static_cast<unsigned>(WordClass::first_name));
  constexpr auto kOrganisationWord = std::uint64_t{0xF} << (4 * static_cast<unsigned>(WordClass::organisation_word));
  std::uint32_t back = previous_same_[at];
  std::uint32_t ahead = next_same_[at];
  for (std::size_t seen = 0; seen < 4 && (back != 0 || ahead != 0); ++seen) {
    const bool take_back = ahead == 0 || (back != 0 && at - (back - 1) <= ahead - 1 - at);
    const std::uint32_t other = (take_back ? back : ahead) - 1;
    (take_back ? back : ahead) = take_back ? previous_same_[other] : next_same_[other];
    add(kAlso, static_cast<std::uint64_t>(tokens[other].cap));
    if (other > 0) {
      add(kOtherPrevious, attributes_[other - 1].word);
      add(kOtherPreviousMiddle, attributes_[other - 1].clusters.middle);
      add(kOtherCap, static_cast<std::uint64_t>(tokens[other - 1].cap));
      const std::uint64_t classes = matches_->classes[other - 1];
      if ((classes & kTitle) != 0) add(kOtherTitle, 1);
      if ((classes & kFirstName) != 0) add(kOtherTitle, 2);
    }
    if (other + 1 < tokens.size()) {
      add(kOtherNext, attributes_[other + 1].word);
      add(kOtherNextMiddle, attributes_[other + 1].clusters.middle);
      add(kOtherCap, 16 + static_cast<std::uint64_t>(tokens[other + 1].cap));
      if ((matches_->classes[other + 1] & kOrganisationWord) != 0) add(kOtherOrganisation, 1);
    }
    add(kOtherMatches, matches_->classes[other]);
  }
}

}  // namespace dateline::indexer
