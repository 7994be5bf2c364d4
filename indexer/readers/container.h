// Archives of files: tar and zip. Each file inside is an input of its own, told by its content.
#pragma once

#include <archive.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "dateline/error.h"
#include "indexer/readers/detect.h"
#include "indexer/readers/reader.h"
#include "indexer/readers/unpack.h"

namespace dateline::indexer {

/// True if `head` begins a tar or zip archive.
[[nodiscard]] bool is_container(std::string_view head);

/// Streams the archive: nothing is written to disk, and one file inside is open at a time. A record's number counts
/// through the archive. Members that a folder's walk would pass over (hidden, README) are passed over; one that cannot
/// be read is refused and the next is read.
class ContainerReader final : public Reader {
 public:
  /// `source` must outlive it. `depth`: how many containers this one is in.
  ContainerReader(ByteSource& source, std::string name, const ReaderOptions& options, int depth);
  ~ContainerReader() override;
  Next next() override;
  [[nodiscard]] std::variant<RawArticle, Refusal> parse(const Record& record) const override;
  [[nodiscard]] std::map<std::string, std::size_t> passed_over() const override { return passed_over_; }

 private:
  class MemberSource;
  bool open_archive();
  Next open_member();
  void leave_member();
  [[nodiscard]] Skipped refuse(std::string reason);
  [[nodiscard]] Skipped refuse(const Error& error);
  [[nodiscard]] std::string why() const;
  static la_ssize_t on_read(archive* a, void* self, const void** data);

  ByteSource& source_;
  ReaderOptions options_;
  int depth_;
  UnpackMeter meter_;
  std::vector<char> buffer_;
  std::unique_ptr<archive, decltype(&archive_read_free)> archive_;
  std::string failure_;  ///< Of what the archive is read from.
  std::string member_;
  std::unique_ptr<MemberSource> member_source_;
  std::unique_ptr<Reader> reader_;
  std::array<std::unique_ptr<Reader>, kFormatCount> parsers_;
  std::unique_ptr<ByteSource> nothing_;
  std::map<std::string, std::size_t> passed_over_;
  std::size_t number_ = 0;
  std::uint64_t entries_ = 0;
  bool opened_ = false;
  bool ended_ = false;
  bool drain_ = false;
};

}  // namespace dateline::indexer
