#include "common/store/glass_writer.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <functional>
#include <memory>

#include "common/durable_file.h"
#include "common/run_tasks.h"
#include "common/schema.h"
#include "common/store/glass_encoding.h"
#include "common/store/glass_merge.h"
#include "common/store/glass_version.h"
#include "common/store/position_lists.h"
#include "dateline/error.h"

namespace dateline::glass {
namespace fs = std::filesystem;
namespace {

/// Lists of postings, lengths and values are cut into chunks of about this size.
constexpr std::size_t kChunkBytes = 2000;

/// Where the document of a docid is.
struct Located {
  std::uint32_t docid = 0;
  std::uint32_t run = 0;
  std::uint32_t number = 0;
};

std::vector<Located> locate(const DatabaseContent& content) {
  std::vector<Located> located;
  for (std::uint32_t r = 0; r < content.runs.size(); ++r) {
    for (std::uint32_t n = 0; n < content.docids[r].size(); ++n) {
      if (content.docids[r][n] != 0) located.push_back({content.docids[r][n], r, n});
    }
  }
  std::sort(located.begin(), located.end(), [](const Located& a, const Located& b) { return a.docid < b.docid; });
  return located;
}

// --- Postings and positions
// --------------------------------------------------------------------------------------------

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

struct Posting {
  std::uint32_t docid = 0;
  std::uint32_t wdf = 0;
};

void add_postings(LeafWriter& table, const DatabaseContent& content) {
  PieceMerger<Posting> merger;
  std::string key;
  std::string further;
  for_each_term(content, [&](const std::vector<TermCursor*>& cursors) {
    merger.clear();
    std::uint64_t collection_frequency = 0;
    for (TermCursor* cursor : cursors) {
      cursor->for_each<false>([&](std::uint32_t docid, std::uint32_t wdf, const char*) {
        merger.entries.push_back({docid, wdf});
        collection_frequency += wdf;
      });
      merger.end_piece();
    }
    if (merger.entries.empty()) return;
    merger.merge();
    key.clear();
    put_escaped(key, cursors.front()->name);
    further = key;
    further.push_back('\0');
    add_list(table, key, further, merger.entries.size(), merger.entries.size(), collection_frequency,
             [&](std::size_t i) { return merger.entries[i]; });
  });
}

/// Calls visit(term, docid, list) for each document that has a term which stands somewhere, then end(term), term after
/// term. The list is empty in a document where the term does not stand anywhere.
template <typename Visit, typename End>
void for_each_position_list(const DatabaseContent& content, const Visit& visit, const End& end) {
  struct Entry {
    std::uint32_t docid = 0;
    std::uint32_t size = 0;
    const char* list = nullptr;
  };
  PieceMerger<Entry> merger;
  for_each_term(content, [&](const std::vector<TermCursor*>& cursors) {
    merger.clear();
    const bool nowhere = std::all_of(cursors.begin(), cursors.end(), [](const TermCursor* cursor) {
      return cursor->positions_size == cursor->count;  // nothing but sizes of 0
    });
    if (nowhere) return;
    for (TermCursor* cursor : cursors) {
      cursor->for_each<true>([&](std::uint32_t docid, std::uint32_t, const char* list) {
        const std::uint32_t size = get_varint32(list);
        merger.entries.push_back({docid, size, list});
      });
      merger.end_piece();
    }
    merger.merge();
    const std::string_view name = cursors.front()->name;
    for (const Entry& entry : merger.entries) visit(name, entry.docid, std::string_view{entry.list, entry.size});
    end(name);
  });
}

TableRoot write_position_table(const fs::path& folder, const DatabaseContent& content, std::uint32_t block_size) {
  TableWriter table(folder / "position.glass", block_size);
  std::string key;
  std::string tag;
  std::vector<std::uint32_t> positions;
  for_each_position_list(
      content,
      [&](std::string_view term, std::uint32_t docid, std::string_view list) {
        if (list.empty()) return;
        key.clear();
        put_escaped(key, term);
        key.push_back('\0');
        put_sortable(key, docid);
        get_position_list(list, positions);
        tag.clear();
        put_positions(tag, positions);
        table.add(key, tag);
      },
      [](std::string_view) {});
  return table.finish();
}

std::string metadata_key(const std::string& name) {
  return std::string("\0\xC0", 2) + name;
}

void write_position_lists(LeafWriter& table, const DatabaseContent& content, std::uint32_t last_docid) {
  table.add(metadata_key(std::string{schema::kMetaPositions}), positions_apart_value(last_docid));
  PositionListWriter writer(
      [&](const std::string& name, const std::string& value) { table.add(metadata_key(name), value); });
  std::vector<std::uint32_t> positions;
  for_each_position_list(
      content,
      [&](std::string_view, std::uint32_t docid, std::string_view list) {
        get_position_list(list, positions);
        writer.add(docid, positions);
      },
      [&](std::string_view term) { writer.finish(term); });
}

void write_metadata(LeafWriter& table, const DatabaseContent& content, const std::vector<Located>& located,
                    Positions positions) {
  auto entry = content.metadata.begin();
  const auto write_to = [&](auto end) {
    for (; entry != end; ++entry) {
      if (!entry->second.empty()) table.add(metadata_key(entry->first), entry->second);
    }
  };
  if (positions == Positions::lists && !located.empty()) {
    write_to(content.metadata.lower_bound(std::string{schema::kMetaPositions}));
    write_position_lists(table, content, located.back().docid);
  }
  write_to(content.metadata.end());
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

// --- Tables
// ------------------------------------------------------------------------------------------------------------

/// The table of postings, in two ranges of its keys that are as much work: the metadata, which have the lists of
/// positions, and the rest. Made at once, the rest waits in a file of its own until it can be put behind the metadata:
/// Xapian reads leaves of new tables in the order of the file. With one thread it goes there straight away.
class PostlistTable {
 public:
  PostlistTable(const fs::path& folder, const DatabaseOptions& options)
      : file_(folder / "postlist.glass", options.block_size),
        beside_(options.threads > 1 ? std::make_unique<BlockFile>(folder / "postings.part", options.block_size)
                                    : nullptr),
        positions_(options.positions),
        metadata_(file_, LeafWriter::Range::first),
        postings_(beside_ ? *beside_ : file_, LeafWriter::Range::later) {
    if (beside_) beside_->unlink();
  }

  void write_metadata(const DatabaseContent& content, const std::vector<Located>& located) {
    glass::write_metadata(metadata_, content, located, positions_);
    metadata_.finish();
  }
  void write_postings(const DatabaseContent& content, const std::vector<Located>& located) {
    add_values(postings_, content);
    const std::string lengths{"\0\xE0", 2};
    add_list(postings_, lengths, lengths, located.size(), 0, 0, [&](std::size_t i) {
      return Posting{located[i].docid, content.runs[located[i].run].document(located[i].number).length};
    });
    add_postings(postings_, content);
    postings_.finish();
  }
  TableRoot finish() {
    if (beside_) postings_.move_to(file_);
    const LeafWriter* const both[] = {&metadata_, &postings_};
    return write_tree(file_, both);
  }

 private:
  BlockFile file_;
  std::unique_ptr<BlockFile> beside_;
  Positions positions_;
  LeafWriter metadata_;
  LeafWriter postings_;
};

struct DocumentTables {
  TableRoot docdata;
  TableRoot termlist;
};

DocumentTables write_documents(const fs::path& folder, const DatabaseContent& content,
                               const std::vector<Located>& located, std::uint32_t block_size) {
  TableWriter docdata(folder / "docdata.glass", block_size);
  TableWriter termlist(folder / "termlist.glass", block_size);
  std::vector<ReadPages> read(content.runs.size());
  std::string key;
  for (const Located& place : located) {
    const Run& run = content.runs[place.run];
    const Run::Document document = run.document(place.number);
    const char* blob = run.at(document.blob);
    key.clear();
    put_sortable(key, place.docid);
    const std::string_view data{blob + document.terms_size + document.slots_size, document.data_size};
    if (!data.empty()) docdata.add(key, data, document.data_compressed != 0);
    termlist.add(key, {blob, document.terms_size}, document.terms_compressed != 0);
    if (document.slots_size > 0) {
      key.push_back('\0');
      termlist.add(key, {blob + document.terms_size, document.slots_size});
    }
    read[place.run].read_to(run, 0, document.blob);
  }
  return {docdata.finish(), termlist.finish()};
}

Statistics statistics_of(const DatabaseContent& content, const std::vector<Located>& located) {
  Statistics all{.documents = static_cast<std::uint32_t>(located.size()),
                 .last_docid = located.empty() ? 0 : located.back().docid};
  for (const Located& place : located) {
    const Run::Document document = content.runs[place.run].document(place.number);
    if (document.length > 0 && (all.shortest == 0 || document.length < all.shortest)) all.shortest = document.length;
    all.longest = std::max(all.longest, document.length);
    all.largest_wdf = std::max(all.largest_wdf, document.largest_wdf);
    all.total_length += document.length;
  }
  return all;
}

}  // namespace

void write_database(const fs::path& folder, const DatabaseContent& content, const DatabaseOptions& options) {
  assert(content.runs.size() == content.docids.size());
  const fs::path building = folder.string() + ".tmp";
  std::error_code error;
  fs::remove_all(building, error);
  if (!fs::create_directory(building, error))
    throw Error(ErrorCode::io, building.string(), "cannot create: " + error.message());
  const std::vector<Located> located = locate(content);
  Roots roots;
  PostlistTable table(building, options);
  std::atomic<int> halves = 0;
  const auto finish_half = [&] {
    if (++halves == 2) roots[postlist] = table.finish();
  };
  const std::function<void()> tasks[] = {
      [&] {
        table.write_metadata(content, located);
        finish_half();
      },
      [&] {
        table.write_postings(content, located);
        finish_half();
      },
      [&] {
        if (options.positions == Positions::table)
          roots[position] = write_position_table(building, content, options.block_size);
      },
      [&] {
        const DocumentTables tables = write_documents(building, content, located, options.block_size);
        roots[docdata] = tables.docdata;
        roots[termlist] = tables.termlist;
      },
  };
  run_tasks(options.threads, tasks);
  write_version_file(building, roots, options.block_size, statistics_of(content, located));
  fs::rename(building, folder, error);
  if (error) throw Error(ErrorCode::io, folder.string(), "cannot rename: " + error.message());
  fsync_folder(folder.parent_path());
}

}  // namespace dateline::glass
