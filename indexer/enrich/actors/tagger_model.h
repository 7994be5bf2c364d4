// The trained model of the tagger, as loaded from its file.
#pragma once

#include <filesystem>
#include <string>

namespace dateline::indexer {

class TaggerModel {
 public:
  /// Throws Error(io) if the file cannot be read, Error(usage) if it is no model of this version.
  explicit TaggerModel(const std::filesystem::path& file);

  /// What the model was trained on, for people.
  [[nodiscard]] const std::string& note() const { return note_; }

 private:
  std::string note_;
};

}  // namespace dateline::indexer
