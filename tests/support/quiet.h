// A job that nobody watches.
#pragma once

#include <string_view>

#include "common/diagnostics.h"
#include "dateline/indexer.h"

namespace dateline::test {

struct Quiet final : Diagnostics, JobObserver {
  void warn(std::string_view) override {}
};

}  // namespace dateline::test
