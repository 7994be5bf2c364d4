#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>

#include "dateline/error.h"
#include "indexer/enrich/actors/training/corpus.h"
#include "indexer/enrich/actors/training/trainer.h"
#include "tests/support/temporary_folder.h"

using namespace dateline;
using namespace dateline::indexer;
using namespace dateline::indexer::training;

namespace {

struct Files {
  test::TemporaryFolder folder;
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.path() / name) << text;
    return folder.path() / name;
  }
};

std::string shown(const PreparedDocument& document) {
  static constexpr const char* kTypes[] = {"PER", "ORG", "LOC", "MISC"};
  std::string out;
  for (const Mention& mention : document.gold) {
    if (!out.empty()) out += "; ";
    for (std::uint32_t at = mention.begin; at < mention.end; ++at)
      out.append(document.text.tokens[at].word).append(" ");
    out += kTypes[static_cast<int>(mention.type)];
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(training_test)

BOOST_AUTO_TEST_CASE(silver_labels_are_repaired) {
  const Files files;
  Gazetteer gazetteer;
  gazetteer.read_words(files.write("words.tsv", "title\tPresident\ndemonym\tRuritanian\n"));
  gazetteer.read_actors(files.write("countries.tsv", "Ruritania\t\t\t\t\tRuritanian\n"), ActorKind::country);
  gazetteer.freeze();
  const Matcher matcher(gazetteer);
  auto documents =
      read_bio(files.write("a.bio",
                           "-DOCSTART-\tO\n\nPresident\tB-PER\nAda\tI-PER\nQuill\tI-PER\nleft\tO\nRuritania\tB-ORG\n"
                           ".\tO\n\nthe\tB-ORG\nQuill\tI-ORG\nParty\tI-ORG\nmet\tO\nRuritanian\tB-GPE\nenvoys\tO\n"));
  BOOST_TEST_REQUIRE(documents.size() == 1U);
  auto prepared = prepare(std::move(documents[0]), matcher);
  repair(prepared, gazetteer);
  BOOST_TEST(shown(prepared) == "Ada Quill PER; Ruritania LOC; Quill Party ORG; Ruritanian MISC");
}

BOOST_AUTO_TEST_CASE(a_bad_tag_is_named_with_its_line) {
  const Files files;
  const auto path = files.write("bad.bio", "Ada\tB-PER\nQuill\tI-WHO\n");
  try {
    (void)read_bio(path);
    BOOST_FAIL("no error");
  } catch (const Error& error) {
    BOOST_TEST(std::string(error.what()).find("bad.bio:2") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_trained_tagger_finds_names_it_never_saw) {
  const Files files;
  Gazetteer gazetteer;
  gazetteer.read_words(files.write("words.tsv", "title\tMinister\n"));
  gazetteer.freeze();
  const Matcher matcher(gazetteer);
  std::string text;
  for (const char* name : {"Quill", "Norton", "Bramble", "Hollis", "Marrow", "Tarn", "Peck", "Sorrel"}) {
    text +=
        std::string("Minister\tO\n") + name + "\tB-PER\nspoke\tO\nin\tO\n" + name + "ville\tB-LOC\ntoday\tO\n.\tO\n\n";
  }
  TaggerModel model;
  Trainer trainer(model, {.epochs = 30, .rate = 0.2F, .dropout = 0, .keep = 100000});
  for (auto& document : read_bio(files.write("a.bio", text))) {
    auto prepared = prepare(std::move(document), matcher);
    repair(prepared, gazetteer);
    trainer.add(prepared);
  }
  trainer.train([](const std::string&) {});
  Tagger tagger(model);
  auto unseen = read_bio(
      files.write("b.bio", "Minister\tO\nWexford\tB-PER\nspoke\tO\nin\tO\nCarraville\tB-LOC\ntoday\tO\n.\tO\n"));
  MentionScore score;
  score_mentions(prepare(std::move(unseen[0]), matcher), tagger, score);
  BOOST_TEST(score.gold == 2U);
  BOOST_TEST(score.found == 2U);
  BOOST_TEST(score.right == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
