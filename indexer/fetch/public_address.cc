#include "indexer/fetch/public_address.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace dateline::indexer {
namespace {

struct Block {
  std::uint32_t first;
  int bits;
};

/// IPv4 (RFC 6890 and successors): not for the public, or not for one host.
constexpr std::array<Block, 15> kSetAside{{{0x00000000, 8},    // this network
                                           {0x0a000000, 8},    // private
                                           {0x64400000, 10},   // shared by carriers
                                           {0x7f000000, 8},    // this machine
                                           {0xa9fe0000, 16},   // link
                                           {0xac100000, 12},   // private
                                           {0xc0000000, 24},   // protocols
                                           {0xc0000200, 24},   // examples
                                           {0xc0586300, 24},   // 6to4 relays
                                           {0xc0a80000, 16},   // private
                                           {0xc6120000, 15},   // measurements
                                           {0xc6336400, 24},   // examples
                                           {0xcb007100, 24},   // examples
                                           {0xe0000000, 4},    // multicast
                                           {0xf0000000, 4}}};  // reserved, broadcast

bool is_public_v4(std::uint32_t address) {
  return std::none_of(kSetAside.begin(), kSetAside.end(),
                      [&](const Block& block) { return (address ^ block.first) >> (32 - block.bits) == 0; });
}

std::uint32_t v4_at(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

bool is_public_v6(const unsigned char* bytes) {
  static constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  static constexpr std::array<unsigned char, 12> kTranslated{0, 0x64, 0xff, 0x9b};
  if (std::equal(kMapped.begin(), kMapped.end(), bytes) || std::equal(kTranslated.begin(), kTranslated.end(), bytes))
    return is_public_v4(v4_at(bytes + 12));
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_public_v4(v4_at(bytes + 2));  // 6to4
  if (bytes[0] == 0x20 && bytes[1] == 0x01) {
    if (bytes[2] < 0x02) return false;                       // protocols, Teredo among them
    if (bytes[2] == 0x0d && bytes[3] == 0xb8) return false;  // examples
  }
  return (bytes[0] & 0xe0) == 0x20;  // global unicast
}

}  // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return is_public_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    return is_public_v6(v6.sin6_addr.s6_addr);
  }
  return false;
}

}  // namespace dateline::indexer
