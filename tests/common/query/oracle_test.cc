// The engine against the oracle: random articles of few words, random queries of all operators.
// DATELINE_TEST_SEED=n repeats a run, DATELINE_ORACLE_PAIRS=n makes it longer.
#include "common/query/oracle.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "tests/support/memory_index.h"
#include "tests/support/setting.h"

namespace dateline::query {
namespace {

using namespace std::chrono_literals;

struct Names final : ActorNames {
  std::vector<std::string> canonical(std::string_view alias) const override {
    if (alias == "biden") return {"Joe Biden"};
    if (alias == "bush") return {"George Bush", "Jeb Bush"};
    return {};
  }
};

/// Few words, so that much matches; forms of one stem, accents, compounds, initialisms, Chinese.
const std::vector<std::string> kWords = {"oil",    "oils",   "gas",     "sanction", "sanctions", "sanctioned", "city",
                                         "cities", "peña",   "pena",    "covid-19", "covid19",   "covid",      "19",
                                         "U.S.",   "us",     "o'brien", "obrien",   "1,000",     "1000",       "AT&T",
                                         "#oil",   "北京市", "京市",    "北",       "ciudades",  "ciudad",     "the"};
const std::vector<std::string> kPatterns = {"san*", "cit?es", "*tion", "ciu*d", "oil*", "*ons", "covid*", "peñ*"};

class Generator {
 public:
  explicit Generator(unsigned long seed) : random_(seed) {}

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <typename T>
  const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

  Article article(std::size_t number) {
    Article out;
    out.id = std::to_string(number);
    out.lang = pick<std::string>({"en", "es", "", "xx"});
    out.title = words(below(4));
    for (std::size_t i = below(4); i > 0; --i) out.body.push_back(sentences());
    if (chance(70)) out.source = pick<std::string>({"BBC", "El País", "BBC News"});
    if (chance(30)) out.summary = sentences();
    if (chance(50)) out.section = pick<std::string>({"World", "Business"});
    if (chance(30))
      out.subjects.push_back({.code = pick<std::string>({"medtop:20000822", "subj:04001000"}), .name = "World"});
    if (chance(50)) out.authors.push_back(pick<std::string>({"Jane O'Brien", "Ann Smith"}));
    if (chance(30)) out.authors.push_back("Jane Smith");
    if (chance(50)) out.actors.push_back(actor(pick<std::string>({"Joe Biden", "George Bush"})));
    if (chance(30)) out.actors.push_back(actor("Jeb Bush"));
    if (chance(80)) out.published = date();
    return out;
  }

  Node query(std::size_t depth) {
    if (depth == 0 || chance(15)) return chance(75) ? place(1) : filter();
    switch (below(9)) {
      case 0:
      case 1:
        return combine(Kind::all_of, some(depth));
      case 2:
        return combine(Kind::any_of, some(depth));
      case 3:
        return combine(Kind::one_of, some(depth));
      case 4:
        return negate(query(depth - 1));
      case 5:
        return pair(Kind::maybe, query(depth - 1), query(depth - 1));
      case 6:
        return wrapped(Kind::at_least, 1 + below(3), place(2));
      case 7:
        return wrapped(Kind::first, 1 + below(12), anywhere(chance(50) ? place(0) : relation(1)));
      default:
        return place(depth);
    }
  }

 private:
  static Actor actor(const std::string& name) {
    return {.name = name,
            .kind = ActorKind::person,
            .mentions = 1,
            .salience = name == "Jeb Bush" ? 0.2 : 0.8,
            .surfaces = {}};
  }

  std::string words(std::size_t count) {
    std::string out;
    for (; count > 0; --count) out += (out.empty() ? "" : " ") + pick(kWords);
    return out;
  }

  std::string sentences() {
    std::string out;
    for (std::size_t i = 1 + below(3); i > 0; --i) out += "Then " + words(1 + below(6)) + ". ";
    return out;
  }

  Timestamp date() {
    Timestamp out;
    const auto day = std::chrono::sys_days(2021y / 11 / 20) + std::chrono::days(below(90));
    out.precision = pick<Precision>({Precision::year, Precision::month, Precision::day, Precision::second});
    const std::chrono::year_month_day ymd(day);
    std::chrono::sys_seconds at(day);
    if (out.precision == Precision::year) at = std::chrono::sys_days(ymd.year() / 1 / 1);
    if (out.precision == Precision::month) at = std::chrono::sys_days(ymd.year() / ymd.month() / 1);
    if (out.precision == Precision::second) {
      at += std::chrono::seconds(below(86'400));
      out.offset_minutes = pick<std::int16_t>({0, 120, -300});
    }
    out.utc = at.time_since_epoch().count();
    return out;
  }

  std::vector<Node> some(std::size_t depth) {
    std::vector<Node> out;
    for (std::size_t i = 2 + below(2); i > 0; --i) out.push_back(query(depth - 1));
    return out;
  }

  static Node pair(Kind kind, Node a, Node b) {
    Node out;
    out.kind = kind;
    out.children.push_back(std::move(a));
    out.children.push_back(std::move(b));
    return out;
  }

  static Node wrapped(Kind kind, std::size_t n, Node child) {
    Node out;
    out.kind = kind;
    out.n = static_cast<std::uint32_t>(n);
    out.children.push_back(std::move(child));
    return out;
  }

  Node word(bool in_phrase) {
    Node out;
    out.kind = Kind::word;
    if (chance(10)) {
      out.text = pick(kPatterns);
      out.wildcard = true;
    } else {
      out.text = pick(kWords);
      if (out.text == "U.S.") out.text = "U.S";
      out.exact = in_phrase || chance(20);
      if (!out.exact && chance(10)) out.n = static_cast<std::uint32_t>(1 + below(2));
    }
    return out;
  }

  Node phrase() {
    Node out;
    out.kind = chance(60) ? Kind::phrase : Kind::loose_phrase;
    if (out.kind == Kind::loose_phrase) out.n = static_cast<std::uint32_t>(1 + below(6));
    for (std::size_t i = 2 + below(2); i > 0; --i) out.children.push_back(word(true));
    if (chance(20)) in_title(out);
    return out;
  }

  void in_title(Node& node) {
    if (node.kind == Kind::word || node.kind == Kind::phrase || node.kind == Kind::loose_phrase)
      node.field = Field::title;
    for (Node& child : node.children) in_title(child);
  }

  static Node anywhere(Node node) {
    node.field = Field::text;
    for (Node& child : node.children) child = anywhere(std::move(child));
    return node;
  }

  Node relation(std::size_t depth) {
    static const std::vector<Kind> kKinds = {Kind::near, Kind::before, Kind::same_sentence, Kind::same_paragraph};
    Node out = pair(pick(kKinds), place(depth - 1), place(depth - 1));
    if (out.kind == Kind::near || out.kind == Kind::before) out.n = static_cast<std::uint32_t>(1 + below(8));
    return out;
  }

  /// What has a place in the text.
  Node place(std::size_t depth) {
    if (depth == 0 || chance(40)) {
      if (chance(25)) return phrase();
      Node out = word(false);
      if (chance(15)) in_title(out);
      return out;
    }
    if (chance(30)) {
      std::vector<Node> alternatives;
      for (std::size_t i = 2 + below(2); i > 0; --i) alternatives.push_back(place(depth - 1));
      return combine(Kind::any_of, std::move(alternatives));
    }
    return relation(depth);
  }

  Node name(Field field, const std::string& text) {
    Node out;
    out.kind = Kind::filter;
    out.field = field;
    out.text = text;
    out.wildcard = text.find('*') != std::string::npos;
    return out;
  }

  Node filter() {
    Node out;
    switch (below(8)) {
      case 0:
        return name(Field::source, pick<std::string>({"bbc", "El Pais", "BBC*", "CNN", "el país"}));
      case 1:
        return name(Field::section,
                    pick<std::string>({"world", "Business", "Bus*", "sport", "competition discipline"}));
      case 2:
        return name(Field::author, pick<std::string>({"smith", "Jane Smith", "smith jane", "O'Brien", "smi*",
                                                      "smi* jane", "bri* jane", "jane"}));
      case 3:
        return name(chance(50) ? Field::actor : Field::salient_actor,
                    pick<std::string>({"Biden", "Bush", "jeb bush", "geo*"}));
      case 4:
        return name(Field::lang, pick<std::string>({"en", "es", "de"}));
      case 5:
        return name(Field::has, pick<std::string>({"author", "date", "source", "actor", "section"}));
      case 6:
        out.kind = Kind::words;
        if (chance(70)) out.min_words = below(20);
        if (!out.min_words || chance(30)) out.max_words = below(30);
        return out;
      default:
        break;
    }
    out.kind = Kind::date;
    out.date.moments = chance(20);
    const auto day = [&] {
      auto at = std::chrono::sys_seconds(std::chrono::sys_days(2021y / 11 / 1) + std::chrono::days(below(130)));
      if (chance(30)) at = std::chrono::sys_days(2021y / pick<int>({1, 11, 12}) / 1);
      if (chance(20)) at = std::chrono::sys_days(2021y / 12 / 31);
      if (out.date.moments) at += std::chrono::seconds(below(86'400));
      return at;
    };
    if (chance(80)) out.date.from = day();
    if (!out.date.from || chance(70)) out.date.to = day();
    if (out.date.from && out.date.to && *out.date.to < *out.date.from) std::swap(out.date.from, out.date.to);
    return out;
  }

  std::mt19937_64 random_;
};

BOOST_AUTO_TEST_SUITE(oracle_test)

BOOST_AUTO_TEST_CASE(engine_and_oracle_agree) {
  const unsigned long first_seed = test::setting("DATELINE_TEST_SEED", 1);
  const unsigned long pairs = test::setting("DATELINE_ORACLE_PAIRS", 4000);
  constexpr unsigned long kQueriesOfACorpus = 100;
  const Names names;
  CompileOptions options;
  options.languages = {"en", "es"};
  options.actors = &names;
  options.suggest = false;
  unsigned long matched = 0, differing = 0;
  for (unsigned long done = 0; done < pairs && differing < 5; done += kQueriesOfACorpus) {
    const unsigned long seed = first_seed + done;
    Generator generator(seed);
    test::MemoryIndex index;
    std::vector<LaidOutArticle> articles;
    for (std::size_t i = 0, n = 2 + generator.below(12); i < n; ++i) {
      const Article article = generator.article(i);
      index.add(article);
      articles.emplace_back(article);
    }
    Oracle oracle(options);
    for (unsigned long q = 0; q < kQueriesOfACorpus; ++q) {
      const Node node = generator.query(3);
      std::vector<std::string> expected;
      for (const LaidOutArticle& article : articles) {
        if (oracle.matches(node, article)) expected.push_back(article.article.id);
      }
      const Compiled compiled = compile(node, index.database, options);
      const auto found = test::MemoryIndex::ids(index.database, compiled.query);
      matched += expected.empty() ? 0U : 1U;
      if (found == expected) continue;
      ++differing;
      BOOST_TEST_CONTEXT("seed " << seed << ", query " << q << ": " << print(node) << "\n  "
                                 << compiled.query.get_description()) {
        BOOST_TEST(found == expected, boost::test_tools::per_element());
        for (const LaidOutArticle& article : articles) {
          std::string text = article.article.id + " [" + article.article.lang + "] " + article.article.title;
          for (const std::string& paragraph : article.article.body) text += " | " + paragraph;
          BOOST_TEST_MESSAGE(text);
        }
      }
    }
  }
  // Random queries that hardly ever match would prove nothing.
  BOOST_TEST(matched > pairs / 4);
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_understood_again) {
  const unsigned long seed = test::setting("DATELINE_TEST_SEED", 1);
  Generator generator(seed);
  for (int i = 0; i < 3000; ++i) {
    const Node node = generator.query(4);
    const std::string text = print(node);
    for (const DefaultOperator op : {DefaultOperator::all, DefaultOperator::any}) {
      ParseOptions options;
      options.default_operator = op;
      options.languages = {"en", "es"};
      BOOST_TEST_CONTEXT("seed " << seed << ": " << text) {
        const Parsed parsed = parse(text, options);
        BOOST_TEST(print(parsed.root) == text);
        BOOST_TEST((parsed.root == node));
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::query
