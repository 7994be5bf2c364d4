// compare_writers FOLDER CORPUS: writes the same articles with glass_writer and with Xapian, and compares the two
// databases in everything that can be read and in what queries find. Says how much was compared; fails on a difference.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "common/identity.h"
#include "common/store/glass_writer.h"
#include "indexer/document_builder.h"
#include "indexer/readers/detect.h"
#include "tests/support/same_database.h"

namespace {

using namespace dateline;
namespace fs = std::filesystem;

constexpr std::size_t kDocumentsPerRun = 8000;

/// Calls take(document) for each article of a file of JSON lines.
template <typename Take>
void for_each_document(const fs::path& corpus, const Take& take) {
  std::ifstream lines(corpus);
  indexer::StringSource nothing("");
  const auto reader = indexer::make_reader(*indexer::format_named("jsonl"), nothing, {});
  indexer::DocumentBuilder builder;
  FlatDocument document;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    auto parsed = reader->parse({.number = ++number, .bytes = line});
    auto* raw = std::get_if<indexer::RawArticle>(&parsed);
    if (raw == nullptr) continue;
    raw->article.lang = "en";
    builder.build(raw->article, identity_key(raw->article), 1'600'000'000, /*hidden=*/false, document);
    take(document);
  }
}

std::vector<Xapian::Query> queries_of(const Xapian::Database& database) {
  std::vector<std::string> words;
  std::size_t number = 0;
  for (auto term = database.allterms_begin(); term != database.allterms_end(); ++term, ++number) {
    if (number % 997 == 0) words.push_back(*term);
  }
  std::vector<Xapian::Query> queries;
  for (std::size_t i = 0; i + 3 < words.size() && queries.size() < 1200; i += 2) {
    const Xapian::Query a(words[i]);
    const Xapian::Query b(words[i + 1]);
    for (const auto op : {Xapian::Query::OP_OR, Xapian::Query::OP_AND, Xapian::Query::OP_NEAR})
      queries.emplace_back(op, a, b);
    queries.emplace_back(Xapian::Query::OP_WILDCARD, words[i].substr(0, 4), 0,
                         Xapian::Query::WILDCARD_LIMIT_MOST_FREQUENT);
  }
  return queries;
}

int compare(const fs::path& folder, const fs::path& corpus) {
  std::vector<glass::Run> runs;
  std::vector<std::vector<std::uint32_t>> docids;
  glass::Inverter inverter;
  std::uint32_t docid = 0;
  const auto finish_run = [&] { runs.emplace_back(inverter.finish(), folder / fmt::format("run-{}", runs.size())); };
  {
    Xapian::WritableDatabase database((folder / "theirs").string(), Xapian::DB_CREATE);
    for_each_document(corpus, [&](const FlatDocument& document) {
      if (docid % kDocumentsPerRun == 0) docids.emplace_back();
      inverter.add(document);
      docids.back().push_back(++docid);
      database.add_document(to_xapian(document));
      if (docid % kDocumentsPerRun == 0) finish_run();
    });
    if (docid % kDocumentsPerRun != 0) finish_run();
    database.commit();
  }
  const glass::DatabaseContent content{.runs = runs, .docids = docids, .metadata = {}};
  glass::write_database(folder / "ours", content, {.threads = 2});
  glass::write_database(folder / "listed", content, {.positions = glass::Positions::lists, .threads = 2});
  const Xapian::Database ours((folder / "ours").string());
  const Xapian::Database theirs((folder / "theirs").string());
  test::DatabaseComparison comparison(ours, theirs);
  std::string difference = comparison.run();
  if (difference.empty()) {
    difference = test::DatabaseComparison(Xapian::Database((folder / "listed").string()), theirs).run();
    if (!difference.empty()) difference = "with lists of positions: " + difference;
  }
  const std::vector<Xapian::Query> queries = queries_of(theirs);
  for (std::size_t i = 0; i < queries.size() && difference.empty(); ++i) difference = comparison.query(queries[i]);
  for (const char* made : {"ours", "listed"}) {
    if (difference.empty() && Xapian::Database::check((folder / made).string(), 0, nullptr) > 0)
      difference = "xapian-check finds errors";
  }
  std::cout << fmt::format("{} documents, {} postings, {} positions, {} queries: {}\n", docid, comparison.postings(),
                           comparison.positions(), queries.size(), difference.empty() ? "equal" : difference);
  return difference.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  return argc == 3 ? compare(argv[1], argv[2]) : 2;
}
