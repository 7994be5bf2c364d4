#include "common/store/position_lists.h"

#include <algorithm>
#include <utility>

#include "common/schema.h"
#include "common/store/glass_encoding.h"

namespace dateline {
namespace {

/// As large as a chunk of Xapian's postings: what is passed over to get at a document.
constexpr std::size_t kChunkBytes = 2000;
constexpr std::uint64_t kShort = 7;  // sizes below fit beside the docid

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

/// The next document of a chunk: its docid less the one before, and its positions.
std::pair<std::uint64_t, std::string_view> take_document(std::string_view& chunk) {
  const std::uint64_t head = take_varint(chunk);
  std::uint64_t size = head % (kShort + 1);
  if (size == kShort) size += take_varint(chunk);
  if (size > chunk.size()) throw Xapian::DatabaseCorruptError("a list of positions ends early");
  const std::string_view list = chunk.substr(0, size);
  chunk.remove_prefix(size);
  return {head / (kShort + 1), list};
}

void put_document(std::string& chunk, std::uint64_t gap, std::string_view list) {
  glass::put_varint(chunk, gap * (kShort + 1) + std::min<std::uint64_t>(list.size(), kShort));
  if (list.size() >= kShort) glass::put_varint(chunk, list.size() - kShort);
  chunk += list;
}

}  // namespace

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

void PositionListWriter::add(std::uint32_t docid, std::string_view list) {
  const bool fresh = used_ == 0 || chunks_[used_ - 1].size() >= kChunkBytes;
  if (fresh) {
    if (used_ == chunks_.size()) chunks_.emplace_back();
    chunks_[used_++].clear();
    firsts_.push_back(docid);
  }
  put_document(chunks_[used_ - 1], fresh ? docid : docid - last_, list);
  last_ = docid;
}

void PositionListWriter::finish(std::string_view term) {
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
  for (std::uint64_t n = 0;;) {
    for (std::uint64_t docid = 0; !rest.empty();) {
      const auto [gap, list] = take_document(rest);
      out.documents.push_back(static_cast<Xapian::docid>(docid += gap));
      out.lists += list;
      out.ends.push_back(static_cast<std::uint32_t>(out.lists.size()));
    }
    if (++n > further) return out;
    chunk = shard.get_metadata(name_of_further(name, n));
    rest = chunk;
  }
}

void PositionList::open() {
  open_ = true;
  if (kept_ != nullptr) loaded_ = kept_->positions(*term_, *shard_);
  if (loaded_) return;
  head_ = shard_->get_metadata(name_of(*term_));
  if (head_.empty()) return;
  std::string_view rest = head_;
  const std::uint64_t further = take_varint(rest);
  firsts_.reserve(further);
  std::uint64_t first = 0;
  for (std::uint64_t i = 0; i < further; ++i) firsts_.push_back(static_cast<Xapian::docid>(first += take_varint(rest)));
  rest_ = rest;
  // The directory counts from the first document of the first chunk.
  const auto base = static_cast<Xapian::docid>(take_document(rest).first);
  for (Xapian::docid& docid : firsts_) docid += base;
}

void PositionList::go_to_chunk(std::size_t chunk) {
  if (chunk == 0) {
    rest_ = head_;
    for (std::uint64_t n = take_varint(rest_); n > 0; --n) (void)take_varint(rest_);
  } else {
    further_ = shard_->get_metadata(name_of_further(name_of(*term_), chunk));
    rest_ = further_;
  }
  chunk_ = chunk;
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
  while (current_ < document && !rest_.empty()) {
    const auto [gap, list] = take_document(rest_);
    current_ += static_cast<Xapian::docid>(gap);
    list_ = list;
  }
  if (current_ == document) get_position_list(list_, out);
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
      std::uint64_t docid = 0;
      while (!rest.empty()) {
        const auto [gap, list] = take_document(rest);
        docid += gap;
        if (docid <= apart && there[docid]) {
          writer.add(static_cast<std::uint32_t>(docid), list);
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
