#include "indexer/extract/models.h"

#include <xxhash.h>

#include <bit>
#include <cassert>
#include <cstdint>

// The file as it is, in read-only memory: a table of numbers as C++ takes long to compile and changes whole with each
// training.
asm(".section .rodata\n"
    ".global dateline_extract_models\n"
    ".global dateline_extract_models_end\n"
    "dateline_extract_models:\n"
    ".incbin \"" DATELINE_EXTRACT_MODELS
    "\"\n"
    "dateline_extract_models_end:\n"
    ".byte 0\n"
    ".previous\n");
extern "C" {
extern const char dateline_extract_models[];
extern const char dateline_extract_models_end[];
}

namespace dateline::indexer {
namespace {

constexpr std::uint32_t kMagic = 0x324C4D44;  // "DML2"

std::uint32_t fingerprint() {
  std::string all;
  for (const std::string& name : surroundings_feature_names()) all += name + '\n';
  return XXH32(all.data(), all.size(), 0);
}

class Writer {
 public:
  void number(std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) out_ += static_cast<char>((value >> shift) & 0xFFU);
  }
  void real(float value) { number(std::bit_cast<std::uint32_t>(value)); }
  void trees(const OwnedTrees& trees) {
    number(static_cast<std::uint32_t>(trees.nodes.size()));
    for (const TreeNode& n : trees.nodes) {
      number(std::uint32_t{n.feature} << 16U | n.left);
      real(n.value);
    }
    number(static_cast<std::uint32_t>(trees.roots.size()));
    for (const std::uint32_t root : trees.roots) number(root);
    real(trees.bias);
  }
  void words(const std::vector<WordWeight>& words) {
    number(static_cast<std::uint32_t>(words.size()));
    for (const WordWeight& w : words) {
      number(w.hash);
      real(w.weight);
    }
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}

  std::uint32_t number() {
    if (in_.size() < 4) {
      whole_ = false;
      return 0;
    }
    std::uint32_t value = 0;
    for (unsigned k = 0; k < 4; ++k) value |= std::uint32_t{static_cast<unsigned char>(in_[k])} << (8 * k);
    in_.remove_prefix(4);
    return value;
  }
  float real() { return std::bit_cast<float>(number()); }
  std::uint32_t count(std::size_t bytes_each) {
    const std::uint32_t n = number();
    if (n * std::uint64_t{bytes_each} <= in_.size()) return n;
    whole_ = false;
    return 0;
  }
  OwnedTrees trees() {
    OwnedTrees trees;
    trees.nodes.resize(count(8));
    for (TreeNode& n : trees.nodes) {
      const std::uint32_t both = number();
      n = {static_cast<std::uint16_t>(both >> 16U), static_cast<std::uint16_t>(both & 0xFFFFU), real()};
    }
    trees.roots.resize(count(4));
    for (std::uint32_t& root : trees.roots) {
      root = number();
      if (root >= trees.nodes.size()) whole_ = false;
    }
    trees.bias = real();
    return trees;
  }
  std::vector<WordWeight> words() {
    std::vector<WordWeight> words(count(8));
    for (WordWeight& w : words) {
      w.hash = number();
      w.weight = real();
    }
    return words;
  }
  [[nodiscard]] bool whole() const { return whole_ && in_.empty(); }

 private:
  std::string_view in_;
  bool whole_ = true;
};

const OwnedModels& built_in() {
  static const OwnedModels models = [] {
    const auto size = static_cast<std::size_t>(dateline_extract_models_end - dateline_extract_models);
    auto parsed = parse_models({dateline_extract_models, size});
    assert(parsed && "models.bin was trained on other features: run scripts/train-extract");
    return parsed ? std::move(*parsed) : OwnedModels{};
  }();
  return models;
}

}  // namespace

std::string serialise(const OwnedModels& m) {
  Writer out;
  out.number(kMagic);
  out.number(fingerprint());
  out.number(m.field_fingerprint);
  for (const OwnedTrees* trees : {&m.title, &m.published, &m.author, &m.first, &m.second}) out.trees(*trees);
  out.words(m.text_words);
  out.words(m.class_words);
  return out.take();
}

std::optional<OwnedModels> parse_models(std::string_view bytes) {
  Reader in(bytes);
  if (in.number() != kMagic || in.number() != fingerprint()) return std::nullopt;
  OwnedModels m;
  m.field_fingerprint = in.number();
  for (OwnedTrees* trees : {&m.title, &m.published, &m.author, &m.first, &m.second}) *trees = in.trees();
  m.text_words = in.words();
  m.class_words = in.words();
  if (!in.whole()) return std::nullopt;
  return m;
}

const FieldModels& field_models() {
  static const FieldModels models = built_in().fields();
  return models;
}

const BodyModel& body_model() {
  static const BodyModel model = built_in().body();
  return model;
}

}  // namespace dateline::indexer
