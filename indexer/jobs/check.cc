#include "indexer/jobs/check.h"

#include <fmt/format.h>
#include <xapian.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "common/schema.h"
#include "common/store/document_lengths.h"
#include "common/store/document_terms.h"
#include "common/store/position_lists.h"
#include "common/stored.h"
#include "dateline/error.h"
#include "indexer/jobs/ledger.h"
#include "indexer/jobs/pending_list.h"

namespace dateline::indexer {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostOfAKind = 20;

class Faults {
 public:
  explicit Faults(std::vector<std::string>& lines) : lines_(lines) {}
  void add(std::string line) {
    if (lines_.size() < kMostOfAKind) lines_.push_back(std::move(line));
  }

 private:
  std::vector<std::string>& lines_;
};

/// The smoke query: a word of some article finds this article.
void ask(const Xapian::Database& database, Faults& faults) {
  if (database.get_doccount() == 0) return;
  const Xapian::docid some = *database.postlist_begin("");
  std::string rarest;
  Xapian::doccount fewest = 0;
  Analyzers analyzers;
  FlatDocument terms;
  terms_of(database, some, analyzers, terms);
  for (FlatDocument::TermIndex t = 0; t < terms.term_count(); ++t) {
    const std::string term{terms.name(t)};
    const Xapian::doccount having = database.get_termfreq(term);
    // A word that no article has is one of another analyzer than the text was indexed with.
    if (having == 0 || (!rarest.empty() && having >= fewest)) continue;
    rarest = term;
    fewest = having;
  }
  Xapian::Enquire enquire(database);
  enquire.set_query(Xapian::Query(rarest));
  const Xapian::MSet found = enquire.get_mset(0, fewest);
  bool there = false;
  for (auto hit = found.begin(); hit != found.end(); ++hit) there = there || *hit == some;
  if (!there) faults.add(fmt::format("a search for \"{}\" does not find an article that has it", rarest));
  (void)decode_article(database.get_document(some).get_data());
}

/// Articles all over the index, each with the terms that it has: what was just written can be read and found again.
/// Blocks in between are not looked at.
void check_sample(const Xapian::Database& database, Faults& faults) {
  constexpr Xapian::doccount kArticles = 500;
  const Xapian::docid last = database.get_lastdocid();
  Analyzers analyzers;
  FlatDocument terms;
  const Xapian::docid step = std::max<Xapian::docid>(1, last / kArticles);
  auto all = database.postlist_begin("");
  for (Xapian::docid from = 1; from <= last; from += step) {
    all.skip_to(from);
    if (all == database.postlist_end("")) break;
    const Xapian::docid some = *all;
    (void)decode_article(database.get_document(some).get_data());
    std::uint64_t length = 0;
    terms_of(database, some, analyzers, terms);
    for (FlatDocument::TermIndex t = 0; t < terms.term_count(); ++t) {
      length += terms.wdf(t);
      constexpr std::size_t kOfThem = 16;  // of the terms, others in the next article
      if ((t + some) % kOfThem != 0) continue;
      const std::string term{terms.name(t)};
      auto found = database.postlist_begin(term);
      found.skip_to(some);
      if (found == database.postlist_end(term) || *found != some || found.get_wdf() != terms.wdf(t))
        faults.add(fmt::format("document {}: not found by \"{}\", which it has", some, term));
    }
    if (length != database.get_doclength(some)) faults.add(fmt::format("document {}: of another length", some));
  }
}

void check_articles(const Xapian::Database& database, Faults& faults) {
  std::set<std::string> identities;
  for (auto it = database.postlist_begin(""); it != database.postlist_end(""); ++it) {
    const Xapian::Document document = database.get_document(*it);
    try {
      const Article article = decode_article(document.get_data());
      std::string identity;
      std::size_t ids = 0;
      auto term = document.termlist_begin();
      for (term.skip_to(std::string{schema::kIdentity}); term != document.termlist_end(); ++term) {
        if (!(*term).starts_with(schema::kIdentity)) break;
        identity = *term;
        ++ids;
      }
      if (ids != 1) faults.add(fmt::format("article {}: {} identities", article.id, ids));
      if (!identities.insert(identity).second) faults.add(fmt::format("article {}: there twice", article.id));
      const std::string id = schema::term(schema::kId, article.id);
      auto found = database.postlist_begin(id);
      found.skip_to(*it);
      if (found == database.postlist_end(id) || *found != *it)
        faults.add(fmt::format("article {}: not found by its id", article.id));
    } catch (const Error& error) {
      faults.add(fmt::format("document {}: {}", *it, error.what()));
    }
  }
}

}  // namespace

CheckReport check_generation(const fs::path& folder, CheckDepth depth) {
  CheckReport report;
  Faults faults(report.faults);
  const fs::path shard = folder / "s0";
  try {
    if (depth == CheckDepth::structure || depth == CheckDepth::every_article) {
      std::ostringstream said;
      if (const std::size_t errors = Xapian::Database::check(shard.string(), 0, &said); errors > 0) {
        std::string line = said.str().substr(0, 300);
        for (char& c : line) c = c == '\n' ? ' ' : c;
        faults.add(fmt::format("{}: {} errors: {}", shard.string(), errors, line));
      }
    }
    if (depth != CheckDepth::counts) {
      if (const std::string said_of_ledger = check_ledger(folder); said_of_ledger != "ok")
        faults.add(fmt::format("{}: {}", (folder / "ledger").string(), said_of_ledger));
    }
    const Xapian::Database database(shard.string());
    report.articles = database.get_doccount();
    if (database.get_metadata(std::string{schema::kMetaVersion}) != std::to_string(schema::kVersion))
      faults.add(fmt::format("{}: of another schema", shard.string()));
    // Those on the list are for the next job to settle.
    const std::size_t held = count_held_articles(folder);
    if (std::max(held, report.articles) - std::min(held, report.articles) > read_pending(folder).size())
      faults.add(fmt::format("{} articles in the index, {} by the ledger", report.articles, held));
    ask(database, faults);
    if (depth == CheckDepth::structure || depth == CheckDepth::every_article) {
      if (const auto term = find_misaligned_positions(database))
        faults.add(fmt::format("{}: places of \"{}\" are of other articles than have it", shard.string(), *term));
      if (const auto document = find_wrong_length(database))
        faults.add(
            fmt::format("{}: the array of lengths has another length of document {}", shard.string(), *document));
    }
    if (depth == CheckDepth::sample) check_sample(database, faults);
    if (depth == CheckDepth::every_article) check_articles(database, faults);
  } catch (const Xapian::Error& error) {
    faults.add(fmt::format("{}: {}", shard.string(), error.get_msg()));
  } catch (const std::exception& error) {  // Xapian reads from damaged blocks what no string can hold.
    faults.add(error.what());
  }
  return report;
}

}  // namespace dateline::indexer
