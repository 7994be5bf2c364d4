#include "indexer/enrich/actors/tagger_model.h"

#include "dateline/error.h"

namespace dateline::indexer {

TaggerModel::TaggerModel(const std::filesystem::path& file) {
  throw Error(ErrorCode::usage, file.string(), "no tagger model of this version");
}

}  // namespace dateline::indexer
