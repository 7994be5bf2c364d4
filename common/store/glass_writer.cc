#include "common/store/glass_writer.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <functional>

#include "common/durable_file.h"
#include "common/run_tasks.h"
#include "common/store/glass_encoding.h"
#include "common/store/glass_merge.h"
#include "common/store/glass_postlist.h"
#include "common/store/glass_version.h"
#include "common/store/position_lists.h"
#include "dateline/error.h"

namespace dateline::glass {
namespace fs = std::filesystem;
namespace {

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

TableRoot write_position_table(const fs::path& folder, const DatabaseContent& content, std::uint32_t block_size) {
  TableWriter table(folder / "position.glass", block_size);
  PieceMerger<Posting> merger;
  std::string key;
  std::string tag;
  std::vector<std::uint32_t> positions;
  for_each_term(content, {}, [&](const std::vector<TermCursor*>& cursors) {
    if (!any_positions(cursors)) return;
    merge_postings(cursors, /*with_positions=*/true, merger);
    for (const Posting& posting : merger.entries) {
      const std::string_view list = posting.positions();
      if (list.empty()) continue;
      key.clear();
      put_escaped(key, cursors.front()->name);
      key.push_back('\0');
      put_sortable(key, posting.docid);
      get_position_list(list, positions);
      tag.clear();
      put_positions(tag, positions);
      table.add(key, tag);
    }
  });
  return table.finish();
}

struct DocumentTables {
  TableRoot docdata;
  TableRoot termlist;
};

DocumentTables write_documents(const fs::path& folder, const DatabaseContent& content,
                               const std::vector<Located>& located, std::uint32_t block_size) {
  TableWriter docdata(folder / "docdata.glass", block_size);
  TableWriter termlist(folder / "termlist.glass", block_size);
  std::vector<ReadPages> read(content.runs.size(), ReadPages(content.runs.size()));
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
    read[place.run].read_to(run, document.blob);
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
  PostlistTable table(building, content, located, options);
  std::atomic<std::size_t> ranges_left = table.ranges();
  std::vector<std::function<void()>> tasks;
  for (std::size_t range = 0; range < table.ranges(); ++range) {
    tasks.emplace_back([&, range] {
      table.write_range(range);
      if (--ranges_left == 0) roots[postlist] = table.finish();
    });
  }
  if (options.positions == Positions::table)
    tasks.emplace_back([&] { roots[position] = write_position_table(building, content, options.block_size); });
  tasks.emplace_back([&] {
    const DocumentTables tables = write_documents(building, content, located, options.block_size);
    roots[docdata] = tables.docdata;
    roots[termlist] = tables.termlist;
  });
  run_tasks(options.threads, tasks);
  write_version_file(building, roots, options.block_size, statistics_of(content, located));
  fs::rename(building, folder, error);
  if (error) throw Error(ErrorCode::io, folder.string(), "cannot rename: " + error.message());
  fsync_folder(folder.parent_path());
}

}  // namespace dateline::glass
