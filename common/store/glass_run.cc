#include "common/store/glass_run.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>
#include <zlib.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <utility>

#include "common/same_bytes.h"
#include "common/store/glass_encoding.h"
#include "common/store/position_lists.h"
#include "common/store/record_packing.h"
#include "dateline/error.h"

namespace dateline::glass {
namespace {

constexpr std::uint32_t kFree = 0xFFFFFFFF;
constexpr std::size_t kAhead = 16;  // postings
/// More saves little and costs much: see docs/PERFORMANCE.md.
constexpr int kDeflateLevel = 1;
/// Below this, deflate rarely saves anything (Xapian's own bound is 18).
constexpr std::size_t kCompressFrom = 40;
constexpr std::size_t kMostDataBytes = std::size_t{100} << 20;

[[noreturn]] void throw_errno(const std::filesystem::path& path, const char* doing) {
  throw Error(ErrorCode::io, path.string(), std::string(doing) + ": " + std::strerror(errno));
}

template <typename T>
void put_raw(std::string& out, const T& value) {
  const std::size_t at = out.size();
  out.resize(at + sizeof value);
  std::memcpy(out.data() + at, &value, sizeof value);
}

/// Terms of a document's tag, in their order.
class TermListTag {
 public:
  TermListTag(std::string& out, std::uint64_t length, std::size_t terms) : out_(out) {
    if (terms == 0) return;  // An empty tag.
    put_varint(out_, length);
    put_varint(out_, terms);
  }
  /// `name` is looked at again by the next call.
  void add(std::string_view name, std::uint64_t wdf) {
    if (previous_.empty()) {
      out_.push_back(static_cast<char>(name.size()));
      out_.append(name);
      put_varint(out_, wdf);
    } else {
      const std::size_t shared = static_cast<std::size_t>(
          std::mismatch(previous_.begin(), previous_.end(), name.begin(), name.end()).first - previous_.begin());
      const std::uint64_t both = (wdf + 1) * (previous_.size() + 1) + shared;
      const bool together = wdf < 127 && both < 256;
      out_.push_back(static_cast<char>(together ? both : shared));
      out_.push_back(static_cast<char>(name.size() - shared));
      out_.append(name.substr(shared));
      if (!together) put_varint(out_, wdf);
    }
    previous_ = name;
  }

 private:
  std::string& out_;
  std::string_view previous_;
};

}  // namespace

// --- Run -------------------------------------------------------------------------------------------------------------

Run::Run(std::string bytes) : owned_(std::move(bytes)), bytes_(owned_) {
  read_footer();
}

Run::Run(const std::string& bytes, const std::filesystem::path& path) : path_(path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) throw_errno(path, "cannot create");
  for (std::string_view rest = bytes; !rest.empty();) {
    const ssize_t n = ::write(file, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int reason = errno;
      ::close(file);
      errno = reason;
      throw_errno(path, "cannot write");
    }
    rest.remove_prefix(static_cast<std::size_t>(n));
  }
  void* map = ::mmap(nullptr, bytes.size(), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (map == MAP_FAILED) throw_errno(path, "cannot map");
  bytes_ = {static_cast<const char*>(map), bytes.size()};
  read_footer();
}

Run::Run(Run&& other) noexcept
    : owned_(std::move(other.owned_)), path_(std::move(other.path_)), bytes_(other.bytes_), footer_(other.footer_) {
  if (path_.empty()) bytes_ = owned_;
  other.path_.clear();
  other.bytes_ = {};
}

Run::~Run() {
  if (path_.empty()) return;
  ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  ::unlink(path_.c_str());
}

void Run::read_footer() {
  assert(bytes_.size() >= sizeof footer_);
  std::memcpy(&footer_, bytes_.data() + bytes_.size() - sizeof footer_, sizeof footer_);
}

Run::Document Run::document(std::size_t number) const {
  Document document;
  std::memcpy(&document, at(footer_.documents + number * sizeof document), sizeof document);
  return document;
}

std::string Run::data(std::size_t number) const {
  const Document document = this->document(number);
  const char* begin = at(document.blob) + document.terms_size + document.slots_size;
  if (document.data_compressed == 0) return {begin, document.data_size};
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (decompressor == nullptr) throw std::bad_alloc();
  std::string out(document.plain_data_size, '\0');
  [[maybe_unused]] const libdeflate_result result =
      libdeflate_deflate_decompress(decompressor.get(), begin, document.data_size, out.data(), out.size(), nullptr);
  assert(result == LIBDEFLATE_SUCCESS);
  return out;
}

void Run::release(std::uint64_t begin, std::uint64_t end) const {
  if (path_.empty()) return;
  static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  begin = begin / page * page;
  end = end / page * page;
  if (begin >= end) return;
  char* from = const_cast<char*>(bytes_.data()) + begin;  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  ::madvise(from, end - begin, MADV_DONTNEED);            // the file has it all
}

// --- Inverter
// ----------------------------------------------------------------------------------------------------------

Inverter::Inverter(TermLists lists)
    : lists_(lists), compressor_(libdeflate_alloc_compressor(kDeflateLevel), libdeflate_free_compressor) {
  if (compressor_ == nullptr) throw std::bad_alloc();
  grow_table();
}

Inverter::~Inverter() = default;

std::size_t Inverter::memory() const {
  std::size_t values = values_.size();
  for (const Slot& slot : slots_) values += slot.values.size() * sizeof(Value);
  return bytes_.size() + terms_.size() * sizeof(Term) + table_.size() * sizeof(std::uint32_t) +
         (postings_.size() + named_.size()) * sizeof(Posting) + positions_.size() + data_.size() +
         documents_.size() * sizeof(Added) + values;
}

void Inverter::clear() {
  bytes_.clear();
  terms_.clear();
  std::fill(table_.begin(), table_.end(), kFree);
  postings_.clear();
  named_.clear();
  positions_.clear();
  data_.clear();
  values_.clear();
  documents_.clear();
  slots_.clear();
}

void Inverter::grow_table() {
  table_.assign(std::max<std::size_t>(std::size_t{1} << 14, table_.size() * 2), kFree);
  const std::size_t mask = table_.size() - 1;
  for (std::size_t i = 0; i < terms_.size(); ++i) {
    std::size_t at = terms_[i].hash & mask;
    while (table_[at] != kFree) at = (at + 1) & mask;
    table_[at] = static_cast<std::uint32_t>(i);
  }
}

std::uint32_t Inverter::find_or_add(std::string_view name, std::uint64_t hash) {
  if (terms_.size() * 2 >= table_.size()) grow_table();
  const std::size_t mask = table_.size() - 1;
  std::size_t at = hash & mask;
  for (; table_[at] != kFree; at = (at + 1) & mask) {
    const Term& term = terms_[table_[at]];
    if (term.hash == hash && same_bytes(this->name(term), name)) return table_[at];
  }
  table_[at] = static_cast<std::uint32_t>(terms_.size());
  terms_.push_back({.hash = hash,
                    .offset = static_cast<std::uint32_t>(bytes_.size()),
                    .size = static_cast<std::uint32_t>(name.size())});
  bytes_.append(name);
  return table_[at];
}

std::uint32_t Inverter::add(const FlatDocument& document) {
  Added added{.first_posting = postings_.size(),
              .positions = positions_.size(),
              .data = data_.size(),
              .first_named = named_.size()};
  std::string& data = packed_;
  data.clear();
  added.record.data_compressed = put_compressed(data, document.data());
  if (data.size() > kMostDataBytes) throw Error(ErrorCode::usage, "document", "data of over 100 MB");
  const auto number = static_cast<std::uint32_t>(documents_.size());
  // The look-ups do not fit any cache: they wait for memory together rather than one after another.
  const std::size_t mask = table_.size() - 1;
  for (FlatDocument::TermIndex t = 0; t < document.term_count(); ++t)
    __builtin_prefetch(&table_[document.hash(t) & mask]);
  for (FlatDocument::TermIndex t = 0; t < document.term_count(); ++t) {
    if (const std::uint32_t likely = table_[document.hash(t) & mask]; likely != kFree)
      __builtin_prefetch(&terms_[likely]);
  }
  for (FlatDocument::TermIndex t = 0; t < document.term_count(); ++t) {
    if (const std::uint32_t likely = table_[document.hash(t) & mask]; likely != kFree)
      __builtin_prefetch(bytes_.data() + terms_[likely].offset);
  }
  for (FlatDocument::TermIndex t = 0; t < document.term_count(); ++t) {
    const std::uint32_t wdf = document.wdf(t);
    const std::uint32_t term = find_or_add(document.name(t), document.hash(t));
    postings_.push_back({.term = term, .wdf = wdf});
    document.positions(t, scratch_);
    const std::size_t size_at = positions_.size();
    positions_.push_back('\0');
    put_position_list(positions_, scratch_);
    if (const std::size_t size = positions_.size() - size_at - 1; size < 0x80) {
      positions_[size_at] = static_cast<char>(size);
    } else {  // Its size takes more than a byte.
      tag_.assign(positions_, size_at + 1);
      positions_.resize(size_at);
      put_sized(positions_, tag_);
    }
    ++terms_[term].postings;
    terms_[term].wdf_bytes += static_cast<std::uint32_t>(varint_size(wdf));
    terms_[term].position_bytes += static_cast<std::uint32_t>(positions_.size() - size_at);
    added.record.length += wdf;
    added.record.largest_wdf = std::max(added.record.largest_wdf, wdf);
    if (lists_ == TermLists::lean) {
      if (named_in_lean_list(document.name(t))) {
        named_.push_back(postings_.back());
      } else {
        added.unnamed.add(document.hash(t), wdf);
      }
    }
  }
  add_values(document, number);
  data_.append(data);
  added.record.slots_size = static_cast<std::uint32_t>(data_.size() - added.data - data.size());
  added.record.data_size = static_cast<std::uint32_t>(data.size());
  added.record.plain_data_size = static_cast<std::uint32_t>(document.data().size());
  documents_.push_back(added);
  return number;
}

/// Values by slot, and the document's own list of them.
void Inverter::add_values(const FlatDocument& document, std::uint32_t number) {
  std::uint32_t previous = 0;
  for (const auto& [slot_number, value] : document.values()) {
    const bool first = &value == &document.values().front().second;
    put_varint(data_, first ? slot_number : slot_number - previous - 1);
    previous = slot_number;
    const auto at = std::lower_bound(slots_.begin(), slots_.end(), slot_number,
                                     [](const Slot& slot, std::uint32_t n) { return slot.number < n; });
    Slot& slot =
        at != slots_.end() && at->number == slot_number ? *at : *slots_.insert(at, Slot{.number = slot_number});
    slot.values.push_back({number, static_cast<std::uint32_t>(value.size()), values_.size()});
    values_ += value;
  }
}

bool Inverter::put_compressed(std::string& out, std::string_view tag) {
  if (tag.size() >= kCompressFrom && !is_packed(tag)) {
    const std::size_t at = out.size();
    out.resize(at + tag.size());
    const std::size_t size =
        libdeflate_deflate_compress(compressor_.get(), tag.data(), tag.size(), out.data() + at, tag.size() - 1);
    out.resize(at + size);
    if (size != 0 && xapian_can_inflate(std::string_view(out).substr(at), tag.size())) return true;
    out.resize(at);
  }
  out.append(tag);
  return false;
}

std::vector<std::uint32_t> Inverter::sorted_terms() const {
  struct Key {
    std::uint64_t head;
    std::uint32_t term;
  };
  std::vector<Key> keys;
  keys.reserve(terms_.size());
  for (std::uint32_t i = 0; i < terms_.size(); ++i) keys.push_back({sort_key(name(terms_[i])), i});
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    return a.head != b.head ? a.head < b.head : name(terms_[a.term]) < name(terms_[b.term]);
  });
  std::vector<std::uint32_t> order;
  order.reserve(keys.size());
  for (const Key& key : keys) order.push_back(key.term);
  return order;
}

void Inverter::finish(std::string& out, const std::vector<std::uint32_t>& order) {
  Sorting sorting{.documents = order, .terms = sorted_terms(), .rank = {}};
  if (order.empty()) {
    sorting.documents.resize(documents_.size());
    std::iota(sorting.documents.begin(), sorting.documents.end(), 0U);
  }
  assert(sorting.documents.size() == documents_.size());
  sorting.rank.resize(terms_.size());
  for (std::uint32_t i = 0; i < sorting.terms.size(); ++i) sorting.rank[sorting.terms[i]] = i;
  out.clear();
  out.reserve(data_.size() * 2 + positions_.size() + postings_.size() * 4 + bytes_.size());
  Run::Footer footer;
  write_documents(out, footer, sorting);
  write_postings(out, footer, sorting);
  write_slots(out, footer, sorting);
  put_raw(out, footer);
  clear();
}

void Inverter::write_documents(std::string& out, Run::Footer& footer, const Sorting& sorting) {
  std::vector<std::uint64_t> postings;
  for (const std::uint32_t document : sorting.documents) {
    Added& added = documents_[document];
    postings.clear();
    for (const Posting& posting : listed(document))
      postings.push_back(std::uint64_t{sorting.rank[posting.term]} << 32 | posting.wdf);
    std::sort(postings.begin(), postings.end());
    added.record.blob = out.size();
    tag_.clear();
    const bool left_out = !added.unnamed.empty();
    TermListTag tag(tag_, added.record.length, postings.size() + (left_out ? 1 : 0));
    for (const std::uint64_t posting : postings)
      tag.add(name(terms_[sorting.terms[posting >> 32]]), posting & 0xFFFFFFFF);
    const std::string stand_in = added.unnamed.term();
    if (left_out) tag.add(stand_in, added.unnamed.length());  // No name is greater.
    if (lists_ == TermLists::lean) {
      out += tag_;  // What is left of it does not become smaller.
    } else {
      added.record.terms_compressed = put_compressed(out, tag_);
    }
    added.record.terms_size = static_cast<std::uint32_t>(out.size() - added.record.blob);
    out.append(data_, added.data, std::size_t{added.record.slots_size} + added.record.data_size);
  }
  footer.documents = out.size();
  footer.document_count = documents_.size();
  for (const std::uint32_t document : sorting.documents) put_raw(out, documents_[document].record);
}

std::span<const Inverter::Posting> Inverter::listed(std::size_t document) const {
  if (lists_ == TermLists::whole) {
    const std::size_t first = documents_[document].first_posting;
    return std::span(postings_).subspan(first, end_of_postings(document) - first);
  }
  const std::size_t first = documents_[document].first_named;
  const std::size_t end = document + 1 < documents_.size() ? documents_[document + 1].first_named : named_.size();
  return std::span(named_).subspan(first, end - first);
}

template <typename Soon, typename Visit>
void Inverter::for_each_posting(const Sorting& sorting, const Soon& soon, const Visit& visit) const {
  for (std::uint32_t i = 0; i < sorting.documents.size(); ++i) {
    const std::uint32_t document = sorting.documents[i];
    const char* list = positions_.data() + documents_[document].positions;
    for (std::size_t p = documents_[document].first_posting; p < end_of_postings(document); ++p) {
      if (p + kAhead < postings_.size()) soon(postings_[p + kAhead].term);
      const char* end = list;
      const std::uint64_t size = get_varint(end);
      end += size;
      visit(i, postings_[p], std::string_view(list, static_cast<std::size_t>(end - list)));
      list = end;
    }
  }
}

/// Documents are read one after another, and each posting is put behind the last of its term: what is touched at
/// random is the terms' ends, and of these mostly those of frequent terms, which stay in the caches.
void Inverter::write_postings(std::string& out, Run::Footer& footer, const Sorting& sorting) const {
  struct End {
    std::uint64_t postings = 0;
    std::uint64_t positions = 0;
  };
  std::vector<End> ends(terms_.size());
  assert(documents_.size() <= std::size_t{1} << 24);  // which take more memory than a run has
  const unsigned number_bytes = Run::number_bytes(documents_.size());
  std::string terms;
  terms.reserve(bytes_.size() + terms_.size() * 8);
  End end;
  for (const std::uint32_t number : sorting.terms) {
    const Term& term = terms_[number];
    const std::uint64_t posting_bytes = std::uint64_t{term.postings} * number_bytes + term.wdf_bytes;
    put_sized(terms, name(term));
    put_varint(terms, term.postings);
    put_varint(terms, posting_bytes);
    put_varint(terms, term.position_bytes);
    ends[number] = end;
    end.postings += posting_bytes;
    end.positions += term.position_bytes;
  }
  footer.postings = out.size();
  footer.positions = footer.postings + end.postings;
  footer.terms = footer.positions + end.positions;
  out.resize(footer.terms);
  char* const first_posting = out.data() + footer.postings;
  char* const first_position = out.data() + footer.positions;
  const auto prefetch = [&](std::uint32_t term) { __builtin_prefetch(&ends[term], 1); };
  for_each_posting(sorting, prefetch, [&](std::uint32_t number, const Posting& posting, std::string_view list) {
    End& own = ends[posting.term];
    char* at = first_posting + own.postings;
    for (unsigned i = 0; i < number_bytes; ++i) *at++ = static_cast<char>(number >> (8 * i) & 0xFFU);
    at = write_varint(at, posting.wdf);
    own.postings = static_cast<std::uint64_t>(at - first_posting);
    for (const char byte : list) first_position[own.positions++] = byte;  // mostly one to three
  });
  out += terms;
  footer.terms_end = out.size();
}

void Inverter::write_slots(std::string& out, Run::Footer& footer, const Sorting& sorting) {
  std::vector<std::uint32_t> number(documents_.size());
  for (std::uint32_t i = 0; i < sorting.documents.size(); ++i) number[sorting.documents[i]] = i;
  std::string heads;
  footer.values = out.size();
  for (Slot& slot : slots_) {
    for (Value& value : slot.values) value.document = number[value.document];
    std::sort(slot.values.begin(), slot.values.end(),
              [](const Value& a, const Value& b) { return a.document < b.document; });
    const std::size_t before = out.size();
    std::uint32_t following = 0;
    for (const Value& value : slot.values) {
      put_varint(out, value.document - following);
      put_varint(out, value.size);
      out.append(values_, value.offset, value.size);
      following = value.document + 1;
    }
    put_varint(heads, slot.number);
    put_varint(heads, slot.values.size());
    put_varint(heads, out.size() - before);
  }
  footer.slots = out.size();
  out += heads;
  footer.slots_end = out.size();
}

bool xapian_can_inflate(std::string_view deflated, std::size_t inflated_size) {
  constexpr std::size_t kStep = 8192;
  if (inflated_size <= kStep) return true;
  if (deflated.size() > 0xFFFFFFFF) return false;
  z_stream stream{};
  if (::inflateInit2(&stream, -15) != Z_OK) throw std::bad_alloc();
  // zlib takes a pointer to mutable bytes, which it does not change.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(deflated.data()));  // NOLINT
  stream.avail_in = static_cast<uInt>(deflated.size());
  std::vector<Bytef> piece(kStep);
  int state = Z_OK;
  while (state == Z_OK && stream.avail_in > 0) {
    stream.next_out = piece.data();
    stream.avail_out = kStep;
    state = ::inflate(&stream, Z_SYNC_FLUSH);
  }
  const bool whole = state == Z_STREAM_END && stream.total_out == inflated_size;
  ::inflateEnd(&stream);
  return whole;
}

}  // namespace dateline::glass
