// What an article was before.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dateline::searcher {

struct ArticleVersion {
  std::string id;                ///< Public id of the article.
  std::string hash;              ///< Of title and body, 16 hexadecimal digits.
  std::int64_t version_at = 0;   ///< UTC seconds of modification, else publication; 0 when undated.
  std::int64_t replaced_at = 0;  ///< UTC seconds at which the index took a newer one; 0 for the present version.
  std::string title;
  std::vector<std::string> body;
};

}  // namespace dateline::searcher
