#include "indexer/extract_command.h"

#include <fmt/format.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <utility>

#include "common/date.h"
#include "common/text.h"
#include "indexer/extract/page.h"

namespace dateline::indexer {
namespace {

/// Reads files, and standard input ("-") once for all times that it is asked for.
class Files {
 public:
  explicit Files(std::istream& standard_input) : standard_input_(standard_input) {}

  std::optional<std::string> read(const std::filesystem::path& path) {
    std::ostringstream bytes;
    if (path == "-") {
      if (!piped_) {
        bytes << standard_input_.rdbuf();
        piped_ = std::move(bytes).str();
      }
      return piped_;
    }
    std::ifstream in(path, std::ios::binary);
    if (!in || std::filesystem::is_directory(path)) return std::nullopt;
    bytes << in.rdbuf();
    return std::move(bytes).str();
  }

 private:
  std::istream& standard_input_;
  std::optional<std::string> piped_;
};

std::string why_unreadable(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return "is a folder; give the pages themselves";
  return std::filesystem::exists(path, error) ? "cannot be read" : "no such file";
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

nlohmann::ordered_json to_json(const std::string& id, const ExtractedPage& page, bool explain) {
  const Article& a = page.article;
  nlohmann::ordered_json json;
  json["id"] = text::clean_line(id);
  json["title"] = a.title;
  json["text"] = joined(a.body, "\n\n");
  json["body"] = a.body;
  // The best day there is: of a page that says only when it was changed, that.
  const auto& day = a.published ? a.published : a.modified;
  json["date"] = day ? format_day(*day) : "";
  json["published"] = a.published ? format_rfc3339(*a.published) : "";
  json["modified"] = a.modified ? format_rfc3339(*a.modified) : "";
  json["authors"] = a.authors;
  json["url"] = a.url;
  json["site"] = page.site;
  json["lang"] = a.lang;
  json["section"] = a.section;
  json["keywords"] = a.keywords;
  for (const Signal& s : page.signals) json["signals"][s.field] = s.signal;
  if (explain) {
    auto& list = json["candidates"] = nlohmann::ordered_json::array();
    for (const Candidate& c : page.candidates) {
      list.push_back({{"field", c.field},
                      {"signal", c.signal},
                      {"value", c.value},
                      {"score", std::round(c.score * 1000) / 1000},
                      {"chosen", c.chosen}});
    }
  }
  return json;
}

void write_text(std::ostream& out, const std::string& id, const ExtractedPage& page, bool explain) {
  const Article& a = page.article;
  const auto line = [&](std::string_view label, std::string_view value) {
    if (!value.empty()) out << fmt::format("{:<10} {}\n", label, value);
  };
  line("File", text::clean_line(id));
  line("Title", a.title);
  line("Published", a.published ? format_rfc3339(*a.published) : "");
  line("Modified", a.modified ? format_rfc3339(*a.modified) : "");
  line("Authors", joined(a.authors, ", "));
  line("Site", page.site);
  line("URL", a.url);
  line("Language", a.lang);
  line("Section", a.section);
  line("Keywords", joined(a.keywords, ", "));
  if (explain) {
    for (const Candidate& c : page.candidates)
      out << fmt::format("  {} {:<10} {:6.2f}  {}: {}\n", c.chosen ? '*' : ' ', c.field, c.score, c.signal, c.value);
  }
  for (const std::string& paragraph : a.body) out << '\n' << paragraph << '\n';
}

}  // namespace

std::shared_ptr<ExtractRequest> add_extract_command(CLI::App& app) {
  auto request = std::make_shared<ExtractRequest>();
  CLI::App* command = app.add_subcommand("extract", "Print the articles of HTML pages, without an index");
  command->add_option("FILE", request->files, "HTML pages; - is standard input")->required();
  command
      ->add_option_function<std::string>(
          "-f,--format",
          [request](const std::string& name) {
            request->format = name == "jsonl"  ? ExtractFormat::json_lines
                              : name == "json" ? ExtractFormat::json
                                               : ExtractFormat::text;
          },
          "Form of the output: text, json (one array) or jsonl (one object a line)")
      ->check(CLI::IsMember({"text", "json", "jsonl"}))
      ->type_name("FORMAT");
  command->add_flag("--explain", request->explain, "Show all candidates, their scores and which won");
  command->add_flag("!--no-site-templates", request->site_templates,
                    "Read each page by itself, learn nothing from its siblings");
  return request;
}

ExitStatus run_extract(const ExtractRequest& request, std::istream& in, std::ostream& out, Diagnostics& diagnostics,
                       const Clock& clock) {
  Files files(in);
  ExtractOptions options;
  options.latest = clock.now() + std::chrono::hours(48);
  SiteTemplates templates;
  if (request.site_templates && request.files.size() > 1) {
    SiteLearner learner;
    for (const auto& path : request.files) {
      if (const auto bytes = files.read(path)) teach(learner, *bytes, {}, options);
    }
    templates = learner.templates();
    options.templates = &templates;
  }
  options.explain = request.explain;
  bool refused = false;
  nlohmann::ordered_json array = nlohmann::ordered_json::array();
  const auto replace = nlohmann::ordered_json::error_handler_t::replace;
  for (const auto& path : request.files) {
    const auto bytes = files.read(path);
    ExtractedPage page;
    if (bytes) page = extract_page(*bytes, {}, options);
    if (!bytes || !page.refusal.empty()) {
      diagnostics.warn(fmt::format("{}: {}", path.string(), bytes ? page.refusal : why_unreadable(path)));
      refused = true;
      continue;
    }
    const std::string id =
        path.extension() == ".html" || path.extension() == ".htm" ? path.stem().string() : path.filename().string();
    switch (request.format) {
      case ExtractFormat::text:
        write_text(out, id, page, request.explain);
        if (&path != &request.files.back()) out << '\n';
        break;
      case ExtractFormat::json:
        array.push_back(to_json(id, page, request.explain));
        break;
      case ExtractFormat::json_lines:
        out << to_json(id, page, request.explain).dump(-1, ' ', false, replace) << '\n';
        break;
    }
  }
  if (request.format == ExtractFormat::json) out << array.dump(2, ' ', false, replace) << '\n';
  return refused ? ExitStatus::some_refused : ExitStatus::ok;
}

}  // namespace dateline::indexer
