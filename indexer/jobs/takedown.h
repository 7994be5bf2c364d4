// Taking articles out of an index for good, out of sight, or behind a note.
//
// Removing a document frees its blocks but leaves their bytes: a takedown therefore writes every generation anew, and
// can prove by a scan of every file (remnants.h) that nothing is left.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "common/clock.h"
#include "common/store/register.h"

namespace dateline::indexer {

struct TakedownRequest {
  std::filesystem::path index;
  std::vector<std::string> ids;
  std::vector<std::string> urls;
  std::string query;  ///< In the query language; empty: none.
  Act act = Act::take_down;
  bool lift = false;  ///< Undo the act: what was hidden is shown, what was taken down may come back.
  std::string note;   ///< Of Act::note.
  std::string reason;
  bool verify = false;
  bool dry_run = false;
};

/// An article that a takedown concerns.
struct TakenArticle {
  std::string id;
  std::string title;
  std::string url;
  std::string key;                    ///< By which rulings and receipts name it.
  std::vector<unsigned> generations;  ///< It was in.
  std::vector<std::string> inputs;    ///< Files that carry it still; they are the operator's.
};

struct Remnant {
  std::filesystem::path file;
  std::string what;  ///< Which probe: "url", "text", "word", …
  std::string how;   ///< "as it is" or "packed".
};

struct TakedownReport {
  Act act = Act::take_down;
  bool lift = false;
  bool dry_run = false;
  std::string reason;
  std::int64_t at = 0;             ///< UTC seconds.
  std::int64_t taken_down_at = 0;  ///< Not 0: they were gone already, and this proves it again.
  std::vector<TakenArticle> articles;
  unsigned generation = 0;      ///< That readers see now.
  double seconds_to_hide = 0;   ///< Until no new search shows it.
  double seconds_to_purge = 0;  ///< Until its bytes were gone.
  std::size_t generations_rewritten = 0;
  bool verified = false;
  std::size_t probes = 0;  ///< Pieces of the articles that were looked for.
  std::size_t shared = 0;  ///< Pieces passed over, since other articles have them, too.
  std::size_t files_scanned = 0;
  std::uint64_t bytes_scanned = 0;
  std::size_t found_before = 0;              ///< Probes found before.
  std::vector<std::string> backups;          ///< Purged, too.
  std::vector<std::string> backups_missing;  ///< Known, but not where they were: they may still have it.
  std::vector<Remnant> left;                 ///< Found after; empty is the proof.
};

/// Does what is asked. An id or address that no article has is ruled on all the same, with an address, so that it
/// does not come in. With `verify`, articles that were taken down before are looked for once more. Throws Error(usage)
/// when nothing is concerned, Error(busy), Error(query), Error(io).
[[nodiscard]] TakedownReport take_down(const TakedownRequest& request, const Clock& clock);

enum class Purge : std::uint8_t {
  of_this_job,  ///< What the job that calls has withdrawn.
  interrupted,  ///< What a process did not come to, so that which articles it took down is not known any more:
                ///< whatever was learnt from articles goes with them, until the next rebuild.
};

/// Writes every generation and backup anew if a purge is due. The caller holds the lock. Gives the number of
/// generations.
std::size_t finish_purge(const std::filesystem::path& index, Purge purge);

/// Carries out in one generation, ledger included, what the register rules. The caller holds the lock and commits the
/// register. True if an article went or was replaced.
bool enforce_rulings(const std::filesystem::path& folder, Register& reg, std::int64_t now);

/// Another folder in the place of one, at once where the system can; what was there is removed.
void replace_folder(const std::filesystem::path& written, const std::filesystem::path& place);

/// The receipt: JSON for the log names articles by the hash of their identity and has none of their text.
[[nodiscard]] std::string receipt_json(const TakedownReport& report);

}  // namespace dateline::indexer
