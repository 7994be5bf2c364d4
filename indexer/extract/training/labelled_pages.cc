#include "indexer/extract/training/labelled_pages.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

namespace dateline::indexer::training {
namespace {

unsigned fold_of(const std::string& site) {
  std::uint64_t h = 1469598103934665603ULL;
  for (const char c : site) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return static_cast<unsigned>((h >> 20U) % kFolds);
}

std::string string_in(const nlohmann::json& row, const char* key) {
  const auto it = row.find(key);
  return it != row.end() && it->is_string() ? it->get<std::string>() : std::string();
}

std::vector<std::string> strings_in(const nlohmann::json& row, const char* key) {
  const auto it = row.find(key);
  return it != row.end() && it->is_array() ? it->get<std::vector<std::string>>() : std::vector<std::string>();
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return std::move(bytes).str();
}

void load_pages(const std::filesystem::path& set, std::vector<LabelledPage>& pages) {
  std::ifstream gold(set / "gold.jsonl");
  for (std::string line; std::getline(gold, line);) {
    // Python writes a missing number as NaN, which is no JSON.
    for (std::size_t at = line.find(": NaN"); at != std::string::npos; at = line.find(": NaN", at))
      line.replace(at, 5, ": null");
    const auto row = nlohmann::json::parse(line);
    LabelledPage page{.set = set.filename().string(),
                      .id = row.at("id"),
                      .site = string_in(row, "site"),
                      .fold = fold_of(string_in(row, "site")),
                      .news = set.filename().string().find("fundus") != std::string::npos,
                      .page = parse_page(read_file(set / row.at("html").get<std::string>()), {}, {}),
                      .text = string_in(row, "text"),
                      .title = string_in(row, "title"),
                      .date = string_in(row, "date"),
                      .authors = strings_in(row, "authors"),
                      .optional = strings_in(row, "optional")};
    pages.push_back(std::move(page));
  }
}

}  // namespace dateline::indexer::training
