#include "common/sql.h"

#include <sqlite3.h>

#include "dateline/error.h"

namespace dateline {

void SqlDatabase::Close::operator()(sqlite3* handle) const {
  sqlite3_close_v2(handle);
}
void SqlDatabase::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqlDatabase::SqlDatabase(const std::filesystem::path& path, Access access, std::string remedy,
                         std::chrono::milliseconds wait)
    : path_(path.string()), remedy_(std::move(remedy)) {
  sqlite3* handle = nullptr;
  // Read-write also where only reading is meant: what a killed writer left has to be rolled back first. SQLite itself
  // falls back to reading where writing is not permitted.
  const int flags = SQLITE_OPEN_READWRITE | (access == Access::read_only ? 0 : SQLITE_OPEN_CREATE);
  const int opened = sqlite3_open_v2(path_.c_str(), &handle, flags, nullptr);
  database_.reset(handle);
  check(opened);
  check(sqlite3_busy_timeout(handle, static_cast<int>(wait.count())));
  if (access == Access::read_only) {
    execute("PRAGMA query_only=ON");
    return;
  }
  execute(access == Access::write ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE");
  // Unlike FULL, EXTRA also syncs that the journal is gone: only then a commit survives a power cut.
  execute("PRAGMA synchronous=EXTRA");
  execute("PRAGMA secure_delete=ON");
}

SqlDatabase::~SqlDatabase() = default;

void SqlDatabase::check(int code) const {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  const std::string reason = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
  const bool corrupt = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  if (code == SQLITE_BUSY) throw Error(ErrorCode::busy, path_, reason + "; try again");
  throw Error(corrupt ? ErrorCode::index_corrupt : ErrorCode::io, path_, corrupt ? reason + remedy_ : reason);
}

void SqlDatabase::execute(const char* sql) {
  check(sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr));
}

std::int64_t SqlDatabase::last_row() const {
  return sqlite3_last_insert_rowid(database_.get());
}

std::int64_t SqlDatabase::changes() const {
  return sqlite3_changes(database_.get());
}

std::string SqlDatabase::integrity() {
  Query query(*this, "PRAGMA quick_check(1)");
  return query.step() ? query.text(0) : "no answer";
}

void SqlDatabase::copy_to(const std::filesystem::path& path) {
  execute("PRAGMA query_only=OFF");  // It is another file that is written.
  run("VACUUM INTO ?", std::string_view{path.native()});
}

void SqlDatabase::purge() {
  statements_.clear();
  execute("VACUUM");
  execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

sqlite3_stmt* SqlDatabase::prepared(const std::string& sql) {
  auto& slot = statements_[sql];
  if (!slot) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(database_.get(), sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    slot.reset(statement);
  }
  return slot.get();
}

SqlDatabase::Query::~Query() {
  sqlite3_reset(statement_);
}

bool SqlDatabase::Query::step() {
  const int code = sqlite3_step(statement_);
  database_.check(code);
  return code == SQLITE_ROW;
}

std::int64_t SqlDatabase::Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string SqlDatabase::Query::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string{} : std::string{static_cast<const char*>(bytes), size};
}

int SqlDatabase::Query::columns() const {
  return sqlite3_column_count(statement_);
}

bool SqlDatabase::Query::is_text(int column) const {
  const int type = sqlite3_column_type(statement_, column);
  return type == SQLITE_TEXT || type == SQLITE_BLOB;
}

void SqlDatabase::Query::bind(int index, std::int64_t value) {
  database_.check(sqlite3_bind_int64(statement_, index, value));
}

void SqlDatabase::Query::bind(int index, std::string_view value) {
  database_.check(sqlite3_bind_text(statement_, index, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT));
}

}  // namespace dateline
