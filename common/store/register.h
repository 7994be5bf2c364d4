// What outlives the generations of an index: rulings on articles (taken down, hidden, replaced by a note), the earlier
// versions of articles, the reports of jobs. One SQLite file, INDEX/register.
//
// Texts are kept as they are, not packed: a takedown proves its work by scanning every file for the text, and what
// is packed could hide from it. Rulings name an article by a hash of its identity alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "common/sql.h"
#include "dateline/article.h"

namespace dateline {

enum class Act : std::uint8_t {
  take_down,  ///< Not in the index, and not to come back.
  hide,       ///< In the index, but no search shows it.
  note,       ///< A note stands in its place.
};
[[nodiscard]] std::string_view act_name(Act act);

struct Ruling {
  std::string key;  ///< By which the register knows what is ruled on; filled by Register::ruling().
  Act act = Act::take_down;
  std::string note;     ///< Of Act::note.
  std::string reason;   ///< As the operator gave it.
  std::int64_t at = 0;  ///< UTC seconds.
};

/// What an article was before its present version.
struct EarlierVersion {
  std::string hash;              ///< Of title and body, 16 hexadecimal digits.
  std::int64_t version_at = 0;   ///< UTC seconds of modification, else publication; 0 when undated.
  std::int64_t replaced_at = 0;  ///< UTC seconds.
  std::string title;
  std::vector<std::string> body;
};

struct RunRecord {
  std::int64_t id = 0;
  std::string job;
  std::int64_t started = 0;  ///< UTC seconds.
  double seconds = 0;
  int status = 0;      ///< Exit status.
  std::string report;  ///< JSON.
};

class Register {
 public:
  /// For writing; made if missing. Throws Error(io), Error(index_corrupt).
  explicit Register(const std::filesystem::path& index);
  /// For reading; nothing if the index has none. Throws Error(busy) if a writer keeps it for longer than `wait`.
  [[nodiscard]] static std::optional<Register> open(const std::filesystem::path& index,
                                                    std::chrono::milliseconds wait = std::chrono::seconds{10});

  /// The hash by which a ruling knows an article.
  [[nodiscard]] static std::string key_of(std::string_view identity);
  /// The ruling on an article, also when only another record with the same address was ruled on.
  [[nodiscard]] std::optional<Ruling> ruling(const Article& article, std::string_view identity);
  void rule(const Article& article, std::string_view identity, const Ruling& ruling);
  /// The rulings on whatever article had this public id or address.
  [[nodiscard]] std::vector<Ruling> rulings_on(std::string_view id_or_address);
  /// Hashes of the text of an article that was ruled on, in place of those known, by which a later proof finds what is
  /// left of it. They go when the ruling is lifted.
  void set_fingerprints(std::string_view identity, const std::vector<std::string>& prints);
  [[nodiscard]] std::vector<std::string> fingerprints(const Ruling& ruling);
  /// Also for an address alone.
  void rule(std::string_view identity, const Ruling& ruling);
  /// Lifts the ruling on whatever article had this public id or address. Gives the keys of the rulings.
  std::vector<std::string> lift(std::string_view id_or_address);
  [[nodiscard]] std::size_t count(Act act);

  /// Idempotent: a version is known by identity and hash.
  void add_version(std::string_view identity, const Article& article, std::int64_t replaced_at);
  /// Newest first.
  [[nodiscard]] std::vector<EarlierVersion> versions(std::string_view identity);
  void forget_versions(std::string_view identity);
  /// Of all articles that were taken down or replaced by a note.
  void forget_ruled_versions();

  void add_run(const RunRecord& run, std::size_t keep);
  /// Newest first, at most `limit`.
  [[nodiscard]] std::vector<RunRecord> runs(std::size_t limit);
  /// Drops the rejections from reports that contain one of the texts.
  void redact_runs(const std::vector<std::string>& texts);
  /// Drops the rejections from all reports.
  void drop_rejections();

  void add_receipt(std::int64_t at, const std::string& json);
  [[nodiscard]] std::vector<std::string> receipts();

  void add_backup(const std::string& folder);
  [[nodiscard]] std::vector<std::string> backups();
  /// A whole copy in another folder. Not yet durable.
  void copy_to(const std::filesystem::path& folder);
  /// Takes over what another index's register has and this one has not.
  void merge(const std::filesystem::path& other_index);
  /// The same for the rulings alone.
  void merge_rulings(const std::filesystem::path& other_index);

  /// Whether removed articles may still be left in freed parts of files.
  void set_purge_due(bool due);
  [[nodiscard]] bool purge_due() const;

  /// Makes everything since the last commit durable.
  void commit();
  /// Commits, then rewrites the file so that nothing deleted is left in it.
  void purge();

 private:
  Register(const std::filesystem::path& path, SqlDatabase::Access access, std::chrono::milliseconds wait);
  void begin();
  void load_rulings();
  void take_over(const std::filesystem::path& other_index, std::initializer_list<const char*> tables);

  std::unique_ptr<SqlDatabase> database_;
  bool in_transaction_ = false;
  bool writable_ = false;
  /// The rulings, in memory: an archive is asked about every article, and has few of them.
  std::unordered_map<std::string, Ruling> rulings_;
};

/// Hash of title and body: two versions of an article are the same if it is.
[[nodiscard]] std::string version_hash(const Article& article);

}  // namespace dateline
