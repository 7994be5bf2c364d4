#include "common/store/glass_version.h"

#include <stdlib.h>
#include <xapian.h>

#include <fstream>
#include <iterator>
#include <random>

#include "common/durable_file.h"
#include "dateline/error.h"

namespace dateline::glass {
namespace fs = std::filesystem;
namespace {

/// Magic and format 2016-03-14: (2016 - 2014) * 512 + 3 * 32 + 14, big-endian.
constexpr std::string_view kMagic{"\x0F\x0DXapian Glass\x04\x6E", 16};
constexpr std::size_t kUuidBytes = 16;

/// Tags longer than this are compressed by later writers.
constexpr std::uint32_t compress_from(std::size_t table) {
  return table == postlist || table == position ? 0 : 18;
}

std::string random_uuid() {
  std::random_device device;
  std::string uuid;
  while (uuid.size() < kUuidBytes) {
    const unsigned bits = device();
    for (unsigned shift = 0; shift < 32; shift += 8) uuid.push_back(static_cast<char>(bits >> shift & 0xFF));
  }
  uuid[6] = static_cast<char>((static_cast<unsigned char>(uuid[6]) & 0x0F) | 0x40);  // RFC 4122, version 4
  uuid[8] = static_cast<char>((static_cast<unsigned char>(uuid[8]) & 0x3F) | 0x80);
  return uuid;
}

void put_root(std::string& out, const std::optional<TableRoot>& root, std::size_t table, std::uint32_t block_size) {
  constexpr unsigned kSequential = 2;
  constexpr unsigned kAbsent = 1;
  put_varint(out, root ? root->block : 0);
  put_varint(out, root ? root->level * 4 + kSequential : kSequential + kAbsent);
  put_varint(out, root ? root->entries : 0);
  put_varint(out, block_size / 2048);
  put_varint(out, compress_from(table));
  std::string free_list;
  if (root) {
    put_varint(free_list, 1);  // revision
    put_varint(free_list, root->blocks);
    free_list.append(4, '\0');  // no block is free
  }
  put_sized(out, free_list);
}

}  // namespace

VersionFile read_version_file(const fs::path& folder) {
  const fs::path path = folder / "iamglass";
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file) throw Error(ErrorCode::io, path.string(), "cannot read");
  std::string_view rest = bytes;
  const auto take = [&](std::size_t size) {
    if (rest.size() < size) throw Error(ErrorCode::index_corrupt, path.string(), "ends too early");
    const std::string_view taken = rest.substr(0, size);
    rest.remove_prefix(size);
    return taken;
  };
  const auto take_number = [&] {
    std::uint64_t n = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1).front());
      n |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) break;
    }
    return n;
  };
  VersionFile out;
  out.head = take(kMagic.size() + kUuidBytes);
  if (!out.head.starts_with(kMagic)) throw Error(ErrorCode::index_corrupt, path.string(), "of an unknown format");
  out.revision = take_number();
  for (std::string& root : out.roots) {
    const char* begin = rest.data();
    for (int number = 0; number < 5; ++number) (void)take_number();
    (void)take(take_number());  // the list of free blocks
    root.assign(begin, rest.data());
  }
  out.statistics = rest;
  return out;
}

void write_version_file(const fs::path& folder, const VersionFile& file) {
  std::string out = file.head;
  put_varint(out, file.revision);
  for (const std::string& root : file.roots) out += root;
  write_atomically(folder / "iamglass", out + file.statistics);
}

void write_version_file(const fs::path& folder, const Roots& roots, std::uint32_t block_size,
                        const Statistics& statistics) {
  VersionFile out{.head = std::string{kMagic} + random_uuid(), .revision = 1, .roots = {}, .statistics = {}};
  for (std::size_t table = 0; table < kTables; ++table) put_root(out.roots[table], roots[table], table, block_size);
  put_varint(out.statistics, statistics.documents);
  put_varint(out.statistics, statistics.last_docid - statistics.documents);
  put_varint(out.statistics, statistics.shortest);
  put_varint(out.statistics, statistics.largest_wdf);
  put_varint(out.statistics, statistics.longest - statistics.largest_wdf);
  put_varint(out.statistics, 0);  // oldest changeset
  put_varint(out.statistics, statistics.total_length);
  put_varint(out.statistics, 0);  // bound of the spelling table
  write_version_file(folder, out);
}

bool is_known_format(std::string_view xapian_version, std::string_view version_file) {
  return xapian_version.starts_with("1.4.") && version_file.starts_with(kMagic);
}

bool library_has_known_format() {
  std::error_code error;
  std::string folder = (fs::temp_directory_path(error) / "dateline-format-XXXXXX").string();
  if (error || ::mkdtemp(folder.data()) == nullptr) return false;
  std::string version_file;
  try {
    const fs::path probe = fs::path(folder) / "probe";
    Xapian::WritableDatabase(probe.string(), Xapian::DB_CREATE | Xapian::DB_NO_SYNC).commit();
    std::ifstream file(probe / "iamglass", std::ios::binary);
    version_file.assign(std::istreambuf_iterator<char>(file), {});
  } catch (const Xapian::Error&) {
    version_file.clear();  // Xapian's own way will say what is wrong.
  }
  fs::remove_all(folder, error);
  return is_known_format(Xapian::version_string(), version_file);
}

}  // namespace dateline::glass
