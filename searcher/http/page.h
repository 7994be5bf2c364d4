// The page: whole without JavaScript, every state of it an address.
#pragma once

#include "dateline/error.h"
#include "searcher/http/context.h"
#include "searcher/http/message.h"
#include "searcher/http/problem.h"

namespace dateline::searcher::http {

/// The archive as it is: how much of what, the newest first.
Response page_start(Context& context);
Response page_search(Context& context);
Response page_article(Context& context);
Response page_help(Context& context);
Response page_missing(const Request& request);
/// What went wrong; of a query also where.
Response page_problem(Context& context, const Problem& problem, const Error& error);

}  // namespace dateline::searcher::http
