#include "searcher/http/tokens.h"

#include <fmt/format.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <array>
#include <fstream>

#include "common/text.h"
#include "dateline/error.h"

namespace dateline::searcher::http {
namespace {

constexpr std::size_t kHashBytes = 32;

std::string from_base64(std::string_view text) {
  const gnutls_datum_t in{reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())),
                          static_cast<unsigned>(text.size())};
  gnutls_datum_t out{};
  if (text.empty() || gnutls_base64_decode2(&in, &out) != 0) return {};
  std::string decoded(reinterpret_cast<const char*>(out.data), out.size);
  gnutls_free(out.data);
  return decoded;
}

}  // namespace

std::string hash_token(std::string_view token) {
  std::array<unsigned char, kHashBytes> digest{};
  gnutls_hash_fast(GNUTLS_DIG_SHA256, token.data(), token.size(), digest.data());
  std::string out;
  for (const unsigned char byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

Tokens::Tokens(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(ErrorCode::io, file.string(), "cannot open");
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    if (text::trim(line).empty() || line.front() == '#') continue;
    const std::vector<std::string_view> parts = text::split(line, '\t');
    const std::string hash = text::ascii_lower(text::trim(parts[0]));
    const bool hexadecimal =
        hash.size() == 2 * kHashBytes && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!hexadecimal || parts.size() < 2) {
      throw Error(ErrorCode::usage, fmt::format("{}:{}", file.string(), number),
                  "is not: hash, tab, name, tab, sources; dateline-serve --hash-token makes the hash");
    }
    Entry entry{.hash = hash, .holder = {.name = std::string{text::trim(parts[1])}, .sources = {}}};
    if (parts.size() > 2) {
      for (const std::string_view source : text::split(parts[2], ';')) {
        if (!text::trim(source).empty()) entry.holder.sources.emplace_back(text::trim(source));
      }
    }
    entries_.push_back(std::move(entry));
  }
  if (entries_.empty()) throw Error(ErrorCode::usage, file.string(), "holds no token");
}

const Tokens::Holder* Tokens::holder(std::string_view authorization) const {
  std::string token;
  if (text::istarts_with(authorization, "bearer ")) {
    token = std::string{text::trim(authorization.substr(7))};
  } else if (text::istarts_with(authorization, "basic ")) {
    const std::string pair = from_base64(text::trim(authorization.substr(6)));
    if (const std::size_t colon = pair.find(':'); colon != std::string::npos) token = pair.substr(colon + 1);
  }
  if (token.empty()) return nullptr;
  const std::string hash = hash_token(token);
  const Holder* found = nullptr;
  for (const Entry& entry : entries_) {  // all of them, so that time tells nothing
    if (gnutls_memcmp(entry.hash.data(), hash.data(), hash.size()) == 0) found = &entry.holder;
  }
  return found;
}

}  // namespace dateline::searcher::http
