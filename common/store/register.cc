#include "common/store/register.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "common/identity.h"
#include "common/text.h"
#include "common/url.h"

namespace dateline {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFile = "register";
constexpr const char* kRemedy = "; restore it from a backup, or move it away: takedowns would be forgotten with it";
// All or none of them: a job that is killed at its beginning leaves a register that is empty, not half a one.
constexpr const char* kTables = R"(
BEGIN;
CREATE TABLE IF NOT EXISTS rulings(
  key TEXT PRIMARY KEY, act INTEGER NOT NULL, note TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS handles(handle TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY(handle, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fingerprints(key TEXT NOT NULL, print TEXT NOT NULL, PRIMARY KEY(key, print)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS versions(
  identity TEXT NOT NULL, hash TEXT NOT NULL, version_at INTEGER NOT NULL, replaced_at INTEGER NOT NULL,
  title TEXT NOT NULL, paragraphs TEXT NOT NULL, PRIMARY KEY(identity, hash)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS paragraphs(
  identity TEXT NOT NULL, hash TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(identity, hash)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS runs(
  id INTEGER PRIMARY KEY AUTOINCREMENT, job TEXT NOT NULL, started INTEGER NOT NULL, milliseconds INTEGER NOT NULL,
  status INTEGER NOT NULL, report TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS receipts(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, receipt TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS backups(folder TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS due(what TEXT PRIMARY KEY) WITHOUT ROWID;
COMMIT;
)";

std::string hash_text(std::string_view text) {
  return fmt::format("{:016x}", XXH3_64bits(text.data(), text.size()));
}

/// Key of whatever has this address, by whichever id it came; empty without one.
std::string address_key(const Article& article) {
  const bool has_address = !canonical_url(article.url).empty();
  return has_address ? Register::key_of(identity_key(Article{.url = article.url})) : std::string{};
}

}  // namespace

std::string_view act_name(Act act) {
  switch (act) {
    case Act::take_down:
      return "taken down";
    case Act::hide:
      return "hidden";
    case Act::note:
      return "replaced by a note";
  }
  return "taken down";
}

std::string version_hash(const Article& article) {
  std::string all = article.title;
  for (const std::string& paragraph : article.body) all.append(1, '\0').append(paragraph);
  return hash_text(all);
}

Register::Register(const fs::path& path, SqlDatabase::Access access, std::chrono::milliseconds wait)
    : database_(std::make_unique<SqlDatabase>(path, access, kRemedy, wait)),
      writable_(access != SqlDatabase::Access::read_only) {
  if (writable_) database_->execute(kTables);
  load_rulings();
}

void Register::load_rulings() {
  SqlDatabase::Query query(*database_, "SELECT key, act, note, reason, at FROM rulings");
  while (query.step()) {
    rulings_[query.text(0)] = {.key = query.text(0),
                               .act = static_cast<Act>(query.integer(1)),
                               .note = query.text(2),
                               .reason = query.text(3),
                               .at = query.integer(4)};
  }
}

// Readers that may not write in the folder open it, too, which a write-ahead log would not let them.
Register::Register(const fs::path& index)
    : Register(index / kFile, SqlDatabase::Access::write_with_journal, std::chrono::seconds{10}) {}

std::optional<Register> Register::open(const fs::path& index, std::chrono::milliseconds wait) {
  std::error_code error;
  if (!fs::exists(index / kFile, error)) return std::nullopt;
  {
    SqlDatabase begun(index / kFile, SqlDatabase::Access::read_only, kRemedy, wait);
    SqlDatabase::Query tables(begun, "SELECT COUNT(*) FROM sqlite_master WHERE name='rulings'");
    tables.step();
    if (tables.integer(0) == 0) return std::nullopt;  // its making was interrupted
  }
  return Register(index / kFile, SqlDatabase::Access::read_only, wait);
}

void Register::begin() {
  if (!in_transaction_) database_->execute("BEGIN IMMEDIATE");
  in_transaction_ = true;
}

void Register::commit() {
  if (in_transaction_) database_->execute("COMMIT");
  in_transaction_ = false;
}

void Register::purge() {
  commit();
  database_->purge();
}

std::string Register::key_of(std::string_view identity) {
  const std::string what = "ruling:" + std::string{identity};
  const XXH128_hash_t hash = XXH3_128bits(what.data(), what.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::optional<Ruling> Register::ruling(const Article& article, std::string_view identity) {
  if (rulings_.empty()) return std::nullopt;
  auto found = rulings_.find(key_of(identity));
  if (found == rulings_.end()) found = rulings_.find(address_key(article));
  return found == rulings_.end() ? std::nullopt : std::optional{found->second};
}

void Register::rule(std::string_view identity, const Ruling& r) {
  begin();
  const std::string key = key_of(identity);
  database_->run("INSERT OR REPLACE INTO rulings(key, act, note, reason, at) VALUES(?,?,?,?,?)", std::string_view{key},
                 static_cast<std::int64_t>(r.act), std::string_view{r.note}, std::string_view{r.reason}, r.at);
  Ruling& kept = rulings_[key] = r;
  kept.key = key;
}

void Register::rule(const Article& article, std::string_view identity, const Ruling& r) {
  rule(identity, r);
  std::vector<std::string> handles = {key_of("id:" + article.id)};
  std::vector<std::string> keys = {key_of(identity)};
  if (const std::string address = address_key(article); !address.empty()) {
    rule(identity_key(Article{.url = article.url}), r);
    keys.push_back(address);
    handles.push_back(address);
  }
  for (const std::string& handle : handles) {
    for (const std::string& key : keys)
      database_->run("INSERT OR IGNORE INTO handles(handle, key) VALUES(?,?)", std::string_view{handle},
                     std::string_view{key});
  }
}

std::vector<Ruling> Register::rulings_on(std::string_view id_or_address) {
  const std::string address = address_key(Article{.url = std::string{id_or_address}});
  const std::string handle = address.empty() ? key_of("id:" + std::string{id_or_address}) : address;
  std::vector<Ruling> found;
  SqlDatabase::Query query(*database_, "SELECT key FROM handles WHERE handle=?", std::string_view{handle});
  while (query.step()) {
    if (const auto ruling = rulings_.find(query.text(0)); ruling != rulings_.end()) found.push_back(ruling->second);
  }
  return found;
}

void Register::set_fingerprints(std::string_view identity, const std::vector<std::string>& prints) {
  begin();
  const std::string key = key_of(identity);
  database_->run("DELETE FROM fingerprints WHERE key=?", std::string_view{key});
  for (const std::string& print : prints)
    database_->run("INSERT OR IGNORE INTO fingerprints(key, print) VALUES(?,?)", std::string_view{key},
                   std::string_view{print});
}

std::vector<std::string> Register::fingerprints(const Ruling& ruling) {
  std::vector<std::string> found;
  SqlDatabase::Query query(*database_, "SELECT print FROM fingerprints WHERE key=?", std::string_view{ruling.key});
  while (query.step()) found.push_back(query.text(0));
  return found;
}

std::vector<std::string> Register::lift(std::string_view id_or_address) {
  begin();
  std::vector<std::string> keys;
  for (const Ruling& ruling : rulings_on(id_or_address)) keys.push_back(ruling.key);
  for (const std::string& key : keys) {
    database_->run("DELETE FROM rulings WHERE key=?", std::string_view{key});
    database_->run("DELETE FROM fingerprints WHERE key=?", std::string_view{key});
    database_->run("DELETE FROM handles WHERE key=?", std::string_view{key});
    rulings_.erase(key);
  }
  return keys;
}

std::size_t Register::count(Act act) {
  std::size_t n = 0;
  for (const auto& [key, ruling] : rulings_) n += ruling.act == act ? 1 : 0;
  return n;
}

void Register::add_version(std::string_view identity, const Article& article, std::int64_t replaced_at) {
  begin();
  std::string list;
  for (const std::string& paragraph : article.body) {
    const std::string hash = hash_text(paragraph);
    list += hash;
    // A paragraph that several versions share is kept once.
    database_->run("INSERT OR IGNORE INTO paragraphs(identity, hash, text) VALUES(?,?,?)", identity,
                   std::string_view{hash}, std::string_view{paragraph});
  }
  const std::int64_t at = article.modified ? article.modified->utc : article.published ? article.published->utc : 0;
  database_->run(
      "INSERT OR IGNORE INTO versions(identity, hash, version_at, replaced_at, title, paragraphs) VALUES(?,?,?,?,?,?)",
      identity, std::string_view{version_hash(article)}, at, replaced_at, std::string_view{article.title},
      std::string_view{list});
}

std::vector<EarlierVersion> Register::versions(std::string_view identity) {
  constexpr std::size_t kHashLength = 16;
  std::vector<EarlierVersion> found;
  SqlDatabase::Query query(*database_,
                           "SELECT hash, version_at, replaced_at, title, paragraphs FROM versions WHERE identity=? "
                           "ORDER BY version_at DESC, replaced_at DESC, hash",
                           identity);
  while (query.step()) {
    EarlierVersion version{.hash = query.text(0),
                           .version_at = query.integer(1),
                           .replaced_at = query.integer(2),
                           .title = query.text(3),
                           .body = {}};
    const std::string list = query.text(4);
    for (std::size_t at = 0; at < list.size(); at += kHashLength) {
      SqlDatabase::Query paragraph(*database_, "SELECT text FROM paragraphs WHERE identity=? AND hash=?", identity,
                                   std::string_view{list}.substr(at, kHashLength));
      if (paragraph.step()) version.body.push_back(paragraph.text(0));
    }
    found.push_back(std::move(version));
  }
  return found;
}

void Register::forget_versions(std::string_view identity) {
  begin();
  database_->run("DELETE FROM versions WHERE identity=?", identity);
  database_->run("DELETE FROM paragraphs WHERE identity=?", identity);
}

void Register::forget_ruled_versions() {
  std::vector<std::string> ruled;
  {
    SqlDatabase::Query query(*database_, "SELECT DISTINCT identity FROM versions");
    while (query.step()) {
      const std::optional<Ruling> found = ruling({}, query.text(0));
      if (found && found->act != Act::hide) ruled.push_back(query.text(0));
    }
  }
  for (const std::string& identity : ruled) forget_versions(identity);
}

void Register::add_run(const RunRecord& run, std::size_t keep) {
  begin();
  database_->run("INSERT INTO runs(job, started, milliseconds, status, report) VALUES(?,?,?,?,?)",
                 std::string_view{run.job}, run.started, static_cast<std::int64_t>(run.seconds * 1000),
                 std::int64_t{run.status}, std::string_view{run.report});
  database_->run(
      "DELETE FROM runs WHERE job=? AND id NOT IN (SELECT id FROM runs WHERE job=? ORDER BY id DESC LIMIT ?)",
      std::string_view{run.job}, std::string_view{run.job}, static_cast<std::int64_t>(keep));
  commit();
}

std::vector<RunRecord> Register::runs(std::size_t limit) {
  std::vector<RunRecord> found;
  SqlDatabase::Query query(*database_,
                           "SELECT id, job, started, milliseconds, status, report FROM runs ORDER BY id DESC LIMIT ?",
                           static_cast<std::int64_t>(limit));
  while (query.step()) {
    found.push_back({.id = query.integer(0),
                     .job = query.text(1),
                     .started = query.integer(2),
                     .seconds = static_cast<double>(query.integer(3)) / 1000,
                     .status = static_cast<int>(query.integer(4)),
                     .report = query.text(5)});
  }
  return found;
}

void Register::redact_runs(const std::vector<std::string>& texts) {
  begin();
  for (const std::string& part : texts) {
    // Reports are JSON, whose strings may be escaped; the part is looked for as it is written there.
    database_->run(
        "UPDATE runs SET report=json_remove(report, '$.rejections') WHERE instr(report, ?) > 0 AND json_valid(report)",
        std::string_view{part});
    database_->run("DELETE FROM runs WHERE instr(report, ?) > 0", std::string_view{part});
  }
}

void Register::drop_rejections() {
  begin();
  database_->execute("UPDATE runs SET report=json_remove(report, '$.rejections') WHERE json_valid(report)");
}

void Register::add_receipt(std::int64_t at, const std::string& json) {
  begin();
  database_->run("INSERT INTO receipts(at, receipt) VALUES(?,?)", at, std::string_view{json});
  commit();
}

std::vector<std::string> Register::receipts() {
  std::vector<std::string> found;
  SqlDatabase::Query query(*database_, "SELECT receipt FROM receipts ORDER BY id");
  while (query.step()) found.push_back(query.text(0));
  return found;
}

void Register::add_backup(const std::string& folder) {
  begin();
  database_->run("INSERT OR IGNORE INTO backups(folder) VALUES(?)", std::string_view{folder});
  commit();
}

std::vector<std::string> Register::backups() {
  std::vector<std::string> found;
  SqlDatabase::Query query(*database_, "SELECT folder FROM backups ORDER BY folder");
  while (query.step()) found.push_back(query.text(0));
  return found;
}

void Register::copy_to(const fs::path& folder) {
  commit();
  database_->copy_to(folder / kFile);
}

void Register::merge(const fs::path& other_index) {
  take_over(other_index, {"rulings", "handles", "fingerprints", "versions", "paragraphs"});
}

void Register::merge_rulings(const fs::path& other_index) {
  take_over(other_index, {"rulings", "handles", "fingerprints"});
}

void Register::take_over(const fs::path& other_index, std::initializer_list<const char*> tables) {
  std::error_code error;
  if (!fs::exists(other_index / kFile, error)) return;
  commit();
  database_->run("ATTACH ? AS other", std::string_view{(other_index / kFile).native()});
  begin();
  for (const char* table : tables) {
    bool there = false;  // an older one may lack it
    {
      SqlDatabase::Query query(*database_, "SELECT 1 FROM other.sqlite_master WHERE name=?", std::string_view{table});
      there = query.step();
    }
    if (there) database_->execute(fmt::format("INSERT OR IGNORE INTO {0} SELECT * FROM other.{0}", table).c_str());
  }
  commit();
  database_->execute("DETACH other");
  load_rulings();
}

void Register::set_purge_due(bool due) {
  begin();
  database_->execute(due ? "INSERT OR IGNORE INTO due(what) VALUES('purge')" : "DELETE FROM due WHERE what='purge'");
}

bool Register::purge_due() const {
  SqlDatabase::Query query(*database_, "SELECT COUNT(*) FROM due WHERE what='purge'");
  query.step();
  return query.integer(0) > 0;
}

}  // namespace dateline
