#include "indexer/jobs/ledger.h"

#include <sqlite3.h>

#include <algorithm>
#include <map>

#include "dateline/error.h"

namespace dateline::indexer {
namespace {

constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS inputs(
  id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL DEFAULT -1, modified INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0, inode INTEGER NOT NULL DEFAULT 0, device INTEGER NOT NULL DEFAULT 0, content INTEGER NOT NULL DEFAULT 0,
  options INTEGER NOT NULL DEFAULT 0, complete INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS records(
  input INTEGER NOT NULL, content INTEGER NOT NULL, identity TEXT NOT NULL, version INTEGER NOT NULL, number INTEGER NOT NULL,
  holder INTEGER NOT NULL, refusal TEXT NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY(input, content)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_identity ON records(identity);
CREATE TABLE IF NOT EXISTS jobs(id INTEGER PRIMARY KEY AUTOINCREMENT);
)";

/// SQLite has signed integers only; hashes keep their bits.
std::int64_t to_sql(std::uint64_t hash) {
  return static_cast<std::int64_t>(hash);
}
std::uint64_t from_sql(std::int64_t stored) {
  return static_cast<std::uint64_t>(stored);
}

constexpr const char* kInputColumns = "id, path, size, modified, changed, inode, device, content, options, complete";
constexpr const char* kRecordColumns = "input, content, identity, version, number, holder, refusal";

}  // namespace

struct Ledger::Impl {
  explicit Impl(std::string p) : path(std::move(p)) {
    sqlite3* handle = nullptr;
    const int opened = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    database.reset(handle);
    check(opened);
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=FULL");
    execute(kTables);
    execute("INSERT INTO jobs DEFAULT VALUES");
    job = sqlite3_last_insert_rowid(database.get());
    execute("DELETE FROM jobs WHERE id < (SELECT MAX(id) FROM jobs)");
    execute("BEGIN IMMEDIATE");
  }

  void check(int code) const {
    if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    const std::string reason = database ? sqlite3_errmsg(database.get()) : sqlite3_errstr(code);
    const bool corrupt = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    throw Error(corrupt ? ErrorCode::index_corrupt : ErrorCode::io, path,
                reason + (corrupt ? "; run dateline-index --rebuild to make the index anew" : ""));
  }

  void execute(const char* sql) const { check(sqlite3_exec(database.get(), sql, nullptr, nullptr, nullptr)); }

  /// A prepared statement with its parameters bound, ready to be stepped; reset when it goes.
  class Query {
   public:
    template <typename... Values>
    Query(Impl& impl, const std::string& sql, const Values&... values) : impl_(impl), statement_(impl.prepared(sql)) {
      int index = 0;
      (bind(++index, values), ...);
    }
    ~Query() { sqlite3_reset(statement_); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    bool step() {
      const int code = sqlite3_step(statement_);
      impl_.check(code);
      return code == SQLITE_ROW;
    }
    [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
    [[nodiscard]] std::string text(int column) const {
      const void* bytes = sqlite3_column_blob(statement_, column);
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
      return bytes == nullptr ? std::string{} : std::string{static_cast<const char*>(bytes), size};
    }
    [[nodiscard]] InputEntry input() const {
      return {.id = integer(0),
              .path = text(1),
              .state = {.size = integer(2),
                        .modified_ns = integer(3),
                        .changed_ns = integer(4),
                        .inode = integer(5),
                        .device = integer(6)},
              .content = from_sql(integer(7)),
              .options = from_sql(integer(8)),
              .complete = integer(9) != 0};
    }
    [[nodiscard]] RecordEntry record() const {
      return {.input = integer(0),
              .content = from_sql(integer(1)),
              .identity = text(2),
              .version = integer(3),
              .number = integer(4),
              .holder = integer(5) != 0,
              .refusal = text(6)};
    }

   private:
    void bind(int index, std::int64_t value) { impl_.check(sqlite3_bind_int64(statement_, index, value)); }
    void bind(int index, std::string_view value) {
      impl_.check(sqlite3_bind_text(statement_, index, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT));
    }
    Impl& impl_;
    sqlite3_stmt* statement_;
  };

  template <typename... Values>
  void run(const std::string& sql, const Values&... values) {
    Query(*this, sql, values...).step();
  }

  sqlite3_stmt* prepared(const std::string& sql) {
    auto& slot = statements[sql];
    if (!slot) {
      sqlite3_stmt* statement = nullptr;
      check(sqlite3_prepare_v3(database.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
      slot.reset(statement);
    }
    return slot.get();
  }

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  std::string path;
  std::unique_ptr<sqlite3, Close> database;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> statements;
  std::int64_t job = 0;
};

Ledger::Ledger(const std::filesystem::path& folder) : impl_(std::make_unique<Impl>((folder / "ledger").string())) {}

Ledger::~Ledger() = default;

std::optional<InputEntry> Ledger::find_input(std::string_view path) {
  Impl::Query query(*impl_, std::string{"SELECT "} + kInputColumns + " FROM inputs WHERE path=?", path);
  return query.step() ? std::optional{query.input()} : std::nullopt;
}

std::optional<InputEntry> Ledger::find_input(std::int64_t id) {
  Impl::Query query(*impl_, std::string{"SELECT "} + kInputColumns + " FROM inputs WHERE id=?", id);
  return query.step() ? std::optional{query.input()} : std::nullopt;
}

std::int64_t Ledger::begin_input(std::string_view path) {
  impl_->run("INSERT INTO inputs(path) VALUES(?) ON CONFLICT(path) DO UPDATE SET complete=0", path);
  Impl::Query query(*impl_, "SELECT id FROM inputs WHERE path=?", path);
  query.step();
  return query.integer(0);
}

void Ledger::complete_input(const InputEntry& e) {
  impl_->run(
      "UPDATE inputs SET size=?, modified=?, changed=?, inode=?, device=?, content=?, options=?, complete=1 WHERE id=?",
      e.state.size, e.state.modified_ns, e.state.changed_ns, e.state.inode, e.state.device, to_sql(e.content),
      to_sql(e.options), e.id);
}

void Ledger::update_state(std::int64_t input, const FileState& s) {
  impl_->run("UPDATE inputs SET size=?, modified=?, changed=?, inode=?, device=? WHERE id=?", s.size, s.modified_ns,
             s.changed_ns, s.inode, s.device, input);
}

void Ledger::remove_input(std::int64_t input) {
  impl_->run("DELETE FROM records WHERE input=?", input);
  impl_->run("DELETE FROM inputs WHERE id=?", input);
}

std::vector<InputEntry> Ledger::inputs_below(std::string_view key) {
  // '0' follows '/': all paths that begin with "key/" lie between the two.
  const std::string first = std::string{key} + "/";
  const std::string last = std::string{key} + "0";
  std::vector<InputEntry> found;
  Impl::Query query(
      *impl_,
      std::string{"SELECT "} + kInputColumns + " FROM inputs WHERE path=? OR (path>=? AND path<?) ORDER BY path", key,
      std::string_view{first}, std::string_view{last});
  while (query.step()) found.push_back(query.input());
  return found;
}

std::optional<RecordEntry> Ledger::find_record(std::int64_t input, std::uint64_t content) {
  Impl::Query query(*impl_, std::string{"SELECT "} + kRecordColumns + " FROM records WHERE input=? AND content=?",
                    input, to_sql(content));
  return query.step() ? std::optional{query.record()} : std::nullopt;
}

std::size_t Ledger::count_articles(std::int64_t input) {
  Impl::Query query(*impl_, "SELECT COUNT(*) FROM records WHERE input=? AND identity<>''", input);
  query.step();
  return static_cast<std::size_t>(query.integer(0));
}

void Ledger::for_each_refusal(std::int64_t input, const std::function<void(const RecordEntry&)>& visit) {
  Impl::Query query(
      *impl_, std::string{"SELECT "} + kRecordColumns + " FROM records WHERE input=? AND identity='' ORDER BY number",
      input);
  while (query.step()) visit(query.record());
}

void Ledger::put_record(const RecordEntry& r) {
  impl_->run(
      "INSERT OR REPLACE INTO records(input, content, identity, version, number, holder, refusal, seen) "
      "VALUES(?,?,?,?,?,?,?,?)",
      r.input, to_sql(r.content), std::string_view{r.identity}, r.version, r.number, std::int64_t{r.holder},
      std::string_view{r.refusal}, impl_->job);
}

void Ledger::mark_seen(std::int64_t input, std::uint64_t content, std::int64_t number) {
  impl_->run("UPDATE records SET seen=?, number=? WHERE input=? AND content=?", impl_->job, number, input,
             to_sql(content));
}

std::vector<RecordEntry> Ledger::records_of(std::int64_t input) {
  std::vector<RecordEntry> found;
  Impl::Query query(*impl_, std::string{"SELECT "} + kRecordColumns + " FROM records WHERE input=?", input);
  while (query.step()) found.push_back(query.record());
  return found;
}

std::vector<RecordEntry> Ledger::unseen_records(std::int64_t input) {
  std::vector<RecordEntry> found;
  Impl::Query query(*impl_, std::string{"SELECT "} + kRecordColumns + " FROM records WHERE input=? AND seen<>?", input,
                    impl_->job);
  while (query.step()) found.push_back(query.record());
  return found;
}

std::size_t Ledger::count_unseen_articles(std::int64_t input) {
  Impl::Query query(*impl_, "SELECT COUNT(*) FROM records WHERE input=? AND seen<>? AND identity<>''", input,
                    impl_->job);
  query.step();
  return static_cast<std::size_t>(query.integer(0));
}

void Ledger::remove_record(std::int64_t input, std::uint64_t content) {
  impl_->run("DELETE FROM records WHERE input=? AND content=?", input, to_sql(content));
}

std::optional<RecordEntry> Ledger::best_carrier(std::string_view identity, std::int64_t input) {
  Impl::Query query(
      *impl_,
      "SELECT input, r.content, identity, version, number, holder, refusal FROM records r JOIN inputs i ON "
      "i.id=r.input "
      "WHERE identity=? AND NOT (input=? AND seen<>?) ORDER BY version DESC, path DESC, number DESC LIMIT 1",
      identity, input, impl_->job);
  return query.step() ? std::optional{query.record()} : std::nullopt;
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
  impl_->run("UPDATE records SET holder=(input=? AND content=?) WHERE identity=?", input, to_sql(content), identity);
}

void Ledger::distrust(std::string_view identity) {
  impl_->run("UPDATE inputs SET complete=0 WHERE id IN (SELECT input FROM records WHERE identity=?)", identity);
  impl_->run("UPDATE records SET holder=0 WHERE identity=?", identity);
}

void Ledger::mark_incomplete(std::int64_t input) {
  impl_->run("UPDATE inputs SET complete=0 WHERE id=?", input);
}

std::vector<InputEntry> Ledger::incomplete_inputs() {
  std::vector<InputEntry> found;
  Impl::Query query(*impl_, std::string{"SELECT "} + kInputColumns + " FROM inputs WHERE complete=0 ORDER BY path");
  while (query.step()) found.push_back(query.input());
  return found;
}

void Ledger::commit() {
  impl_->execute("COMMIT");
  impl_->execute("BEGIN IMMEDIATE");
}

}  // namespace dateline::indexer
