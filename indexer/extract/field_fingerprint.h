// Whether the models of title, date and authors were trained on the features that this build makes.
#pragma once

#include <cstdint>

namespace dateline::indexer {

/// Of what the three fields' features are for a page that is part of the program: another number if they mean
/// something else. models.bin holds that of its training.
[[nodiscard]] std::uint32_t field_fingerprint();

}  // namespace dateline::indexer
