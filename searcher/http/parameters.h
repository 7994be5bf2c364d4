// Parameters of a request, and the search that they ask for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/search_result.h"
#include "searcher/http/message.h"

namespace dateline::searcher::http {

/// Reads parameters by name and remembers which it was asked for. All of it throws Error(usage) with the parameter as
/// subject where a value makes no sense.
class Parameters {
 public:
  explicit Parameters(const Pairs& pairs) : pairs_(pairs) {}

  /// The first value, or empty.
  [[nodiscard]] std::string text(const std::string& name);
  [[nodiscard]] std::vector<std::string> all(const std::string& name);
  [[nodiscard]] std::size_t number(const std::string& name, std::size_t otherwise, std::size_t most);
  /// "1", "true", "yes" or empty ("?any"): true.
  [[nodiscard]] bool flag(const std::string& name);

  /// A name that was never asked for is a mistake: a misspelt filter must not widen an answer.
  void refuse_others() const;

 private:
  Pairs pairs_;
  std::set<std::string> asked_;
};

/// Most hits of one page; deeper ones come by cursor, all of them by export.
inline constexpr std::size_t kMostHits = 1000;
inline constexpr std::size_t kMostOffset = 100'000;

/// Filters by the names of the query language (source, actor, date, section, lang, author), repeated ones being
/// alternatives, and and_actor, all of which must be named.
[[nodiscard]] std::vector<Filter> filters(Parameters& parameters);

/// Query, filters, order, page, facets: everything that docs/http-api.md lists under "search".
[[nodiscard]] SearchRequest search_request(Parameters& parameters);

/// Where a walk through an answer stands, bound to a state of the index and to what was asked.
struct Cursor {
  std::string state;
  std::size_t offset = 0;
  std::uint64_t asked = 0;  ///< fingerprint() of the request without its cursor.
};
[[nodiscard]] std::string encode(const Cursor& cursor);
/// Nothing if it is none of ours.
[[nodiscard]] std::optional<Cursor> decode_cursor(std::string_view text);

/// Members of a JSON object as parameters; a list repeats its name. Throws Error(usage) for members of other types.
[[nodiscard]] Pairs json_parameters(const nlohmann::json& object);

/// Of a path and its parameters, but for "cursor", and of who may see what.
[[nodiscard]] std::uint64_t fingerprint(const Request& request);

}  // namespace dateline::searcher::http
