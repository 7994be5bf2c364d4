#include "common/store/flat_document.h"

#include <xapian.h>

#include <algorithm>

#include "common/same_bytes.h"
#include "common/schema.h"
#include "common/word_hash.h"
#include "dateline/error.h"

namespace dateline {

void FlatDocument::clear() {
  bytes_.clear();
  terms_.clear();
  std::fill(table_.begin(), table_.end(), kNone);
  occurrences_.clear();
  values_.clear();
  data_.clear();
}

FlatDocument::TermIndex FlatDocument::term(std::string_view prefix, std::string_view word) {
  std::string_view whole = word;  // Most terms are bare words: they are looked up where they are.
  if (!prefix.empty()) whole = joined_.assign(prefix).append(word);
  return hashed_term(whole, word_hash(whole));
}

FlatDocument::TermIndex FlatDocument::hashed_term(std::string_view whole, std::uint64_t hash) {
  if (terms_.size() * 2 >= table_.size()) grow_table();
  const std::size_t mask = table_.size() - 1;
  std::size_t at = hash & mask;
  for (; table_[at] != kNone; at = (at + 1) & mask) {
    const TermIndex index = table_[at];
    if (terms_[index].hash == hash && same_bytes(name(index), whole)) return index;
  }
  const auto zeros = static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\0'));
  if (whole.empty()) throw Error(ErrorCode::usage, "term", "empty");
  if (whole.size() + zeros > schema::kMaxTermBytes)
    throw Error(ErrorCode::usage, "term", "longer than 245 bytes: " + std::string{whole});
  const auto index = static_cast<TermIndex>(terms_.size());
  table_[at] = index;
  terms_.push_back({.hash = hash,
                    .offset = static_cast<std::uint32_t>(bytes_.size()),
                    .size = static_cast<std::uint32_t>(whole.size())});
  bytes_.append(whole);
  return index;
}

void FlatDocument::grow_table() {
  table_.assign(std::max<std::size_t>(1024, table_.size() * 2), kNone);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    std::size_t at = terms_[i].hash & mask;
    while (table_[at] != kNone) at = (at + 1) & mask;
    table_[at] = static_cast<std::uint32_t>(i);
  }
}

void FlatDocument::add_position(TermIndex term, std::uint32_t position) {
  Term& t = terms_[term];
  if (t.last != kNone && occurrences_[t.last].position == position) return;
  const auto index = static_cast<std::uint32_t>(occurrences_.size());
  occurrences_.push_back({.position = position});
  (t.first == kNone ? t.first : occurrences_[t.last].next) = index;
  t.last = index;
}

void FlatDocument::positions(TermIndex term, std::vector<std::uint32_t>& out) const {
  out.clear();
  bool ascending = true;
  for (std::uint32_t i = terms_[term].first; i != kNone; i = occurrences_[i].next) {
    ascending = ascending && (out.empty() || occurrences_[i].position > out.back());
    out.push_back(occurrences_[i].position);
  }
  if (ascending) return;
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
}

void FlatDocument::set_value(std::uint32_t slot, std::string_view value) {
  const auto at = std::lower_bound(values_.begin(), values_.end(), slot,
                                   [](const auto& entry, std::uint32_t s) { return entry.first < s; });
  const bool there = at != values_.end() && at->first == slot;
  if (value.empty()) {
    if (there) values_.erase(at);
  } else if (there) {
    at->second = value;
  } else {
    values_.emplace(at, slot, value);
  }
}

Xapian::Document to_xapian(const FlatDocument& document) {
  Xapian::Document out;
  std::vector<std::uint32_t> positions;
  for (FlatDocument::TermIndex t = 0; t < document.term_count(); ++t) {
    const std::string name{document.name(t)};
    out.add_term(name, document.wdf(t));
    document.positions(t, positions);
    for (const std::uint32_t position : positions) out.add_posting(name, position, 0);
  }
  for (const auto& [slot, value] : document.values()) out.add_value(slot, value);
  out.set_data(document.data());
  return out;
}

void from_xapian(const Xapian::Document& document, FlatDocument& out) {
  out.clear();
  for (auto term = document.termlist_begin(); term != document.termlist_end(); ++term) {
    const FlatDocument::TermIndex index = out.term({}, *term);
    out.add_wdf(index, term.get_wdf());
    for (auto position = term.positionlist_begin(); position != term.positionlist_end(); ++position)
      out.add_position(index, *position);
  }
  for (auto value = document.values_begin(); value != document.values_end(); ++value)
    out.set_value(value.get_valueno(), *value);
  out.set_data(document.get_data());
}

}  // namespace dateline
