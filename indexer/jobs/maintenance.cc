#include "indexer/jobs/maintenance.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <xapian.h>

#include <algorithm>

#include "common/durable_file.h"
#include "common/store.h"
#include "common/store/register.h"
#include "dateline/error.h"
#include "indexer/jobs/ledger.h"
#include "indexer/jobs/pending_list.h"
#include "indexer/jobs/takedown.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

void require_index(const fs::path& index) {
  std::error_code error;
  if (fs::exists(index / kStub, error)) return;
  throw Error(ErrorCode::index_missing, index.string(), "no index here");
}

CheckReport require_whole(const fs::path& folder) {
  CheckReport checked = check_generation(folder, CheckDepth::structure);
  if (!checked.faults.empty()) throw Error(ErrorCode::index_corrupt, folder.string(), checked.faults.front());
  return checked;
}

}  // namespace

std::uint64_t folder_bytes(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    const std::uintmax_t size = it->is_regular_file(gone) ? it->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

void rewrite_generation(const fs::path& from, const fs::path& to) try {
  if (!fs::create_directories(to)) throw Error(ErrorCode::io, to.string(), "is there already");
  {
    Xapian::Database database((from / "s0").string());
    database.compact((to / "s0").string(), Xapian::DBCOMPACT_NO_RENUMBER);
  }
  copy_ledger(from, to);
  // What a job that died left for the next one to mend.
  write_pending(to, read_pending(from));
  fsync_tree(to);
} catch (const Xapian::Error& e) {
  rethrow(e, from.parent_path());
} catch (const fs::filesystem_error& e) {
  throw Error(ErrorCode::io, e.path1().string(), e.code().message());
}

RollbackReport roll_back(const fs::path& index, std::optional<unsigned> to, const Clock& clock) {
  require_index(index);
  const IndexLock lock(index, clock);
  RollbackReport report{.from = current_generation(index)};
  std::string there;
  for (const Generation& generation : generations(index)) {
    if (generation.current || !generation.whole) continue;
    there += fmt::format("{}{}", there.empty() ? "" : ", ", generation.number);
    if (to ? generation.number == *to : generation.number < report.from) report.to = generation.number;
  }
  if (report.to == 0) {
    throw Error(ErrorCode::usage, index.string(),
                there.empty() ? "no other generation is kept; --keep of a rebuild says how many stay"
                : to          ? fmt::format("no generation {} is kept; there are {}", *to, there)
                     : fmt::format("no generation before {} is kept; there are {} (--to)", report.from, there));
  }
  report.articles = require_whole(generation_folder(index, report.to)).articles;
  publish_generation(index, report.to);
  return report;
}

CompactReport compact_index(const fs::path& index, std::size_t keep, const Clock& clock) {
  require_index(index);
  const IndexLock lock(index, clock);
  remove_leftovers(index);
  const unsigned before = current_generation(index);
  CompactReport report{.generation = next_generation(index)};
  const fs::path from = generation_folder(index, before);
  const fs::path to = generation_folder(index, report.generation);
  report.bytes_before = folder_bytes(from);
  rewrite_generation(from, to);
  require_whole(to);
  report.bytes_after = folder_bytes(to);
  publish_generation(index, report.generation);
  remove_generations(index, keep, before);
  return report;
}

std::vector<fs::path> collect_garbage(const fs::path& index, std::size_t keep, const Clock& clock) {
  require_index(index);
  const IndexLock lock(index, clock);
  std::vector<fs::path> removed = remove_generations(index, keep);
  finish_purge(index, Purge::interrupted);
  return removed;
}

IndexStats index_stats(const fs::path& index, const Clock& clock) {
  const Snapshot snapshot = open_snapshot(index);
  IndexStats stats{.generation = snapshot.generation,
                   .articles = snapshot.database.get_doccount(),
                   .average_words = snapshot.database.get_avlength(),
                   .languages = snapshot.languages,
                   .lock = lock_holder(index, clock)};
  const fs::path current = generation_folder(index, snapshot.generation);
  std::error_code error;
  for (fs::recursive_directory_iterator it(current, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    if (!it->is_regular_file(gone)) continue;
    std::string name = it->path().filename();
    if (name.ends_with(".glass")) name.resize(name.size() - 6);
    if (const std::uintmax_t size = it->file_size(gone); !gone && size > 0) stats.rooms.push_back({name, size});
  }
  std::stable_sort(stats.rooms.begin(), stats.rooms.end(), [](const Room& a, const Room& b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.name < b.name;
  });
  struct stat version {};
  if (::stat((current / "s0" / "iamglass").c_str(), &version) == 0) stats.changed_at = version.st_mtim.tv_sec;
  for (const Generation& g : generations(index))
    stats.generations.push_back({g.number, g.current, g.whole, folder_bytes(g.folder)});
  if (auto reg = Register::open(index)) {
    stats.rooms.push_back({"register", fs::file_size(index / "register", error)});
    stats.hidden = reg->count(Act::hide);
    stats.taken_down = reg->count(Act::take_down);
    stats.purge_due = reg->purge_due();
  }
  return stats;
}

}  // namespace dateline::indexer
