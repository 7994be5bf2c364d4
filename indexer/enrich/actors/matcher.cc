#include "indexer/enrich/actors/matcher.h"

#include <algorithm>
#include <array>

namespace dateline::indexer {
namespace {

bool has_class(std::uint32_t classes, WordClass word_class) {
  return (classes & (1U << static_cast<unsigned>(word_class))) != 0;
}

/// For every set of WordClass: its members as match bits of a single word.
constexpr auto kUnits = [] {
  std::array<std::uint64_t, std::size_t{1} << static_cast<unsigned>(WordClass::count_)> units{};
  for (std::size_t classes = 0; classes < units.size(); ++classes) {
    for (unsigned bit = 0; bit < static_cast<unsigned>(WordClass::count_); ++bit) {
      if (((classes >> bit) & 1U) != 0) units[classes] |= match_bit(bit, PhrasePart::unit);
    }
  }
  return units;
}();

void mark(std::vector<std::uint64_t>& classes, std::uint32_t begin, std::uint32_t words, unsigned match_class) {
  if (words == 1) {
    classes[begin] |= match_bit(match_class, PhrasePart::unit);
    return;
  }
  classes[begin] |= match_bit(match_class, PhrasePart::begin);
  for (std::uint32_t at = begin + 1; at + 1 < begin + words; ++at)
    classes[at] |= match_bit(match_class, PhrasePart::inside);
  classes[begin + words - 1] |= match_bit(match_class, PhrasePart::last);
}

unsigned class_of(ActorKind kind) {
  switch (kind) {
    case ActorKind::person:
      return kClassPerson;
    case ActorKind::organisation:
      return kClassOrganisation;
    case ActorKind::country:
      return kClassCountry;
  }
  return kClassOrganisation;
}

MentionType type_of(ActorKind kind) {
  switch (kind) {
    case ActorKind::person:
      return MentionType::person;
    case ActorKind::organisation:
      return MentionType::organisation;
    case ActorKind::country:
      return MentionType::place;
  }
  return MentionType::other;
}

}  // namespace

void Matcher::match(const TokenisedArticle& article, LanguageMask language, Matches& out) const {
  out.actors.clear();
  out.classes.resize(article.tokens.size());
  for (std::uint32_t at = 0; at < article.tokens.size(); ++at) {
    out.classes[at] = kUnits[gazetteer_.word_classes(article.tokens[at].key)];
  }
  for (std::uint32_t sentence = 0; sentence < article.sentences.size(); ++sentence) {
    match_sentence(article, sentence, language, out);
  }
}

void Matcher::match_sentence(const TokenisedArticle& article, std::uint32_t sentence, LanguageMask language,
                             Matches& out) const {
  const Sentence& where = article.sentences[sentence];
  const Token* tokens = article.tokens.data();
  const bool shouted = where.kind == SentenceKind::upper_case;
  std::array<PhraseTable::Hit, PhraseTable::kMaxWords> hits;
  std::uint32_t free_from = where.begin;  // no actor may begin before the last one's end
  for (std::uint32_t at = where.begin; at < where.end; ++at) {
    const std::size_t count = gazetteer_.phrases().find(tokens + at, tokens + where.end, hits);
    if (count == 0) continue;
    std::uint32_t marked = 0;
    for (std::size_t longest = count; longest-- > 0;) {
      const auto& hit = hits[longest];
      const std::span<const Token> words(tokens + at, hit.words);
      for (const Phrase& phrase : hit.phrases) {
        if ((phrase.languages & language) == 0 || !PhraseTable::case_agrees(phrase, words, shouted)) continue;
        if (phrase.entry == kNoEntry) {
          mark(out.classes, at, hit.words, static_cast<unsigned>(phrase.word_class));
          continue;
        }
        const auto& entry = gazetteer_.entries()[phrase.entry];
        const unsigned match_class = class_of(entry.kind);
        if ((marked & (1U << match_class)) == 0) mark(out.classes, at, hit.words, match_class);
        marked |= 1U << match_class;
        if (at < free_from) continue;
        // In a shouted line "US" may be "us".
        if (shouted && hit.words == 1 && has_class(gazetteer_.word_classes(tokens[at].key), WordClass::common_word))
          continue;
        out.actors.push_back({.begin = at,
                              .end = at + hit.words,
                              .sentence = sentence,
                              .type = type_of(entry.kind),
                              .entry = phrase.entry,
                              .ambiguous = phrase.ambiguous});
        free_from = at + hit.words;
      }
    }
  }
}

}  // namespace dateline::indexer
