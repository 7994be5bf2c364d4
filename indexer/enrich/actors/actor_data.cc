#include "indexer/enrich/actors/actor_data.h"

#include <algorithm>

#include "dateline/error.h"

namespace dateline::indexer {

namespace fs = std::filesystem;

ActorData ActorData::load(const ActorSources& sources) {
  ActorData data;
  for (const auto& folder : sources.folders) {
    data.gazetteer_.read_folder(folder);
    if (const auto model = folder / "tagger.model"; fs::exists(model)) {
      data.model_ = std::make_unique<TaggerModel>(model);
    }
  }
  for (const auto& file : sources.actor_files) {
    const std::string name = file.filename().string();
    if (!fs::exists(file)) throw Error(ErrorCode::io, file.string(), "there is no such file");
    if (name.find("override") != std::string::npos) {
      data.gazetteer_.read_overrides(file);
    } else if (file.extension() != ".tsv") {
      data.gazetteer_.read_cameo(file);
    } else if (name.find("person") != std::string::npos) {
      data.gazetteer_.read_actors(file, ActorKind::person);
    } else if (name.find("countr") != std::string::npos) {
      data.gazetteer_.read_actors(file, ActorKind::country);
    } else {
      data.gazetteer_.read_actors(file, ActorKind::organisation);
    }
  }
  if (!sources.overrides.empty()) data.gazetteer_.read_overrides(sources.overrides);
  data.gazetteer_.freeze();
  return data;
}

std::string ActorData::summary() const {
  const auto& entries = gazetteer_.entries();
  const auto count = [&](ActorKind kind) {
    return std::to_string(
        std::count_if(entries.begin(), entries.end(), [kind](const auto& e) { return e.kind == kind; }));
  };
  return count(ActorKind::person) + " persons, " + count(ActorKind::organisation) + " organisations, " +
         count(ActorKind::country) + " countries; " +
         (model_ ? "tagger: " + model_->note() : "no tagger model, only actors of the gazetteer are found");
}

}  // namespace dateline::indexer
