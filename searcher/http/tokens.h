// Who may ask, and see what: bearer tokens, kept hashed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace dateline::searcher::http {

/// SHA-256 of a token, in hexadecimal: what a token file holds.
[[nodiscard]] std::string hash_token(std::string_view token);

/// A file of tokens: lines of `hash name [source; source…]`, parted by tabs; '#' begins a comment.
class Tokens {
 public:
  struct Holder {
    std::string name;
    std::vector<std::string> sources;  ///< That it may see; empty: all.
  };

  Tokens() = default;
  /// Throws Error(io), Error(usage) with the line.
  explicit Tokens(const std::filesystem::path& file);

  [[nodiscard]] bool required() const { return !entries_.empty(); }

  /// Whom an Authorization header names: "Bearer TOKEN", or "Basic" with the token as password, which is what a
  /// browser can send. Null if nobody. Takes the same time whichever token is given.
  [[nodiscard]] const Holder* holder(std::string_view authorization) const;

 private:
  struct Entry {
    std::string hash;
    Holder holder;
  };
  std::vector<Entry> entries_;
};

}  // namespace dateline::searcher::http
