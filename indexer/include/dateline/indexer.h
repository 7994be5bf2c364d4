// Embedding the indexer: one call indexes files and folders into an index.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace dateline {

struct Clock;
struct Diagnostics;

/// What an index job reads and how.
struct IndexOptions {
  std::filesystem::path index;     ///< The index folder; made if missing.
  std::vector<std::string> paths;  ///< Files and folders; "-" is standard input.
  std::vector<std::string> fetch;  ///< Addresses of feeds, asked for what has changed. Nothing else is ever asked.
  bool fetch_private = false;      ///< Also on this machine and its networks, and through the environment's proxies.
  std::string format;              ///< As `dateline-index formats` names it; empty: detected by content.
  /// JSON field name -> article field, for JSON lines.
  std::map<std::string, std::string> field_map;
  /// Ending of a name ("pdf") -> command that turns such a file, on its standard input, into a format that is read.
  std::map<std::string, std::string> filters;
  bool date_from_mtime = false;  ///< An article without a date gets its file's time of modification.
  bool remote = false;           ///< Keep the places of words where xapian-tcpsrv looks for them; `shard` implies it.
  bool prune = false;            ///< Remove the articles of files below `paths` that are gone.
  bool rebuild = false;          ///< Write a new generation beside the current one and swap at the end.
  double max_shrink = 10;        ///< Per cent of the articles that a rebuild may lose and still be published.
  std::string shard;   ///< "hash 2/4", "source 2/4": only articles of this shard of an index that is split so.
  std::string filter;  ///< A query: articles that do not match are kept out. Empty: none.
  std::chrono::seconds retention{0};  ///< Articles published longer ago are not kept; 0: all are.
  std::size_t keep = 1;               ///< Generations before the current one that stay for a rollback.
  bool force = false;                 ///< Write on a network file system, too.
  std::size_t batch = 500;            ///< Articles a commit.
  unsigned jobs = 0;                  ///< Threads; 0: one a core. The index does not depend on it.
  /// Bytes that a rebuild and a large first job take for sorting; a fourth of it for changes that wait for a commit.
  std::size_t memory = std::size_t{512} << 20;
  std::size_t max_record = std::size_t{32} << 20;   ///< Bytes of one record; a longer one is refused.
  bool site_templates = true;                       ///< Learn what the pages of a site have in common.
  bool actors = true;                               ///< Recognise actors where the input names none.
  std::filesystem::path data;                       ///< Folder with actors/; empty: where the programs were installed.
  std::vector<std::filesystem::path> actors_files;  ///< Further gazetteers; they win over the ones shipped.
};

/// An input, or a record of one, that became no article.
struct Rejection {
  std::string path;
  std::size_t record = 0;  ///< Line or record in the input, from 1; 0: the whole input.
  std::string reason;
};

/// What a job did. Articles are counted once each.
struct IndexReport {
  std::size_t inputs = 0;            ///< Files looked at.
  std::size_t inputs_unchanged = 0;  ///< Of these, recognised as unchanged and not parsed.
  std::size_t added = 0;
  std::size_t replaced = 0;    ///< In the index before, with other content or from another file.
  std::size_t unchanged = 0;   ///< Records recognised as already there.
  std::size_t superseded = 0;  ///< Records that lost against a newer version of the same article.
  std::size_t removed = 0;
  std::size_t withheld = 0;  ///< Records kept out: taken down, canceled, or older than the retention.
  std::size_t refused = 0;
  std::vector<Rejection> rejections;  ///< The first 1,000 of them.
  std::size_t total = 0;              ///< Articles in the index afterwards.
  unsigned generation = 0;
  double seconds = 0;
  bool interrupted = false;
  bool paths_unreadable = false;  ///< One of the given paths itself could not be read.

  [[nodiscard]] std::size_t indexed() const { return added + replaced; }
};

/// What a job tells while it runs. Called from the thread that runs the job.
struct JobObserver {
  virtual ~JobObserver() = default;
  /// The first `articles` articles of this job are durable and can be found.
  virtual void committed(std::size_t /*articles*/) {}
  /// Called often; `bytes` of `total_bytes` read.
  virtual void progress(const IndexReport& /*so_far*/, std::uint64_t /*bytes*/, std::uint64_t /*total_bytes*/) {}
};

/// Runs one index job. Refused inputs are in the report and told to `diagnostics`, one line each. Setting `stop` ends
/// the job after the article at hand; what was done until then is committed.
/// Throws Error: busy (another writer), usage, index_schema, index_corrupt, io.
[[nodiscard]] IndexReport run_index_job(const IndexOptions& options, Diagnostics& diagnostics, JobObserver& observer,
                                        const Clock& clock, const std::atomic<bool>& stop);

}  // namespace dateline
