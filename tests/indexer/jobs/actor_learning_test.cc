// What is learnt from articles together. The people are made up.
#include "indexer/jobs/actor_learning.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "common/schema.h"
#include "common/stored.h"

using namespace dateline;
using namespace dateline::indexer;

namespace {

class Articles {
 public:
  Articles() : database("", Xapian::DB_BACKEND_INMEMORY) {}

  /// Persons, except names that begin with "o:"; "short=Long Name" is a name with the short form used beside it.
  void add(const std::vector<std::string>& names, int times = 1) {
    Article article;
    std::vector<std::string> packed;
    for (std::string name : names) {
      Actor actor;
      if (name.starts_with("o:")) actor.kind = ActorKind::organisation, name.erase(0, 2);
      if (const auto equals = name.find('='); equals != std::string::npos) {
        actor.surfaces.push_back(name.substr(0, equals));
        name.erase(0, equals + 1);
      }
      actor.name = name;
      actor.surfaces.push_back(name);
      packed.push_back(kind_letter(actor.kind) + name);
      article.actors.push_back(std::move(actor));
    }
    for (; times > 0; --times) {
      Xapian::Document document;
      document.add_value(schema::slot_actors, schema::pack_strings(packed));
      document.set_data(encode_article(article));
      database.add_document(document);
    }
  }

  /// name -> whom it means
  [[nodiscard]] std::map<std::string, std::string> learn() const {
    std::map<std::string, std::string> found;
    for (const IdentityRule& rule : learn_identities(database, nullptr)) found[rule.name] = rule.target;
    return found;
  }

  Xapian::WritableDatabase database;
};

using Learnt = std::map<std::string, std::string>;

}  // namespace

BOOST_TEST_DONT_PRINT_LOG_VALUE(Learnt)

BOOST_AUTO_TEST_SUITE(actor_learning_test)

BOOST_AUTO_TEST_CASE(capitals_and_accents_make_no_other_actor) {
  Articles in;
  in.add({"o:VESTACORP"});
  in.add({"o:VestaCorp"}, 2);
  BOOST_TEST(in.learn() == (Learnt{{"vestacorp", "VestaCorp"}}));
}

BOOST_AUTO_TEST_CASE(transliterations_in_the_same_company_are_one) {
  Articles in;
  in.add({"Mykola Vernadsky", "Irina Sokolova", "o:Dnipro Steel"}, 3);
  in.add({"Mykola Vernadskyy", "Irina Sokolova", "o:Dnipro Steel"});
  in.add({"Bo Li"}, 5);
  BOOST_TEST(in.learn() == (Learnt{{"mykola vernadskyy", "Mykola Vernadsky"}}));
}

BOOST_AUTO_TEST_CASE(without_common_company_they_stay_two) {
  Articles in;
  in.add({"Mykola Vernadsky", "Irina Sokolova"}, 3);
  in.add({"Mykola Vernadskyy", "Tom Hale"});
  BOOST_TEST(in.learn().empty());
}

BOOST_AUTO_TEST_CASE(whom_an_article_names_as_two_are_two) {
  Articles in;
  in.add({"Kristen Hale", "Irina Sokolova"}, 3);
  in.add({"Kristin Hale", "Irina Sokolova"}, 3);
  in.add({"Kristen Hale", "Kristin Hale"});
  BOOST_TEST(in.learn().empty());
}

BOOST_AUTO_TEST_CASE(a_name_that_may_mean_two_means_none_of_them) {
  Articles in;
  in.add({"Tom A. Hale", "Irina Sokolova"}, 3);
  in.add({"Tom B. Hale", "Irina Sokolova"}, 3);
  in.add({"Tom Hale", "Irina Sokolova"}, 3);
  BOOST_TEST(in.learn().empty());
}

BOOST_AUTO_TEST_CASE(a_company_is_the_same_without_its_legal_form) {
  Articles in;
  in.add({"o:Vesta Mills"}, 3);
  in.add({"o:Vesta Mills Inc."});
  in.add({"o:Vesta Mills Corp"});
  BOOST_TEST(in.learn() == (Learnt{{"vesta mills corp", "Vesta Mills"}, {"vesta mills inc.", "Vesta Mills"}}));
}

BOOST_AUTO_TEST_CASE(other_articles_explain_an_acronym) {
  Articles in;
  in.add({"o:VMW=Vesta Mill Workers", "Tom Hale"}, 2);
  in.add({"o:VMW", "Tom Hale"});
  in.add({"Bo Li"}, 3);
  BOOST_TEST(in.learn() == (Learnt{{"vmw", "Vesta Mill Workers"}}));
}

BOOST_AUTO_TEST_CASE(a_surname_of_two_stays_unresolved) {
  Articles in;
  in.add({"Sokolova=Irina Sokolova", "Tom Hale"}, 3);
  in.add({"Sokolova", "Tom Hale"});
  in.add({"Bo Li"}, 3);
  BOOST_TEST(in.learn() == (Learnt{{"sokolova", "Irina Sokolova"}}));
  in.add({"Vera Sokolova"});
  BOOST_TEST(in.learn().empty());
}

BOOST_AUTO_TEST_SUITE_END()
