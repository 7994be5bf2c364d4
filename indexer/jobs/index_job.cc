// dateline/indexer.h: puts the rooms of the indexer together for one job.
#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "common/store.h"
#include "common/store/register.h"
#include "dateline/error.h"
#include "dateline/indexer.h"
#include "indexer/data_folder.h"
#include "indexer/enrich/actors/actor_data.h"
#include "indexer/enrich/actors/recogniser.h"
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

void publish_checked(const IndexOptions& options, IndexWriter& writer) {
  const CheckReport checked = check_generation(writer.generation_folder(), CheckDepth::structure);
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
    throw Error(ErrorCode::usage, "--format", fmt::format("\"{}\" is none of text, html, jsonl", options.format));
  }
  if (options.batch == 0) throw Error(ErrorCode::usage, "--batch", "must be at least 1");

  std::unique_ptr<ActorRecogniser> recogniser;
  std::optional<ActorData> actors;
  if (options.actors) {
    actors = ActorData::load(
        {.folders = {data_folder(options.data) / "actors"}, .actor_files = options.actors_files, .overrides = {}});
    recogniser = make_recogniser(*actors);
    diagnostics.note(actors->summary());
  }
  IndexReport report;
  bool purge_after = false;
  try {
    const std::size_t before = options.rebuild ? count_articles(options.index) : 0;
    if (const auto reg = Register::open(options.index); reg && reg->purge_due()) {
      const IndexLock lock(options.index, clock);
      finish_purge(options.index);
    }
    IndexWriter writer(options.index, options.rebuild ? IndexWriter::Mode::rebuild : IndexWriter::Mode::update, clock);
    const ActorData* const data = actors ? &*actors : nullptr;
    if (prepare_identities(options.index, options.rebuild, data, writer)) writer.commit();
    if (actors && write_alias_table(*actors, writer)) {
      writer.commit();
      if (!options.rebuild && writer.database().get_doccount() > 0) {
        diagnostics.warn("the gazetteers have changed; articles indexed before keep their actors until --rebuild");
      }
    }
    bool purge = false;
    {
      Register reg(options.index);
      Ledger ledger(writer.generation_folder());
      Enricher enricher(std::move(recogniser));
      Pipeline pipeline(options, {.writer = writer,
                                  .ledger = ledger,
                                  .reg = reg,
                                  .enricher = enricher,
                                  .diagnostics = diagnostics,
                                  .observer = observer,
                                  .clock = clock,
                                  .stop = stop});
      pipeline.run();
      report = pipeline.report();
      purge = reg.purge_due();
    }
    if (!report.interrupted) learn_identities_once(data, writer);
    if (options.rebuild && !report.interrupted) {
      refuse_what_loses_articles(options, report, before);
      publish_checked(options, writer);
    }
    purge_after = purge && !report.interrupted;
  } catch (const Xapian::Error& error) {
    rethrow(error, options.index);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(ErrorCode::io, error.path1().string(), error.code().message());
  }
  if (purge_after) {
    // A provider withdrew an article: its bytes go with the job that learnt of it.
    const IndexLock lock(options.index, clock);
    finish_purge(options.index);
    report.generation = current_generation(options.index);
  }
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace dateline
