// Everything the recogniser knows before it reads an article: gazetteer, word classes, tagger model.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "indexer/enrich/actors/gazetteer.h"
#include "indexer/enrich/actors/tagger_model.h"

namespace dateline::indexer {

/// Where the recogniser's knowledge lies.
struct ActorSources {
  std::vector<std::filesystem::path>
      folders;  ///< Of TSV files; a later one adds to the earlier. `tagger.model` is taken from the last that has one.
  std::vector<std::filesystem::path>
      actor_files;  ///< CAMEO/PETRARCH dictionaries, or `*.tsv` of persons, organisations or countries by name.
  std::filesystem::path overrides;  ///< Empty: none but those of the folders.
};

/// Immutable once loaded; shared by all recognisers.
class ActorData {
 public:
  /// Throws Error(io) for a file that is missing or damaged, Error(usage) for a line that makes no sense; both name the
  /// file, the latter also the line.
  [[nodiscard]] static ActorData load(const ActorSources& sources);

  [[nodiscard]] const Gazetteer& gazetteer() const { return gazetteer_; }
  /// Null if no folder has a model: then only the actors of the gazetteer are found.
  [[nodiscard]] const TaggerModel* model() const { return model_.get(); }
  /// One line for people: how many actors, which model.
  [[nodiscard]] std::string summary() const;

  /// (folded alias, canonical name) of every actor of the gazetteer and the overrides: what `actor:` accepts. Aliases
  /// are folded by text::fold; sorted, no pair twice.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> aliases() const { return gazetteer_.aliases(); }

 private:
  Gazetteer gazetteer_;
  std::unique_ptr<TaggerModel> model_;
};

}  // namespace dateline::indexer
