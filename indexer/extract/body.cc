#include "indexer/extract/body.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr double kLongCell = 120;  // characters: tables with such cells on average lay out a page
constexpr int kNewsArticle = 4;    // PageMetadata::article_rank
// Log-odds by hand: news leaves tables out more often than other pages, and the labelled ones hold too few to learn it.
constexpr double kTableOfNews = -1;
constexpr float kLeastProbability = 0.25F;  // blocks less likely than this are never body

bool is_heading_block(const HtmlTree& tree, const Block& block) {
  return is_heading(tree.node(block.element).tag) ||
         (block.context & static_cast<std::uint16_t>(Context::heading)) != 0;
}

// The blocks whose F1 by characters is the highest to be expected: of blocks sorted by probability, the right number of
// first ones (Ye, Chai, Lee, Chieu: Optimizing F-measure, ICML 2012). Where little is certain that takes more than a
// threshold of 0.5 does.
std::vector<std::size_t> take(const BlockList& list, std::span<const float> verdicts, const std::vector<bool>& vetoed) {
  std::vector<std::size_t> order;
  double known = 0;  // characters of the article, as far as is to be expected
  for (std::size_t i = 0; i < list.blocks.size(); ++i) {
    if (i < vetoed.size() && vetoed[i]) continue;
    known += static_cast<double>(verdicts[i]) * list.blocks[i].characters;
    if (verdicts[i] >= kLeastProbability) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return verdicts[a] > verdicts[b]; });
  double right = 0, taken = 0, best = 0;
  std::size_t count = 0;
  for (std::size_t k = 0; k < order.size(); ++k) {
    const std::uint32_t characters = list.blocks[order[k]].characters;
    right += static_cast<double>(verdicts[order[k]]) * characters;
    taken += characters;
    const double f1 = right / (taken + known);  // half of it
    if (f1 <= best) continue;
    best = f1;
    count = k + 1;
  }
  order.resize(count);
  std::sort(order.begin(), order.end());
  return order;
}

double log_odds(float p) {
  const auto clamped = static_cast<double>(std::clamp(p, 1e-6F, 1 - 1e-6F));
  return std::log(clamped / (1 - clamped));
}
float probability(double log_odds) {
  return static_cast<float>(1 / (1 + std::exp(-log_odds)));
}

bool is_cell(Tag tag) {
  return tag == Tag::td || tag == Tag::th;
}

}  // namespace

std::vector<float> joint_verdicts(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                                  std::span<const float> first, std::span<const float> second) {
  struct Items {
    double odds = 0, characters = 0, count = 0;
    bool cells = false;
  };
  std::vector<double> odds(first.size());
  std::unordered_map<HtmlTree::Index, Items> lists;
  for (std::size_t i = 0; i < odds.size(); ++i) {
    odds[i] = (log_odds(first[i]) + log_odds(second[i])) / 2;
    if (const HtmlTree::Index own = list_of(tree, list.blocks[i]); own != HtmlTree::kNoNode) {
      Items& items = lists[own];
      items.odds += odds[i] * list.blocks[i].characters;
      items.characters += list.blocks[i].characters;
      items.count += 1;
      items.cells = is_cell(tree.node(list.blocks[i].element).tag);
    }
  }
  std::vector<float> verdicts(odds.size());
  for (std::size_t i = 0; i < odds.size(); ++i) {
    const auto it = lists.find(list_of(tree, list.blocks[i]));
    const bool alone = it == lists.end() || (it->second.cells && it->second.characters > kLongCell * it->second.count);
    const bool table_of_news = !alone && it->second.cells && page.article_rank == kNewsArticle;
    verdicts[i] =
        probability((alone ? odds[i] : it->second.odds / it->second.characters) + (table_of_news ? kTableOfNews : 0));
  }
  return verdicts;
}

std::vector<float> judge_blocks(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                                const BodyModel& model) {
  const FeatureTable first = block_features(tree, list, page, model.words);
  std::vector<float> verdicts = model.first.scores(first.values(), first.columns());
  for (float& v : verdicts) v = 1.F / (1.F + std::exp(-v));
  std::vector<float> again;
  for_each_surroundings(tree, list, first, verdicts, [&](const FeatureTable& rows) {
    const std::vector<float> scores = model.second.scores(rows.values(), rows.columns());
    again.insert(again.end(), scores.begin(), scores.end());
  });
  for (float& v : again) v = 1.F / (1.F + std::exp(-v));
  return joint_verdicts(tree, list, page, verdicts, again);
}

BodyChoice choose_body(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                       std::span<const float> verdicts, const std::vector<bool>& vetoed) {
  BodyChoice choice;
  choice.signal = "blocks";
  choice.blocks = take(list, verdicts, vetoed);
  const auto title = word_hashes(page.title);
  std::unordered_set<std::string_view> seen;
  std::vector<std::size_t> kept;
  std::size_t kept_characters = 0;
  for (const std::size_t i : choice.blocks) {
    const Block& b = list.blocks[i];
    if (b.characters >= 40 && !seen.insert(b.text).second) continue;
    if (kept_characters < 600 && !title.empty() && word_hashes(b.text) == title) continue;
    kept.push_back(i);
    kept_characters += b.characters;
  }
  while (!kept.empty() && is_heading_block(tree, list.blocks[kept.back()])) kept.pop_back();
  choice.blocks = std::move(kept);
  for (const std::size_t i : choice.blocks) {
    std::string paragraph = text::clean_line(list.blocks[i].text);
    if (!paragraph.empty()) choice.paragraphs.push_back(std::move(paragraph));
  }
  std::size_t bytes = 0;
  for (const std::string& p : choice.paragraphs) bytes += p.size();
  if (page.article_body.size() > 300 && bytes * 3 < page.article_body.size()) {
    std::vector<std::string> stated;
    for (const std::string_view line : text::split(page.article_body, '\n')) {
      std::string paragraph = text::clean_line(line);
      if (!paragraph.empty()) stated.push_back(std::move(paragraph));
    }
    choice.paragraphs = std::move(stated);
    choice.blocks.clear();
    choice.signal = "json-ld articleBody";
  }
  return choice;
}

}  // namespace dateline::indexer
