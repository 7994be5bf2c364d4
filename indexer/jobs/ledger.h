// What each input was when it was last read: the memory of incremental jobs.
//
// The ledger commits after the index does. A job that is killed between the two parses some records once more, which
// replaces articles by themselves; it never believes an article to be there that is not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "indexer/fetch/fetcher.h"

namespace dateline::indexer {

/// What tells an unchanged file without reading it.
struct FileState {
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;  ///< ctime: catches an edit whose mtime was set back.
  std::int64_t inode = 0;
  std::int64_t device = 0;

  friend bool operator==(const FileState&, const FileState&) = default;
};

struct InputEntry {
  std::int64_t id = 0;
  std::string path;
  FileState state;
  std::uint64_t content = 0;  ///< Hash of the bytes.
  std::uint64_t options = 0;  ///< Hash of the options that decide what its records mean.
  bool complete = false;      ///< False while (or after a kill in the middle of which) its records are read.
};

/// One record of an input. Several records, of one input or many, may carry one article; the content of exactly one,
/// the holder, is in the index: that of the highest precedence (version, then path, then number), so that the
/// order in which jobs saw the inputs does not matter.
struct RecordEntry {
  std::int64_t input = 0;
  std::uint64_t content = 0;  ///< Hash of the record's bytes.
  std::string identity;       ///< identity_key(); empty for a refused record.
  std::int64_t version = 0;   ///< UTC seconds of modification, else publication; lowest when undated.
  std::int64_t number = 0;
  bool holder = false;
  std::string refusal;  ///< Why it is no article; empty if it is one.
};

/// Articles that have a holder, by the ledger in a folder, which may be another process's. Throws as Ledger().
[[nodiscard]] std::size_t count_held_articles(const std::filesystem::path& folder);
/// "ok", or what SQLite's own check finds wrong.
[[nodiscard]] std::string check_ledger(const std::filesystem::path& folder);
/// State of a complete input by its path, by a ledger that may be another process's; nothing if it is not known.
[[nodiscard]] std::function<std::optional<FileState>(const std::string&)> known_inputs(
    const std::filesystem::path& folder);
/// A whole copy in another folder. Not yet durable.
void copy_ledger(const std::filesystem::path& from, const std::filesystem::path& to);

class Ledger {
 public:
  /// Opens or makes the ledger in a folder. Throws Error(io), Error(index_corrupt).
  explicit Ledger(const std::filesystem::path& folder);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  [[nodiscard]] std::optional<InputEntry> find_input(std::string_view path);
  [[nodiscard]] std::optional<InputEntry> find_input(std::int64_t id);
  /// Starts reading an input anew: incomplete, its records still those of the last time. Gives its id.
  std::int64_t begin_input(std::string_view path);
  void complete_input(const InputEntry& entry);
  void update_state(std::int64_t input, const FileState& state);
  /// Forgets an input whose records are gone.
  void remove_input(std::int64_t input);
  /// Inputs that are `key` itself or lie below it, in byte order of their paths.
  [[nodiscard]] std::vector<InputEntry> inputs_below(std::string_view key);

  [[nodiscard]] std::optional<RecordEntry> find_record(std::int64_t input, std::uint64_t content);
  /// Records (refused ones too) of an input.
  [[nodiscard]] std::size_t count_articles(std::int64_t input);
  void for_each_refusal(std::int64_t input, const std::function<void(const RecordEntry&)>& visit);
  /// Writes or overwrites the record (input, content), as seen in this job; some wait in memory until others are asked
  /// for, or the commit.
  void put_record(const RecordEntry& record);
  void mark_seen(std::int64_t input, std::uint64_t content, std::int64_t number);
  /// All records of an input.
  [[nodiscard]] std::vector<RecordEntry> records_of(std::int64_t input);
  /// Records of the input that this job has not seen.
  [[nodiscard]] std::vector<RecordEntry> unseen_records(std::int64_t input);
  [[nodiscard]] std::size_t count_unseen_articles(std::int64_t input);
  void remove_record(std::int64_t input, std::uint64_t content);

  /// What a record says about an article that others may carry, as encode_article() packs it.
  void put_metadata(const RecordEntry& record, const std::string& packed);
  /// Of all records, in their order.
  [[nodiscard]] std::vector<std::string> metadata_of(std::string_view identity);
  [[nodiscard]] bool has_metadata(const RecordEntry& record);

  /// Of all records that carry an article, leaving out those of `input` that this job has not seen: the one of highest
  /// precedence.
  [[nodiscard]] std::optional<RecordEntry> best_carrier(std::string_view identity, std::int64_t input);
  /// True if a record (version, path, number) goes before another.
  [[nodiscard]] bool precedes(const RecordEntry& a, const RecordEntry& b);
  void set_holder(std::string_view identity, std::int64_t input, std::uint64_t content);
  /// No record holds the article: the next that is read may.
  void unhold(std::string_view identity);
  /// No record holds the article any longer, as far as is known: the inputs of its records are to be read again.
  void distrust(std::string_view identity);
  void mark_incomplete(std::int64_t input);
  /// Paths of the inputs that carry an article.
  [[nodiscard]] std::vector<std::string> carriers(std::string_view identity);
  /// Records of an article carry it no more; they are known by another key from now on.
  void withdraw(std::string_view identity, std::string_view key);
  /// Forgets the records of all articles but some. All inputs stay.
  void keep_only(const std::function<bool(const std::string& identity)>& keep);
  /// Withdraws all records of an article, and forgets the inputs that had no other.
  void forget(std::string_view identity, std::string_view key);
  /// Of an input that is an address: what is remembered of its last answer.
  [[nodiscard]] FetchState fetch_state(std::int64_t input);
  void set_fetch_state(std::int64_t input, const FetchState& state);
  /// Inputs whose reading was not completed, or that have to be read again.
  [[nodiscard]] std::vector<InputEntry> incomplete_inputs();

  void commit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dateline::indexer
