#include "searcher/match/local_matches.h"

#include <algorithm>
#include <set>
#include <utility>

#include "common/query/compile_places.h"
#include "searcher/match/rank_all.h"
#include "searcher/match/rank_any.h"
#include "searcher/match/rank_list.h"

namespace dateline::searcher {
namespace {

using query::Expression;
using Node = Expression::Node;
using Test = std::shared_ptr<const query::PlacesTest>;
/// Documents that need be looked at; null: all.
using Among = const std::vector<Xapian::docid>*;

/// A list that is so many times as long as another is not walked through.
constexpr std::size_t kAlike = 16;
/// Of a list that is so many times as long little is needed.
constexpr std::size_t kSparse = 64;

/// f(i, j) for each document that both lists have, as the i-th and the j-th.
template <typename F>
void each_common(const std::vector<Xapian::docid>& few, const std::vector<Xapian::docid>& many, F&& f) {
  std::size_t j = 0;
  if (many.size() < few.size() * kAlike) {
    for (std::size_t i = 0; i < few.size() && j < many.size();) {
      const Xapian::docid a = few[i];
      const Xapian::docid b = many[j];
      if (a == b) f(i, j);
      i += a <= b ? 1 : 0;
      j += b <= a ? 1 : 0;
    }
    return;
  }
  for (std::size_t i = 0; i < few.size(); ++i) {
    if (j < many.size() && many[j] < few[i]) j = seek_from(many, j, few[i]);
    if (j == many.size()) return;
    if (many[j] == few[i]) f(i, j);
  }
}

/// Part of an AND or an OR.
struct Part {
  const Node* node = nullptr;
  double factor = 0;
  Xapian::doccount frequency = 0;  // as Xapian estimates it
};

// Longer than most files: each kind of node is evaluated through the others.

/// An AND, with all that Xapian takes into one: ANDs in it, and what is joined to those by AND_NOT and AND_MAYBE.
struct Conjunction {
  std::vector<Part> parts;
  std::vector<Part> none;   // may not match
  std::vector<Part> maybe;  // add weight
};

class Evaluation {
 public:
  /// `ranking`: null if weights do not matter.
  Evaluation(const LocalShard& shard, const Bm25* ranking) : shard_(shard), ranking_(ranking) {}

  /// `factor`: 0 without a ranking.
  Matches of(const Node& node, double factor, Among among) {
    if (shard_.budget) shard_.budget->check();
    switch (node.kind) {
      case Expression::LEAF_TERM:
        return term(node.term, factor, among);
      case Expression::OP_SCALE_WEIGHT:
        return of(*node.parts.front(), factor * node.factor, among);
      case Expression::OP_OR:
        if (factor == 0 && among == nullptr && of_terms(node)) return documents_with_any(node);
        return any_of(alternatives(node, factor), among);
      case Expression::LEAF_POSTING_SOURCE:
        return in_places(node.places, among);
      case Expression::OP_AND:
      case Expression::OP_FILTER: {
        Conjunction all;
        collect(node, factor, all);
        return all_of(std::move(all), among);
      }
      default: {  // Xapian takes AND_NOT and AND_MAYBE apart only in an AND
        Matches out = of(*node.parts.front(), factor, among);
        if (node.kind == Expression::OP_AND_MAYBE && factor == 0) return out;
        std::vector<Part> others;
        const bool none = node.kind == Expression::OP_AND_NOT;
        for (std::size_t i = 1; i < node.parts.size(); ++i) add_alternatives(*node.parts[i], none ? 0 : factor, others);
        const Matches right = any_of(others, &out.documents);
        if (none) return without(std::move(out), right);
        add(out, right);
        return out;
      }
    }
  }

  /// `node`: of_terms().
  AnyOf any_of_terms(const Node& node) const {
    AnyOf out;
    add_terms({part(node, 1)}, {}, out);
    return out;
  }

  /// A term, or an OR of terms.
  static bool of_terms(const Node& node) {
    if (node.kind == Expression::LEAF_TERM) return true;
    const bool any = node.kind == Expression::OP_OR || node.kind == Expression::OP_SCALE_WEIGHT;
    return any && std::all_of(node.parts.begin(), node.parts.end(),
                              [](const Expression::Part& part) { return of_terms(*part); });
  }

  /// An AND of ORs of terms, and of places; nothing if it is something else, or if a list of which little is needed is
  /// not worth reading yet.
  std::optional<AllOf> all_of_terms(const Node& node) {
    Conjunction all;
    const bool none = node.kind == Expression::OP_AND_NOT;
    if (node.kind == Expression::OP_AND || node.kind == Expression::OP_FILTER) {
      collect(node, 1, all);
    } else if (!none && node.kind != Expression::OP_AND_MAYBE) {
      return std::nullopt;
    } else {  // Xapian takes AND_NOT and AND_MAYBE apart only in an AND
      all.parts.push_back(part(*node.parts.front(), 1));
      for (std::size_t i = 1; i < node.parts.size(); ++i)
        add_alternatives(*node.parts[i], none ? 0 : 1, none ? all.none : all.maybe);
    }
    in_order(all.parts);
    AllOf out;
    const auto places = std::stable_partition(all.parts.begin(), all.parts.end(), [](const Part& part) {
      return part.node->kind != Expression::LEAF_POSTING_SOURCE;
    });
    for (auto it = places; it != all.parts.end(); ++it) out.tests.push_back(it->node->places);
    all.parts.erase(places, all.parts.end());
    if (all.parts.empty()) return std::nullopt;
    const Xapian::doccount fewest = all.parts.front().frequency;
    for (const std::vector<Part>* parts : {&all.parts, &all.none, &all.maybe}) {
      for (const Part& part : *parts) {
        if (!of_terms(*part.node) || !all_at_hand(*part.node, fewest)) return std::nullopt;
      }
    }
    for (const Part& part : all.parts) {
      AnyOf& any = out.parts.emplace_back();
      if (part.node->kind == Expression::LEAF_TERM) {
        any.terms.push_back(weighed(part, {}));
      } else {
        add_terms({part}, {}, any);
      }
    }
    if (!all.none.empty()) add_terms(all.none, {}, out.none);
    if (!all.maybe.empty()) add_terms(all.maybe, {}, out.maybe);
    return out;
  }

  /// How many documents match, as Xapian estimates it.
  [[nodiscard]] Xapian::doccount about(const Node& node) const { return frequency(node); }

 private:
  /// `node`: of_terms().
  Matches documents_with_any(const Node& node) {
    shard_.sums.start(std::size_t{shard_.database.get_lastdocid()} + 1);
    note(node);
    return shard_.sums.take_noted();
  }

  void note(const Node& node) {
    if (node.kind == Expression::LEAF_TERM) {
      const PostingLists::List list = shard_.lists.of(node.term, shard_.database, shard_.budget.get());
      shard_.sums.note(list->documents);
      return;
    }
    for (const Expression::Part& part : node.parts) note(*part);
  }

  /// Are the lists of all terms known, or so short beside `fewest` documents that they are worth reading?
  bool all_at_hand(const Node& node, Xapian::doccount fewest) {
    if (node.kind != Expression::LEAF_TERM) {
      return std::all_of(node.parts.begin(), node.parts.end(),
                         [&](const Expression::Part& part) { return all_at_hand(*part, fewest); });
    }
    if (shard_.lists.known(node.term)) return true;
    const Xapian::doccount frequency = shard_.database.get_termfreq(node.term);
    if (fewest >= frequency / kSparse || shard_.lists.worth_reading(node.term, frequency)) return true;
    skipped_.insert(node.term);
    return false;
  }

  /// Adds the parts of one OR.
  void add_terms(const std::vector<Part>& parts, NestedSum::Place place, AnyOf& out) const {
    std::vector<Xapian::doccount> frequencies;
    for (const Part& part : parts) frequencies.push_back(part.frequency);
    const std::uint32_t group = out.sum.add(SumTree(frequencies, shard_.database.get_doccount()), place);
    for (std::uint32_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[i];
      if (part.node->kind == Expression::OP_OR) {
        add_terms(alternatives(*part.node, part.factor), {group, i}, out);
        continue;
      }
      out.terms.push_back(weighed(part, {group, i}));
    }
  }

  /// A term.
  [[nodiscard]] AnyOf::Term weighed(const Part& part, NestedSum::Place place) const {
    PostingLists::List list = shard_.lists.of(part.node->term, shard_.database, shard_.budget.get());
    const double weight = part.factor == 0 ? 0 : ranking_->weight(size_of(*list), part.factor);
    return {.list = std::move(list), .weight = weight, .place = place};
  }

  void collect(const Node& node, double factor, Conjunction& out) const {
    switch (node.kind) {
      case Expression::OP_AND:
        for (const Expression::Part& part : node.parts) collect(*part, factor, out);
        return;
      case Expression::OP_FILTER:
        for (const Expression::Part& part : node.parts) collect(*part, part == node.parts.front() ? factor : 0, out);
        return;
      case Expression::OP_AND_NOT:
        collect(*node.parts.front(), factor, out);
        for (std::size_t i = 1; i < node.parts.size(); ++i) add_alternatives(*node.parts[i], 0, out.none);
        return;
      case Expression::OP_AND_MAYBE:
        collect(*node.parts.front(), factor, out);
        for (std::size_t i = 1; i < node.parts.size() && factor != 0; ++i)
          add_alternatives(*node.parts[i], factor, out.maybe);
        return;
      default:
        out.parts.push_back(part(node, factor));
    }
  }

  [[nodiscard]] Part part(const Node& node, double factor) const {
    if (node.kind == Expression::OP_SCALE_WEIGHT) return part(*node.parts.front(), factor * node.factor);
    return {.node = &node, .factor = factor, .frequency = frequency(node)};
  }

  /// Terms, and ORs of them, are weighed in the end, where few documents are left.
  Matches all_of(Conjunction all, Among among) {
    in_order(all.parts);
    std::vector<Matches> found(all.parts.size());
    PostingLists::List shortest;
    if (among == nullptr && all.parts.size() > 1 && all.parts.front().node->kind == Expression::LEAF_TERM) {
      shortest = shard_.lists.of(all.parts.front().node->term, shard_.database, shard_.budget.get());
      among = &shortest->documents;
    }
    for (std::size_t i = shortest ? 1 : 0; i < all.parts.size(); ++i) {
      const Part& part = all.parts[i];
      found[i] = of(*part.node, of_terms(*part.node) ? 0 : part.factor, among);
      if (found[i].documents.empty()) return {};
      among = &found[i].documents;
    }
    Matches out{.documents = all.parts.back().factor == 0 ? std::move(found.back().documents) : found.back().documents,
                .weights = {}};
    for (std::size_t i = 0; i < all.parts.size(); ++i) {
      const Part& part = all.parts[i];
      if (part.factor == 0 || (part.node->kind == Expression::LEAF_TERM && weigh(*part.node, part.factor, out)))
        continue;
      add(out, of_terms(*part.node) ? of(*part.node, part.factor, &out.documents) : std::move(found[i]));
    }
    if (!all.none.empty()) out = without(std::move(out), any_of(all.none, &out.documents));
    if (!all.maybe.empty()) add(out, any_of(all.maybe, &out.documents));
    return out;
  }

  [[nodiscard]] Xapian::doccount frequency(const std::string& term) const {
    const PostingLists::List list = shard_.lists.known(term);
    return list ? static_cast<Xapian::doccount>(list->documents.size()) : shard_.database.get_termfreq(term);
  }

  /// Xapian's estimate.
  [[nodiscard]] Xapian::doccount frequency(const Node& node) const {
    const double documents = shard_.database.get_doccount();
    switch (node.kind) {
      case Expression::LEAF_TERM:
        return frequency(node.term);
      case Expression::OP_OR:
        return frequency(alternatives(node, 0));
      case Expression::OP_AND:
      case Expression::OP_FILTER: {
        Conjunction all;
        collect(node, 0, all);
        in_order(all.parts);
        double both = all.parts.front().frequency;
        for (std::size_t i = 1; i < all.parts.size(); ++i) both = both * all.parts[i].frequency / documents;
        return less(static_cast<Xapian::doccount>(both + 0.5), all.none);
      }
      case Expression::OP_AND_NOT: {
        std::vector<Part> none;
        for (std::size_t i = 1; i < node.parts.size(); ++i) add_alternatives(*node.parts[i], 0, none);
        return less(frequency(*node.parts.front()), none);
      }
      case Expression::LEAF_POSTING_SOURCE:
        return shard_.database.get_doccount();
      default:
        return frequency(*node.parts.front());
    }
  }

  [[nodiscard]] Xapian::doccount frequency(const std::vector<Part>& alternatives) const {
    std::vector<Xapian::doccount> frequencies;
    for (const Part& part : alternatives) frequencies.push_back(part.frequency);
    return SumTree(frequencies, shard_.database.get_doccount()).frequency();
  }
  [[nodiscard]] Xapian::doccount less(Xapian::doccount left, const std::vector<Part>& none) const {
    if (none.empty()) return left;
    const double share = static_cast<double>(frequency(none)) / shard_.database.get_doccount();
    return static_cast<Xapian::doccount>(left * (1 - share) + 0.5);
  }

  /// As Xapian's AND adds them; places, which weigh nothing, last.
  static void in_order(std::vector<Part>& parts) {
    std::vector<Part> sorted(parts.size());
    std::partial_sort_copy(parts.begin(), parts.end(), sorted.begin(), sorted.end(),
                           [](const Part& a, const Part& b) { return a.frequency < b.frequency; });
    std::stable_partition(sorted.begin(), sorted.end(),
                          [](const Part& part) { return part.node->kind != Expression::LEAF_POSTING_SOURCE; });
    parts = std::move(sorted);
  }

  /// The parts of an OR and of ORs in it; what is no OR is its own part.
  void add_alternatives(const Node& node, double factor, std::vector<Part>& out) const {
    if (node.kind != Expression::OP_OR) {
      out.push_back(part(node, factor));
      return;
    }
    for (const Expression::Part& part : node.parts) add_alternatives(*part, factor, out);
  }
  [[nodiscard]] std::vector<Part> alternatives(const Node& node, double factor) const {
    std::vector<Part> out;
    add_alternatives(node, factor, out);
    return out;
  }

  Matches term(const std::string& term, double factor, Among among) {
    PostingLists::List list = shard_.lists.known(term);
    if (!list) {
      const Xapian::doccount frequency = shard_.database.get_termfreq(term);
      const bool sparse = among != nullptr && among->size() < frequency / kSparse;
      // An AND may ask twice in a query, for the articles and for their weights.
      if (sparse && (skipped_.contains(term) || !shard_.lists.worth_reading(term, frequency))) {
        skipped_.insert(term);
        return skipped_through(term, frequency, factor, *among);
      }
      list = shard_.lists.of(term, shard_.database, shard_.budget.get());
    }
    const double weight = factor == 0 ? 0 : ranking_->weight(size_of(*list), factor);
    Matches out;
    if (among == nullptr) {
      out.documents = list->documents;
      if (factor == 0) return out;
      out.weights.resize(out.documents.size());
      for (std::size_t i = 0; i < out.weights.size(); ++i)
        out.weights[i] = weight * ranking_->share(out.documents[i], list->wdf(i));
      return out;
    }
    const Ordinals* ordinals = list->ordinals(among->size());
    if (ordinals != nullptr && factor == 0) {
      out.documents.resize(among->size());
      Xapian::docid* end = out.documents.data();
      for (const Xapian::docid document : *among) {
        *end = document;
        end += ordinals->has(document) ? 1 : 0;
      }
      out.documents.resize(static_cast<std::size_t>(end - out.documents.data()));
      return out;
    }
    const auto take = [&](std::size_t, std::size_t j) {
      out.documents.push_back(list->documents[j]);
      if (factor != 0) out.weights.push_back(weight * ranking_->share(list->documents[j], list->wdf(j)));
    };
    if (ordinals != nullptr) {
      for (const Xapian::docid document : *among) {
        if (const std::size_t j = ordinals->of(document); j != Ordinals::kNone) take(0, j);
      }
    } else if (among->size() <= list->documents.size()) {
      each_common(*among, list->documents, take);
    } else {
      each_common(list->documents, *among, [&](std::size_t i, std::size_t j) { take(j, i); });
    }
    return out;
  }

  /// Adds what a term weighs in documents that all have it; false if its list is not at hand.
  bool weigh(const Node& node, double factor, Matches& out) {
    const PostingLists::List list = shard_.lists.known(node.term);
    if (!list) return false;
    const double weight = ranking_->weight(size_of(*list), factor);
    out.weights.resize(out.documents.size());
    const auto add = [&](std::size_t i, std::size_t j) {
      out.weights[i] += weight * ranking_->share(out.documents[i], list->wdf(j));
    };
    const Ordinals* ordinals = list->ordinals(out.documents.size());
    if (ordinals == nullptr) {
      each_common(out.documents, list->documents, add);
    } else {
      for (std::size_t i = 0; i < out.documents.size(); ++i) add(i, ordinals->of(out.documents[i]));
    }
    return true;
  }

  static Xapian::doccount size_of(const PostingList& list) {
    return static_cast<Xapian::doccount>(list.documents.size());
  }

  Matches skipped_through(const std::string& term, Xapian::doccount frequency, double factor,
                          const std::vector<Xapian::docid>& among) {
    Matches out;
    const double weight = factor == 0 ? 0 : ranking_->weight(frequency, factor);
    auto it = shard_.database.postlist_begin(term);
    for (const Xapian::docid document : among) {
      it.skip_to(document);
      if (it == Xapian::PostingIterator()) break;
      if (*it != document) continue;
      out.documents.push_back(document);
      if (factor != 0) out.weights.push_back(weight * ranking_->share(document, it.get_wdf()));
    }
    return out;
  }

  /// `weights`: of some of the documents of `out`, and maybe of others.
  static void add(Matches& out, const Matches& weights) {
    out.weights.resize(out.documents.size());
    if (weights.weights.empty()) return;
    each_common(out.documents, weights.documents,
                [&](std::size_t i, std::size_t j) { out.weights[i] += weights.weights[j]; });
  }

  /// One of the parts of an OR, ready to be added up.
  struct Alternative {
    PostingLists::List list;  // of a term; otherwise matches
    double weight = 0;
    Matches matches;

    [[nodiscard]] const std::vector<Xapian::docid>& documents() const {
      return list ? list->documents : matches.documents;
    }
  };

  Alternative alternative(const Part& part, Among among) {
    Alternative out;
    if (among == nullptr && part.node->kind == Expression::LEAF_TERM) {
      out.list = shard_.lists.of(part.node->term, shard_.database, shard_.budget.get());
      if (part.factor != 0) out.weight = ranking_->weight(size_of(*out.list), part.factor);
    } else {
      out.matches = of(*part.node, part.factor, among);
    }
    return out;
  }

  /// f(document, number in the alternative)
  template <typename F>
  static void each(const Alternative& alternative, F&& f) {
    const std::vector<Xapian::docid>& documents = alternative.documents();
    for (std::size_t i = 0; i < documents.size(); ++i) f(documents[i], i);
  }
  [[nodiscard]] double weight(const Alternative& alternative, std::size_t i) const {
    if (alternative.weight != 0)
      return alternative.weight * ranking_->share(alternative.list->documents[i], alternative.list->wdf(i));
    return alternative.matches.weights.empty() ? 0 : alternative.matches.weights[i];
  }

  Matches any_of(const std::vector<Part>& parts, Among among) {
    std::vector<Xapian::doccount> frequencies;
    std::uint64_t postings = 0;
    for (const Part& part : parts) {
      frequencies.push_back(part.frequency);
      postings += part.frequency;
    }
    const bool each_among = among != nullptr && among->size() * parts.size() < postings;
    std::vector<Alternative> alternatives;
    for (const Part& part : parts) alternatives.push_back(alternative(part, each_among ? among : nullptr));
    const bool weighted = std::any_of(parts.begin(), parts.end(), [](const Part& part) { return part.factor != 0; });
    // Of few documents the sums lie together: by number among them instead of by docid.
    if (each_among) {
      for (Alternative& alternative : alternatives) number(alternative.matches.documents, *among);
    }
    Sums& sums = shard_.sums;
    sums.start(each_among ? among->size() : std::size_t{shard_.database.get_lastdocid()} + 1);
    if (weighted) {
      const SumTree tree(frequencies, shard_.database.get_doccount());
      const std::vector<std::uint32_t> sequence = tree.sequence();
      for (std::uint32_t i = 0; i < parts.size(); ++i) {
        const Alternative& next = alternatives[sequence.empty() ? i : sequence[i]];
        each(next, [&](Xapian::docid document, std::size_t n) { sums.add(document, weight(next, n)); });
      }
      if (sequence.empty() && sums.any_often()) sum_again(tree, alternatives, sums);
    } else {
      for (const Alternative& next : alternatives) sums.note(next.documents());
    }
    Matches out = weighted ? sums.take() : sums.take_noted();
    if (each_among) {
      for (Xapian::docid& document : out.documents) document = (*among)[document];
    }
    if (among == nullptr || each_among) return out;
    Matches some;
    each_common(*among, out.documents, [&](std::size_t, std::size_t j) {
      some.documents.push_back(out.documents[j]);
      if (weighted) some.weights.push_back(out.weights[j]);
    });
    sums.give_back(std::move(out));
    return some;
  }

  /// Puts the number among `all` in place of each document.
  static void number(std::vector<Xapian::docid>& documents, const std::vector<Xapian::docid>& all) {
    each_common(documents, all, [&](std::size_t i, std::size_t j) { documents[i] = static_cast<Xapian::docid>(j); });
  }

  /// Documents that have three parts or more: their weights in the order of the tree.
  void sum_again(const SumTree& tree, const std::vector<Alternative>& alternatives, Sums& sums) const {
    struct Summand {
      Xapian::docid document;
      SumTree::Summand summand;
    };
    std::vector<Summand> all;
    for (std::uint32_t i = 0; i < alternatives.size(); ++i) {
      each(alternatives[i], [&](Xapian::docid document, std::size_t n) {
        if (sums.often(document)) all.push_back({document, {i, weight(alternatives[i], n)}});
      });
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Summand& a, const Summand& b) { return a.document < b.document; });
    std::vector<SumTree::Summand> summands;
    for (auto it = all.begin(); it != all.end();) {
      const Xapian::docid document = it->document;
      summands.clear();
      for (; it != all.end() && it->document == document; ++it) summands.push_back(it->summand);
      sums.set(document, tree.sum(summands));
    }
  }

  static Matches without(Matches left, const Matches& right) {
    Matches out;
    std::size_t j = 0;
    for (std::size_t i = 0; i < left.documents.size(); ++i) {
      if (j < right.documents.size() && right.documents[j] == left.documents[i]) {
        ++j;
        continue;
      }
      out.documents.push_back(left.documents[i]);
      if (!left.weights.empty()) out.weights.push_back(left.weights[i]);
    }
    return out;
  }

  Matches in_places(const Test& test, Among among) {
    Matches out;
    query::PlacesReader reader(test, shard_.database, shard_.budget, &shard_.lists);
    if (among == nullptr) out.documents = term({}, 0, nullptr).documents;
    for (const Xapian::docid document : among == nullptr ? std::exchange(out.documents, {}) : *among) {
      if (reader.holds(document)) out.documents.push_back(document);
    }
    return out;
  }

  const LocalShard& shard_;
  const Bm25* ranking_;
  std::set<std::string> skipped_;  // terms whose lists are not worth reading yet
};

std::uint64_t number_with_any(const AnyOf& any, const LocalShard& shard) {
  shard.sums.start(std::size_t{shard.database.get_lastdocid()} + 1);
  for (const AnyOf::Term& term : any.terms) shard.sums.note(term.list->documents);
  return shard.sums.count();
}

/// About how many documents have any of the terms: as Xapian estimates it.
std::uint64_t about_with_any(const AnyOf& any, Xapian::doccount documents) {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  for (const AnyOf::Term& term : any.terms) {
    least = std::max<std::uint64_t>(least, term.list->documents.size());
    most += term.list->documents.size();
  }
  return std::clamp<std::uint64_t>(any.sum.frequency(), least, std::min<std::uint64_t>(most, documents));
}

/// `about`: how many documents match, if all that do were not looked at.
BestDocuments about(TopDocuments& top, std::uint64_t about) {
  const std::optional<std::size_t> number = top.number();
  BestDocuments out{.documents = top.take()};
  out.total = number.value_or(std::max<std::uint64_t>(about, out.documents.size()));
  return out;
}

BestDocuments best_with_any(AnyOf any, const LocalShard& shard, const Bm25& ranking, std::size_t wanted, bool count) {
  TopDocuments top(wanted);
  const std::uint64_t total = count ? number_with_any(any, shard) : about_with_any(any, shard.database.get_doccount());
  if (wanted > 0) rank_any(std::move(any), ranking, shard.budget.get(), top);
  if (!count) return about(top, total);
  return {.documents = top.take(), .total = total};
}

}  // namespace

BestDocuments best_documents(const Node& expression, const LocalShard& shard, const RankingParameters& parameters,
                             std::size_t wanted, bool count) {
  if (wanted == 0 && !count) return {.documents = {}, .total = Evaluation(shard, nullptr).about(expression)};
  const Bm25 ranking(shard.database, parameters, shard.lists.lengths(shard.database));
  TopDocuments top(wanted);
  if (expression.kind == Expression::LEAF_TERM) {
    const PostingLists::List list = shard.lists.of(expression.term, shard.database, shard.budget.get());
    const std::size_t size = list->documents.size();
    if (wanted > 0) rank_list(*list, ranking, ranking.weight(static_cast<Xapian::doccount>(size), 1), top);
    return {.documents = top.take(), .total = size};
  }
  Evaluation evaluation(shard, &ranking);
  if (Evaluation::of_terms(expression))
    return best_with_any(evaluation.any_of_terms(expression), shard, ranking, wanted, count);
  if (std::optional<AllOf> all = evaluation.all_of_terms(expression)) {
    const std::uint64_t number = rank_all(std::move(*all), shard, ranking, count, top);
    if (!count) return about(top, evaluation.about(expression));
    return {.documents = top.take(), .total = number};
  }
  Matches matches = evaluation.of(expression, 1, nullptr);
  const std::uint64_t total = matches.documents.size();
  matches.weights.resize(total);
  for (std::size_t i = 0; i < total; ++i) top.add(matches.documents[i], matches.weights[i]);
  shard.sums.give_back(std::move(matches));
  return {.documents = top.take(), .total = total};
}

double postings_at_most(const Node& expression, const Xapian::Database& database) {
  switch (expression.kind) {
    case Expression::LEAF_TERM:
      return database.get_termfreq(expression.term);
    case Expression::LEAF_POSTING_SOURCE:
      return database.get_doccount();
    case Expression::OP_OR: {
      double sum = 0;
      for (const Expression::Part& part : expression.parts) sum += postings_at_most(*part, database);
      return sum;
    }
    case Expression::OP_AND:
    case Expression::OP_FILTER: {
      double least = database.get_doccount();
      for (const Expression::Part& part : expression.parts) least = std::min(least, postings_at_most(*part, database));
      return least * static_cast<double>(expression.parts.size());
    }
    default:
      return postings_at_most(*expression.parts.front(), database) * static_cast<double>(expression.parts.size());
  }
}

std::optional<Documents> documents_in_order(const Node& expression, const LocalShard& shard, std::size_t offset,
                                            std::size_t limit, bool count) {
  constexpr Xapian::doccount kShort = 4096;
  const auto page = [&](const std::vector<Xapian::docid>& all) -> Documents {
    const std::size_t begin = std::min(offset, all.size());
    const std::size_t end = begin + std::min(limit, all.size() - begin);
    return {.page = {all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end)},
            .total = all.size()};
  };
  const Node* node = &expression;
  while (node->kind == Expression::OP_SCALE_WEIGHT) node = node->parts.front().get();
  if (node->kind == Expression::LEAF_TERM) {
    PostingLists::List list = shard.lists.known(node->term);
    const Xapian::doccount frequency = shard.database.get_termfreq(node->term);
    const bool read = list || count || frequency <= kShort || shard.lists.worth_reading(node->term, frequency);
    if (!read) return std::nullopt;
    if (!list) list = shard.lists.of(node->term, shard.database, shard.budget.get());
    return page(list->documents);
  }
  if (!count) return std::nullopt;
  return page(matching_documents(*node, shard));
}

std::vector<Xapian::docid> matching_documents(const Node& expression, const LocalShard& shard) {
  return Evaluation(shard, nullptr).of(expression, 0, nullptr).documents;
}

}  // namespace dateline::searcher
