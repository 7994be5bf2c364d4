#include "indexer/jobs/takedown.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <xapian.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "common/date.h"
#include "common/durable_file.h"
#include "common/identity.h"
#include "common/query/compile.h"
#include "common/query/query.h"
#include "common/schema.h"
#include "common/store.h"
#include "common/store/document_terms.h"
#include "common/store/position_lists.h"
#include "common/stored.h"
#include "common/url.h"
#include "dateline/error.h"
#include "indexer/jobs/ledger.h"
#include "indexer/jobs/maintenance.h"
#include "indexer/jobs/pending_list.h"
#include "indexer/jobs/probes.h"
#include "indexer/jobs/remnants.h"
#include "indexer/jobs/rulings.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostRareWords = 40;

double since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Selected {
  TakenArticle told;
  Article article;
  std::vector<std::string> rare;  ///< Terms that no other document has.
};

/// Articles that are asked for, over all generations, by identity.
class Selection {
 public:
  Selection(const TakedownRequest& request, const Clock& clock) : request_(request), clock_(clock) {}

  void look_into(const Generation& generation) {
    const Xapian::Database database((generation.folder / "s0").string());
    std::set<Xapian::docid> found;
    const auto take = [&](const std::string& term) {
      found.insert(database.postlist_begin(term), database.postlist_end(term));
    };
    for (const std::string& id : request_.ids) take(schema::term(schema::kId, id));
    for (const std::string& url : request_.urls) {
      const std::string canonical = canonical_url(url);
      take(schema::term(schema::kUrl, url));
      if (canonical.empty()) continue;
      take(schema::term(schema::kUrl, canonical));
      take(identity_term(identity_key(Article{.url = canonical})));
    }
    if (!request_.query.empty()) search(database, found);
    for (const Xapian::docid id : found) add(database, id, generation.number);
  }

  [[nodiscard]] std::map<std::string, Selected>& articles() { return articles_; }

 private:
  void search(const Xapian::Database& database, std::set<Xapian::docid>& found) const {
    const std::string languages = database.get_metadata(std::string{schema::kMetaLanguages});
    query::ParseOptions options{.now = clock_.now(), .zone = {}, .languages = {}};
    for (std::size_t at = 0; at < languages.size();) {
      const std::size_t comma = std::min(languages.find(',', at), languages.size());
      options.languages.push_back(languages.substr(at, comma - at));
      at = comma + 1;
    }
    const query::Parsed parsed = query::parse(request_.query, options);
    const query::Compiled compiled =
        query::compile(parsed.root, database, {.languages = options.languages, .suggest = false, .budget = nullptr});
    Xapian::Enquire enquire(database);
    enquire.set_query(compiled.query);
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    const Xapian::MSet hits = enquire.get_mset(0, database.get_doccount());
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) found.insert(*hit);
  }

  void add(const Xapian::Database& database, Xapian::docid id, unsigned generation) {
    const Xapian::Document document = database.get_document(id);
    const Article article = decode_article(document.get_data());
    std::string identity;
    std::vector<std::string> rare;
    terms_of(database, id, analyzers_, terms_, Unnamed::as_indexed);
    for (FlatDocument::TermIndex t = 0; t < terms_.term_count(); ++t) {
      const std::string name{terms_.name(t)};
      if (name.starts_with(schema::kIdentity) && identity.empty()) identity = identity_of_term(name);
      const bool word = name.front() < 'A' || name.front() > 'Z';
      if (word && name.size() >= PieceFinder::kLeast && rare.size() < kMostRareWords &&
          database.get_termfreq(name) == 1)
        rare.push_back(name);
    }
    Selected& entry = articles_[identity];
    if (entry.told.key.empty()) {
      entry.told = {.id = article.id,
                    .title = article.title,
                    .url = article.url,
                    .key = Register::key_of(identity),
                    .generations = {},
                    .inputs = {}};
      entry.article = article;
    }
    entry.told.generations.push_back(generation);
    entry.rare.insert(entry.rare.end(), rare.begin(), rare.end());
  }

  const TakedownRequest& request_;
  const Clock& clock_;
  std::map<std::string, Selected> articles_;
  Analyzers analyzers_;
  FlatDocument terms_;
};

void take_probes(const Selected& selected, const TakedownRequest& request, std::vector<Probe>& probes) {
  add_probes(selected.article, selected.rare, request.act == Act::note, probes);
}

/// Leaves out the probes that prove nothing. Gives their number.
std::size_t drop_shared(const std::vector<Generation>& all, const std::map<std::string, Selected>& taken,
                        const TakedownRequest& request, std::vector<Probe>& probes) {
  std::set<std::string> own;
  std::vector<std::string> texts = {request.reason, request.note};
  for (const auto& [identity, selected] : taken) {
    own.insert(identity);
    // What the note keeps of an article is no remnant.
    if (request.act == Act::note) texts.push_back(selected.article.url + '\0' + selected.article.id);
  }
  const std::vector<bool> shared = found_elsewhere(PieceFinder(bytes_of(probes)), probes.size(), all, own, texts);
  std::vector<Probe> kept;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < probes.size(); ++i) {
    if (!shared[i] && seen.insert(probes[i].bytes).second) kept.push_back(std::move(probes[i]));
  }
  probes = std::move(kept);
  return static_cast<std::size_t>(std::count(shared.begin(), shared.end(), true));
}

/// What a later proof looks for: of each article those of its pieces that are among the probes.
void keep_fingerprints(Register& reg, const std::map<std::string, Selected>& taken, const TakedownRequest& request,
                       const std::vector<Probe>& probes) {
  std::set<std::string> looked_for;
  for (const Probe& probe : probes) looked_for.insert(probe.bytes);
  for (const auto& [identity, selected] : taken) {
    std::vector<Probe> own;
    take_probes(selected, request, own);
    std::erase_if(own, [&](const Probe& probe) { return !looked_for.contains(probe.bytes); });
    std::vector<std::string> prints;
    for (const Fingerprint& print : fingerprints_of(own)) prints.push_back(to_text(print));
    reg.set_fingerprints(identity, prints);
  }
}

/// Hides the articles in the generation that readers see.
void hide_now(const fs::path& folder, const std::map<std::string, Selected>& taken) {
  Xapian::WritableDatabase database((folder / "s0").string(), Xapian::DB_OPEN);
  database.begin_transaction(true);
  for (const auto& [identity, selected] : taken) {
    const std::string term = identity_term(identity);
    const std::vector<Xapian::docid> ids(database.postlist_begin(term), database.postlist_end(term));
    for (const Xapian::docid id : ids) set_hidden(database, id, true);
  }
  database.commit_transaction();
}

/// What to do with metadata that were learnt from articles.
enum class Learnt : std::uint8_t {
  keep,
  redact,  ///< Drop what has a piece of an article that goes.
  drop,    ///< All: which articles went is not known any more.
};

/// Metadata other than the index's own and the alias table.
void redact_metadata(Xapian::WritableDatabase& database, Learnt learnt, const PieceFinder* finder) {
  if (learnt == Learnt::keep) return;
  std::vector<std::string> stale;
  for (auto key = database.metadata_keys_begin(); key != database.metadata_keys_end(); ++key) {
    const std::string name = *key;
    if (name == schema::kMetaVersion || name == schema::kMetaLanguages || name.starts_with(schema::kMetaAlias) ||
        schema::names_docids(name))
      continue;
    bool found = learnt == Learnt::drop;
    if (finder != nullptr) {
      finder->scan(name, [&](std::size_t) { found = true; });
      finder->scan(database.get_metadata(name), [&](std::size_t) { found = true; });
    }
    if (found) stale.push_back(name);
  }
  for (const std::string& name : stale) database.set_metadata(name, "");
}

/// Carries the rulings out in one generation, ledger included. True if anything changed.
bool enforce(const fs::path& folder, Register& reg, Learnt learnt, const PieceFinder* finder, std::int64_t now) try {
  DocumentBuilder builder;
  const fs::path shard = folder / "s0";
  remove_half_completed(shard);
  Xapian::WritableDatabase database(shard.string(), Xapian::DB_OPEN);
  database.begin_transaction(true);
  const std::vector<std::string> changed = apply_rulings(database, shard, reg, builder, now);
  redact_metadata(database, learnt, finder);
  // The ledger first: a process that dies in between finds the articles in the index, and does both again.
  Ledger ledger(folder);
  std::set<std::string> pending = read_pending(folder);
  for (const std::string& identity : changed) {
    const auto ruling = reg.ruling({}, identity);
    if (!ruling || ruling->act != Act::take_down) continue;
    ledger.forget(identity, Register::key_of(identity));
    pending.erase(identity);
  }
  ledger.commit();
  write_pending(folder, pending);
  database.commit_transaction();
  return !changed.empty();
} catch (const Xapian::Error& error) {
  rethrow(error, folder);
}

std::size_t rewrite_all(const fs::path& index, Register& reg, Learnt learnt, const PieceFinder* finder,
                        std::int64_t now) {
  std::size_t rewritten = 0;
  remove_leftovers(index);
  // The current one last: what is kept for a rollback must not have it while the log says that it is gone.
  std::vector<Generation> all = generations(index);
  std::stable_partition(all.begin(), all.end(), [](const Generation& g) { return !g.current; });
  for (const Generation& generation : all) {
    const std::string version =
        Xapian::Database((generation.folder / "s0").string()).get_metadata(std::string{schema::kMetaVersion});
    if (version != std::to_string(schema::kVersion) && !generation.current) {
      fs::remove_all(generation.folder);  // Of a schema that this build cannot change: it cannot stay.
      continue;
    }
    enforce(generation.folder, reg, learnt, finder, now);
    ++rewritten;
    if (!generation.current) {
      const fs::path written = generation.folder.string() + ".purged";
      rewrite_generation(generation.folder, written);
      write_atomically(written / "whole", "checked\n");
      replace_folder(written, generation.folder);
      continue;
    }
    const unsigned next = next_generation(index);
    rewrite_generation(generation.folder, generation_folder(index, next));
    publish_generation(index, next);
    fs::remove_all(generation.folder);
  }
  reg.forget_ruled_versions();
  reg.set_purge_due(false);
  reg.purge();
  return rewritten;
}

void rule(const TakedownRequest& request, Selection& selection, Register& reg, std::int64_t now) {
  const Ruling ruling{.act = request.act, .note = request.note, .reason = request.reason, .at = now};
  for (const auto& [identity, selected] : selection.articles()) reg.rule(selected.article, identity, ruling);
  // An address that no article has now must not come in later either.
  for (const std::string& url : request.urls) {
    const Article named{.url = url};
    reg.rule(named, identity_key(named), ruling);
  }
}

/// Lifts rulings: what was hidden is shown again; the inputs of what was kept out are read again by the next job.
std::size_t lift(const TakedownRequest& request, const std::vector<Generation>& all, Register& reg, std::int64_t now) {
  std::vector<std::string> keys;
  for (const std::vector<std::string>* names : {&request.ids, &request.urls}) {
    for (const std::string& name : *names) {
      for (std::string& key : reg.lift(name)) keys.push_back(std::move(key));
    }
  }
  for (const Generation& generation : all) {
    enforce(generation.folder, reg, Learnt::keep, nullptr, now);
    Ledger ledger(generation.folder);
    for (const std::string& key : keys) ledger.distrust(key);
    ledger.commit();
  }
  reg.commit();
  return keys.size();
}

bool has_this_schema(const fs::path& index) {
  const Xapian::Database database((generation_folder(index, current_generation(index)) / "s0").string());
  return database.get_metadata(std::string{schema::kMetaVersion}) == std::to_string(schema::kVersion);
}

/// Backups that this index made and that are where they were: the same rulings count there. `reg` is committed.
void purge_backups(const fs::path& index, Register& reg, Learnt learnt, const PieceFinder* finder,
                   TakedownReport& report) {
  for (const std::string& backup : reg.backups()) {
    std::error_code error;
    // One of another schema can be neither read nor changed by this build: it is the operator's.
    if (!fs::exists(fs::path{backup} / "manifest", error) || !has_this_schema(backup)) {
      report.backups_missing.push_back(backup);
      continue;
    }
    Register theirs{fs::path{backup}};
    theirs.merge_rulings(index);
    if (learnt != Learnt::keep) theirs.drop_rejections();
    rewrite_all(backup, theirs, learnt, finder, report.at);
    rewrite_manifest(backup);
    report.backups.push_back(backup);
  }
}

void check_request(const TakedownRequest& request) {
  if (request.ids.empty() && request.urls.empty() && request.query.empty())
    throw Error(ErrorCode::usage, "", "say which articles: --id, --url or --query");
  for (const std::string& url : request.urls) {
    if (canonical_url(url).empty()) throw Error(ErrorCode::usage, "--url " + url, "not an http or https address");
  }
}

std::vector<Finding> scan_index(const fs::path& index, const PieceFinder& finder, TakedownReport& report) {
  const ScanReport scanned = scan_folder(index, finder);
  report.files_scanned = scanned.files;
  report.bytes_scanned = scanned.bytes + scanned.bytes_unpacked;
  return scanned.findings;
}

/// Proves again that articles are gone which were taken down before: what is known of their texts is fingerprints, and
/// of their names what the request says. False if none of those named was taken down.
bool prove(const TakedownRequest& request, const std::vector<Generation>& all, TakedownReport& report) {
  if (request.act != Act::take_down || !Register::open(request.index)) return false;
  Register reg(request.index);
  std::vector<Probe> names;
  std::set<std::string> known;
  for (const std::vector<std::string>* given : {&request.ids, &request.urls}) {
    const bool ids = given == &request.ids;
    for (const std::string& name : *given) {
      bool gone = false;
      for (const Ruling& ruling : reg.rulings_on(name)) {
        if (ruling.act != Act::take_down) continue;
        const std::vector<std::string> prints = reg.fingerprints(ruling);
        known.insert(prints.begin(), prints.end());
        if (!gone) {
          report.articles.push_back({.id = ids ? name : std::string{},
                                     .title = {},
                                     .url = ids ? std::string{} : name,
                                     .key = ruling.key,
                                     .generations = {},
                                     .inputs = {}});
        }
        report.taken_down_at = ruling.at;
        gone = true;
      }
      if (gone && name.size() >= PieceFinder::kLeast) names.push_back({name, ids ? "id" : "url"});
    }
  }
  if (report.articles.empty()) return false;
  std::vector<Fingerprint> prints;
  for (const std::string& print : known) prints.push_back(fingerprint_from(print));
  const PieceFinder finder(bytes_of(names), prints);
  const std::size_t count = names.size() + prints.size();
  const std::vector<bool> shared = found_elsewhere(finder, count, all, {}, {request.reason});
  report.shared = static_cast<std::size_t>(std::count(shared.begin(), shared.end(), true));
  report.probes = count - report.shared;
  for (const Finding& finding : scan_index(request.index, finder, report)) {
    if (shared[finding.piece]) continue;
    const std::string what = finding.piece < names.size() ? names[finding.piece].what : "text";
    report.left.push_back({finding.file, what, finding.packed ? "packed" : "as it is"});
  }
  report.verified = true;
  reg.add_receipt(report.at, receipt_json(report));
  return true;
}

TakedownReport carry_out(const TakedownRequest& request, const Clock& clock) {
  const auto begin = std::chrono::steady_clock::now();
  TakedownReport report{.act = request.act,
                        .lift = request.lift,
                        .dry_run = request.dry_run,
                        .reason = request.reason,
                        .at = clock.now().time_since_epoch().count()};
  (void)open_snapshot(request.index);  // an index of another schema is refused
  Selection selection(request, clock);
  std::vector<Generation> all;
  for (const Generation& generation : generations(request.index)) {
    if (!generation.whole) continue;
    selection.look_into(generation);
    all.push_back(generation);
  }
  report.generation = current_generation(request.index);
  const fs::path current = generation_folder(request.index, report.generation);
  {
    Ledger ledger(current);
    for (auto& [identity, selected] : selection.articles()) selected.told.inputs = ledger.carriers(identity);
  }
  for (const auto& [identity, selected] : selection.articles()) report.articles.push_back(selected.told);
  const auto nobody = [&] { throw Error(ErrorCode::usage, request.index.string(), "no article is concerned"); };
  if (report.articles.empty() && !request.lift) {
    if (request.verify && !request.dry_run && prove(request, all, report)) return report;
    if (request.urls.empty()) nobody();
  }
  if (request.dry_run) return report;

  std::vector<Probe> probes;
  for (const auto& [identity, selected] : selection.articles()) take_probes(selected, request, probes);
  Register reg(request.index);
  if (request.lift) {
    if (lift(request, all, reg, report.at) == 0) nobody();
    report.seconds_to_hide = since(begin);
    return report;
  }
  rule(request, selection, reg, report.at);
  const bool purging = request.act != Act::hide;
  if (purging) {
    // At once with the ruling: whatever happens from here on, finish_purge() needs to know no more.
    reg.set_purge_due(true);
    reg.forget_ruled_versions();
    reg.redact_runs(bytes_of(probes));
    keep_fingerprints(reg, selection.articles(), request, probes);
  }
  reg.commit();
  if (!purging) {
    for (const Generation& generation : all) enforce(generation.folder, reg, Learnt::keep, nullptr, report.at);
    reg.commit();
    report.seconds_to_hide = since(begin);
    return report;
  }
  hide_now(current, selection.articles());
  report.seconds_to_hide = since(begin);

  std::set<std::string> before;
  const auto scan = [&](const PieceFinder& finder) { return scan_index(request.index, finder, report); };
  if (request.verify) {
    report.shared = drop_shared(all, selection.articles(), request, probes);
    report.probes = probes.size();
    keep_fingerprints(reg, selection.articles(), request, probes);
    reg.commit();
    for (const Finding& finding : scan(PieceFinder(bytes_of(probes)))) before.insert(probes[finding.piece].bytes);
    report.found_before = before.size();
  }
  const PieceFinder finder(bytes_of(probes));
  purge_backups(request.index, reg, Learnt::redact, &finder, report);
  report.generations_rewritten = rewrite_all(request.index, reg, Learnt::redact, &finder, report.at);
  report.generation = current_generation(request.index);
  report.seconds_to_purge = since(begin);
  if (request.verify) {
    for (const Finding& finding : scan(finder)) {
      report.left.push_back({finding.file, probes[finding.piece].what, finding.packed ? "packed" : "as it is"});
    }
    report.verified = true;
  }
  reg.add_receipt(report.at, receipt_json(report));
  return report;
}

}  // namespace

void replace_folder(const fs::path& written, const fs::path& place) {
  if (::renameat2(AT_FDCWD, written.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) != 0) {
    const fs::path aside = place.string() + ".gone";
    fs::rename(place, aside);
    fs::rename(written, place);
    fs::rename(aside, written);
  }
  fs::remove_all(written);
}

bool enforce_rulings(const fs::path& folder, Register& reg, std::int64_t now) {
  return enforce(folder, reg, Learnt::keep, nullptr, now);
}

std::size_t finish_purge(const fs::path& index, Purge purge) {
  auto known = Register::open(index);
  if (!known || !known->purge_due()) return 0;
  known.reset();
  Register reg(index);
  const Learnt learnt = purge == Purge::interrupted ? Learnt::drop : Learnt::keep;
  TakedownReport report;
  purge_backups(index, reg, learnt, nullptr, report);
  return rewrite_all(index, reg, learnt, nullptr, 0);
}

TakedownReport take_down(const TakedownRequest& request, const Clock& clock) try {
  check_request(request);
  if (current_generation(request.index) == 0)
    throw Error(ErrorCode::index_missing, request.index.string(), "no index here");
  const IndexLock lock(request.index, clock);
  // One that was killed is finished first: its articles are no more in sight, and could not be asked for again.
  const std::size_t finished = request.dry_run ? 0 : finish_purge(request.index, Purge::interrupted);
  try {
    return carry_out(request, clock);
  } catch (const Error& error) {
    if (finished == 0 || error.code() != ErrorCode::usage) throw;
    throw Error(ErrorCode::usage, error.subject(),
                "no further article is concerned; a takedown that was cut short is done");
  }
} catch (const Xapian::Error& error) {
  rethrow(error, request.index);
} catch (const fs::filesystem_error& error) {
  throw Error(ErrorCode::io, error.path1().string(), error.code().message());
}

std::string receipt_json(const TakedownReport& r) {
  nlohmann::ordered_json json = {
      {"format_version", 1},
      {"act", r.lift ? "lifted" : std::string{act_name(r.act)}},
      {"at", format_rfc3339({.utc = r.at})},
      {"reason", r.reason},
      {"articles", nlohmann::ordered_json::array()},
      {"generation", r.generation},
      {"generations_rewritten", r.generations_rewritten},
      {"seconds_to_hide", r.seconds_to_hide},
      {"seconds_to_purge", r.seconds_to_purge},
      {"verified", r.verified},
  };
  json["backups_purged"] = r.backups;
  json["backups_not_reached"] = r.backups_missing;
  for (const TakenArticle& article : r.articles) json["articles"].push_back(article.key);
  if (r.verified) {
    json["pieces"] = r.probes;
    json["pieces_shared_with_other_articles"] = r.shared;
    if (r.taken_down_at != 0) {
      json["taken_down_at"] = format_rfc3339({.utc = r.taken_down_at});
    } else {
      json["pieces_found_before"] = r.found_before;
    }
    json["pieces_found_after"] = r.left.size();
    json["files_scanned"] = r.files_scanned;
    json["bytes_scanned"] = r.bytes_scanned;
  }
  return json.dump(2);
}

}  // namespace dateline::indexer
