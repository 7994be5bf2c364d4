// What every target of a reader does: any bytes are read to the end, in pieces of a size that the first byte chooses,
// and what comes out keeps the promises of an article.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/readers/detect.h"

namespace dateline::fuzz {

class PieceSource final : public indexer::ByteSource {
 public:
  PieceSource(std::string_view bytes, std::size_t piece) : bytes_(bytes), piece_(piece) {}

 private:
  std::size_t read_some(char* out, std::size_t size) override {
    const std::size_t n = std::min({size, piece_, bytes_.size()});
    std::copy_n(bytes_.data(), n, out);
    bytes_.remove_prefix(n);
    return n;
  }
  std::string_view bytes_;
  std::size_t piece_;
};

inline void require_article(const Article& article) {
  const auto require_clean = [](std::string_view s) {
    if (text::clean(s) != s) std::abort();
  };
  for (const std::string* line :
       {&article.id, &article.title, &article.source, &article.url, &article.section, &article.place, &article.summary})
    require_clean(*line);
  for (const std::string& paragraph : article.body) {
    if (paragraph.empty()) std::abort();
    require_clean(paragraph);
  }
  for (const std::string& author : article.authors) require_clean(author);
  for (const Actor& actor : article.actors) require_clean(actor.name);
  if (decode_article(encode_article(article)) != article) std::abort();
}

/// `format`: forced; none: detected, also through streams and containers.
inline int read_everything(std::optional<indexer::Format> format, const std::uint8_t* data, std::size_t size) {
  using namespace dateline::indexer;
  if (size == 0) return 0;
  const std::size_t piece = data[0] < 128 ? std::size_t{1} << 20 : static_cast<std::size_t>(data[0] - 127);
  PieceSource source({reinterpret_cast<const char*>(data + 1), size - 1}, piece);
  ReaderOptions options;
  options.max_record = std::size_t{1} << 18;
  options.unpack.total = std::uint64_t{1} << 26;
  options.unpack.entries = 1000;
  try {
    const auto opened = open_reader(source, {.name = "input", .format = format}, options);
    if (std::holds_alternative<Refusal>(opened)) return 0;
    Reader& reader = *std::get<std::unique_ptr<Reader>>(opened);
    // Every record takes bytes of the input, so there are not many more of them than bytes.
    for (std::size_t records = 0;; ++records) {
      const Reader::Next next = reader.next();
      if (std::holds_alternative<Reader::End>(next)) return 0;
      if (const auto* record = std::get_if<Record>(&next)) {
        if (record->bytes.size() > options.max_record * 3) std::abort();
        const auto parsed = reader.parse(*record);
        if (const auto* raw = std::get_if<RawArticle>(&parsed)) require_article(raw->article);
      }
    }
  } catch (const Error& error) {
    if (error.code() != ErrorCode::io) std::abort();
  }
  return 0;
}

}  // namespace dateline::fuzz
