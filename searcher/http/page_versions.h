// What an article was before, for its page.
#pragma once

#include <string>
#include <vector>

#include "dateline/article_versions.h"
#include "searcher/http/html.h"
#include "searcher/http/page_parts.h"

namespace dateline::searcher::http {

/// A version among `versions`, which are of one article, newest first; their number if there is none with this hash.
[[nodiscard]] std::size_t version_named(const std::vector<ArticleVersion>& versions, std::string_view hash);

/// The list of versions with links, where there is more than one. `shown`: which of them the page is of.
void write_version_list(Markup& out, const std::vector<ArticleVersion>& versions, std::size_t shown,
                        const PageQuery& query);

/// The earlier version `shown`, with what the next one changed struck out and put in.
void write_earlier_version(Markup& out, const std::vector<ArticleVersion>& versions, std::size_t shown,
                           const std::string& lang);

}  // namespace dateline::searcher::http
