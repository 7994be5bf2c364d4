#include "searcher/match/highlight.h"

#include <algorithm>
#include <cmath>

#include "common/schema.h"

namespace dateline::searcher {
namespace {

/// Inverse document frequency of the most frequent of the terms.
double rarity(const Xapian::Database& database, const std::vector<std::string>& terms,
              const std::vector<std::string>& stems) {
  Xapian::doccount frequency = 0;
  for (const std::string& term : terms) frequency = std::max(frequency, database.get_termfreq(term));
  for (const std::string& stem : stems) frequency = std::max(frequency, database.get_termfreq(stem));
  return std::log(1.0 + (static_cast<double>(database.get_doccount()) + 1.0) / (static_cast<double>(frequency) + 0.5));
}

bool holds(const std::vector<std::string>& sorted, const std::string& term) {
  return std::binary_search(sorted.begin(), sorted.end(), term);
}

}  // namespace

Highlighter::Highlighter(const query::Compiled& compiled, const Xapian::Database& database, Analyzers& analyzers)
    : analyzers_(analyzers) {
  for (std::size_t i = 0; i < compiled.words.size(); ++i) {
    const query::HighlightWord& word = compiled.words[i];
    for (const std::string& term : word.terms) terms_[term].push_back(i);
    for (const std::string& stem : word.stems) stems_[stem].push_back(i);
    title_only_.push_back(word.title_only);
    weights_.push_back(rarity(database, word.terms, word.stems));
  }
  for (const query::HighlightPhrase& phrase : compiled.phrases) {
    if (phrase.places.empty()) continue;
    phrases_.push_back({phrase.places, phrase.title_only});
    double weight = 0;
    for (const std::vector<std::string>& place : phrase.places) weight += rarity(database, place, {});
    weights_.push_back(weight);
  }
}

std::vector<WordMatch> Highlighter::find(std::string_view text, std::string_view lang, bool in_title) {
  std::vector<WordMatch> out;
  if (weights_.empty() || text.empty()) return out;
  const std::span<const Token> tokens = analyzers_.of(lang).tokenize(text);
  mark_words(tokens, lang, in_title, out);
  mark_phrases(tokens, in_title, out);
  std::sort(out.begin(), out.end(), [](const WordMatch& a, const WordMatch& b) {
    if (a.range.begin != b.range.begin) return a.range.begin < b.range.begin;
    return a.range.end != b.range.end ? a.range.end < b.range.end : a.word < b.word;
  });
  return out;
}

void Highlighter::mark_words(std::span<const Token> tokens, std::string_view lang, bool in_title,
                             std::vector<WordMatch>& out) {
  if (terms_.empty() && stems_.empty()) return;
  Analyzer& stemmer = analyzers_.of(lang);
  std::vector<std::size_t> words;
  for (const Token& token : tokens) {
    words.clear();
    if (const auto found = terms_.find(token.term); found != terms_.end()) words = found->second;
    const bool stemmed = token.kind == TokenKind::word || token.kind == TokenKind::joined;
    if (stemmed && !stems_.empty()) {
      const auto found = stems_.find(schema::stem_term({}, stemmer.stem_language(), stemmer.stem(token)));
      if (found != stems_.end()) words.insert(words.end(), found->second.begin(), found->second.end());
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    for (const std::size_t word : words) {
      if (!title_only_[word] || in_title) out.push_back({.range = {token.begin, token.end}, .word = word});
    }
  }
}

void Highlighter::mark_phrases(std::span<const Token> tokens, bool in_title, std::vector<WordMatch>& out) const {
  if (phrases_.empty()) return;
  // Tokens by position: a word and its further spellings stand at one.
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::word) starts.push_back(i);
  }
  const auto stands = [&](std::size_t at, const std::vector<std::string>& place) {
    const std::size_t end = at + 1 < starts.size() ? starts[at + 1] : tokens.size();
    for (std::size_t i = starts[at]; i < end; ++i) {
      if (holds(place, tokens[i].term)) return true;
    }
    return false;
  };
  for (std::size_t p = 0; p < phrases_.size(); ++p) {
    const Phrase& phrase = phrases_[p];
    if (phrase.title_only && !in_title) continue;
    const std::size_t length = phrase.places.size();
    for (std::size_t at = 0; at + length <= starts.size(); ++at) {
      std::size_t place = 0;
      while (place < length && stands(at + place, phrase.places[place])) ++place;
      if (place < length) continue;
      out.push_back(
          {.range = {tokens[starts[at]].begin, tokens[starts[at + length - 1]].end}, .word = title_only_.size() + p});
    }
  }
}

}  // namespace dateline::searcher
