// The article: the one value that readers make, extraction and enrichment fill, and answers show.
// Its shape in JSON is docs/article.schema.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace dateline {

/// How exactly a written date was given. `published: 2021-12` has precision month.
enum class Precision : std::uint8_t { year, month, day, minute, second };

/// A moment as an article states it. `utc` counts seconds since 1970-01-01T00:00:00Z, without leap seconds;
/// `offset_minutes` is the zone as written (east positive, -840..840). A date without a time of day is
/// midnight UTC with offset 0 and precision day (or coarser), so that its day is the same in every zone.
struct Timestamp {
  std::int64_t utc = 0;
  std::int16_t offset_minutes = 0;
  Precision precision = Precision::second;

  friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

enum class ActorKind : std::uint8_t { person, organisation, country };

/// Whom an article names: an actor under its canonical name, and how much of the article is about it.
struct Actor {
  std::string name;
  ActorKind kind = ActorKind::person;
  std::uint32_t mentions = 1;  ///< How often the article names it, in the headline and the body.
  double salience = 0;         ///< 0..1; 0 when not computed.
  /// The words of the article that name it, each spelling once, in order of first appearance.
  std::vector<std::string> surfaces;

  friend bool operator==(const Actor&, const Actor&) = default;
};

/// What its provider says of an article (IPTC publishing status). One that is canceled was killed or withdrawn after it
/// went out; one that is withheld is not yet meant for readers.
enum class PublishingStatus : std::uint8_t { usable, withheld, canceled };

/// What an article is about, in the words of a controlled vocabulary: code "medtop:11000000", name "politics".
struct Subject {
  std::string code;
  std::string name;

  friend bool operator==(const Subject&, const Subject&) = default;
};

/// One news article. All text is valid UTF-8 in NFC without control characters; a field that is not known is empty.
struct Article {
  std::string id;  ///< Supplied by the input, or derived from the identity (see identity.h).
  std::string title;
  std::vector<std::string> body;  ///< Paragraphs in reading order, none empty.
  std::optional<Timestamp> published;
  std::optional<Timestamp> modified;
  std::string source;  ///< Who published it: a name or a domain.
  std::string url;     ///< Canonical address.
  std::vector<std::string> authors;
  std::string lang;  ///< Primary language subtag of BCP 47, lower case ("en").
  std::string section;
  std::string place;  ///< The dateline: the place that heads the body ("Washington").
  std::vector<std::string> keywords;
  std::vector<Actor> actors;
  std::optional<Timestamp> embargo_until;  ///< Not to be shown before this moment.
  PublishingStatus status = PublishingStatus::usable;
  std::uint64_t version = 0;  ///< As its provider numbers it; 0 when not stated.
  std::string summary;        ///< Standfirst or abstract apart from the body, one line.
  std::vector<Subject> subjects;
  /// Fields of the input that have no member here (rights, urgency, slugline, …), as one JSON object; empty if none.
  std::string extra;

  friend bool operator==(const Article&, const Article&) = default;
};

}  // namespace dateline
