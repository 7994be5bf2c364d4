// dateline-search: words in, ranked articles out.
#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <CLI/Error.hpp>
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>

#include "common/cli/completion.h"
#include "common/cli/man_page.h"
#include "common/clock.h"
#include "common/exit_status.h"
#include "common/printable.h"
#include "common/query_error.h"
#include "common/store.h"
#include "common/text.h"
#include "dateline/error.h"
#include "dateline/searcher.h"
#include "searcher/match/translate.h"
#include "searcher/options.h"
#include "searcher/output/result_writer.h"
#include "searcher/output/versions.h"

namespace dateline::searcher {
namespace {

constexpr const char* kProgram = "dateline-search";

int code(ExitStatus status) {
  return static_cast<int>(status);
}

void complain(std::string_view line) {
  std::cerr << kProgram << ": " << printable(line) << '\n';
}

// Sanitizers have a heap of their own, and look at it in the end.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

/// A process that answers one query spends as long on first touches of its memory as on the query: the heap lies on
/// huge pages, each of which is touched first once instead of 512 times.
void use_huge_pages() {
#ifdef __GLIBC__
  if (kSanitized) return;
  constexpr std::uintptr_t kHugePage = std::uintptr_t{2} << 20U;
  constexpr std::size_t kFirst = 160 << 10;  // more than the heap has now
  constexpr int kHeap = 64 << 20;
  constexpr int kLargest = 16 << 20;  // arrays of the matcher lie there, too
  const auto end = [] { return reinterpret_cast<std::uintptr_t>(::sbrk(0)); };
  // What malloc writes to begin with must not lie in a huge page: it is none then.
  const std::uintptr_t begin = (end() + 2 * kFirst + kHugePage) / kHugePage * kHugePage;
  if (::sbrk(static_cast<std::intptr_t>(begin - kFirst - 4096 - end())) == reinterpret_cast<void*>(-1)) return;
  ::mallopt(M_MMAP_THRESHOLD, kLargest);
  ::mallopt(M_TRIM_THRESHOLD, 2 * kHeap);
  ::mallopt(M_TOP_PAD, kHeap);
  // The heap grows now. What is allocated next lies behind, and so in the first huge page.
  [[maybe_unused]] void* volatile never_freed = std::malloc(kFirst);
  ::mallopt(M_TOP_PAD, 1 << 20);
  if (end() > begin) ::madvise(reinterpret_cast<void*>(begin), end() - begin, MADV_HUGEPAGE);
#endif
}

/// IANA name of the reader's zone, or empty (UTC) where the system does not say or has no such zone.
std::string local_zone() {
  namespace fs = std::filesystem;
  const fs::path zones = "/usr/share/zoneinfo";
  std::error_code error;
  std::string name;
  if (const char* tz = std::getenv("TZ"); tz != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    name = *tz == ':' ? tz + 1 : tz;
  } else {
    const std::string target = fs::read_symlink("/etc/localtime", error).string();
    if (const std::size_t at = target.find("zoneinfo/"); at != std::string::npos) name = target.substr(at + 9);
  }
  const bool known = !name.empty() && name.front() != '/' && name.find("..") == std::string::npos &&
                     fs::is_regular_file(zones / name, error);
  return known ? name : std::string{};
}

ExitStatus flushed(ExitStatus status) {
  std::cout.flush();
  if (std::cout.good()) return status;
  // The stream forgot the reason, the pipe has not: without a reader it is in error.
  pollfd out{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
  if (::poll(&out, 1, 0) > 0 && (out.revents & POLLERR) != 0) return ExitStatus::ok;
  complain("standard output: cannot write");
  return ExitStatus::io;
}

void report_error(const Error& error, std::string_view query) {
  if (error.code() == ErrorCode::query) {
    std::cerr << query_error(kProgram, error, query);
  } else {
    complain(error.what());
  }
}

OutputSettings settings(const Options& options) {
  return {.terminal = detect_terminal(STDOUT_FILENO, options.output.color_choice()),
          .facet_limit = options.answer.facet_limit};
}

ExitStatus show(const Options& options, Searcher& searcher) {
  const std::unique_ptr<ResultWriter> writer =
      make_writer(options.output.output_format(), std::cout, settings(options));
  ExitStatus status = ExitStatus::ok;
  bool first = true;
  for (const std::string& id : options.show_ids) {
    const std::vector<Article> articles = searcher.articles(id);
    if (articles.empty()) {
      complain(fmt::format("{}: no article has this id", id));
      status = ExitStatus::usage;
      continue;
    }
    for (const Article& article : articles) {
      if (!first && options.output.output_format() == OutputFormat::text) std::cout << '\n';
      first = false;
      writer->article(article);
    }
  }
  return status;
}

ExitStatus list_versions(const Options& options, Searcher& searcher) {
  ExitStatus status = ExitStatus::ok;
  for (const std::string& id : options.version_ids) {
    const std::vector<std::vector<ArticleVersion>> articles = searcher.versions(id);
    if (articles.empty()) {
      complain(fmt::format("{}: no article has this id", id));
      status = ExitStatus::usage;
    }
    for (const std::vector<ArticleVersion>& versions : articles) {
      if (options.output.output_format() == OutputFormat::text) {
        std::cout << versions_text(versions, options.diff);
      } else {
        JsonPrinter json(std::cout, 2);
        write_versions(json, versions, options.diff);
        std::cout << '\n';
      }
    }
  }
  return status;
}

/// Languages and aliases are those of the index, if there is one.
ExitStatus translate(const Options& options) {
  const SystemClock clock;
  std::cout << search_body_for_opensearch(index_folder(options.index.folder),
                                          fmt::format("{}", fmt::join(options.translated, " ")), local_zone(), clock)
            << '\n';
  return ExitStatus::ok;
}

ExitStatus batch(const Options& options, Searcher& searcher, SearchRequest request) {
  const std::string name = options.batch.queries.string();
  std::ifstream file;
  if (name != "-") {
    file.open(name);
    if (!file) throw Error(ErrorCode::io, name, "cannot open");
  }
  std::istream& in = name == "-" ? std::cin : file;
  ExitStatus status = ExitStatus::ok;
  std::string line;
  for (std::size_t number = 1; std::getline(in, line) && std::cout.good(); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const std::size_t tab = line.find('\t');
    if (tab == std::string::npos || tab == 0) {
      complain(fmt::format("{}:{}: no query; a line is an id, a tab and the text", name, number));
      status = ExitStatus::some_refused;
      continue;
    }
    const std::string id = line.substr(0, tab);
    request.query = line.substr(tab + 1);
    try {
      OutputSettings run;
      run.query_id = id;
      write(searcher.search(request), *make_writer(OutputFormat::trec, std::cout, run));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::query && error.code() != ErrorCode::deadline) throw;
      complain(fmt::format("{}:{}: {}", name, number, error.what()));
      status = ExitStatus::some_refused;
    }
  }
  return status;
}

ExitStatus answer(const Options& options, Searcher& searcher, const SearchRequest& request) {
  if (options.answer.count) {
    std::vector<std::string> warnings;
    std::cout << searcher.count(request, &warnings) << '\n';
    for (const std::string& warning : warnings) {
      if (!options.output.quiet) complain(warning);
    }
    return ExitStatus::ok;
  }
  const SearchResult result = searcher.search(request);
  const OutputFormat format = options.output.output_format();
  write(result, *make_writer(format, std::cout, settings(options)));
  // Text and JSON say it themselves; the others have no place for it.
  if (format != OutputFormat::text && format != OutputFormat::json && !options.output.quiet) {
    for (const std::string& warning : result.warnings) complain(warning);
  }
  return ExitStatus::ok;
}

ExitStatus run(const Options& options) {
  if (options.man_page) {
    std::cout << cli::man_page(options.app(), search_manual());
    return ExitStatus::ok;
  }
  if (!options.completion.empty()) {
    std::cout << (options.completion == "zsh" ? cli::zsh_completion(options.app())
                                              : cli::bash_completion(options.app()));
    return ExitStatus::ok;
  }
  if (options.translating()) return translate(options);
  SearchRequest request = options.request();
  request.zone = local_zone();
  const bool batched = !options.batch.queries.empty();
  if (!options.showing() && !options.listing_versions() && !batched && text::trim(request.query).empty()) {
    throw Error(ErrorCode::usage, "query", "is missing; * finds every article, --help shows how to ask");
  }
  // They are there until the process ends, which is faster than to take them apart.
  static const SystemClock clock;
  static std::optional<Searcher> opened;
  Searcher& searcher = opened.emplace(index_folder(options.index.folder), clock, options.answer.partial);
  if (options.query.no_synonyms) {
    searcher.use_synonyms({});
  } else if (!options.query.synonyms.empty()) {
    searcher.use_synonyms(options.query.synonyms);
  }
  if (options.showing()) return show(options, searcher);
  if (options.listing_versions()) return list_versions(options, searcher);
  return batched ? batch(options, searcher, request) : answer(options, searcher, request);
}

/// Parsing with CLI11's own exit codes turned into ours. Nothing: go on.
std::optional<ExitStatus> parse(Options& options, const std::vector<std::string>& args) {
  try {
    options.parse(args);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    std::cout << (options.translating()        ? options.app().get_subcommand("translate")->help()
                  : options.showing()          ? options.app().get_subcommand("show")->help()
                  : options.listing_versions() ? options.app().get_subcommand("versions")->help()
                                               : options.app().help());
    return ExitStatus::ok;
  } catch (const CLI::CallForVersion& version) {
    std::cout << version.what() << '\n';
    return ExitStatus::ok;
  } catch (const CLI::ExtrasError&) {
    std::string unknown;
    for (const std::string& arg : options.app().remaining(true)) unknown += (unknown.empty() ? "" : " ") + arg;
    complain(fmt::format("{}: no such option; a query that begins with a hyphen goes after --", unknown));
  } catch (const CLI::ParseError& error) {
    complain(fmt::format("{}; --help shows all options", error.what()));
  }
  return ExitStatus::usage;
}

}  // namespace

int main_program(const std::vector<std::string>& args) {
  use_huge_pages();
  std::ios::sync_with_stdio(false);
  std::signal(SIGPIPE, SIG_IGN);
  Options options;
  try {
    if (const std::optional<ExitStatus> done = parse(options, args)) return code(flushed(*done));
    return code(flushed(run(options)));
  } catch (const Error& error) {
    std::cout.flush();
    report_error(error, fmt::format("{}", fmt::join(options.query.words, " ")));
    return code(exit_status(error.code()));
  } catch (const std::exception& error) {
    complain(fmt::format("internal error: {}; please report it", error.what()));
    return code(ExitStatus::internal);
  }
}

}  // namespace dateline::searcher

int main(int argc, char** argv) {
  int status = static_cast<int>(dateline::ExitStatus::internal);
  try {
    status = dateline::searcher::main_program({argv + std::min(argc, 1), argv + argc});
  } catch (...) {
    // It is internal.
  }
  std::cout.flush();
  if (!dateline::searcher::kSanitized) std::_Exit(status);
  return status;
}
