// dateline/indexer.h: puts the rooms of the indexer together for one job.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "common/store.h"
#include "common/store/glass_version.h"
#include "common/store/register.h"
#include "dateline/error.h"
#include "dateline/indexer.h"
#include "indexer/data_folder.h"
#include "indexer/enrich/actors/actor_data.h"
#include "indexer/enrich/actors/recogniser.h"
#include "indexer/fetch/fetcher.h"
#include "indexer/jobs/alias_table.h"
#include "indexer/jobs/check.h"
#include "indexer/jobs/index_actors.h"
#include "indexer/jobs/ledger.h"
#include "indexer/jobs/pipeline.h"
#include "indexer/jobs/takedown.h"

namespace dateline {

using namespace indexer;  // NOLINT(google-build-using-namespace): this file is the indexer's own front.

namespace {

/// Articles that readers find now; 0 if there is no index that can be read.
std::size_t count_articles(const std::filesystem::path& index) {
  try {
    return open_snapshot(index).database.get_doccount();
  } catch (const Error&) {
    return 0;
  }
}

/// A mistyped path, a folder that is away or a feed that stopped must not replace a whole index.
void refuse_what_loses_articles(const IndexOptions& options, const IndexReport& report, std::size_t before) {
  const auto refuse = [&](const std::string& reason) {
    throw Error(ErrorCode::io, options.index.string(), "not rebuilt, since " + reason + "; the index stays as it was");
  };
  if (report.paths_unreadable) refuse("a given path could not be read");
  if (report.total == 0 && before > 0) refuse("no article was found");
  const double least = static_cast<double>(before) * (1 - options.max_shrink / 100);
  if (static_cast<double>(report.total) < least) {
    refuse(fmt::format("it would shrink from {} articles to {}, by more than {}% (--max-shrink allows more)", before,
                       report.total, options.max_shrink));
  }
}

/// From this size on a first job is worth a sealed database. Below, it is done at once, and each batch can be searched
/// when it is committed.
constexpr std::uint64_t kLargeJob = std::uint64_t{16} << 20;
/// Less is read before other threads would have begun.
constexpr std::uint64_t kWorthThreads = std::uint64_t{256} << 10;

unsigned thread_count(const IndexOptions& options, std::uint64_t bytes) {
  const bool streams = std::find(options.paths.begin(), options.paths.end(), "-") != options.paths.end();
  if (bytes < kWorthThreads && !streams) return 1;
  return options.jobs != 0 ? options.jobs : std::max(std::thread::hardware_concurrency(), 1U);
}

/// True if there is no index yet, or one without articles: then a job may write it anew. An index that cannot be read
/// is no such thing.
bool holds_nothing(const std::filesystem::path& index) {
  if (current_generation(index) == 0) return never_published(index);
  return open_snapshot(index).database.get_doccount() == 0;
}

std::vector<std::unique_ptr<ArticleMaker>> make_makers(unsigned threads, const std::optional<ActorData>& actors,
                                                       ShardWriter& shard, const Clock& clock) {
  std::vector<std::unique_ptr<ArticleMaker>> makers;
  for (unsigned i = 0; i < threads; ++i) {
    auto enricher = std::make_unique<Enricher>(actors ? make_recogniser(*actors) : nullptr);
    makers.push_back(std::make_unique<ArticleMaker>(std::move(enricher), shard.make_feed(), clock));
  }
  return makers;
}

/// A sealed shard was laid down in order by tested code: Xapian's check of it would read every table once more, for an
/// eighth of the whole job. What the disk did not keep is found by the sample, or by `check`.
void publish_checked(const IndexOptions& options, bool sealed, IndexWriter& writer) {
  const CheckReport checked =
      check_generation(writer.generation_folder(), sealed ? CheckDepth::sample : CheckDepth::structure);
  if (!checked.faults.empty()) {
    throw Error(ErrorCode::index_corrupt, options.index.string(),
                "not rebuilt, since the new generation did not pass its check; the index stays as it was: " +
                    checked.faults.front());
  }
  writer.publish(options.keep);
}

}  // namespace

IndexReport run_index_job(const IndexOptions& options, Diagnostics& diagnostics, JobObserver& observer,
                          const Clock& clock, const std::atomic<bool>& stop) {
  const auto begin = std::chrono::steady_clock::now();
  if (is_network_folder(options.index)) {
    const std::string why = "on a network file system, where locks and the order of writes are not to be relied on";
    if (!options.force) throw Error(ErrorCode::usage, options.index.string(), why + "; --force writes all the same");
    diagnostics.warn(options.index.string() + ": " + why);
  }
  if (!options.format.empty() && !format_named(options.format)) {
    throw Error(ErrorCode::usage, "--format",
                fmt::format("\"{}\" is no format; `dateline-index formats` lists them", options.format));
  }
  for (const std::string& url : options.fetch) {
    if (const std::string reason = unfetchable(url); !reason.empty())
      throw Error(ErrorCode::usage, "--fetch " + url, reason);
  }
  if (options.batch == 0) throw Error(ErrorCode::usage, "--batch", "must be at least 1");

  std::optional<ActorData> actors;
  if (options.actors) {
    actors = ActorData::load(
        {.folders = {data_folder(options.data) / "actors"}, .actor_files = options.actors_files, .overrides = {}});
    diagnostics.note(actors->summary());
  }
  const std::uint64_t bytes = total_bytes(options.paths);
  const unsigned threads = thread_count(options, bytes);
  IndexReport report;
  bool purge_after = false;
  try {
    const std::size_t before = options.rebuild ? count_articles(options.index) : 0;
    const bool large = bytes >= kLargeJob;
    const bool can_seal = (options.rebuild || large) && glass::library_has_known_format();
    const bool first = !options.rebuild && large && can_seal && holds_nothing(options.index);
    const bool builds = options.rebuild || first;
    if (const auto reg = Register::open(options.index); reg && reg->purge_due()) {
      const IndexLock lock(options.index, clock);
      finish_purge(options.index, Purge::interrupted);
    }
    IndexWriter writer(options.index, builds ? IndexWriter::Mode::rebuild : IndexWriter::Mode::update, clock);
    const ActorData* const data = actors ? &*actors : nullptr;
    if (prepare_identities(options.index, options.rebuild, data, writer)) writer.commit();
    if (actors && write_alias_table(*actors, writer)) {
      writer.commit();
      if (!builds && writer.database().get_doccount() > 0) {
        diagnostics.warn("the gazetteers have changed; articles indexed before keep their actors until --rebuild");
      }
    }
    const glass::Positions positions =
        options.remote || !options.shard.empty() ? glass::Positions::table : glass::Positions::lists;
    const std::unique_ptr<ShardWriter> shard = builds && can_seal
                                                   ? make_shard_builder(writer, options.memory, threads, positions)
                                                   : make_shard_updater(writer, options.memory);
    Register reg(options.index);
    auto ledger = std::make_unique<Ledger>(writer.generation_folder());
    Pipeline pipeline(options, {.writer = writer,
                                .shard = *shard,
                                .ledger = *ledger,
                                .reg = reg,
                                .makers = make_makers(threads, actors, *shard, clock),
                                .bytes_total = bytes,
                                .diagnostics = diagnostics,
                                .observer = observer,
                                .clock = clock,
                                .stop = stop});
    pipeline.run();
    report = pipeline.report();
    purge_after = reg.purge_due() && !report.interrupted;
    // A first job that was stopped leaves what it has; a rebuild must be whole.
    if (builds && (first || !report.interrupted)) {
      if (options.rebuild) refuse_what_loses_articles(options, report, before);
      pipeline.finish_shard();
      ledger.reset();
      if (!report.interrupted) learn_identities_once(data, writer);
      publish_checked(options, can_seal, writer);
      pipeline.acknowledge_all();
    } else if (!report.interrupted) {
      learn_identities_once(data, writer);
    }
  } catch (const Xapian::Error& error) {
    rethrow(error, options.index);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(ErrorCode::io, error.path1().string(), error.code().message());
  }
  if (purge_after) {
    // A provider withdrew an article: its bytes go with the job that learnt of it.
    const IndexLock lock(options.index, clock);
    finish_purge(options.index, Purge::of_this_job);
    report.generation = current_generation(options.index);
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace dateline
