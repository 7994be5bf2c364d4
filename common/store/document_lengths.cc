#include "common/store/document_lengths.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

#include "common/schema.h"
#include "common/store/glass_encoding.h"

namespace dateline {
namespace {

/// So that an entry is one item of a block of 8 KB, of which four have room there.
constexpr std::size_t kLengthsInEntry = 1000;
constexpr std::size_t kSize = sizeof(std::uint16_t);

Xapian::termcount length_of(const Xapian::Database& shard, Xapian::docid document) try {
  return shard.get_doclength(document);
} catch (const Xapian::DocNotFoundError&) {
  throw Xapian::DatabaseCorruptError("a length of a document that there is not");
}

/// f(docid, length as it is written) for the whole array.
template <typename F>
void each_in_array(const Xapian::Database& shard, F&& f) {
  Xapian::docid document = 0;
  const std::string prefix{schema::kMetaLengths};
  for (auto name = shard.metadata_keys_begin(prefix); name != shard.metadata_keys_end(prefix); ++name) {
    const std::string entry = shard.get_metadata(*name);
    for (std::size_t at = 0; at + kSize <= entry.size(); at += kSize) {
      const unsigned low = static_cast<unsigned char>(entry[at]);
      const unsigned high = static_cast<unsigned char>(entry[at + 1]);
      f(++document, low | high << 8U);
    }
  }
}

std::string name_of_entry(Xapian::docid first) {
  std::string name{schema::kMetaLengths};
  glass::put_sortable(name, first);
  return name;
}

}  // namespace

DocumentLengths::DocumentLengths(const Xapian::Database& shard, const glass::PostingTable* table) {
  const Xapian::docid last = shard.get_lastdocid();
  lengths_ = std::make_unique_for_overwrite<std::uint16_t[]>(std::size_t{last} + 1);
  lengths_[0] = 0;
  Xapian::docid known = table != nullptr ? take_array(*table, shard) : 0;
  std::fill(&lengths_[known] + 1, &lengths_[last] + 1, std::uint16_t{0});
  if (known == last) return;
  if (table == nullptr) {
    for (auto it = shard.postlist_begin({}); it != shard.postlist_end({}); ++it) set(*it, it.get_doclength());
    return;
  }
  glass::PostingChunks chunks(*table, {});
  while (chunks.next()) {
    if (chunks.last() > last) throw Xapian::DatabaseCorruptError("lengths of more documents than there are");
    if (chunks.last() <= known) continue;
    chunks.each([this](Xapian::docid document, Xapian::termcount length) { set(document, length); });
  }
}

void DocumentLengths::set(Xapian::docid document, Xapian::termcount length) {
  lengths_[document] = static_cast<std::uint16_t>(std::min<Xapian::termcount>(length, kLonger));
  if (length >= kLonger) longer_[document] = length;
}

Xapian::docid DocumentLengths::take_array(const glass::PostingTable& table, const Xapian::Database& shard) {
  const Xapian::docid last = shard.get_lastdocid();
  Xapian::docid known = 0;
  glass::PostingEntries entries(table);
  const std::string before = glass::metadata_key(schema::kMetaLengths);
  std::string expected;
  for (entries.seek(before); entries.there() && entries.key().starts_with(before);) {
    expected = before;
    glass::put_sortable(expected, known + 1);
    const bool next = entries.key() == expected;
    const std::string_view lengths = entries.take_tag();
    const std::size_t count = lengths.size() / kSize;
    if (!next || lengths.size() % kSize != 0 || count > last - known)
      throw Xapian::DatabaseCorruptError("lengths of documents that there are not");
    std::uint16_t* const to = &lengths_[known + 1];
    std::memcpy(to, lengths.data(), lengths.size());
    if constexpr (std::endian::native == std::endian::big)
      std::transform(to, to + count, to, [](std::uint16_t n) { return __builtin_bswap16(n); });
    std::uint16_t longest = 0;
    for (std::size_t i = 0; i < count; ++i) longest = std::max(longest, to[i]);
    for (std::size_t i = 0; longest == kLonger && i < count; ++i) {
      const auto document = static_cast<Xapian::docid>(known + 1 + i);
      if (to[i] == kLonger) longer_[document] = length_of(shard, document);
    }
    known += static_cast<Xapian::docid>(count);
  }
  return known;
}

void put_document_lengths(std::span<const Xapian::termcount> lengths,
                          const std::function<void(const std::string& name, const std::string& value)>& entry) {
  for (std::size_t at = 0; at < lengths.size(); at += kLengthsInEntry) {
    std::string value;
    for (const Xapian::termcount length : lengths.subspan(at, std::min(kLengthsInEntry, lengths.size() - at))) {
      const unsigned told = std::min<Xapian::termcount>(length, DocumentLengths::kLonger);
      value.push_back(static_cast<char>(told & 0xFFU));
      value.push_back(static_cast<char>(told >> 8U));
    }
    entry(name_of_entry(static_cast<Xapian::docid>(at + 1)), value);
  }
}

std::optional<Xapian::docid> find_wrong_length(const Xapian::Database& shard) {
  std::optional<Xapian::docid> wrong;
  auto list = shard.postlist_begin({});
  each_in_array(shard, [&](Xapian::docid document, Xapian::termcount length) {
    Xapian::termcount expected = 0;
    if (list != shard.postlist_end({}) && *list == document) {
      expected = std::min<Xapian::termcount>(list.get_doclength(), DocumentLengths::kLonger);
      ++list;
    }
    if (length != expected && !wrong) wrong = document;
  });
  return wrong;
}

Xapian::docid lengths_in_array(const Xapian::Database& shard) {
  Xapian::docid last = 0;
  each_in_array(shard, [&](Xapian::docid document, Xapian::termcount) { last = document; });
  return last;
}

void erase_document_lengths(Xapian::WritableDatabase& shard, std::span<const Xapian::docid> documents) {
  std::map<Xapian::docid, std::string> changed;  // by the first docid of the entry
  for (const Xapian::docid document : documents) {
    const auto number = static_cast<Xapian::docid>((document - 1) % kLengthsInEntry);
    auto [entry, fresh] = changed.try_emplace(document - number);
    if (fresh) entry->second = shard.get_metadata(name_of_entry(entry->first));
    if (std::string& value = entry->second; number * kSize < value.size())
      value.replace(number * kSize, kSize, kSize, '\0');
  }
  for (const auto& [first, value] : changed) {
    if (!value.empty()) shard.set_metadata(name_of_entry(first), value);
  }
}

}  // namespace dateline
