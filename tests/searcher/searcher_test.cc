#include "dateline/searcher.h"

#include <algorithm>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <ostream>

#include "common/clock.h"
#include "common/date.h"
#include "common/identity.h"
#include "common/schema.h"
#include "common/store.h"
#include "dateline/error.h"
#include "indexer/document_builder.h"
#include "tests/support/temporary_folder.h"

namespace dateline::searcher {
namespace {

namespace data = boost::unit_test::data;

const FixedClock kClock{std::chrono::sys_days{std::chrono::year{2022} / 1 / 15}};

Article article(std::string id, std::string title, std::vector<std::string> body, const char* published,
                std::string source) {
  Article out;
  out.id = std::move(id);
  out.title = std::move(title);
  out.body = std::move(body);
  if (published != nullptr) out.published = parse_date(published);
  out.source = std::move(source);
  out.lang = "en";
  return out;
}

std::vector<Article> articles() {
  std::vector<Article> out = {
      article("offer", "Biden to offer Putin a way out",
              {"Washington would rather see the troops return.", "He threatened Putin with sanctions."},
              "2021-12-30T14:05:00-05:00", "Harbour Post"),
      article("rouble", "Rouble falls as sanctions take effect",
              {"The rouble fell to a record low.", "Putin’s bankers were silent."}, "2022-02-28T09:00:00Z",
              "Capital Ledger"),
      article("gas", "Europe looks for other gas", {"Natural gas from Norway is to replace Russian gas."}, "2022-03-01",
              "Harbour Post"),
      article("café", "Müller abre un café", {"El café está en Madrid."}, "2021", "Diario"),
      article("undated", "Sanctioning is an old art", {"Sanctions were used by Athens."}, nullptr, "Capital Ledger"),
      article("late", "Grain leaves Odesa", {"Ships sailed at night."}, "2021-12-31T23:30:00-05:00", "Diario")};
  out[0].actors = {{.name = "Joe Biden", .kind = ActorKind::person},
                   {.name = "Vladimir Putin", .kind = ActorKind::person}};
  out[1].actors = {{.name = "Vladimir Putin", .kind = ActorKind::person},
                   {.name = "Russia", .kind = ActorKind::country}};
  out[2].actors = {{.name = "Russia", .kind = ActorKind::country}};
  out[3].lang = "es";
  out[0].section = "World";
  out[0].authors = {"Ann Lee"};
  return out;
}

class Index {
 public:
  explicit Index(const std::vector<Article>& all) { add(all); }

  void add(const std::vector<Article>& all) {
    IndexWriter writer(path(), IndexWriter::Mode::update, kClock);
    indexer::DocumentBuilder builder;
    FlatDocument document;
    for (const Article& a : all) {
      const std::string identity = identity_key(a);
      builder.build(a, identity, 0, /*hidden=*/false, document);
      writer.database().replace_document(identity_term(identity), to_xapian(document));
      writer.add_language(a.lang);
    }
    writer.database().set_metadata(std::string{schema::kMetaAlias} + "potus", schema::pack_strings({"Joe Biden"}));
    writer.commit();
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "index"; }

 private:
  test::TemporaryFolder folder_;
};

SearchRequest ask(std::string query) {
  SearchRequest request;
  request.query = std::move(query);
  return request;
}

std::string ids(const SearchResult& result) {
  std::string out;
  for (const Hit& hit : result.hits) out += (out.empty() ? "" : " ") + hit.article.id;
  return out;
}

std::string sorted_ids(const SearchResult& result) {
  std::vector<std::string> all;
  for (const Hit& hit : result.hits) all.push_back(hit.article.id);
  std::sort(all.begin(), all.end());
  std::string out;
  for (const std::string& id : all) out += (out.empty() ? "" : " ") + id;
  return out;
}

std::string marked(const MarkedText& text) {
  std::string out = text.text;
  for (auto mark = text.marks.rbegin(); mark != text.marks.rend(); ++mark) {
    out.insert(mark->end, "]");
    out.insert(mark->begin, "[");
  }
  return out;
}

struct Fixture {
  Index index{articles()};
  Searcher searcher{index.path(), kClock};
};

BOOST_FIXTURE_TEST_SUITE(searcher_test, Fixture)

struct Asked {
  const char* query;
  std::vector<Filter> filters;
  const char* found;  ///< Ids in order of the alphabet.
};
std::ostream& operator<<(std::ostream& out, const Asked& a) {
  return out << a.query;
}

const std::vector<Asked> kAsked = {
    {"Putin AND sanctions", {}, "offer rouble"},
    {"putin sanctions", {}, "offer rouble"},
    {"sanctions", {}, "offer rouble undated"},
    {"=sanctioning", {}, "undated"},
    {"\"natural gas\"", {}, "gas"},
    {"muller", {}, "café"},
    {"*", {}, "café gas late offer rouble undated"},
    {"*", {{"source", {"Harbour Post"}}}, "gas offer"},
    {"*", {{"source", {"harbour post", "Diario"}}}, "café gas late offer"},
    {"putin", {{"source", {"Capital Ledger"}}, {"actor", {"Vladimir Putin"}}}, "rouble"},
    {"*", {{"actor", {"POTUS"}}}, "offer"},
    {"*", {{"actor", {"Nobody at all"}}}, ""},
    {"*", {{"date", {"2021-12"}}}, "late offer"},
    {"*", {{"date", {"2021-12-31"}}}, "late"},
    {"*", {{"date", {"2022-02..2022-03"}}}, "gas rouble"},
    {"*", {{"date", {"2021-12-30", "2022-03-01"}}}, "gas offer"},
    {"*", {{"section", {"world"}}}, "offer"},
    {"*", {{"lang", {"es"}}}, "café"},
    {"*", {{"author", {"Ann Lee"}}}, "offer"},
    {"nothinglikethis", {}, ""},
};

BOOST_DATA_TEST_CASE_F(Fixture, queries_and_filters_find_what_they_should, data::make(kAsked), row) {
  SearchRequest request = ask(row.query);
  request.filters = row.filters;
  const SearchResult result = searcher.search(request);
  BOOST_TEST(sorted_ids(result) == row.found);
  BOOST_TEST(result.total == result.hits.size());
  BOOST_TEST(searcher.count(request) == result.total);
}

BOOST_AUTO_TEST_CASE(any_finds_articles_with_one_of_the_words) {
  SearchRequest request = ask("grain rouble");
  BOOST_TEST(sorted_ids(searcher.search(request)).empty());
  request.any = true;
  BOOST_TEST(sorted_ids(searcher.search(request)) == "late rouble");
}

BOOST_AUTO_TEST_CASE(under_any_the_parts_of_a_compound_count_by_themselves) {
  SearchRequest request = ask("grain-rouble");
  request.any = true;
  BOOST_TEST(sorted_ids(searcher.search(request)) == "late rouble");
}

BOOST_AUTO_TEST_CASE(orders_by_date_put_the_undated_last) {
  SearchRequest request = ask("*");
  request.sort = SortOrder::newest;
  BOOST_TEST(ids(searcher.search(request)) == "gas rouble late offer café undated");
  request.sort = SortOrder::oldest;
  BOOST_TEST(ids(searcher.search(request)) == "café offer late rouble gas undated");
}

BOOST_AUTO_TEST_CASE(pages_follow_each_other) {
  SearchRequest request = ask("*");
  const std::string all = ids(searcher.search(request));
  request.limit = 2;
  std::string joined;
  for (request.offset = 0; request.offset < 6; request.offset += 2) {
    const SearchResult page = searcher.search(request);
    BOOST_TEST(page.total == 6);
    BOOST_TEST(page.hits.front().rank == request.offset + 1);
    joined += (joined.empty() ? "" : " ") + ids(page);
  }
  BOOST_TEST(joined == all);
  request.offset = 100;
  BOOST_TEST(searcher.search(request).hits.empty());
  BOOST_TEST(searcher.search(request).total == 6);
}

BOOST_AUTO_TEST_CASE(a_title_counts_more_than_a_body) {
  BOOST_TEST(ids(searcher.search(ask("rouble OR norway"))).starts_with("rouble"));
}

BOOST_AUTO_TEST_CASE(hits_carry_marks_in_title_and_snippet) {
  const SearchResult result = searcher.search(ask("sanctions putin rouble"));
  BOOST_REQUIRE(result.hits.size() == 1);
  BOOST_TEST(marked(result.hits[0].title) == "[Rouble] falls as [sanctions] take effect");
  BOOST_TEST(marked(result.hits[0].snippet) == "The [rouble] fell to a record low. … [Putin]’s bankers were silent.");
}

BOOST_AUTO_TEST_CASE(stems_and_phrases_are_marked) {
  BOOST_TEST(marked(searcher.search(ask("sanction athens")).hits.at(0).snippet) ==
             "[Sanctions] were used by [Athens].");
  BOOST_TEST(marked(searcher.search(ask("\"natural gas\"")).hits.at(0).snippet) ==
             "[Natural gas] from Norway is to replace Russian gas.");
  BOOST_TEST(marked(searcher.search(ask("cafe muller")).hits.at(0).title) == "[Müller] abre un [café]");
}

BOOST_AUTO_TEST_CASE(negated_words_are_not_marked) {
  const SearchResult result = searcher.search(ask("sanctions -putin"));
  BOOST_REQUIRE(ids(result) == "undated");
  BOOST_TEST(marked(result.hits[0].title) == "[Sanctioning] is an old art");
}

BOOST_AUTO_TEST_CASE(facets_cover_all_matches_on_every_page) {
  SearchRequest request = ask("*");
  request.facets = {"source", "actors", "date"};
  request.limit = 1;
  const SearchResult first = searcher.search(request);
  request.offset = 4;
  const SearchResult other = searcher.search(request);
  BOOST_REQUIRE(first.facets.size() == 3);
  const std::vector<FacetValue> sources = {{"Capital Ledger", "", 2}, {"Diario", "", 2}, {"Harbour Post", "", 2}};
  const std::vector<FacetValue> actors = {
      {"Russia", "country", 2}, {"Vladimir Putin", "person", 2}, {"Joe Biden", "person", 1}};
  BOOST_TEST((first.facets[0].values == sources));
  BOOST_TEST((first.facets[1].values == actors));
  BOOST_TEST(first.facets[2].missing == 1);
  // The day in the article's own zone: half an hour before midnight in New York is next year in Greenwich.
  BOOST_TEST(first.facets[2].values.at(2).value == "2021-12-31");
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST((first.facets[i].values == other.facets[i].values));
}

BOOST_AUTO_TEST_CASE(facets_count_what_drilling_down_finds) {
  SearchRequest request = ask("*");
  request.facets = {"source", "actors", "date"};
  const SearchResult result = searcher.search(request);
  for (const auto& [facet, field] : {std::pair{0, "source"}, std::pair{1, "actor"}, std::pair{2, "date"}}) {
    for (const FacetValue& value : result.facets[static_cast<std::size_t>(facet)].values) {
      if (value.value.size() == 4) continue;  // The year of an article without a day: the filter is the whole year.
      SearchRequest narrowed = ask("*");
      narrowed.filters = {{field, {value.value}}};
      BOOST_TEST(searcher.count(narrowed) == value.count, field << " " << value.value);
    }
  }
}

BOOST_AUTO_TEST_CASE(filters_are_part_of_the_echo_and_the_echo_finds_the_same) {
  SearchRequest request = ask("putin sanctions");
  request.filters = {{"source", {"Harbour Post", "Diario"}}, {"date", {"2021-12"}}};
  const SearchResult result = searcher.search(request);
  BOOST_TEST(ids(searcher.search(ask(result.query))) == ids(result));
}

BOOST_AUTO_TEST_CASE(the_day_of_a_filter_is_the_day_of_the_facet) {
  SearchRequest request = ask("*");
  request.filters = {{"date", {"2022-01-01"}}};
  BOOST_TEST(searcher.count(request) == 0);
}

BOOST_AUTO_TEST_CASE(a_word_that_no_article_has_gets_suggestions) {
  const SearchResult result = searcher.search(ask("sanctoins"));
  BOOST_TEST(result.total == 0);
  BOOST_TEST(!result.warnings.empty());
  BOOST_REQUIRE(result.suggestions.size() == 1);
  BOOST_TEST(result.suggestions[0].word == "sanctoins");
  BOOST_TEST(result.suggestions[0].replacements.at(0) == "sanctions");
}

BOOST_AUTO_TEST_CASE(notes_say_what_a_word_covers) {
  const SearchResult result = searcher.search(ask("sanctions"));
  BOOST_REQUIRE(result.notes.size() == 1);
  BOOST_TEST(result.notes[0] == "“sanctions” also covers sanctioning; =sanctions for the exact word");
  BOOST_TEST(searcher.search(ask("=sanctions")).notes.empty());
}

BOOST_AUTO_TEST_CASE(notes_name_no_words_of_other_languages) {
  // A Spanish stemmer takes "the", "their" and "thea" for one word; the articles that have them are English.
  std::vector<Article> all = articles();
  all[0].body.emplace_back("The price of their theatre, Thea said, is pesado.");
  all[1].body.emplace_back("The prices rose.");
  all[3].body.emplace_back("Precios, precio y pesado; the last word is pesados.");
  const Index other(all);
  Searcher both(other.path(), kClock);
  BOOST_TEST(both.search(ask("+the")).notes.empty());
  const SearchResult own = both.search(ask("price"));
  BOOST_REQUIRE(own.notes.size() == 1);
  BOOST_TEST(own.notes[0] == "“price” also covers prices; =price for the exact word");
  const SearchResult spanish = both.search(ask("pesado"));
  BOOST_REQUIRE(spanish.notes.size() == 1);
  BOOST_TEST(spanish.notes[0] == "“pesado” also covers pesados; =pesado for the exact word");
}

BOOST_AUTO_TEST_CASE(explanations_add_up_and_the_tree_is_shown) {
  SearchRequest request = ask("putin sanctions OR gas");
  request.explain = true;
  request.recency = std::chrono::days{30};
  const SearchResult result = searcher.search(request);
  BOOST_TEST(result.tree.find("AND") != std::string::npos);
  BOOST_TEST(!result.hits.empty());
  for (const Hit& hit : result.hits) {
    double sum = 0;
    for (const Contribution& contribution : hit.explanation) sum += contribution.score;
    BOOST_TEST(sum == hit.score, boost::test_tools::tolerance(1e-9));
  }
}

BOOST_AUTO_TEST_CASE(keywords_in_context_replace_the_snippet) {
  SearchRequest request = ask("rouble");
  request.snippet_length = 0;
  request.context_length = 20;
  const SearchResult result = searcher.search(request);
  BOOST_REQUIRE(!result.hits.empty());
  BOOST_TEST(result.hits[0].snippet.text.empty());
  BOOST_REQUIRE(result.hits[0].contexts.size() == 1);
  BOOST_TEST(marked(result.hits[0].contexts[0]) == "The [rouble] fell to a record …");
}

BOOST_AUTO_TEST_CASE(lists_of_ids_carry_ids_and_scores) {
  SearchRequest request = ask("sanctions");
  request.articles = false;
  const SearchResult result = searcher.search(request);
  BOOST_TEST(sorted_ids(result) == "offer rouble undated");
  BOOST_TEST(result.hits[0].article.title.empty());
  BOOST_TEST(result.hits[0].score > 0);
}

BOOST_AUTO_TEST_CASE(articles_are_shown_by_id) {
  const std::vector<Article> found = searcher.articles("café");
  BOOST_REQUIRE_EQUAL(found.size(), 1U);
  BOOST_TEST(found[0].title == "Müller abre un café");
  BOOST_TEST((found[0] == articles()[3]));
  BOOST_TEST(searcher.articles("nobody").empty());
  BOOST_TEST(searcher.articles("").empty());
}

BOOST_AUTO_TEST_CASE(errors_say_what_is_wrong) {
  const auto code_of = [&](const SearchRequest& request) {
    try {
      (void)searcher.search(request);
    } catch (const Error& error) {
      return std::pair{error.code(), error.position().value_or(999)};
    }
    return std::pair{ErrorCode::io, std::size_t{0}};
  };
  BOOST_TEST((code_of(ask("oil AND")) == std::pair{ErrorCode::query, std::size_t{4}}));
  BOOST_TEST((code_of(ask(std::string(1 << 20, 'a'))).first == ErrorCode::query));
  SearchRequest request = ask("oil");
  request.facets = {"colour"};
  BOOST_TEST((code_of(request).first == ErrorCode::usage));
  request = ask("oil");
  request.filters = {{"colour", {"red"}}};
  BOOST_TEST((code_of(request).first == ErrorCode::usage));
  request.filters = {{"date", {"someday"}}};
  BOOST_TEST((code_of(request).first == ErrorCode::usage));
  BOOST_CHECK_EXCEPTION(Searcher(index.path() / "none", kClock), Error,
                        [](const Error& e) { return e.code() == ErrorCode::index_missing; });
}

BOOST_AUTO_TEST_CASE(a_writer_that_overtakes_the_reader_is_not_noticed) {
  BOOST_TEST(searcher.count(ask("*")) == 6);
  for (int commit = 0; commit < 5; ++commit) {
    std::vector<Article> more;
    for (int i = 0; i < 50; ++i) {
      const std::string id = "m" + std::to_string(commit) + "-" + std::to_string(i);
      more.push_back(article(id, "More about grain", {"Text number " + id + " speaks of grain and rouble."},
                             "2022-01-01", "Wire"));
    }
    index.add(more);
  }
  SearchRequest request = ask("rouble");
  request.facets = {"source"};
  BOOST_CHECK_NO_THROW((void)searcher.search(request));
  searcher.refresh();
  BOOST_TEST(searcher.count(ask("*")) == 256);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher
