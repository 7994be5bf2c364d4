#include "indexer/jobs/probes.h"

#include <fmt/format.h>
#include <xapian.h>

#include <algorithm>
#include <charconv>

#include "common/identity.h"
#include "common/schema.h"
#include "common/store/record_packing.h"

namespace dateline::indexer {
namespace {

constexpr std::size_t kPieceLength = 64;

void cut_into(std::string_view text, const std::string& what, std::vector<Probe>& probes) {
  // What JSON would escape parts the pieces: it is written otherwise in stored articles than in other places.
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min({text.find_first_of("\"\\", at), at + kPieceLength, text.size()});
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
    if (end - at >= PieceFinder::kLeast * 2 || (at == 0 && end - at >= PieceFinder::kLeast))
      probes.push_back({std::string{text.substr(at, end - at)}, what});
    at = end < text.size() && (text[end] == '"' || text[end] == '\\') ? end + 1 : end;
  }
}

std::uint64_t number_of(std::string_view hexadecimal) {
  std::uint64_t value = 0;
  std::from_chars(hexadecimal.data(), hexadecimal.data() + hexadecimal.size(), value, 16);
  return value;
}

}  // namespace

void add_probes(const Article& article, const std::vector<std::string>& rare, bool address_stays,
                std::vector<Probe>& probes) {
  if (!address_stays) {
    cut_into(article.url, "url", probes);
    if (article.id.size() >= PieceFinder::kLeast) probes.push_back({article.id, "id"});
  }
  cut_into(article.title, "title", probes);
  for (const std::string& paragraph : article.body) cut_into(paragraph, "text", probes);
  for (const std::string& word : rare) probes.push_back({word, "word"});
}

std::vector<std::string> bytes_of(const std::vector<Probe>& probes) {
  std::vector<std::string> out;
  for (const Probe& probe : probes) out.push_back(probe.bytes);
  return out;
}

std::vector<Fingerprint> fingerprints_of(const std::vector<Probe>& probes) {
  std::vector<Fingerprint> out;
  for (const Probe& probe : probes) {
    if (probe.bytes.size() >= Fingerprint::kLength) out.push_back(Fingerprint::of(probe.bytes));
  }
  return out;
}

std::string to_text(const Fingerprint& print) {
  return fmt::format("{:016x}{:016x}", print.high, print.low);
}

Fingerprint fingerprint_from(std::string_view text) {
  constexpr std::size_t kDigits = 16;
  return {.high = number_of(text.substr(0, kDigits)), .low = number_of(text.substr(kDigits))};
}

std::vector<bool> found_elsewhere(const PieceFinder& finder, std::size_t count,
                                  const std::vector<Generation>& generations, const std::set<std::string>& own,
                                  const std::vector<std::string>& texts) {
  std::vector<bool> shared(count);
  const auto mark = [&](std::string_view bytes) { finder.scan(bytes, [&](std::size_t i) { shared[i] = true; }); };
  for (const Generation& generation : generations) {
    const Xapian::Database database((generation.folder / "s0").string());
    std::set<Xapian::docid> ours;
    for (const std::string& identity : own) {
      const std::string term = identity_term(identity);
      ours.insert(database.postlist_begin(term), database.postlist_end(term));
    }
    for (auto it = database.postlist_begin(""); it != database.postlist_end(""); ++it) {
      if (!ours.contains(*it)) mark(unpack_record(database.get_document(*it).get_data()));
    }
    for (auto term = database.allterms_begin(); term != database.allterms_end(); ++term) {
      const std::string name = *term;
      bool matches = false;
      finder.scan(name, [&](std::size_t) { matches = true; });
      if (!matches) continue;
      for (auto it = database.postlist_begin(name); it != database.postlist_end(name); ++it) {
        if (!ours.contains(*it)) mark(name);
      }
    }
    const std::string alias{schema::kMetaAlias};
    for (auto key = database.metadata_keys_begin(alias); key != database.metadata_keys_end(alias); ++key) {
      mark(*key);
      mark(database.get_metadata(*key));
    }
  }
  for (const std::string& text : texts) mark(text);
  return shared;
}

}  // namespace dateline::indexer
