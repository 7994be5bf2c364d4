// What a page says about its days: everything that may be the date of its article, before anything is chosen.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"
#include "indexer/extract/blocks.h"
#include "indexer/extract/metadata.h"

namespace dateline::indexer {

enum class DateKind : std::uint8_t { published, modified };

/// How a date stands on the page.
struct ShownDate {
  bool labelled = false;     // after a word such as "Published"
  bool dated_class = false;  // in an element whose class is for dates
  bool outside = false;
  float after_title = 2000;  // blocks after the headline, negative before
  float rest = 2000;         // bytes of its block beside it
  float prose = 2000;        // blocks up to the next paragraph
};
/// One signal's word for one day.
struct DateSignal {
  std::string signal;
  Timestamp value;
  DateKind kind;
  double score;
  std::string text;
  std::string day;     // format_day(value)
  bool zoned = false;  // the zone is written
  ShownDate shown;
};

struct DateSignals {
  std::vector<DateSignal> all;
  std::optional<std::int64_t> first_comment;  ///< The earliest day in a comment, counted from 1970.
  std::optional<Timestamp> picture;           ///< The day or month in the address of the page's picture.
};

/// `title_block` is the index of the block that shows the headline, or nothing. Dates after `latest` are impossible.
/// A moment written in Greenwich's time has the zone of the page if another signal tells it.
[[nodiscard]] DateSignals read_date_signals(const HtmlTree& tree, const BlockList& list, const PageMetadata& page,
                                            std::span<const std::string_view> scripts,
                                            std::optional<std::size_t> title_block, std::string_view url,
                                            std::chrono::sys_seconds latest);

/// The day before or after a moment that is written in UTC, if it may be that day where the page is read, else empty.
[[nodiscard]] std::string other_day(const DateSignal& signal);

/// Days since 1970 in the zone as written.
[[nodiscard]] std::int64_t day_number(const Timestamp& time);

}  // namespace dateline::indexer
