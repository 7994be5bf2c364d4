#include "indexer/jobs/site_learning.h"

#include "common/schema.h"
#include "dateline/error.h"
#include "indexer/extract/page.h"
#include "indexer/jobs/input.h"
#include "indexer/jobs/walk.h"
#include "indexer/readers/detect.h"

namespace dateline::indexer {
namespace {

/// An input without a page among its first records is taken to hold none (a feed of plain articles).
constexpr std::size_t kRecordsWithoutPage = 50;

struct Lesson {
  const IndexOptions& job;
  Ledger& ledger;
  ExtractOptions extraction;
  const std::atomic<bool>& stop;
  SiteLearner learner;

  void visit(const WalkedFile& file) try {
    if (stop) return;
    const auto known = ledger.find_input(file.key);
    if (known && known->complete && InputFile(file.path, file.below_folder).state() == known->state) return;
    take(file);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): refused, with the reason, when it is indexed.
  }

  void take(const WalkedFile& file) {
    InputFile input(file.path, file.below_folder);
    if (!input.can_rewind()) return;
    const auto format = job.format.empty() ? std::nullopt : format_named(job.format);
    const auto opened = open_reader(
        input.source(), {.name = file.path.string(), .format = format},
        {.max_record = job.max_record, .field_map = job.field_map, .unpack = {}, .filters = {}, .filter_limits = {}});
    if (!std::holds_alternative<std::unique_ptr<Reader>>(opened)) return;
    const auto& reader = std::get<std::unique_ptr<Reader>>(opened);
    std::size_t without_page = 0;
    while (!stop) {
      const Reader::Next next = reader->next();
      if (std::holds_alternative<Reader::End>(next)) return;
      const auto* record = std::get_if<Record>(&next);
      if (record == nullptr) continue;
      const auto parsed = reader->parse(*record);
      const auto* raw = std::get_if<RawArticle>(&parsed);
      if (raw != nullptr && raw->html && raw->html->page) {
        without_page = 0;
        teach(learner, raw->html->bytes, {.url = raw->html->url, .charset = raw->html->charset}, extraction);
      } else if (++without_page == kRecordsWithoutPage) {
        return;
      }
    }
  }
};

}  // namespace

SiteTemplates load_site_templates(const Xapian::Database& database) {
  SiteTemplates templates;
  const std::string prefix{schema::kMetaSite};
  for (auto it = database.metadata_keys_begin(prefix); it != database.metadata_keys_end(prefix); ++it) {
    const std::string key = *it;
    if (auto site = parse_site_template(database.get_metadata(key)))
      templates.emplace(key.substr(prefix.size()), std::move(*site));
  }
  return templates;
}

SiteTemplates load_site_templates(const std::filesystem::path& index) try {
  return load_site_templates(open_snapshot(index).database);
} catch (const Xapian::Error& error) {
  rethrow(error, index);
}

SiteTemplates learn_sites(const IndexOptions& options, Ledger& ledger, Xapian::WritableDatabase& database,
                          std::chrono::sys_seconds latest, const std::atomic<bool>& stop) {
  SiteTemplates known = load_site_templates(database);
  Lesson lesson{options, ledger, {}, stop, {}};
  lesson.extraction.latest = latest;
  lesson.extraction.templates = &known;
  for (const std::string& given : options.paths) {
    if (given == "-") continue;
    walk(given, {.file = [&](const WalkedFile& file) { lesson.visit(file); },
                 .refused = [](auto&&...) {},
                 .passed_over = [](auto&&...) {}});
  }
  if (stop) return known;
  for (auto& [host, site] : lesson.learner.templates()) {
    const std::string key = std::string(schema::kMetaSite) + host;
    if (key.size() > schema::kMaxTermBytes) continue;
    database.set_metadata(key, serialise(site));
    known.emplace(host, site);
  }
  return known;
}

}  // namespace dateline::indexer
