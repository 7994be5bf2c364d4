#include "common/store/glass_version.h"

#include <stdlib.h>
#include <xapian.h>

#include <fstream>
#include <iterator>
#include <random>

#include "common/durable_file.h"

namespace dateline::glass {
namespace fs = std::filesystem;
namespace {

/// Magic and format 2016-03-14: (2016 - 2014) * 512 + 3 * 32 + 14, big-endian.
constexpr std::string_view kMagic{"\x0F\x0DXapian Glass\x04\x6E", 16};

/// Tags longer than this are compressed by later writers.
constexpr std::uint32_t compress_from(std::size_t table) {
  return table == postlist || table == position ? 0 : 18;
}

std::string random_uuid() {
  std::random_device device;
  std::string uuid;
  while (uuid.size() < 16) {
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

void write_version_file(const fs::path& folder, const Roots& roots, std::uint32_t block_size,
                        const Statistics& statistics) {
  std::string out{kMagic};
  out += random_uuid();
  put_varint(out, 1);  // revision
  for (std::size_t table = 0; table < kTables; ++table) put_root(out, roots[table], table, block_size);
  put_varint(out, statistics.documents);
  put_varint(out, statistics.last_docid - statistics.documents);
  put_varint(out, statistics.shortest);
  put_varint(out, statistics.largest_wdf);
  put_varint(out, statistics.longest - statistics.largest_wdf);
  put_varint(out, 0);  // oldest changeset
  put_varint(out, statistics.total_length);
  put_varint(out, 0);  // bound of the spelling table
  write_atomically(folder / "iamglass", out);
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
