#include "common/store/position_lists.h"

#include <algorithm>
#include <map>
#include <utility>

#include "common/schema.h"
#include "common/store/glass_encoding.h"
#include "common/store/position_chunk.h"

namespace dateline {
namespace {

constexpr Xapian::docid kAll = static_cast<Xapian::docid>(-1);
/// What is passed over to get at a document; some 1,500 bytes.
constexpr std::size_t kPositionsOfChunk = 1000;

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

/// Where the chunks of a list go on, taken off its entry: the rest is the first chunk.
std::vector<Xapian::docid> take_directory(std::string_view& head) {
  std::vector<Xapian::docid> firsts;
  std::uint64_t first = 0;
  for (std::uint64_t left = take_varint(head) + 1; left > 0; --left)
    firsts.push_back(static_cast<Xapian::docid>(first += take_varint(head)));
  return firsts;
}

void put_directory(std::string& head, std::span<const Xapian::docid> firsts) {
  glass::put_varint(head, firsts.size() - 1);
  for (std::size_t i = 0; i < firsts.size(); ++i) glass::put_varint(head, firsts[i] - (i == 0 ? 0 : firsts[i - 1]));
}

[[noreturn]] void throw_other_documents() {
  throw Xapian::DatabaseCorruptError("a list of positions is of other documents than its postings");
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

void PositionListWriter::add(std::uint32_t docid, std::span<const std::uint32_t> positions) {
  if (positions_.size() >= kPositionsOfChunk || counts_.size() >= kPositionsOfChunk) end_chunk();
  if (counts_.empty()) firsts_.push_back(docid);
  counts_.push_back(static_cast<std::uint32_t>(positions.size()));
  positions_.insert(positions_.end(), positions.begin(), positions.end());
  any_ = any_ || !positions.empty();
}

void PositionListWriter::end_chunk() {
  if (counts_.empty()) return;
  if (used_ == chunks_.size()) chunks_.emplace_back();
  std::string& chunk = chunks_[used_++];
  chunk.clear();
  put_position_chunk(chunk, counts_, positions_);
  counts_.clear();
  positions_.clear();
}

void PositionListWriter::finish(std::string_view term) {
  end_chunk();
  if (std::exchange(any_, false)) {
    std::string name = name_of(term);
    std::string head;
    put_directory(head, firsts_);
    head += chunks_[0];
    entry_(name, head);
    for (std::size_t i = 1; i < used_; ++i) entry_(name_of_further(name, i), chunks_[i]);
  }
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

LoadedPositions load_positions(const Xapian::Database& shard, const std::string& term,
                               const std::vector<Xapian::docid>& documents) {
  LoadedPositions out;
  const std::string name = name_of(term);
  const std::string head = shard.get_metadata(name);
  if (head.empty()) return out;
  const auto end = std::upper_bound(documents.begin(), documents.end(), positions_apart(shard));
  const std::vector<Xapian::docid> listed(documents.begin(), end);
  out.ends.reserve(listed.size());
  std::string_view rest = head;
  const std::size_t chunks = take_directory(rest).size();
  std::string chunk;
  std::vector<std::uint32_t> positions;
  for (std::size_t n = 0;;) {
    for (PositionChunk in_chunk(rest); in_chunk.next(positions);) {
      put_position_list(out.lists, positions);
      out.ends.push_back(static_cast<std::uint32_t>(out.lists.size()));
    }
    if (++n == chunks) break;
    chunk = shard.get_metadata(name_of_further(name, n));
    rest = chunk;
  }
  if (out.ends.size() != listed.size()) throw_other_documents();
  out.ordinals = Ordinals(listed);
  return out;
}

PositionList::PositionList(const Xapian::Database& shard, Xapian::docid apart, const std::string& term,
                           KeptPositions* kept)
    : shard_(&shard), apart_(apart), term_(&term), kept_(kept) {}
PositionList::~PositionList() = default;
PositionList::PositionList(PositionList&&) noexcept = default;
PositionList& PositionList::operator=(PositionList&&) noexcept = default;

void PositionList::open() {
  if (kept_ != nullptr) loaded_ = kept_->positions(*term_, *shard_);
  if (!loaded_) head_ = shard_->get_metadata(name_of(*term_));
  if (head_.empty()) {
    open_ = true;
    return;
  }
  if (kept_ != nullptr) documents_ = kept_->documents(*term_);
  std::string_view rest = head_;
  firsts_ = take_directory(rest);
  go_to_chunk(0);
  open_ = true;
}

void PositionList::seek(Xapian::docid from) {
  if (documents_) {
    document_ =
        static_cast<std::size_t>(std::lower_bound(documents_->begin(), documents_->end(), from) - documents_->begin());
    return;
  }
  const Xapian::PostingIterator end = shard_->postlist_end(*term_);
  if (postings_ == end || *postings_ > from) postings_ = shard_->postlist_begin(*term_);
  if (postings_ != end) postings_.skip_to(from);
}

bool PositionList::pass_until(Xapian::docid document) {
  const Xapian::PostingIterator end = shard_->postlist_end(*term_);
  const std::uint64_t left = rest_->left();
  std::uint64_t passed = 0;
  Xapian::docid next = 0;
  for (; passed < left; ++passed) {
    if (documents_ ? document_ == documents_->size() : postings_ == end) throw_other_documents();
    next = documents_ ? (*documents_)[document_] : *postings_;
    if (next >= document) break;
    documents_ ? void(++document_) : void(++postings_);
  }
  rest_->skip(passed);
  return next == document;
}

void PositionList::go_to_chunk(std::size_t chunk) {
  std::string_view bytes = head_;
  if (chunk == 0) {
    (void)take_directory(bytes);
  } else {
    further_ = shard_->get_metadata(name_of_further(name_of(*term_), chunk));
    bytes = further_;
  }
  rest_ = std::make_unique<PositionChunk>(bytes);
  chunk_ = chunk;
  seek(firsts_[chunk]);
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
  const bool ahead = document > asked_ && document >= firsts_[chunk_] &&
                     (chunk_ + 1 == firsts_.size() || document < firsts_[chunk_ + 1]);
  asked_ = kAll;  // what is thrown here leaves nothing to go on from
  if (!ahead) {
    const auto after = std::upper_bound(firsts_.begin(), firsts_.end(), document);
    if (after == firsts_.begin()) return;
    go_to_chunk(static_cast<std::size_t>(after - firsts_.begin()) - 1);
  }
  if (pass_until(document) && rest_->next(out)) documents_ ? void(++document_) : void(++postings_);
  asked_ = document;
}

void PositionList::read_loaded(Xapian::docid document, std::vector<std::uint32_t>& out) {
  const std::size_t at = loaded_->ordinals.of(document);
  if (at == Ordinals::kNone) return;
  const std::size_t begin = at == 0 ? 0 : loaded_->ends[at - 1];
  get_position_list(std::string_view(loaded_->lists).substr(begin, loaded_->ends[at] - begin), out);
}

namespace {

/// Takes documents out of one list. `gone`: that have the term, ascending.
class PositionEraser {
 public:
  PositionEraser(Xapian::WritableDatabase& shard, const std::string& term) : shard_(shard), name_(name_of(term)) {
    head_ = shard.get_metadata(name_);
    if (head_.empty()) return;
    std::string_view rest = head_;
    firsts_ = take_directory(rest);
    directory_ = head_.size() - rest.size();
    posting_ = shard.postlist_begin(term);
  }

  void erase(std::span<const Xapian::docid> gone) {
    if (head_.empty()) return;
    bool emptied = false;
    while (!gone.empty()) {
      const auto after = std::upper_bound(firsts_.begin(), firsts_.end(), gone.front());
      if (after == firsts_.begin()) throw_other_documents();
      const auto end = after == firsts_.end() ? gone.end() : std::lower_bound(gone.begin(), gone.end(), *after);
      const auto size = static_cast<std::size_t>(end - gone.begin());
      emptied |= erase_from(static_cast<std::size_t>(after - firsts_.begin()) - 1, gone.first(size));
      gone = gone.subspan(size);
    }
    if (emptied && nothing_left()) {  // The names of the entries say the term.
      for (std::size_t chunk = 0; chunk < firsts_.size(); ++chunk) shard_.set_metadata(name_of_chunk(chunk), {});
    }
  }

 private:
  [[nodiscard]] std::string name_of_chunk(std::size_t chunk) const {
    return chunk == 0 ? name_ : name_of_further(name_, chunk);
  }
  [[nodiscard]] std::string bytes_of(std::size_t chunk) const {
    return chunk == 0 ? head_.substr(directory_) : shard_.get_metadata(name_of_chunk(chunk));
  }

  /// True if the chunk has no documents left.
  bool erase_from(std::size_t chunk, std::span<const Xapian::docid> gone) {
    const std::string bytes = bytes_of(chunk);
    std::vector<std::uint32_t> counts;
    std::vector<std::uint32_t> positions;
    std::vector<std::uint32_t> of_document;
    posting_.skip_to(firsts_[chunk]);
    for (PositionChunk documents(bytes); documents.next(of_document); ++posting_) {
      if (posting_ == Xapian::PostingIterator()) throw_other_documents();
      if (!gone.empty() && *posting_ == gone.front()) {
        gone = gone.subspan(1);
        continue;
      }
      counts.push_back(static_cast<std::uint32_t>(of_document.size()));
      positions.insert(positions.end(), of_document.begin(), of_document.end());
    }
    if (!gone.empty()) throw_other_documents();
    std::string left;
    put_position_chunk(left, counts, positions);
    if (chunk == 0) left = head_ = head_.substr(0, directory_) + left;
    shard_.set_metadata(name_of_chunk(chunk), left);
    return counts.empty();
  }

  [[nodiscard]] bool nothing_left() const {
    for (std::size_t chunk = 0; chunk < firsts_.size(); ++chunk) {
      const std::string bytes = bytes_of(chunk);
      if (PositionChunk(bytes).documents() > 0) return false;
    }
    return true;
  }

  Xapian::WritableDatabase& shard_;
  std::string name_;
  std::string head_;
  std::size_t directory_ = 0;  // bytes of the head before the first chunk
  std::vector<Xapian::docid> firsts_;
  Xapian::PostingIterator posting_;
};

}  // namespace

void erase_positions(Xapian::WritableDatabase& shard, std::span<const Xapian::docid> documents) {
  const Xapian::docid apart = positions_apart(shard);
  std::map<std::string, std::vector<Xapian::docid>> gone;
  for (const Xapian::docid document : documents) {
    if (document > apart) continue;
    for (auto term = shard.termlist_begin(document); term != shard.termlist_end(document); ++term)
      gone[*term].push_back(document);
  }
  for (auto& [term, of_term] : gone) {
    std::sort(of_term.begin(), of_term.end());
    PositionEraser(shard, term).erase(of_term);
  }
}

std::optional<std::string> find_misaligned_positions(const Xapian::Database& shard) {
  const Xapian::docid apart = positions_apart(shard);
  for (auto term = shard.allterms_begin(); apart != 0 && term != shard.allterms_end(); ++term) {
    const std::string name = name_of(*term);
    const std::string head = shard.get_metadata(name);
    if (head.empty()) continue;
    std::string_view rest = head;
    const std::size_t chunks = take_directory(rest).size();
    std::uint64_t documents = PositionChunk(rest).documents();
    for (std::size_t n = 1; n < chunks; ++n) {
      const std::string chunk = shard.get_metadata(name_of_further(name, n));
      documents += PositionChunk(chunk).documents();
    }
    auto later = shard.postlist_begin(*term);
    later.skip_to(apart + 1);
    for (; later != shard.postlist_end(*term); ++later) ++documents;
    if (documents != term.get_termfreq()) return *term;
  }
  return std::nullopt;
}

DocumentPositions::DocumentPositions(const Xapian::Database& shard) : shard_(shard), apart_(positions_apart(shard)) {}

void DocumentPositions::add_to(Xapian::docid document, Xapian::Document& out) {
  constexpr std::size_t kMostOpen = 4000;         // 25 KB each, most of which are Xapian's
  constexpr Xapian::doccount kWorthKeeping = 50;  // documents: a shorter list is soon gone through again
  std::vector<std::string> terms;
  for (auto term = out.termlist_begin(); term != out.termlist_end(); ++term) terms.push_back(*term);
  std::vector<std::uint32_t> positions;
  for (const std::string& term : terms) {
    auto open = open_.find(term);
    if (open == open_.end() && open_.size() < kMostOpen && shard_.get_termfreq(term) >= kWorthKeeping) {
      open = open_.try_emplace(term, nullptr).first;
      open->second = std::make_unique<PositionList>(shard_, apart_, open->first);
    }
    if (open != open_.end()) {
      open->second->read(document, positions);
    } else {
      PositionList(shard_, apart_, term).read(document, positions);
    }
    for (const std::uint32_t position : positions) out.add_posting(term, position, 0);
  }
}

}  // namespace dateline
