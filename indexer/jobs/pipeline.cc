#include "indexer/jobs/pipeline.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <future>

#include "common/durable_file.h"
#include "common/query/oracle.h"
#include "common/schema.h"
#include "common/store/term_lists.h"
#include "dateline/error.h"
#include "indexer/jobs/metadata.h"
#include "indexer/jobs/payload.h"
#include "indexer/jobs/pending_list.h"
#include "indexer/jobs/rulings.h"
#include "indexer/jobs/site_learning.h"

namespace dateline::indexer {
namespace {

/// A file changed within this time before it was read may change again without its times telling.
constexpr std::int64_t kRacyNanoseconds = 2'000'000'000;
/// A page's date may lie this far in the future: zones, and clocks that are wrong.
constexpr std::chrono::hours kClockTolerance{48};
constexpr std::size_t kMostRejectionsKept = 1000;
/// Of records that are being worked on.
constexpr std::size_t kMostBytesUnderWay = std::size_t{32} << 20;

std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

/// Raised when readers make other articles of the same bytes, so that known records are read again.
constexpr std::string_view kReaderEdition = "3";

/// Options that decide what a record means: under other options the same bytes are parsed again.
std::uint64_t hash_record_options(const IndexOptions& options) {
  std::string all{kReaderEdition};
  if (!options.site_templates) all += "without site templates";
  all += '\0' + options.format + '\0' + (options.date_from_mtime ? "mtime" : "") + '\0' +
         (options.actors ? "actors" : "") + '\0' + options.filter + '\0' + options.shard;
  for (const auto& [from, to] : options.field_map) all += '\0' + from + '\0' + to;
  for (const auto& [ending, command] : options.filters) all += '\1' + ending + '\0' + command;
  return hash_of(all);
}

/// Options that decide which records an input has.
std::uint64_t hash_input_options(const IndexOptions& options) {
  return hash_of(std::to_string(options.max_record), hash_record_options(options));
}

Timestamp from_nanoseconds(std::int64_t ns) {
  return {.utc = ns / 1'000'000'000};
}

}  // namespace

Pipeline::Pipeline(const IndexOptions& options, PipelineParts parts)
    : options_(options),
      parts_(std::move(parts)),
      format_(options.format.empty() ? std::nullopt : format_named(options.format)),
      reader_options_{.max_record = options.max_record,
                      .field_map = options.field_map,
                      .unpack = {},
                      .filters = options.filters,
                      .filter_limits = {}},
      record_seed_(hash_record_options(options)),
      input_options_(hash_input_options(options)),
      work_(static_cast<unsigned>(parts_.makers.size()), kMostBytesUnderWay, [this] { parts_.shard.work_beside(); }) {
  report_.generation = parts_.writer.generation();
  if (!options.shard.empty()) shard_ = parse_shard(options.shard);
  if (!options.filter.empty())
    filter_ = query::parse(options.filter, {.now = parts_.clock.now(), .zone = {}, .languages = {}}).root;
  extract_options_.latest = parts_.clock.now() + kClockTolerance;
  parts_.shard.when_replaced(
      [this](const std::string& identity, const Article& before) { parts_.reg.add_version(identity, before, now()); });
}

void Pipeline::run() {
  learn_sites();
  recover();
  for (const std::string& given : options_.paths) {
    const std::size_t before = report_.inputs;
    read_path(given);
    work_.drain();
    if (options_.prune && !parts_.stop) prune(given, report_.inputs > before);
  }
  read_addresses();
  reread_carriers();
  drop_expired();
  commit();
  if (acknowledged_ > told_ && told_ > 0) parts_.observer.committed(acknowledged_);
  report_.interrupted = parts_.stop;
  report_.total = parts_.shard.count();
}

void Pipeline::finish_shard() {
  // Neither is seen before the generation is published.
  std::future<void> ledger = std::async(parts_.makers.size() > 1 ? std::launch::async : std::launch::deferred,
                                        [this] { parts_.ledger.commit(); });
  parts_.shard.finish();
  parts_.reg.commit();
  ledger.get();
}

void Pipeline::acknowledge_all() {
  if (acknowledged_ > told_) parts_.observer.committed(acknowledged_);
  told_ = acknowledged_;
}

/// Before any article, so that none depends on those before it; durable at once, so that a job that dies does not learn
/// anew from what it left unread.
void Pipeline::learn_sites() try {
  if (!options_.site_templates) return;
  Xapian::WritableDatabase& database = parts_.writer.database();
  site_templates_ = indexer::learn_sites(options_, parts_.ledger, database, extract_options_.latest, parts_.stop);
  extract_options_.templates = &site_templates_;
  parts_.writer.commit();
} catch (const Xapian::Error& error) {
  rethrow(error, options_.index);
}

/// A job that died between the commit of the index and that of the ledger left the list of the articles concerned:
/// what the ledger says of them is not to be believed. Their inputs are read again; an article that the ledger never
/// heard of is removed.
void Pipeline::recover() {
  pending_ = read_pending(parts_.writer.generation_folder());
  for (const std::string& identity : pending_) {
    parts_.ledger.distrust(identity);
    unsettled_.insert(identity);
    settle(identity);
    any_pending_ledger_ = true;
  }
  for (const InputEntry& input : parts_.ledger.incomplete_inputs()) {
    if (input.path != "-") to_reread_.insert(input.id);
  }
}

void Pipeline::read_path(const std::string& given) {
  if (parts_.stop) return;
  if (given == "-") {
    InputFile input;
    ++report_.inputs;
    return read_stream(input, "-");
  }
  walk(given, {.file = [&](const WalkedFile& file) { read_file(file); },
               .refused =
                   [&](const std::filesystem::path& path, const std::string& reason) {
                     if (path == given) report_.paths_unreadable = true;
                     work_.then([this, shown = path.string(), reason] { reject({shown, 0, reason}); });
                   },
               .passed_over =
                   [&](const std::filesystem::path& path, const std::string& why) {
                     parts_.diagnostics.note(fmt::format("{}: passed over: {}", path.string(), why));
                   }});
}

void Pipeline::read_stream(InputFile& input, const std::string& shown) {
  auto opened = open_reader(input.source(), {.name = shown, .format = format_}, reader_options_);
  if (const auto* refusal = std::get_if<Refusal>(&opened))
    return work_.then([this, shown, reason = refusal->reason] { reject({shown, 0, reason}); });
  // What came by a stream before stays: it is not a file that could have lost a record.
  const auto origin = std::make_shared<Origin>(Origin{.input = parts_.ledger.begin_input("-"), .shown = shown});
  read_records(input, std::move(std::get<std::unique_ptr<Reader>>(opened)), origin);
}

bool Pipeline::is_unchanged(const InputEntry& known, InputFile& input) {
  if (!known.complete || known.options != input_options_ || to_reread_.contains(known.id)) return false;
  if (known.state == input.state()) return true;
  if (known.state.size != input.state().size || known.content != input.hash_content()) return false;
  parts_.ledger.update_state(known.id, settled_state(input));
  any_pending_ledger_ = true;
  return true;
}

/// The state by which the next job may recognise the file. One that was changed just now may change again within the
/// same tick of the clock: then only its content can tell.
FileState Pipeline::settled_state(const InputFile& input) const {
  FileState state = input.state();
  const std::int64_t now = parts_.clock.now().time_since_epoch().count() * 1'000'000'000;
  if (now - state.modified_ns < kRacyNanoseconds) state.modified_ns = 0;
  return state;
}

void Pipeline::pass_over_unchanged(const InputEntry& known, const std::string& shown) {
  ++report_.inputs_unchanged;
  const std::size_t articles = parts_.ledger.count_articles(known.id);
  report_.unchanged += articles;
  acknowledged_ += articles;
  parts_.ledger.for_each_refusal(known.id, [&](const RecordEntry& r) {
    reject({shown, static_cast<std::size_t>(r.number), r.refusal});
  });
}

void Pipeline::read_file(const WalkedFile& file) try {
  if (parts_.stop) return;
  if (!rereading_) ++report_.inputs;
  InputFile input(file.path, file.below_folder);
  const std::string shown = file.path.string();
  if (!input.can_rewind()) return read_stream(input, shown);
  std::optional<InputEntry> known = parts_.ledger.find_input(file.key);
  if (known && (under_way_.contains(known->id) || known_under_way_ > 0)) {
    // What comes of the inputs before may decide about this one.
    work_.drain();
    known = parts_.ledger.find_input(file.key);
  }
  bytes_done_ += file.size;
  if (known && is_unchanged(*known, input))
    return work_.then([this, known = *known, shown] { pass_over_unchanged(known, shown); });

  auto opened = open_reader(input.source(), {.name = shown, .format = format_}, reader_options_);
  if (const auto* refusal = std::get_if<Refusal>(&opened))
    return work_.then([this, shown, reason = refusal->reason] { reject({shown, 0, reason}); });

  const auto origin = std::make_shared<Origin>(Origin{.input = parts_.ledger.begin_input(file.key), .shown = shown});
  origin->known = known.has_value();
  // Under other options every record is new; then a refusal is no sign of damage.
  origin->same_options = !known || known->options == input_options_;
  if (options_.date_from_mtime) origin->undated = from_nanoseconds(input.state().modified_ns);
  under_way_.insert(origin->input);
  if (origin->known) ++known_under_way_;
  if (!read_records(input, std::move(std::get<std::unique_ptr<Reader>>(opened)), origin)) return;
  InputEntry entry{.id = origin->input,
                   .path = file.key,
                   .state = settled_state(input),
                   .content = input.hash_read(),
                   .options = input_options_,
                   .complete = true};
  work_.then([this, origin, entry = std::move(entry)] { finish_input(*origin, entry); });
} catch (const Error& error) {
  // An input that cannot be read does not stop the job; a disk that is full does.
  if (error.subject() != file.path.string()) throw;
  std::string reason = error.what();
  reason.erase(0, std::min(reason.size(), error.subject().size() + 2));
  work_.then([this, shown = file.path.string(), reason] { reject({shown, 0, reason}); });
}

void Pipeline::finish_input(Origin& origin, const InputEntry& entry) {
  if (!origin.same_options) origin.newly_refused = 0;
  drop_unseen(origin);
  parts_.ledger.complete_input(entry);
  to_reread_.erase(entry.id);
  under_way_.erase(entry.id);
  if (origin.known) --known_under_way_;
  any_pending_ledger_ = true;
}

bool Pipeline::read_records(InputFile& input, const std::shared_ptr<Reader>& reader,
                            const std::shared_ptr<Origin>& origin) {
  for (;;) {
    if (parts_.stop) return false;
    Reader::Next next = reader->next();
    if (std::holds_alternative<Reader::End>(next)) {
      for (const auto& [kind, count] : reader->passed_over())
        work_.then([this, line = fmt::format("{}: passed over: {} × {}", origin->shown, count, kind)] {
          parts_.diagnostics.note(line);
        });
      return true;
    }
    if (const auto* skipped = std::get_if<Reader::Skipped>(&next)) {
      // Its bytes were not kept: its place stands for them.
      RecordEntry entry{.input = origin->input,
                        .content = hash_of(fmt::format("skipped:{}", skipped->number)),
                        .identity = {},
                        .number = static_cast<std::int64_t>(skipped->number),
                        .refusal = {}};
      work_.then([this, entry = std::move(entry), origin,
                  reason = with_member(skipped->member, skipped->member_number, skipped->reason)] {
        refuse_record(entry, *origin, reason);
      });
    } else {
      take_record(std::move(std::get<Record>(next)), reader, origin);
    }
    tell_progress(input);
  }
}

/// Lets the record be made into a document, if it is not known, and then decides about it.
void Pipeline::take_record(Record record, const std::shared_ptr<Reader>& reader,
                           const std::shared_ptr<Origin>& origin) {
  const auto task = std::make_shared<Task>(Task{.origin = origin, .reader = reader, .record = std::move(record)});
  task->entry = {.input = origin->input,
                 .content = hash_of(task->record.bytes, record_seed_),
                 .identity = {},
                 .number = static_cast<std::int64_t>(task->record.number),
                 .refusal = {}};
  const auto decide_then = [this, task] {
    decide(*task);
    // What an index in place is given waits for the commit, on this thread.
    if (task->made && task->made_by != 0 && !parts_.shard.commits())
      parts_.makers[task->made_by]->take_back(*std::move(task->made));
    commit_if_due();
  };
  if (origin->known && parts_.ledger.find_record(origin->input, task->entry.content)) return work_.then(decide_then);
  work_.add(
      task->record.bytes.size(),
      [this, task](unsigned thread) {
        task->made_by = thread;
        task->make(*parts_.makers[thread], extract_options_);
      },
      decide_then);
}

void Pipeline::Task::make(ArticleMaker& maker, const ExtractOptions& extraction) {
  made = maker.make(*reader, record, extraction, origin->undated);
}

void Pipeline::decide(Task& task) {
  RecordEntry& entry = task.entry;
  if (const auto known = parts_.ledger.find_record(entry.input, entry.content)) {
    any_pending_ledger_ = true;
    parts_.ledger.mark_seen(entry.input, entry.content, entry.number);
    if (!known->refusal.empty()) return reject({task.origin->shown, task.record.number, known->refusal});
    bool needed = false;  // Did this record win over the one that holds the article?
    if (!known->holder) {
      const auto best = parts_.ledger.best_carrier(known->identity, entry.input);
      needed = best && best->input == entry.input && best->content == entry.content;
    }
    if (!needed) {
      if (!rereading_) ++report_.unchanged, ++acknowledged_;
      return;
    }
  }
  if (!task.made) task.make(*parts_.makers.front(), extract_options_);
  if (const auto* refusal = std::get_if<Refusal>(&*task.made)) {
    const std::string reason = with_member(task.record.member, task.record.member_number, refusal->reason);
    if (!refusal->expected) return refuse_record(std::move(entry), *task.origin, reason);
    return parts_.diagnostics.note(fmt::format("{}:{}: passed over: {}", task.origin->shown, entry.number, reason));
  }
  take_article(std::get<MadeArticle>(*task.made), entry);
}

void Pipeline::take_article(MadeArticle& made, RecordEntry& entry) {
  entry.identity = made.identity;
  entry.version = made.version;
  if (withhold(made.article, entry)) return;
  // Rulings and metadata of others are rare: only then the document is made anew.
  const auto ruling = parts_.reg.ruling(made.article, made.identity);
  if (ruling && ruling->act == Act::note) made.article = note_article(made.article, ruling->note);
  const bool added = !(ruling && ruling->act == Act::note) && add_metadata(made);
  if (ruling || added)
    made.document = parts_.makers.front()->place(made.article, made.identity, ruling && ruling->act == Act::hide);
  const auto other = parts_.ledger.best_carrier(entry.identity, entry.input);
  const bool same_record = other && other->input == entry.input && other->content == entry.content;
  any_pending_ledger_ = true;
  if (!rereading_) ++acknowledged_;
  if (other && !same_record && parts_.ledger.precedes(*other, entry)) {
    if (!rereading_) ++report_.superseded;
    if (!made.metadata) parts_.reg.add_version(entry.identity, made.article, now());
    parts_.ledger.put_record(entry);
    if (made.metadata) take_metadata(made, entry);
    return;
  }
  parts_.ledger.put_record(entry);
  parts_.ledger.set_holder(entry.identity, entry.input, entry.content);
  if (made.metadata) parts_.ledger.put_metadata(entry, packed_metadata(made.article));
  index_article(made);
}

void Pipeline::index_article(const MadeArticle& made) try {
  const bool there = parts_.shard.put(made.identity, made.article, made.document);
  parts_.writer.add_language(made.article.lang);
  if (!rereading_) there ? ++report_.replaced : ++report_.added;
  touched_.push_back(made.identity);
  unsettled_.erase(made.identity);
} catch (const Xapian::Error& error) {
  rethrow(error, options_.index);
}

std::int64_t Pipeline::now() const {
  return parts_.clock.now().time_since_epoch().count();
}

bool Pipeline::withhold(const Article& article, RecordEntry& entry) {
  auto ruling = parts_.reg.ruling(article, entry.identity);
  if (article.status == PublishingStatus::canceled && !(ruling && ruling->act == Act::take_down)) {
    ruling = Ruling{.act = Act::take_down, .note = {}, .reason = "canceled by its provider", .at = now()};
    parts_.reg.rule(article, entry.identity, *ruling);
    parts_.reg.forget_versions(entry.identity);
    parts_.reg.set_purge_due(true);
    ruling->key = Register::key_of(entry.identity);
  }
  const bool taken_down = ruling && ruling->act == Act::take_down;
  const bool expired = options_.retention.count() > 0 && article.published &&
                       article.published->utc < now() - options_.retention.count();
  if (!taken_down && !expired && passes_filter(article, entry.identity)) return false;
  drop_article(entry.identity);
  // Known by a key of its own, so that it counts as no carrier of the article.
  entry.identity = taken_down ? ruling->key : Register::key_of(entry.identity);
  entry.holder = false;
  parts_.ledger.put_record(entry);
  any_pending_ledger_ = true;
  if (!rereading_) ++report_.withheld;
  return true;
}

bool Pipeline::passes_filter(const Article& article, const std::string& identity) {
  if (shard_ && shard_of(article, identity, shard_->by, shard_->count) != shard_->number) return false;
  if (options_.filter.empty()) return true;
  // An article is judged by itself, in its own language: what passes must not depend on what else is in the index.
  const query::CompileOptions own{.languages = {article.lang}, .budget = nullptr};
  return query::Oracle(own).matches(filter_, query::LaidOutArticle(article));
}

void Pipeline::drop_article(const std::string& identity) {
  unsettled_.erase(identity);
  if (!parts_.shard.remove(identity)) return;
  parts_.ledger.withdraw(identity, Register::key_of(identity));
  ++report_.removed;
  touched_.push_back(identity);
}

void Pipeline::drop_expired() try {
  if (options_.retention.count() == 0) return;
  // Nothing in it when the shard is built anew: what is too old never came in.
  Xapian::WritableDatabase& database = parts_.writer.database();
  const std::string bound = Xapian::sortable_serialise(static_cast<double>(now() - options_.retention.count()) - 1);
  const std::string lowest = database.get_value_lower_bound(schema::slot_published);
  if (lowest.empty() || lowest > bound) return;  // Nothing is old enough, as on most days.
  // An article may just have been given another date.
  commit();
  std::vector<std::string> expired;
  for (auto value = database.valuestream_begin(schema::slot_published);
       value != database.valuestream_end(schema::slot_published); ++value) {
    if (*value > bound) continue;
    expired.push_back(identity_of(database.termlist_begin(value.get_docid())));
  }
  for (const std::string& identity : expired) {
    drop_article(identity);
    commit_if_due();
  }
} catch (const Xapian::Error& error) {
  rethrow(error, options_.index);
}

void Pipeline::refuse_record(RecordEntry entry, Origin& origin, std::string reason) {
  if (!parts_.ledger.find_record(entry.input, entry.content)) ++origin.newly_refused;
  entry.refusal = reason;
  parts_.ledger.put_record(entry);
  any_pending_ledger_ = true;
  reject({origin.shown, static_cast<std::size_t>(entry.number), std::move(reason)});
}

void Pipeline::drop_unseen(const Origin& origin) {
  std::vector<RecordEntry> gone = parts_.ledger.unseen_records(origin.input);
  // An article whose record became unreadable is kept as it was last read, rather than lost: which of the missing
  // records turned into the refused ones cannot be told.
  if (origin.newly_refused > 0) {
    const std::size_t all = gone.size();
    std::erase_if(gone, [](const RecordEntry& record) { return record.refusal.empty(); });
    if (const std::size_t kept = all - gone.size(); kept > 0) {
      parts_.diagnostics.warn(
          fmt::format("{}: articles kept that it no longer has: {}, because of newly refused records: {}", origin.shown,
                      kept, origin.newly_refused));
    }
  }
  drop_records(gone);
}

void Pipeline::drop_records(const std::vector<RecordEntry>& records) {
  // All of them first: one that goes must not inherit an article from another that goes.
  for (const RecordEntry& record : records) {
    if (parts_.ledger.has_metadata(record)) parts_.ledger.unhold(record.identity);
    parts_.ledger.remove_record(record.input, record.content);
  }
  for (const RecordEntry& record : records) {
    if (!record.identity.empty()) settle(record.identity);
  }
  if (!records.empty()) any_pending_ledger_ = true;
}

/// Sees to it that an article whose records changed has a holder: the next carrier's input is read again, also by the
/// next job should this one die; without a carrier the article goes.
void Pipeline::settle(const std::string& identity) try {
  if (const auto best = parts_.ledger.best_carrier(identity, 0)) {
    if (best->holder) {
      unsettled_.erase(identity);
      return;
    }
    parts_.ledger.mark_incomplete(best->input);
    to_reread_.insert(best->input);
    unsettled_.insert(identity);
    return;
  }
  unsettled_.erase(identity);
  if (!parts_.shard.remove(identity)) return;
  ++report_.removed;
  touched_.push_back(identity);
} catch (const Xapian::Error& error) {
  rethrow(error, options_.index);
}

void Pipeline::prune(const std::string& given, bool files_found) {
  if (given == "-") return;
  struct stat folder {};
  if (::stat(given.c_str(), &folder) != 0) return;  // A path that is away must not empty the index.
  for (const InputEntry& input : parts_.ledger.inputs_below(path_key(given))) {
    std::error_code error;
    if (std::filesystem::exists(input.path, error) || error) continue;
    if (!files_found && input.state.device != static_cast<std::int64_t>(folder.st_dev)) {
      parts_.diagnostics.warn(fmt::format(
          "{}: nothing pruned: it is empty and on another device than its files were; is something not mounted?",
          given));
      return;
    }
    drop_records(parts_.ledger.records_of(input.id));
    parts_.ledger.remove_input(input.id);
    any_pending_ledger_ = true;
    commit_if_due();
  }
}

void Pipeline::reread_carriers() {
  std::set<std::int64_t> tried;
  rereading_ = true;
  for (auto next = to_reread_.begin(); next != to_reread_.end() && !parts_.stop; next = to_reread_.begin()) {
    const std::int64_t id = *next;
    const auto entry = parts_.ledger.find_input(id);
    std::error_code error;
    if (entry && tried.insert(id).second && std::filesystem::exists(entry->path, error)) {
      read_file({.path = entry->path, .key = entry->path});
      work_.drain();
    }
    to_reread_.erase(id);
  }
  rereading_ = false;
}

void Pipeline::reject(Rejection rejection) {
  if (rereading_) return;  // Said already, or of no concern to this job.
  ++report_.refused;
  const std::string place =
      rejection.record == 0 ? rejection.path : fmt::format("{}:{}", rejection.path, rejection.record);
  parts_.diagnostics.warn(fmt::format("{}: {}", place, rejection.reason));
  if (report_.rejections.size() < kMostRejectionsKept) report_.rejections.push_back(std::move(rejection));
}

void Pipeline::commit() {
  // Rulings and earlier versions first: repeated after a kill they change nothing, forgotten they would be lost.
  parts_.reg.commit();
  if (!parts_.shard.commits()) {
    touched_.clear();
    return;
  }
  tell_pending(touched_);
  if (!touched_.empty()) parts_.shard.commit();
  if (!touched_.empty() || any_pending_ledger_) parts_.ledger.commit();
  tell_pending({});
  if (!touched_.empty() && acknowledged_ > told_) {
    told_ = acknowledged_;
    parts_.observer.committed(told_);
  }
  touched_.clear();
  any_pending_ledger_ = false;
}

void Pipeline::tell_pending(const std::vector<std::string>& touched) {
  std::set<std::string> all(touched.begin(), touched.end());
  all.insert(unsettled_.begin(), unsettled_.end());
  if (all == pending_) return;
  write_pending(parts_.writer.generation_folder(), all);
  pending_ = std::move(all);
}

void Pipeline::commit_if_due() {
  if (touched_.size() >= options_.batch || parts_.shard.full()) commit();
}

void Pipeline::tell_progress(const InputFile& input) {
  if (rereading_) return;
  // bytes_done_ has the file at hand already, as it was when the walk met it.
  const auto size = static_cast<std::uint64_t>(input.state().size);
  parts_.observer.progress(report_, bytes_done_ - std::min(bytes_done_, size) + input.bytes_read(), parts_.bytes_total);
}

}  // namespace dateline::indexer
