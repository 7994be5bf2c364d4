#include "indexer/jobs/export.h"

#include <fmt/format.h>
#include <xapian.h>

#include <fstream>

#include "common/schema.h"
#include "common/store.h"
#include "common/store/term_lists.h"
#include "common/stored.h"
#include "dateline/error.h"
#include "indexer/opensearch.h"

namespace dateline::indexer {
namespace fs = std::filesystem;

ExportReport export_to_opensearch(const fs::path& index, const fs::path& folder, std::uint64_t most_bytes,
                                  const Clock& clock) try {
  std::error_code error;
  if (fs::exists(folder, error) && !fs::is_empty(folder, error))
    throw Error(ErrorCode::usage, folder.string(), "not empty; choose another folder");
  const Snapshot snapshot = open_snapshot(index);
  fs::create_directories(folder);
  const auto checked = [](const fs::path& path, std::ofstream& file) {
    file.flush();
    if (!file) throw Error(ErrorCode::io, path.string(), "cannot be written");
  };
  const fs::path mapping = folder / "mapping.json";
  std::ofstream mapping_file(mapping);
  mapping_file << opensearch_mapping().dump(2) << '\n';
  checked(mapping, mapping_file);
  ExportReport report;
  std::ofstream file;
  fs::path path;
  std::uint64_t in_file = 0;
  const std::string hidden{schema::kHidden};
  const auto now = static_cast<double>(clock.now().time_since_epoch().count());
  for (auto it = snapshot.database.postlist_begin(""); it != snapshot.database.postlist_end(""); ++it) {
    const Xapian::Document document = snapshot.database.get_document(*it);
    const std::string embargo = document.get_value(schema::slot_embargo);
    if (!embargo.empty() && Xapian::sortable_unserialise(embargo) > now) continue;
    auto term = document.termlist_begin();
    term.skip_to(hidden);
    if (term != document.termlist_end() && *term == hidden) continue;
    const std::string lines =
        opensearch_bulk_lines(decode_article(document.get_data()), identity_of(document.termlist_begin()));
    if (!file.is_open() || (in_file > 0 && in_file + lines.size() > most_bytes)) {
      if (file.is_open()) checked(path, file);
      file.close();
      path = folder / fmt::format("articles-{:04}.ndjson", ++report.files);
      file.open(path);
      in_file = 0;
    }
    file << lines;
    in_file += lines.size();
    report.bytes += lines.size();
    ++report.articles;
  }
  if (file.is_open()) checked(path, file);
  return report;
} catch (const Xapian::Error& e) {
  rethrow(e, index);
} catch (const fs::filesystem_error& e) {
  throw Error(ErrorCode::io, e.path1().string(), e.code().message());
}

}  // namespace dateline::indexer
