// Xapian as its tutorial uses it: TermGenerator with a stemmer, the text as data, default weights.
//   bench_xapian index DATABASE CORPUS        bench_xapian query DATABASE < QUERIES
#include <xapian.h>

#include <fstream>

#include "tests/bench/timing.h"

namespace {

constexpr Xapian::valueno kDate = 0;

std::string text_of(const nlohmann::json& article, const char* field) {
  const auto found = article.find(field);
  return found != article.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

void index(const std::string& path, const std::string& corpus) {
  Xapian::WritableDatabase database(path, Xapian::DB_CREATE_OR_OVERWRITE);
  Xapian::TermGenerator generator;
  generator.set_stemmer(Xapian::Stem("english"));
  std::ifstream lines(corpus);
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json article = nlohmann::json::parse(line);
    Xapian::Document document;
    generator.set_document(document);
    generator.index_text(text_of(article, "title"), 1, "S");
    generator.increase_termpos();
    generator.index_text(text_of(article, "title"));
    generator.increase_termpos();
    generator.index_text(text_of(article, "body"));
    document.add_boolean_term("Q" + text_of(article, "id"));
    const std::string source = text_of(article, "source");
    if (!source.empty() && source.size() < 200) document.add_boolean_term("XSOURCE:" + source);
    document.add_value(kDate, text_of(article, "date").substr(0, 10));
    document.set_data(line);
    database.add_document(document);
  }
  database.commit();
}

/// Nothing for a class that needs more than the tutorial sets up.
Xapian::Query query_of(const nlohmann::json& query) {
  const std::string what = query["class"];
  const std::vector<std::string> words = query["words"];
  if (what == "facets" || what == "actor" || what == "newest" || what == "snippets") return {};
  if (what == "wildcard") return {Xapian::Query::OP_WILDCARD, words[0]};
  const Xapian::Query all(what.starts_with("or") ? Xapian::Query::OP_OR
                          : what == "phrase"     ? Xapian::Query::OP_PHRASE
                          : what == "near"       ? Xapian::Query::OP_NEAR
                                                 : Xapian::Query::OP_AND,
                          words.begin(), words.end(), what == "near" ? 6 : 0);
  if (what != "filter") return all;
  return Xapian::Query(Xapian::Query::OP_FILTER, all,
                       Xapian::Query("XSOURCE:" + query["source"].get<std::string>()) &
                           Xapian::Query(Xapian::Query::OP_VALUE_RANGE, kDate, query["since"], query["until"]));
}

void search(const std::string& path) {
  const Xapian::Database database(path);
  const auto run = [&](const nlohmann::json& query, Xapian::doccount at_least) {
    Xapian::Enquire enquire(database);
    enquire.set_query(query_of(query));
    return enquire.get_mset(query["class"].get<std::string>() == "page100" ? 990 : 0, 10, at_least)
        .get_matches_estimated();
  };
  dateline::bench::time_queries([&](const auto& query) { (void)run(query, 0); },
                                [&](const auto& query) { return run(query, database.get_doccount()); });
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc == 4 && std::string(argv[1]) == "index") {
    index(argv[2], argv[3]);
  } else if (argc == 3 && std::string(argv[1]) == "query") {
    search(argv[2]);
  } else {
    return 1;
  }
} catch (const Xapian::Error& error) {
  std::cerr << error.get_description() << '\n';
  return 1;
}
