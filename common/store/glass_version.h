// The version file of a glass database: which trees it has, and its statistics.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "common/store/glass_table.h"

namespace dateline::glass {

struct Statistics {
  std::uint32_t documents = 0;
  std::uint32_t last_docid = 0;
  std::uint32_t shortest = 0;  ///< Smallest document length that is not zero; 0 if there is none.
  std::uint32_t longest = 0;
  std::uint32_t largest_wdf = 0;
  std::uint64_t total_length = 0;
};

/// In the order of the file. The tables of spelling and synonyms are absent.
enum Table : std::size_t { postlist, docdata, termlist, position, spelling, synonym };
inline constexpr std::size_t kTables = 6;
using Roots = std::array<std::optional<TableRoot>, kTables>;

/// What a version file says, as it stands there but for the revision.
struct VersionFile {
  std::string head;                        ///< Format and UUID.
  std::uint64_t revision = 0;              ///< Readers and later writers know a change by it.
  std::array<std::string, kTables> roots;  ///< Where each table begins, and its list of free blocks.
  std::string statistics;
};

/// Throws Error(io), Error(index_corrupt).
[[nodiscard]] VersionFile read_version_file(const std::filesystem::path& folder);

/// Writes `folder`/iamglass in the way that survives a power cut. Throws Error(io).
void write_version_file(const std::filesystem::path& folder, const VersionFile& file);

/// The same of a database that is new.
void write_version_file(const std::filesystem::path& folder, const Roots& roots, std::uint32_t block_size,
                        const Statistics& statistics);

/// True if a Xapian of this version that makes databases with this version file reads and writes what we write.
/// Nothing but these two tells: there is no description of the format that could be checked.
[[nodiscard]] bool is_known_format(std::string_view xapian_version, std::string_view version_file);

/// The same of the library at hand, asked by making an empty database in a temporary folder.
[[nodiscard]] bool library_has_known_format();

}  // namespace dateline::glass
