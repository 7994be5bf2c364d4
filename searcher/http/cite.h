// Citations of an article.
#pragma once

#include <string>

#include "dateline/article.h"

namespace dateline::searcher::http {

/// BibTeX entry (@article, UTF-8, TeX's own characters escaped) with a key of source, year and id.
[[nodiscard]] std::string bibtex(const Article& article);

/// RIS record of type NEWS, lines ended by CR LF.
[[nodiscard]] std::string ris(const Article& article);

}  // namespace dateline::searcher::http
