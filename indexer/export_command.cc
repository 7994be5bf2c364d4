#include "indexer/export_command.h"

#include <fmt/format.h>

#include <iostream>

#include "common/query_error.h"
#include "common/store.h"
#include "dateline/error.h"
#include "indexer/jobs/export.h"

namespace dateline::indexer {

std::shared_ptr<ExportRequest> add_export_command(CLI::App& app) {
  auto request = std::make_shared<ExportRequest>();
  CLI::App* command = app.add_subcommand("export", "Write the articles that a query finds, or all");
  command
      ->add_option("-d,--index", request->selection.index,
                   "Index folder (default: $DATELINE_INDEX, else the XDG data folder)")
      ->type_name("INDEX");
  command
      ->add_option_function<std::string>(
          "-f,--format",
          [request](const std::string& name) {
            request->format = name == "ninjs"  ? ExportFormat::ninjs
                              : name == "csv"  ? ExportFormat::csv
                              : name == "atom" ? ExportFormat::atom
                              : name == "warc" ? ExportFormat::warc
                                               : ExportFormat::json_lines;
          },
          "Form of the output; jsonl keeps everything")
      ->check(CLI::IsMember({"jsonl", "ninjs", "csv", "atom", "warc"}))
      ->type_name("FORMAT");
  command->add_option("--zone", request->selection.zone, "Time zone of the dates in the query (default: UTC)")
      ->type_name("ZONE");
  command->add_flag("--withheld", request->selection.withheld, "Also articles under embargo, withheld or canceled");
  command->add_option("--to", request->engine, "Write mapping and _bulk lines for this engine into the folder QUERY")
      ->check(CLI::IsMember({"opensearch"}))
      ->type_name("ENGINE");
  command->add_option("QUERY", request->words, "As for dateline-search; none: every article");
  return request;
}

namespace {

ExitStatus export_to_engine(const ExportRequest& request, std::ostream& out, const Clock& clock) {
  if (request.words.size() != 1)
    throw Error(ErrorCode::usage, "export --to " + request.engine, "want one folder, missing or empty");
  constexpr std::uint64_t kMostBytes = std::uint64_t{50} << 20;  // half of what OpenSearch takes at once
  const std::filesystem::path folder = request.words.front();
  const ExportReport report = export_to_opensearch(request.selection.index, folder, kMostBytes, clock);
  out << fmt::format("{} articles, {} files, {:.1f} MB → {}\n", report.articles, report.files,
                     static_cast<double>(report.bytes) / 1e6, folder.string());
  return ExitStatus::ok;
}

}  // namespace

ExitStatus run_export(ExportRequest& request, std::ostream& out, Diagnostics& diagnostics, const Clock& clock) try {
  request.selection.index = index_folder(request.selection.index);
  if (!request.engine.empty()) return export_to_engine(request, out, clock);
  request.selection.query = fmt::format("{}", fmt::join(request.words, " "));
  const std::string title = request.selection.query.empty() ? "All articles" : request.selection.query;
  const auto writer = make_article_writer(request.format, out, clock, title);
  bool begun = false;
  // A query that is wrong writes nothing.
  const auto begin = [&] {
    if (!begun) writer->begin();
    begun = true;
  };
  const std::size_t left_out = for_each_article(request.selection, clock, diagnostics, [&](const Article& article) {
    begin();
    writer->write(article);
    if (!out) throw Error(ErrorCode::io, "standard output", "cannot be written");
  });
  begin();
  writer->end();
  out.flush();
  if (!out) throw Error(ErrorCode::io, "standard output", "cannot be written");
  if (left_out > 0)
    diagnostics.warn(
        fmt::format("{} articles left out: under embargo, withheld or canceled (--withheld exports them)", left_out));
  return ExitStatus::ok;
} catch (const Error& error) {
  if (error.code() != ErrorCode::query) throw;
  std::cerr << query_error("dateline-index", error, request.selection.query);
  return ExitStatus::usage;
}

}  // namespace dateline::indexer
