#include "common/actor_identities.h"

#include <xapian.h>

#include <boost/test/unit_test.hpp>

#include "common/schema.h"
#include "common/store/identities.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using Action = IdentityRule::Action;

namespace {

IdentityRule merge(const std::string& name, const std::string& target,
                   IdentityOrigin origin = IdentityOrigin::command) {
  return {.name = name, .origin = origin, .target = target, .target_kind = ActorKind::person};
}
IdentityRule alone(const std::string& name, Action action, IdentityOrigin origin = IdentityOrigin::command) {
  return {.name = name, .action = action, .origin = origin, .target = {}, .target_kind = {}};
}
std::string shown(const ActorIdentities& identities, const std::string& name) {
  const auto meant = identities.shown(name, ActorKind::person);
  return meant ? meant->name : "";
}
using Names = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(actor_identities_test)

BOOST_AUTO_TEST_CASE(a_name_without_a_rule_means_itself) {
  const ActorIdentities nobody;
  BOOST_TEST(shown(nobody, "Ana Ruiz") == "Ana Ruiz");
  BOOST_TEST(nobody.held_as("ana ruiz") == Names{"ana ruiz"});
}

BOOST_AUTO_TEST_CASE(merges_follow_each_other) {
  const ActorIdentities identities({merge("A. Ruiz", "Ana Ruiz"), merge("ana ruiz", "Ana Ruiz Gil")});
  BOOST_TEST(shown(identities, "A. RUIZ") == "Ana Ruiz Gil");
  for (const char* name : {"a. ruiz", "ana ruiz", "ana ruiz gil"})
    BOOST_TEST(identities.held_as(name) == (Names{"a. ruiz", "ana ruiz", "ana ruiz gil"}));
}

BOOST_AUTO_TEST_CASE(a_circle_ends) {
  const ActorIdentities identities({merge("a b", "C D"), merge("c d", "E F"), merge("e f", "A B")});
  BOOST_TEST(!shown(identities, "A B").empty());
  BOOST_TEST(shown(identities, "A B") != "A B");
}

BOOST_AUTO_TEST_CASE(the_stronger_origin_wins_in_any_order) {
  const IdentityRule learnt = merge("x y", "Learnt One", IdentityOrigin::learnt);
  const IdentityRule file = merge("x y", "From File", IdentityOrigin::file);
  const IdentityRule split = alone("x y", Action::split);
  BOOST_TEST(shown(ActorIdentities({learnt, split}), "X Y") == "X Y");
  BOOST_TEST(shown(ActorIdentities({file, split, learnt}), "X Y") == "From File");
  BOOST_TEST(shown(ActorIdentities({split, learnt, file}), "X Y") == "From File");
}

BOOST_AUTO_TEST_CASE(another_way_to_write_a_name_is_a_rule_too) {
  const ActorIdentities identities({merge("pepsico", "PepsiCo")});
  BOOST_TEST(shown(identities, "Pepsico") == "PepsiCo");
  BOOST_TEST(identities.held_as("pepsico") == Names{"pepsico"});
}

BOOST_AUTO_TEST_CASE(the_actors_of_an_article_are_united_and_dropped) {
  const ActorIdentities identities({merge("ana r", "Ana Ruiz"), alone("nobody", Action::drop)});
  std::vector<Actor> actors = {{.name = "Nobody", .mentions = 9, .salience = 0.9, .surfaces = {}},
                               {.name = "Bo Li", .mentions = 2, .salience = 0.6, .surfaces = {"Li"}},
                               {.name = "Ana Ruiz", .mentions = 1, .salience = 0.4, .surfaces = {"Ruiz"}},
                               {.name = "Ana R", .mentions = 3, .salience = 0.7, .surfaces = {"Ruiz", "Ana R"}}};
  identities.apply(actors);
  BOOST_REQUIRE_EQUAL(actors.size(), 2U);
  BOOST_TEST(actors[0].name == "Ana Ruiz");
  BOOST_TEST(actors[0].mentions == 4U);
  BOOST_TEST(actors[0].salience == 0.7);
  BOOST_TEST(actors[0].surfaces == (Names{"Ruiz", "Ana R"}));
  BOOST_TEST(actors[1].name == "Bo Li");
}

BOOST_AUTO_TEST_CASE(an_index_keeps_the_rules_of_each_origin) {
  const test::TemporaryFolder folder;  // the database in memory cannot list its metadata
  Xapian::WritableDatabase database((folder.path() / "db").string(), Xapian::DB_CREATE);
  const std::vector<IdentityRule> commands = {merge("ana r", "Ana Ruiz"), alone("bo li", Action::split)};
  const std::vector<IdentityRule> learnt = {
      {.name = "ftu", .origin = IdentityOrigin::learnt, .target = "Federation of Unions", .target_kind = {}}};
  BOOST_TEST(write_identity_rules(database, IdentityOrigin::command, commands));
  BOOST_TEST(write_identity_rules(database, IdentityOrigin::learnt, learnt));
  BOOST_TEST(!write_identity_rules(database, IdentityOrigin::learnt, learnt));
  std::vector<IdentityRule> all = learnt;
  all.insert(all.end(), commands.begin(), commands.end());
  BOOST_CHECK(read_identity_rules(database) == all);
  BOOST_TEST(write_identity_rules(database, IdentityOrigin::command, {}));
  BOOST_CHECK(read_identity_rules(database) == learnt);
}

BOOST_AUTO_TEST_SUITE_END()
