#include "indexer/extract/training/tables.h"

#include <fmt/format.h>

#include <fstream>
#include <ostream>
#include <sstream>
#include <utility>

namespace dateline::indexer::training {

unsigned fold_of(const std::string& site) {
  std::uint64_t h = 1469598103934665603ULL;
  for (const char c : site) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return static_cast<unsigned>((h >> 20U) % kFolds);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return std::move(bytes).str();
}

void write_table(std::ostream& out, const std::string& name, const TrainedTrees& trees) {
  out << "constexpr TreeNode k" << name << "Nodes[] = {\n";
  for (std::size_t i = 0; i < trees.nodes.size(); ++i) {
    const TreeNode& n = trees.nodes[i];
    std::string value = fmt::format("{:.5g}", n.value);
    if (value.find_first_of(".e") == std::string::npos) value += ".0";
    out << fmt::format("{{{},{},{}F}},", n.feature, n.left, value) << (i % 8 == 7 ? "\n" : "");
  }
  out << "};\nconstexpr std::uint32_t k" << name << "Roots[] = {\n";
  for (std::size_t i = 0; i < trees.roots.size(); ++i) out << trees.roots[i] << "," << (i % 16 == 15 ? "\n" : "");
  out << fmt::format("}};\nconstexpr float k{}Bias = {:#.6g}F;\n", name, trees.bias);
}

}  // namespace dateline::indexer::training
