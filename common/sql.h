// An SQLite database: opened, asked and checked in one way by all who keep one.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace dateline {

/// One connection, one thread. All functions throw Error(io), Error(busy) or, for a damaged file, Error(index_corrupt)
/// with `remedy` appended.
class SqlDatabase {
 public:
  enum class Access {
    read_only,
    write,               ///< Made if missing; durable at each commit; what is deleted is overwritten with zeros.
    write_with_journal,  ///< The same, so that readers need no right to write; they wait while it commits.
  };
  /// Waits for others' commits as long as `wait`, then throws Error(busy).
  SqlDatabase(const std::filesystem::path& path, Access access, std::string remedy,
              std::chrono::milliseconds wait = std::chrono::seconds{10});
  ~SqlDatabase();
  SqlDatabase(const SqlDatabase&) = delete;
  SqlDatabase& operator=(const SqlDatabase&) = delete;

  void execute(const char* sql);
  /// One statement with its parameters, integers and texts, bound in order.
  template <typename... Values>
  void run(const std::string& sql, const Values&... values) {
    Query(*this, sql, values...).step();
  }
  [[nodiscard]] std::int64_t last_row() const;
  /// Rows changed by the last statement.
  [[nodiscard]] std::int64_t changes() const;
  /// SQLite's own check; "ok" or what is wrong.
  [[nodiscard]] std::string integrity();
  /// A whole and compact copy as another file, which must not exist. Not yet durable.
  void copy_to(const std::filesystem::path& path);
  /// Rewrites the file so that nothing deleted is left in it. No transaction may be open.
  void purge();

  /// A prepared statement with its parameters bound, ready to be stepped; reset when it goes.
  class Query {
   public:
    template <typename... Values>
    Query(SqlDatabase& database, const std::string& sql, const Values&... values)
        : database_(database), statement_(database.prepared(sql)) {
      int index = 0;
      (bind(++index, values), ...);
    }
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    bool step();
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] int columns() const;
    /// A text or a blob, no number.
    [[nodiscard]] bool is_text(int column) const;

   private:
    void bind(int index, std::int64_t value);
    void bind(int index, std::string_view value);
    SqlDatabase& database_;
    sqlite3_stmt* statement_;
  };

 private:
  void check(int code) const;
  sqlite3_stmt* prepared(const std::string& sql);

  struct Close {
    void operator()(sqlite3* handle) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::string path_;
  std::string remedy_;
  std::unique_ptr<sqlite3, Close> database_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace dateline
