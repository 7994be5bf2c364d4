#include "common/encoding.h"

#include <uchardet/uchardet.h>
#include <unicode/ucnv.h>
#include <unicode/unistr.h>

#include <array>
#include <memory>
#include <optional>

#include "common/double_encoding.h"
#include "common/text.h"

namespace dateline {
namespace {

struct ConverterDelete {
  void operator()(UConverter* c) const { ucnv_close(c); }
};
struct DetectorDelete {
  void operator()(uchardet_t d) const { uchardet_delete(d); }
};

/// WHATWG labels that mean another encoding than ICU's table says: browsers read Latin-1 and ASCII as windows-1252,
/// Latin-5 as windows-1254, and so must we (https://encoding.spec.whatwg.org/#names-and-labels).
std::string whatwg_name(std::string_view label) {
  std::string name = text::ascii_lower(text::trim(label));
  static constexpr std::array<std::array<std::string_view, 2>, 14> kRenamed{{
      {"iso-8859-1", "windows-1252"},
      {"latin1", "windows-1252"},
      {"l1", "windows-1252"},
      {"ascii", "windows-1252"},
      {"us-ascii", "windows-1252"},
      {"iso8859-1", "windows-1252"},
      {"iso_8859-1", "windows-1252"},
      {"iso-8859-9", "windows-1254"},
      {"latin5", "windows-1254"},
      {"iso-8859-11", "windows-874"},
      {"gb2312", "gb18030"},
      {"gbk", "gb18030"},
      {"ks_c_5601-1987", "windows-949"},
      {"euc-kr", "windows-949"},
  }};
  for (const auto& [from, to] : kRenamed) {
    if (name == from) return std::string{to};
  }
  return name;
}

std::optional<std::string> convert(std::string_view bytes, const std::string& name) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<UConverter, ConverterDelete> converter{ucnv_open(name.c_str(), &status)};
  if (U_FAILURE(status)) return std::nullopt;
  status = U_ZERO_ERROR;
  const icu::UnicodeString decoded(bytes.data(), static_cast<int32_t>(bytes.size()), converter.get(), status);
  if (U_FAILURE(status)) return std::nullopt;
  std::string out;
  decoded.toUTF8String(out);
  return out;
}

std::string detected_name(std::string_view bytes) {
  // Statistics settle within a few kilobytes; the rest would only cost time.
  constexpr std::size_t kEnough = std::size_t{64} << 10;
  const std::unique_ptr<uchardet, DetectorDelete> detector{uchardet_new()};
  const std::string_view head = bytes.substr(0, kEnough);
  if (uchardet_handle_data(detector.get(), head.data(), head.size()) != 0) return {};
  uchardet_data_end(detector.get());
  return uchardet_get_charset(detector.get());
}

}  // namespace

std::string to_utf8(std::string_view bytes, std::string_view declared, std::string* used) {
  std::string ignored;
  std::string& name = used != nullptr ? *used : ignored;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    name = bytes.front() == '\xFF' ? "utf-16le" : "utf-16be";
    if (auto out = convert(bytes.substr(2), name)) return *out;
  }
  if (text::is_valid_utf8(bytes)) {
    name = "utf-8";
    return repair_double_encoding(std::string{bytes});
  }
  for (const std::string& candidate : {whatwg_name(declared), whatwg_name(detected_name(bytes))}) {
    // Declared UTF-8 that is not valid: a page cut in the middle of a character or with a stray byte is still UTF-8.
    if (candidate.empty()) continue;
    if (auto out = convert(bytes, candidate)) {
      name = candidate;
      return *out;
    }
  }
  name = "windows-1252";
  return convert(bytes, name).value_or(std::string{});
}

}  // namespace dateline
