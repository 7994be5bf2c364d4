#include "common/media_topics.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <functional>
#include <iterator>

#include "common/text.h"

namespace dateline {
namespace {

// Codes, names and relations of the IPTC Media Topics NewsCodes (https://cv.iptc.org/newscodes/mediatopic/), by the
// International Press Telecommunications Council, CC BY 4.0; put into these tables by us, the two upper levels alone,
// terms that have been retired among them.

/// By the first two digits of code.
constexpr std::array<std::string_view, 18> kTops{"",
                                                 "arts, culture, entertainment and media",
                                                 "crime, law and justice",
                                                 "disaster, accident and emergency incident",
                                                 "economy, business and finance",
                                                 "education",
                                                 "environment",
                                                 "health",
                                                 "human interest",
                                                 "labour",
                                                 "lifestyle and leisure",
                                                 "politics and government",
                                                 "religion",
                                                 "science and technology",
                                                 "society",
                                                 "sport",
                                                 "conflict, war and peace",
                                                 "weather"};

struct Topic {
  std::uint32_t code;
  std::size_t top;
  std::string_view name;
};

/// By code.
constexpr Topic kTopics[] = {
    {20000002, 1, "arts and entertainment"},
    {20000038, 1, "culture"},
    {20000045, 1, "mass media"},
    {20000053, 16, "act of terror"},
    {20000056, 16, "armed conflict"},
    {20000065, 16, "civil unrest"},
    {20000070, 16, "coup d'etat"},
    {20000071, 16, "massacre"},
    {20000073, 16, "peace process"},
    {20000077, 16, "post-war reconstruction"},
    {20000080, 16, "prisoners of war"},
    {20000082, 2, "crime"},
    {20000106, 2, "judiciary"},
    {20000119, 2, "justice"},
    {20000121, 2, "law"},
    {20000129, 2, "law enforcement"},
    {20000139, 3, "accident and emergency incident"},
    {20000148, 3, "disaster"},
    {20000160, 3, "emergency incident"},
    {20000167, 3, "emergency planning"},
    {20000168, 3, "emergency response"},
    {20000170, 4, "business information"},
    {20000209, 4, "economic sector"},
    {20000344, 4, "economy"},
    {20000385, 4, "market and exchange"},
    {20000398, 5, "parents group"},
    {20000399, 5, "religious education"},
    {20000400, 5, "school"},
    {20000410, 5, "social learning"},
    {20000411, 5, "teaching and learning"},
    {20000412, 5, "curriculum"},
    {20000413, 5, "educational testing and examinations"},
    {20000414, 5, "entrance examination"},
    {20000415, 5, "students"},
    {20000416, 5, "teachers"},
    {20000418, 6, "climate change"},
    {20000420, 6, "conservation"},
    {20000424, 6, "environmental pollution"},
    {20000430, 6, "natural resources"},
    {20000441, 6, "nature"},
    {20000446, 7, "diseases and conditions"},
    {20000461, 7, "health facility"},
    {20000463, 7, "health organisations"},
    {20000464, 7, "health treatment"},
    {20000480, 7, "government health care"},
    {20000483, 7, "health insurance"},
    {20000484, 7, "private health care"},
    {20000485, 7, "medical profession"},
    {20000493, 7, "non-human diseases"},
    {20000497, 8, "accomplishment"},
    {20000498, 8, "award and prize"},
    {20000499, 8, "record and achievement"},
    {20000500, 8, "animal"},
    {20000501, 8, "ceremony"},
    {20000502, 8, "people"},
    {20000503, 8, "human mishap"},
    {20000504, 8, "high society"},
    {20000505, 8, "celebrity"},
    {20000507, 8, "flowers and plants"},
    {20000509, 9, "employment"},
    {20000521, 9, "employment legislation"},
    {20000523, 9, "labour market"},
    {20000524, 9, "labour relations"},
    {20000531, 9, "retirement"},
    {20000533, 9, "unemployment"},
    {20000536, 9, "unions"},
    {20000538, 10, "leisure"},
    {20000565, 10, "lifestyle"},
    {20000574, 11, "election"},
    {20000587, 11, "fundamental rights"},
    {20000593, 11, "government"},
    {20000621, 11, "government policy"},
    {20000638, 11, "international relations"},
    {20000646, 11, "non-governmental organisation"},
    {20000647, 11, "political crisis"},
    {20000648, 11, "political dissent"},
    {20000649, 11, "political process"},
    {20000657, 12, "belief systems"},
    {20000687, 12, "interreligious dialogue"},
    {20000688, 12, "religious conflict"},
    {20000689, 12, "religious event"},
    {20000690, 12, "religious festival and holiday"},
    {20000696, 12, "religious ritual"},
    {20000697, 12, "religious facility"},
    {20000702, 12, "relations between religion and government"},
    {20000703, 12, "religious leader"},
    {20000705, 12, "religious text"},
    {20000710, 13, "biomedical science"},
    {20000715, 13, "mathematics"},
    {20000717, 13, "natural science"},
    {20000735, 13, "scientific research"},
    {20000741, 13, "scientific institution"},
    {20000742, 13, "social sciences"},
    {20000755, 13, "scientific standards"},
    {20000756, 13, "technology and engineering"},
    {20000768, 14, "communities"},
    {20000770, 14, "demographics"},
    {20000771, 14, "immigration"},
    {20000772, 14, "emigration"},
    {20000775, 14, "discrimination"},
    {20000780, 14, "family"},
    {20000788, 14, "mankind"},
    {20000799, 14, "social condition"},
    {20000802, 14, "social problem"},
    {20000808, 14, "values"},
    {20000817, 14, "welfare"},
    {20000822, 15, "competition discipline"},
    {20001103, 15, "disciplinary action in sport"},
    {20001104, 15, "drug use in sport"},
    {20001108, 15, "sport event"},
    {20001124, 15, "sport industry"},
    {20001125, 15, "sport organisation"},
    {20001126, 15, "sport venue"},
    {20001128, 17, "weather forecast"},
    {20001129, 17, "weather phenomena"},
    {20001130, 17, "weather statistic"},
    {20001131, 17, "weather warning"},
    {20001148, 15, "sports transaction"},
    {20001216, 5, "vocational education"},
    {20001217, 5, "educational grading"},
    {20001237, 8, "anniversary"},
    {20001238, 8, "birthday"},
    {20001301, 15, "sport achievement"},
    {20001323, 15, "sports coaching"},
    {20001324, 15, "sports management and ownership"},
    {20001325, 15, "sports officiating"},
    {20001337, 5, "online and remote learning"},
    {20001338, 5, "education policy"},
    {20001339, 10, "wellness"},
};

constexpr std::size_t kDigits = 8;
/// From here on codes say nothing of their place.
constexpr std::uint32_t kFirstBelow = 20000000;

/// The number of a topic or subject code ("medtop:15000000", "http://cv.iptc.org/newscodes/mediatopic/15000000"), 0 if
/// it is none.
std::uint32_t number_of(std::string_view code) {
  const std::string_view digits = code.substr(code.find_last_of(":/") + 1);  // npos + 1 is 0
  std::uint32_t number = 0;
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = digits.size() == kDigits && error == std::errc{} && rest == digits.data() + digits.size();
  return whole ? number : 0;
}

}  // namespace

std::vector<std::string_view> topic_path(std::string_view code) {
  const std::uint32_t number = number_of(code);
  if (number >= kFirstBelow) {
    const auto* found = std::lower_bound(std::begin(kTopics), std::end(kTopics), number,
                                         [](const Topic& topic, std::uint32_t n) { return topic.code < n; });
    if (found == std::end(kTopics) || found->code != number) return {};
    return {kTops.at(found->top), found->name};
  }
  const std::size_t top = number / 1000000;
  if (top == 0 || top >= kTops.size()) return {};
  return {kTops.at(top)};
}

std::vector<std::vector<std::string>> section_paths(const Article& article) {
  std::vector<std::vector<std::string>> paths;
  const auto add = [&](std::vector<std::string> path) {
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(std::move(path));
  };
  for (const Subject& subject : article.subjects) {
    const std::uint32_t number = number_of(subject.code);
    if (number == 0) continue;
    const std::vector<std::string_view> known = topic_path(subject.code);
    std::vector<std::string> path(known.begin(), known.end());
    // An older code names what stands below its top, but not its relations.
    const bool below_top = path.size() == 1 && number % 1000000 != 0;
    if ((path.empty() || below_top) && !subject.name.empty()) path.push_back(subject.name);
    if (!path.empty()) add(std::move(path));
  }
  // Who stands at a topic stands at those above it.
  const auto leads_on = [&](const std::vector<std::string>& path) {
    return std::any_of(paths.begin(), paths.end(), [&](const std::vector<std::string>& other) {
      return other.size() > path.size() && std::equal(path.begin(), path.end(), other.begin());
    });
  };
  std::vector<std::vector<std::string>> whole;
  std::copy_if(paths.begin(), paths.end(), std::back_inserter(whole), std::not_fn(leads_on));
  paths = std::move(whole);
  const std::string section = text::fold(article.section);
  const bool among_them = std::any_of(paths.begin(), paths.end(), [&](const std::vector<std::string>& path) {
    return std::any_of(path.begin(), path.end(), [&](const std::string& name) { return text::fold(name) == section; });
  });
  if (!section.empty() && !among_them) paths.insert(paths.begin(), std::vector{article.section});
  return paths;
}

}  // namespace dateline
