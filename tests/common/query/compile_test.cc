#include "common/query/compile.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <ostream>
#include <regex>
#include <string>
#include <vector>

#include "common/schema.h"
#include "common/text.h"
#include "dateline/error.h"
#include "tests/support/memory_index.h"

namespace dateline::query {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::chrono_literals;

struct Aliases final : ActorNames {
  std::vector<std::string> canonical(std::string_view alias) const override {
    if (alias == "biden" || alias == "joe biden") return {"Joe Biden"};
    if (alias == "bush") return {"George W. Bush", "George H. W. Bush"};
    return {};
  }
};

Article article(const std::string& id, const std::string& title, const std::vector<std::string>& body) {
  Article out;
  out.id = id;
  out.title = title;
  out.body = body;
  out.lang = "en";
  return out;
}

struct Fixture {
  Fixture() {
    Article a = article("a", "Putin meets Biden",
                        {"The sanctions were harsh. Putin spoke.", "Oil prices rose on COVID-19 fears."});
    a.source = "BBC News";
    a.actors = {{.name = "Joe Biden", .kind = ActorKind::person, .mentions = 1, .salience = 0.9, .surfaces = {}}};
    a.authors = {"Jane O'Brien", "John Smith"};
    a.published = Timestamp{.utc = 1640880000, .offset_minutes = 0, .precision = Precision::day};  // 2021-12-30
    Article b =
        article("b", "Sanctioned women", {"A woman of the U.S. told us that gas and oil matter. Peña Nieto left."});
    b.source = "El País";
    b.actors = {
        {.name = "George W. Bush", .kind = ActorKind::person, .mentions = 1, .salience = 0.1, .surfaces = {}},
        {.name = "George H. W. Bush", .kind = ActorKind::person, .mentions = 1, .salience = 0.1, .surfaces = {}}};
    b.published = Timestamp{.utc = 1638316800, .offset_minutes = 0, .precision = Precision::month};  // 2021-12
    b.authors = {"Jane Smith"};
    Article c = article("c", "Watergate and Partygate", {"北京市长 spoke of oil. Gas, oil, gas!"});
    for (const Article* x : {&a, &b, &c}) index.add(*x);
    options.languages = {"en"};
    options.actors = &aliases;
  }

  Compiled run(const std::string& text) const {
    ParseOptions parse_options;
    parse_options.now = std::chrono::sys_days(2022y / 1 / 15);
    parse_options.languages = options.languages;
    return compile(parse(text, parse_options).root, index.database, options);
  }
  std::string ids(const std::string& text) const {
    std::string out;
    for (const std::string& id : test::MemoryIndex::ids(index.database, run(text).query)) out += id;
    return out;
  }

  test::MemoryIndex index;
  Aliases aliases;
  CompileOptions options;
};

const Fixture& fixture() {
  static const Fixture kFixture;
  return kFixture;
}

struct Row {
  std::string text, result;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.text;
}

const std::vector<Row> kDescriptions = {
    {"sanctions", "Query((Zen:sanction OR 0.25 * sanctions))"},
    {"Putin AND sanctions", "Query(((Zen:putin OR 0.25 * putin) AND (Zen:sanction OR 0.25 * sanctions)))"},
    {"=sanctions", "Query(sanctions)"},
    {"title:sanctions", "Query(ZSen:sanction)"},
    {"\"sanctions were\"", "Query(((sanctions AND were) AND PostingSource(Places(\"sanctions were\"))))"},
    {"Peña", "Query(((Zen:pena OR 0.25 * pena) OR 0.25 * peña))"},
    {"U.S.", "Query(u.s)"},
    {"wom?n", "Query(0.29 * (1.64 * woman OR 1.64 * women))"},
    {"*gate", "Query(0.29 * (1.64 * partygate OR 1.64 * watergate))"},
    {"oil -gas", "Query(((Zen:oil OR 0.25 * oil) AND_NOT (Zen:gas OR 0.25 * gas)))"},
    {"oil source:\"BBC News\"", "Query(((Zen:oil OR 0.25 * oil) FILTER 0 * XSOURCE:bbc news))"},
    {"source:\"bbc news\"", "Query(0 * XSOURCE:bbc news)"},
    {"*", "Query(<alldocuments>)"},
    {"date:2021-12", "Query(0 * M202112)"},
    {"date:2021-12-30", "Query(0 * D20211230)"},
    {"oil w/5 gas", "Query(((oil AND gas) AND PostingSource(Places(oil NEAR/5 gas))))"},
    {"nowhere", "Query()"},
    {"oil MAYBE gas", "Query(((Zen:oil OR 0.25 * oil) AND_MAYBE (Zen:gas OR 0.25 * gas)))"},
    // Xapian's AND_MAYBE is unsafe under NOT.
    {"Putin -(=oil MAYBE gas)", "Query(((Zen:putin OR 0.25 * putin) AND_NOT oil))"},
};

const std::vector<Row> kMatches = {
    {"sanction", "ab"},
    {"=sanctions", "a"},
    {"title:sanction", "b"},
    {"COVID19", "a"},
    {"covid 19", "a"},
    {"\"covid-19 fears\"", "a"},
    {"US", "b"},
    {"us", "b"},
    {"Pena", "b"},
    {"\"peña nieto\"", "b"},
    {"O'Brien", ""},
    {"author:O'Brien", "a"},
    {"author:obrien", "a"},
    {"author:\"smith john\"", "a"},
    {"author:\"jane smith\"", "b"},
    {"author:smi*", "ab"},
    {"source:\"el pais\"", "b"},
    {"source:BBC*", "a"},
    {"actor:biden", "a"},
    {"actor:\"JOE BIDEN\"", "a"},
    {"actor:Bush", "b"},
    {"actor!:Bush", ""},
    {"actor!:Biden", "a"},
    {"has:author", "ab"},
    {"date:2021-12-30", "a"},
    {"date:2021-12", "ab"},
    {"date:2021-12-30..2021-12-31", "a"},
    {"date:2021", "ab"},
    {"after:2021-11", "ab"},
    {"before:2021-12-30", ""},
    {"before:2022", "ab"},
    {"words:<15", "c"},
    {"* -date:2021", "c"},
    {"sanctions w/4 Putin", "a"},
    {"sanctions w/3 Putin", ""},
    {"sanctions w/2 harsh", "a"},
    {"sanctions w/1 harsh", ""},
    {"harsh pre/3 Putin", "a"},
    {"Putin pre/3 harsh", ""},
    {"sanctions /s harsh", "a"},
    {"sanctions /s spoke", ""},
    {"sanctions /p spoke", "a"},
    {"sanctions /p oil", ""},
    {"(oil OR petrol) w/1 (gas OR price*)", "ac"},
    {"\"gas oil\"~2", "bc"},
    {"atleast2 gas", "c"},
    {"atleast2 oil", "c"},
    {"atleast3 (oil OR gas)", "c"},
    {"first3:sanctions", "a"},
    {"first2:sanctions", "a"},
    {"first1:sanctions", ""},
    {"first4:Putin", ""},
    {"first5:Putin", "a"},
    {"first8:\"prices rose\"", ""},
    {"first9:\"prices rose\"", "a"},
    {"sanctoins~1", "a"},
    {"sanctoins~2", "a"},
    {"北京", "c"},
    {"京市长", "c"},
    {"长", "c"},
    {"市", "c"},
    {"北市", ""},
    {"\"北京 市长\"", "c"},
    {"oil XOR gas XOR women", "ab"},
    {"title:(putin OR watergate)", "ac"},
    {"the", "ab"},
    {"oil MAYBE gas", "abc"},
};

BOOST_AUTO_TEST_SUITE(compile_test)

BOOST_DATA_TEST_CASE(queries_become_what_xapian_can_rank, bdata::make(kDescriptions), row) {
  static const std::regex kMoreDigits(R"((\d\.\d\d)\d+)");
  BOOST_TEST(std::regex_replace(fixture().run(row.text).query.get_description(), kMoreDigits, "$1") == row.result);
}

BOOST_DATA_TEST_CASE(queries_find_their_articles, bdata::make(kMatches), row) {
  BOOST_TEST(fixture().ids(row.text) == row.result);
}

BOOST_DATA_TEST_CASE(without_posting_sources_of_ours_the_same_are_found, bdata::make(kMatches), row) {
  Fixture remote;
  remote.options.budget = std::make_shared<Budget>();
  remote.options.budget->use_stock_sources();
  BOOST_TEST(remote.ids(row.text) == row.result);
  BOOST_TEST(remote.run(row.text).query.get_description().find("PostingSource(Places") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(places_are_fetched_for_so_many_articles_and_no_more) {
  Fixture remote;
  remote.options.budget = std::make_shared<Budget>();
  remote.options.budget->use_stock_sources();
  remote.options.limits.max_verified = 2;
  BOOST_TEST(remote.ids("oil w/9 gas") == "bc");  // the two that have both words
  BOOST_TEST(remote.ids("woman /s oil") == "b");
  remote.options.limits.max_verified = 1;
  for (const char* text : {"oil w/9 gas", "* -(oil w/9 gas)", "atleast2 oil"}) {
    try {
      static_cast<void>(remote.run(text));
      BOOST_ERROR(text);
    } catch (const Error& error) {
      BOOST_TEST((error.code() == ErrorCode::query));
      BOOST_TEST(std::string(error.what()).find("--verify-limit") != std::string::npos);
    }
  }
  // What the filters of the request leave out is not looked at.
  remote.options.scope = Xapian::Query(schema::term(schema::kId, "c"));
  BOOST_TEST(remote.ids("oil w/9 gas") == "c");
}

BOOST_AUTO_TEST_CASE(unknown_words_come_with_spellings) {
  const Compiled compiled = fixture().run("sanctoins");
  BOOST_REQUIRE(compiled.warnings.size() == 1U);
  BOOST_TEST((compiled.warnings[0].kind == WarningKind::unknown_word));
  BOOST_TEST(compiled.warnings[0].suggestions.at(0) == "sanctions");
  const Compiled source = fixture().run("source:BBC");
  BOOST_REQUIRE(source.warnings.size() == 1U);
  BOOST_TEST(source.warnings[0].suggestions.at(0) == "bbc news");
  const Compiled bush = fixture().run("actor:Bush");
  BOOST_REQUIRE(bush.warnings.size() == 1U);
  BOOST_TEST((bush.warnings[0].kind == WarningKind::ambiguous));
}

BOOST_AUTO_TEST_CASE(an_expansion_that_is_cut_is_told) {
  test::MemoryIndex index;
  std::string text;
  for (int i = 0; i < 50; ++i)
    text += "word" + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i) + " ";
  index.add(article("x", "", {text}));
  index.add(article("y", "", {"wordz51"}));
  index.add(article("z", "", {"wordz51"}));
  CompileOptions options;
  options.limits.max_expansions = 10;
  const Compiled compiled = compile(parse("word*").root, index.database, options);
  BOOST_REQUIRE(compiled.warnings.size() == 1U);
  BOOST_TEST((compiled.warnings[0].kind == WarningKind::expansion_cut));
  BOOST_TEST(compiled.query.get_description().find("wordz51") != std::string::npos);
  options.limits.max_total_expansions = 15;
  BOOST_TEST(compile(parse("word* OR wordz*").root, index.database, options).warnings.size() == 1U);
}

BOOST_AUTO_TEST_CASE(highlights_leave_out_what_is_negated) {
  const Compiled compiled = fixture().run("sanctions \"gas and oil\" OR wom?n -Putin -\"prices rose\"");
  BOOST_REQUIRE(compiled.words.size() == 2U);
  BOOST_TEST(compiled.words[0].text == "sanctions");
  BOOST_TEST(compiled.words[0].stems.at(0) == "Z:sanctions");
  BOOST_TEST(compiled.words[1].terms.size() == 2U);
  BOOST_REQUIRE(compiled.phrases.size() == 1U);
  BOOST_TEST(compiled.phrases[0].places.size() == 3U);
  BOOST_TEST(compiled.ranks);
  BOOST_TEST(!fixture().run("source:\"BBC News\" -date:2020").ranks);
}

BOOST_AUTO_TEST_CASE(stems_of_different_languages_do_not_meet) {
  // In Spanish "queen" would have the stem "que", a word of every sentence; in English "Mars" has that of the Spanish
  // sea.
  Fixture own;
  Article spanish = article("s", "", {"El hombre que vino al palacio del mar."});
  spanish.lang = "es";
  Article english = article("e", "", {"Two queens came to the palace. Mars does not."});
  Article german = article("g", "", {"Die Queen kam in den Palast."});
  german.lang = "de";
  Article unknown = article("u", "", {"Queen palace"});
  unknown.lang = "";
  Article japanese = article("j", "", {"queen 宮殿"});
  japanese.lang = "ja";
  for (const Article* x : {&spanish, &english, &german, &unknown, &japanese}) own.index.add(*x);
  own.options.languages = {"de", "en", "es", "ja"};
  BOOST_TEST(own.ids("queen") == "eguj");
  BOOST_TEST(own.ids("queen w/9 (palace OR palast OR palacio)") == "egu");
  BOOST_TEST(own.ids("atleast1 queen") == "eguj");
  BOOST_TEST(own.ids("que") == "s");
  BOOST_TEST(own.ids("mars") == "e");
  BOOST_TEST(own.ids("mars /s doe") == "");
  BOOST_TEST(own.ids("mars /s does") == "e");
  BOOST_TEST(own.ids("mares") == "s");
  BOOST_TEST(own.ids("mares w/9 palacios") == "s");
  BOOST_TEST(own.ids("palacios") == "s");
}

BOOST_AUTO_TEST_CASE(articles_about_an_actor_come_before_mentions) {
  Fixture own;
  for (const char* id : {"m", "n"}) {
    Article mention = article(id, "Oil", {"Biden spoke of oil."});
    mention.actors = {{.name = "Joe Biden", .kind = ActorKind::person, .mentions = 1, .salience = 0.1, .surfaces = {}}};
    own.index.add(mention);
  }
  Article about = article("z", "Oil", {"Biden spoke of oil."});
  about.actors = {{.name = "Joe Biden", .kind = ActorKind::person, .mentions = 9, .salience = 0.9, .surfaces = {}}};
  own.index.add(about);
  const auto ranked = [&](const std::string& text) {
    const Compiled compiled = own.run(text);
    BOOST_TEST(compiled.ranks);
    Xapian::Enquire enquire(own.index.database);
    enquire.set_query(compiled.query);
    enquire.set_docid_order(Xapian::Enquire::DESCENDING);
    std::string out;
    const Xapian::MSet hits = enquire.get_mset(0, 10);
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) out += hit.get_document().get_data();
    return out;
  };
  BOOST_TEST(ranked("actor:biden") == "zanm");  // a and z are about him, the later document first
  BOOST_TEST(ranked("oil actor:biden").starts_with("z"));
  BOOST_TEST(ranked("oil -(gas actor:biden)").size() == 6U);
  BOOST_TEST(!own.run("-actor:biden").ranks);
  BOOST_TEST(!own.run("actor!:biden").ranks);
  BOOST_TEST(own.ids("-(gas OR -actor:biden)") == own.ids("actor:biden"));
}

BOOST_AUTO_TEST_CASE(a_budget_ends_compiling_and_matching) {
  Fixture own;
  for (int i = 0; i < 200; ++i) own.index.add(article(std::to_string(i), "Oil", {"Oil and gas."}));
  own.options.budget = std::make_shared<Budget>(std::chrono::steady_clock::time_point::max(), 100);
  try {
    static_cast<void>(own.ids("oil w/5 gas"));
    BOOST_ERROR("went on");
  } catch (const Error& error) {
    BOOST_TEST((error.code() == ErrorCode::deadline));
  }
}

BOOST_AUTO_TEST_CASE(shards_give_the_same_answer) {
  const Fixture& one = fixture();
  Xapian::Database both;
  both.add_database(one.index.database);
  both.add_database(one.index.database);
  const Compiled compiled = compile(parse("(oil OR petrol) w/1 gas").root, both, one.options);
  BOOST_TEST(test::MemoryIndex::ids(both, compiled.query).size() == 2U * one.ids("(oil OR petrol) w/1 gas").size());
}

BOOST_AUTO_TEST_CASE(a_score_is_the_same_however_the_articles_are_spread) {
  // Each shard lacks some of the words, and has another share of the rest.
  std::vector<Article> articles;
  const std::vector<std::string> words = {"gala", "galas", "galaxy", "galaxies", "gallon", "galore"};
  for (std::size_t i = 0; i < 60; ++i) {
    std::string text = "Text of " + words[i % 4] + " and " + words[(i * i) % 5];
    if (i >= 55) text += " galore galore";
    articles.push_back(article("d" + std::to_string(i), "", {text + std::string(i % 7, '.') + " filler."}));
    articles.back().lang = i % 3 == 0 ? "es" : "en";
  }
  const auto scores = [&](std::size_t shards, const std::string& text) {
    std::vector<test::MemoryIndex> indexes(shards);
    for (std::size_t i = 0; i < articles.size(); ++i) indexes[i * shards / articles.size()].add(articles[i]);
    Xapian::Database all;
    for (const test::MemoryIndex& index : indexes) all.add_database(index.database);
    CompileOptions options{.languages = {"en", "es"}};
    Xapian::Enquire enquire(all);
    enquire.set_query(compile(parse(text).root, all, options).query);
    enquire.set_weighting_scheme(Xapian::BM25Weight(2, 0, 1, 0.8, 0.5));
    std::map<std::string, double> out;
    const Xapian::MSet hits = enquire.get_mset(0, all.get_doccount());
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) out[hit.get_document().get_data()] = hit.get_weight();
    return out;
  };
  for (const char* text : {"gala*", "gal*", "galaxy", "galaxt~2", "gala* OR gallon", "gal* text", "gala* w/9 text"}) {
    const auto one = scores(1, text);
    BOOST_TEST(!one.empty(), text);
    for (const std::size_t shards : {2U, 3U, 7U}) {
      const auto several = scores(shards, text);
      BOOST_TEST(several.size() == one.size(), text);
      for (const auto& [id, score] : one) BOOST_TEST(several.at(id) == score, boost::test_tools::tolerance(1e-12));
    }
  }
}

BOOST_AUTO_TEST_CASE(words_that_stand_for_one_weigh_as_one) {
  test::MemoryIndex index;
  for (int i = 0; i < 20; ++i) index.add(article("x" + std::to_string(i), "", {"Nothing to see."}));
  index.add(article("a", "", {"The gazette of today."}));
  index.add(article("b", "", {"The gazelle of today."}));
  index.add(article("c", "", {"The gazelle, a gazette."}));
  const auto score = [&](const std::string& text, const std::string& id) {
    Xapian::Enquire enquire(index.database);
    enquire.set_query(compile(parse(text).root, index.database, {}).query);
    enquire.set_weighting_scheme(Xapian::BM25Weight(2, 0, 1, 0.8, 0.5));
    const Xapian::MSet hits = enquire.get_mset(0, 30);
    for (auto hit = hits.begin(); hit != hits.end(); ++hit) {
      if (hit.get_document().get_data() == id) return hit.get_weight();
    }
    return 0.0;
  };
  BOOST_TEST(score("gaz*", "a") == score("gaz*", "b"));
  BOOST_TEST(score("gaz*", "a") < score("=gazette", "a"));  // not as rare as one of them alone
  BOOST_TEST(score("gaz*", "c") > score("gaz*", "a"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::query
