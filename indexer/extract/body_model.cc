#include "indexer/extract/body_model.h"

namespace dateline::indexer {
namespace {

#include "indexer/extract/body_model_data.inc"

}  // namespace

const BodyModel& body_model() {
  static const BodyModel model{
      .words = {.text = kTextWords, .classes = kClassWords},
      .first = {.nodes = kFirstNodes, .roots = kFirstRoots, .bias = kFirstBias},
      .second = {.nodes = kSecondNodes, .roots = kSecondRoots, .bias = kSecondBias},
  };
  return model;
}

}  // namespace dateline::indexer
