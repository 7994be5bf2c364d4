// Which format an input is in, by its content, and the way from its bytes to a reader.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "indexer/readers/reader.h"

namespace dateline::indexer {

enum class Format : std::uint8_t {
  text,
  html,
  json_lines,
  warc,
  arc,
  feed,
  newsml_g2,
  newsml_1,
  nitf,
  reuters,
  trec,
  mbox,
  csv,
  gkg
};
inline constexpr std::size_t kFormatCount = 14;

/// A line of `dateline-index formats`.
struct FormatInfo {
  Format format;
  std::string_view name;  ///< As --format takes it.
  std::string_view title;
  std::string_view what;  ///< What of it is read.
};

/// All formats that this build reads.
[[nodiscard]] std::span<const FormatInfo> formats();
/// "text", "html", "jsonl".
[[nodiscard]] std::string_view format_name(Format format);
[[nodiscard]] std::optional<Format> format_named(std::string_view name);

/// How many bytes of an input detect() looks at.
inline constexpr std::size_t kDetectBytes = std::size_t{64} << 10;

/// `head` is the beginning of the input, `name` its file name (an ending decides only where the content leaves it
/// open). A refusal says why the input is in no format that is read ("empty", "binary").
[[nodiscard]] std::variant<Format, Refusal> detect(std::string_view head, std::string_view name,
                                                   const ReaderOptions& options = {});

/// The source must outlive the reader.
[[nodiscard]] std::unique_ptr<Reader> make_reader(Format format, ByteSource& source, const ReaderOptions& options);

struct InputDescription {
  std::string name;              ///< For detection and errors: the path, or a member's path in its container.
  std::optional<Format> format;  ///< Forced; else detected. Streams and containers are unpacked anyway.
  int depth = 0;                 ///< How many containers the input is in.
};

/// A reader for an input in any format, packed or not: a compressed stream is unpacked once, a container's files are
/// read one after the other, and containers nest once. `source` must outlive the reader. Throws Error(io) with
/// `input.name` as its subject when the input's beginning cannot be read.
[[nodiscard]] std::variant<std::unique_ptr<Reader>, Refusal> open_reader(ByteSource& source,
                                                                         const InputDescription& input,
                                                                         const ReaderOptions& options);

}  // namespace dateline::indexer
