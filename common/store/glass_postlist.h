// The table of postings of a sealed database: metadata, among them the lists of positions, then values, lengths and
// postings.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "common/store/glass_table.h"
#include "common/store/glass_writer.h"

namespace dateline::glass {

/// Where the document of a docid is.
struct Located {
  std::uint32_t docid = 0;
  std::uint32_t run = 0;
  std::uint32_t number = 0;
};

/// Terms are gone through once, in ranges that can be written at once. What a range has of the metadata and of the
/// postings waits in files of its own until it can be put behind what is before it: Xapian reads leaves of new tables
/// in the order of the file.
class PostlistTable {
 public:
  /// `content` and `located`, ascending by docid, must outlive the object.
  PostlistTable(const std::filesystem::path& folder, const DatabaseContent& content, std::span<const Located> located,
                const DatabaseOptions& options);
  ~PostlistTable();

  [[nodiscard]] std::size_t ranges() const { return ranges_.size(); }
  /// Each range once, on any thread. Throws Error(io).
  void write_range(std::size_t range);
  /// After all ranges.
  [[nodiscard]] TableRoot finish();

 private:
  struct Range;

  void write_terms(Range& range);

  const DatabaseContent& content_;
  std::span<const Located> located_;
  Positions positions_;
  BlockFile file_;
  std::vector<std::unique_ptr<Range>> ranges_;
};

}  // namespace dateline::glass
