// What an operator does with an index beside indexing: roll back, compact, clear, look, back up. Each takes the index's
// lock where it writes, and leaves the index whole wherever it is killed.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "common/clock.h"
#include "indexer/jobs/check.h"

namespace dateline::indexer {

/// Writes a generation anew as another folder: every block live, docids kept, ledger included. Durable when it returns.
void rewrite_generation(const std::filesystem::path& from, const std::filesystem::path& to);

struct RollbackReport {
  unsigned from = 0;
  unsigned to = 0;
  std::size_t articles = 0;
};
/// Readers see an older (or, after a rollback, a newer) whole generation: `to`, or the newest before the current one.
/// Throws Error(usage) when there is none, Error(index_corrupt) when it does not pass its check.
RollbackReport roll_back(const std::filesystem::path& index, std::optional<unsigned> to, const Clock& clock);

struct CompactReport {
  unsigned generation = 0;
  std::uint64_t bytes_before = 0;
  std::uint64_t bytes_after = 0;
};
/// Writes the current generation anew, packed, and publishes it; `keep` older ones stay.
CompactReport compact_index(const std::filesystem::path& index, std::size_t keep, const Clock& clock);

/// Removes what interrupted jobs left, and generations beyond `keep`; finishes a purge that was interrupted.
std::vector<std::filesystem::path> collect_garbage(const std::filesystem::path& index, std::size_t keep,
                                                   const Clock& clock);

struct Room {
  std::string name;  ///< "postlist": what stands in it is said by docs/OPERATIONS.md.
  std::uint64_t bytes = 0;
};
struct GenerationStats {
  unsigned number = 0;
  bool current = false;
  bool whole = false;
  std::uint64_t bytes = 0;
};
struct IndexStats {
  unsigned generation = 0;
  std::size_t articles = 0;
  double average_words = 0;  ///< An article.
  std::vector<std::string> languages;
  std::vector<Room> rooms;  ///< Of the current generation, largest first, then what outlives generations.
  std::vector<GenerationStats> generations;
  std::size_t hidden = 0;
  std::size_t taken_down = 0;   ///< Rulings: an article with an address has two.
  std::int64_t changed_at = 0;  ///< UTC seconds of the last commit.
  bool purge_due = false;
  std::string lock;  ///< Who holds it; empty when nobody does.
};
[[nodiscard]] IndexStats index_stats(const std::filesystem::path& index, const Clock& clock);

struct BackupReport {
  std::size_t articles = 0;
  std::size_t files = 0;
  std::uint64_t bytes = 0;
};
/// A whole copy of the current generation and what outlives generations, as an index folder of its own with a
/// manifest of hashes; read back and checked. Readers go on; a job that is running is waited for, up to `wait`. `to`
/// must be missing, empty or an older backup, which stays until the new one is whole.
BackupReport back_up(const std::filesystem::path& index, const std::filesystem::path& to, std::chrono::seconds wait,
                     const Clock& clock);
/// The inverse: the backup becomes a new generation of `index`. What was taken down or hidden since stays so.
BackupReport restore_backup(const std::filesystem::path& from, const std::filesystem::path& index, const Clock& clock);

/// After a takedown changed a backup: its manifest says what it now has.
void rewrite_manifest(const std::filesystem::path& backup);

/// Bytes of all files below a folder.
[[nodiscard]] std::uint64_t folder_bytes(const std::filesystem::path& folder);

}  // namespace dateline::indexer
