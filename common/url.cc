#include "common/url.h"

#include <algorithm>
#include <array>

#include "common/text.h"

namespace dateline {
namespace {

struct Parts {
  std::string scheme;
  std::string host;  // with a port that is not the scheme's default
  std::string_view path;
  std::string_view query;
};

bool split_http(std::string_view url, Parts& parts) {
  url = text::trim(url);
  const std::size_t colon = url.find("://");
  if (colon == std::string_view::npos) return false;
  parts.scheme = text::ascii_lower(url.substr(0, colon));
  if (parts.scheme != "http" && parts.scheme != "https") return false;
  url.remove_prefix(colon + 3);
  url = url.substr(0, url.find('#'));
  const std::size_t path = std::min(url.find_first_of("/?"), url.size());
  std::string_view authority = url.substr(0, path);
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  parts.host = text::ascii_lower(authority);
  const std::string_view default_port = parts.scheme == "http" ? ":80" : ":443";
  if (parts.host.ends_with(default_port)) parts.host.resize(parts.host.size() - default_port.size());
  const bool host_ok = !parts.host.empty() && std::none_of(parts.host.begin(), parts.host.end(), [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '<' || c == '>' || c == '\\';
  });
  if (!host_ok) return false;
  url.remove_prefix(path);
  const std::size_t question = url.find('?');
  parts.path = url.substr(0, question);
  parts.query = question == std::string_view::npos ? std::string_view{} : url.substr(question + 1);
  return true;
}

bool is_tracking(std::string_view parameter) {
  static constexpr std::array<std::string_view, 12> kNames{"fbclid", "gclid",  "dclid", "msclkid", "yclid", "igshid",
                                                           "mc_cid", "mc_eid", "cmpid", "ocid",    "smid",  "ito"};
  const std::string name = text::ascii_lower(parameter.substr(0, parameter.find('=')));
  return name.starts_with("utm_") || std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

bool is_http_url(std::string_view url) {
  Parts parts;
  return split_http(url, parts);
}

std::string canonical_url(std::string_view url) {
  Parts parts;
  if (!split_http(url, parts)) return {};
  std::string out = parts.scheme + "://" + parts.host;
  out.append(parts.path.empty() ? "/" : parts.path);
  char separator = '?';
  if (!parts.query.empty()) {
    for (const std::string_view parameter : text::split(parts.query, '&')) {
      if (parameter.empty() || is_tracking(parameter)) continue;
      out.append(1, separator).append(parameter);
      separator = '&';
    }
  }
  return out;
}

std::string host_of(std::string_view url) {
  Parts parts;
  if (!split_http(url, parts)) return {};
  std::string host = parts.host.substr(0, parts.host.find(':'));
  if (host.starts_with("www.")) host.erase(0, 4);
  return host;
}

}  // namespace dateline
