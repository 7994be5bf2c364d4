#include "common/stem_cache.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "common/word_hash.h"
#include "tests/support/setting.h"

using namespace dateline;

namespace {

std::string found(StemCache& cache, const std::string& word) {
  const std::string_view stem = cache.find(word, word_hash(word));
  return stem.data() == nullptr ? "(none)" : std::string{stem};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(stem_cache_test)

BOOST_AUTO_TEST_CASE(a_stem_is_found_as_it_was_put) {
  StemCache cache;
  BOOST_TEST(found(cache, "sanctions") == "(none)");
  const std::vector<std::pair<std::string, std::string>> stems = {
      {"sanctions", "sanction"}, {"happily", "happili"}, {"a", "a"},  {"mice", "mouse"},
      {"lös", "losung"},         {"санкций", "санкц"},   {"x", "yz"}, {std::string(61, 'w'), std::string(61, 'w')}};
  for (const auto& [word, stem] : stems) cache.put(word, word_hash(word), stem);
  for (const auto& [word, stem] : stems) BOOST_TEST(found(cache, word) == stem);
  BOOST_TEST(found(cache, "sanction") == "(none)");
}

BOOST_AUTO_TEST_CASE(what_is_too_long_or_empty_is_not_kept) {
  StemCache cache;
  for (const auto& [word, stem] : std::vector<std::pair<std::string, std::string>>{
           {std::string(62, 'w'), "w"}, {std::string(31, 'a'), std::string(31, 'b')}, {"", "x"}, {"x", ""}}) {
    cache.put(word, word_hash(word), stem);
    BOOST_TEST(found(cache, word) == "(none)");
  }
}

/// More words than there is room for: each is found with its own stem or not at all, and the latest always.
BOOST_AUTO_TEST_CASE(old_words_give_way_and_no_stem_is_anothers) {
  std::mt19937 random(test::seed(20211230));
  const auto letters = [&](std::size_t most) {
    std::string text(1 + random() % most, 'a');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    return text;
  };
  StemCache cache;
  std::map<std::string, std::string> stems;
  for (int i = 0; i < 300'000; ++i) {
    const std::string word = letters(24);
    const auto [entry, is_new] = stems.try_emplace(word);
    if (is_new) entry->second = word.substr(0, random() % word.size()) + letters(6);
    if (found(cache, word) == "(none)") cache.put(word, word_hash(word), entry->second);
    BOOST_REQUIRE(found(cache, word) == entry->second);
  }
  std::size_t kept = 0;
  for (const auto& [word, stem] : stems) {
    const std::string known = found(cache, word);
    if (known == stem) ++kept;
    BOOST_REQUIRE((known == stem || known == "(none)"));
  }
  BOOST_TEST(kept > 50'000U);
  BOOST_TEST(kept < stems.size());
}

BOOST_AUTO_TEST_SUITE_END()
