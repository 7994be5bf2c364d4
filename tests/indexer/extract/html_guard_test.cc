#include "indexer/extract/html_guard.h"

#include <fmt/format.h>

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>

#include "common/text.h"
#include "indexer/extract/html_tree.h"

namespace dateline::indexer {
namespace {

// What the guard let through, with the texts and attributes that it kept aside written out.
std::string guarded(std::string_view html) {
  const GuardedHtml aside = guard_html(html);
  const std::string_view doctype = "<!DOCTYPE html>";
  BOOST_REQUIRE(aside.html.starts_with(doctype));
  std::string out;
  bool in_tag = false;
  for (std::size_t at = doctype.size(); at < aside.html.size();) {
    const std::size_t begin = at;
    const char32_t c = text::decode(aside.html, at);
    if (const auto number = text_number(c)) {
      out += aside.texts.at(*number);
      continue;
    }
    in_tag = c == '<' || (in_tag && c != '>');
    if (in_tag && c == ' ' && aside.html[at] >= '0' && aside.html[at] <= '9') {
      const std::size_t tag = std::stoul(aside.html.substr(at));
      const auto& first = aside.first_attributes;
      const std::size_t end = tag + 1 < first.size() ? first[tag + 1] : aside.attributes.size();
      for (std::size_t i = first.at(tag); i < end; ++i)
        out += fmt::format(" {}=\"{}\"", name_of(aside.attributes[i].name), aside.attributes[i].value);
      at = aside.html.find('>', at);
      continue;
    }
    out.append(aside.html, begin, at - begin);
  }
  return out;
}

std::string repeated(std::string_view what, std::size_t times) {
  std::string out;
  out.reserve(what.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += what;
  return out;
}

struct Row {
  const char* name;
  std::string_view in, out;
};
std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

const Row kRows[] = {
    {"text stays", "<p>oil &amp; gas", "<p>oil &amp; gas"},
    {"attributes nobody reads go", R"x(<p onclick="x()" class=lead data-x='1'>a</p>)x", R"(<p class="lead">a</p>)"},
    {"a repeated attribute counts once", R"(<p class="a" CLASS="b">x</p>)", R"(<p class="a">x</p>)"},
    {"quotes are kept apart", R"(<p title='say "&amp;"'>x</p>)", R"(<p title='say "&amp;"'>x</p>)"},
    {"comments go", "a<!-- <p>b</p> -->c", "ac"},
    {"short comments", "a<!-->b<!--->c<!-- x --!>d", "abcd"},
    {"a comment without end swallows the rest", "a<!-- b", "a"},
    {"a bogus comment ends at its bracket", "a<?php b ?>c<![CDATA[d]]>e", "ace"},
    {"scripts and styles go", "a<script>if (a<b) '</p>'</script>b<style>p{}</style>c", "abc"},
    {"the end tag of a script is found in any case", "a<SCRIPT>x</scRipt >b", "ab"},
    {"a longer name does not end a script", "a<script>x</scripted></script>b", "ab"},
    {"an unclosed script swallows the rest", "a<script>b", "a"},
    {"svg goes, also nested", "a<svg><svg/><svg><path d=x></svg><text>t</text></svg>b", "ab"},
    {"an unclosed svg hides nothing", "a<svg><p>b", "a<p>b"},
    {"options go", "a<select><option>b<option>c</select>d", "ad"},
    {"formatting elements become ordinary ones", "<b>a</b><i>b</i><small>c</small><font color=red>d</font>",
     "<dfn>a</dfn><cite>b</cite><kbd>c</kbd><span>d</span>"},
    {"an end tag without a start tag goes", "a</div></p>b</b>", "ab"},
    {"an end tag does not leave its table cell", "<div><table><tr><td></div>x", "<div><table><tr><td>x"},
    {"table parts outside a table go", "<td>a<tr>b", "ab"},
    {"a tag cut by the end goes", "a<p class=\"b", "a"},
    {"an angle bracket before a space is text", "1 < 2", "1 &lt; 2"},
    {"html, head and body open once", "<html><html lang=en><body><body class=x>a", "<html><body>a"},
    {"a value is read of meta elements alone", "<meta value=a><input value=b>", "<meta value=\"a\"><input>"},
    {"a form in a form goes", "<form><form>a</form>", "<form>a</form>"},
    {"unknown elements stay as boxes", "<my-widget class=x>a</my-widget>", "<x class=\"x\">a</x>"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(html_guard_test)

BOOST_DATA_TEST_CASE(the_guard_writes_what_the_parser_may_see, boost::unit_test::data::make(kRows), row) {
  BOOST_TEST(guarded(row.in) == row.out);
}

BOOST_AUTO_TEST_CASE(texts_and_attributes_are_kept_from_the_parser) {
  const GuardedHtml out = guard_html("<p class=lead>A long text<p title='a &amp; b'>Another &amp; one</p>1");
  BOOST_REQUIRE(out.texts.size() == 1U);
  BOOST_TEST(out.texts[0] == "A long text");
  BOOST_REQUIRE(out.attributes.size() == 1U);
  BOOST_TEST(out.attributes[0].value == "lead");
  BOOST_TEST(out.html == "<!DOCTYPE html><p 0>\U000F0000<p title=\"a &amp; b\">Another &amp; one</p>1");
}

BOOST_AUTO_TEST_CASE(characters_that_stand_for_texts_cannot_be_forged) {
  std::string page = "<p>The text itself</p>\U000F0000 \U00100000 \U0010FFF0<title>\U000F0000</title>";
  page += repeated("<p>&#983040;", 1000);
  const HtmlTree tree(guard_html(page));
  std::string all;
  for (HtmlTree::Index i = 0; i < tree.size(); ++i) all += tree.node(i).text;
  BOOST_TEST(all == "The text itself  \U0010FFF0");
}

BOOST_AUTO_TEST_CASE(a_reference_before_a_text_does_not_take_its_place) {
  // Icons are such characters. The last ones are put together from two texts, unless each ends where it stands.
  for (const std::string_view icon :
       {"<i>&#xF0001;</i>", "<i>&#983041</i>", "<title>&#xF0001;</title>", "&#xF00<!-- -->01;", "&#<!-- -->983041;",
        "&<!-- -->#983041;", "&#x<!-- -->F0001;"}) {
    BOOST_TEST_CONTEXT(icon) {
      const HtmlTree tree(
          guard_html(std::string(icon) + "<p>The first text, of many words</p><p>and the second text after it</p>"));
      std::vector<std::string> texts;
      for (HtmlTree::Index i = 0; i < tree.size(); ++i) texts.emplace_back(tree.node(i).text);
      std::erase_if(texts, [](const std::string& text) {
        return text.find("text") == std::string::npos && text.find("second") == std::string::npos;
      });
      BOOST_TEST(texts == (std::vector<std::string>{"The first text, of many words", "and the second text after it"}),
                 boost::test_tools::per_element());
    }
  }
  const HtmlTree tree(guard_html("<p>Fish &amp; chips&#8217; &#x2019 price & more &# &#x"));
  std::string all;
  for (HtmlTree::Index i = 0; i < tree.size(); ++i) all += tree.node(i).text;
  BOOST_TEST(all == "Fish & chips\u2019 \u2019 price & more &# &#x");
}

BOOST_AUTO_TEST_CASE(more_texts_than_characters_stand_for_are_read) {
  const HtmlTree tree(guard_html(repeated("<p>some text", 131'000), {.max_tags = 131'000}));
  std::size_t texts = 0;
  for (HtmlTree::Index i = 0; i < tree.size(); ++i) texts += tree.node(i).text == "some text" ? 1U : 0U;
  BOOST_TEST(texts == 131'000U);
}

BOOST_AUTO_TEST_CASE(json_ld_is_kept_aside) {
  const std::string_view page =
      R"(<script type="application/ld+json">{"a":1}</script><script>var d = {"datePublished":"2021-12-30"};</script><script>x</script>)";
  const GuardedHtml out = guard_html(page);
  BOOST_REQUIRE(out.json_ld.size() == 1U);
  BOOST_TEST(out.json_ld[0] == R"({"a":1})");
  BOOST_REQUIRE(out.scripts.size() == 1U);
}

BOOST_AUTO_TEST_CASE(depth_is_bounded_and_no_text_is_lost) {
  for (const std::string_view open : {"<div>", "<table><tr><td>", "<span>", "<b><p>", "<ul><li>", "<a><div></a>",
                                      "<blockquote><form>", "<object><p>"}) {
    const std::string page = repeated(open, 20'000) + "the text";
    const GuardedHtml out = guard_html(page, {.max_depth = 100, .max_tags = 60'000});
    BOOST_TEST_CONTEXT(open) {
      const HtmlTree tree(out);
      std::uint16_t deepest = 0;
      bool found = false;
      for (HtmlTree::Index i = 0; i < tree.size(); ++i) {
        deepest = std::max(deepest, tree.node(i).depth);
        found = found || tree.node(i).text.find("the text") != std::string_view::npos;
      }
      BOOST_TEST(deepest < 210);
      BOOST_TEST(found);
    }
  }
}

BOOST_AUTO_TEST_CASE(sloppy_old_pages_are_not_deep) {
  const std::string page =
      "<ul>" + repeated("<li>a", 3000) + "</ul>" + repeated("<p>b", 3000) + "<table>" + repeated("<tr><td>c", 3000);
  const HtmlTree tree(guard_html(page));
  std::uint16_t deepest = 0;
  for (HtmlTree::Index i = 0; i < tree.size(); ++i) deepest = std::max(deepest, tree.node(i).depth);
  BOOST_TEST(deepest < 10);
}

BOOST_AUTO_TEST_CASE(the_number_of_tags_is_bounded) {
  const GuardedHtml out = guard_html(repeated("<p>a", 1000), {.max_tags = 10, .bytes_a_tag = 100});
  BOOST_TEST(out.truncated);
  BOOST_TEST(out.tags == 50U);
  BOOST_TEST(!guard_html(repeated("<td>1", 10'000)).truncated);
}

// What takes a naive parser minutes. The bound is far above what is needed and far below what quadratic work takes.
BOOST_AUTO_TEST_CASE(hostile_pages_take_linear_time) {
  std::string attributes = "<p ";
  for (int i = 0; i < 50'000; ++i) attributes += "a" + std::to_string(i) + "=1 ";
  attributes += ">x";
  std::string fonts;
  for (int i = 0; i < 20'000; ++i) fonts += "<font color=" + std::to_string(i) + ">";
  const std::string pages[] = {
      repeated("<div>", 200'000),
      repeated("<table>", 140'000),
      repeated("<table><tr><td>", 70'000),
      repeated("<a href=x>", 100'000),
      repeated("<b><i>", 150'000) + repeated("<p>x", 100'000),
      repeated("<svg>", 200'000),
      "<svg>" + repeated("<svg ", 1'800'000),
      repeated("<template>", 100'000),
      repeated("<title>", 100'000),
      repeated("<!--", 200'000),
      repeated("</p>", 200'000),
      repeated("<p></div>", 100'000),
      repeated("<a><div></a>", 80'000),
      repeated("<body a=1>", 100'000),
      repeated("<", 1'000'000),
      repeated("<form><button>", 70'000),
      repeated("<dd><dt><li>", 80'000),
      attributes,
      fonts + repeated("<p>x", 20'000),
  };
  for (const std::string& page : pages) {
    const auto start = std::chrono::steady_clock::now();
    const HtmlTree tree(guard_html(page));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    BOOST_TEST_CONTEXT(page.substr(0, 40)) BOOST_TEST(took.count() < 5.0);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace dateline::indexer
