// UTF-16 as UTF-8, so that no other reader has to know it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "indexer/readers/byte_source.h"

namespace dateline::indexer {

enum class ByteOrder { little, big };

/// The order of an input that is UTF-16: by its mark, else by an XML declaration or element that it begins with.
[[nodiscard]] std::optional<ByteOrder> utf16_order(std::string_view head);

/// Without the mark; halves of a pair without the other become U+FFFD.
[[nodiscard]] std::unique_ptr<ByteSource> from_utf16(ByteSource& source, ByteOrder order);

}  // namespace dateline::indexer
