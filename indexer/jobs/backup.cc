// Backup and restore (maintenance.h). A backup is an index folder with a manifest: a line a file with hash, size, path.
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <thread>

#include "common/durable_file.h"
#include "common/store.h"
#include "common/store/register.h"
#include "dateline/error.h"
#include "indexer/jobs/maintenance.h"
#include "indexer/jobs/takedown.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

constexpr const char* kManifest = "manifest";

std::string hash_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(ErrorCode::io, path.string(), "cannot be read");
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(), XXH3_freeState);
  XXH3_64bits_reset(state.get());
  std::string piece(std::size_t{1} << 20, '\0');
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0)
    XXH3_64bits_update(state.get(), piece.data(), static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw Error(ErrorCode::io, path.string(), "cannot be read");
  return fmt::format("{:016x}", XXH3_64bits_digest(state.get()));
}

/// Lines of all files but the manifest itself, in byte order of the paths.
std::string manifest_of(const fs::path& folder) {
  std::map<std::string, std::string> lines;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().lexically_relative(folder).string();
    if (entry.is_regular_file() && name != kManifest && !name.starts_with("lock"))
      lines[name] = fmt::format("{} {} {}\n", hash_file(entry.path()), entry.file_size(), name);
  }
  std::string all;
  for (const auto& [name, line] : lines) all += line;
  return all;
}

std::string read_manifest(const fs::path& folder) {
  std::ifstream file(folder / kManifest);
  if (!file) throw Error(ErrorCode::usage, folder.string(), "no backup: it has no manifest");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Reads every file. Throws Error(index_corrupt) when one is not what was written.
void verify_manifest(const fs::path& folder) {
  const std::string wanted = read_manifest(folder);
  const std::string there = manifest_of(folder);
  if (wanted == there) return;
  const auto [a, b] = std::mismatch(wanted.begin(), wanted.end(), there.begin(), there.end());
  const auto begin = wanted.rfind('\n', static_cast<std::size_t>(std::max<std::ptrdiff_t>(a - wanted.begin() - 1, 0)));
  const std::size_t from = begin == std::string::npos ? 0 : begin + 1;
  throw Error(ErrorCode::index_corrupt, folder.string(),
              "the backup is damaged near: " + wanted.substr(from, wanted.find('\n', from) - from));
}

std::unique_ptr<IndexLock> wait_for_lock(const fs::path& index, std::chrono::seconds wait, const Clock& clock) {
  const auto end = std::chrono::steady_clock::now() + wait;
  for (;;) {
    try {
      return std::make_unique<IndexLock>(index, clock);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::busy || std::chrono::steady_clock::now() >= end) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{100});
  }
}

BackupReport describe(const fs::path& folder, std::size_t articles) {
  const std::string manifest = read_manifest(folder);
  return {.articles = articles,
          .files = static_cast<std::size_t>(std::count(manifest.begin(), manifest.end(), '\n')),
          .bytes = folder_bytes(folder)};
}

void check_destination(const fs::path& to) {
  std::error_code error;
  if (!fs::exists(to, error) || fs::exists(to / kManifest, error)) return;
  if (fs::is_directory(to, error) && fs::is_empty(to, error)) return;
  throw Error(ErrorCode::usage, to.string(), "neither empty nor a backup; choose another folder");
}

}  // namespace

BackupReport back_up(const fs::path& index, const fs::path& given, std::chrono::seconds wait, const Clock& clock) try {
  (void)open_snapshot(index);
  const fs::path to = fs::absolute(given).lexically_normal();
  check_destination(to);
  const auto lock = wait_for_lock(index, wait, clock);
  finish_purge(index, Purge::interrupted);
  const unsigned current = current_generation(index);
  const fs::path written = to.string() + ".new";
  fs::remove_all(written);
  const fs::path copy = generation_folder(written, current);
  rewrite_generation(generation_folder(index, current), copy);
  Register reg(index);
  reg.add_backup(to.string());
  reg.copy_to(written);
  publish_generation(written, current);
  write_atomically(written / kManifest, manifest_of(written));
  fsync_tree(written);
  verify_manifest(written);
  const CheckReport checked = check_generation(copy, CheckDepth::structure);
  if (!checked.faults.empty()) throw Error(ErrorCode::index_corrupt, written.string(), checked.faults.front());
  if (fs::exists(to)) {
    replace_folder(written, to);
  } else {
    fs::rename(written, to);
  }
  fsync_folder(to.parent_path());
  return describe(to, checked.articles);
} catch (const fs::filesystem_error& error) {
  throw Error(ErrorCode::io, error.path1().string(), error.code().message());
}

void rewrite_manifest(const fs::path& backup) {
  write_atomically(backup / kManifest, manifest_of(backup));
}

BackupReport restore_backup(const fs::path& from, const fs::path& index, const Clock& clock) try {
  verify_manifest(from);
  (void)open_snapshot(from);  // One of another schema would be of no use.
  const unsigned theirs = current_generation(from);
  const IndexLock lock(index, clock);
  unsigned before = 0;
  try {
    before = current_generation(index);
    if (before != 0) remove_leftovers(index);
  } catch (const Error& error) {
    // A stub that is damaged is one of the reasons to restore.
    if (error.code() != ErrorCode::index_corrupt) throw;
    fs::remove(index / kStub);
  }
  const unsigned number = next_generation(index);
  const fs::path to = generation_folder(index, number);
  fs::copy(generation_folder(from, theirs), to, fs::copy_options::recursive);
  Register reg(index);
  reg.merge(from);
  // What was ruled on since the backup was made stays as it was ruled.
  if (enforce_rulings(to, reg, clock.now().time_since_epoch().count())) reg.set_purge_due(true);
  reg.commit();
  fsync_tree(to);
  const CheckReport checked = check_generation(to, CheckDepth::structure);
  if (!checked.faults.empty()) throw Error(ErrorCode::index_corrupt, to.string(), checked.faults.front());
  publish_generation(index, number);
  finish_purge(index, Purge::of_this_job);
  remove_generations(index, 1, before);
  return describe(from, checked.articles);
} catch (const fs::filesystem_error& error) {
  throw Error(ErrorCode::io, error.path1().string(), error.code().message());
}

}  // namespace dateline::indexer
