// One index job: inputs -> records -> articles -> documents, with the ledger kept.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "common/clock.h"
#include "common/diagnostics.h"
#include "common/query/query.h"
#include "common/store.h"
#include "common/store/register.h"
#include "dateline/indexer.h"
#include "indexer/extract/page.h"
#include "indexer/fetch/fetcher.h"
#include "indexer/jobs/article_maker.h"
#include "indexer/jobs/input.h"
#include "indexer/jobs/ledger.h"
#include "indexer/jobs/ordered_work.h"
#include "indexer/jobs/shard.h"
#include "indexer/jobs/shard_writer.h"
#include "indexer/jobs/walk.h"
#include "indexer/readers/detect.h"

namespace dateline::indexer {

struct PipelineParts {
  IndexWriter& writer;
  ShardWriter& shard;
  Ledger& ledger;
  Register& reg;
  std::vector<std::unique_ptr<ArticleMaker>> makers;  ///< One a thread.
  std::uint64_t bytes_total = 0;                      ///< Of all inputs, as far as known; for progress.
  Diagnostics& diagnostics;
  JobObserver& observer;
  const Clock& clock;
  const std::atomic<bool>& stop;
};

/// Reads on the caller's thread, where all decisions are made, too, in the order of the inputs: what a job ends in does
/// not depend on the number of threads. What comes between reading and deciding runs beside (ArticleMaker).
class Pipeline {
 public:
  Pipeline(const IndexOptions& options, PipelineParts parts);

  /// Reads everything that the options name, prunes, settles which record holds each article, commits.
  void run();
  /// For a shard that does not commit: finishes it and makes durable what goes with it.
  void finish_shard();
  /// Tells the observer of what has become durable otherwise than by commits.
  void acknowledge_all();
  [[nodiscard]] const IndexReport& report() const { return report_; }

 private:
  /// An input that is being read.
  struct Origin {
    std::int64_t input = 0;
    std::string shown;
    std::optional<Timestamp> undated;  ///< Date of articles without one.
    bool known = false;                ///< To the ledger, before this job.
    bool same_options = true;
    std::size_t newly_refused = 0;  ///< Records that were no refusals the last time.
  };
  /// A record on its way.
  struct Task {
    std::shared_ptr<Origin> origin;
    std::shared_ptr<Reader> reader;
    Record record;
    RecordEntry entry;
    std::optional<std::variant<MadeArticle, Refusal>> made;
    unsigned made_by = 0;  ///< Thread.
    void make(ArticleMaker& maker, const ExtractOptions& extraction);
  };

  void read_path(const std::string& given);
  // In pipeline_fetch.cc.
  void read_addresses();
  void read_address(const std::string& url, Fetcher& fetcher);
  void read_answer(const std::string& url, const std::optional<InputEntry>& whole, FetchAnswer answer);
  void remember_fetch(std::int64_t input, const FetchState& state);

  void read_file(const WalkedFile& file);
  /// Standard input, or a pipe that was given as a path.
  void read_stream(InputFile& input, const std::string& shown);
  bool is_unchanged(const InputEntry& known, InputFile& input);
  [[nodiscard]] FileState settled_state(const InputFile& input) const;
  void pass_over_unchanged(const InputEntry& known, const std::string& shown);
  /// The records of an open input. Gives false if the job was stopped in between.
  bool read_records(InputFile& input, const std::shared_ptr<Reader>& reader, const std::shared_ptr<Origin>& origin);
  void take_record(Record record, const std::shared_ptr<Reader>& reader, const std::shared_ptr<Origin>& origin);
  void decide(Task& task);
  void take_article(MadeArticle& made, RecordEntry& entry);
  /// True if the article must not come in: taken down, withdrawn by its provider, or too old to be kept.
  bool withhold(const Article& article, RecordEntry& entry);
  /// Takes an article out of the index, whatever its records say.
  void drop_article(const std::string& identity);
  [[nodiscard]] bool passes_filter(const Article& article, const std::string& identity);
  void drop_expired();
  /// UTC seconds.
  [[nodiscard]] std::int64_t now() const;
  void refuse_record(RecordEntry entry, Origin& origin, std::string reason);
  void index_article(const MadeArticle& made);
  // In pipeline_metadata.cc.
  void take_metadata(const MadeArticle& made, const RecordEntry& entry);
  bool add_metadata(MadeArticle& made);
  void finish_input(Origin& origin, const InputEntry& entry);
  /// Records of an input that are no longer in it.
  void drop_unseen(const Origin& origin);
  void drop_records(const std::vector<RecordEntry>& records);
  void settle(const std::string& identity);
  void recover();
  void learn_sites();
  void prune(const std::string& given, bool files_found);
  void reread_carriers();
  void reject(Rejection rejection);
  /// Puts what is touched and what is unsettled on the list, if it says anything else.
  void tell_pending(const std::vector<std::string>& touched);
  void commit();
  void commit_if_due();
  void tell_progress(const InputFile& input);

  const IndexOptions& options_;
  PipelineParts parts_;
  std::optional<Format> format_;  ///< Forced by the options.
  ReaderOptions reader_options_;
  std::uint64_t record_seed_;    ///< Seeds the hash of a record.
  std::uint64_t input_options_;  ///< What an input is remembered with.
  SiteTemplates site_templates_;
  ExtractOptions extract_options_;
  query::Node filter_;
  std::optional<ShardChoice> shard_;  ///< Which articles are this index's.
  IndexReport report_;
  std::size_t acknowledged_ = 0;      ///< Records taken, written or recognised, that the next commit makes durable.
  std::size_t told_ = 0;              ///< Of these, acknowledged to the observer.
  std::vector<std::string> touched_;  ///< Identities changed since the last commit.
  /// Identities of articles in the index for which the ledger has no holder yet: their inputs are still to be read.
  std::set<std::string> unsettled_;
  std::set<std::string> pending_;  ///< What the list on disk says.
  bool any_pending_ledger_ = false;
  bool rereading_ = false;            ///< Settling holders: what is read then was counted before.
  std::set<std::int64_t> to_reread_;  ///< Inputs whose records must take over articles that lost their holder.
  std::uint64_t bytes_done_ = 0;
  std::set<std::int64_t> under_way_;  ///< Inputs that are not finished.
  std::size_t known_under_way_ = 0;   ///< Of these, those that the ledger knew.
  OrderedWork work_;                  ///< Last: its threads use the others.
};

}  // namespace dateline::indexer
