// The schema of an index: the only place with term prefixes, value slots, metadata keys and their version.
// Both sides include it; the indexer writes what it names, the searcher reads it. Append only: a number or prefix
// that was ever used keeps its meaning; changing one raises kVersion.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dateline::schema {

/// Written into every index; an index of another version is refused (store.h).
inline constexpr int kVersion = 6;

// --- Terms ---------------------------------------------------------------------------------------------------------
// Ranking terms are bare: the folded word of title, lead and body as the analyzer yields it. Xapian's conventions
// (xapian-omega docs/termprefixes.rst) where they exist; long prefixes end in ':' so that no value is ambiguous.

inline constexpr std::string_view kStem = "Z";        ///< Of stem_term(): "Zen:sanction", "ZSen:sanction".
inline constexpr std::string_view kTitle = "S";       ///< Word of the title, for title:.
inline constexpr std::string_view kAuthorWord = "A";  ///< Folded word of an author's name, for author:.
inline constexpr std::string_view kIdentity = "Q";    ///< What makes an article that article (identity.h).
inline constexpr std::string_view kId = "XID:";       ///< Public id.
inline constexpr std::string_view kLanguage = "L";
inline constexpr std::string_view kDay = "D";    ///< "D20211230", the day in the article's own zone.
inline constexpr std::string_view kMonth = "M";  ///< "M202112"
inline constexpr std::string_view kYear = "Y";   ///< "Y2021"
inline constexpr std::string_view kSource = "XSOURCE:";
inline constexpr std::string_view kActor = "XACTOR:";
inline constexpr std::string_view kActorSalient = "XACTORS:";
inline constexpr std::string_view kSection = "XSECTION:";
inline constexpr std::string_view kPlace = "XPLACE:";
inline constexpr std::string_view kUrl = "XURL:";
inline constexpr std::string_view kAuthor = "XAUTHOR:";  ///< A whole author's name, folded.
inline constexpr std::string_view kHas = "XHAS:";        ///< "XHAS:author": the field is filled.
inline constexpr std::string_view kHidden = "XHIDDEN:";  ///< On an article that no search shows.
inline constexpr std::string_view kNear = "XNEAR:";      ///< Reserved: near-duplicate cluster.
/// Positions of these mark where a sentence or paragraph begins (positions.h).
inline constexpr std::string_view kSentenceMark = "XSENTENCE:";
inline constexpr std::string_view kParagraphMark = "XPARAGRAPH:";

/// A boolean term: prefix and value; a value that would not fit Xapian's 245 bytes is cut and ends in its hash,
/// so that two long values never meet in one term.
[[nodiscard]] std::string term(std::string_view prefix, std::string_view value);

/// A boolean term whose value is compared without case and accents (source, actor, author, section, place).
[[nodiscard]] std::string folded_term(std::string_view prefix, std::string_view value);

/// A stem term: 'Z', the field's prefix ("" or kTitle), the language whose stem it is ("": a word that is its own
/// stem), ':', the stem. Stems of different languages do not meet: the English stem of "Mars" is the Spanish sea.
[[nodiscard]] std::string stem_term(std::string_view field_prefix, std::string_view lang, std::string_view stem);
/// The stem of a stem term.
[[nodiscard]] std::string_view stem_of_term(std::string_view stem_term);

/// Longest word that is indexed, in bytes; longer runs (base64, DNA) are cut by the analyzer.
inline constexpr std::size_t kMaxWordBytes = 64;
inline constexpr std::size_t kMaxTermBytes = 245;

// --- Value slots -----------------------------------------------------------------------------------------------------
enum Slot : std::uint32_t {
  slot_published = 0,   ///< UTC seconds, sortable_serialise; absent when undated.
  slot_source = 1,      ///< As displayed.
  slot_actors = 2,      ///< pack_actors(): kind and canonical name of each, sorted.
  slot_collapse = 3,    ///< Reserved: collapse key of a near-duplicate cluster.
  slot_indexed_at = 4,  ///< UTC seconds, sortable_serialise.
  slot_words = 5,       ///< Number of words in title and body, sortable_serialise.
  slot_embargo = 6,     ///< UTC seconds until which the article is not shown, sortable_serialise; mostly absent.
  slot_utc_offset = 7,  ///< Minutes, sortable_serialise; absent when 0.
  slot_newest = 8,      ///< sort_key(): descending order is newest first, undated last, then identity.
  slot_oldest = 9,      ///< sort_key(): descending order is oldest first, undated last, then identity.
  slot_day = 10,        ///< "2021-12-30", "2021-12", "2021": the day in the article's own zone; absent when undated.
  slot_language = 11,
  slot_section = 12,  ///< pack_strings() of pack_path(): the section, and the topics that the subjects are.
  slot_authors = 13,  ///< pack_strings(), as displayed.
};

/// Several strings in one slot, sorted, each once. Strings hold no control characters, so 0x1F parts them.
[[nodiscard]] std::string pack_strings(std::vector<std::string> values);
[[nodiscard]] std::vector<std::string_view> unpack_strings(std::string_view packed);

/// A place in a hierarchy as one string: its names from the general to the particular. One name is packed as itself.
[[nodiscard]] std::string pack_path(const std::vector<std::string>& names);
[[nodiscard]] std::vector<std::string_view> unpack_path(std::string_view packed);

/// An actor inside slot_actors: one letter for the kind ('p', 'o', 'c'), then the canonical name.
struct PackedActor {
  char kind = 'p';
  std::string_view name;
};
[[nodiscard]] PackedActor unpack_actor(std::string_view packed_string);

/// Keys of the two orders by date. Ties of equal time are broken by identity, ascending in both.
[[nodiscard]] std::string newest_key(bool dated, std::int64_t utc, std::string_view identity);
[[nodiscard]] std::string oldest_key(bool dated, std::int64_t utc, std::string_view identity);

// --- Metadata
// ---------------------------------------------------------------------------------------------------------
inline constexpr std::string_view kMetaVersion = "schema_version";
inline constexpr std::string_view kMetaLanguages = "languages";  ///< Comma-separated subtags of all articles.
/// Of a sealed shard: a docid up to which documents are numbered from the newest to the oldest, that is, by slot_newest
/// in descending order. Later documents have higher docids, in no order; a docid is never used again.
inline constexpr std::string_view kMetaDateOrder = "date_order";
/// How long documents are, for those of a sealed shard (store/document_lengths.h).
inline constexpr std::string_view kMetaLengths = "L";
/// Where words stand, for the documents of a sealed shard (store/position_lists.h).
inline constexpr std::string_view kMetaPositions = "P";
/// True for metadata that name documents by docid: they hold for the shard that they are in.
[[nodiscard]] constexpr bool names_docids(std::string_view metadata) {
  return metadata == kMetaDateOrder || metadata.starts_with(kMetaLengths) || metadata.starts_with(kMetaPositions);
}
/// Alias table: kMetaAlias + folded alias -> canonical names, packed (more than one: ambiguous).
inline constexpr std::string_view kMetaAlias = "alias:";
/// Set once aliases have been written, to the fingerprint of the actor data.
inline constexpr std::string_view kMetaActorData = "actor_data";
/// kMetaSite + host -> what is known of the site (indexer/extract/site_templates).
inline constexpr std::string_view kMetaSite = "site:";

/// Who is whom across articles (store/identities.h): kMetaIdentity + letter of the origin + ':' + folded name.
inline constexpr std::string_view kMetaIdentity = "identity:";
/// Set once a whole job has learnt identities; a generation learns once.
inline constexpr std::string_view kMetaIdentitiesLearnt = "identities_learnt";

}  // namespace dateline::schema
