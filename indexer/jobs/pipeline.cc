#include "indexer/jobs/pipeline.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <xxhash.h>

#include <algorithm>
#include <fstream>
#include <limits>

#include "common/durable_file.h"
#include "common/identity.h"
#include "common/schema.h"
#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/extract/fragment.h"
#include "indexer/jobs/rulings.h"
#include "indexer/jobs/site_learning.h"

namespace dateline::indexer {
namespace {

/// A file changed within this time before it was read may change again without its times telling.
constexpr std::int64_t kRacyNanoseconds = 2'000'000'000;
/// A page's date may lie this far in the future: zones, and clocks that are wrong.
constexpr std::chrono::hours kClockTolerance{48};
constexpr std::size_t kMostRejectionsKept = 1000;

std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

/// Raised when readers make other articles of the same bytes, so that known records are read again.
constexpr std::string_view kReaderEdition = "1";

/// Options that decide what a record means: under other options the same bytes are parsed again.
std::uint64_t hash_record_options(const IndexOptions& options) {
  std::string all{kReaderEdition};
  if (!options.site_templates) all += "without site templates";
  all +=
      '\0' + options.format + '\0' + (options.date_from_mtime ? "mtime" : "") + '\0' + (options.actors ? "actors" : "");
  for (const auto& [from, to] : options.field_map) all += '\0' + from + '\0' + to;
  return hash_of(all);
}

/// Options that decide which records an input has.
std::uint64_t hash_input_options(const IndexOptions& options) {
  return hash_of(std::to_string(options.max_record), hash_record_options(options));
}

std::int64_t version_of(const Article& article) {
  if (article.modified) return article.modified->utc;
  return article.published ? article.published->utc : std::numeric_limits<std::int64_t>::min();
}

Timestamp from_nanoseconds(std::int64_t ns) {
  return {.utc = ns / 1'000'000'000};
}

/// What the page gives where the input itself was silent.
void fill_from_page(Article& article, Article page) {
  const auto take = [](auto& ours, auto& theirs) {
    if (ours.empty()) ours = std::move(theirs);
  };
  take(article.title, page.title);
  take(article.body, page.body);
  take(article.source, page.source);
  take(article.url, page.url);
  take(article.authors, page.authors);
  take(article.lang, page.lang);
  take(article.section, page.section);
  take(article.keywords, page.keywords);
  if (!article.published) article.published = page.published;
  if (!article.modified) article.modified = page.modified;
}

}  // namespace

Pipeline::Pipeline(const IndexOptions& options, const PipelineParts& parts)
    : options_(options),
      parts_(parts),
      reader_options_{.max_record = options.max_record, .field_map = options.field_map},
      record_seed_(hash_record_options(options)),
      input_options_(hash_input_options(options)) {
  report_.generation = parts.writer.generation();
  extract_options_.latest = parts.clock.now() + kClockTolerance;
}

void Pipeline::run() {
  learn_sites();
  recover();
  for (const std::string& given : options_.paths) {
    if (given == "-") continue;
    walk(given, {.file = [&](const WalkedFile& file) { bytes_total_ += file.size; },
                 .refused = [](auto&&...) {},
                 .passed_over = [](auto&&...) {}});
  }
  for (const std::string& given : options_.paths) {
    const std::size_t before = report_.inputs;
    read_path(given);
    if (options_.prune && !parts_.stop) prune(given, report_.inputs > before);
  }
  reread_carriers();
  drop_expired();
  commit();
  if (acknowledged_ > told_ && told_ > 0) parts_.observer.committed(acknowledged_);
  report_.interrupted = parts_.stop;
  report_.total = parts_.writer.database().get_doccount();
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
  std::ifstream list(pending_list());
  std::string identity;
  while (std::getline(list, identity)) {
    parts_.ledger.distrust(identity);
    settle(identity);
    any_pending_ledger_ = true;
  }
  for (const InputEntry& input : parts_.ledger.incomplete_inputs()) {
    if (input.path != "-") to_reread_.insert(input.id);
  }
}

std::filesystem::path Pipeline::pending_list() const {
  return parts_.writer.generation_folder() / "pending";
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
                     reject({path.string(), 0, reason});
                   },
               .passed_over =
                   [&](const std::filesystem::path& path, const std::string& why) {
                     parts_.diagnostics.note(fmt::format("{}: passed over: {}", path.string(), why));
                   }});
}

void Pipeline::read_stream(InputFile& input, const std::string& shown) {
  const std::string_view head = input.source().peek(kDetectBytes);
  const std::variant<Format, Refusal> detected =
      options_.format.empty() ? detect(head, shown) : *format_named(options_.format);
  if (const auto* refusal = std::get_if<Refusal>(&detected)) return reject({shown, 0, refusal->reason});
  // What came by a stream before stays: it is not a file that could have lost a record.
  read_records(input, std::get<Format>(detected), shown, parts_.ledger.begin_input("-"));
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
  ++report_.inputs;
  InputFile input(file.path, file.below_folder);
  const std::string shown = file.path.string();
  if (!input.can_rewind()) return read_stream(input, shown);
  const std::optional<InputEntry> known = parts_.ledger.find_input(file.key);
  bytes_done_ += file.size;
  if (known && is_unchanged(*known, input)) return pass_over_unchanged(*known, shown);

  const std::string_view head = input.source().peek(kDetectBytes);
  const std::variant<Format, Refusal> detected =
      options_.format.empty() ? detect(head, file.path.filename().string()) : *format_named(options_.format);
  if (const auto* refusal = std::get_if<Refusal>(&detected)) return reject({shown, 0, refusal->reason});

  InputEntry entry{.id = parts_.ledger.begin_input(file.key),
                   .path = file.key,
                   .state = settled_state(input),
                   .options = input_options_,
                   .complete = true};
  newly_refused_ = 0;
  if (!read_records(input, std::get<Format>(detected), shown, entry.id)) return;
  // Under other options every record is new; then a refusal is no sign of damage.
  if (known && known->options != input_options_) newly_refused_ = 0;
  drop_unseen(entry.id, shown);
  entry.content = input.hash_read();
  parts_.ledger.complete_input(entry);
  to_reread_.erase(entry.id);
  any_pending_ledger_ = true;
} catch (const Error& error) {
  // An input that cannot be read does not stop the job; a disk that is full does.
  if (error.subject() != file.path.string()) throw;
  std::string reason = error.what();
  reason.erase(0, std::min(reason.size(), error.subject().size() + 2));
  reject({file.path.string(), 0, std::move(reason)});
}

bool Pipeline::read_records(InputFile& input, Format format, const std::string& shown, std::int64_t input_id) {
  const std::unique_ptr<Reader> reader = make_reader(format, input.source(), reader_options_);
  for (;;) {
    if (parts_.stop) return false;
    const Reader::Next next = reader->next();
    if (std::holds_alternative<Reader::End>(next)) return true;
    if (const auto* skipped = std::get_if<Reader::Skipped>(&next)) {
      // Its bytes were not kept: its place stands for them.
      refuse_record({.input = input_id,
                     .content = hash_of(fmt::format("skipped:{}", skipped->number)),
                     .identity = {},
                     .number = static_cast<std::int64_t>(skipped->number),
                     .refusal = {}},
                    shown, skipped->reason);
    } else {
      take_record(std::get<Record>(next), *reader, shown, input_id, input);
    }
    tell_progress(input);
    commit_if_due();
  }
}

void Pipeline::take_record(const Record& record, const Reader& reader, const std::string& shown, std::int64_t input_id,
                           InputFile& input) {
  RecordEntry entry{.input = input_id,
                    .content = hash_of(record.bytes, record_seed_),
                    .identity = {},
                    .number = static_cast<std::int64_t>(record.number),
                    .refusal = {}};
  if (const auto known = parts_.ledger.find_record(input_id, entry.content)) {
    any_pending_ledger_ = true;
    parts_.ledger.mark_seen(input_id, entry.content, entry.number);
    if (!known->refusal.empty()) return reject({shown, record.number, known->refusal});
    bool needed = false;  // Did this record win over the one that holds the article?
    if (!known->holder) {
      const auto best = parts_.ledger.best_carrier(known->identity, input_id);
      needed = best && best->input == input_id && best->content == entry.content;
    }
    if (!needed) {
      if (!rereading_) ++report_.unchanged, ++acknowledged_;
      return;
    }
  }
  std::variant<RawArticle, Refusal> parsed = reader.parse(record);
  if (auto* refusal = std::get_if<Refusal>(&parsed))
    return refuse_record(std::move(entry), shown, std::move(refusal->reason));
  auto& raw = std::get<RawArticle>(parsed);
  if (raw.html && !raw.html->page) {
    if (raw.article.body.empty()) raw.article.body = fragment_paragraphs(raw.html->bytes);
  } else if (raw.html) {
    ExtractedPage page =
        extract_page(raw.html->bytes, {.url = raw.html->url, .charset = raw.html->charset}, extract_options_);
    if (!page.refusal.empty()) return refuse_record(std::move(entry), shown, std::move(page.refusal));
    fill_from_page(raw.article, std::move(page.article));
  }
  Article& article = raw.article;
  if (article.title.empty() && article.body.empty())
    return refuse_record(std::move(entry), shown, "no title and no body");
  if (!article.published && options_.date_from_mtime && input.can_rewind())
    article.published = from_nanoseconds(input.state().modified_ns);
  take_article(article, entry);
}

void Pipeline::take_article(Article& article, RecordEntry& entry) {
  parts_.enricher.enrich(article);
  entry.identity = identity_key(article);
  if (article.id.empty()) article.id = public_id(entry.identity);
  entry.version = version_of(article);
  if (withhold(article, entry)) return;
  if (const auto ruling = parts_.reg.ruling(article, entry.identity); ruling && ruling->act == Act::note)
    article = note_article(article, ruling->note);
  const auto other = parts_.ledger.best_carrier(entry.identity, entry.input);
  const bool same_record = other && other->input == entry.input && other->content == entry.content;
  any_pending_ledger_ = true;
  if (!rereading_) ++acknowledged_;
  if (other && !same_record && parts_.ledger.precedes(*other, entry)) {
    if (!rereading_) ++report_.superseded;
    parts_.reg.add_version(entry.identity, article, now());
    parts_.ledger.put_record(entry);
    return;
  }
  parts_.ledger.put_record(entry);
  parts_.ledger.set_holder(entry.identity, entry.input, entry.content);
  index_article(article, entry);
}

void Pipeline::index_article(const Article& article, const RecordEntry& entry) try {
  const std::string term = schema::term(schema::kIdentity, entry.identity);
  Xapian::WritableDatabase& database = parts_.writer.database();
  const bool there = database.term_exists(term);
  if (there) {
    const Article before = decode_article(database.get_document(*database.postlist_begin(term)).get_data());
    if (version_hash(before) != version_hash(article)) parts_.reg.add_version(entry.identity, before, now());
    // A docid is never given to another text: what is kept beside the shard by docid stays true of it.
    database.delete_document(term);
  }
  const auto ruling = parts_.reg.ruling(article, entry.identity);
  database.add_document(builder_.build(article, entry.identity, now(), ruling && ruling->act == Act::hide));
  parts_.writer.add_language(article.lang);
  if (!rereading_) there ? ++report_.replaced : ++report_.added;
  touched_.push_back(entry.identity);
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
  if (!taken_down && !expired) return false;
  drop_article(entry.identity);
  // Known by a key of its own, so that it counts as no carrier of the article.
  entry.identity = taken_down ? ruling->key : Register::key_of(entry.identity);
  entry.holder = false;
  parts_.ledger.put_record(entry);
  any_pending_ledger_ = true;
  if (!rereading_) ++report_.withheld;
  return true;
}

void Pipeline::drop_article(const std::string& identity) {
  const std::string term = schema::term(schema::kIdentity, identity);
  if (!parts_.writer.database().term_exists(term)) return;
  parts_.writer.database().delete_document(term);
  parts_.ledger.withdraw(identity, Register::key_of(identity));
  ++report_.removed;
  touched_.push_back(identity);
}

void Pipeline::drop_expired() try {
  if (options_.retention.count() == 0) return;
  Xapian::WritableDatabase& database = parts_.writer.database();
  const std::string bound = Xapian::sortable_serialise(static_cast<double>(now() - options_.retention.count()) - 1);
  const std::string lowest = database.get_value_lower_bound(schema::slot_published);
  if (lowest.empty() || lowest > bound) return;  // Nothing is old enough, as on most days.
  std::vector<std::string> expired;
  for (auto value = database.valuestream_begin(schema::slot_published);
       value != database.valuestream_end(schema::slot_published); ++value) {
    if (*value > bound) continue;
    auto term = database.termlist_begin(value.get_docid());
    term.skip_to(std::string{schema::kIdentity});
    expired.push_back((*term).substr(schema::kIdentity.size()));
  }
  for (const std::string& identity : expired) {
    drop_article(identity);
    commit_if_due();
  }
} catch (const Xapian::Error& error) {
  rethrow(error, options_.index);
}

void Pipeline::refuse_record(RecordEntry entry, const std::string& shown, std::string reason) {
  if (!parts_.ledger.find_record(entry.input, entry.content)) ++newly_refused_;
  entry.refusal = reason;
  parts_.ledger.put_record(entry);
  any_pending_ledger_ = true;
  reject({shown, static_cast<std::size_t>(entry.number), std::move(reason)});
}

void Pipeline::drop_unseen(std::int64_t input_id, const std::string& shown) {
  std::vector<RecordEntry> gone = parts_.ledger.unseen_records(input_id);
  // An article whose record became unreadable is kept as it was last read, rather than lost: which of the missing
  // records turned into the refused ones cannot be told.
  if (newly_refused_ > 0) {
    const std::size_t all = gone.size();
    std::erase_if(gone, [](const RecordEntry& record) { return record.refusal.empty(); });
    if (const std::size_t kept = all - gone.size(); kept > 0) {
      parts_.diagnostics.warn(
          fmt::format("{}: articles kept that it no longer has: {}, because of newly refused records: {}", shown, kept,
                      newly_refused_));
    }
  }
  drop_records(gone);
}

void Pipeline::drop_records(const std::vector<RecordEntry>& records) {
  // All of them first: one that goes must not inherit an article from another that goes.
  for (const RecordEntry& record : records) parts_.ledger.remove_record(record.input, record.content);
  for (const RecordEntry& record : records) {
    if (!record.identity.empty()) settle(record.identity);
  }
  if (!records.empty()) any_pending_ledger_ = true;
}

/// Sees to it that an article whose records changed has a holder: the next carrier's input is read again, also by the
/// next job should this one die; without a carrier the article goes.
void Pipeline::settle(const std::string& identity) try {
  if (const auto best = parts_.ledger.best_carrier(identity, 0)) {
    if (best->holder) return;
    parts_.ledger.mark_incomplete(best->input);
    to_reread_.insert(best->input);
    return;
  }
  const std::string term = schema::term(schema::kIdentity, identity);
  if (!parts_.writer.database().term_exists(term)) return;
  parts_.writer.database().delete_document(term);
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
  if (!touched_.empty()) {
    write_atomically(pending_list(), fmt::format("{}\n", fmt::join(touched_, "\n")));
    parts_.writer.commit();
  }
  if (!touched_.empty() || any_pending_ledger_) parts_.ledger.commit();
  if (!touched_.empty()) {
    std::error_code ignored;  // Left behind it only costs reading these articles again.
    std::filesystem::remove(pending_list(), ignored);
    if (acknowledged_ > told_) {
      told_ = acknowledged_;
      parts_.observer.committed(told_);
    }
  }
  touched_.clear();
  any_pending_ledger_ = false;
}

void Pipeline::commit_if_due() {
  if (touched_.size() >= options_.batch) commit();
}

void Pipeline::tell_progress(const InputFile& input) {
  if (rereading_) return;
  // bytes_done_ has the file at hand already, as it was when the walk met it.
  const auto size = static_cast<std::uint64_t>(input.state().size);
  parts_.observer.progress(report_, bytes_done_ - std::min(bytes_done_, size) + input.bytes_read(), bytes_total_);
}

}  // namespace dateline::indexer
