// What the formats of the IPTC share: status words, subjects, dates, the texts of NITF.
#pragma once

#include <string>
#include <string_view>

#include "dateline/article.h"
#include "indexer/readers/extra_fields.h"
#include "indexer/readers/raw_article.h"
#include "indexer/readers/xml_tree.h"

namespace dateline::indexer::iptc {

/// Adds a subject unless the article has it. An empty code or name is fine, both empty are not.
void add_subject(Article& article, std::string_view code, std::string_view name);

/// Adds an actor that the provider names, unless the article has it.
void add_actor(Article& article, ActorKind kind, std::string_view name);

/// Section of an article that has none: the top of the Media Topics (or of the older subject codes, which number alike)
/// that its subjects stand below, as "sport" or "politics"; else the first subject's name.
void set_section(Article& article);

/// Status and embargo by words of any IPTC format: "usable", "stat:canceled", "Embargoed".
void set_status(Article& article, std::string_view status);

/// Reads a number that heads the text, else 0 ("3", "3.0").
[[nodiscard]] std::uint64_t version_number(std::string_view text);

/// The last part of a code or address: "nprov:AP" -> "AP", "http://www.acme.com/about/" -> "acme.com".
[[nodiscard]] std::string name_from_code(std::string_view code);

/// Names in a by-line, without the titles behind them ("By Jane Doe, Staff Reporter").
[[nodiscard]] std::vector<std::string> byline_names(std::string_view byline);

/// The place of a dateline as agencies write it: "MOSCOW, Monday (Reuters) -" -> "MOSCOW".
[[nodiscard]] std::string place_of_dateline(std::string_view dateline);

/// Fills in from a <nitf> element (NITF 3.x) whatever the article does not have yet.
void fill_from_nitf(const XmlElement& nitf, RawArticle& raw, ExtraFields& extra);

}  // namespace dateline::indexer::iptc
