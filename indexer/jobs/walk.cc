#include "indexer/jobs/walk.h"

#include <algorithm>
#include <vector>

#include "common/text.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

bool describes_folder(std::string_view name) {
  const std::string stem = text::ascii_lower(name.substr(0, name.find('.')));
  return stem == "readme" || stem == "license" || stem == "copying";
}

struct Entry {
  std::string name;
  fs::file_status status;
  std::uint64_t size;
  /// Folders sort as their paths do: "a.txt" before "a/b".
  [[nodiscard]] std::string order() const { return fs::is_directory(status) ? name + "/" : name; }
};

class Walker {
 public:
  explicit Walker(const WalkEvents& events) : events_(events) {}

  void folder(const fs::path& shown, const std::string& key) {
    std::error_code error;
    if (fs::exists(shown / "XAPIANDB", error)) return events_.passed_over(shown, "an index");
    std::vector<Entry> entries;
    for (fs::directory_iterator it(shown, error), end; !error && it != end; it.increment(error)) {
      std::error_code unknown;
      const fs::file_status status = it->symlink_status(unknown);
      entries.push_back(
          {it->path().filename().string(), status, fs::is_regular_file(status) ? it->file_size(unknown) : 0});
    }
    if (error) return events_.refused(shown, error.message());
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.order() < b.order(); });
    for (const Entry& entry : entries) visit(entry, shown / entry.name, key + "/" + entry.name);
  }

 private:
  void visit(const Entry& entry, const fs::path& shown, const std::string& key) {
    if (entry.name.starts_with('.')) return events_.passed_over(shown, "hidden");
    if (fs::is_symlink(entry.status)) return events_.passed_over(shown, "a symbolic link");
    if (fs::is_directory(entry.status)) return folder(shown, key);
    if (!fs::is_regular_file(entry.status)) return events_.passed_over(shown, "not a regular file");
    if (describes_folder(entry.name)) return events_.passed_over(shown, "describes its folder");
    events_.file({shown, key, entry.size, true});
  }

  const WalkEvents& events_;
};

}  // namespace

std::string path_key(const fs::path& given) {
  std::error_code error;
  fs::path real = fs::weakly_canonical(given, error);
  return (error ? given : real).string();
}

void walk(const fs::path& given, const WalkEvents& events) {
  std::error_code error;
  const fs::file_status status = fs::status(given, error);
  if (!fs::exists(status)) return events.refused(given, error ? error.message() : "no such file or folder");
  if (fs::is_directory(status)) return Walker(events).folder(given, path_key(given));
  std::error_code unknown;
  const bool regular = fs::is_regular_file(status);
  if (regular || fs::is_fifo(status))
    return events.file({given, path_key(given), regular ? fs::file_size(given, unknown) : 0, false});
  events.refused(given, "not a regular file");
}

std::uint64_t total_bytes(const std::vector<std::string>& paths) {
  std::uint64_t total = 0;
  for (const std::string& given : paths) {
    if (given == "-") continue;
    walk(given, {.file = [&](const WalkedFile& file) { total += file.size; },
                 .refused = [](auto&&...) {},
                 .passed_over = [](auto&&...) {}});
  }
  return total;
}

}  // namespace dateline::indexer
