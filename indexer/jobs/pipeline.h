// One index job: inputs -> records -> articles -> documents, with the ledger kept.
#pragma once

#include <atomic>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/diagnostics.h"
#include "common/store.h"
#include "common/store/register.h"
#include "dateline/indexer.h"
#include "indexer/document_builder.h"
#include "indexer/enrich/enricher.h"
#include "indexer/extract/page.h"
#include "indexer/jobs/input.h"
#include "indexer/jobs/ledger.h"
#include "indexer/jobs/walk.h"
#include "indexer/readers/detect.h"

namespace dateline::indexer {

struct PipelineParts {
  IndexWriter& writer;
  Ledger& ledger;
  Register& reg;
  Enricher& enricher;
  Diagnostics& diagnostics;
  JobObserver& observer;
  const Clock& clock;
  const std::atomic<bool>& stop;
};

class Pipeline {
 public:
  Pipeline(const IndexOptions& options, const PipelineParts& parts);

  /// Reads everything that the options name, prunes, settles which record holds each article, commits.
  void run();
  [[nodiscard]] const IndexReport& report() const { return report_; }

 private:
  void read_path(const std::string& given);
  void read_file(const WalkedFile& file);
  /// Standard input, or a pipe that was given as a path.
  void read_stream(InputFile& input, const std::string& shown);
  bool is_unchanged(const InputEntry& known, InputFile& input);
  [[nodiscard]] FileState settled_state(const InputFile& input) const;
  void pass_over_unchanged(const InputEntry& known, const std::string& shown);
  /// The records of an open input. Gives false if the job was stopped in between.
  bool read_records(InputFile& input, Format format, const std::string& shown, std::int64_t input_id);
  void take_record(const Record& record, const Reader& reader, const std::string& shown, std::int64_t input_id,
                   InputFile& input);
  void take_article(Article& article, RecordEntry& entry);
  /// True if the article must not come in: taken down, withdrawn by its provider, or too old to be kept.
  bool withhold(const Article& article, RecordEntry& entry);
  /// Takes an article out of the index, whatever its records say.
  void drop_article(const std::string& identity);
  void drop_expired();
  /// UTC seconds.
  [[nodiscard]] std::int64_t now() const;
  void refuse_record(RecordEntry entry, const std::string& shown, std::string reason);
  void index_article(const Article& article, const RecordEntry& entry);
  /// Records of an input that are no longer in it.
  void drop_unseen(std::int64_t input_id, const std::string& shown);
  void drop_records(const std::vector<RecordEntry>& records);
  void settle(const std::string& identity);
  void recover();
  void learn_sites();
  [[nodiscard]] std::filesystem::path pending_list() const;
  void prune(const std::string& given, bool files_found);
  void reread_carriers();
  void reject(Rejection rejection);
  void commit();
  void commit_if_due();
  void tell_progress(const InputFile& input);

  const IndexOptions& options_;
  PipelineParts parts_;
  ReaderOptions reader_options_;
  std::uint64_t record_seed_;    ///< Seeds the hash of a record.
  std::uint64_t input_options_;  ///< What an input is remembered with.
  SiteTemplates site_templates_;
  ExtractOptions extract_options_;
  DocumentBuilder builder_;
  IndexReport report_;
  std::size_t acknowledged_ = 0;      ///< Records taken, written or recognised, that the next commit makes durable.
  std::size_t told_ = 0;              ///< Of these, acknowledged to the observer.
  std::vector<std::string> touched_;  ///< Identities changed since the last commit.
  std::size_t newly_refused_ = 0;     ///< Records of the input at hand that were no refusals the last time.
  bool any_pending_ledger_ = false;
  bool rereading_ = false;            ///< Settling holders: what is read then was counted before.
  std::set<std::int64_t> to_reread_;  ///< Inputs whose records must take over articles that lost their holder.
  std::uint64_t bytes_done_ = 0;
  std::uint64_t bytes_total_ = 0;
};

}  // namespace dateline::indexer
