// Annotated text for the tagger: BIO files, repaired and put into the tagger's own terms.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "indexer/enrich/actors/gazetteer.h"
#include "indexer/enrich/actors/matcher.h"
#include "indexer/enrich/actors/mention.h"

namespace dateline::indexer::training {

struct Span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  MentionType type = MentionType::other;
  bool nation = false;  ///< Tagged GPE: a nationality or a state.
};

struct AnnotatedSentence {
  std::vector<std::string> words;
  std::vector<Span> spans;
};

struct AnnotatedDocument {
  std::vector<AnnotatedSentence> sentences;
};

/// Read a file of "token TAB tag" lines (BIO2; tags PER, ORG, LOC, GPE, MISC), blank lines between sentences,
/// -DOCSTART- before documents. Documents of one sentence are joined to eight, very long ones parted.
/// Throws Error(io or usage).
[[nodiscard]] std::vector<AnnotatedDocument> read_bio(const std::filesystem::path& file);

/// A document as the recogniser sees an article. Move it, do not copy: the tokens point into `document`.
struct PreparedDocument {
  AnnotatedDocument document;
  TokenisedArticle text;
  Matches matches;
  std::vector<Mention> gold;
};
[[nodiscard]] PreparedDocument prepare(AnnotatedDocument document, const Matcher& matcher);

/// Make the labels of silver and differing schemes one: titles, articles and possessives off, nationalities "other",
/// countries places.
void repair(PreparedDocument& document, const Gazetteer& gazetteer);

/// Copies of about a tenth of the sentences as headlines, Capitalised or SHOUTED, put before the text.
void add_headlines(AnnotatedDocument& document, std::uint64_t& seed);

}  // namespace dateline::indexer::training
