#include "indexer/extract/html_tree.h"

#include <boost/test/unit_test.hpp>
#include <string>

namespace dateline::indexer {
namespace {

HtmlTree tree_of(std::string_view html) {
  return HtmlTree(guard_html(html));
}

HtmlTree::Index first(const HtmlTree& tree, Tag tag) {
  for (HtmlTree::Index i = 0; i < tree.size(); ++i) {
    if (tree.node(i).tag == tag) return i;
  }
  return HtmlTree::kNoNode;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(html_tree_test)

BOOST_AUTO_TEST_CASE(subtrees_are_ranges) {
  const HtmlTree tree = tree_of("<body><div><p>a</p><p>b</p></div><p>c");
  const auto div = first(tree, Tag::div);
  BOOST_REQUIRE(div != HtmlTree::kNoNode);
  BOOST_TEST(tree.text_of(div) == "  a b");
  for (HtmlTree::Index i = 1; i < tree.size(); ++i) {
    const auto parent = tree.node(i).parent;
    BOOST_REQUIRE(parent < i);
    BOOST_TEST(tree.node(i).end <= tree.node(parent).end);
    BOOST_TEST(tree.node(i).end > i);
    BOOST_TEST(tree.node(i).depth == tree.node(parent).depth + 1);
  }
}

BOOST_AUTO_TEST_CASE(references_are_decoded) {
  const HtmlTree tree = tree_of("<p title='a &amp; b'>x &eacute; &#8217;");
  const auto p = first(tree, Tag::p);
  BOOST_TEST(tree.attribute(p, Attr::title) == "a & b");
  BOOST_TEST(tree.text_of(p).find("é ’") != std::string::npos);
  BOOST_TEST(!tree.has_attribute(p, Attr::class_));
}

BOOST_AUTO_TEST_CASE(nothing_makes_an_empty_page) {
  for (const std::string_view html : {"", " ", "<", "</", "<!", "<p", "\xFF"}) {
    const HtmlTree tree = tree_of(html);
    BOOST_TEST(tree.size() >= 1U);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer
