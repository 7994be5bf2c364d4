#include "common/store/term_lists.h"

#include <algorithm>
#include <map>
#include <span>

#include "common/durable_file.h"
#include "common/store/glass_version.h"
#include "common/store/glass_writer.h"
#include "dateline/error.h"

namespace dateline {
namespace fs = std::filesystem;
namespace {

/// Documents that are completed together: what they need of memory is some 20 MB.
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
  std::string stand_in;
  std::uint64_t length = 0;  // of the words
  FlatDocument listed;
  std::map<std::string, std::uint32_t> words;
};

WordsStandIn take_words(const FlatDocument& document, Completed& out) {
  out.words.clear();
  for (FlatDocument::TermIndex t = 0; t < document.term_count(); ++t) {
    if (document.wdf(t) > 0) out.words.emplace(document.name(t), document.wdf(t));
  }
  return stand_in_of(document);
}

bool fits(const WordsStandIn& found, const Completed& document) {
  return found.term() == document.stand_in && found.length() == document.length;
}

/// Looks for the words of documents in every posting list.
void scan_postings(const Xapian::Database& database, const fs::path& shard, std::span<Completed*> documents) {
  std::map<Xapian::docid, FlatDocument> found;
  for (auto term = database.allterms_begin(); term != database.allterms_end(); ++term) {
    auto posting = database.postlist_begin(*term);
    for (const Completed* document : documents) {
      posting.skip_to(document->docid);
      if (posting == database.postlist_end(*term)) break;
      if (*posting != document->docid || posting.get_wdf() == 0) continue;
      FlatDocument& words = found[document->docid];
      words.add_wdf(words.term({}, *term), posting.get_wdf());
    }
  }
  for (Completed* document : documents) {
    if (!fits(take_words(found[document->docid], *document), *document)) {
      throw Error(ErrorCode::index_corrupt, shard.string(),
                  "document " + std::to_string(document->docid) +
                      ": its words are not those that it was written with; run dateline-index --rebuild");
    }
  }
}

std::vector<Completed> complete(const fs::path& shard, std::span<const Xapian::docid> ids, const WordsOf& words_of) {
  const Xapian::Database database(shard.string());
  std::vector<Completed> documents;
  std::vector<Completed*> unknown;
  documents.reserve(ids.size());
  FlatDocument words;
  for (const Xapian::docid id : ids) {
    Completed& document = documents.emplace_back();
    document.docid = id;
    auto term = database.termlist_begin(id);
    for (; !is_stand_in(*term); ++term) (void)document.listed.term({}, *term);
    document.stand_in = *term;
    document.length = term.get_wdf();
    words.clear();
    words_of(database.get_document(id), words);
    if (!fits(take_words(words, document), document)) unknown.push_back(&document);
  }
  if (!unknown.empty()) scan_postings(database, shard, unknown);
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
    lean.add_wdf(lean.term({}, document.stand_in), static_cast<std::uint32_t>(document.length));
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
    document.remove_term(completed.stand_in);
    for (const auto& [word, wdf] : completed.words) document.add_term(word, wdf);
    database.replace_document(completed.docid, document);
  }
  database.commit();
  database.close();

  part = glass::read_version_file(workshop);
  // The copy, too, has all that the present revision uses.
  if (no_links) fs::rename(workshop / "termlist.glass", shard / "termlist.glass");
  whole.revision = part.revision;
  whole.roots[glass::termlist] = part.roots[glass::termlist];
  glass::write_version_file(shard, whole);
  remove_half_completed(shard);
}

}  // namespace

void WordsStandIn::add(std::uint64_t hash, std::uint32_t wdf) {
  std::uint64_t mixed = hash + std::uint64_t{wdf} * 0x9E3779B97F4A7C15;  // SplitMix64, so that sums tell
  mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
  sum_ += mixed ^ mixed >> 31;
  length_ += wdf;
}

std::string WordsStandIn::term() const {
  std::string out{'\xFF'};
  for (unsigned shift = 32; shift < 64; shift += 8) out.push_back(static_cast<char>(sum_ >> shift & 0xFF));
  return out;
}

WordsStandIn stand_in_of(const FlatDocument& document) {
  WordsStandIn out;
  for (FlatDocument::TermIndex t = 0; t < document.term_count(); ++t) {
    if (document.wdf(t) > 0) out.add(document.hash(t), document.wdf(t));
  }
  return out;
}

bool listed_terms(const Xapian::Database& database, Xapian::docid document, FlatDocument& out) {
  out.clear();
  for (auto term = database.termlist_begin(document); term != database.termlist_end(document); ++term) {
    if (is_stand_in(*term)) return false;
    out.add_wdf(out.term({}, *term), term.get_wdf());
  }
  return true;
}

void complete_term_lists(Xapian::WritableDatabase& database, const fs::path& shard,
                         const std::vector<Xapian::docid>& documents, const WordsOf& words_of) {
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
    write_lists(shard, complete(shard, some, words_of));
  }
  database = Xapian::WritableDatabase(shard.string(), Xapian::DB_OPEN);
  database.begin_transaction(true);
}

void remove_half_completed(const fs::path& shard) {
  fs::remove_all(workshop_of(shard));
  fs::remove_all(workshop_of(shard).string() + ".tmp");  // of write_database()
}

}  // namespace dateline
