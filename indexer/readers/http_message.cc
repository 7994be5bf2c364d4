#include "indexer/readers/http_message.h"

#include <brotli/decode.h>
#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <vector>

#include "common/text.h"
#include "indexer/readers/warc.h"

namespace dateline::indexer {
namespace {

constexpr std::uint64_t kMostRatio = 200;
constexpr std::size_t kFree = std::size_t{1} << 20;  // Below it the ratio does not count.

enum class Outcome { decoded, not_encoded, too_large };

/// Appends decoded pieces as long as they stay within the limits.
class Output {
 public:
  Output(std::size_t packed, std::size_t max_bytes)
      : max_(std::min<std::uint64_t>(max_bytes, std::max<std::uint64_t>(kFree, packed * kMostRatio))) {}
  bool append(const char* data, std::size_t n) {
    if (bytes.size() + n > max_) return false;
    bytes.append(data, n);
    return true;
  }
  std::string bytes;

 private:
  std::uint64_t max_;
};

/// The chunks' bytes, or nothing if `body` is not chunked in truth. A last chunk that is cut is kept as it is.
std::optional<std::string> join_chunks(std::string_view body) {
  std::string joined;
  bool any = false;
  while (!body.empty()) {
    std::size_t size = 0;
    const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), size, 16);
    const std::size_t line_end = body.find('\n');
    if (error != std::errc{} || line_end == std::string_view::npos) return any ? std::optional{joined} : std::nullopt;
    const std::string_view extension{end, static_cast<std::size_t>(body.data() + line_end - end)};
    const std::string_view behind = text::trim(extension);
    if (!behind.empty() && behind.front() != ';') return any ? std::optional{joined} : std::nullopt;
    body.remove_prefix(line_end + 1);
    any = true;
    if (size == 0) break;
    joined += body.substr(0, size);
    body.remove_prefix(std::min(size, body.size()));
    if (body.starts_with("\r\n"))
      body.remove_prefix(2);
    else if (body.starts_with("\n"))
      body.remove_prefix(1);
  }
  return joined;
}

Outcome inflate_body(std::string_view packed, int window, Output& out) {
  z_stream z{};
  if (inflateInit2(&z, window) != Z_OK) return Outcome::not_encoded;
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> closer(&z, inflateEnd);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // zlib only reads it
  z.avail_in = static_cast<uInt>(packed.size());
  std::vector<char> piece(std::size_t{64} << 10);
  int result = Z_OK;
  while (result == Z_OK) {
    z.next_out = reinterpret_cast<Bytef*>(piece.data());
    z.avail_out = static_cast<uInt>(piece.size());
    result = inflate(&z, Z_NO_FLUSH);
    const std::size_t n = piece.size() - z.avail_out;
    if (!out.append(piece.data(), n)) return Outcome::too_large;
    if (n == 0 && z.avail_in == 0) break;  // Cut short: what there is.
  }
  return out.bytes.empty() && result != Z_STREAM_END ? Outcome::not_encoded : Outcome::decoded;
}

Outcome unbrotli_body(std::string_view packed, Output& out) {
  const std::unique_ptr<BrotliDecoderState, decltype(&BrotliDecoderDestroyInstance)> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr), BrotliDecoderDestroyInstance);
  std::vector<char> piece(std::size_t{64} << 10);
  std::size_t in_left = packed.size();
  auto in = reinterpret_cast<const std::uint8_t*>(packed.data());
  BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
  while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
    std::size_t out_left = piece.size();
    auto to = reinterpret_cast<std::uint8_t*>(piece.data());
    result = BrotliDecoderDecompressStream(state.get(), &in_left, &in, &out_left, &to, nullptr);
    if (!out.append(piece.data(), piece.size() - out_left)) return Outcome::too_large;
  }
  return result == BROTLI_DECODER_RESULT_ERROR && out.bytes.empty() ? Outcome::not_encoded : Outcome::decoded;
}

Outcome unzstd_body(std::string_view packed, Output& out) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
  std::vector<char> piece(std::size_t{64} << 10);
  ZSTD_inBuffer from{packed.data(), packed.size(), 0};
  while (from.pos < from.size) {
    ZSTD_outBuffer to{piece.data(), piece.size(), 0};
    const std::size_t before = from.pos;
    const std::size_t result = ZSTD_decompressStream(context.get(), &to, &from);
    if (ZSTD_isError(result) != 0) return out.bytes.empty() ? Outcome::not_encoded : Outcome::decoded;
    if (!out.append(piece.data(), to.pos)) return Outcome::too_large;
    if (to.pos == 0 && from.pos == before) break;
  }
  return Outcome::decoded;
}

Outcome decode(std::string_view coding, std::string_view packed, Output& out) {
  if (coding == "gzip" || coding == "x-gzip") return inflate_body(packed, 16 + MAX_WBITS, out);
  if (coding == "br") return unbrotli_body(packed, out);
  if (coding == "zstd") return unzstd_body(packed, out);
  if (coding != "deflate") return Outcome::not_encoded;
  const Outcome wrapped = inflate_body(packed, MAX_WBITS, out);
  // Some servers send the bare format of RFC 1951 under this name.
  return wrapped == Outcome::not_encoded ? inflate_body(packed, -MAX_WBITS, out) : wrapped;
}

}  // namespace

ContentType parse_content_type(std::string_view value) {
  ContentType type;
  type.media_type = text::trim(value.substr(0, value.find(';')));
  for (const std::string_view part : text::split(value, ';')) {
    const std::string_view parameter = text::trim(part);
    if (!text::istarts_with(parameter, "charset")) continue;
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    std::string_view charset = text::trim(parameter.substr(equals + 1));
    while (!charset.empty() && (charset.front() == '"' || charset.front() == '\'')) charset.remove_prefix(1);
    charset = charset.substr(0, charset.find_first_of("\"' ,"));
    type.charset = text::ascii_lower(charset);
    break;
  }
  return type;
}

HttpResponse parse_http_response(std::string_view message) {
  HttpResponse response;
  response.body = message;
  if (!message.starts_with("HTTP/") && !message.starts_with("ICY ")) return response;
  const std::size_t line_end = message.find('\n');
  const std::string_view line = message.substr(0, line_end);
  const std::size_t blank = line.find(' ');
  if (blank != std::string_view::npos) {
    const std::string_view code = text::trim(line.substr(blank));
    (void)std::from_chars(code.data(), code.data() + std::min<std::size_t>(code.size(), 3), response.status);
  }
  // The header ends at the first empty line; some servers end lines in \n alone.
  std::size_t end = line_end;
  std::size_t body = message.size();
  while (end != std::string_view::npos) {
    const std::size_t next = end + 1;
    if (message.substr(next).starts_with("\n"))
      body = next + 1;
    else if (message.substr(next).starts_with("\r\n"))
      body = next + 2;
    if (body != message.size() || next >= message.size()) break;
    end = message.find('\n', next);
  }
  response.body = message.substr(std::min(body, message.size()));
  if (line_end != std::string_view::npos) {
    response.header = message.substr(line_end + 1, message.size() - response.body.size() - line_end - 1);
  }
  const ContentType type = parse_content_type(HeaderFields(response.header).get("Content-Type"));
  response.content_type = type.media_type;
  response.charset = type.charset;
  return response;
}

DecodedBody decode_body(const HttpResponse& response, std::size_t max_bytes) {
  const HeaderFields header(response.header);
  DecodedBody decoded;
  std::optional<std::string> joined;
  if (text::ascii_lower(header.get("Transfer-Encoding")).find("chunked") != std::string::npos)
    joined = join_chunks(response.body);
  std::string_view body = joined ? std::string_view{*joined} : response.body;
  const std::string codings = text::ascii_lower(header.get("Content-Encoding"));
  std::vector<std::string_view> listed = text::split(codings, ',');
  constexpr std::size_t kMostCodings = 2;
  if (listed.size() > kMostCodings) return {.bytes = {}, .problem = "encoded more than twice"};
  std::reverse(listed.begin(), listed.end());  // The last one was applied last.
  for (const std::string_view coding : listed) {
    Output out(body.size(), max_bytes);
    switch (decode(text::trim(coding), body, out)) {
      case Outcome::too_large:
        return {.bytes = {}, .problem = "a body that is too large when decoded; taken for a bomb"};
      case Outcome::decoded:
        decoded.bytes = std::move(out.bytes);
        body = decoded.bytes;
        break;
      case Outcome::not_encoded:
        break;
    }
  }
  if (decoded.bytes.empty() || body.data() != decoded.bytes.data()) decoded.bytes = body;
  return decoded;
}

}  // namespace dateline::indexer
