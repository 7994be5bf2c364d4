#include "common/query/compile.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "common/query/compile_filters.h"
#include "common/query/compile_places.h"
#include "common/query/compile_vocabulary.h"
#include "common/query/lexer.h"
#include "common/query/terms.h"
#include "common/schema.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

using Query = Expression;

Query unweighted(const Query& query) {
  return query.empty() ? query : Query(Query::OP_SCALE_WEIGHT, query, 0.0);
}

class Compiler {
 public:
  Compiler(const Xapian::Database& db, const CompileOptions& options)
      : db_(db),
        options_(options),
        vocabulary_(db, options, out_.warnings),
        filters_(db, options, vocabulary_, out_.warnings) {}

  Compiled run(const Node& root) {
    out_.expression = document(root);
    if (!out_.expression.empty() && !salient_.empty()) {
      out_.expression = Query(Query::OP_AND_MAYBE, out_.expression, salience());
      out_.ranks = true;
    }
    out_.query = out_.expression.xapian();
    return std::move(out_);
  }

 private:
  // --- what selects documents. An empty query matches nothing.

  Query document(const Node& node) {
    switch (node.kind) {
      case Kind::everything:
        return Query::everything();
      case Kind::word:
        return word(node);
      case Kind::filter: {
        const Query named = filters_.name(node);
        if (node.field == Field::actor && !negated_ && options_.ranks) note_salient(named);
        return unweighted(named);
      }
      case Kind::date:
        return unweighted(filters_.date(node.date));
      case Kind::words:
        return unweighted(filters_.words(node));
      case Kind::all_of:
        return all_of(node);
      case Kind::any_of:
        return any(Query::OP_OR, node);
      case Kind::one_of:
        return db_.size() > 1 ? odd_of(node) : any(Query::OP_XOR, node);
      case Kind::none_of:
        return without(Query::everything(), {&node});
      case Kind::maybe: {
        const Query decides = document(node.children[0]);
        // Xapian 1.4.22 leaves the weights of an AND_MAYBE that is negated uninitialised and then takes it for an AND
        // at times. There is nothing to rank in there.
        if (negated_) return decides;
        const Query ranks = document(node.children[1]);
        return ranks.empty() || decides.empty() ? decides : Query(Query::OP_AND_MAYBE, decides, ranks);
      }
      case Kind::at_least:
        return places(node.children.front(), node.n, 0, node);
      case Kind::first:
        return places(node.children.front(), 1, node.n, node);
      default:
        return places(node, 1, 0, node);
    }
  }

  /// Articles that are about an actor come before those that only mention it.
  void note_salient(const Query& actors) {
    const Xapian::Query& all = actors.xapian();
    for (Xapian::TermIterator term = all.get_terms_begin(); term != all.get_terms_end(); ++term) {
      const std::string about = std::string(schema::kActorSalient).append(*term, schema::kActor.size());
      if (vocabulary_.has(about)) salient_.insert(about);
    }
  }

  /// Counts like a word that stands once in an article of average length; it adds to what was found and
  /// finds nothing.
  [[nodiscard]] Query salience() const {
    Xapian::doccount frequency = 0;
    for (const std::string& term : salient_) frequency = std::max(frequency, db_.get_termfreq(term));
    const double rarity = std::log(1.0 + (db_.get_doccount() - frequency + 0.5) / (frequency + 0.5));
    auto bonus = std::make_unique<Xapian::FixedWeightPostingSource>(rarity);
    const Query constant{Xapian::Query(bonus.release()->release())};
    return Query(Query::OP_FILTER, constant, any_term(Query::OP_OR, {salient_.begin(), salient_.end()}));
  }

  Query all_of(const Node& node) {
    std::vector<Query> ranked;
    std::vector<Query> filters;
    std::vector<const Node*> negated;
    for (const Node& child : node.children) {
      if (child.kind == Kind::none_of) {
        negated.push_back(&child);
        continue;
      }
      const Query query = document(child);
      (is_filter(child) ? filters : ranked).push_back(query);
    }
    const auto none = [](const Query& q) { return q.empty(); };
    if (std::any_of(ranked.begin(), ranked.end(), none) || std::any_of(filters.begin(), filters.end(), none)) return {};
    Query query = Query::everything();
    if (!ranked.empty()) query = group(Query::OP_AND, ranked);
    if (!filters.empty()) {
      const Query filter = group(Query::OP_AND, filters);
      query = ranked.empty() ? filter : Query(Query::OP_FILTER, query, filter);
    }
    return without(query, negated);
  }

  /// Work that finds nothing, or is done on each document before it is found, must look at the clock too.
  [[nodiscard]] Query costly(const Query& query) const {
    constexpr unsigned kStride = 16;
    return query.with(guarded(query.xapian(), options_.budget, kStride));
  }

  Query any(Query::op op, const Node& node) {
    std::vector<Query> parts;
    for (const Node& child : node.children) {
      const Query part = document(child);
      if (!part.empty()) parts.push_back(op == Query::OP_XOR ? costly(part) : part);
    }
    return parts.empty() ? Query() : group(op, parts);
  }

  /// XOR without Xapian's, which in 1.4.22 crashes over several shards: one side and not the other, either way round.
  Query odd_of(const Node& node) {
    constexpr std::size_t kMost = 8;  // each part doubles the query
    if (node.children.size() > kMost)
      throw Error(ErrorCode::query, "query", fmt::format("XOR of more than {} parts over several shards", kMost),
                  node.position);
    Query odd;
    for (const Node& child : node.children) {
      const Query part = document(child);
      if (part.empty()) continue;
      odd = odd.empty() ? part
                        : Query(Query::OP_OR, Query(Query::OP_AND_NOT, odd, part), Query(Query::OP_AND_NOT, part, odd));
    }
    return odd;
  }

  /// The highlights of what is negated are dropped.
  Query without(const Query& query, const std::vector<const Node*>& negated) {
    if (negated.empty()) return query;
    std::vector<HighlightWord> words_kept = std::move(out_.words);
    std::vector<HighlightPhrase> phrases_kept = std::move(out_.phrases);
    const bool ranked = out_.ranks;
    const bool was_negated = std::exchange(negated_, true);
    vocabulary_.set_complete(true);
    std::vector<Query> parts;
    for (const Node* node : negated) {
      if (const Query part = document(node->children.front()); !part.empty()) parts.push_back(part);
    }
    out_.words = std::move(words_kept);
    out_.phrases = std::move(phrases_kept);
    out_.ranks = ranked;
    negated_ = was_negated;
    vocabulary_.set_complete(was_negated);
    return parts.empty() ? query : Query(Query::OP_AND_NOT, costly(query), group(Query::OP_OR, parts));
  }

  // --- words

  static std::string_view prefix_of(const Node& node) {
    return node.field == Field::title ? schema::kTitle : std::string_view();
  }

  Query word(const Node& node) {
    std::vector<TermSequence> ways = spellings(node, analyzer_);
    if (ways.empty()) fail(node.position, fmt::format("\"{}\" has no letter or digit to search for", node.text));
    std::vector<Query> parts;
    for (const TermSequence& way : ways) {
      Query part = way.size() == 1 ? single(way.front(), node) : adjacent(way, node);
      if (!part.empty()) parts.push_back(std::move(part));
    }
    if (parts.empty()) unknown(node, ways);
    out_.ranks = true;
    return parts.empty() ? Query() : group(Query::OP_OR, parts);
  }

  /// A word by itself: ranked by its stem, its very form a little more.
  Query single(const TermSet& set, const Node& node) {
    const std::string_view prefix = prefix_of(node);
    HighlightWord highlight{.text = node.text, .terms = {}, .stems = {}, .title_only = node.field == Field::title};
    Query query;
    if (set.match == TermSet::Match::stem) {
      std::vector<std::string> stems;
      for (const LanguageStem& stem : vocabulary_.matcher().stems(set)) {
        std::string term = schema::stem_term(prefix, stem.lang, stem.stem);
        if (vocabulary_.has(term)) stems.push_back(std::move(term));
      }
      mark_forms(set, highlight);
      query = vocabulary_.one_of(stems, Vocabulary::Overlap::none);
      query = boosted(query, schema::term(prefix, set.text), options_.exact_boost);
    } else {
      const std::vector<std::string> terms = vocabulary_.expand(set, prefix, node);
      for (const std::string& term : terms) highlight.terms.push_back(term.substr(prefix.size()));
      query = vocabulary_.one_of(terms, Vocabulary::Overlap::by_chance);
    }
    if (!set.accented.empty() && !query.empty()) {
      query = boosted(query, schema::term(prefix, set.accented), options_.accent_boost);
    }
    if (!query.empty()) out_.words.push_back(std::move(highlight));
    return query;
  }

  /// All forms of a word are to be marked.
  void mark_forms(const TermSet& set, HighlightWord& highlight) {
    highlight.terms.push_back(set.text);
    for (const LanguageStem& stem : vocabulary_.matcher().stems(set))
      highlight.stems.push_back(schema::stem_term({}, stem.lang, stem.stem));
    std::sort(highlight.stems.begin(), highlight.stems.end());
  }

  Query boosted(const Query& query, const std::string& term, double boost) {
    if (!vocabulary_.has(term)) return query;
    const Query form(term);
    return query.empty() ? form : Query(Query::OP_OR, query, Query(Query::OP_SCALE_WEIGHT, form, boost));
  }

  /// Words side by side. Only a remote shard is asked for Xapian's own phrase, which knows its own table of positions.
  Query adjacent(const TermSequence& sequence, const Node& node) {
    const std::string_view prefix = prefix_of(node);
    std::vector<std::vector<std::string>> terms;
    HighlightPhrase highlight{.places = {}, .title_only = node.field == Field::title};
    bool simple = true;
    for (const TermSet& set : sequence) {
      terms.push_back(vocabulary_.expand(set, prefix, node));
      if (terms.back().empty()) return {};
      simple = simple && terms.back().size() == 1;
      std::vector<std::string> bare;
      for (const std::string& term : terms.back()) bare.push_back(term.substr(prefix.size()));
      highlight.places.push_back(std::move(bare));
    }
    out_.phrases.push_back(std::move(highlight));
    if (simple && options_.budget && options_.budget->stock_sources()) {
      std::vector<Query> parts;
      for (const auto& place : terms) parts.emplace_back(place.front());
      return costly(Query(Query::OP_PHRASE, parts, static_cast<Xapian::termcount>(parts.size())));
    }
    PlacesBuilder builder;
    std::vector<Query> parts;
    SpanNode span;
    span.op = SpanNode::Op::sequence;
    for (const auto& place : terms) {
      parts.push_back(vocabulary_.one_of(place, Vocabulary::Overlap::by_chance));
      span.children.push_back(builder.terms(place));
    }
    return tested(std::move(span), 1, 0, node, builder, group(Query::OP_AND, parts));
  }

  void unknown(const Node& node, const std::vector<TermSequence>& ways) {
    if (!warned_.emplace(node.text, node.field).second) return;
    Warning warning{.kind = WarningKind::unknown_word,
                    .subject = node.text,
                    .message = fmt::format("\"{}\" is in no article", node.text),
                    .suggestions = {},
                    .position = node.position};
    if (ways.size() == 1 && ways.front().size() > 1) {
      warning.message = fmt::format("the words of \"{}\" stand together in no article", node.text);
    }
    const TermSet& set = ways.front().front();
    const bool plain =
        ways.front().size() == 1 && (set.match == TermSet::Match::stem || set.match == TermSet::Match::exact);
    if (options_.suggest && plain) warning.suggestions = vocabulary_.similar_words(set.text, prefix_of(node));
    if (!warning.suggestions.empty()) {
      warning.message += fmt::format("; did you mean {}?", fmt::join(warning.suggestions, ", "));
    }
    out_.warnings.push_back(std::move(warning));
  }

  // --- places

  /// Numbers the terms of a test.
  class PlacesBuilder {
   public:
    /// `languages(term)`: those of the articles in which it counts.
    template <typename F>
    SpanNode terms(const std::vector<std::string>& list, F&& languages) {
      SpanNode node;
      for (const std::string& term : list) {
        const auto number = static_cast<std::uint32_t>(numbers_.size());
        node.terms.push_back(numbers_.emplace(PlacesTerm{term, languages(term)}, number).first->second);
      }
      return node;
    }
    SpanNode terms(const std::vector<std::string>& list) {
      return terms(list, [](const std::string&) { return kEveryLanguage; });
    }
    /// Sorts the terms and renumbers the tree.
    std::vector<PlacesTerm> finish(SpanNode& root) const {
      std::vector<PlacesTerm> sorted;
      std::vector<std::uint32_t> renumbered(numbers_.size());
      for (const auto& [term, number] : numbers_) {
        renumbered[number] = static_cast<std::uint32_t>(sorted.size());
        sorted.push_back(term);
      }
      renumber(root, renumbered);
      return sorted;
    }

   private:
    static void renumber(SpanNode& node, const std::vector<std::uint32_t>& to) {
      for (std::uint32_t& term : node.terms) term = to[term];
      for (SpanNode& child : node.children) renumber(child, to);
    }
    std::map<PlacesTerm, std::uint32_t> numbers_;
  };

  /// The query of the words that must all be there; empty if the expression can hold nowhere.
  struct Part {
    SpanNode span;
    Query candidates;
  };

  Query tested(SpanNode span, std::uint32_t at_least, std::uint32_t first, const Node& node,
               const PlacesBuilder& builder, const Query& candidates) {
    PlacesTest test;
    test.language_bit = [matcher = vocabulary_.shared_matcher()](std::string_view lang) { return matcher->bit(lang); };
    test.test = {.node = std::move(span), .at_least = at_least, .first = first};
    test.terms = builder.finish(test.test.node);
    test.description = print(node);
    const bool fetch = options_.budget && options_.budget->stock_sources();
    return Query(Query::OP_AND, candidates,
                 fetch ? unweighted(verified(test, candidates)) : places_query(std::move(test), options_.budget));
  }

  /// The articles in which the test holds, by their identities.
  Query verified(const PlacesTest& test, const Query& candidates) {
    Xapian::Enquire enquire(db_);
    const Xapian::Query& all = candidates.xapian();
    enquire.set_query(options_.scope.empty() ? all : Xapian::Query(Query::OP_FILTER, all, options_.scope));
    enquire.set_weighting_scheme(Xapian::BoolWeight());
    const std::size_t most = options_.limits.max_verified;
    const std::size_t left = most - std::min(verified_, most);
    const Xapian::MSet found = enquire.get_mset(0, static_cast<Xapian::doccount>(left + 1));
    if (found.size() > left) {
      throw Error(ErrorCode::query, "query",
                  fmt::format("{}: over remote shards the places of words are compared in at most {} articles; add "
                              "words or filters, or raise --verify-limit",
                              test.description, most));
    }
    verified_ += found.size();
    std::vector<std::string> identities{std::string{schema::kIdentity}};  // no article's: one term must be there
    for (auto hit = found.begin(); hit != found.end(); ++hit) {
      if (!holds_in(test, db_, *hit, options_.budget.get())) continue;
      auto term = db_.termlist_begin(*hit);
      term.skip_to(std::string{schema::kIdentity});
      identities.push_back(*term);
    }
    return any_term(Query::OP_OR, identities);
  }

  Query places(const Node& node, std::uint32_t at_least, std::uint32_t first, const Node& whole) {
    out_.ranks = true;
    if (node.kind == Kind::phrase && at_least == 1 && first == 0) {
      if (const auto plain = plain_phrase(node)) return adjacent(*plain, node);
    }
    PlacesBuilder builder;
    Part part = expression(node, builder);
    if (part.candidates.empty()) return {};
    return tested(std::move(part.span), at_least, first, whole, builder, part.candidates);
  }

  /// The terms of a phrase each of whose words has one spelling.
  std::optional<TermSequence> plain_phrase(const Node& phrase) {
    TermSequence sequence;
    for (const Node& word : phrase.children) {
      std::vector<TermSequence> ways = spellings(word, analyzer_, &word == &phrase.children.back());
      if (ways.size() != 1) return std::nullopt;
      std::move(ways.front().begin(), ways.front().end(), std::back_inserter(sequence));
    }
    return sequence;
  }

  Part expression(const Node& node, PlacesBuilder& builder) {
    switch (node.kind) {
      case Kind::word:
        return word_part(node, builder, true);
      case Kind::phrase:
        return joined_part(node, SpanNode::Op::sequence, 0, builder);
      case Kind::loose_phrase:
        return joined_part(node, SpanNode::Op::loose, node.n, builder);
      case Kind::near:
        return joined_part(node, SpanNode::Op::near, node.n, builder);
      case Kind::before:
        return joined_part(node, SpanNode::Op::before, node.n, builder);
      case Kind::same_sentence:
        return joined_part(node, SpanNode::Op::sentence, 0, builder);
      case Kind::same_paragraph:
        return joined_part(node, SpanNode::Op::paragraph, 0, builder);
      case Kind::any_of: {
        std::vector<Part> parts;
        for (const Node& child : node.children) parts.push_back(expression(child, builder));
        return alternatives(std::move(parts));
      }
      default:
        fail(node.position, fmt::format("\"{}\" has no place in the text; join it with AND outside", print(node)));
    }
  }

  static Part alternatives(std::vector<Part> parts) {
    Part out;
    out.span.op = SpanNode::Op::any;
    std::vector<Query> queries;
    for (Part& part : parts) {
      if (part.candidates.empty()) continue;
      queries.push_back(part.candidates);
      out.span.children.push_back(std::move(part.span));
    }
    if (queries.empty()) return out;
    out.candidates = group(Query::OP_OR, queries);
    if (out.span.children.size() == 1) {
      SpanNode only = std::move(out.span.children.front());
      out.span = std::move(only);
    }
    return out;
  }

  Part joined_part(const Node& node, SpanNode::Op op, std::uint32_t n, PlacesBuilder& builder) {
    Part out;
    out.span.op = op;
    out.span.n = n;
    std::vector<Query> queries;
    const bool phrase = node.kind == Kind::phrase;
    bool possible = true;
    for (const Node& child : node.children) {
      Part part = child.kind == Kind::word ? word_part(child, builder, !phrase || &child == &node.children.back())
                                           : expression(child, builder);
      possible = possible && !part.candidates.empty();
      queries.push_back(part.candidates);
      out.span.children.push_back(std::move(part.span));
    }
    if (possible) out.candidates = group(Query::OP_AND, queries);
    return out;
  }

  /// A word as an operand: all forms of its stem, found by their places.
  Part word_part(const Node& node, PlacesBuilder& builder, bool last) {
    const std::string_view prefix = prefix_of(node);
    const std::vector<TermSequence> ways = spellings(node, analyzer_, last);
    if (ways.empty()) fail(node.position, fmt::format("\"{}\" has no letter or digit to search for", node.text));
    HighlightWord highlight{.text = node.text, .terms = {}, .stems = {}, .title_only = node.field == Field::title};
    std::vector<Part> parts;
    for (const TermSequence& way : ways) {
      Part part;
      part.span.op = SpanNode::Op::sequence;
      std::vector<Query> queries;
      bool possible = true;
      for (const TermSet& set : way) {
        const std::vector<std::string> terms = vocabulary_.expand(set, prefix, node);
        possible = possible && !terms.empty();
        queries.push_back(vocabulary_.one_of(terms, Vocabulary::Overlap::by_chance));
        const auto bare = [&](const std::string& term) { return std::string_view(term).substr(prefix.size()); };
        part.span.children.push_back(builder.terms(
            terms, [&](const std::string& term) { return vocabulary_.matcher().languages(set, bare(term)); }));
        if (set.match == TermSet::Match::stem) {
          mark_forms(set, highlight);
        } else {
          for (const std::string& term : terms) highlight.terms.emplace_back(bare(term));
        }
      }
      if (part.span.children.size() == 1) {
        SpanNode only = std::move(part.span.children.front());
        part.span = std::move(only);
      }
      if (possible) part.candidates = group(Query::OP_AND, queries);
      parts.push_back(std::move(part));
    }
    Part out = alternatives(std::move(parts));
    if (out.candidates.empty()) {
      unknown(node, ways);
    } else {
      std::sort(highlight.terms.begin(), highlight.terms.end());
      highlight.terms.erase(std::unique(highlight.terms.begin(), highlight.terms.end()), highlight.terms.end());
      out_.words.push_back(std::move(highlight));
    }
    return out;
  }

  const Xapian::Database& db_;
  const CompileOptions& options_;
  Compiled out_;
  Vocabulary vocabulary_;

  FilterCompiler filters_;
  Analyzer analyzer_;
  bool negated_ = false;
  std::size_t verified_ = 0;       // articles whose places were fetched
  std::set<std::string> salient_;  // terms of articles about actors that were asked for
  std::set<std::pair<std::string, Field>> warned_;
};

}  // namespace

namespace {
[[noreturn]] void too_long() {
  throw Error(ErrorCode::deadline, "query",
              "takes longer than its deadline; make its wildcards or distances narrower, or raise the deadline");
}
}  // namespace

void Budget::check() const {
  if (passed()) too_long();
}

void Budget::spend(std::uint64_t steps) {
  constexpr std::int64_t kBetweenLooks = 4096;  // at the clock
  const std::int64_t left = steps_.fetch_sub(static_cast<std::int64_t>(steps)) - static_cast<std::int64_t>(steps);
  if (left < 0) too_long();
  if (since_look_.fetch_add(static_cast<std::int64_t>(steps)) >= kBetweenLooks) {
    since_look_ = 0;
    check();
  }
}

Compiled compile(const Node& node, const Xapian::Database& db, const CompileOptions& options) {
  return Compiler(db, options).run(node);
}

}  // namespace dateline::query
