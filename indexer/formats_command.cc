#include "indexer/formats_command.h"

#include <fmt/format.h>

#include "common/stored.h"
#include "dateline/error.h"
#include "indexer/jobs/input.h"
#include "indexer/jobs/payload.h"
#include "indexer/readers/detect.h"

namespace dateline::indexer {
namespace {

struct Tally {
  std::size_t articles = 0;
  std::size_t refused = 0;
};

void list_formats(std::ostream& out) {
  for (const FormatInfo& format : formats()) {
    out << fmt::format("{:<12} {}: {}\n", format.name, format.title, format.what);
  }
  out << "Each of them also compressed (gzip, zstd, xz, bzip2, lz4) and inside tar and zip.\n";
}

class FileReader {
 public:
  FileReader(const FormatsRequest& request, std::ostream& out, Diagnostics& diagnostics)
      : request_(request), out_(out), diagnostics_(diagnostics) {}

  Tally read(const std::filesystem::path& path) {
    tally_ = {};
    path_ = path.string();
    InputFile input(path, false);
    const auto format = request_.format.empty() ? std::nullopt : format_named(request_.format);
    const auto opened = open_reader(input.source(), {.name = path_, .format = format}, {});
    if (const auto* refusal = std::get_if<Refusal>(&opened)) {
      refuse(0, refusal->reason);
    } else {
      read_records(*std::get<std::unique_ptr<Reader>>(opened));
    }
    return tally_;
  }

 private:
  void refuse(std::size_t number, const std::string& reason) {
    ++tally_.refused;
    diagnostics_.warn(number > 0 ? fmt::format("{}:{}: {}", path_, number, reason) : path_ + ": " + reason);
  }

  void read_records(Reader& reader) {
    for (;;) {
      const Reader::Next next = reader.next();
      if (std::holds_alternative<Reader::End>(next)) break;
      if (const auto* skipped = std::get_if<Reader::Skipped>(&next)) {
        refuse(skipped->number, with_member(skipped->member, skipped->member_number, skipped->reason));
      } else {
        take(reader, std::get<Record>(next));
      }
    }
    for (const auto& [kind, count] : reader.passed_over())
      diagnostics_.note(fmt::format("{}: passed over: {} × {}", path_, count, kind));
  }

  void take(const Reader& reader, const Record& record) {
    std::variant<RawArticle, Refusal> parsed = reader.parse(record);
    std::string problem;
    if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
      if (refusal->expected)
        return diagnostics_.note(fmt::format("{}:{}: passed over: {}", path_, record.number, refusal->reason));
      problem = refusal->reason;
    } else {
      problem = extract_payload(std::get<RawArticle>(parsed));
    }
    if (!problem.empty()) return refuse(record.number, with_member(record.member, record.member_number, problem));
    ++tally_.articles;
    if (request_.articles) out_ << encode_article(std::get<RawArticle>(parsed).article) << '\n';
  }

  const FormatsRequest& request_;
  std::ostream& out_;
  Diagnostics& diagnostics_;
  std::string path_;
  Tally tally_;
};

/// The format by name, with what it is packed in left out.
std::string shown_format(const FormatsRequest& request, const std::filesystem::path& path) {
  if (!request.format.empty()) return request.format;
  InputFile input(path, false);
  const auto opened = open_reader(input.source(), {.name = path.string(), .format = std::nullopt}, {});
  const auto* reader = std::get_if<std::unique_ptr<Reader>>(&opened);
  if (reader == nullptr) return "none";
  const std::optional<Format> format = (*reader)->format();
  return format ? std::string{format_name(*format)} : "container";
}

}  // namespace

std::shared_ptr<FormatsRequest> add_formats_command(CLI::App& app) {
  auto request = std::make_shared<FormatsRequest>();
  CLI::App* command =
      app.add_subcommand("formats", "List the formats that are read, or say what given files hold, without an index");
  command->add_option("FILE", request->files, "Files to read");
  std::vector<std::string> names;
  for (const FormatInfo& format : formats()) names.emplace_back(format.name);
  command->add_option("-f,--format", request->format, "Format of the files, instead of telling it by content")
      ->check(CLI::IsMember(names))
      ->type_name("FORMAT");
  command->add_flag("--articles", request->articles, "Print the articles as JSON lines");
  command->add_flag("-v,--verbose", request->verbose, "Also say what is passed over");
  return request;
}

ExitStatus run_formats(const FormatsRequest& request, std::ostream& out, Diagnostics& diagnostics) {
  if (request.files.empty()) list_formats(out);
  FileReader reader(request, out, diagnostics);
  bool refused = false;
  for (const std::filesystem::path& path : request.files) {
    Tally tally;
    try {
      tally = reader.read(path);
      if (!request.articles) {
        out << fmt::format("{}: {}, {} articles, {} refused\n", path.string(), shown_format(request, path),
                           tally.articles, tally.refused);
      }
    } catch (const Error& error) {
      diagnostics.warn(error.what());
      refused = true;
    }
    refused = refused || tally.refused > 0;
  }
  return refused ? ExitStatus::some_refused : ExitStatus::ok;
}

}  // namespace dateline::indexer
