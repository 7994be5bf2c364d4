#include "common/query/opensearch.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/date.h"
#include "common/query/fields.h"
#include "common/query/terms.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const Node& node, const std::string& why) {
  throw Error(ErrorCode::query, "query", fmt::format("cannot be said to OpenSearch exactly: {}", why), node.position);
}

Json any_of(std::vector<Json> parts) {
  if (parts.size() == 1) return parts.front();
  return {{"bool", {{"should", parts}, {"minimum_should_match", 1}}}};
}

std::string day(std::chrono::sys_seconds moment) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(moment)};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

class Translator {
 public:
  explicit Translator(const CompileOptions& options) : options_(options), matcher_(options.languages) {}

  Json query(const Node& node) {
    switch (node.kind) {
      case Kind::everything:
        return {{"match_all", Json::object()}};
      case Kind::word:
        return word(node);
      case Kind::phrase:
      case Kind::loose_phrase:
      case Kind::near:
      case Kind::before:
      case Kind::same_sentence:
      case Kind::same_paragraph:
        return {{"intervals", {{fields(node).words.front(), places(node)}}}};
      case Kind::filter:
        return filter(node);
      case Kind::date:
        return date(node.date);
      case Kind::words:
        return length(node);
      case Kind::all_of:
        return all_of(node);
      case Kind::any_of:
        return any_of(children(node));
      case Kind::one_of:
        return one_of(node);
      case Kind::none_of:
        return {{"bool", {{"must_not", children(node)}}}};
      case Kind::maybe:
        return {{"bool", {{"must", {query(node.children[0])}}, {"should", {query(node.children[1])}}}}};
      case Kind::at_least:
        refuse(node, "a number of occurrences");
      case Kind::first:
        refuse(node, "the first words of the body");
    }
    return {};
  }

 private:
  static bool in_title(const Node& node) {
    bool title = node.field == Field::title;
    for (const Node& child : node.children) title = title || in_title(child);
    return title;
  }
  static OpenSearchFields fields(const Node& node) { return opensearch_fields(in_title(node)); }

  std::vector<Json> children(const Node& node) {
    std::vector<Json> out;
    for (const Node& child : node.children) out.push_back(query(child));
    return out;
  }

  Json all_of(const Node& node) {
    Json body = Json::object();
    for (const Node& child : node.children) {
      // What only selects is no part of the score there either.
      const char* part = child.kind == Kind::none_of ? "must_not" : is_filter(child) ? "filter" : "must";
      body[part].push_back(query(child.kind == Kind::none_of ? child.children.front() : child));
    }
    return {{"bool", body}};
  }

  Json one_of(const Node& node) {
    // True in an odd number of children: one and not the rest's oddness, or the other way round.
    Json odd = query(node.children.front());
    for (std::size_t i = 1; i < node.children.size(); ++i) {
      const Json next = query(node.children[i]);
      odd = any_of(
          {{{"bool", {{"must", {odd}}, {"must_not", {next}}}}}, {{"bool", {{"must", {next}}, {"must_not", {odd}}}}}});
    }
    return odd;
  }

  /// A word that stands alone needs no positions, unless a spelling of it takes several.
  Json word(const Node& node) {
    const std::vector<TermSequence> ways = spellings(node, analyzer_);
    if (ways.empty()) refuse(node, fmt::format("\"{}\" has no word in it", node.text));
    if (std::any_of(ways.begin(), ways.end(), [](const TermSequence& way) { return way.size() > 1; }))
      return {{"intervals", {{fields(node).words.front(), places(node)}}}};
    std::vector<Json> parts;
    for (const TermSequence& way : ways) {
      for (Json& leaf : leaves(way.front(), fields(node))) parts.push_back(std::move(leaf));
    }
    return any_of(std::move(parts));
  }

  std::vector<Json> leaves(const TermSet& set, const OpenSearchFields& in) {
    std::vector<Json> out;
    switch (set.match) {
      case TermSet::Match::stem:
        for (const LanguageStem& stem : matcher_.stems(set)) {
          for (const std::string& field : in.stems) out.push_back({{"term", {{field, stem.lang + ":" + stem.stem}}}});
        }
        [[fallthrough]];
      case TermSet::Match::exact:
        for (const std::string& field : in.words) out.push_back({{"term", {{field, set.text}}}});
        break;
      case TermSet::Match::wildcard:
        for (const std::string& field : in.words) out.push_back({{"wildcard", {{field, set.text}}}});
        break;
      case TermSet::Match::prefix:
        for (const std::string& field : in.words) out.push_back({{"prefix", {{field, set.text}}}});
        break;
      case TermSet::Match::fuzzy:
        for (const std::string& field : in.words) {
          out.push_back(
              {{"fuzzy", {{field, {{"value", set.text}, {"fuzziness", set.edits}, {"transpositions", false}}}}}});
        }
        break;
    }
    return out;
  }

  /// The places where a node stands, as a rule of an intervals query.
  Json places(const Node& node) {
    switch (node.kind) {
      case Kind::word:
        return word_places(node);
      case Kind::phrase:
        return {{"all_of", {{"ordered", true}, {"max_gaps", 0}, {"intervals", parts(node)}}}};
      case Kind::loose_phrase:
        return {
            {"all_of", {{"ordered", false}, {"max_gaps", node.n - std::min(node.n, 1U)}, {"intervals", apart(node)}}}};
      case Kind::near:
      case Kind::before:
        return {
            {"all_of", {{"ordered", node.kind == Kind::before}, {"max_gaps", node.n - 1}, {"intervals", apart(node)}}}};
      case Kind::same_sentence:
      case Kind::same_paragraph: {
        std::vector<std::string> tokens{kParagraphToken};
        if (node.kind == Kind::same_sentence) tokens.emplace_back(kSentenceToken);
        std::vector<Json> any;
        for (const std::string& token : tokens) any.push_back(match("marks", token));
        const Json border = any.size() == 1 ? any.front() : Json{{"any_of", {{"intervals", any}}}};
        return {{"all_of", {{"ordered", false}, {"intervals", apart(node)}, {"filter", {{"not_containing", border}}}}}};
      }
      case Kind::any_of: {
        std::vector<Json> any;
        for (const Node& child : node.children) any.push_back(places(child));
        return {{"any_of", {{"intervals", any}}}};
      }
      default:
        refuse(node, "this inside of a distance");
    }
  }

  std::vector<Json> parts(const Node& node) {
    std::vector<Json> out;
    for (const Node& child : node.children) out.push_back(places(child));
    return out;
  }

  /// In any order, one word could stand for two of the parts: the other engine lets it, we do not.
  std::vector<Json> apart(const Node& node) {
    std::vector<Json> out = parts(node);
    for (std::size_t i = 0; i < out.size(); ++i) {
      for (std::size_t j = i + 1; j < out.size(); ++j) {
        if (out[i] == out[j]) refuse(node, "the same word twice within a distance");
      }
    }
    return out;
  }

  Json word_places(const Node& node) {
    const OpenSearchFields in = fields(node);
    std::vector<Json> any;
    for (const TermSequence& way : spellings(node, analyzer_)) {
      std::vector<Json> sequence;
      for (const TermSet& set : way) sequence.push_back(set_places(set, in));
      any.push_back(sequence.size() == 1
                        ? sequence.front()
                        : Json{{"all_of", {{"ordered", true}, {"max_gaps", 0}, {"intervals", sequence}}}});
    }
    if (any.empty()) refuse(node, fmt::format("\"{}\" has no word in it", node.text));
    return any.size() == 1 ? any.front() : Json{{"any_of", {{"intervals", any}}}};
  }

  Json set_places(const TermSet& set, const OpenSearchFields& in) {
    std::vector<Json> any;
    const auto in_field = [](const std::string& field, const char* rule, Json body) {
      body["use_field"] = field;
      return Json{{rule, body}};
    };
    for (const std::string& field : in.words) {
      switch (set.match) {
        case TermSet::Match::wildcard:
          any.push_back(in_field(field, "wildcard", {{"pattern", set.text}}));
          break;
        case TermSet::Match::prefix:
          any.push_back(in_field(field, "prefix", {{"prefix", set.text}}));
          break;
        case TermSet::Match::fuzzy:
          any.push_back(
              in_field(field, "fuzzy", {{"term", set.text}, {"fuzziness", set.edits}, {"transpositions", false}}));
          break;
        default:
          any.push_back(match(field, set.text));
      }
    }
    if (set.match == TermSet::Match::stem) {
      for (const LanguageStem& stem : matcher_.stems(set)) {
        for (const std::string& field : in.stems) any.push_back(match(field, stem.lang + ":" + stem.stem));
      }
    }
    return {{"any_of", {{"intervals", any}}}};
  }

  static Json match(const std::string& field, const std::string& token) {
    return {{"match", {{"query", token}, {"use_field", field}}}};
  }

  Json filter(const Node& node) const {
    const auto named = [&](const char* field, const std::string& value) -> Json {
      return {{node.wildcard ? "wildcard" : "term", {{field, value}}}};
    };
    switch (node.field) {
      case Field::source:
        return named("source", text::fold(node.text));
      case Field::section:
        return named("section", text::fold(node.text));
      case Field::place:
        return named("place", text::fold(node.text));
      case Field::actor:
      case Field::salient_actor:
        return actor(node);
      case Field::author:
        if (node.text.find_first_of(" -*?") != std::string::npos) refuse(node, "several words of one author's name");
        return {{"term", {{"author_words", text::fold(node.text)}}}};
      case Field::lang:
        return {{"term", {{"lang", node.text}}}};
      case Field::has:
        return {{"term", {{"has", node.text}}}};
      case Field::id:
        return {{"term", {{"id", node.text}}}};
      case Field::url:
        return {{"term", {{"url", node.text}}}};
      default:
        refuse(node, "this field");
    }
  }

  Json actor(const Node& node) const {
    const char* field = node.field == Field::actor ? "actors" : "salient_actors";
    const std::string folded = text::fold(node.text);
    if (node.wildcard) return {{"wildcard", {{field, folded}}}};
    std::vector<std::string> names;
    const auto take = [&](const std::string& name) {
      std::vector<std::string> held{name};
      if (options_.actors != nullptr) held = options_.actors->held_as(name);
      for (std::string& one : held) {
        if (std::find(names.begin(), names.end(), one) == names.end()) names.push_back(std::move(one));
      }
    };
    take(folded);
    if (options_.actors != nullptr) {
      for (const std::string& name : options_.actors->canonical(folded)) take(text::fold(name));
    }
    return {{"terms", {{field, names}}}};
  }

  static Json date(const DateRange& range) {
    Json filters = Json::array();
    if (range.moments) {
      Json bounds = Json::object();
      if (range.from) bounds["gte"] = format_rfc3339({.utc = range.from->time_since_epoch().count()});
      if (range.to) bounds["lte"] = format_rfc3339({.utc = range.to->time_since_epoch().count()});
      return {{"range", {{"published", bounds}}}};
    }
    // An article dated by its month or year alone is found when all of it is asked for.
    if (range.from) filters.push_back({{"range", {{"first_day", {{"gte", day(*range.from)}}}}}});
    if (range.to) filters.push_back({{"range", {{"last_day", {{"lte", day(*range.to)}}}}}});
    if (filters.empty()) filters.push_back({{"exists", {{"field", "first_day"}}}});
    return {{"bool", {{"filter", filters}}}};
  }

  static Json length(const Node& node) {
    Json bounds = Json::object();
    if (node.min_words) bounds["gte"] = *node.min_words;
    if (node.max_words) bounds["lte"] = *node.max_words;
    return {{"range", {{"word_count", bounds}}}};
  }

  const CompileOptions& options_;
  TermMatcher matcher_;
  Analyzer analyzer_;
};

}  // namespace

OpenSearchFields opensearch_fields(bool title) {
  if (title)
    return {.words = {"title_words", "title_spellings", "title_others"}, .stems = {"title_stems", "title_compounds"}};
  return {.words = {"words", "spellings", "others"}, .stems = {"stems", "compounds"}};
}

Json to_opensearch(const Node& node, const CompileOptions& options) {
  return Translator(options).query(node);
}

}  // namespace dateline::query
