#include "searcher/http/options.h"

#include <fmt/format.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <thread>

#include "common/cli/help.h"
#include "dateline/version.h"

namespace dateline::searcher::http {

Options::Options() : app_("Serve an index of news over HTTP", "dateline-serve") {
  server.workers = std::max(2U, std::thread::hardware_concurrency());
  app_.set_help_flag("-h,--help", "Print this and stop")->group("Options");
  app_.set_version_flag("--version", fmt::format("dateline-serve {}", kVersion), "Print the version and stop");
  app_.add_flag("--man", man_page, "Print the man page and stop")->group("");
  app_.add_option("--completion", completion, "Print a completion script and stop")
      ->check(CLI::IsMember({"bash", "zsh"}))
      ->group("");
  app_.add_option("-d,--index", index,
                  "Folder of the index. Without it: $DATELINE_INDEX, else dateline/index in the data folder")
      ->type_name("INDEX");
  app_.add_flag("--mcp", mcp, "Speak the Model Context Protocol on standard input and output instead of HTTP");
  app_.add_flag("-q,--quiet", quiet, "No access log");
  app_.add_flag("--log-queries", log_queries, "Write what is searched for into the access log, too");
  const char* network = "Network";
  app_.add_option("--address", server.address, "Address to listen on")
      ->type_name("ADDRESS")
      ->default_str("127.0.0.1")
      ->group(network);
  app_.add_option("--port", server.port, "Port to listen on; 0 for any free one")
      ->type_name("N")
      ->default_str("8080")
      ->group(network);
  app_.add_option("--allow-host", hosts, "Answer to this name, too; loopback names are always answered")
      ->type_name("NAME")
      ->allow_extra_args(false)
      ->group(network);
  app_.add_option("--allow-origin", origins, "Let pages of this origin (https://desk.example.org) ask")
      ->type_name("ORIGIN")
      ->allow_extra_args(false)
      ->group(network);
  const char* access = "Access";
  app_.add_option("--tokens", tokens, "Ask for a token; FILE holds their hashes, names and sources")
      ->type_name("FILE")
      ->group(access);
  app_.add_flag("--hash-token", hash_token, "Read a token from standard input, print its line for --tokens, and stop")
      ->group(access);
  const char* limits = "Limits";
  app_.add_option("--threads", server.workers, "Searches at the same time")
      ->type_name("N")
      ->check(CLI::Range(1U, 256U).name(""))
      ->default_str("one a processor, two at least")
      ->group(limits);
  app_.add_option("--deadline", deadline_ms, "Milliseconds that a request may take, waiting included")
      ->type_name("MS")
      ->check(CLI::Range(10U, 60'000U).name(""))
      ->default_str("2000")
      ->group(limits);
  app_.add_option("--queue", server.queue, "Requests that may wait; more are told to try again")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}).name(""))
      ->default_str("256")
      ->group(limits);
  app_.add_option("--connections", server.connections, "Open connections at most; idle ones make room")
      ->type_name("N")
      ->check(CLI::Range(8U, 100'000U).name(""))
      ->default_str("4096")
      ->group(limits);
  cli::set_help(app_, serve_manual());
}

void Options::parse(const std::vector<std::string>& args) {
  app_.parse(std::vector<std::string>{args.rbegin(), args.rend()});
}

cli::Manual serve_manual() {
  return {
      .name = "dateline-serve",
      .summary = "serve an index of news over HTTP",
      .version = std::string{kVersion},
      .date = "November 25, 2026",
      .synopsis = {"[OPTIONS]"},
      .description =
          {"Answers searches in an index over HTTP: a page for people at /, JSON for programs under /v1/, feeds of "
           "any query at /feed.atom and /feed.json. What can be asked is in docs/http-api.md and, for programs, "
           "at /openapi.json.",
           "A change of the index, a rebuild included, is seen by the next request; nothing needs a restart.",
           "It listens on the loopback address alone. Before others reach it, put a proxy with TLS in front, "
           "name the host with --allow-host, and hand out tokens with --tokens."},
      .examples = {{"dateline-serve -d archive", "The page at http://127.0.0.1:8080/"},
                   {"dateline-serve -d archive --allow-host search.example.org --tokens /etc/dateline/tokens",
                    "Behind a proxy, for who has a token"},
                   {"dateline-serve --hash-token <token.txt >>/etc/dateline/tokens", "Add a token"},
                   {"dateline-serve -d archive --mcp", "For a program that speaks the Model Context Protocol"}},
      .sections = {{"TOKENS",
                    {"A line of the file that --tokens names is: the SHA-256 of a token in hexadecimal, a tab, a name "
                     "for the log, "
                     "and optionally a tab and the sources that its holder sees, parted by semicolons. Clients send "
                     "the token as "
                     "Authorization: Bearer, browsers as the password that they ask for."}},
                   {"SIGNALS",
                    {"TERM and INT: takes no new connection, answers what was asked, then ends. With systemd, a socket "
                     "unit may "
                     "hand over the listening socket."}},
                   {"ENVIRONMENT",
                    {"DATELINE_INDEX: folder of the index when --index is not given. LISTEN_FDS, NOTIFY_SOCKET: set by "
                     "systemd."}},
                   {"EXIT STATUS",
                    {"0: stopped by a signal. 1: the command line is wrong. 3: the index is missing, damaged or of "
                     "another schema. "
                     "5: the address cannot be listened on. 70: a bug of ours."}}},
      .see_also = {"dateline-index 1", "dateline-search 1", "dateline-query 7"},
  };
}

}  // namespace dateline::searcher::http
