#include "common/store/position_lists.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "common/positions.h"
#include "common/schema.h"
#include "common/store/glass_encoding.h"

namespace dateline {
namespace {

/// What is passed over to get at a document; some 1,500 bytes.
constexpr std::size_t kPositionsOfChunk = 1000;

/// What was written by this process or comes from a file that may be damaged: ends at the end of the text.
std::uint64_t take_varint(std::string_view& from) {
  std::uint64_t n = 0;
  for (unsigned shift = 0; !from.empty() && shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    n |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return n;
  }
  throw Xapian::DatabaseCorruptError("a list of positions ends early");
}

std::string name_of(std::string_view term) {
  std::string name{schema::kMetaPositions};
  glass::put_escaped(name, term);
  return name;
}

std::string name_of_further(std::string name, std::size_t chunk) {
  name.push_back('\0');
  glass::put_sortable(name, static_cast<std::uint32_t>(chunk));
  return name;
}

// --- Bits
// --------------------------------------------------------------------------------------------------------------------

/// Least significant bit first, into whole bytes.
class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}
  BitWriter(const BitWriter&) = delete;
  BitWriter& operator=(const BitWriter&) = delete;
  void finish() {
    for (; held_ > 0; held_ -= std::min(held_, 8U), bits_ >>= 8) out_.push_back(static_cast<char>(bits_ & 0xFF));
  }
  /// The low `count` bits of `bits`, no others of which may be set; at most 32.
  void put(std::uint64_t bits, unsigned count) {
    bits_ |= bits << held_;
    held_ += count;
    if (held_ < 32) return;
    char bytes[4];
    for (unsigned i = 0; i < 4; ++i) bytes[i] = static_cast<char>(bits_ >> 8 * i & 0xFF);
    out_.append(bytes, sizeof bytes);
    bits_ >>= 32;
    held_ -= 32;
  }

 private:
  std::string& out_;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;  // fewer than 32
};

class BitReader {
 public:
  explicit BitReader(std::string_view bytes) : bytes_(bytes) {}
  /// At most 32.
  std::uint64_t take(unsigned count) {
    fill();
    const std::uint64_t taken = bits_ & ((std::uint64_t{1} << count) - 1);
    drop(count);
    return taken;
  }
  /// The number of ones before the next zero, or `most` if there are so many; the zero is taken as well.
  unsigned take_ones(unsigned most) {
    fill();
    const auto ones = static_cast<unsigned>(std::countr_one(bits_));
    drop(std::min(ones + 1, most));
    return std::min(ones, most);
  }

 private:
  void fill() {
    if (held_ > 32) return;
    std::uint32_t next = 0;
    if (bytes_.size() >= sizeof next) {
      std::memcpy(&next, bytes_.data(), sizeof next);
      if constexpr (std::endian::native == std::endian::big) next = __builtin_bswap32(next);
      bytes_.remove_prefix(sizeof next);
      bits_ |= std::uint64_t{next} << held_;
      held_ += 32;
      return;
    }
    for (; !bytes_.empty(); bytes_.remove_prefix(1), held_ += 8)
      bits_ |= std::uint64_t{static_cast<unsigned char>(bytes_.front())} << held_;
  }
  void drop(unsigned count) {
    if (count > held_) throw Xapian::DatabaseCorruptError("a list of positions ends early");
    bits_ >>= count;
    held_ -= count;
  }

  std::string_view bytes_;
  std::uint64_t bits_ = 0;
  unsigned held_ = 0;
};

/// Numbers that are mostly about 2^k, the large ones rare: Rice (1979), with an escape where one is far too large.
constexpr unsigned kMostOnes = 20;

void put_rice(BitWriter& out, std::uint32_t n, unsigned k) {
  const std::uint32_t quotient = n >> k;
  if (quotient >= kMostOnes) {
    out.put((1U << kMostOnes) - 1, kMostOnes);
    out.put(n, 32);
    return;
  }
  out.put((1U << quotient) - 1, quotient + 1);
  out.put(n & ((std::uint64_t{1} << k) - 1), k);
}

std::uint32_t take_rice(BitReader& in, unsigned k) {
  const unsigned quotient = in.take_ones(kMostOnes);
  if (quotient == kMostOnes) return static_cast<std::uint32_t>(in.take(32));
  return quotient << k | static_cast<std::uint32_t>(in.take(k));
}

/// The k for numbers of this sum.
unsigned rice_parameter(std::uint64_t sum, std::uint64_t count) {
  // The best for numbers that fall off geometrically: 1 + log2 of the mean times the logarithm of the golden ratio
  // (Kiely, Selecting the Golomb Parameter in Rice Coding, 2004).
  constexpr std::uint64_t kLogarithm = 123;  // of 256
  const std::uint64_t scaled = count == 0 ? 0 : sum * kLogarithm / 256 / count;
  return std::min(31U, static_cast<unsigned>(std::bit_width(scaled)));
}

// --- Chunks
// ------------------------------------------------------------------------------------------------------------------

/// Where the text begins at the earliest (positions.h): what is less stands in a title.
constexpr std::uint32_t kTextFrom = kTitleStart + kTitleGap;
constexpr unsigned kTitleRice = 3;
constexpr unsigned kCountRice = 0;

}  // namespace

/// Goes through the documents of a chunk.
class PositionChunk {
 public:
  explicit PositionChunk(std::string_view chunk) : bits_({}) {
    document_ = static_cast<Xapian::docid>(take_varint(chunk));
    left_ = take_varint(chunk);
    const std::uint64_t parameters = take_varint(chunk);
    gap_ = parameters % 32;
    first_ = parameters / 32 % 32;
    further_ = parameters / 1024 % 32;
    bits_ = BitReader(chunk);
  }
  [[nodiscard]] Xapian::docid document() const { return document_; }
  /// Reads the positions of the next document, replacing the content of `out`; false at the end.
  bool next(std::vector<std::uint32_t>& out) {
    if (left_ == 0) return false;
    --left_;
    if (started_) document_ += 1 + take_rice(bits_, gap_);
    started_ = true;
    out.clear();
    const std::uint32_t head = take_rice(bits_, kCountRice);
    std::uint32_t position = head % 2 == 1 ? take_rice(bits_, kTitleRice) : kTextFrom + take_rice(bits_, first_);
    out.push_back(position);
    for (std::uint32_t more = head / 2; more > 0; --more) out.push_back(position += 1 + take_rice(bits_, further_));
    return true;
  }

 private:
  BitReader bits_;
  Xapian::docid document_ = 0;
  std::uint64_t left_ = 0;
  unsigned gap_ = 0;
  unsigned first_ = 0;
  unsigned further_ = 0;
  bool started_ = false;
};

void put_position_list(std::string& out, std::span<const std::uint32_t> positions) {
  std::uint32_t next = 0;
  for (const std::uint32_t position : positions) {
    glass::put_varint(out, position - next);
    next = position + 1;
  }
}

void get_position_list(std::string_view list, std::vector<std::uint32_t>& out) {
  out.clear();
  std::uint32_t next = 0;
  while (!list.empty()) {
    out.push_back(next + static_cast<std::uint32_t>(take_varint(list)));
    next = out.back() + 1;
  }
}

void PositionListWriter::add(std::uint32_t docid, std::span<const std::uint32_t> positions) {
  if (positions_.size() >= kPositionsOfChunk) end_chunk();
  documents_.push_back({docid, static_cast<std::uint32_t>(positions.size())});
  positions_.insert(positions_.end(), positions.begin(), positions.end());
}

void PositionListWriter::end_chunk() {
  if (documents_.empty()) return;
  std::uint64_t sums[3] = {};
  std::uint64_t counts[3] = {};
  const auto count = [&](std::size_t what, std::uint32_t n) {
    sums[what] += n;
    ++counts[what];
  };
  const std::uint32_t* position = positions_.data();
  for (std::size_t i = 0; i < documents_.size(); ++i) {
    if (i > 0) count(0, documents_[i].docid - documents_[i - 1].docid - 1);
    if (*position >= kTextFrom) count(1, *position - kTextFrom);
    for (std::uint32_t p = 1; p < documents_[i].positions; ++p) count(2, position[p] - position[p - 1] - 1);
    position += documents_[i].positions;
  }
  unsigned k[3] = {};
  for (std::size_t i = 0; i < 3; ++i) k[i] = rice_parameter(sums[i], counts[i]);

  if (used_ == chunks_.size()) chunks_.emplace_back();
  std::string& chunk = chunks_[used_++];
  chunk.clear();
  firsts_.push_back(documents_.front().docid);
  glass::put_varint(chunk, documents_.front().docid);
  glass::put_varint(chunk, documents_.size());
  glass::put_varint(chunk, k[0] + k[1] * 32 + k[2] * 1024);
  BitWriter out(chunk);
  position = positions_.data();
  for (std::size_t i = 0; i < documents_.size(); ++i) {
    const std::uint32_t size = documents_[i].positions;
    if (i > 0) put_rice(out, documents_[i].docid - documents_[i - 1].docid - 1, k[0]);
    const bool title = *position < kTextFrom;
    put_rice(out, (size - 1) * 2 + (title ? 1 : 0), kCountRice);
    title ? put_rice(out, *position, kTitleRice) : put_rice(out, *position - kTextFrom, k[1]);
    for (std::uint32_t p = 1; p < size; ++p) put_rice(out, position[p] - position[p - 1] - 1, k[2]);
    position += size;
  }
  out.finish();
  documents_.clear();
  positions_.clear();
}

void PositionListWriter::finish(std::string_view term) {
  end_chunk();
  if (used_ == 0) return;
  std::string name = name_of(term);
  std::string head;
  glass::put_varint(head, used_ - 1);
  for (std::size_t i = 1; i < used_; ++i) glass::put_varint(head, firsts_[i] - firsts_[i - 1]);
  head += chunks_[0];
  entry_(name, head);
  for (std::size_t i = 1; i < used_; ++i) entry_(name_of_further(name, i), chunks_[i]);
  used_ = 0;
  firsts_.clear();
}

Xapian::docid positions_apart(const Xapian::Database& shard) {
  const std::string value = shard.get_metadata(std::string{schema::kMetaPositions});
  std::string_view rest = value;
  return value.empty() ? 0 : static_cast<Xapian::docid>(take_varint(rest));
}

std::string positions_apart_value(Xapian::docid last) {
  std::string value;
  glass::put_varint(value, last);
  return value;
}

LoadedPositions load_positions(const Xapian::Database& shard, const std::string& term) {
  LoadedPositions out;
  const std::string name = name_of(term);
  const std::string head = shard.get_metadata(name);
  if (head.empty()) return out;
  std::string_view rest = head;
  const std::uint64_t further = take_varint(rest);
  for (std::uint64_t n = 0; n < further; ++n) (void)take_varint(rest);
  std::string chunk;
  std::vector<std::uint32_t> positions;
  for (std::uint64_t n = 0;;) {
    for (PositionChunk documents(rest); documents.next(positions);) {
      out.documents.push_back(documents.document());
      put_position_list(out.lists, positions);
      out.ends.push_back(static_cast<std::uint32_t>(out.lists.size()));
    }
    if (++n > further) return out;
    chunk = shard.get_metadata(name_of_further(name, n));
    rest = chunk;
  }
}

PositionList::PositionList(const Xapian::Database& shard, Xapian::docid apart, const std::string& term,
                           KeptPositions* kept)
    : shard_(&shard), apart_(apart), term_(&term), kept_(kept) {}
PositionList::~PositionList() = default;
PositionList::PositionList(PositionList&&) noexcept = default;
PositionList& PositionList::operator=(PositionList&&) noexcept = default;

void PositionList::open() {
  open_ = true;
  if (kept_ != nullptr) loaded_ = kept_->positions(*term_, *shard_);
  if (loaded_) return;
  head_ = shard_->get_metadata(name_of(*term_));
  if (head_.empty()) return;
  std::string_view rest = head_;
  const std::uint64_t further = take_varint(rest);
  std::uint64_t first = 0;
  for (std::uint64_t i = 0; i < further; ++i) firsts_.push_back(static_cast<Xapian::docid>(first += take_varint(rest)));
  // The directory counts from the first document of the first chunk.
  const Xapian::docid base = PositionChunk(rest).document();
  for (Xapian::docid& docid : firsts_) docid += base;
  go_to_chunk(0);
}

void PositionList::go_to_chunk(std::size_t chunk) {
  std::string_view bytes = head_;
  if (chunk == 0) {
    for (std::uint64_t n = take_varint(bytes); n > 0; --n) (void)take_varint(bytes);
  } else {
    further_ = shard_->get_metadata(name_of_further(name_of(*term_), chunk));
    bytes = further_;
  }
  chunk_ = chunk;
  rest_ = std::make_unique<PositionChunk>(bytes);
  current_ = 0;
}

void PositionList::read(Xapian::docid document, std::vector<std::uint32_t>& out) {
  out.clear();
  if (document > apart_) {
    const auto end = shard_->positionlist_end(document, *term_);
    for (auto it = shard_->positionlist_begin(document, *term_); it != end; ++it) out.push_back(*it);
    return;
  }
  if (!open_) open();
  if (loaded_) return read_loaded(document, out);
  if (head_.empty()) return;
  const auto after = std::upper_bound(firsts_.begin(), firsts_.end(), document);
  const auto chunk = static_cast<std::size_t>(after - firsts_.begin());
  if (chunk != chunk_ || document < current_) go_to_chunk(chunk);
  while (current_ < document && rest_->next(of_current_)) current_ = rest_->document();
  if (current_ == document) out = of_current_;
}

void PositionList::read_loaded(Xapian::docid document, std::vector<std::uint32_t>& out) {
  const std::vector<Xapian::docid>& documents = loaded_->documents;
  if (at_ >= documents.size() || documents[at_] > document) at_ = 0;
  std::size_t step = 1;
  for (; at_ + step < documents.size() && documents[at_ + step] < document; step *= 2) at_ += step;
  const auto from = documents.begin() + static_cast<std::ptrdiff_t>(at_);
  const auto to = documents.begin() + static_cast<std::ptrdiff_t>(std::min(at_ + step + 1, documents.size()));
  at_ = static_cast<std::size_t>(std::lower_bound(from, to, document) - documents.begin());
  if (at_ == documents.size() || documents[at_] != document) return;
  const std::size_t begin = at_ == 0 ? 0 : loaded_->ends[at_ - 1];
  get_position_list(std::string_view(loaded_->lists).substr(begin, loaded_->ends[at_] - begin), out);
}

void forget_positions_of_gone(Xapian::WritableDatabase& shard) {
  const Xapian::docid apart = positions_apart(shard);
  if (apart == 0) return;
  std::vector<bool> there(std::size_t{apart} + 1);
  for (auto it = shard.postlist_begin({}); it != shard.postlist_end({}) && *it <= apart; ++it) there[*it] = true;
  const std::string all{schema::kMetaPositions};
  std::vector<std::string> heads;
  std::vector<std::size_t> chunks;
  for (auto key = shard.metadata_keys_begin(all); key != shard.metadata_keys_end(all); ++key) {
    const std::string name = *key;
    if (name == all) continue;
    // A further chunk follows its head, whose name goes on with a zero byte and no FF behind it.
    const bool further = !heads.empty() && name.size() > heads.back().size() + 1 && name.starts_with(heads.back()) &&
                         name[heads.back().size()] == '\0' && name[heads.back().size() + 1] != '\xFF';
    if (further) {
      ++chunks.back();
    } else {
      heads.push_back(name);
      chunks.push_back(0);
    }
  }
  std::vector<std::pair<std::string, std::string>> written;
  std::vector<std::uint32_t> positions;
  PositionListWriter writer(
      [&](const std::string& name, const std::string& value) { written.emplace_back(name, value); });
  for (std::size_t i = 0; i < heads.size(); ++i) {
    bool changed = false;
    std::string head = shard.get_metadata(heads[i]);
    for (std::size_t c = 0; c <= chunks[i]; ++c) {
      const std::string chunk = c == 0 ? head : shard.get_metadata(name_of_further(heads[i], c));
      std::string_view rest = chunk;
      if (c == 0) {
        for (std::uint64_t n = take_varint(rest); n > 0; --n) (void)take_varint(rest);
      }
      for (PositionChunk documents(rest); documents.next(positions);) {
        if (documents.document() <= apart && there[documents.document()]) {
          writer.add(documents.document(), positions);
        } else {
          changed = true;
        }
      }
    }
    written.clear();
    writer.finish({});
    if (!changed) continue;
    for (std::size_t c = 0; c <= chunks[i]; ++c) {
      const std::string value = c < written.size() ? written[c].second : std::string{};
      shard.set_metadata(c == 0 ? heads[i] : name_of_further(heads[i], c), value);
    }
  }
}

void add_positions(const Xapian::Database& shard, Xapian::docid apart, Xapian::docid document, Xapian::Document& out) {
  std::vector<std::uint32_t> positions;
  std::vector<std::string> terms;
  for (auto term = out.termlist_begin(); term != out.termlist_end(); ++term) terms.push_back(*term);
  for (const std::string& term : terms) {
    PositionList(shard, apart, term).read(document, positions);
    for (const std::uint32_t position : positions) out.add_posting(term, position, 0);
  }
}

bool is_position_metadata(std::string_view name) {
  return name.starts_with(schema::kMetaPositions);
}

}  // namespace dateline
