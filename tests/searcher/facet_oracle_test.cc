// Facet counts of whole searches against a loop over all articles, whatever the page and the order.
// DATELINE_FACET_ARTICLES=n, DATELINE_FACET_REQUESTS=n make it longer, DATELINE_TEST_SEED=n repeats a run.
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/date.h"
#include "common/identity.h"
#include "common/media_topics.h"
#include "common/query/oracle.h"
#include "common/schema.h"
#include "common/store.h"
#include "common/stored.h"
#include "common/text.h"
#include "dateline/searcher.h"
#include "indexer/document_builder.h"
#include "tests/support/setting.h"
#include "tests/support/temporary_folder.h"

namespace dateline::searcher {
namespace {

const FixedClock kClock{std::chrono::sys_days{std::chrono::year{2022} / 1 / 15}};

class Generator {
 public:
  explicit Generator(unsigned long seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return random_() % n; }
  const std::string& pick(const std::vector<std::string>& from) { return from[below(from.size())]; }
  std::string one_or_none(const std::vector<std::string>& from) { return below(4) == 0 ? std::string() : pick(from); }

  Article article(std::size_t number) {
    Article out;
    out.id = "a" + std::to_string(number);
    out.title = words(1 + below(4)) + " " + std::to_string(number);
    for (std::size_t i = below(3); i > 0; --i) out.body.push_back(words(1 + below(8)) + ".");
    out.lang = one_or_none({"en", "es", "de"});
    out.source = one_or_none({"Alpha News", "alpha news", "ALPHA NEWS", "El País", "El Pais", "Wire"});
    out.section = one_or_none({"World", "world", "Sport"});
    for (const char* code :
         {"medtop:15000000", "medtop:20000822", "medtop:20001108", "subj:04008000", "medtop:29999999"}) {
      if (below(5) == 0) out.subjects.push_back({.code = code, .name = "of " + std::string{code}});
    }
    for (const char* name : {"Ann Lee", "ann lee", "Zoë Ray", "Ben Fox"}) {
      if (below(4) == 0) out.authors.emplace_back(name);
    }
    const std::vector<Actor> actors = {{.name = "Joe Biden", .kind = ActorKind::person},
                                       {.name = "NATO", .kind = ActorKind::organisation},
                                       {.name = "Nato", .kind = ActorKind::organisation},
                                       {.name = "Russia", .kind = ActorKind::country}};
    for (const Actor& actor : actors) {
      if (below(3) == 0) out.actors.push_back(actor);
    }
    if (below(5) != 0) out.published = parse_date(pick({"2020", "2021-11", "2021-12-30", "2022-01-02T23:30:00-05:00"}));
    return out;
  }

  std::string query() {
    const std::string a = pick(kWords);
    const std::string b = pick(kWords);
    switch (below(8)) {
      case 0:
        return "*";
      case 1:
        return a + " OR " + b;
      case 2:
        return a + " -" + b;
      case 3:
        return a + " w/3 " + b;
      case 4:
        return a + " source:\"alpha news\"";
      case 5:
        return "date:2021 OR " + a;
      case 6:
        return "words:>5";
      default:
        return a;
    }
  }

 private:
  static inline const std::vector<std::string> kWords = {"oil",  "gas",  "grain", "ships",   "sanctions",
                                                         "talk", "vote", "court", "harbour", "peace"};
  std::string words(std::size_t count) {
    std::string out;
    for (; count > 0; --count) out += (out.empty() ? "" : " ") + pick(kWords);
    return out;
  }

  std::mt19937_64 random_;
};

/// Values of one article in a field, as a facet names them, folded where names are.
std::set<std::string> values_of(const Article& article, const std::string& field) {
  std::set<std::string> out;
  const auto add = [&](const std::string& value) {
    if (!value.empty()) out.insert(value);
  };
  if (field == "source") add(text::fold(article.source));
  if (field == "section") {
    for (const std::vector<std::string>& path : section_paths(article)) add(text::fold(path.front()));
  }
  if (field == "lang") add(article.lang);
  if (field == "authors") {
    for (const std::string& author : article.authors) add(text::fold(author));
  }
  for (const Actor& actor : article.actors) {
    const bool wanted = field == "actors" || field == "actors:" + std::string{kind_name(actor.kind)};
    if (wanted) add(text::fold(actor.name));
  }
  if (article.published && field.starts_with("date")) {
    const std::string day = format_day(*article.published);
    add(field == "date:year" ? day.substr(0, 4) : field == "date:month" ? day.substr(0, 7) : day);
  }
  return out;
}

BOOST_AUTO_TEST_SUITE(facet_oracle_test)

BOOST_AUTO_TEST_CASE(counts_are_those_of_a_loop_over_all_articles) {
  const unsigned long seed = test::setting("DATELINE_TEST_SEED", 1);
  Generator generator(seed);
  std::vector<Article> articles;
  for (std::size_t i = 0; i < test::setting("DATELINE_FACET_ARTICLES", 1000); ++i)
    articles.push_back(generator.article(i));

  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "index";
  {
    IndexWriter writer(path, IndexWriter::Mode::update, kClock);
    indexer::DocumentBuilder builder;
    FlatDocument document;
    for (const Article& a : articles) {
      const std::string identity = identity_key(a);
      builder.build(a, identity, 0, false, document);
      writer.database().replace_document(identity_term(identity), to_xapian(document));
      writer.add_language(a.lang);
    }
    writer.commit();
  }
  Searcher searcher(path, kClock);
  query::CompileOptions options;
  options.languages = {"de", "en", "es"};
  query::Oracle oracle(options);
  std::vector<query::LaidOutArticle> laid_out(articles.begin(), articles.end());

  for (unsigned long i = 0; i < test::setting("DATELINE_FACET_REQUESTS", 60); ++i) {
    SearchRequest request;
    request.query = generator.query();
    request.sort = std::vector{SortOrder::relevance, SortOrder::newest, SortOrder::oldest}[generator.below(3)];
    request.offset = generator.below(3) * generator.below(700);
    request.limit = generator.below(30);
    request.snippet_length = 0;
    request.facets = facet_fields();
    request.limits.deadline = std::chrono::minutes(1);
    const SearchResult result = searcher.search(request);
    const query::Node root = query::parse(request.query, {.now = kClock.now(), .languages = options.languages}).root;
    std::vector<const Article*> matching;
    for (const query::LaidOutArticle& article : laid_out) {
      if (oracle.matches(root, article)) matching.push_back(&article.article);
    }
    BOOST_TEST_CONTEXT("seed " << seed << ", request " << i << ": " << request.query) {
      BOOST_TEST(result.total == matching.size());
      for (const Facet& facet : result.facets) {
        std::map<std::string, std::uint64_t> expected;
        std::uint64_t missing = 0;
        for (const Article* article : matching) {
          const std::set<std::string> values = values_of(*article, facet.field);
          missing += values.empty() ? 1U : 0U;
          for (const std::string& value : values) ++expected[value];
        }
        const bool names = facet.field != "lang" && !facet.field.starts_with("date");
        std::map<std::string, std::uint64_t> counted;
        for (const FacetValue& value : facet.values)
          counted[names ? text::fold(value.value) : value.value] = value.count;
        BOOST_TEST_CONTEXT("facet " << facet.field) {
          BOOST_TEST(facet.values.size() == expected.size());
          BOOST_TEST((counted == expected));
          BOOST_TEST(facet.missing == missing);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher
