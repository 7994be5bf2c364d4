#include "common/store/generations.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>

#include "common/date.h"
#include "common/durable_file.h"
#include "dateline/error.h"

namespace dateline {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWhole = "whole";
constexpr const char* kBuilding = "building";

[[noreturn]] void throw_errno(const fs::path& path, const std::string& doing) {
  throw Error(ErrorCode::io, path.string(), doing + ": " + std::strerror(errno));
}

std::string generation_name(unsigned generation) {
  return fmt::format("gen-{}", generation);
}

/// The number in "gen-12", 0 for other names.
unsigned generation_number(const std::string& name) {
  if (!name.starts_with("gen-") || name.size() > 12) return 0;
  unsigned number = 0;
  for (const char c : name.substr(4)) {
    if (c < '0' || c > '9') return 0;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

/// Names that an index folder may have beside its generations. Temporary copies of generations end in a dot's suffix.
bool belongs_to_index(const std::string& name) {
  constexpr std::array<std::string_view, 3> kNames{kStub, "lock", "register"};
  if (name == kSynonymsName) return true;
  const std::string stem = name.substr(0, name.find_first_of(".", 1));
  if (generation_number(stem) != 0 || name.starts_with(".nfs")) return true;
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) {
    return stem == known || (known == "register" && name.starts_with("register-"));
  });
}

void mark_whole(const fs::path& folder) {
  std::error_code error;
  if (fs::exists(folder / kWhole, error)) return;
  // All of it must survive a power cut before anything says that it is there.
  fsync_tree(folder);
  write_atomically(folder / kWhole, "checked\n");
}

std::string host_name() {
  std::string name(256, '\0');
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  name.resize(std::strlen(name.c_str()));
  return name;
}

std::string age(std::int64_t seconds) {
  if (seconds < 120) return fmt::format("{} s", std::max<std::int64_t>(seconds, 0));
  if (seconds < 7200) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h", seconds / 3600);
}

/// The line of the lock's file, with how long ago that was.
std::string who_holds(const fs::path& lock, const Clock& clock) {
  std::ifstream file(lock);
  std::string who;
  std::getline(file, who);
  if (who.empty()) return "another writer";
  if (const std::size_t since = who.rfind(" since "); since != std::string::npos) {
    if (const auto begin = parse_date(who.substr(since + 7)))
      who += fmt::format(" ({})", age(clock.now().time_since_epoch().count() - begin->utc));
  }
  return who;
}

/// Throws Error(io): a folder that cannot be listed is not an empty one, whose next generation would be the first.
std::vector<Generation> folders(const fs::path& index, unsigned current) {
  std::vector<Generation> found;
  std::error_code error;
  for (fs::directory_iterator it(index, error), end; !error && it != end; it.increment(error)) {
    const unsigned number = generation_number(it->path().filename());
    if (number == 0) continue;
    std::error_code unknown;
    const bool whole = number == current || fs::exists(it->path() / kWhole, unknown);
    found.push_back({number, it->path(), whole, number == current});
  }
  if (error && error != std::errc::no_such_file_or_directory)
    throw Error(ErrorCode::io, index.string(), error.message());
  std::sort(found.begin(), found.end(), [](const Generation& a, const Generation& b) { return a.number < b.number; });
  return found;
}

fs::path absent(const fs::path& folder, const fs::path& index) {
  // Renamed first: a removal that is interrupted must not leave something that looks like a generation.
  const fs::path gone = index / (folder.filename().string() + ".gone");
  std::error_code ignored;
  fs::remove_all(gone, ignored);
  fs::rename(folder, gone, ignored);
  fs::remove_all(ignored ? folder : gone, ignored);
  return folder;
}

}  // namespace

std::string ShardPlace::name() const {
  return folder.empty() ? fmt::format("{}:{}", host, port) : folder.string();
}

std::vector<ShardPlace> listed_shards(const fs::path& index) {
  std::ifstream stub(index / kStub);
  std::vector<ShardPlace> shards;
  std::string line;
  while (std::getline(stub, line)) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("auto ")) {
      const std::string path = line.substr(5);
      if (generation_number(path.substr(0, path.find('/'))) != 0) return {};
      shards.push_back({.folder = fs::path{path}.is_absolute() ? fs::path{path} : index / path, .host = {}});
      continue;
    }
    const std::size_t colon = line.rfind(':');
    unsigned port = 0;
    const bool remote = line.starts_with("remote ") && colon != std::string::npos;
    if (remote) std::from_chars(line.data() + colon + 1, line.data() + line.size(), port);
    if (port == 0 || port > 65535)
      throw Error(ErrorCode::index_corrupt, (index / kStub).string(),
                  fmt::format("\"{}\" is neither \"auto PATH\" nor \"remote HOST:PORT\"", line));
    shards.push_back({.folder = {}, .host = line.substr(7, colon - 7), .port = port});
  }
  return shards;
}

void list_shards(const fs::path& index, const std::vector<ShardPlace>& shards) {
  std::string lines;
  for (const ShardPlace& shard : shards)
    lines += fmt::format("{} {}\n", shard.folder.empty() ? "remote" : "auto", shard.name());
  write_atomically(index / kStub, lines);
}

unsigned current_generation(const fs::path& index) {
  errno = 0;
  std::ifstream stub(index / kStub);
  if (!stub) {
    if (errno == ENOENT || errno == ENOTDIR) return 0;
    throw_errno(index / kStub, "cannot open");
  }
  std::string line;
  while (std::getline(stub, line)) {
    if (!line.starts_with("auto ")) continue;
    if (const unsigned n = generation_number(line.substr(5, line.find('/') - 5)); n != 0) return n;
  }
  if (!listed_shards(index).empty()) return 0;
  throw Error(ErrorCode::index_corrupt, (index / kStub).string(),
              "names no generation; run dateline-index --rebuild to make the index anew");
}

std::vector<Generation> generations(const fs::path& index) {
  return folders(index, current_generation(index));
}

unsigned next_generation(const fs::path& index) {
  const std::vector<Generation> all = folders(index, 0);
  return all.empty() ? 1 : all.back().number + 1;
}

fs::path generation_folder(const fs::path& index, unsigned generation) {
  return index / generation_name(generation);
}

void publish_generation(const fs::path& index, unsigned generation) {
  const unsigned before = current_generation(index);
  if (before != 0 && before != generation) mark_whole(generation_folder(index, before));
  mark_whole(generation_folder(index, generation));
  fsync_folder(index);
  write_atomically(index / kStub, fmt::format("auto {}/s0\n", generation_name(generation)));
  std::error_code ignored;  // It says nothing any more.
  fs::remove(generation_folder(index, generation) / kBuilding, ignored);
}

void mark_building(const fs::path& generation) {
  write_atomically(generation / kBuilding, "");
}

bool never_published(const fs::path& index) {
  if (current_generation(index) != 0) return false;
  const std::vector<Generation> all = folders(index, 0);
  return std::all_of(all.begin(), all.end(), [](const Generation& generation) {
    std::error_code error;
    return fs::exists(generation.folder / kBuilding, error);
  });
}

std::vector<fs::path> remove_generations(const fs::path& index, std::size_t keep, unsigned before) {
  std::vector<Generation> old;
  std::vector<fs::path> removed = remove_leftovers(index);
  for (const Generation& generation : generations(index)) {
    if (!generation.current) old.push_back(generation);
  }
  std::stable_sort(old.begin(), old.end(), [&](const Generation& a, const Generation& b) {
    return (a.number == before) != (b.number == before) ? b.number == before : a.number < b.number;
  });
  for (std::size_t i = 0; i + keep < old.size(); ++i) removed.push_back(absent(old[i].folder, index));
  return removed;
}

std::vector<fs::path> remove_leftovers(const fs::path& index) {
  std::vector<fs::path> removed;
  for (const Generation& generation : generations(index)) {
    if (!generation.whole) removed.push_back(absent(generation.folder, index));
  }
  std::vector<fs::path> parts;
  std::error_code error;
  for (fs::directory_iterator it(index, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    const std::size_t dot = name.find('.');
    if (dot != std::string::npos && generation_number(name.substr(0, dot)) != 0) parts.push_back(it->path());
  }
  for (const fs::path& part : parts) {
    fs::remove_all(part, error);
    removed.push_back(part);
  }
  return removed;
}

void check_index_folder(const fs::path& index) {
  std::error_code error;
  if (!fs::exists(index, error)) return;
  if (!fs::is_directory(index, error)) throw Error(ErrorCode::usage, index.string(), "is a file; an index is a folder");
  for (fs::directory_iterator it(index, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    if (belongs_to_index(name)) continue;
    throw Error(ErrorCode::usage, index.string(),
                fmt::format("holds \"{}\": not an index and not empty; choose another folder", name));
  }
  if (error) throw Error(ErrorCode::io, index.string(), error.message());
}

bool is_network_folder(const fs::path& folder) {
  std::error_code error;
  fs::path there = fs::absolute(folder, error);
  while (!there.empty() && !fs::exists(there, error) && there.has_relative_path()) there = there.parent_path();
  struct statfs system {};
  if (::statfs(there.c_str(), &system) != 0) return false;
  constexpr unsigned long kCifs = 0xFF534D42;
  constexpr unsigned long kSmb2 = 0xFE534D42;
  constexpr unsigned long kFuseAndNoneOfOurs = 0x01021997;  // 9p
  const auto type = static_cast<unsigned long>(static_cast<unsigned>(system.f_type));
  const std::array<unsigned long, 7> network{NFS_SUPER_MAGIC, SMB_SUPER_MAGIC,   kCifs, kSmb2, CODA_SUPER_MAGIC,
                                             AFS_SUPER_MAGIC, kFuseAndNoneOfOurs};
  return std::find(network.begin(), network.end(), type) != network.end();
}

struct IndexLock::File {
  explicit File(int f) : fd(f) {}
  ~File() {
    if (fd >= 0) ::close(fd);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd;
};

IndexLock::IndexLock(const fs::path& index, const Clock& clock) {
  if (!listed_shards(index).empty())
    throw Error(ErrorCode::usage, index.string(),
                "is a list of shards; what is written is written to the shards themselves");
  check_index_folder(index);
  std::error_code error;
  fs::create_directories(index, error);
  if (error) throw Error(ErrorCode::io, index.string(), "cannot create: " + error.message());
  const fs::path path = index / "lock";
  file_ = std::make_unique<File>(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (file_->fd < 0) throw_errno(path, "cannot open");
  if (::flock(file_->fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) throw_errno(path, "cannot lock");
    throw Error(ErrorCode::busy, index.string(), "locked by " + who_holds(path, clock) + "; try again later");
  }
  const std::string who = fmt::format("process {} on {} since {}\n", ::getpid(), host_name(),
                                      format_rfc3339({.utc = clock.now().time_since_epoch().count()}));
  // Only said for people; the lock itself is flock's.
  if (::ftruncate(file_->fd, 0) != 0 || ::pwrite(file_->fd, who.data(), who.size(), 0) < 0)
    throw_errno(path, "cannot write");
}

IndexLock::~IndexLock() = default;
IndexLock::IndexLock(IndexLock&&) noexcept = default;
IndexLock& IndexLock::operator=(IndexLock&&) noexcept = default;

std::string lock_holder(const fs::path& index, const Clock& clock) {
  const fs::path path = index / "lock";
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return held ? who_holds(path, clock) : std::string{};
}

}  // namespace dateline
