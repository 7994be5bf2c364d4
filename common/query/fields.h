// Names of the fields, in one table: parser, printer, completion and messages read it.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "common/query/ast.h"

namespace dateline::query {

/// What is written after the colon.
enum class FieldValue : std::uint8_t { query, name, date, number };

struct FieldName {
  std::string_view name;  ///< Lower case, without the colon.
  FieldValue value = FieldValue::name;
  Field field = Field::text;
  bool repeats_as_or = false;  ///< Written twice side by side, either value will do.
  std::string_view help;
};

inline constexpr std::array kFieldNames = {
    FieldName{"title", FieldValue::query, Field::title, false, "words of the headline"},
    FieldName{"source", FieldValue::name, Field::source, true, "who published it"},
    FieldName{"actor", FieldValue::name, Field::actor, true, "person, organisation or country, by any name"},
    FieldName{"actor!", FieldValue::name, Field::salient_actor, true, "the same, and the article is about it"},
    FieldName{"author", FieldValue::name, Field::author, true, "words of an author's name"},
    FieldName{"section", FieldValue::name, Field::section, true, "section of the paper"},
    FieldName{"lang", FieldValue::name, Field::lang, true, "language: en, Spanish"},
    FieldName{"place", FieldValue::name, Field::place, true, "where the report was filed"},
    FieldName{"has", FieldValue::name, Field::has, false, "a field that is filled: author, date, url"},
    FieldName{"id", FieldValue::name, Field::id, true, "an article by its id"},
    FieldName{"url", FieldValue::name, Field::url, true, "an article by its address"},
    FieldName{"date", FieldValue::date, Field::text, true, "day, month, year or range"},
    FieldName{"on", FieldValue::date, Field::text, true, "the same as date:"},
    FieldName{"before", FieldValue::date, Field::text, false, "earlier than the day"},
    FieldName{"after", FieldValue::date, Field::text, false, "later than the day"},
    FieldName{"since", FieldValue::date, Field::text, false, "the day and later; 7d, 24h"},
    FieldName{"until", FieldValue::date, Field::text, false, "the day and earlier"},
    FieldName{"words", FieldValue::number, Field::text, false, "length in words: >500, 100..200"},
    // Other names people type.
    FieldName{"headline", FieldValue::query, Field::title, false, {}},
    FieldName{"byline", FieldValue::name, Field::author, true, {}},
    FieldName{"language", FieldValue::name, Field::lang, true, {}},
    FieldName{"site", FieldValue::name, Field::source, true, {}},
};

/// The canonical name of a field of Kind::filter, or "title".
[[nodiscard]] constexpr std::string_view field_name(Field field) {
  for (const FieldName& f : kFieldNames) {
    if (f.field == field && f.field != Field::text) return f.name;
  }
  return {};
}

/// Values that has: understands.
inline constexpr std::array<std::string_view, 9> kHasValues = {"author",  "actor",  "date",  "lang", "place",
                                                               "section", "source", "title", "url"};

}  // namespace dateline::query
