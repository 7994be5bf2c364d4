// A run: the inverted form of some documents, sorted by term. Runs are what a bulk build makes while it reads, and
// what glass_writer.h merges into a database; they are private to a build and never kept.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/store/flat_document.h"
#include "common/store/term_lists.h"

struct libdeflate_compressor;

namespace dateline::glass {

/// A run in memory or mapped from a file.
///
///   Footer        at the end: where the sections are
///   blobs         per document, in order: tag of its terms, tag of its slots, its data
///   documents     a Document each
///   terms         ascending bytewise: V(size) bytes V(postings) V(bytes of postings) V(bytes of positions)
///   postings      per term, per document: its number in two bytes, in three if there are more than 65,536, V(wdf)
///   positions     per term, per document: V(size) list as of position_lists.h; size 0: none
///   slots         ascending: V(slot) V(documents) V(size); values: per document V(documents passed over) V(size) bytes
class Run {
 public:
  struct Document {
    std::uint64_t blob = 0;
    std::uint32_t terms_size = 0;
    std::uint32_t slots_size = 0;
    std::uint32_t data_size = 0;
    std::uint32_t plain_data_size = 0;
    std::uint32_t length = 0;
    std::uint32_t largest_wdf = 0;
    std::uint16_t terms_compressed = 0;
    std::uint16_t data_compressed = 0;
  };
  struct Footer {
    std::uint64_t documents = 0, document_count = 0;
    std::uint64_t terms = 0, terms_end = 0;
    std::uint64_t postings = 0, positions = 0;
    std::uint64_t slots = 0, slots_end = 0, values = 0;
  };

  explicit Run(std::string bytes);
  /// Writes the run to a file that is read from there on, and removed with the object. Throws Error(io).
  Run(const std::string& bytes, const std::filesystem::path& path);
  ~Run();
  Run(Run&&) noexcept;
  Run& operator=(Run&&) = delete;

  [[nodiscard]] std::size_t size() const { return footer_.document_count; }
  /// Of a document's number in a posting.
  [[nodiscard]] static unsigned number_bytes(std::size_t documents) { return documents <= 0x10000 ? 2 : 3; }
  [[nodiscard]] Document document(std::size_t number) const;
  /// The data that the document was given.
  [[nodiscard]] std::string data(std::size_t number) const;
  [[nodiscard]] const char* at(std::uint64_t offset) const { return bytes_.data() + offset; }
  [[nodiscard]] const Footer& footer() const { return footer_; }
  /// Lets go of memory for what lies in [begin, end) of a mapped run; it can still be read.
  void release(std::uint64_t begin, std::uint64_t end) const;

 private:
  void read_footer();

  std::string owned_;
  std::filesystem::path path_;  // empty: in memory
  std::string_view bytes_;
  Footer footer_;
};

/// What the term lists of documents name.
enum class TermLists : std::uint8_t {
  whole,  ///< All terms, as stock Xapian has it.
  lean,   ///< Those that do not follow from the article; the others have a stand-in (term_lists.h).
};

/// Turns documents into a run.
class Inverter {
 public:
  explicit Inverter(TermLists lists = TermLists::whole);
  ~Inverter();
  Inverter(const Inverter&) = delete;
  Inverter& operator=(const Inverter&) = delete;

  /// Adds a document and gives its number in the run, from 0. Throws Error(usage) for data of more than 100 MB when
  /// compressed, which no database can hold.
  std::uint32_t add(const FlatDocument& document);
  [[nodiscard]] std::size_t size() const { return documents_.size(); }
  /// Bytes held now; finish() takes about as much again.
  [[nodiscard]] std::size_t memory() const;
  /// The run of what was added since the last one, replacing the content of `out`. `order`: the documents' numbers in
  /// the order that they shall have in the run, where the one they came in will not do; empty: as they came.
  void finish(std::string& out, const std::vector<std::uint32_t>& order = {});
  [[nodiscard]] std::string finish(const std::vector<std::uint32_t>& order = {}) {
    std::string out;
    finish(out, order);
    return out;
  }

 private:
  struct Term {
    std::uint64_t hash = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t postings = 0;
    std::uint32_t wdf_bytes = 0;       // of these
    std::uint32_t position_bytes = 0;  // and their sized lists
  };
  struct Posting {
    std::uint32_t term = 0;
    std::uint32_t wdf = 0;
  };
  struct Added {
    Run::Document record;
    std::uint64_t first_posting = 0;
    std::uint64_t positions = 0;  // offset of its first list of positions
    std::uint64_t data = 0;       // offset of its slots' tag and its data
    std::uint64_t first_named = 0;
    StandIn unnamed;
  };
  struct Value {
    std::uint32_t document = 0;
    std::uint32_t size = 0;
    std::uint64_t offset = 0;
  };
  struct Slot {
    std::uint32_t number = 0;
    std::vector<Value> values;
  };
  /// What the sections are sorted by.
  struct Sorting {
    std::vector<std::uint32_t> documents;  // in the order of the run
    std::vector<std::uint32_t> terms;      // in their order
    std::vector<std::uint32_t> rank;       // of a term
  };

  std::uint32_t find_or_add(std::string_view name, std::uint64_t hash);
  void grow_table();
  void add_values(const FlatDocument& document, std::uint32_t number);
  [[nodiscard]] std::string_view name(const Term& term) const {
    return std::string_view(bytes_).substr(term.offset, term.size);
  }
  [[nodiscard]] std::vector<std::uint32_t> sorted_terms() const;
  void write_documents(std::string& out, Run::Footer& footer, const Sorting& sorting);
  void write_postings(std::string& out, Run::Footer& footer, const Sorting& sorting) const;
  /// Calls visit(number in the run, posting, its V(size) list of positions) document after document; some time before,
  /// soon(term of the posting).
  template <typename Soon, typename Visit>
  void for_each_posting(const Sorting& sorting, const Soon& soon, const Visit& visit) const;
  void write_slots(std::string& out, Run::Footer& footer, const Sorting& sorting);
  [[nodiscard]] std::size_t end_of_postings(std::size_t document) const {
    return document + 1 < documents_.size() ? documents_[document + 1].first_posting : postings_.size();
  }
  /// What the document's list names.
  [[nodiscard]] std::span<const Posting> listed(std::size_t document) const;
  void clear();
  /// Appends `tag` to `out`, compressed if that makes it smaller and it can be read back; true if so.
  bool put_compressed(std::string& out, std::string_view tag);

  TermLists lists_;
  std::string bytes_;  // of all terms
  std::vector<Term> terms_;
  std::vector<std::uint32_t> table_;
  std::vector<Posting> postings_;
  std::vector<Posting> named_;  // those of them that lean lists name
  std::string positions_;
  std::string data_;  // slots' tags and data of the documents
  std::string values_;
  std::vector<Added> documents_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> scratch_;
  std::string tag_;
  std::string packed_;
  std::unique_ptr<libdeflate_compressor, void (*)(libdeflate_compressor*)> compressor_;
};

/// True if Xapian 1.4 can read the raw deflate stream back. It inflates in pieces of 8 KB and gives up when the input
/// is used up while output is still held, which a tail of one long match just past a multiple of 8 KB brings about.
[[nodiscard]] bool xapian_can_inflate(std::string_view deflated, std::size_t inflated_size);

}  // namespace dateline::glass
