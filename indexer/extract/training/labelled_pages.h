// Pages whose article is known, for training and measuring.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "indexer/extract/parsed_page.h"

namespace dateline::indexer::training {

constexpr unsigned kFolds = 5;

struct LabelledPage {
  std::string set, id, site;
  unsigned fold = 0;  ///< Of cross-validation; all pages of a site are in one.
  bool news = false;  ///< Of a set of news pages: what the extractor is for, though the sets hold fewer of them.
  ParsedPage page;
  std::string text, title, date;  ///< As known; empty if not.
  std::vector<std::string> authors;
  std::vector<std::string> optional;  ///< Paragraphs that may be in the text or not.
};

[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Appends the pages of a set: a folder with gold.jsonl (one object a page: id, site, html = path below the folder, and
/// any of text, title, date, authors, optional) and the pages.
void load_pages(const std::filesystem::path& set, std::vector<LabelledPage>& pages);

}  // namespace dateline::indexer::training
