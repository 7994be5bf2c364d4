#include "indexer/enrich/actors/gazetteer.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "dateline/error.h"
#include "indexer/enrich/actors/actor_data.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::indexer;

namespace {

const std::filesystem::path kShipped = std::filesystem::path(DATELINE_SOURCE_DIR) / "indexer/data/actors";

struct Folder {
  test::TemporaryFolder folder;
  std::filesystem::path file(const std::string& name, const std::string& text) {
    const auto path = folder.path() / name;
    std::ofstream(path) << text;
    return path;
  }
};

std::string name_of(const Gazetteer& gazetteer, std::string_view name) {
  const std::uint32_t entry = gazetteer.find(name_hash(name));
  return entry == kNoEntry ? "" : gazetteer.entries()[entry].name;
}

std::string message(const std::function<void()>& act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gazetteer_test)

BOOST_AUTO_TEST_CASE(a_line_gives_an_actor_with_all_its_names) {
  Folder in;
  Gazetteer gazetteer;
  gazetteer.read_actors(in.file("persons.tsv", "# comment\n\nAda Quill\tA. Quill|es:Ada Pluma\tminister\t2001\t2005\n"),
                        ActorKind::person);
  gazetteer.freeze();
  BOOST_TEST_REQUIRE(gazetteer.entries().size() == 1U);
  const auto& entry = gazetteer.entries()[0];
  BOOST_TEST(entry.role == "minister");
  BOOST_TEST(entry.from_year == 2001);
  BOOST_TEST(entry.to_year == 2005);
  BOOST_TEST(name_of(gazetteer, "ada quill") == "Ada Quill");
  BOOST_TEST(name_of(gazetteer, "Ada Pluma") == "Ada Quill");
  const auto aliases = gazetteer.aliases();
  BOOST_TEST(
      std::count(aliases.begin(), aliases.end(), std::pair<std::string, std::string>("ada pluma", "Ada Quill")) == 1);
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_named_with_its_file_and_number) {
  Folder in;
  const struct {
    const char* text;
    const char* complaint;
  } cases[] = {
      {"Ada Quill\n\tnobody\n", "persons.tsv:2: no name"},
      {"Ada Quill\t\tminister\tsoon\n", "persons.tsv:1: \"soon\" is no year"},
      {"Ada Quill\t\tminister\t2005\t2001\n", "persons.tsv:1: ends before it begins"},
      {"a\tb\tc\t1\t2\tx\n", "persons.tsv:1: more than 5 columns"},
      {"\xff\xfe\n", "persons.tsv:1: not valid UTF-8"},
  };
  for (const auto& [text, complaint] : cases) {
    const auto path = in.file("persons.tsv", text);
    Gazetteer gazetteer;
    const std::string said = message([&] { gazetteer.read_actors(path, ActorKind::person); });
    BOOST_TEST(said.find(complaint) != std::string::npos, said);
  }
  Gazetteer gazetteer;
  BOOST_TEST(message([&] { gazetteer.read_folder(in.folder.path() / "absent"); }).find("absent") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_name_that_two_share_is_nobodys_unless_one_is_called_so) {
  Folder in;
  Gazetteer gazetteer;
  gazetteer.read_actors(in.file("organisations.tsv", "Quill Party\tQP\nQuiet Press\tQP\nOrion\nOrion Press\tOrion\n"),
                        ActorKind::organisation);
  gazetteer.freeze();
  BOOST_TEST(name_of(gazetteer, "QP").empty());
  BOOST_TEST(name_of(gazetteer, "Orion") == "Orion");
}

BOOST_AUTO_TEST_CASE(overrides_merge_split_and_drop) {
  Folder in;
  Gazetteer gazetteer;
  gazetteer.read_overrides(in.file("overrides.tsv", "merge\tQuill Group\tQuill Holding\nsplit\tOrion\ndrop\tAcme\n"));
  gazetteer.freeze();
  const ActorIdentities identities(gazetteer.overrides());
  BOOST_TEST(identities.shown("quill  group", ActorKind::person)->name == "quill  group");
  BOOST_TEST(identities.shown("quill group", ActorKind::person)->name == "Quill Holding");
  BOOST_CHECK(identities.rule("orion")->action == IdentityRule::Action::split);
  BOOST_TEST(!identities.shown("Acme", ActorKind::organisation).has_value());
  const auto bad = in.file("bad.tsv", "merge\tQuill\n");
  BOOST_TEST(message([&] { gazetteer.read_overrides(bad); }).find("bad.tsv:1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_split_name_is_no_alias_any_more) {
  Folder in;
  Gazetteer gazetteer;
  gazetteer.read_actors(in.file("organisations.tsv", "Quill Holding\tQuill Press|Quill Group\n"),
                        ActorKind::organisation);
  gazetteer.read_overrides(in.file("overrides.tsv", "split\tQuill Press\n"));
  gazetteer.freeze();
  BOOST_TEST(name_of(gazetteer, "Quill Press") == "Quill Press");
  BOOST_TEST(name_of(gazetteer, "Quill Group") == "Quill Holding");
}

BOOST_AUTO_TEST_CASE(cameo_dictionaries_are_read) {
  Folder in;
  Gazetteer gazetteer;
  gazetteer.read_words(in.file("words.tsv", "organisation_word\tministry\n"));
  gazetteer.read_cameo(in.file("test.actors.txt",
                               "# made for this test\nADA_QUILL_ ; note\n+A._QUILL_\n\t[XYZGOV 010101-050101]\n"
                               "MINISTRY_OF_QUILLS_\n\t[XYZGOV]\n"));
  gazetteer.freeze();
  BOOST_TEST(name_of(gazetteer, "A. Quill") == "Ada Quill");
  BOOST_TEST_REQUIRE(gazetteer.entries().size() == 2U);
  BOOST_CHECK(gazetteer.entries()[0].kind == ActorKind::person);
  BOOST_CHECK(gazetteer.entries()[1].kind == ActorKind::organisation);
}

BOOST_AUTO_TEST_CASE(what_is_shipped_loads_and_knows_the_world) {
  const ActorData data = ActorData::load({.folders = {kShipped}, .actor_files = {}, .overrides = {}});
  const Gazetteer& gazetteer = data.gazetteer();
  const auto& entries = gazetteer.entries();
  const auto count = [&](ActorKind kind) {
    return std::count_if(entries.begin(), entries.end(), [kind](const auto& entry) { return entry.kind == kind; });
  };
  BOOST_TEST(count(ActorKind::person) >= 1500);
  BOOST_TEST(count(ActorKind::organisation) >= 1000);
  BOOST_TEST(count(ActorKind::country) >= 240);
  for (const char* name :
       {"Germany", "Alemania", "Allemagne", "Deutschland", "Германия", "ألمانيا", "德国", "ドイツ", "Niemcy"}) {
    BOOST_TEST(name_of(gazetteer, name) == "Germany", name);
  }
  for (const char* name : {"Владимир Путин", "فلاديمير بوتين", "普京", "Wladimir Putin"}) {
    BOOST_TEST(name_of(gazetteer, name) == "Vladimir Putin", name);
  }
  BOOST_TEST(name_of(gazetteer, "OTAN") == "NATO");
  // Nothing in the files is lost: a name is an actor's own, or two actors share it.
  for (const auto& entry : entries) BOOST_TEST(!fold_name(entry.name).empty(), entry.name);
}

BOOST_AUTO_TEST_CASE(transliterations_of_a_name_meet_and_other_names_do_not) {
  const auto same = [](const char* a, const char* b) { return transliteration_key(a) == transliteration_key(b); };
  BOOST_TEST(same("Volodymyr Zelensky", "Volodymyr Zelenskyy"));
  BOOST_TEST(same("Dmitri Medvedev", "Dmitry Medvedev"));
  BOOST_TEST(same("Mikhail Khodorkovsky", "Mihail Hodorkovski"));
  BOOST_TEST(!same("Vladimir Putin", "Vladimir Pozner"));
  BOOST_TEST(!same("Lech Kaczynski", "Jaroslaw Kaczynski"));
  BOOST_TEST(transliteration_key("Biden").empty());
}

BOOST_AUTO_TEST_SUITE_END()
