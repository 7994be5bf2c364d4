#include "common/store/term_lists.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/durable_file.h"
#include "common/identity.h"
#include "common/schema.h"
#include "common/store/document_lengths.h"
#include "common/store/glass_version.h"
#include "common/store/glass_writer.h"
#include "common/store/position_lists.h"
#include "dateline/error.h"

namespace dateline {
namespace fs = std::filesystem;
namespace {

/// Documents that are completed together: 30 MB of memory where articles are short.
constexpr std::size_t kAtOnce = 1000;

fs::path workshop_of(const fs::path& shard) {
  return shard.string() + ".completing";
}

bool is_lean(const Xapian::Database& database, Xapian::docid document) {
  auto term = database.termlist_begin(document);
  term.skip_to("\xFF");
  return term != database.termlist_end(document) && is_stand_in(*term);
}

struct Completed {
  Xapian::docid docid = 0;
  ListedStandIn stand_in;
  FlatDocument listed;
  FlatDocument others;  // that it does not name
};

std::vector<Completed> complete(const fs::path& shard, std::span<const Xapian::docid> ids, const TermsOf& terms_of) {
  const Xapian::Database database(shard.string());
  std::vector<Completed> documents(ids.size());
  std::vector<Xapian::docid> unknown;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    Completed& document = documents[i];
    document.docid = ids[i];
    document.stand_in = listed_terms(database, ids[i], document.listed).value();
    try {
      terms_of(database.get_document(ids[i]), document.others);
    } catch (const Error&) {
      document.others.clear();  // What cannot be read can be removed.
    }
    if (!document.stand_in.are_those_of(document.others)) unknown.push_back(ids[i]);
  }
  if (unknown.empty()) return documents;
  std::map<Xapian::docid, FlatDocument> found = terms_in_postings(database, unknown);
  for (Completed& document : documents) {
    const auto at = found.find(document.docid);
    if (at == found.end()) continue;
    document.others = std::move(at->second);
    if (document.stand_in.are_those_of(document.others)) continue;
    throw Error(
        ErrorCode::index_corrupt, shard.string(),
        fmt::format("document {}: its terms are not those that it was written with; run dateline-index --rebuild",
                    document.docid));
  }
  return documents;
}

/// Writes the lists into the shard's table of term lists, as Xapian changes a table: beside what the present revision
/// uses. It is done by Xapian itself, in a database that has this table and, for the rest, these documents alone.
void write_lists(const fs::path& shard, const std::vector<Completed>& documents) {
  const fs::path workshop = workshop_of(shard);
  remove_half_completed(shard);
  glass::Inverter inverter;
  std::vector<std::vector<std::uint32_t>> docids(1);
  for (const Completed& document : documents) {
    FlatDocument lean = document.listed;
    lean.add_wdf(lean.term({}, document.stand_in.term), static_cast<std::uint32_t>(document.stand_in.length));
    inverter.add(lean);
    docids.front().push_back(document.docid);
  }
  std::vector<glass::Run> runs;
  runs.emplace_back(inverter.finish());
  glass::write_database(workshop, {.runs = runs, .docids = docids, .metadata = {}});
  fs::remove(workshop / "termlist.glass");
  std::error_code no_links;  // as on some network and memory-card file systems
  fs::create_hard_link(shard / "termlist.glass", workshop / "termlist.glass", no_links);
  if (no_links) fs::copy_file(shard / "termlist.glass", workshop / "termlist.glass");
  glass::VersionFile whole = glass::read_version_file(shard);
  glass::VersionFile part = glass::read_version_file(workshop);
  part.revision = whole.revision;
  part.roots[glass::termlist] = whole.roots[glass::termlist];
  glass::write_version_file(workshop, part);

  Xapian::WritableDatabase database(workshop.string(), Xapian::DB_OPEN);
  for (const Completed& completed : documents) {
    Xapian::Document document = database.get_document(completed.docid);
    document.remove_term(completed.stand_in.term);
    const FlatDocument& others = completed.others;
    for (FlatDocument::TermIndex t = 0; t < others.term_count(); ++t) {
      if (!named_in_lean_list(others.name(t))) document.add_term(std::string{others.name(t)}, others.wdf(t));
    }
    database.replace_document(completed.docid, document);
  }
  database.commit();
  database.close();

  part = glass::read_version_file(workshop);
  // The copy, too, has all that the present revision uses.
  if (no_links) {
    fs::rename(workshop / "termlist.glass", shard / "termlist.glass");
    fsync_folder(shard);
  }
  whole.revision = part.revision;
  whole.roots[glass::termlist] = part.roots[glass::termlist];
  glass::write_version_file(shard, whole);
  remove_half_completed(shard);
}

}  // namespace

bool named_in_lean_list(std::string_view term) {
  return term.starts_with(schema::kIdentity) || term == schema::kHidden;
}

std::string identity_of(Xapian::TermIterator terms) {
  const Xapian::TermIterator end;
  if (terms != end) terms.skip_to(std::string{schema::kIdentity});
  return terms != end && (*terms).starts_with(schema::kIdentity) ? identity_of_term(*terms) : std::string{};
}

void StandIn::add(std::uint64_t hash, std::uint32_t wdf) {
  std::uint64_t mixed = hash + std::uint64_t{wdf} * 0x9E3779B97F4A7C15;  // SplitMix64, so that sums tell
  mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
  ++terms_;
  sum_ += mixed ^ mixed >> 31;
  length_ += wdf;
}

std::string StandIn::term() const {
  std::string out{'\xFF'};
  for (unsigned shift = 32; shift < 64; shift += 8) out.push_back(static_cast<char>(sum_ >> shift & 0xFF));
  return out;
}

bool ListedStandIn::are_those_of(const FlatDocument& document) const {
  StandIn others;
  for (FlatDocument::TermIndex t = 0; t < document.term_count(); ++t) {
    if (!named_in_lean_list(document.name(t))) others.add(document.hash(t), document.wdf(t));
  }
  return others.term() == term && others.length() == length;
}

std::optional<ListedStandIn> listed_terms(const Xapian::Database& database, Xapian::docid document, FlatDocument& out) {
  out.clear();
  for (auto term = database.termlist_begin(document); term != database.termlist_end(document); ++term) {
    const std::string name = *term;
    if (is_stand_in(name)) return ListedStandIn{name, term.get_wdf()};
    out.add_wdf(out.term({}, name), term.get_wdf());
  }
  return std::nullopt;
}

std::map<Xapian::docid, FlatDocument> terms_in_postings(const Xapian::Database& database,
                                                        std::span<const Xapian::docid> documents) {
  std::map<Xapian::docid, FlatDocument> found;
  for (const Xapian::docid document : documents) found[document];
  for (auto term = database.allterms_begin(); term != database.allterms_end(); ++term) {
    if (named_in_lean_list(*term)) continue;
    auto posting = database.postlist_begin(*term);
    for (auto& [document, terms] : found) {
      posting.skip_to(document);
      if (posting == database.postlist_end(*term)) break;
      if (*posting == document) terms.add_wdf(terms.term({}, *term), posting.get_wdf());
    }
  }
  return found;
}

void complete_term_lists(Xapian::WritableDatabase& database, const fs::path& shard,
                         const std::vector<Xapian::docid>& documents, const TermsOf& terms_of) {
  std::vector<Xapian::docid> lean;
  for (const Xapian::docid document : documents) {
    if (is_lean(database, document)) lean.push_back(document);
  }
  if (lean.empty()) return;
  std::sort(lean.begin(), lean.end());
  lean.erase(std::unique(lean.begin(), lean.end()), lean.end());
  database.commit_transaction();
  database.close();
  for (std::size_t at = 0; at < lean.size(); at += kAtOnce) {
    const std::span<const Xapian::docid> some = std::span(lean).subspan(at, std::min(kAtOnce, lean.size() - at));
    write_lists(shard, complete(shard, some, terms_of));
  }
  database = Xapian::WritableDatabase(shard.string(), Xapian::DB_OPEN);
  database.begin_transaction(true);
}

void delete_documents(Xapian::WritableDatabase& database, const fs::path& shard,
                      const std::vector<Xapian::docid>& documents, const TermsOf& terms_of) {
  complete_term_lists(database, shard, documents, terms_of);
  erase_positions(database, documents);
  erase_document_lengths(database, documents);
  for (const Xapian::docid document : documents) database.delete_document(document);
}

void remove_half_completed(const fs::path& shard) {
  fs::remove_all(workshop_of(shard));
  fs::remove_all(workshop_of(shard).string() + ".tmp");  // of write_database()
}

}  // namespace dateline
