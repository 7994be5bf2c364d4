// Which format an input is in, by its content.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "indexer/readers/reader.h"

namespace dateline::indexer {

enum class Format { text, html, json_lines };

/// "text", "html", "jsonl".
[[nodiscard]] std::string_view format_name(Format format);
[[nodiscard]] std::optional<Format> format_named(std::string_view name);

/// How many bytes of an input detect() looks at.
inline constexpr std::size_t kDetectBytes = std::size_t{64} << 10;

/// `head` is the beginning of the input, `name` its file name (an ending decides only where the content leaves it
/// open). A refusal says why the input is in no format that is read ("empty", "binary").
[[nodiscard]] std::variant<Format, Refusal> detect(std::string_view head, std::string_view name);

/// The source must outlive the reader.
[[nodiscard]] std::unique_ptr<Reader> make_reader(Format format, ByteSource& source, const ReaderOptions& options);

}  // namespace dateline::indexer
