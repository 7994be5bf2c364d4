// The names under which pages state dates, and the words that stand before them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/extract/date_signals.h"

namespace dateline::indexer {

/// A meta element that states a date, and how much its name says so.
struct DateMetaKey {
  std::string_view key;
  DateKind kind;
  double score;
};
[[nodiscard]] std::span<const DateMetaKey> date_meta_keys();

/// Words before a date, folded: of change, of publication, of the page's making; and those after which a date is
/// another's.
[[nodiscard]] const std::vector<std::string>& modified_words();
[[nodiscard]] const std::vector<std::string>& published_words();
[[nodiscard]] const std::vector<std::string>& copyright_words();
[[nodiscard]] const std::vector<std::string>& foreign_words();

}  // namespace dateline::indexer
