#include "common/query/compile_filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "common/query/compile_places.h"
#include "common/query/terms.h"
#include "common/schema.h"
#include "common/text.h"

namespace dateline::query {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using Query = Expression;

std::string two_digits(unsigned n) {
  return fmt::format("{:02}", n);
}

std::string year_term(std::chrono::year y) {
  return schema::term(schema::kYear, fmt::format("{:04}", static_cast<int>(y)));
}
std::string month_term(std::chrono::year_month m) {
  return schema::term(schema::kMonth,
                      fmt::format("{:04}{}", static_cast<int>(m.year()), two_digits(static_cast<unsigned>(m.month()))));
}
std::string day_term(year_month_day d) {
  return schema::term(schema::kDay,
                      fmt::format("{:04}{}{}", static_cast<int>(d.year()), two_digits(static_cast<unsigned>(d.month())),
                                  two_digits(static_cast<unsigned>(d.day()))));
}

/// Whole years, whole months and single days that make up a range: an article dated only "2021-12" has a term of its
/// month and year, so it is found when all of its month is asked for.
std::vector<std::string> terms_of_days(sys_days first, sys_days last) {
  std::vector<std::string> terms;
  for (sys_days day = first; day <= last;) {
    const year_month_day date(day);
    const sys_days year_end = date.year() / 12 / 31;
    const std::chrono::year_month month(date.year(), date.month());
    const sys_days month_end = month / std::chrono::last;
    if (date.month() == std::chrono::January && date.day() == std::chrono::day(1) && year_end <= last) {
      terms.push_back(year_term(date.year()));
      day = year_end + days(1);
    } else if (date.day() == std::chrono::day(1) && month_end <= last) {
      terms.push_back(month_term(month));
      day = month_end + days(1);
    } else {
      terms.push_back(day_term(date));
      day += days(1);
    }
  }
  return terms;
}

/// The year that a value of slot_day begins with.
std::optional<int> year_of(const std::string& day) {
  if (day.size() < 4) return std::nullopt;
  int year = 0;
  for (std::size_t i = 0; i < 4; ++i) year = year * 10 + (day[i] - '0');
  return year;
}

Xapian::Query moments(const DateRange& range) {
  using Xapian::Query;
  const auto serialised = [](std::chrono::sys_seconds t) {
    return Xapian::sortable_serialise(static_cast<double>(t.time_since_epoch().count()));
  };
  if (range.from && range.to) {
    return Query(Query::OP_VALUE_RANGE, schema::slot_published, serialised(*range.from), serialised(*range.to));
  }
  if (range.from) return Query(Query::OP_VALUE_GE, schema::slot_published, serialised(*range.from));
  // Undated articles have an empty value, which is less than any.
  return Query(Query::OP_AND, Query(Query::OP_VALUE_GE, schema::slot_published, std::string(1, '\0')),
               Query(Query::OP_VALUE_LE, schema::slot_published, serialised(*range.to)));
}

}  // namespace

Query group(Query::op op, const std::vector<Query>& parts) {
  return parts.size() == 1 ? parts.front() : Query(op, parts);
}

Query any_term(Query::op op, const std::vector<std::string>& terms) {
  std::vector<Query> parts;
  for (const std::string& term : terms) parts.emplace_back(term);
  return parts.empty() ? Query() : group(op, parts);
}

Query FilterCompiler::name(const Node& node) {
  switch (node.field) {
    case Field::source:
      return value_like(node, schema::kSource);
    case Field::section:
      return value_like(node, schema::kSection);
    case Field::place:
      return value_like(node, schema::kPlace);
    case Field::actor:
      return actor(node, schema::kActor);
    case Field::salient_actor:
      return actor(node, schema::kActorSalient);
    case Field::author:
      return author(node);
    case Field::lang:
      return value(node, schema::term(schema::kLanguage, node.text), {});
    case Field::has:
      return value(node, schema::term(schema::kHas, node.text), {});
    case Field::id:
      return value(node, schema::term(schema::kId, node.text), {});
    case Field::url:
      return value(node, schema::term(schema::kUrl, node.text), {});
    default:
      return {};
  }
}

/// One term; if there is none in the index, a warning with names like it.
Query FilterCompiler::value(const Node& node, const std::string& term, std::string_view suggest_prefix) {
  if (vocabulary_.has(term)) return Query(term);
  no_value(node, suggest_prefix);
  return {};
}

void FilterCompiler::no_value(const Node& node, std::string_view suggest_prefix) {
  Warning warning{.kind = WarningKind::unknown_value,
                  .subject = node.text,
                  .message = fmt::format("no article has {}", print(node)),
                  .suggestions = {},
                  .position = node.position};
  if (options_.suggest && !suggest_prefix.empty() && !node.wildcard) {
    warning.suggestions = vocabulary_.similar_names(text::fold(node.text), suggest_prefix);
  }
  if (!warning.suggestions.empty()) {
    warning.message += fmt::format("; there is {}", fmt::join(warning.suggestions, ", "));
  }
  warnings_.push_back(std::move(warning));
}

Query FilterCompiler::value_like(const Node& node, std::string_view prefix) {
  if (!node.wildcard) return value(node, schema::folded_term(prefix, node.text), prefix);
  const std::vector<std::string> terms = vocabulary_.expand_names(text::fold(node.text), prefix, node);
  if (terms.empty()) no_value(node, {});
  return any_term(Query::OP_OR, terms);
}

Query FilterCompiler::actor(const Node& node, std::string_view prefix) {
  const std::string typed = text::fold(node.text);
  std::vector<std::string> asked(1, typed);
  std::vector<std::string> names;
  if (node.wildcard) {
    asked = vocabulary_.expand_names(typed, prefix, node);
    for (std::string& term : asked) term.erase(0, prefix.size());
  } else if (options_.actors != nullptr) {
    names = options_.actors->canonical(typed);
    for (const std::string& name : names) asked.push_back(text::fold(name));
  }
  std::vector<std::string> terms;
  std::size_t actors = 0;  // that articles have
  for (const std::string& name : asked) {
    bool new_one = false;
    std::vector<std::string> names_held;  // no ?: here, of which g++ 12 warns falsely (-Wfree-nonheap-object)
    if (options_.actors == nullptr) {
      names_held.push_back(name);
    } else {
      names_held = options_.actors->held_as(name);
    }
    for (const std::string& held : names_held) {
      std::string term = schema::term(prefix, held);
      if (!vocabulary_.has(term) || std::find(terms.begin(), terms.end(), term) != terms.end()) continue;
      terms.push_back(std::move(term));
      new_one = true;
    }
    if (new_one) ++actors;
  }
  if (terms.empty()) no_value(node, prefix);
  if (actors > 1 && !node.wildcard) {
    warnings_.push_back(
        {.kind = WarningKind::ambiguous,
         .subject = node.text,
         .message = fmt::format("\"{}\" may be {}; all were searched for", node.text, fmt::join(names, " or ")),
         .suggestions = names,
         .position = node.position});
  }
  return any_term(Query::OP_OR, terms);
}

/// All words of the value within one author's name, in any order.
Query FilterCompiler::author(const Node& node) {
  std::vector<std::vector<std::string>> words_of_name;
  std::vector<std::string> seen;
  Node word = node;
  for (const std::string_view piece : text::split(node.text, ' ')) {
    word.text = piece;
    word.wildcard = piece.find('*') != std::string_view::npos;
    word.exact = !word.wildcard;
    const std::vector<TermSequence> ways = spellings(word, analyzer_);
    if (ways.empty()) continue;
    for (const TermSet& set : ways.front()) {  // of a compound: its parts
      if (std::find(seen.begin(), seen.end(), set.text) != seen.end()) continue;
      seen.push_back(set.text);
      std::vector<std::string> terms = vocabulary_.expand(set, schema::kAuthorWord, node);
      if (terms.empty()) {
        no_value(node, schema::kAuthor);
        return {};
      }
      words_of_name.push_back(std::move(terms));
    }
  }
  if (words_of_name.empty()) {
    no_value(node, schema::kAuthor);
    return {};
  }
  return in_one_name(words_of_name, node);
}

/// In any order; the gap between authors is wider than any name.
Query FilterCompiler::in_one_name(const std::vector<std::vector<std::string>>& words, const Node& node) const {
  constexpr std::uint32_t kLongestName = 100;
  std::vector<Query> parts;
  PlacesTest test;
  test.test.node.op = SpanNode::Op::loose;
  test.test.node.n = kLongestName;
  test.description = print(node);
  std::map<std::string, std::uint32_t> numbers;
  for (const auto& terms : words) {
    parts.push_back(any_term(Query::OP_OR, terms));
    for (const std::string& term : terms) numbers.emplace(term, 0);
  }
  if (parts.size() == 1) return parts.front();
  const auto is_leaf = [](const Query& q) { return q.node()->kind == Query::LEAF_TERM; };
  const bool stock = options_.budget && options_.budget->stock_sources();
  if (stock && std::all_of(parts.begin(), parts.end(), is_leaf)) return Query(Query::OP_NEAR, parts, kLongestName);
  for (auto& [term, number] : numbers) {
    number = static_cast<std::uint32_t>(test.terms.size());
    test.terms.push_back({.term = term, .languages = kEveryLanguage});
  }
  for (const auto& terms : words) {
    SpanNode& place = test.test.node.children.emplace_back();
    for (const std::string& term : terms) place.terms.push_back(numbers.at(term));
  }
  return Query(Query::OP_AND, group(Query::OP_AND, parts), places_query(std::move(test), options_.budget));
}

Query FilterCompiler::date(const DateRange& range) const {
  if (range.moments) return Query(moments(range));
  const auto newest = year_of(db_.get_value_upper_bound(schema::slot_day));
  const auto oldest = year_of(db_.get_value_lower_bound(schema::slot_day));
  if (!newest || !oldest) return {};
  const sys_days begin = std::max(range.from ? std::chrono::floor<days>(*range.from) : sys_days::min(),
                                  sys_days(std::chrono::year(*oldest) / 1 / 1));
  const sys_days end = std::min(range.to ? std::chrono::floor<days>(*range.to) : sys_days::max(),
                                sys_days(std::chrono::year(*newest) / 12 / 31));
  std::vector<std::string> terms = terms_of_days(begin, end);
  std::erase_if(terms, [this](const std::string& term) { return !vocabulary_.has(term); });
  return any_term(Query::OP_OR, terms);
}

Query FilterCompiler::words(const Node& node) {
  const auto range = [](auto&&... of) { return Query(Xapian::Query(of...)); };
  const auto serialised = [](std::uint64_t n) { return Xapian::sortable_serialise(static_cast<double>(n)); };
  if (node.min_words && node.max_words) {
    if (*node.min_words > *node.max_words) return {};
    return range(Query::OP_VALUE_RANGE, schema::slot_words, serialised(*node.min_words), serialised(*node.max_words));
  }
  if (node.min_words) return range(Query::OP_VALUE_GE, schema::slot_words, serialised(*node.min_words));
  return range(Query::OP_VALUE_LE, schema::slot_words, serialised(node.max_words.value_or(0)));
}

}  // namespace dateline::query
