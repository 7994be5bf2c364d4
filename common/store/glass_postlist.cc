#include "common/store/glass_postlist.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

#include "common/schema.h"
#include "common/store/document_lengths.h"
#include "common/store/glass_encoding.h"
#include "common/store/glass_merge.h"
#include "common/store/position_lists.h"

namespace dateline::glass {
namespace fs = std::filesystem;
namespace {

/// Lists of postings, lengths and values are cut into chunks of about this size.
constexpr std::size_t kChunkBytes = 2000;

// --- Postings
// ----------------------------------------------------------------------------------------------------------

/// Adds a list of (docid, wdf) in chunks. `further`: key of the chunks after the first, without their docid.
template <typename At>
void add_list(LeafWriter& table, const std::string& key, const std::string& further, std::size_t count,
              std::uint64_t term_frequency, std::uint64_t collection_frequency, const At& at) {
  std::string body;
  std::string chunk_key;
  std::string tag;
  for (std::size_t i = 0; i < count;) {
    const bool first_chunk = i == 0;
    const auto first = at(i++);
    auto last = first.docid;
    body.clear();
    put_varint(body, first.wdf);
    for (; i < count && body.size() < kChunkBytes; ++i) {
      const auto posting = at(i);
      put_varint(body, posting.docid - last - 1);
      put_varint(body, posting.wdf);
      last = posting.docid;
    }
    tag.clear();
    if (first_chunk) {
      put_varint(tag, term_frequency);
      put_varint(tag, collection_frequency);
      put_varint(tag, first.docid - 1);
      chunk_key = key;
    } else {
      chunk_key = further;
      put_sortable(chunk_key, first.docid);
    }
    tag.push_back(i == count ? '1' : '0');
    put_varint(tag, last - first.docid);
    tag += body;
    table.add(chunk_key, tag);
  }
}

/// Two ranges of terms that are about as much work. The border depends on the documents, those left out among them, not
/// on how they came to be in runs: a database is the same whatever number of threads made it.
std::vector<TermRange> halves(const DatabaseContent& content) {
  constexpr unsigned kByteBits = 8;
  std::vector<std::uint64_t> work(std::size_t{1} << 2 * kByteBits);  // by the first two bytes of terms
  std::uint64_t all = 0;
  for (std::size_t r = 0; r < content.runs.size(); ++r) {
    for (TermCursor cursor(content.runs[r], content.docids[r], content.runs.size()); cursor.next();) {
      const std::uint64_t own = cursor.count + cursor.positions_size;
      work[sort_key(cursor.name) >> (64 - 2 * kByteBits)] += own;
      all += own;
    }
  }
  std::size_t border = 0;
  for (std::uint64_t done = 0; border < work.size() && done < all / 2; ++border) done += work[border];
  if (border == 0 || border == work.size()) return {TermRange{}};
  std::string begin(1, static_cast<char>(border >> kByteBits));
  if (const char second = static_cast<char>(border & 0xFFU); second != '\0') begin.push_back(second);
  return {{.begin = {}, .end = begin}, {.begin = begin, .end = {}}};
}

// --- Values
// ------------------------------------------------------------------------------------------------------------

/// A slot's values in one run.
struct SlotValues {
  const std::vector<std::uint32_t>* docids = nullptr;
  const char* at = nullptr;
  std::uint64_t count = 0;

  /// Calls visit(docid, value) for what is not left out.
  template <typename Visit>
  void for_each(const Visit& visit) const {
    const char* p = at;
    std::uint32_t document = 0;
    for (std::uint64_t i = 0; i < count; ++i, ++document) {
      document += get_varint32(p);
      const std::uint64_t size = get_varint(p);
      if (const std::uint32_t docid = (*docids)[document]; docid != 0) visit(docid, std::string_view(p, size));
      p += size;
    }
  }
};

std::map<std::uint32_t, std::vector<SlotValues>> slots_of(const DatabaseContent& content) {
  std::map<std::uint32_t, std::vector<SlotValues>> slots;
  for (std::size_t r = 0; r < content.runs.size(); ++r) {
    const Run& run = content.runs[r];
    const char* values = run.at(run.footer().values);
    for (const char* at = run.at(run.footer().slots); at != run.at(run.footer().slots_end);) {
      const std::uint32_t slot = get_varint32(at);
      const std::uint64_t count = get_varint(at);
      const std::uint64_t size = get_varint(at);
      slots[slot].push_back({&content.docids[r], values, count});
      values += size;
    }
  }
  return slots;
}

void add_value_statistics(LeafWriter& table, const std::map<std::uint32_t, std::vector<SlotValues>>& slots) {
  std::map<std::string, std::string> entries;  // keys are not in the order of the slots
  for (const auto& [slot, parts] : slots) {
    std::uint64_t count = 0;
    std::string_view lowest;
    std::string_view highest;
    for (const SlotValues& part : parts) {
      part.for_each([&](std::uint32_t, std::string_view value) {
        if (count == 0 || value < lowest) lowest = value;
        if (count == 0 || value > highest) highest = value;
        ++count;
      });
    }
    if (count == 0) continue;
    std::string key{"\0\xD0", 2};
    put_last(key, slot);
    std::string tag;
    put_varint(tag, count);
    put_sized(tag, lowest);
    if (highest != lowest) tag += highest;
    entries.emplace(std::move(key), std::move(tag));
  }
  for (const auto& [key, tag] : entries) table.add(key, tag);
}

void add_slot(LeafWriter& table, const std::string& prefix, const std::vector<SlotValues>& parts) {
  struct Entry {
    std::uint32_t docid = 0;
    std::string_view value;
  };
  PieceMerger<Entry> merger;
  for (const SlotValues& part : parts) {
    part.for_each([&](std::uint32_t docid, std::string_view value) { merger.entries.push_back({docid, value}); });
    merger.end_piece();
  }
  merger.merge();
  std::string key;
  std::string tag;
  for (std::size_t i = 0; i < merger.entries.size();) {
    key = prefix;
    std::uint32_t last = merger.entries[i].docid;
    put_sortable(key, last);
    tag.clear();
    put_sized(tag, merger.entries[i++].value);
    for (; i < merger.entries.size() && tag.size() < kChunkBytes; ++i) {
      put_varint(tag, merger.entries[i].docid - last - 1);
      put_sized(tag, merger.entries[i].value);
      last = merger.entries[i].docid;
    }
    table.add(key, tag);
  }
}

void add_values(LeafWriter& table, const DatabaseContent& content) {
  const auto slots = slots_of(content);
  add_value_statistics(table, slots);
  std::map<std::string, const std::vector<SlotValues>*> by_key;
  for (const auto& [slot, parts] : slots) {
    std::string prefix{"\0\xD8", 2};
    put_varint(prefix, slot);
    by_key.emplace(std::move(prefix), &parts);
  }
  for (const auto& [prefix, parts] : by_key) add_slot(table, prefix, *parts);
}

// --- Metadata
// ----------------------------------------------------------------------------------------------------------

/// By docid, from 1 on.
std::vector<Xapian::termcount> lengths_of(const DatabaseContent& content, std::span<const Located> located) {
  std::vector<Xapian::termcount> lengths(located.back().docid);
  for (const Located& place : located) lengths[place.docid - 1] = content.runs[place.run].document(place.number).length;
  return lengths;
}

template <typename Entry>
void add_metadata(LeafWriter& table, Entry entry, Entry end) {
  for (; entry != end; ++entry) {
    if (!entry->second.empty()) table.add(metadata_key(entry->first), entry->second);
  }
}

}  // namespace

/// A range of terms and where its leaves go.
struct PostlistTable::Range {
  TermRange terms;
  std::unique_ptr<BlockFile> metadata_file;  // null: the table itself
  std::unique_ptr<BlockFile> postings_file;
  LeafWriter metadata;
  LeafWriter postings;
};

PostlistTable::PostlistTable(const fs::path& folder, const DatabaseContent& content, std::span<const Located> located,
                             const DatabaseOptions& options)
    : content_(content),
      located_(located),
      positions_(options.positions),
      file_(folder / "postlist.glass", options.block_size) {
  const auto part = [&](const char* name) {
    auto file = std::make_unique<BlockFile>(folder / name, options.block_size);
    file->unlink();
    return file;
  };
  for (TermRange& terms : halves(content)) {
    const bool first = ranges_.empty();
    // Those of one thread come one after another.
    auto metadata = first || options.threads == 1 ? nullptr : part("metadata.part");
    auto postings = part("postings.part");
    BlockFile& metadata_file = metadata ? *metadata : file_;
    BlockFile& postings_file = *postings;
    ranges_.push_back(std::make_unique<Range>(
        Range{.terms = std::move(terms),
              .metadata_file = std::move(metadata),
              .postings_file = std::move(postings),
              .metadata = {metadata_file, first ? LeafWriter::Range::first : LeafWriter::Range::later},
              .postings = {postings_file, LeafWriter::Range::later}}));
  }
}

PostlistTable::~PostlistTable() = default;

void PostlistTable::write_range(std::size_t number) {
  Range& range = *ranges_[number];
  const auto listed = content_.metadata.lower_bound(std::string{schema::kMetaPositions});
  if (number == 0) {
    const auto behind_lengths = content_.metadata.lower_bound(std::string{schema::kMetaLengths});
    add_metadata(range.metadata, content_.metadata.begin(), behind_lengths);
    if (positions_ == Positions::lists && !located_.empty()) {
      put_document_lengths(lengths_of(content_, located_), [&](const std::string& name, const std::string& value) {
        range.metadata.add(metadata_key(name), value);
      });
    }
    add_metadata(range.metadata, behind_lengths, listed);
    if (positions_ == Positions::lists && !located_.empty()) {
      range.metadata.add(metadata_key(std::string{schema::kMetaPositions}),
                         positions_apart_value(located_.back().docid));
    }
    add_values(range.postings, content_);
    const std::string lengths{"\0\xE0", 2};
    add_list(range.postings, lengths, lengths, located_.size(), 0, 0, [&](std::size_t i) {
      return Posting{located_[i].docid, content_.runs[located_[i].run].document(located_[i].number).length};
    });
  }
  write_terms(range);
  if (number + 1 == ranges_.size()) add_metadata(range.metadata, listed, content_.metadata.end());
  range.metadata.finish();
  range.postings.finish();
}

void PostlistTable::write_terms(Range& range) {
  PositionListWriter lists(
      [&](const std::string& name, const std::string& value) { range.metadata.add(metadata_key(name), value); });
  PieceMerger<Posting> merger;
  std::string key;
  std::string further;
  std::vector<std::uint32_t> positions;
  for_each_term(content_, range.terms, [&](const std::vector<TermCursor*>& cursors) {
    const bool listed = positions_ == Positions::lists && any_positions(cursors);
    merge_postings(cursors, listed, merger);
    const std::vector<Posting>& postings = merger.entries;
    if (postings.empty()) return;
    const std::string_view term = cursors.front()->name;
    key.clear();
    put_escaped(key, term);
    further = key;
    further.push_back('\0');
    const auto collection_frequency = std::accumulate(postings.begin(), postings.end(), std::uint64_t{0},
                                                      [](std::uint64_t sum, const Posting& p) { return sum + p.wdf; });
    add_list(range.postings, key, further, postings.size(), postings.size(), collection_frequency,
             [&](std::size_t i) { return postings[i]; });
    if (!listed) return;
    for (const Posting& posting : postings) {
      get_position_list(posting.positions(), positions);
      lists.add(posting.docid, positions);
    }
    lists.finish(term);
  });
}

TableRoot PostlistTable::finish() {
  std::vector<const LeafWriter*> leaves;
  for (const auto& range : ranges_) {
    if (range->metadata_file) range->metadata.move_to(file_);
    range->metadata_file.reset();
    leaves.push_back(&range->metadata);
  }
  for (const auto& range : ranges_) {
    range->postings.move_to(file_);
    range->postings_file.reset();
    leaves.push_back(&range->postings);
  }
  return write_tree(file_, leaves);
}

}  // namespace dateline::glass
