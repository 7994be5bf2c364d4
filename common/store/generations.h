// The folder of an index, without looking into its databases: generations, the stub that names the current one, the
// lock.
//
//   INDEX/XAPIANDB      stub that names the shards of the current generation; replaced atomically
//   INDEX/gen-1/s0      a shard: one Xapian database
//   INDEX/gen-1/ledger  what each input was (the indexer's)
//   INDEX/gen-1/building there while a generation is built that no reader may see yet
//   INDEX/gen-1/whole   there once the generation has passed its check
//   INDEX/register      what outlives generations (register.h)
//   INDEX/lock          held by the one writer; says who
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"

namespace dateline {

inline constexpr const char* kStub = "XAPIANDB";

/// A file of synonyms that a newsroom may put into the folder of an index; docs/query-language.md describes it.
inline constexpr std::string_view kSynonymsName = "synonyms.txt";
/// Where a part of an index is.
struct ShardPlace {
  std::filesystem::path folder;  ///< An index of its own or a Xapian database; empty: remote.
  std::string host;              ///< Of a xapian-tcpsrv.
  unsigned port = 0;

  [[nodiscard]] std::string name() const;
};

/// The shards that the stub of an index lists ("auto PATH", "remote HOST:PORT"), if it is a list of shards rather than
/// an index that is written to here; else none. Throws Error(index_corrupt).
[[nodiscard]] std::vector<ShardPlace> listed_shards(const std::filesystem::path& index);

/// Makes a folder a list of shards.
void list_shards(const std::filesystem::path& index, const std::vector<ShardPlace>& shards);

struct Generation {
  unsigned number = 0;
  std::filesystem::path folder;
  bool whole = false;    ///< Passed its check, or is the one that readers see.
  bool current = false;  ///< Readers see it.
};

/// Generations that are there, oldest first. Throws Error(io), Error(index_corrupt) for a stub that names none.
[[nodiscard]] std::vector<Generation> generations(const std::filesystem::path& index);

/// Generation that the stub names; 0 when there is no stub. Throws Error when there is one that cannot be read or names
/// none: an index must never be taken for an empty folder.
[[nodiscard]] unsigned current_generation(const std::filesystem::path& index);

/// Marks a generation as one that no reader has seen.
void mark_building(const std::filesystem::path& generation);

/// True if no generation was ever published here: none is there, or only what an interrupted job was building.
[[nodiscard]] bool never_published(const std::filesystem::path& index);

[[nodiscard]] std::filesystem::path generation_folder(const std::filesystem::path& index, unsigned generation);

/// A number that no generation has.
[[nodiscard]] unsigned next_generation(const std::filesystem::path& index);

/// Readers that open from now on see this generation, which must be durable. It and the one before are marked whole.
void publish_generation(const std::filesystem::path& index, unsigned generation);

/// Removes what interrupted jobs left and all but the `keep` newest whole generations beside the current one; `before`,
/// if not 0, is kept as the newest. Gives the folders removed.
std::vector<std::filesystem::path> remove_generations(const std::filesystem::path& index, std::size_t keep,
                                                      unsigned before = 0);

/// Removes the generations that interrupted jobs left.
std::vector<std::filesystem::path> remove_leftovers(const std::filesystem::path& index);

/// Throws Error(usage) if the folder is there, not empty and something else than an index.
void check_index_folder(const std::filesystem::path& index);

/// On NFS, SMB or the like, where locks and the order of writes are not what they are on a disk.
[[nodiscard]] bool is_network_folder(const std::filesystem::path& folder);

/// The right to write, from construction to destruction. It goes with the process, so that a killed writer leaves no
/// stale lock.
class IndexLock {
 public:
  /// Makes the folder if needed. Throws Error(busy) that says who holds the lock since when, Error(usage), Error(io).
  IndexLock(const std::filesystem::path& index, const Clock& clock);
  ~IndexLock();
  IndexLock(IndexLock&&) noexcept;
  IndexLock& operator=(IndexLock&&) noexcept;

 private:
  struct File;
  std::unique_ptr<File> file_;
};

/// "process 7 on host since 2022-01-01T00:00:00Z (3 min)"; empty when nobody holds the lock.
[[nodiscard]] std::string lock_holder(const std::filesystem::path& index, const Clock& clock);

}  // namespace dateline
