// An index on disk, opened only here. What is where in its folder: store/generations.h.
#pragma once

#include <xapian.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/store/generations.h"

namespace dateline {

/// What a reader holds: the index as of one commit. One object, one thread, one request.
struct Snapshot {
  Xapian::Database database;
  unsigned generation = 0;
  std::vector<std::string> languages;  ///< Subtags of the articles' languages, sorted.
  bool remote = false;                 ///< A shard is another machine's: no posting source of ours runs there.
  std::vector<std::string> missing;    ///< Shards that did not answer, where this was allowed.
  std::filesystem::path shard;         ///< Folder of the database, if it is one and on this machine.
};

/// Folder named by a user, else $DATELINE_INDEX, else $XDG_DATA_HOME/dateline/index, else
/// ~/.local/share/dateline/index.
[[nodiscard]] std::filesystem::path index_folder(const std::filesystem::path& given);

enum class DeadShards {
  refuse,     ///< A shard that does not answer is an error.
  leave_out,  ///< It is left out, and named.
};

/// Opens the current generation, or all shards of a list. Throws Error: index_missing, index_schema (written under
/// another schema version), index_corrupt, io; each says what to do.
[[nodiscard]] Snapshot open_snapshot(const std::filesystem::path& index, DeadShards dead = DeadShards::refuse);

/// A token that changes with every commit and every new generation; "" when there is no index. Costs a read of the stub
/// and a stat a shard, opens nothing. A remote shard does not count.
[[nodiscard]] std::string state_token(const std::filesystem::path& index);

/// A Xapian::Error as ours, with the index named.
[[noreturn]] void rethrow(const Xapian::Error& error, const std::filesystem::path& index);

/// The one writer of an index. Batches are transactions: what is not committed is gone with the process, and also
/// when the object is destroyed (Xapian's own destructor would commit); so is a rebuild that was not published.
class IndexWriter {
 public:
  enum class Mode {
    update,  ///< Go on with the current generation; make the index if there is none.
    /// Write a new generation beside the current one; readers see it after publish(), also when it is the first.
    rebuild,
  };

  /// Takes the lock. Throws Error(busy) naming the holder, Error(usage) if the folder is something else than an
  /// index, Error(index_schema) on update of another version's index, Error(io).
  IndexWriter(std::filesystem::path index, Mode mode, const Clock& clock);
  ~IndexWriter();
  IndexWriter(const IndexWriter&) = delete;
  IndexWriter& operator=(const IndexWriter&) = delete;

  /// For adding, replacing and deleting documents. A transaction is open.
  [[nodiscard]] Xapian::WritableDatabase& database();
  /// Folder of the generation being written.
  [[nodiscard]] std::filesystem::path generation_folder() const;
  [[nodiscard]] unsigned generation() const;

  /// Adds to the languages that queries are stemmed in; written with the next commit.
  void add_language(const std::string& lang);

  /// Makes everything since the last commit durable and, on update, visible. Throws Error(io).
  void commit();

  /// On a rebuild: closes the shard and puts the database in its place that `make` writes into a folder of the given
  /// name, with the metadata that were set until now.
  using MakeShard =
      std::function<void(const std::filesystem::path& folder, std::map<std::string, std::string> metadata)>;
  void replace_shard(const MakeShard& make);

  /// Ends a rebuild: readers that open from now on see the new generation. Of the whole ones before, the newest `keep`
  /// stay for a rollback; 0 also takes the one that a reader may just be opening.
  void publish(std::size_t keep = 1);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dateline
