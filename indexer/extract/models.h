// The trained models of extraction, compiled into the program: models.bin, made by scripts/train-extract.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/body_model.h"
#include "indexer/extract/value_ranking.h"

namespace dateline::indexer {

/// Trees as trained and stored.
struct OwnedTrees {
  std::vector<TreeNode> nodes;
  std::vector<std::uint32_t> roots;
  float bias = 0;
  [[nodiscard]] BoostedTrees view() const { return {nodes, roots, bias}; }  ///< To evaluate.
};

struct OwnedModels {
  OwnedTrees title, published, author;  ///< FieldModels.
  std::uint32_t field_fingerprint = 0;
  std::vector<WordWeight> text_words, class_words;
  OwnedTrees first, second;  ///< BodyModel.
  [[nodiscard]] FieldModels fields() const {
    return {title.view(), published.view(), author.view(), field_fingerprint};
  }
  [[nodiscard]] BodyModel body() const { return {{text_words, class_words}, first.view(), second.view()}; }
};

/// Little-endian, the same on every machine. Begins with a fingerprint of the body model's features, so that a model
/// that was trained on others is refused. That of the fields is for a test.
[[nodiscard]] std::string serialise(const OwnedModels& models);
[[nodiscard]] std::optional<OwnedModels> parse_models(std::string_view bytes);

/// The models of this build.
[[nodiscard]] const FieldModels& field_models();
[[nodiscard]] const BodyModel& body_model();

}  // namespace dateline::indexer
