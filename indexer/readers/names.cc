#include "indexer/readers/names.h"

#include "common/text.h"

namespace dateline::indexer {

std::vector<std::string> split_names(std::string_view names) {
  std::vector<std::string> out;
  std::string_view rest = text::trim(names);
  for (const std::string_view by : {"by ", "por ", "von ", "par "}) {
    if (text::istarts_with(rest, by)) {
      rest = text::trim(rest.substr(by.size()));
      break;
    }
  }
  const auto add = [&](std::string_view name) {
    name = text::trim(name);
    if (!name.empty()) out.push_back(text::clean_line(name));
  };
  while (!rest.empty()) {
    std::size_t end = rest.find_first_of(",;");
    std::size_t length = 1;
    for (const std::string_view conjunction : {" and ", " y ", " & ", " und ", " et "}) {
      if (const std::size_t at = rest.find(conjunction); at < end) {
        end = at;
        length = conjunction.size();
      }
    }
    add(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + length);
  }
  return out;
}

}  // namespace dateline::indexer
