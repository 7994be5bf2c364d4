#include "indexer/sites_command.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "common/store.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/jobs/site_learning.h"

namespace dateline::indexer {
namespace {

std::string padded(std::string text, std::size_t columns) {
  const std::size_t width = text::display_width(text);
  if (width < columns) text.append(columns - width, ' ');
  return text;
}

nlohmann::ordered_json to_json(const std::string& host, const SiteTemplate& site) {
  nlohmann::ordered_json texts = nlohmann::ordered_json::array();
  for (const auto& [hash, beginning] : site.texts) texts.push_back(beginning);
  return {{"host", host}, {"pages", site.pages}, {"titles_end", site.affixes}, {"texts", texts}};
}

void write_table(const SiteTemplates& sites, std::ostream& out) {
  std::size_t width = 4;
  for (const auto& [host, site] : sites) width = std::max(width, text::display_width(host));
  out << padded("SITE", width) << "  PAGES  TEXTS  TITLES END OR BEGIN WITH\n";
  for (const auto& [host, site] : sites) {
    out << fmt::format("{}  {:>5}  {:>5}  {}\n", padded(host, width), site.pages, site.texts.size(),
                       fmt::join(site.affixes, " | "));
  }
}

void write_site(const std::string& host, const SiteTemplate& site, std::ostream& out) {
  out << fmt::format("{}: learnt from {} pages\n", host, site.pages);
  if (!site.affixes.empty()) out << fmt::format("titles end or begin with: {}\n", fmt::join(site.affixes, " | "));
  out << fmt::format("texts on several pages, taken for no article: {}\n", site.texts.size());
  for (const auto& [hash, beginning] : site.texts) out << "  " << beginning << '\n';
}

}  // namespace

std::shared_ptr<SitesRequest> add_sites_command(CLI::App& app) {
  auto request = std::make_shared<SitesRequest>();
  CLI::App* command = app.add_subcommand("sites", "Show what an index has learnt of its pages' sites");
  command->add_option("-d,--index", request->index, "Index folder (default: $DATELINE_INDEX, else the XDG data folder)")
      ->type_name("INDEX");
  command->add_option("HOST", request->host, "Show this site alone, with the texts that its pages repeat")
      ->type_name("HOST");
  command
      ->add_option_function<std::string>(
          "-f,--format", [request](const std::string& name) { request->json = name == "json"; },
          "Form of the output: text, or json (one array)")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
  return request;
}

ExitStatus run_sites(const SitesRequest& request, std::ostream& out) {
  const std::filesystem::path index = index_folder(request.index);
  SiteTemplates sites = load_site_templates(index);
  if (!request.host.empty()) {
    const auto it = sites.find(request.host);
    if (it == sites.end()) throw Error(ErrorCode::usage, request.host, "nothing was learnt of this site");
    SiteTemplates one;
    one.insert(*it);
    sites = std::move(one);
  }
  if (request.json) {
    nlohmann::ordered_json all = nlohmann::ordered_json::array();
    for (const auto& [host, site] : sites) all.push_back(to_json(host, site));
    out << all.dump(2) << '\n';
  } else if (!request.host.empty()) {
    write_site(sites.begin()->first, sites.begin()->second, out);
  } else if (sites.empty()) {
    out << "No site is known yet: a site is learnt from three pages that come in one job.\n";
  } else {
    write_table(sites, out);
  }
  return ExitStatus::ok;
}

}  // namespace dateline::indexer
