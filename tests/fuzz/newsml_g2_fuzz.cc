// NewsML-G2 under libFuzzer; see reader_fuzz.h.
// Sources: indexer/readers/*.cc common/{date,double_encoding,encoding,language,media_topics,stored,text,url}.cc
// Libraries: $(pkg-config --cflags --libs libarchive libbrotlidec expat zlib libzstd icu-uc icu-i18n uchardet fmt
// simdjson)
// Seeds: tests/data/readers/newsml-g2/*/input.*
#include "tests/fuzz/reader_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return dateline::fuzz::read_everything(dateline::indexer::Format::newsml_g2, data, size);
}
