#include "common/paragraphs.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/text.h"

namespace dateline {
namespace {

/// Feeds cut a summary out of the body and mark the cut.
std::string_view without_cut(std::string_view summary) {
  static constexpr std::array<std::string_view, 4> kCuts{"[…]", "[...]", "…", "..."};
  for (const std::string_view cut : kCuts) {
    if (summary.ends_with(cut)) return text::trim(summary.substr(0, summary.size() - cut.size()));
  }
  return summary;
}

}  // namespace

std::vector<std::string> paragraphs_of(const Article& article) {
  if (article.summary.empty()) return article.body;
  const std::string_view summary = without_cut(article.summary);
  std::string body;
  for (const std::string& paragraph : article.body) body += paragraph + ' ';
  if (body.find(summary) != std::string::npos || article.title == summary) return article.body;
  std::vector<std::string> all{article.summary};
  all.insert(all.end(), article.body.begin(), article.body.end());
  return all;
}

}  // namespace dateline
