#include "indexer/enrich/actors/phrase_table.h"

#include <algorithm>

namespace dateline::indexer {
namespace {

std::uint64_t edge_hash(std::uint32_t node, std::uint64_t key) {
  const std::uint64_t hash = mix(key, node);
  return hash == 0 ? 1 : hash;
}

CaseRule rule_of(const Token& word) {
  switch (word.cap) {
    case Cap::upper:
      return word.word.size() <= 6 ? CaseRule::upper : CaseRule::capital;
    case Cap::initial:
    case Cap::mixed:
    case Cap::single:
      return CaseRule::capital;
    default:
      return CaseRule::any;
  }
}

}  // namespace

bool PhraseTable::add(std::span<const Token> words, Phrase phrase) {
  if (words.empty() || words.size() > kMaxWords) return false;
  const std::size_t group = (words[0].key >> 6U) & 1023U;
  const std::uint64_t bit = std::uint64_t{1} << (words[0].key & 63U);
  filter_[group] |= bit;
  if (rule_of(words[0]) == CaseRule::any) lower_filter_[group] |= bit;
  std::uint32_t node = 0;
  unsigned shift = 0;
  for (const Token& word : words) {
    node = add_child(node, word.key);
    phrase.case_pattern |= static_cast<std::uint64_t>(rule_of(word)) << shift;
    shift += 2;
  }
  pending_.push_back({node, phrase});
  return true;
}

void PhraseTable::remove_actors(std::span<const Token> words) {
  std::uint32_t node = 0;
  for (const Token& word : words) {
    node = child(node, word.key);
    if (node == 0) return;
  }
  std::erase_if(pending_, [node](const Pending& p) { return p.node == node && p.phrase.entry != kNoEntry; });
}

void PhraseTable::freeze() {
  std::stable_sort(pending_.begin(), pending_.end(), [](const auto& a, const auto& b) { return a.node < b.node; });
  phrases_.reserve(pending_.size());
  for (const auto& [node, phrase] : pending_) {
    Node& owner = nodes_[node];
    if (owner.phrase_count == 0) owner.first_phrase = static_cast<std::uint32_t>(phrases_.size());
    const auto begin = phrases_.begin() + owner.first_phrase;
    const bool known = std::any_of(begin, phrases_.end(), [&p = phrase](const Phrase& other) {
      return other.entry == p.entry && other.word_class == p.word_class && other.case_pattern == p.case_pattern &&
             other.languages == p.languages;
    });
    if (known) continue;
    phrases_.push_back(phrase);
    ++owner.phrase_count;
  }
  pending_.clear();
  pending_.shrink_to_fit();
}

std::size_t PhraseTable::find(const Token* first, const Token* last, std::span<Hit, kMaxWords> hits) const {
  if (first == last || !may_begin(*first)) return 0;
  std::size_t count = 0;
  std::uint32_t node = 0;
  std::uint32_t words = 0;
  for (const Token* token = first; token != last && words < kMaxWords; ++token) {
    node = child(node, token->key);
    if (node == 0) break;
    ++words;
    const Node& found = nodes_[node];
    if (found.phrase_count > 0) {
      hits[count++] = {.words = words, .phrases = {phrases_.data() + found.first_phrase, found.phrase_count}};
    }
    if (found.leaf) break;
  }
  return count;
}

bool PhraseTable::case_agrees(const Phrase& phrase, std::span<const Token> words, bool upper_case) {
  std::uint64_t pattern = phrase.case_pattern;
  for (const Token& word : words) {
    const auto rule = static_cast<CaseRule>(pattern & 3U);
    pattern >>= 2U;
    if (rule == CaseRule::any || word.cap == Cap::uncased || word.cap == Cap::punctuation) continue;
    if (rule == CaseRule::capital && word.cap == Cap::lower) return false;
    // Two letters a line shouts may be a word: the caller weighs those, here they agree.
    if (rule == CaseRule::upper && word.cap != Cap::upper && !upper_case) return false;
  }
  return true;
}

std::uint32_t PhraseTable::child(std::uint32_t node, std::uint64_t key) const {
  const std::uint64_t edge = edge_hash(node, key);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t at = edge & mask; slots_[at].edge != 0; at = (at + 1) & mask) {
    if (slots_[at].edge == edge) return slots_[at].node;
  }
  return 0;
}

std::uint32_t PhraseTable::add_child(std::uint32_t node, std::uint64_t key) {
  if (const std::uint32_t known = child(node, key); known != 0) return known;
  if (nodes_.size() * 2 >= slots_.size()) grow();
  const auto added = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({});
  nodes_[node].leaf = false;
  const std::uint64_t edge = edge_hash(node, key);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = edge & mask;
  while (slots_[at].edge != 0) at = (at + 1) & mask;
  slots_[at] = {edge, added};
  return added;
}

void PhraseTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.edge == 0) continue;
    std::size_t at = slot.edge & mask;
    while (slots_[at].edge != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace dateline::indexer
