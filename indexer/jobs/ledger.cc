#include "indexer/jobs/ledger.h"

#include <xxhash.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "common/identity.h"
#include "common/sql.h"

namespace dateline::indexer {
namespace {

/// Identities are packed (identity.h).
constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS inputs(
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL DEFAULT -1, modified INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0, inode INTEGER NOT NULL DEFAULT 0, device INTEGER NOT NULL DEFAULT 0, content INTEGER NOT NULL DEFAULT 0,
  options INTEGER NOT NULL DEFAULT 0, complete INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS records(
  input INTEGER NOT NULL, content INTEGER NOT NULL, identity TEXT NOT NULL, version INTEGER NOT NULL, number INTEGER NOT NULL,
  holder INTEGER NOT NULL, refusal TEXT NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY(input, content)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fetches(
  input INTEGER PRIMARY KEY, etag TEXT NOT NULL, modified TEXT NOT NULL, not_before INTEGER NOT NULL, failures INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS metadata(
  identity TEXT NOT NULL, input INTEGER NOT NULL, content INTEGER NOT NULL, packed TEXT NOT NULL,
  PRIMARY KEY(identity, input, content)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS metadata_by_record ON metadata(input, content);
CREATE TABLE IF NOT EXISTS jobs(id INTEGER PRIMARY KEY AUTOINCREMENT);
)";
constexpr const char* kIndexByIdentity = "CREATE INDEX IF NOT EXISTS records_by_identity ON records(identity)";
/// Records that are kept before they are written: in the table's order its pages are touched once, not one a record.
constexpr std::size_t kMostWaiting = 20'000;
/// Hashes of what a new ledger was given: four million records, 128 MB.
constexpr std::size_t kMostKnown = 8'000'000;

constexpr const char* kRemedy = "; run dateline-index --rebuild to make the index anew";
constexpr const char* kFile = "ledger";

/// SQLite has signed integers only; hashes keep their bits.
std::int64_t to_sql(std::uint64_t hash) {
  return static_cast<std::int64_t>(hash);
}
std::uint64_t from_sql(std::int64_t stored) {
  return static_cast<std::uint64_t>(stored);
}

constexpr const char* kInputColumns = "id, path, size, modified, changed, inode, device, content, options, complete";
constexpr const char* kRecordColumns = "input, content, identity, version, number, holder, refusal";

InputEntry input_of(const SqlDatabase::Query& row) {
  return {.id = row.integer(0),
          .path = row.text(1),
          .state = {.size = row.integer(2),
                    .modified_ns = row.integer(3),
                    .changed_ns = row.integer(4),
                    .inode = row.integer(5),
                    .device = row.integer(6)},
          .content = from_sql(row.integer(7)),
          .options = from_sql(row.integer(8)),
          .complete = row.integer(9) != 0};
}

RecordEntry record_of(const SqlDatabase::Query& row) {
  return {.input = row.integer(0),
          .content = from_sql(row.integer(1)),
          .identity = unpack_identity(row.text(2)),
          .version = row.integer(3),
          .number = row.integer(4),
          .holder = row.integer(5) != 0,
          .refusal = row.text(6)};
}

/// Hashes; eight bytes each where a set of the library takes forty.
class HashSet {
 public:
  [[nodiscard]] bool contains(std::uint64_t hash) const { return slots_[place_of(hash)] != 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void insert(std::uint64_t hash) {
    std::uint64_t& slot = slots_[place_of(hash)];
    if (slot != 0) return;
    slot = stored(hash);
    if (++size_ * 2 < slots_.size()) return;
    const std::vector<std::uint64_t> before = std::exchange(slots_, std::vector<std::uint64_t>(slots_.size() * 2));
    for (const std::uint64_t old : before) {
      if (old != 0) slots_[place_of(old)] = old;
    }
  }

 private:
  static std::uint64_t stored(std::uint64_t hash) { return hash == 0 ? 1 : hash; }  // 0: free
  [[nodiscard]] std::size_t place_of(std::uint64_t hash) const {
    std::size_t at = stored(hash) & (slots_.size() - 1);
    while (slots_[at] != 0 && slots_[at] != stored(hash)) at = (at + 1) & (slots_.size() - 1);
    return at;
  }
  std::vector<std::uint64_t> slots_ = std::vector<std::uint64_t>(1024);
  std::size_t size_ = 0;
};

}  // namespace

struct Ledger::Impl {
  explicit Impl(const std::filesystem::path& path) : tables(path, SqlDatabase::Access::write, kRemedy) {
    tables.execute("PRAGMA cache_size=-16384");
    tables.execute(kTables);
    {
      SqlDatabase::Query any(tables, "SELECT 1 FROM records UNION ALL SELECT 1 FROM metadata LIMIT 1");
      fresh = !any.step();
    }
    if (!fresh) tables.execute(kIndexByIdentity);
    indexed = !fresh;
    tables.execute("INSERT INTO jobs DEFAULT VALUES");
    job = tables.last_row();
    tables.execute("DELETE FROM jobs WHERE id < (SELECT MAX(id) FROM jobs)");
    tables.execute("BEGIN IMMEDIATE");
  }

  /// All tables, with what waits written.
  SqlDatabase& all() {
    write_waiting();
    if (!indexed) tables.execute(kIndexByIdentity);
    indexed = true;
    return tables;
  }

  template <typename... Values>
  void run(const std::string& sql, const Values&... values) {
    all().run(sql, values...);
  }

  void write_waiting() {
    std::sort(waiting.begin(), waiting.end(), [](const RecordEntry& a, const RecordEntry& b) {
      return std::tuple(a.input, to_sql(a.content)) < std::tuple(b.input, to_sql(b.content));
    });
    for (const RecordEntry& record : waiting) write(record);
    waiting.clear();
  }

  void write(const RecordEntry& r) {
    tables.run(
        "INSERT OR REPLACE INTO records(input, content, identity, version, number, holder, refusal, seen) "
        "VALUES(?,?,?,?,?,?,?,?)",
        r.input, to_sql(r.content), pack_identity(r.identity), r.version, r.number, std::int64_t{r.holder},
        std::string_view{r.refusal}, job);
  }

  // A ledger that had no records when this job opened it knows what it was given since: what is surely new is asked for
  // in no table. Hashes: what seems known by mistake is looked up.
  static std::uint64_t key_of(std::int64_t input, std::uint64_t content) {
    return XXH3_64bits_withSeed(&content, sizeof content, static_cast<XXH64_hash_t>(input));
  }
  static std::uint64_t key_of(std::string_view identity) { return XXH3_64bits(identity.data(), identity.size()); }
  [[nodiscard]] bool is_new(std::uint64_t key) const { return fresh && !known.contains(key); }

  SqlDatabase tables;
  std::int64_t job = 0;
  bool fresh = false;
  bool indexed = false;
  bool has_metadata = false;
  HashSet known;
  std::vector<RecordEntry> waiting;
  bool last_is_sole = false;  // of all that wait, the last: no other record carries its article
};

std::size_t count_held_articles(const std::filesystem::path& folder) {
  SqlDatabase database(folder / kFile, SqlDatabase::Access::read_only, kRemedy);
  SqlDatabase::Query query(database, "SELECT COUNT(*) FROM records WHERE holder=1");
  query.step();
  return static_cast<std::size_t>(query.integer(0));
}

std::string check_ledger(const std::filesystem::path& folder) {
  return SqlDatabase(folder / kFile, SqlDatabase::Access::read_only, kRemedy).integrity();
}

std::function<std::optional<FileState>(const std::string&)> known_inputs(const std::filesystem::path& folder) {
  const auto database = std::make_shared<SqlDatabase>(folder / kFile, SqlDatabase::Access::read_only, kRemedy);
  return [database](const std::string& path) -> std::optional<FileState> {
    SqlDatabase::Query query(*database,
                             std::string{"SELECT "} + kInputColumns + " FROM inputs WHERE path=? AND complete=1",
                             std::string_view{path});
    return query.step() ? std::optional{input_of(query).state} : std::nullopt;
  };
}

void copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to) {
  SqlDatabase(from / kFile, SqlDatabase::Access::read_only, kRemedy).copy_to(to / kFile);
}

Ledger::Ledger(const std::filesystem::path& folder) : impl_(std::make_unique<Impl>(folder / kFile)) {}

Ledger::~Ledger() = default;

std::optional<InputEntry> Ledger::find_input(std::string_view path) {
  SqlDatabase::Query query(impl_->tables, std::string{"SELECT "} + kInputColumns + " FROM inputs WHERE path=?", path);
  return query.step() ? std::optional{input_of(query)} : std::nullopt;
}

std::optional<InputEntry> Ledger::find_input(std::int64_t id) {
  SqlDatabase::Query query(impl_->tables, std::string{"SELECT "} + kInputColumns + " FROM inputs WHERE id=?", id);
  return query.step() ? std::optional{input_of(query)} : std::nullopt;
}

std::int64_t Ledger::begin_input(std::string_view path) {
  impl_->tables.run("INSERT INTO inputs(path) VALUES(?) ON CONFLICT(path) DO UPDATE SET complete=0", path);
  SqlDatabase::Query query(impl_->tables, "SELECT id FROM inputs WHERE path=?", path);
  query.step();
  return query.integer(0);
}

void Ledger::complete_input(const InputEntry& e) {
  impl_->tables.run(
      "UPDATE inputs SET size=?, modified=?, changed=?, inode=?, device=?, content=?, options=?, complete=1 WHERE id=?",
      e.state.size, e.state.modified_ns, e.state.changed_ns, e.state.inode, e.state.device, to_sql(e.content),
      to_sql(e.options), e.id);
}

void Ledger::update_state(std::int64_t input, const FileState& s) {
  impl_->tables.run("UPDATE inputs SET size=?, modified=?, changed=?, inode=?, device=? WHERE id=?", s.size,
                    s.modified_ns, s.changed_ns, s.inode, s.device, input);
}

void Ledger::remove_input(std::int64_t input) {
  impl_->run("DELETE FROM records WHERE input=?", input);
  impl_->run("DELETE FROM metadata WHERE input=?", input);
  impl_->run("DELETE FROM fetches WHERE input=?", input);
  impl_->run("DELETE FROM inputs WHERE id=?", input);
}

std::vector<InputEntry> Ledger::inputs_below(std::string_view key) {
  // '0' follows '/': all paths that begin with "key/" lie between the two.
  const std::string first = std::string{key} + "/";
  const std::string last = std::string{key} + "0";
  std::vector<InputEntry> found;
  SqlDatabase::Query query(
      impl_->tables,
      std::string{"SELECT "} + kInputColumns + " FROM inputs WHERE path=? OR (path>=? AND path<?) ORDER BY path", key,
      std::string_view{first}, std::string_view{last});
  while (query.step()) found.push_back(input_of(query));
  return found;
}

std::optional<RecordEntry> Ledger::find_record(std::int64_t input, std::uint64_t content) {
  if (impl_->is_new(Impl::key_of(input, content))) return std::nullopt;
  SqlDatabase::Query query(impl_->all(),
                           std::string{"SELECT "} + kRecordColumns + " FROM records WHERE input=? AND content=?", input,
                           to_sql(content));
  return query.step() ? std::optional{record_of(query)} : std::nullopt;
}

std::size_t Ledger::count_articles(std::int64_t input) {
  SqlDatabase::Query query(impl_->all(), "SELECT COUNT(*) FROM records WHERE input=? AND identity<>''", input);
  query.step();
  return static_cast<std::size_t>(query.integer(0));
}

void Ledger::for_each_refusal(std::int64_t input, const std::function<void(const RecordEntry&)>& visit) {
  SqlDatabase::Query query(
      impl_->all(),
      std::string{"SELECT "} + kRecordColumns + " FROM records WHERE input=? AND identity='' ORDER BY number", input);
  while (query.step()) visit(record_of(query));
}

void Ledger::put_record(const RecordEntry& record) {
  if (impl_->known.size() > kMostKnown) {  // From here on the tables are asked.
    impl_->all();
    impl_->fresh = false;
    impl_->known = {};
  }
  const bool fresh_record = impl_->is_new(Impl::key_of(record.input, record.content));
  impl_->last_is_sole = fresh_record && impl_->is_new(Impl::key_of(record.identity));
  if (impl_->fresh) {
    impl_->known.insert(Impl::key_of(record.input, record.content));
    impl_->known.insert(Impl::key_of(record.identity));
  }
  if (!fresh_record) {
    impl_->write_waiting();
    return impl_->write(record);
  }
  if (impl_->waiting.size() >= kMostWaiting) impl_->write_waiting();
  impl_->waiting.push_back(record);
}

void Ledger::mark_seen(std::int64_t input, std::uint64_t content, std::int64_t number) {
  impl_->run("UPDATE records SET seen=?, number=? WHERE input=? AND content=?", impl_->job, number, input,
             to_sql(content));
}

std::vector<RecordEntry> Ledger::records_of(std::int64_t input) {
  std::vector<RecordEntry> found;
  SqlDatabase::Query query(impl_->all(), std::string{"SELECT "} + kRecordColumns + " FROM records WHERE input=?",
                           input);
  while (query.step()) found.push_back(record_of(query));
  return found;
}

std::vector<RecordEntry> Ledger::unseen_records(std::int64_t input) {
  if (impl_->fresh) return {};
  std::vector<RecordEntry> found;
  SqlDatabase::Query query(impl_->all(),
                           std::string{"SELECT "} + kRecordColumns + " FROM records WHERE input=? AND seen<>?", input,
                           impl_->job);
  while (query.step()) found.push_back(record_of(query));
  return found;
}

std::size_t Ledger::count_unseen_articles(std::int64_t input) {
  if (impl_->fresh) return {};
  SqlDatabase::Query query(impl_->all(), "SELECT COUNT(*) FROM records WHERE input=? AND seen<>? AND identity<>''",
                           input, impl_->job);
  query.step();
  return static_cast<std::size_t>(query.integer(0));
}

void Ledger::remove_record(std::int64_t input, std::uint64_t content) {
  impl_->run("DELETE FROM records WHERE input=? AND content=?", input, to_sql(content));
  impl_->run("DELETE FROM metadata WHERE input=? AND content=?", input, to_sql(content));
}

void Ledger::put_metadata(const RecordEntry& r, const std::string& packed) {
  impl_->has_metadata = true;
  impl_->run("INSERT OR REPLACE INTO metadata(identity, input, content, packed) VALUES(?,?,?,?)",
             pack_identity(r.identity), r.input, to_sql(r.content), std::string_view{packed});
}

std::vector<std::string> Ledger::metadata_of(std::string_view identity) {
  if (impl_->fresh && !impl_->has_metadata) return {};
  std::vector<std::string> found;
  SqlDatabase::Query query(impl_->all(),
                           "SELECT packed FROM metadata m JOIN inputs i ON i.id=m.input WHERE identity=? "
                           "ORDER BY path, m.content",
                           pack_identity(identity));
  while (query.step()) found.push_back(query.text(0));
  return found;
}

bool Ledger::has_metadata(const RecordEntry& r) {
  if (impl_->fresh && !impl_->has_metadata) return false;
  SqlDatabase::Query query(impl_->all(), "SELECT 1 FROM metadata WHERE input=? AND content=?", r.input,
                           to_sql(r.content));
  return query.step();
}

std::optional<RecordEntry> Ledger::best_carrier(std::string_view identity, std::int64_t input) {
  if (impl_->is_new(Impl::key_of(identity))) return std::nullopt;
  SqlDatabase::Query query(
      impl_->all(),
      "SELECT input, r.content, identity, version, number, holder, refusal FROM records r JOIN inputs i ON "
      "i.id=r.input "
      "WHERE identity=? AND NOT (input=? AND seen<>?) ORDER BY version DESC, path DESC, number DESC LIMIT 1",
      pack_identity(identity), input, impl_->job);
  return query.step() ? std::optional{record_of(query)} : std::nullopt;
}

bool Ledger::precedes(const RecordEntry& a, const RecordEntry& b) {
  if (a.version != b.version) return a.version > b.version;
  if (a.input == b.input) return a.number > b.number;
  const auto path = [&](std::int64_t id) {
    const auto entry = find_input(id);
    return entry ? entry->path : std::string{};
  };
  return path(a.input) > path(b.input);
}

void Ledger::set_holder(std::string_view identity, std::int64_t input, std::uint64_t content) {
  if (impl_->last_is_sole && !impl_->waiting.empty()) {
    RecordEntry& last = impl_->waiting.back();
    if (last.input == input && last.content == content && last.identity == identity) {
      last.holder = true;
      return;
    }
  }
  impl_->run("UPDATE records SET holder=(input=? AND content=?) WHERE identity=?", input, to_sql(content),
             pack_identity(identity));
}

void Ledger::unhold(std::string_view identity) {
  impl_->run("UPDATE records SET holder=0 WHERE identity=?", pack_identity(identity));
}

void Ledger::distrust(std::string_view identity) {
  impl_->run("UPDATE inputs SET complete=0 WHERE id IN (SELECT input FROM records WHERE identity=?)",
             pack_identity(identity));
  unhold(identity);
}

std::vector<std::string> Ledger::carriers(std::string_view identity) {
  std::vector<std::string> paths;
  SqlDatabase::Query query(impl_->all(),
                           "SELECT DISTINCT path FROM inputs i JOIN records r ON r.input=i.id WHERE r.identity=? "
                           "ORDER BY path",
                           pack_identity(identity));
  while (query.step()) paths.push_back(query.text(0));
  return paths;
}

void Ledger::withdraw(std::string_view identity, std::string_view key) {
  if (impl_->fresh) impl_->known.insert(Impl::key_of(key));
  impl_->run("UPDATE records SET holder=0, identity=? WHERE identity=?", pack_identity(key), pack_identity(identity));
  impl_->run("DELETE FROM metadata WHERE identity=?", pack_identity(identity));
}

void Ledger::keep_only(const std::function<bool(const std::string& identity)>& keep) {
  std::vector<std::string> gone;
  {
    SqlDatabase::Query query(impl_->all(), "SELECT DISTINCT identity FROM records WHERE identity<>''");
    while (query.step()) {
      if (std::string identity = unpack_identity(query.text(0)); !keep(identity)) gone.push_back(std::move(identity));
    }
  }
  for (const std::string& identity : gone) {
    impl_->run("DELETE FROM records WHERE identity=?", pack_identity(identity));
    impl_->run("DELETE FROM metadata WHERE identity=?", pack_identity(identity));
  }
}

void Ledger::forget(std::string_view identity, std::string_view key) {
  impl_->run(
      "DELETE FROM inputs WHERE id IN (SELECT input FROM records WHERE identity=?) AND NOT EXISTS (SELECT 1 FROM "
      "records "
      "o WHERE o.input=inputs.id AND o.identity<>?)",
      pack_identity(identity), pack_identity(identity));
  impl_->run("DELETE FROM records WHERE identity=? AND input NOT IN (SELECT id FROM inputs)", pack_identity(identity));
  withdraw(identity, key);
}

FetchState Ledger::fetch_state(std::int64_t input) {
  SqlDatabase::Query query(impl_->tables, "SELECT etag, modified, not_before, failures FROM fetches WHERE input=?",
                           input);
  if (!query.step()) return {};
  return {.etag = query.text(0),
          .last_modified = query.text(1),
          .not_before = query.integer(2),
          .failures = query.integer(3)};
}

void Ledger::set_fetch_state(std::int64_t input, const FetchState& state) {
  impl_->tables.run("INSERT OR REPLACE INTO fetches(input, etag, modified, not_before, failures) VALUES(?,?,?,?,?)",
                    input, std::string_view{state.etag}, std::string_view{state.last_modified}, state.not_before,
                    state.failures);
}

void Ledger::mark_incomplete(std::int64_t input) {
  impl_->tables.run("UPDATE inputs SET complete=0 WHERE id=?", input);
}

std::vector<InputEntry> Ledger::incomplete_inputs() {
  std::vector<InputEntry> found;
  SqlDatabase::Query query(impl_->tables,
                           std::string{"SELECT "} + kInputColumns + " FROM inputs WHERE complete=0 ORDER BY path");
  while (query.step()) found.push_back(input_of(query));
  return found;
}

void Ledger::commit() {
  impl_->all();
  impl_->tables.execute("COMMIT");
  impl_->tables.execute("BEGIN IMMEDIATE");
}

}  // namespace dateline::indexer
