#include "indexer/options.h"

#include <charconv>

#include "common/store.h"
#include "common/text.h"
#include "dateline/error.h"
#include "dateline/version.h"
#include "indexer/readers/detect.h"
#include "indexer/readers/json_article.h"

namespace dateline::indexer {

namespace {

/// "10%" as "10". Anything but a number from 0 to 100 is left for CLI11 to refuse.
CLI::Validator percentage() {
  return {[](std::string& given) {
            if (given.ends_with('%')) given.pop_back();
            double value = -1;
            const auto [rest, error] = std::from_chars(given.data(), given.data() + given.size(), value);
            const bool good = error == std::errc{} && rest == given.data() + given.size() && value >= 0 && value <= 100;
            return good ? std::string{} : "want a share from 0% to 100%";
          },
          ""};
}

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const FormatInfo& format : formats()) names.emplace_back(format.name);
  return names;
}

}  // namespace

void add_job_options(CLI::App& app, CommandLine& line) {
  app.add_option("-d,--index", line.job.index,
                 "Index folder; made if missing (default: $DATELINE_INDEX, else the XDG data folder)")
      ->type_name("INDEX");
  app.add_option("PATH", line.job.paths, "Files and folders with articles; - is standard input")->type_name("PATH");
  app.add_option("--fetch", line.job.fetch, "Also ask this address of a feed for what has changed; repeatable")
      ->type_name("URL")
      ->allow_extra_args(false);
  app.add_flag("--fetch-private", line.job.fetch_private,
               "Also fetch from this machine and its networks, and through the proxies of the environment");
  app.add_option("-f,--format", line.job.format, "Format of the inputs, instead of telling it by their content")
      ->check(CLI::IsMember(format_names()))
      ->type_name("FORMAT");
  app.add_option("-m,--map", line.maps,
                 "JSON and tables: FIELD of the article is called NAME in the input (title, body, published, source, "
                 "…); repeatable")
      ->type_name("FIELD=NAME")
      ->allow_extra_args(false);
  app.add_option(
         "--filter", line.filters,
         "Read files whose name ends in .ENDING through a command of the shell (pdf='pdftotext - -'); repeatable")
      ->type_name("ENDING=COMMAND")
      ->allow_extra_args(false);
  app.add_option("--date-from", line.date_from, "Give an article without a date its file's time of modification")
      ->check(CLI::IsMember({"mtime"}))
      ->type_name("mtime");
  app.add_flag("--prune", line.job.prune, "Remove the articles of files below PATH that are gone");
  app.add_flag("--remote", line.job.remote,
               "Write an index that xapian-tcpsrv can serve to other machines; half as large again");
  app.add_flag("--rebuild", line.job.rebuild, "Make the index anew beside the old one and swap when done");
  app.add_option("--max-shrink", line.job.max_shrink,
                 "With --rebuild: refuse to publish an index that lost more than this share of its articles")
      ->transform(percentage())
      ->default_str("10%")
      ->type_name("PERCENT");
  app.add_option("--keep", line.job.keep, "With --rebuild: generations before that stay for a rollback")
      ->check(CLI::Range(0, 100))
      ->capture_default_str()
      ->type_name("N");
  app.add_flag("--force", line.job.force, "Write on a network file system, too");
  app.add_flag("!--no-site-templates", line.job.site_templates,
               "Read each page by itself, without what the index learns of its site");
  app.add_flag("!--no-actors", line.job.actors, "Do not look for actors");
  app.add_option("--actors-file", line.job.actors_files,
                 "A further gazetteer (TSV); wins over those shipped; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("--data", line.job.data, "Folder with the gazetteers and models (default: as installed)")
      ->type_name("DIR");
  app.add_option("--batch", line.job.batch, "Articles a commit")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  app.add_option("-j,--jobs", line.job.jobs,
                 "Threads (default: one a core); the index is the same whatever their number")
      ->check(CLI::Range(1, 256))
      ->type_name("N");
  app.add_option("--memory", line.job.memory, "Memory for sorting and for changes that wait for a commit")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(std::size_t{1} << 20, std::size_t{1} << 40))
      ->default_str("512MiB")
      ->type_name("SIZE");
  app.add_option("--max-record", line.job.max_record, "Longest record that is read; a longer one is refused")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(std::size_t{1024}, std::size_t{1} << 30))
      ->default_str("32MiB")
      ->type_name("SIZE");
  app.add_option("--report", line.report, "Print what was done as JSON")
      ->check(CLI::IsMember({"json"}))
      ->type_name("json");
  app.add_flag("-q,--quiet", line.quiet, "Print nothing but errors");
  app.add_flag("-v,--verbose", line.verbose, "Also say what is passed over");
}

void finish_job_options(CommandLine& line) {
  if (line.job.paths.empty() && line.job.fetch.empty())
    throw Error(ErrorCode::usage, "", "no PATH given; say which files or folders to index, or - for standard input");
  for (const std::string& map : line.maps) {
    const std::size_t equals = map.find('=');
    const std::string field = map.substr(0, equals);
    const std::string name = equals == std::string::npos ? std::string{} : map.substr(equals + 1);
    if (name.empty() || !is_article_field(field)) {
      throw Error(ErrorCode::usage, "--map " + map,
                  "want FIELD=NAME, FIELD one of id, title, body, html, published, modified, source, url, authors, "
                  "lang, section, place, keywords, actors, summary, status, version, embargo_until, subjects");
    }
    line.job.field_map[name] = field;
  }
  for (const std::string& filter : line.filters) {
    const std::size_t equals = filter.find('=');
    std::string ending = text::ascii_lower(filter.substr(0, equals));
    if (ending.starts_with('.')) ending.erase(0, 1);
    if (equals == std::string::npos || ending.empty() || equals + 1 == filter.size())
      throw Error(ErrorCode::usage, "--filter " + filter, "want ENDING=COMMAND, as pdf='pdftotext - -'");
    line.job.filters[ending] = filter.substr(equals + 1);
  }
  line.job.date_from_mtime = line.date_from == "mtime";
  line.job.index = index_folder(line.job.index);
}

cli::Manual index_manual() {
  return {
      .name = "dateline-index",
      .summary = "index articles of news",
      .version = std::string{kVersion},
      .date = "November 25, 2026",
      .synopsis = {"[OPTIONS] PATH...", "[OPTIONS] --fetch URL... [PATH...]", "formats [OPTIONS] [FILE...]",
                   "export [OPTIONS] [QUERY...]", "extract [OPTIONS] FILE...", "sites [OPTIONS] [HOST]",
                   "actors extract [OPTIONS] FILE", "actors list|show|merge|split [OPTIONS] [NAME...]",
                   "status|stats|check|gc|compact|rollback [OPTIONS]", "backup|restore [OPTIONS] DIR",
                   "remove|hide [--id ID] [--url URL] [--query QUERY] [OPTIONS]",
                   "unhide|readmit [--id ID] [--url URL]"},
      .description =
          {"Reads the articles of files and folders into an index, which dateline-search answers from. Their format is "
           "told by their content, also inside gzip, zstd, xz, bzip2, tar and zip; the formats command lists all.",
           "A file that has not changed since the last job is passed over; what changed is replaced. An article that "
           "several files carry is indexed once. An input that cannot be read is named with the reason and the job "
           "goes on.",
           "Of sites of which a job brings at least three pages it first learns what these have in common: the "
           "newsroom's promotions and legal lines are no part of an article, its name none of a title. What was "
           "learnt stays until --rebuild; sites shows it.",
           "Feeds are files, unless --fetch names their addresses: then only what has changed since the last job is "
           "asked "
           "for, a server that wants to be left alone is, and what a feed no longer names stays in the index.",
           "After each commit \"committed N\" says that the first N articles of the job are durable. A job that is "
           "killed "
           "loses only what was not; the next one completes it. Readers never see half of a job's batch.",
           "Below a folder, hidden files, symbolic links and files named README, LICENSE or COPYING are passed over.",
           "A command counts only as the first word, before or after its options; after -- all is PATH."},
      .examples = {{"dateline-index archive/", "Index every article below a folder"},
                   {"dateline-index -d INDEX --prune archive/", "Bring an index up to date, also with what is gone"},
                   {"dateline-index --fetch https://paper.example/feed", "Ask a feed for what has changed"},
                   {"zcat feed.json.gz | dateline-index -", "Index standard input"},
                   {"dateline-index --filter pdf='pdftotext - -' archive/", "Read PDF files through a command"},
                   {"dateline-index export --format atom 'putin AND sanctions'", "Write what a query finds as a feed"},
                   {"dateline-index --map title=hed --map published=when feed.jsonl",
                    "JSON lines with names of their own"},
                   {"dateline-index extract page.html", "Print the article of a saved page, without an index"}},
      .sections = {{"ENVIRONMENT",
                    {"DATELINE_INDEX: folder of the index when --index is not given. XDG_DATA_HOME: the data folder, "
                     "~/.local/share "
                     "without it. DATELINE_DATA: folder of the gazetteers and models."}},
                   {"EXIT STATUS",
                    {"0: done. 1: the command line is wrong. 2: done, but some inputs were refused. 3: the index is "
                     "damaged or of "
                     "another schema. 4: another job holds the index, try again later. 5: disk or I/O failed. 70: a "
                     "bug of ours. "
                     "130, 143: stopped by a signal; what was done is committed."}}},
      .see_also = {"dateline-search 1", "dateline-query 7"},
  };
}

}  // namespace dateline::indexer
