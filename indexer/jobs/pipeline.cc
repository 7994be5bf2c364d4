#include "indexer/jobs/pipeline.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <limits>

#include "common/identity.h"
#include "common/schema.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/extract/fragment.h"
#include "indexer/extract/page.h"

namespace dateline::indexer {
namespace {

/// A file changed within this time before it was read may change again without its times telling.
constexpr std::int64_t kRacyNanoseconds = 2'000'000'000;
constexpr std::size_t kMostRejectionsKept = 1000;

std::uint64_t hash_of(std::string_view bytes, std::uint64_t seed = 0) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

/// Options that decide what the records of an input mean: under other options the same bytes are read again.
std::uint64_t hash_options(const IndexOptions& options) {
  std::string all =
      options.format + '\0' + (options.date_from_mtime ? "mtime" : "") + '\0' + (options.actors ? "actors" : "");
  for (const auto& [from, to] : options.field_map) all += '\0' + from + '\0' + to;
  return hash_of(all);
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
      options_hash_(hash_options(options)) {
  report_.generation = parts.writer.generation();
}

void Pipeline::run() {
  for (const std::string& given : options_.paths) {
    if (given == "-") continue;
    walk(given, {.file = [&](const WalkedFile& file) { bytes_total_ += file.size; },
                 .refused = [](auto&&...) {},
                 .passed_over = [](auto&&...) {}});
  }
  for (const std::string& given : options_.paths) read_path(given);
  if (options_.prune && !parts_.stop) {
    for (const std::string& given : options_.paths) prune(given);
  }
  reread_carriers();
  commit();
  report_.interrupted = parts_.stop;
  report_.total = parts_.writer.database().get_doccount();
}

void Pipeline::read_path(const std::string& given) {
  if (parts_.stop) return;
  if (given == "-") return read_standard_input();
  walk(given, {.file = [&](const WalkedFile& file) { read_file(file); },
               .refused =
                   [&](const std::filesystem::path& path, const std::string& reason) {
                     reject({path.string(), 0, reason});
                   },
               .passed_over =
                   [&](const std::filesystem::path& path, const std::string& why) {
                     parts_.diagnostics.note(fmt::format("{}: passed over: {}", path.string(), why));
                   }});
}

void Pipeline::read_standard_input() {
  InputFile input;
  ++report_.inputs;
  const std::string_view head = input.source().peek(kDetectBytes);
  std::variant<Format, Refusal> detected = options_.format.empty() ? detect(head, "-") : *format_named(options_.format);
  if (const auto* refusal = std::get_if<Refusal>(&detected)) return reject({"-", 0, refusal->reason});
  // What came by standard input before stays: a stream is not a file that could have lost a record.
  read_records(input, std::get<Format>(detected), "-", parts_.ledger.begin_input("-"));
}

void Pipeline::read_file(const WalkedFile& file) try {
  if (parts_.stop) return;
  ++report_.inputs;
  InputFile input(file.path);
  const std::string shown = file.path.string();
  const std::optional<InputEntry> known = parts_.ledger.find_input(file.key);
  const bool comparable =
      known && known->complete && known->options == options_hash_ && !to_reread_.contains(known->id);
  const std::int64_t now = parts_.clock.now().time_since_epoch().count() * 1'000'000'000;
  if (comparable) {
    const bool racy = now - input.state().modified_ns < kRacyNanoseconds;
    const bool same_state = known->state == input.state() && !racy;
    if (same_state || (known->state.size == input.state().size && known->content == input.hash_content())) {
      if (!same_state) parts_.ledger.update_state(known->id, input.state());
      ++report_.inputs_unchanged;
      const std::size_t articles = parts_.ledger.count_articles(known->id);
      report_.unchanged += articles;
      acknowledged_ += articles;
      parts_.ledger.for_each_refusal(known->id, [&](const RecordEntry& r) {
        reject({shown, static_cast<std::size_t>(r.number), r.refusal});
      });
      bytes_done_ += file.size;
      return;
    }
  }
  const std::string_view head = input.source().peek(kDetectBytes);
  const std::variant<Format, Refusal> detected =
      options_.format.empty() ? detect(head, file.path.filename().string()) : *format_named(options_.format);
  if (const auto* refusal = std::get_if<Refusal>(&detected)) return reject({shown, 0, refusal->reason});

  InputEntry entry{.id = parts_.ledger.begin_input(file.key),
                   .path = file.key,
                   .state = input.state(),
                   .options = options_hash_,
                   .complete = true};
  newly_refused_ = 0;
  if (!read_records(input, std::get<Format>(detected), shown, entry.id)) return;
  drop_unseen(entry.id, shown);
  entry.content = input.hash_read();
  parts_.ledger.complete_input(entry);
  any_pending_ledger_ = true;
  bytes_done_ += file.size;
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
                    .content = hash_of(record.bytes, options_hash_),
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
      ++report_.unchanged;
      ++acknowledged_;
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
    ExtractedPage page = extract_page(raw.html->bytes, {.url = raw.html->url, .charset = raw.html->charset});
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
  const auto other = parts_.ledger.best_carrier(entry.identity, entry.input);
  const bool same_record = other && other->input == entry.input && other->content == entry.content;
  any_pending_ledger_ = true;
  ++acknowledged_;
  if (other && !same_record && parts_.ledger.precedes(*other, entry)) {
    ++report_.superseded;
    parts_.ledger.put_record(entry);
    return;
  }
  parts_.ledger.put_record(entry);
  parts_.ledger.set_holder(entry.identity, entry.input, entry.content);
  index_article(article, entry);
}

void Pipeline::index_article(const Article& article, const RecordEntry& entry) try {
  const std::int64_t now = parts_.clock.now().time_since_epoch().count();
  const std::string term = schema::term(schema::kIdentity, entry.identity);
  Xapian::WritableDatabase& database = parts_.writer.database();
  const bool there = database.term_exists(term);
  database.replace_document(term, builder_.build(article, entry.identity, now));
  parts_.writer.add_language(article.lang);
  there ? ++report_.replaced : ++report_.added;
  ++pending_;
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
  // An article whose record became unreadable is kept as it was last read, rather than lost: which of the missing
  // records turned into the refused ones cannot be told.
  const std::size_t missing = parts_.ledger.count_unseen_articles(input_id);
  if (newly_refused_ > 0 && missing > 0) {
    parts_.diagnostics.warn(
        fmt::format("{}: {} articles that it no longer has are kept, because {} of its records are newly refused",
                    shown, missing, newly_refused_));
    return;
  }
  for (const RecordEntry& record : parts_.ledger.unseen_records(input_id)) drop_record(record);
}

void Pipeline::drop_record(const RecordEntry& record) try {
  any_pending_ledger_ = true;
  parts_.ledger.remove_record(record.input, record.content);
  if (record.identity.empty() || !record.holder) return;
  if (const auto next = parts_.ledger.best_carrier(record.identity, 0)) {
    if (!next->holder) to_reread_.insert(next->input);
    return;
  }
  parts_.writer.database().delete_document(schema::term(schema::kIdentity, record.identity));
  ++report_.removed;
  ++pending_;
} catch (const Xapian::Error& error) {
  rethrow(error, options_.index);
}

void Pipeline::prune(const std::string& given) {
  std::error_code error;
  // A folder that is away (not mounted, say) must not empty the index.
  if (given == "-" || !std::filesystem::exists(given, error)) return;
  for (const InputEntry& input : parts_.ledger.inputs_below(path_key(given))) {
    if (std::filesystem::exists(input.path, error) || error) continue;
    const std::vector<RecordEntry> records = parts_.ledger.unseen_records(input.id);
    for (const RecordEntry& record : records) drop_record(record);
    parts_.ledger.remove_input(input.id);
    any_pending_ledger_ = true;
    commit_if_due();
  }
}

void Pipeline::reread_carriers() {
  // Each round settles the articles of the inputs it reads; an input that is gone or unreadable settles nothing.
  std::set<std::int64_t> done;
  while (!to_reread_.empty() && !parts_.stop) {
    const std::int64_t id = *to_reread_.begin();
    const auto entry = parts_.ledger.find_input(id);
    if (entry && done.insert(id).second && std::filesystem::exists(entry->path)) {
      // Counted already, if it was read in this job.
      const IndexReport before = report_;
      const std::size_t acknowledged = acknowledged_;
      read_file({.path = entry->path, .key = entry->path, .size = 0});
      report_.inputs = before.inputs;
      report_.unchanged = before.unchanged;
      report_.refused = before.refused;
      acknowledged_ = acknowledged;
    }
    to_reread_.erase(id);
  }
}

void Pipeline::reject(Rejection rejection) {
  ++report_.refused;
  const std::string place =
      rejection.record == 0 ? rejection.path : fmt::format("{}:{}", rejection.path, rejection.record);
  parts_.diagnostics.warn(fmt::format("{}: {}", place, rejection.reason));
  if (report_.rejections.size() < kMostRejectionsKept) report_.rejections.push_back(std::move(rejection));
}

void Pipeline::commit() {
  if (pending_ > 0) parts_.writer.commit();
  if (pending_ > 0 || any_pending_ledger_) parts_.ledger.commit();
  if (pending_ > 0) parts_.observer.committed(acknowledged_);
  pending_ = 0;
  any_pending_ledger_ = false;
}

void Pipeline::commit_if_due() {
  if (pending_ >= options_.batch) commit();
}

void Pipeline::tell_progress(const InputFile& input) {
  parts_.observer.progress(report_, bytes_done_ + input.bytes_read(), bytes_total_);
}

}  // namespace dateline::indexer
