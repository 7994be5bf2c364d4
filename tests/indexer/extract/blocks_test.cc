#include "indexer/extract/blocks.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace dateline::indexer {
namespace {

std::vector<std::string> texts(std::string_view html) {
  const HtmlTree tree(guard_html(html));
  std::vector<std::string> list;
  for (const Block& b : cut_blocks(tree).blocks) list.push_back(b.text);
  return list;
}

using Texts = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(blocks_test)

BOOST_AUTO_TEST_CASE(block_elements_part_and_inline_elements_join) {
  BOOST_TEST(texts("<p>One <b>bold</b> <a href=x>link</a>.</p><div>Two<p>Three</p>four</div>") ==
                 (Texts{"One bold link.", "Two", "Three", "four"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(two_line_breaks_part_and_one_does_not) {
  BOOST_TEST(texts("<div>a<br>b<br> <br>c</div>") == (Texts{"a b", "c"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(white_space_collapses) {
  BOOST_TEST(texts("<p> a \n\t b&nbsp; c </p>") == (Texts{"a b c"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_head_and_fallbacks_are_silent) {
  BOOST_TEST(texts("<head><title>t</title></head><body><video>no video</video><p>a") == (Texts{"a"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(links_and_hidden_parts_are_noted) {
  const HtmlTree tree(guard_html("<p><a href=x>abc</a> defgh</p><p style='display: none'>h</p><p hidden>i"));
  const BlockList list = cut_blocks(tree);
  BOOST_REQUIRE(list.blocks.size() == 3U);
  BOOST_TEST(list.blocks[0].links == 1U);
  BOOST_TEST(list.blocks[0].link_characters == 4U);
  BOOST_TEST(!list.blocks[0].hidden);
  BOOST_TEST(list.blocks[1].hidden);
  BOOST_TEST(list.blocks[2].hidden);
}

BOOST_AUTO_TEST_CASE(roles_are_read_from_words_of_class_names) {
  BOOST_TEST(roles_in("article-body__text") == (bit(Role::article) | bit(Role::content) | bit(Role::article_body)));
  BOOST_TEST(roles_in("relatedStories") == bit(Role::related));
  BOOST_TEST(roles_in("x1 col-6") == 0U);
}

BOOST_AUTO_TEST_CASE(words_of_any_script) {
  BOOST_TEST(word_hashes("Oil, OIL oil.").size() == 3U);
  BOOST_TEST(word_hashes("Oil")[0] == word_hashes("oil")[0]);
  BOOST_TEST(word_hashes("日本語").size() == 3U);
  BOOST_TEST(word_hashes("Привет, мир!").size() == 2U);
  BOOST_TEST(word_hashes("…—“”").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer
