// Inputs of any format, packed or not, under libFuzzer; see reader_fuzz.h.
// Sources: indexer/readers/*.cc common/{date,double_encoding,encoding,language,media_topics,stored,text,url}.cc
// Libraries: $(pkg-config --cflags --libs libarchive libbrotlidec expat zlib libzstd icu-uc icu-i18n uchardet fmt
// simdjson)
// Seeds: tests/data/readers/*/*/input.*
#include "tests/fuzz/reader_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return dateline::fuzz::read_everything(std::nullopt, data, size);
}
