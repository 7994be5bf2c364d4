// What a service asks beyond a search: timelines, related articles, completions, streams, many threads.
#include <algorithm>
#include <atomic>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <map>
#include <ostream>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "common/clock.h"
#include "common/date.h"
#include "common/identity.h"
#include "common/schema.h"
#include "common/store.h"
#include "common/store/glass_writer.h"
#include "dateline/error.h"
#include "dateline/searcher.h"
#include "dateline/searcher_pool.h"
#include "indexer/document_builder.h"
#include "searcher/match/concealed.h"
#include "tests/support/temporary_folder.h"

namespace dateline::searcher {
namespace {

namespace data = boost::unit_test::data;
using Strings = std::vector<std::string>;

const FixedClock kClock{std::chrono::sys_days{std::chrono::year{2022} / 6 / 1}};

Article article(std::string id, const char* day, std::string source, std::string title, std::string body) {
  Article out;
  out.id = std::move(id);
  out.published = day == nullptr ? std::nullopt : parse_date(day);
  out.source = std::move(source);
  out.title = std::move(title);
  out.body = {std::move(body)};
  out.lang = "en";
  return out;
}

Actor actor(const char* name, ActorKind kind = ActorKind::person) {
  return {.name = name, .kind = kind, .mentions = 3, .salience = 0.9};
}

std::vector<Article> archive() {
  std::vector<Article> out = {
      article("grain", "2022-01-02", "Harbour Post", "Grain ships leave Odesa",
              "Grain vessels sailed from Odesa harbour towards the Bosporus with wheat."),
      article("wheat", "2022-01-03", "Harbour Post", "Wheat vessels reach the Bosporus",
              "Vessels with wheat from Odesa reached the Bosporus; harbour masters were pleased."),
      article("rouble", "2022-01-10", "Capital Ledger", "Rouble falls as sanctions bite",
              "The rouble fell to a record low after sanctions on banks."),
      article("bank", "2022-03-01", "Capital Ledger", "Banks cut off by sanctions",
              "Sanctions cut banks off; the rouble fell again."),
      article("year", "2022", "Diario", "A look at the year", "Grain and sanctions."),
      article("undated", nullptr, "Diario", "Nobody knows when", "Sanctions of old."),
  };
  out[0].actors = {actor("Volodymyr Zelensky"), actor("Ukraine", ActorKind::country)};
  out[1].actors = {actor("Ukraine", ActorKind::country)};
  out[2].actors = {actor("Vladimir Putin"), actor("Russia", ActorKind::country)};
  out[3].actors = {actor("Russia", ActorKind::country)};
  return out;
}

class Index {
 public:
  Index() { add(archive(), IndexWriter::Mode::update); }

  void add(const std::vector<Article>& all, IndexWriter::Mode mode) const {
    IndexWriter writer(path(), mode, kClock);
    indexer::DocumentBuilder builder;
    FlatDocument document;
    for (const Article& a : all) {
      const std::string identity = identity_key(a);
      builder.build(a, identity, 0, false, document);
      writer.database().replace_document(identity_term(identity), to_xapian(document));
      writer.add_language(a.lang);
    }
    writer.database().set_metadata(std::string{schema::kMetaAlias} + "selenskyj",
                                   schema::pack_strings({"Volodymyr Zelensky"}));
    writer.commit();
    writer.publish();
  }
  /// The same articles in a sealed shard, whose term lists are lean.
  void seal(std::string_view hidden = {}) const {
    IndexWriter writer(path(), IndexWriter::Mode::rebuild, kClock);
    writer.add_language("en");
    indexer::DocumentBuilder builder;
    FlatDocument document;
    glass::Inverter inverter(glass::TermLists::lean);
    std::vector<std::vector<std::uint32_t>> docids(1);
    for (const Article& a : archive()) {
      builder.build(a, identity_key(a), 0, a.id == hidden, document);
      docids[0].push_back(inverter.add(document) + 1);
    }
    std::vector<glass::Run> runs;
    runs.emplace_back(inverter.finish());
    writer.replace_shard([&](const std::filesystem::path& folder, std::map<std::string, std::string> metadata) {
      glass::write_database(folder, {.runs = runs, .docids = docids, .metadata = std::move(metadata)},
                            {.positions = glass::Positions::lists});
    });
    writer.publish();
  }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "index"; }

 private:
  test::TemporaryFolder folder_;
};

Strings texts(const std::vector<Completion>& completions) {
  Strings out;
  for (const Completion& completion : completions) out.push_back(completion.text);
  return out;
}

Strings ids(const std::vector<Hit>& hits) {
  Strings out;
  for (const Hit& hit : hits) out.push_back(hit.article.id);
  return out;
}

struct StepCase {
  const char* step;
  Strings first_days;
  std::uint64_t imprecise;
};
std::ostream& operator<<(std::ostream& out, const StepCase& c) {
  return out << c.step;
}
const std::vector<StepCase> kSteps = {
    {"day", {"2022-01-02", "2022-01-03", "2022-01-10", "2022-03-01"}, 1},
    {"week", {"2021-12-27", "2022-01-03", "2022-01-10", "2022-02-28"}, 1},  // 2 January 2022 was a Sunday
    {"month", {"2022-01-01", "2022-03-01"}, 1},
    {"year", {"2022-01-01"}, 0},
};

struct TypedCase {
  const char* typed;
  const char* text;   ///< Of the first completion.
  const char* query;  ///< What it makes of what was typed.
  bool corrected;
};
std::ostream& operator<<(std::ostream& out, const TypedCase& c) {
  return out << c.typed;
}
const std::vector<TypedCase> kTyped = {
    {"puti", "Vladimir Putin", "actor:\"Vladimir Putin\"", false},
    {"vladimir pu", "Vladimir Putin", "actor:\"Vladimir Putin\"", false},
    {"sanctions AND zelen", "Volodymyr Zelensky", "sanctions AND actor:\"Volodymyr Zelensky\"", false},
    {"selensk", "Volodymyr Zelensky", "actor:\"Volodymyr Zelensky\"", false},  // by an alias
    {"actor:\"Vlad", "Vladimir Putin", "actor:\"Vladimir Putin\"", false},
    {"putni", "Vladimir Putin", "actor:\"Vladimir Putin\"", true},
    {"zelenksy", "Volodymyr Zelensky", "actor:\"Volodymyr Zelensky\"", true},
    {"harb", "Harbour Post", "source:\"Harbour Post\"", false},
    {"(grain OR sanct", "sanctions", "(grain OR sanctions", false},
    {"snactions", "sanctions", "sanctions", true},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(explore_test)

BOOST_DATA_TEST_CASE(a_timeline_counts_each_step, data::make(kSteps), c) {
  const Index index;
  Searcher searcher(index.path(), kClock);
  const Timeline timeline = searcher.timeline({.query = "*"}, {.step = timeline_step(c.step)});
  Strings days;
  std::uint64_t sum = 0;
  for (const TimelineBucket& bucket : timeline.all.buckets) {
    days.push_back(bucket.first_day);
    sum += bucket.count;
  }
  BOOST_TEST(days == c.first_days, boost::test_tools::per_element());
  BOOST_TEST(timeline.undated == 1U);
  BOOST_TEST(timeline.imprecise == c.imprecise);
  BOOST_TEST(sum + timeline.undated + timeline.imprecise == 6U);
}

BOOST_AUTO_TEST_CASE(a_timeline_is_split_by_the_most_frequent_values) {
  const Index index;
  Searcher searcher(index.path(), kClock);
  const Timeline timeline =
      searcher.timeline({.query = "sanctions OR grain OR wheat"}, {.split = "actors:country", .split_values = 1});
  BOOST_REQUIRE(timeline.split.size() == 1U);
  BOOST_TEST(timeline.split[0].value == "Russia");
  BOOST_TEST(timeline.split[0].kind == "country");
  BOOST_TEST((timeline.split[0].buckets == std::vector<TimelineBucket>{{"2022-01-01", 1}, {"2022-03-01", 1}}));
  BOOST_CHECK_THROW(std::ignore = searcher.timeline({.query = "*"}, {.split = "colour"}), Error);
  BOOST_CHECK_THROW(std::ignore = timeline_step("decade"), Error);
}

BOOST_AUTO_TEST_CASE(a_sealed_index_says_what_texts_share_though_its_term_lists_name_no_words) {
  const Index written;
  const Index sealed;
  sealed.seal();
  Searcher a(written.path(), kClock);
  Searcher b(sealed.path(), kClock);
  for (const char* id : {"grain", "wheat", "rouble", "bank", "year"}) {
    BOOST_TEST_CONTEXT(id) {
      const Strings found = ids(b.related(id, {.limit = 6}).value());
      BOOST_TEST(!found.empty());
      BOOST_TEST(found == ids(a.related(id, {.limit = 6}).value()), boost::test_tools::per_element());
    }
  }
  SearchRequest wheat{.query = "wheat"};
  wheat.expand = wheat.any = true;
  BOOST_TEST(b.search(wheat).hits.size() > 2U);  // only two have the word
  BOOST_TEST(ids(b.search(wheat).hits) == ids(a.search(wheat).hits), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(words_of_hidden_articles_alone_are_secret_in_a_sealed_index_too) {
  const Index sealed;
  sealed.seal("undated");
  Analyzers analyzers;
  const Concealed concealed(open_snapshot(sealed.path()).database, analyzers, kClock.now());
  BOOST_REQUIRE(concealed.secret_terms() != nullptr);
  BOOST_TEST(concealed.secret_terms()->contains("knows"));
  BOOST_TEST(!concealed.secret_terms()->contains("sanctions"));
}

BOOST_AUTO_TEST_CASE(related_articles_share_words_and_actors) {
  const Index index;
  Searcher searcher(index.path(), kClock);
  const auto related = searcher.related("grain", {.limit = 3});
  BOOST_REQUIRE(related.has_value());
  BOOST_REQUIRE(!related->empty());
  BOOST_TEST(related->front().article.id == "wheat");
  const Strings found = ids(*related);
  BOOST_TEST(std::count(found.begin(), found.end(), "grain") == 0);
  BOOST_TEST(!searcher.related("nobody", {}).has_value());
  const auto elsewhere =
      searcher.related("rouble", {.filters = {{.field = "source", .values = {"Diario"}}}, .limit = 3});
  for (const Hit& hit : *elsewhere) BOOST_TEST(hit.article.source == "Diario");
}

BOOST_DATA_TEST_CASE(what_is_typed_is_completed, data::make(kTyped), c) {
  const Index index;
  Searcher searcher(index.path(), kClock);
  const std::vector<Completion> found = searcher.complete(*searcher.completions(), c.typed, 3);
  BOOST_REQUIRE(!found.empty());
  BOOST_TEST(found.front().text == c.text);
  BOOST_TEST(found.front().query == c.query);
  BOOST_TEST(found.front().corrected == c.corrected);
  BOOST_TEST(found.front().articles > 0U);
}

BOOST_AUTO_TEST_CASE(of_thousands_of_words_the_most_frequent_come_first) {
  const Index index;
  std::mt19937 random(20220601);
  std::map<std::string, std::set<std::string>> having;  // word -> articles
  std::vector<Article> all;
  for (int i = 0; i < 300; ++i) {
    std::string body;
    for (int k = 0; k < 40; ++k) {
      // Few words are frequent.
      const auto number = static_cast<unsigned>(4000.0 * std::pow(static_cast<double>(random() % 1000) / 1000, 4));
      std::string word = "zu";
      for (unsigned rest = number; rest > 0; rest /= 20) word += "bcdfghjklmnpqrstvwxz"[rest % 20];
      having[word].insert(std::to_string(i));
      body += word + " ";
    }
    all.push_back(article(std::to_string(i), "2022-01-02", "Desk", "Words", body));
  }
  index.add(all, IndexWriter::Mode::update);
  Searcher searcher(index.path(), kClock);
  const auto completions = searcher.completions();
  BOOST_TEST(having.size() > 500U);
  for (const std::string typed : {"zu", "zub", "zuc", "zudd", "zux"}) {
    std::vector<std::pair<std::size_t, std::string>> expected;
    for (const auto& [word, articles] : having) {
      if (word.starts_with(typed) && word.size() > 2) expected.emplace_back(articles.size(), word);
    }
    std::sort(expected.begin(), expected.end(), [](const auto& x, const auto& y) {
      return x.first != y.first ? x.first > y.first : x.second < y.second;
    });
    if (expected.size() > 6) expected.resize(6);
    const std::vector<Completion> found = searcher.complete(*completions, typed, 6);
    BOOST_TEST_CONTEXT(typed) {
      BOOST_REQUIRE(found.size() == expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        BOOST_TEST(found[i].text == expected[i].second);
        BOOST_TEST(found[i].articles == expected[i].first);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_completed_that_is_gone_or_hidden) {
  const Index index;
  Searcher searcher(index.path(), kClock);
  const auto completions = searcher.completions();
  BOOST_TEST(texts(searcher.complete(*completions, "puti", 3, {"Harbour Post"})).empty());
  BOOST_TEST(texts(searcher.complete(*completions, "puti", 3, {"Capital Ledger"})) == Strings{"Vladimir Putin"},
             boost::test_tools::per_element());
  index.add({archive()[0]}, IndexWriter::Mode::rebuild);
  searcher.refresh();
  BOOST_TEST(texts(searcher.complete(*completions, "puti", 3)).empty());
  BOOST_TEST(searcher.complete(*completions, "", 3).empty());
}

BOOST_AUTO_TEST_CASE(hidden_sources_are_not_there) {
  const Index index;
  Searcher searcher(index.path(), kClock);
  const SearchRequest request{.query = "sanctions", .facets = {"source"}, .visible_sources = {"Capital Ledger"}};
  const SearchResult result = searcher.search(request);
  BOOST_TEST(result.total == 2U);
  BOOST_TEST(result.query == "sanctions");
  BOOST_REQUIRE(result.facets[0].values.size() == 1U);
  BOOST_TEST(result.facets[0].values[0].value == "Capital Ledger");
  BOOST_TEST(searcher.search({.query = "grian", .visible_sources = {"Capital Ledger"}}).suggestions.empty());
  BOOST_TEST(searcher.marked("grain", request).empty());
  BOOST_TEST(!searcher.related("grain", request).has_value());
}

BOOST_AUTO_TEST_CASE(a_facet_with_several_choices_counts_without_its_own_filter) {
  const Index index;
  Searcher searcher(index.path(), kClock);
  SearchRequest request{.query = "sanctions OR grain",
                        .filters = {{.field = "source", .values = {"Diario"}}},
                        .facets = {"source", "date:year"}};
  BOOST_TEST(searcher.search(request).facets[0].values.size() == 1U);
  request.multi_select = true;
  const SearchResult result = searcher.search(request);
  BOOST_TEST(result.total == 2U);
  BOOST_TEST(result.facets[0].values.size() == 3U);
  BOOST_TEST(result.facets[1].values[0].count == 1U);
}

BOOST_AUTO_TEST_CASE(an_article_is_marked_as_the_query_finds_it) {
  const Index index;
  Searcher searcher(index.path(), kClock);
  const auto marked = searcher.marked("rouble", {.query = "sanction AND low"});
  BOOST_REQUIRE(marked.size() == 1U);
  const MarkedText& body = marked[0].body[0];
  Strings found;
  for (const TextRange& mark : body.marks) found.push_back(body.text.substr(mark.begin, mark.end - mark.begin));
  BOOST_TEST(found == (Strings{"low", "sanctions"}), boost::test_tools::per_element());
  BOOST_TEST(searcher.marked("rouble", {}).size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_stream_goes_on_while_a_writer_commits) {
  const Index index;
  Searcher searcher(index.path(), kClock);
  Strings seen;
  searcher.stream({.query = "*", .sort = SortOrder::oldest}, [&](const Article& a) {
    seen.push_back(a.id);
    index.add({article("new" + std::to_string(seen.size()), "2022-05-05", "Diario", "New", "News.")},
              IndexWriter::Mode::update);
    return true;
  });
  BOOST_TEST(seen.size() == 6U);
  BOOST_TEST(seen.back() == "undated");
  std::size_t taken = 0;
  searcher.stream({.query = "*"}, [&](const Article&) { return ++taken < 2; });
  BOOST_TEST(taken == 2U);
}

BOOST_AUTO_TEST_CASE(many_threads_search_while_generations_change) {
  const Index index;
  SearcherPool pool(index.path(), kClock);
  std::atomic<int> failed{0};
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        try {
          if (pool.take()->search({.query = "sanctions", .facets = {"source"}}).total != 4) ++failed;
          ++answered;
        } catch (const Error&) {
          ++failed;
        }
      }
    });
  }
  for (int i = 0; i < 20; ++i)
    index.add(archive(), i % 2 == 0 ? IndexWriter::Mode::rebuild : IndexWriter::Mode::update);
  stop = true;
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(failed == 0);
  BOOST_TEST(answered > 20);
}

BOOST_AUTO_TEST_CASE(a_state_can_be_asked_again_until_it_is_gone) {
  const Index index;
  SearcherPool pool(index.path(), kClock);
  std::string state;
  {
    const auto lease = pool.take();
    state = lease->search({.query = "sanctions"}).state;
  }
  BOOST_TEST(!state.empty());
  BOOST_TEST(state == pool.newest_state());
  index.add({article("more", "2022-05-05", "Diario", "More sanctions", "Sanctions.")}, IndexWriter::Mode::update);
  BOOST_TEST(state != pool.newest_state());
  {
    const auto old = pool.take_state(state);
    BOOST_REQUIRE(old);
    BOOST_TEST((*old)->search({.query = "sanctions"}).total == 4U);
  }
  BOOST_TEST(pool.take()->search({.query = "sanctions"}).total == 5U);
  BOOST_TEST(!pool.take_state("of no index"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::searcher
