#include "indexer/extract/body.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr float kThreshold = 0.5F;
constexpr float kRelaxedThreshold = 0.25F;
constexpr std::size_t kVeryShort = 250;  // characters: less is hardly an article

bool is_heading_block(const HtmlTree& tree, const Block& block) {
  return is_heading(tree.node(block.element).tag) ||
         (block.context & static_cast<std::uint16_t>(Context::heading)) != 0;
}

std::vector<std::size_t> take(const BlockList& list, std::span<const float> verdicts, const std::vector<bool>& vetoed,
                              float threshold) {
  std::vector<std::size_t> taken;
  for (std::size_t i = 0; i < list.blocks.size(); ++i) {
    if (verdicts[i] >= threshold && !(i < vetoed.size() && vetoed[i])) taken.push_back(i);
  }
  return taken;
}

std::size_t characters(const BlockList& list, const std::vector<std::size_t>& taken) {
  std::size_t sum = 0;
  for (const std::size_t i : taken) sum += list.blocks[i].characters;
  return sum;
}

}  // namespace

float joint_verdict(float first, float second) {
  const auto log_odds = [](float p) {
    p = std::clamp(p, 1e-6F, 1 - 1e-6F);
    return std::log(p / (1 - p));
  };
  return 1 / (1 + std::exp(-(log_odds(first) + log_odds(second)) / 2));  // the mean of the log-odds
}

std::vector<float> judge_blocks(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                                const BodyModel& model) {
  const FeatureTable first = block_features(tree, list, page, model.words);
  std::vector<float> verdicts = model.first.scores(first.values(), first.columns());
  for (float& v : verdicts) v = 1.F / (1.F + std::exp(-v));
  const FeatureTable second = surroundings_features(tree, list, first, verdicts);
  const std::vector<float> again = model.second.scores(second.values(), second.columns());
  for (std::size_t i = 0; i < verdicts.size(); ++i)
    verdicts[i] = joint_verdict(verdicts[i], 1.F / (1.F + std::exp(-again[i])));
  return verdicts;
}

BodyChoice choose_body(const HtmlTree& tree, const BlockList& list, const PageStatements& page,
                       std::span<const float> verdicts, const std::vector<bool>& vetoed) {
  BodyChoice choice;
  choice.signal = "blocks";
  choice.blocks = take(list, verdicts, vetoed, kThreshold);
  if (characters(list, choice.blocks) < kVeryShort) {
    auto relaxed = take(list, verdicts, vetoed, kRelaxedThreshold);
    if (characters(list, relaxed) > characters(list, choice.blocks)) {
      choice.blocks = std::move(relaxed);
      choice.signal = "blocks, relaxed";
    }
  }
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
