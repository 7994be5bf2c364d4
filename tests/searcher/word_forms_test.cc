#include "searcher/match/word_forms.h"

#include <xapian.h>

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <vector>

#include "common/schema.h"

namespace dateline::searcher {
namespace {

BOOST_AUTO_TEST_SUITE(word_forms_test)

/// What is told of a word is the same however the articles lie on shards.
BOOST_AUTO_TEST_CASE(forms_are_named_in_one_order_over_any_shards) {
  const query::HighlightWord word{.text = "samo", .terms = {"samo"}, .stems = {schema::stem_term({}, "es", "sam")}};
  std::mt19937 random(7);
  for (int round = 0; round < 30; ++round) {
    Xapian::WritableDatabase one("", Xapian::DB_BACKEND_INMEMORY);
    std::vector<Xapian::WritableDatabase> parts;
    Xapian::Database four;
    for (int i = 0; i < 4; ++i) parts.emplace_back("", Xapian::DB_BACKEND_INMEMORY);
    for (int n = 0; n < 60; ++n) {
      Xapian::Document document;
      document.add_boolean_term(schema::term(schema::kLanguage, random() % 2 == 0 ? "es" : "en"));
      for (const char* form : {"samo", "sama", "same", "samos", "samas"}) {
        if (random() % 5 == 0) document.add_term(form);
      }
      one.add_document(document);
      parts[random() % 4].add_document(document);
    }
    for (const Xapian::WritableDatabase& part : parts) four.add_database(part);
    const std::vector<std::string> told = other_forms(one, word, {"en", "es"}, 3);
    BOOST_TEST(told.size() == 3U);
    BOOST_TEST(told == other_forms(four, word, {"en", "es"}, 3), boost::test_tools::per_element());
  }
}

/// A form that no article of the language has is none.
BOOST_AUTO_TEST_CASE(a_form_of_another_language_is_not_named) {
  const query::HighlightWord word{.text = "samo", .terms = {"samo"}, .stems = {schema::stem_term({}, "es", "sam")}};
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (const auto& [lang, form] : {std::pair{"es", "sama"}, std::pair{"en", "same"}}) {
    Xapian::Document document;
    document.add_boolean_term(schema::term(schema::kLanguage, lang));
    document.add_term(form);
    database.add_document(document);
  }
  BOOST_TEST(other_forms(database, word, {"en", "es"}, 3) == std::vector<std::string>{"sama"},
             boost::test_tools::per_element());
}

/// What a word begins with in one language is not what it begins with in another.
BOOST_AUTO_TEST_CASE(each_language_has_forms_of_its_own_beginning) {
  const query::HighlightWord word{.text = "casas",
                                  .terms = {"casas"},
                                  .stems = {schema::stem_term({}, "en", "casa"), schema::stem_term({}, "es", "cas")}};
  Xapian::WritableDatabase database("", Xapian::DB_BACKEND_INMEMORY);
  for (const auto& [lang, form] : {std::pair{"es", "caso"}, std::pair{"en", "casa"}}) {
    Xapian::Document document;
    document.add_boolean_term(schema::term(schema::kLanguage, lang));
    document.add_term(form);
    database.add_document(document);
  }
  BOOST_TEST(other_forms(database, word, {"en", "es"}, 3) == (std::vector<std::string>{"casa", "caso"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace dateline::searcher
