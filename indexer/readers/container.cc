#include "indexer/readers/container.h"

#include <archive_entry.h>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "common/text.h"
#include "dateline/error.h"

namespace dateline::indexer {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr std::size_t kTarBlock = 512;

/// The header's checksum (POSIX.1-1988): the sum of its bytes, the checksum's own field taken as blanks.
bool is_tar_header(std::string_view head) {
  constexpr std::size_t kChecksumAt = 148;
  constexpr std::size_t kChecksumSize = 8;
  if (head.size() < kTarBlock || head[0] == '\0') return false;
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) {
    const bool own = i >= kChecksumAt && i < kChecksumAt + kChecksumSize;
    sum += static_cast<unsigned char>(own ? ' ' : head[i]);
  }
  std::uint64_t stated = 0;
  std::size_t digits = 0;
  for (const char c : head.substr(kChecksumAt, kChecksumSize)) {
    if (c >= '0' && c <= '7') {
      stated = stated * 8 + static_cast<std::uint64_t>(c - '0');
      ++digits;
    } else if (digits > 0) {
      break;
    }
  }
  return digits > 0 && stated == sum;
}

/// Files in a container that are no articles of it, as in a folder.
bool is_passed_over(std::string_view path) {
  for (const std::string_view part : text::split(path, '/')) {
    if (part == "__MACOSX" || (part.starts_with('.') && part != "." && part != "..")) return true;
  }
  const std::string_view name = path.substr(path.find_last_of('/') + 1);
  const std::string stem = text::ascii_lower(name.substr(0, name.find('.')));
  return stem == "readme" || stem == "license" || stem == "copying";
}

/// What an error says without what it is about.
std::string reason_of(const Error& error) {
  std::string reason = error.what();
  if (!error.subject().empty()) reason.erase(0, std::min(reason.size(), error.subject().size() + 2));
  return reason;
}

}  // namespace

bool is_container(std::string_view head) {
  return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06") || is_tar_header(head);
}

/// The bytes of the member at hand.
class ContainerReader::MemberSource final : public ByteSource {
 public:
  explicit MemberSource(ContainerReader& reader) : reader_(reader) {}

 private:
  std::size_t read_some(char* out, std::size_t size) override {
    const auto begin = std::chrono::steady_clock::now();
    const la_ssize_t n = archive_read_data(reader_.archive_.get(), out, size);
    if (n < 0) throw Error(ErrorCode::io, reader_.meter_.name(), reader_.why());
    reader_.meter_.gave(static_cast<std::size_t>(n), std::chrono::steady_clock::now() - begin);
    return static_cast<std::size_t>(n);
  }
  ContainerReader& reader_;
};

ContainerReader::ContainerReader(ByteSource& source, std::string name, const ReaderOptions& options, int depth)
    : source_(source),
      options_(options),
      depth_(depth),
      meter_(std::move(name), options.unpack),
      buffer_(kPiece),
      archive_(archive_read_new(), archive_read_free),
      nothing_(std::make_unique<StringSource>("")) {
  if (!archive_) throw std::bad_alloc();
  for (std::size_t i = 0; i < kFormatCount; ++i) parsers_[i] = make_reader(static_cast<Format>(i), *nothing_, options_);
}

ContainerReader::~ContainerReader() = default;

la_ssize_t ContainerReader::on_read(archive* a, void* self_pointer, const void** data) {
  auto& self = *static_cast<ContainerReader*>(self_pointer);
  *data = self.buffer_.data();
  try {
    const std::size_t n = self.source_.read(self.buffer_.data(), self.buffer_.size());
    self.meter_.took(n);
    return static_cast<la_ssize_t>(n);
  } catch (const Error& error) {  // Not through C frames.
    self.failure_ = reason_of(error);
    archive_set_error(a, EIO, "%s", self.failure_.c_str());
    return ARCHIVE_FATAL;
  }
}

std::string ContainerReader::why() const {
  if (!failure_.empty()) return failure_;
  const char* reason = archive_error_string(archive_.get());
  return text::clean_line(reason != nullptr ? std::string{"damaged: "} + reason : "damaged");
}

bool ContainerReader::open_archive() {
  opened_ = true;
  archive_read_support_format_tar(archive_.get());
  archive_read_support_format_zip_streamable(archive_.get());
  return archive_read_open(archive_.get(), this, nullptr, on_read, nullptr) == ARCHIVE_OK;
}

Reader::Skipped ContainerReader::refuse(std::string reason) {
  return {.number = ++number_, .reason = std::move(reason), .member = member_, .member_number = 0};
}

/// Behind a limit the whole container is left.
Reader::Skipped ContainerReader::refuse(const Error& error) {
  reader_.reset();
  ended_ = ended_ || meter_.exceeded();
  return refuse(reason_of(error));
}

Reader::Next ContainerReader::next() {
  while (!ended_) {
    if (!reader_) {
      Next opened = open_member();
      if (!std::holds_alternative<End>(opened)) return opened;
      continue;
    }
    try {
      Next next = reader_->next();
      if (auto* record = std::get_if<Record>(&next)) {
        // A container inside has filled these in already.
        if (record->member.empty()) record->member_number = record->number;
        record->member = record->member.empty() ? member_ : member_ + "/" + record->member;
        record->number = ++number_;
        return next;
      }
      if (auto* skipped = std::get_if<Skipped>(&next)) {
        if (skipped->member.empty()) skipped->member_number = skipped->number;
        skipped->member = skipped->member.empty() ? member_ : member_ + "/" + skipped->member;
        skipped->number = ++number_;
        return next;
      }
      for (const auto& [kind, count] : reader_->passed_over()) passed_over_[kind] += count;
      reader_.reset();
    } catch (const Error& error) {
      return refuse(error);
    }
  }
  return End{};
}

/// Goes to the next member that has something to read. End: it is open, or there is no more.
Reader::Next ContainerReader::open_member() {
  if (!opened_ && !open_archive()) {
    ended_ = true;
    return refuse(why());
  }
  try {
    leave_member();
  } catch (const Error& error) {
    member_source_.reset();
    return refuse(error);
  }
  archive_entry* entry = nullptr;
  const int found = archive_read_next_header(archive_.get(), &entry);
  if (found == ARCHIVE_EOF) {
    ended_ = true;
    return End{};
  }
  if (found != ARCHIVE_OK && found != ARCHIVE_WARN) {
    ended_ = found == ARCHIVE_FATAL || !failure_.empty();
    member_.clear();
    return ended_ || entries_++ < options_.unpack.entries ? Next{refuse(why())} : Next{End{}};
  }
  if (++entries_ > options_.unpack.entries) {
    ended_ = true;
    return refuse(fmt::format("more than {} files in one container", options_.unpack.entries));
  }
  const char* path = archive_entry_pathname_utf8(entry);
  if (path == nullptr) path = archive_entry_pathname(entry);
  member_ = text::clean_line(path != nullptr ? path : "");
  if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != nullptr) return End{};
  if (is_passed_over(member_)) {
    ++passed_over_["hidden or describing its folder"];
    return End{};
  }
  if (archive_entry_is_encrypted(entry) != 0) return refuse("encrypted");
  drain_ = archive_entry_size_is_set(entry) == 0;
  member_source_ = std::make_unique<MemberSource>(*this);
  try {
    auto opened = open_reader(*member_source_, {.name = member_, .depth = depth_ + 1}, options_);
    if (auto* refusal = std::get_if<Refusal>(&opened)) return refuse(std::move(refusal->reason));
    reader_ = std::move(std::get<std::unique_ptr<Reader>>(opened));
  } catch (const Error& error) {
    return refuse(error);
  }
  return End{};
}

/// A member whose length only its end tells is unpacked to be passed by; the meter sees that, too.
void ContainerReader::leave_member() {
  if (member_source_ && drain_) {
    std::vector<char> piece(kPiece);
    while (member_source_->read(piece.data(), piece.size()) > 0) {
    }
  }
  member_source_.reset();
}

std::variant<RawArticle, Refusal> ContainerReader::parse(const Record& record) const {
  return parsers_.at(record.format)->parse(record);
}

}  // namespace dateline::indexer
