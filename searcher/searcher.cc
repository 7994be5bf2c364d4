#include "dateline/searcher.h"

#include <fmt/format.h>
#include <xapian.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "common/clock.h"
#include "common/paragraphs.h"
#include "common/query/compile.h"
#include "common/query/query.h"
#include "common/query/synonyms.h"
#include "common/schema.h"
#include "common/store.h"
#include "common/store/identities.h"
#include "common/store/register.h"
#include "common/store/term_lists.h"
#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"
#include "searcher/match/actor_names.h"
#include "searcher/match/concealed.h"
#include "searcher/match/explain.h"
#include "searcher/match/facets.h"
#include "searcher/match/highlight.h"
#include "searcher/match/local_matches.h"
#include "searcher/match/ranking.h"
#include "searcher/match/related.h"
#include "searcher/match/snippets.h"
#include "searcher/match/suggest.h"
#include "searcher/match/timeline.h"
#include "searcher/match/word_forms.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kContextsPerHit = 5;
constexpr std::size_t kNotesAtMost = 3;
constexpr std::size_t kWordsLookedAt = 8;  // for notes
constexpr std::size_t kShortestPart = 3;
/// A job keeps the register of versions for as long as a commit takes.
constexpr std::chrono::milliseconds kRegisterPatience{500};

struct FilterField {
  std::string_view name;
  query::Field field;
};

/// Fields that a filter names; "date" is read by the query parser.
constexpr std::array kFilterFields = {
    FilterField{"source", query::Field::source},   FilterField{"actor", query::Field::actor},
    FilterField{"section", query::Field::section}, FilterField{"lang", query::Field::lang},
    FilterField{"author", query::Field::author},
};

/// A request as the matcher takes it.
struct Plan {
  std::shared_ptr<query::Budget> budget;
  query::Compiled compiled;  ///< The query without its filters: what ranks and is marked.
  std::optional<query::Expression> filters;
  Xapian::Query visible;    ///< What may be seen at all; empty: everything.
  bool everything = false;  ///< There is no query but the filters.
  std::string canonical;    ///< Query and filters as understood.
  std::string tree;
  std::vector<std::string> sections;  ///< Folded names of the sections asked for.
};

void append_tree(const query::Node& node, std::size_t depth, std::string& out) {
  static constexpr std::array<std::pair<query::Kind, std::string_view>, 10> kNames = {{
      {query::Kind::all_of, "AND"},
      {query::Kind::any_of, "OR"},
      {query::Kind::one_of, "XOR"},
      {query::Kind::none_of, "NOT"},
      {query::Kind::maybe, "MAYBE"},
      {query::Kind::near, "NEAR"},
      {query::Kind::before, "ADJ"},
      {query::Kind::same_sentence, "same sentence"},
      {query::Kind::same_paragraph, "same paragraph"},
      {query::Kind::at_least, "at least"},
  }};
  const auto* named =
      std::find_if(kNames.begin(), kNames.end(), [&](const auto& entry) { return entry.first == node.kind; });
  out.append(2 * depth, ' ');
  if (named == kNames.end()) {
    out += query::print(node) + '\n';
    return;
  }
  const bool counted =
      node.kind == query::Kind::near || node.kind == query::Kind::before || node.kind == query::Kind::at_least;
  out += counted ? fmt::format("{} {}\n", named->second, node.n) : fmt::format("{}\n", named->second);
  for (const query::Node& child : node.children) append_tree(child, depth + 1, out);
}

/// Function words that were left out go into one note; the rest are warnings, each said once.
void take_warnings(std::vector<query::Warning> from, SearchResult& result) {
  std::vector<std::string> left_out;
  for (query::Warning& warning : from) {
    if (warning.kind == query::WarningKind::stop_word) {
      if (std::find(left_out.begin(), left_out.end(), warning.subject) == left_out.end()) {
        left_out.push_back(std::move(warning.subject));
      }
      continue;
    }
    if (std::find(result.warnings.begin(), result.warnings.end(), warning.message) != result.warnings.end()) continue;
    result.warnings.push_back(std::move(warning.message));
    if (!warning.suggestions.empty()) {
      result.suggestions.push_back(
          {.word = std::move(warning.subject), .replacements = std::move(warning.suggestions)});
    }
  }
  if (left_out.empty()) return;
  result.notes.push_back(fmt::format("left out, since almost every article has {}: {}; +{} insists",
                                     left_out.size() == 1 ? "it" : "them", fmt::join(left_out, ", "),
                                     left_out.front()));
}

/// Under OR the parts of a compound count by themselves: "boundary-layer" is boundary OR layer, and who has both side
/// by side has them anyway. Compounds with numbers and short parts (covid-19, al-Assad) stay whole.
void loosen_compounds(query::Node& node) {
  if (node.kind == query::Kind::any_of) {
    for (query::Node& child : node.children) loosen_compounds(child);
    node = query::combine(query::Kind::any_of, std::move(node.children));
    return;
  }
  const bool plain = node.kind == query::Kind::word && !node.exact && !node.wildcard && node.n == 0;
  if (!plain || node.text.find('-') == std::string::npos) return;
  std::vector<query::Node> parts;
  for (const std::string_view text : text::split(node.text, '-')) {
    const bool word = text.size() >= kShortestPart &&
                      std::none_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!word) return;
    query::Node part = node;
    part.text = text;
    parts.push_back(std::move(part));
  }
  node = query::combine(query::Kind::any_of, std::move(parts));
}

}  // namespace

const std::vector<std::string>& filter_fields() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out{"date"};
    for (const FilterField& field : kFilterFields) out.emplace_back(field.name);
    return out;
  }();
  return names;
}

std::string state_of_index(const std::filesystem::path& index) {
  return state_token(index);
}

query::Limits limits_of(const SearchRequest& request) {
  const SearchLimits& limits = request.limits;
  return {.max_bytes = limits.query_bytes,
          .max_depth = limits.depth,
          .max_leaves = limits.words,
          .max_expansions = limits.expansions,
          .max_total_expansions = limits.total_expansions,
          .max_verified = limits.verified};
}

struct Searcher::Impl {
  Impl(std::filesystem::path folder, const Clock& c, DeadShards d)
      : index(std::move(folder)), clock(c), dead(d), synonyms_file(index / kSynonymsName) {
    refresh();
  }

  /// Runs `answer` on the snapshot; again on a new one when the writer has overtaken it, or a shard that may be left
  /// out has gone away.
  template <typename F>
  auto with_snapshot(F&& answer) {
    // A writer that commits small batches without a pause may overtake a reader several times.
    constexpr int kMostAttempts = 20;
    for (int attempt = 1;; ++attempt) {
      try {
        return answer(snapshot.database);
      } catch (const Xapian::DatabaseModifiedError& error) {
        if (attempt == kMostAttempts) rethrow(error, index);
        refresh();
      } catch (const Xapian::NetworkError& error) {
        if (attempt == kMostAttempts || dead == DeadShards::refuse) rethrow(error, index);
        refresh();
      } catch (const Xapian::Error& error) {
        rethrow(error, index);
      }
    }
  }

  void refresh() {
    // The token first: a commit in between leaves it older than what is read, never newer.
    constexpr int kMostAttempts = 20;
    for (int attempt = 1;; ++attempt) {
      std::string token = state_token(index);
      snapshot = open_snapshot(index, dead);
      state = std::move(token);
      try {
        identities = ActorIdentities(read_identity_rules(snapshot.database));
        by_docid = !snapshot.remote && numbered_by_date(snapshot.database);
        break;
      } catch (const Xapian::DatabaseModifiedError& error) {
        if (attempt == kMostAttempts) rethrow(error, index);
      } catch (const Xapian::Error& error) {
        rethrow(error, index);
      }
    }
    columns = std::make_shared<FacetColumns>(identities, snapshot.shard);
    ids.clear();
    unseen.reset();
    read_synonyms();
  }

  /// As it was indexed, with the actors that are meant.
  [[nodiscard]] Article article(const Xapian::Document& document) const {
    Article article = decode_article(document.get_data());
    identities.apply(article.actors);
    return article;
  }

  /// A newsroom edits the file while others search: a wrong line is told with the answers and passed over.
  void read_synonyms() {
    synonym_problems.clear();
    synonyms = {};
    if (synonyms_file.empty()) return;
    std::ifstream file(synonyms_file, std::ios::binary);
    if (!file) {
      if (synonyms_file == index / kSynonymsName && errno == ENOENT) return;
      throw Error(ErrorCode::io, synonyms_file.string(), fmt::format("cannot open: {}", std::strerror(errno)));
    }
    const std::string content{std::istreambuf_iterator<char>(file), {}};
    synonyms = query::Synonyms::read(text::clean(content), synonyms_file.string(), synonym_problems);
  }

  /// What may not be shown now. Worked out once a snapshot, and again when an embargo has ended.
  const Concealed& concealed(const Xapian::Database& database) const {
    if (!unseen || !unseen->holds(clock.now())) unseen.emplace(database, analyzers, clock.now());
    return *unseen;
  }

  [[nodiscard]] query::ParseOptions parse_options(const SearchRequest& request) const {
    return {.default_operator = request.any ? query::DefaultOperator::any : query::DefaultOperator::all,
            .operators = request.operators,
            .now = clock.now(),
            .zone = request.zone,
            .languages = snapshot.languages,
            .limits = limits_of(request)};
  }

  [[nodiscard]] query::Node filter_node(const Filter& filter, const SearchRequest& request) const {
    std::vector<query::Node> values;
    for (const std::string& value : filter.values) {
      if (filter.field == "date") {
        values.push_back(date_node(value, request));
        continue;
      }
      const auto* found = std::find_if(kFilterFields.begin(), kFilterFields.end(),
                                       [&](const FilterField& f) { return f.name == filter.field; });
      if (found == kFilterFields.end()) {
        throw Error(ErrorCode::usage, "filter",
                    fmt::format("no field \"{}\"; there are {}", filter.field, fmt::join(filter_fields(), ", ")));
      }
      query::Node node;
      node.kind = query::Kind::filter;
      node.field = found->field;
      node.text = value;
      values.push_back(std::move(node));
    }
    return query::combine(query::Kind::any_of, std::move(values));
  }

  [[nodiscard]] query::Node date_node(const std::string& value, const SearchRequest& request) const {
    query::ParseOptions options = parse_options(request);
    options.operators = true;
    try {
      query::Node node =
          query::parse("date:" + (value.find(' ') == std::string::npos ? value : '"' + value + '"'), options).root;
      if (node.kind == query::Kind::date) return node;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::query) throw;
    }
    throw Error(ErrorCode::usage, "date",
                fmt::format("\"{}\" is no date or range; write 2021-12-30, 2021-12 or 2021-12..2022-01-15", value));
  }

  Plan plan(const SearchRequest& request, const Xapian::Database& database, SearchResult& result) const {
    query::Parsed parsed = query::parse(request.query, parse_options(request));
    take_warnings(std::move(parsed.warnings), result);
    if (!synonyms.empty()) {
      std::vector<query::Warning> widened;
      parsed.root = synonyms.widen(std::move(parsed.root), limits_of(request), widened);
      for (query::Warning& warning : widened) result.notes.push_back(std::move(warning.message));
    }
    result.warnings.insert(result.warnings.end(), synonym_problems.begin(), synonym_problems.end());
    if (request.any) loosen_compounds(parsed.root);
    const IndexActorNames names(database, identities);
    query::CompileOptions options{.languages = snapshot.languages, .actors = &names};
    // What other sources spell is not told to who may not see them.
    options.suggest = request.articles && request.visible_sources.empty();
    options.secret = concealed(database).secret_terms();
    Plan plan;
    plan.budget = std::make_shared<query::Budget>(std::chrono::steady_clock::now() + request.limits.deadline);
    if (snapshot.remote) plan.budget->use_stock_sources();
    options.budget = plan.budget;
    options.limits = limits_of(request);
    std::vector<query::Node> filters;
    for (const Filter& filter : request.filters) {
      if (!filter.values.empty()) filters.push_back(filter_node(filter, request));
    }
    std::vector<query::Warning> of_filters;
    if (!filters.empty()) {
      query::CompileOptions of_filter = options;
      of_filter.ranks = false;
      query::Compiled compiled = query::compile(query::combine(query::Kind::all_of, filters), database, of_filter);
      of_filters = std::move(compiled.warnings);
      plan.filters = std::move(compiled.expression);
    }
    restrict_to_visible(plan, request, database, options);
    if (plan.filters) options.scope = plan.filters->xapian();
    plan.compiled = query::compile(parsed.root, database, options);
    take_warnings(std::move(plan.compiled.warnings), result);
    take_warnings(std::move(of_filters), result);
    plan.everything = parsed.root.kind == query::Kind::everything;
    std::vector<query::Node> all;
    if (parsed.root.kind != query::Kind::everything || request.filters.empty()) all.push_back(std::move(parsed.root));
    all.insert(all.end(), std::make_move_iterator(filters.begin()), std::make_move_iterator(filters.end()));
    const query::Node whole = query::combine(query::Kind::all_of, std::move(all));
    plan.canonical = query::print(whole);
    query::visit(whole, [&](const query::Node& node) {
      if (node.kind == query::Kind::filter && node.field == query::Field::section)
        plan.sections.push_back(text::fold(node.text));
    });
    for (const std::string& shard : snapshot.missing)
      result.warnings.push_back(fmt::format("partial answer: shard {} does not answer", shard));
    if (request.explain) append_tree(whole, 0, plan.tree);
    return plan;
  }

  /// What a request must not see is no part of the query as understood, and nothing is said of it.
  void restrict_to_visible(Plan& plan, const SearchRequest& request, const Xapian::Database& database,
                           const query::CompileOptions& options) const {
    const Concealed& veiled = concealed(database);
    if (request.visible_sources.empty() && veiled.nothing()) return;
    query::Expression visible = query::Expression::everything();
    if (!request.visible_sources.empty()) {
      const query::Node sources = filter_node({.field = "source", .values = request.visible_sources}, request);
      visible = query::compile(sources, database, options).expression;
    }
    if (!veiled.nothing()) visible = query::Expression(veiled.without(visible.xapian()));
    plan.visible = visible.xapian();
    plan.filters = plan.filters ? query::Expression(query::Expression::OP_FILTER, visible, *plan.filters) : visible;
  }

  struct Counts {
    std::uint64_t total = 0;
    std::vector<Facet> facets;
  };

  /// Counts what a query matches, without ranking anything: cheaper than to count while ranking, which then need not
  /// look at what cannot come first.
  Counts counted(const query::Expression& query, const std::vector<std::string>& fields, std::size_t limit,
                 const std::shared_ptr<query::Budget>& budget, const Xapian::Database& database,
                 const std::vector<std::string>& sections) {
    const auto match = [&](auto& counter) -> Counts {
      Xapian::Enquire enquire(database);
      enquire.set_query(query::guarded(query.xapian(), budget));
      enquire.set_weighting_scheme(Xapian::BoolWeight());
      counter.attach(enquire);
      const Xapian::doccount total = enquire.get_mset(0, 0, database.get_doccount()).get_matches_estimated();
      return {total, counter.facets(limit)};
    };
    if (snapshot.remote || database.size() != 1) {
      StockFacetCounter counter(fields, identities, sections);
      return match(counter);
    }
    FacetCounter counter(fields, *columns, database, sections, budget);
    if (!plain(query, database)) return match(counter);
    const std::vector<Xapian::docid> found = matching_documents(*query.node(), local(database, budget));
    for (const Xapian::docid document : found) counter.add(document);
    return {found.size(), counter.facets(limit)};
  }

  /// Counts over all matches of a request. `sections`: as FacetCounter takes them.
  std::vector<Facet> counted(const SearchRequest& request, const std::vector<std::string>& fields,
                             const Xapian::Database& database, const std::vector<std::string>& sections = {}) {
    SearchRequest counting = request;
    counting.sort = SortOrder::newest;
    counting.articles = false;
    SearchResult unsaid;
    const Plan made = plan(counting, database, unsaid);
    return counted(matched(made, counting, database), fields, counting.facet_limit, made.budget, database, sections)
        .facets;
  }

  /// Facets whose own filter must not count, with multi_select: replaced by counts without it.
  void recount_selected(const SearchRequest& request, const Plan& made, const Xapian::Database& database,
                        SearchResult& result) {
    if (!request.multi_select) return;
    for (const Filter& filter : request.filters) {
      std::vector<std::string> fields;
      for (const std::string& field : request.facets) {
        if (filter_of_facet(field) == filter.field) fields.push_back(field);
      }
      if (fields.empty() || filter.values.empty()) continue;
      SearchRequest without = request;
      std::erase_if(without.filters, [&](const Filter& f) { return f.field == filter.field; });
      for (Facet& counts : counted(without, fields, database, made.sections)) {
        for (Facet& facet : result.facets) {
          if (facet.field == counts.field) facet = counts;
        }
      }
    }
  }

  Timeline timeline(const SearchRequest& request, const TimelineRequest& asked, const Xapian::Database& database) {
    std::vector<std::string> fields{"date"};
    if (!asked.split.empty()) fields.push_back(asked.split);
    SearchRequest whole = request;
    whole.facet_limit = 0;
    const std::vector<Facet> facets = counted(whole, fields, database);
    Timeline out;
    out.undated = facets[0].missing;
    out.all.buckets = by_step(facets[0], asked.step, &out.imprecise);
    if (asked.split.empty()) return out;
    std::vector<FacetValue> values = facets[1].values;
    std::stable_sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.count > b.count; });
    if (values.size() > asked.split_values) values.resize(asked.split_values);
    for (const FacetValue& value : values) {
      SearchRequest one = whole;
      one.filters.push_back({.field = filter_of_facet(asked.split), .values = {value.value}});
      out.split.push_back({.value = value.value,
                           .kind = value.kind,
                           .buckets = by_step(counted(one, {"date"}, database)[0], asked.step, nullptr)});
    }
    return out;
  }

  /// Documents with a public id that the request may see, newest first.
  [[nodiscard]] std::vector<Xapian::docid> documents(std::string_view id, const std::vector<std::string>& visible,
                                                     const Xapian::Database& database) const {
    const std::string term = schema::term(schema::kId, id);
    std::vector<std::pair<std::string, Xapian::docid>> found;
    for (auto it = database.postlist_begin(term); it != database.postlist_end(term); ++it) {
      const Xapian::Document document = database.get_document(*it);
      const std::string source = text::fold(document.get_value(schema::slot_source));
      const bool seen = visible.empty() || std::any_of(visible.begin(), visible.end(),
                                                       [&](const auto& v) { return text::fold(v) == source; });
      if (seen && !concealed(database).conceals(document))
        found.emplace_back(document.get_value(schema::slot_newest), *it);
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<Xapian::docid> out;
    out.reserve(found.size());
    for (const auto& [key, document] : found) out.push_back(document);
    return out;
  }

  std::optional<std::vector<Hit>> related(std::string_view id, const SearchRequest& request,
                                          const Xapian::Database& database) {
    const std::vector<Xapian::docid> originals = documents(id, request.visible_sources, database);
    if (originals.empty()) return std::nullopt;
    SearchRequest filters_only = request;
    filters_only.query = "*";
    SearchResult unsaid;
    const Plan made = plan(filters_only, database, unsaid);
    const Xapian::Query alike = related_to(database, originals.front(), analyzers);
    Xapian::Enquire enquire(database);
    enquire.set_query(made.filters ? Xapian::Query(Xapian::Query::OP_FILTER, alike, made.filters->xapian()) : alike);
    set_order(enquire, SortOrder::relevance, true, request.ranking);
    const auto size = static_cast<std::size_t>(database.get_doccount());
    const Page page = page_of(enquire, static_cast<Xapian::doccount>(std::min(request.offset, size)),
                              static_cast<Xapian::doccount>(std::min(request.limit, size)), 0, Ties::by_key);
    SearchResult result;
    result.offset = request.offset;
    SearchRequest shown = request;
    shown.articles = true;
    fill_hits(page.hits, made, shown, database, result);
    return std::move(result.hits);
  }

  std::vector<MarkedArticle> marked(std::string_view id, const SearchRequest& request,
                                    const Xapian::Database& database) {
    SearchRequest query_only = request;
    query_only.filters.clear();
    query_only.articles = false;
    query_only.visible_sources.clear();
    if (text::trim(query_only.query).empty()) query_only.query = "*";
    SearchResult unsaid;
    const Plan made = plan(query_only, database, unsaid);
    Highlighter highlighter(made.compiled, database, analyzers);
    std::vector<MarkedArticle> out;
    for (const Xapian::docid document : documents(id, request.visible_sources, database)) {
      MarkedArticle shown;
      shown.article = article(database.get_document(document));
      const Article& a = shown.article;
      shown.title = {.text = a.title, .marks = merged_ranges(highlighter.find(a.title, a.lang, true))};
      for (const std::string& paragraph : a.body) {
        shown.body.push_back({.text = paragraph, .marks = merged_ranges(highlighter.find(paragraph, a.lang, false))});
      }
      out.push_back(std::move(shown));
    }
    return out;
  }

  void stream(const SearchRequest& request, const std::function<bool(const Article&)>& sink) {
    // Documents keep their numbers within a generation, so that a snapshot which the writer overtook is reopened and
    // the list goes on.
    Xapian::Database database = snapshot.database;
    const Xapian::MSet matches = with_snapshot([&](const Xapian::Database& current) {
      database = current;
      SearchResult unsaid;
      const Plan made = plan(request, current, unsaid);
      Xapian::Enquire enquire(current);
      enquire.set_query(matched(made, request, current).xapian());
      set_order(enquire, request.sort, made.compiled.ranks, request.ranking, by_docid);
      return enquire.get_mset(0, current.get_doccount());
    });
    std::vector<Xapian::docid> documents;
    documents.reserve(matches.size());
    for (Xapian::MSetIterator match = matches.begin(); match != matches.end(); ++match) documents.push_back(*match);
    for (std::size_t i = 0; i < documents.size();) {
      try {
        const Article found = article(database.get_document(documents[i]));
        ++i;
        if (!sink(found)) return;
      } catch (const Xapian::DatabaseModifiedError&) {
        database.reopen();
      } catch (const Xapian::DocNotFoundError&) {
        ++i;
      } catch (const Xapian::Error& error) {
        rethrow(error, index);
      }
    }
  }

  std::vector<Completion> complete(const Completions& completions, std::string_view typed, std::size_t each,
                                   const std::vector<std::string>& visible, const Xapian::Database& database) const {
    std::vector<Completion> found = completions.find(typed, each);
    const Concealed& veiled = concealed(database);
    const bool all_visible = visible.empty() && veiled.nothing();
    for (Completion& completion : found) {
      const std::vector<std::string> terms = completion_terms(completion, identities);
      if (all_visible && terms.size() == 1) {
        completion.articles = database.get_termfreq(terms.front());
        continue;
      }
      Xapian::Query query = veiled.without(Xapian::Query(Xapian::Query::OP_OR, terms.begin(), terms.end()));
      if (!visible.empty()) {
        std::vector<Xapian::Query> sources;
        for (const std::string& source : visible) sources.emplace_back(schema::folded_term(schema::kSource, source));
        query = Xapian::Query(Xapian::Query::OP_FILTER, query,
                              Xapian::Query(Xapian::Query::OP_OR, sources.begin(), sources.end()));
      }
      Xapian::Enquire enquire(database);
      enquire.set_query(query);
      enquire.set_weighting_scheme(Xapian::BoolWeight());
      completion.articles = enquire.get_mset(0, 0, database.get_doccount()).get_matches_estimated();
    }
    std::erase_if(found, [](const Completion& completion) { return completion.articles == 0; });
    return found;
  }

  /// What is matched: the plan's query, made larger by what ranks, made smaller by the filters.
  [[nodiscard]] query::Expression matched(const Plan& plan, const SearchRequest& request,
                                          const Xapian::Database& database) const {
    using query::Expression;
    if (plan.everything && plan.filters) return *plan.filters;
    Expression query = plan.compiled.expression;
    if (plan.compiled.ranks && request.sort == SortOrder::relevance) {
      std::optional<Xapian::Query> filters;
      if (plan.filters) filters = plan.filters->xapian();
      if (request.expand) {
        query = Expression(
            expanded(database, query.xapian(), filters, request.any, request.ranking, analyzers, plan.budget));
      }
      if (request.recency.count() > 0) {
        query = Expression(with_recency(database, query.xapian(), request.recency, clock.now(), request.ranking));
      }
    }
    return plan.filters ? Expression(Expression::OP_FILTER, query, *plan.filters) : query;
  }

  /// True for what can be matched without Xapian.
  [[nodiscard]] bool plain(const query::Expression& query, const Xapian::Database& database) const {
    return !query.empty() && query.node()->plain && !snapshot.remote && database.size() == 1;
  }
  LocalShard local(const Xapian::Database& database, const std::shared_ptr<query::Budget>& budget) {
    return {.database = database, .lists = columns->lists(), .sums = sums, .budget = budget};
  }

  /// The best that a query matches, without Xapian; nothing where it is asked instead.
  std::optional<BestDocuments> best(const query::Expression& query, const SearchRequest& request, std::size_t wanted,
                                    bool count, const Xapian::Database& database,
                                    const std::shared_ptr<query::Budget>& budget) {
    // Xapian looks the length of each document up that it weighs; we read those of all, at a thousandth of the cost
    // each.
    constexpr double kDearer = 1024;
    if (!plain(query, database)) return std::nullopt;
    const bool read = std::exchange(asked_before, true) || columns->lists().lengths_known();
    if (!read && kDearer * postings_at_most(*query.node(), database) < database.get_doccount()) return std::nullopt;
    return best_documents(*query.node(), local(database, budget), request.ranking, wanted, count);
  }

  /// The hits of a page, and how many there are, about, unless `count`.
  Page page(const query::Expression& query, const SearchRequest& request, bool scored, bool count,
            const Xapian::Database& database, const std::shared_ptr<query::Budget>& budget) {
    const Xapian::doccount size = database.get_doccount();
    const auto offset = static_cast<Xapian::doccount>(std::min<std::size_t>(request.offset, size));
    const auto limit = static_cast<Xapian::doccount>(std::min<std::size_t>(request.limit, size));
    const Ties ties = !scored ? Ties::exact : by_docid ? Ties::by_docid : Ties::by_key;
    if (scored) {
      std::optional<BestDocuments> found =
          best(query, request, limit > 0 ? std::size_t{offset} + limit : 0, count, database, budget);
      if (found)
        return {.hits = page_of(found->documents, database, offset, limit, ties, budget.get()), .about = found->total};
    } else if (by_docid && request.sort != SortOrder::oldest && plain(query, database)) {
      // In the order of docids the first hits end the matching, but for the total.
      if (const auto found = documents_in_order(*query.node(), local(database, budget), offset, limit, count)) {
        Page page{.hits = {}, .about = found->total};
        for (const Xapian::docid document : found->page) page.hits.push_back({document, 0});
        return page;
      }
    }
    Xapian::Enquire enquire(database);
    enquire.set_query(query::guarded(query.xapian(), budget));
    set_order(enquire, request.sort, scored, request.ranking, by_docid);
    return page_of(enquire, offset, limit, count ? size : 0, ties);
  }

  SearchResult search(const SearchRequest& request, const Xapian::Database& database) {
    const auto start = std::chrono::steady_clock::now();
    SearchResult result;
    result.sort = request.sort;
    result.offset = request.offset;
    const Plan made = plan(request, database, result);
    result.query = made.canonical;
    if (request.articles && request.visible_sources.empty()) add_notes(made, database, result);
    result.tree = made.tree;

    const query::Expression query = matched(made, request, database);
    const bool scored = made.compiled.ranks && request.sort == SortOrder::relevance;
    const bool count = request.articles && request.facets.empty();
    const Page found = page(query, request, scored, count, database, made.budget);
    result.total = found.about;
    made.budget->check();
    if (!request.facets.empty()) {
      Counts counts = counted(query, request.facets, request.facet_limit, made.budget, database, made.sections);
      result.total = counts.total;
      result.facets = std::move(counts.facets);
    }
    recount_selected(request, made, database, result);
    result.state = state;
    fill_hits(found.hits, made, request, database, result);
    if (request.explain && scored) {
      std::vector<Xapian::docid> documents;
      for (const Match& hit : found.hits) documents.push_back(hit.document);
      auto explained = contributions(database, query.xapian(), documents, request.ranking, made.budget, made.visible);
      for (std::size_t i = 0; i < documents.size(); ++i)
        result.hits[i].explanation = std::move(explained[documents[i]]);
    }
    result.took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    return result;
  }

  void add_notes(const Plan& made, const Xapian::Database& database, SearchResult& result) const {
    std::size_t looked_at = 0;
    for (const query::HighlightWord& word : made.compiled.words) {
      if (word.stems.empty()) continue;
      if (made.budget->passed() || looked_at++ == kWordsLookedAt) return;
      std::string note = forms_note(database, word, snapshot.languages, concealed(database).secret_terms());
      if (!note.empty()) result.notes.push_back(std::move(note));
      if (result.notes.size() == kNotesAtMost) return;
    }
  }

  void fill_hits(const std::vector<Match>& matches, const Plan& made, const SearchRequest& request,
                 const Xapian::Database& database, SearchResult& result) {
    result.hits.resize(matches.size());
    for (std::size_t i = 0; i < matches.size(); ++i) {
      result.hits[i].rank = result.offset + i + 1;
      result.hits[i].score = matches[i].weight;
      if (!request.articles) result.hits[i].article.id = public_id(matches[i].document, database);
    }
    if (!request.articles) return;
    Highlighter highlighter(made.compiled, database, analyzers);
    for (std::size_t i = 0; i < matches.size(); ++i) {
      made.budget->check();
      result.hits[i].article = article(database.get_document(matches[i].document));
      show_passages(highlighter, request, *made.budget, result.hits[i]);
    }
  }

  static void show_passages(Highlighter& highlighter, const SearchRequest& request, const query::Budget& budget,
                            Hit& hit) {
    const Article& article = hit.article;
    hit.title = {.text = article.title, .marks = merged_ranges(highlighter.find(article.title, article.lang, true))};
    if (request.snippet_length == 0 && request.context_length == 0) return;
    const std::vector<std::string> paragraphs = paragraphs_of(article);
    std::vector<std::vector<WordMatch>> found;
    found.reserve(paragraphs.size());
    for (const std::string& paragraph : paragraphs) {
      budget.check();
      found.push_back(highlighter.find(paragraph, article.lang, false));
    }
    const SnippetSource source{.paragraphs = paragraphs, .matches = found, .weights = highlighter.weights()};
    hit.snippet = best_passages(source, request.snippet_length);
    if (request.context_length > 0) hit.contexts = keywords_in_context(source, request.context_length, kContextsPerHit);
  }

  /// Public id of a document. The queries of a batch ask for the same documents again and again.
  const std::string& public_id(Xapian::docid document, const Xapian::Database& database) {
    std::string& id = ids[document];
    if (id.empty()) id = decode_article(database.get_document(document).get_data()).id;
    return id;
  }

  std::filesystem::path index;
  const Clock& clock;
  DeadShards dead;
  std::string state;
  std::filesystem::path synonyms_file;  ///< Empty: none.
  query::Synonyms synonyms;
  std::vector<std::string> synonym_problems;
  Snapshot snapshot;
  ActorIdentities identities;             ///< Of the snapshot's actors.
  std::shared_ptr<FacetColumns> columns;  ///< Of the snapshot's documents.
  bool by_docid = false;                  ///< Of the snapshot's documents: numbered_by_date().
  bool asked_before = false;
  Sums sums;
  mutable std::optional<Concealed> unseen;
  mutable Analyzers analyzers;                         ///< Of the texts that are shown and that words are taken from.
  std::unordered_map<Xapian::docid, std::string> ids;  ///< Of the snapshot's documents.
};

Searcher::Searcher(std::filesystem::path index, const Clock& clock, bool partial)
    : impl_(std::make_unique<Impl>(std::move(index), clock, partial ? DeadShards::leave_out : DeadShards::refuse)) {}
Searcher::~Searcher() = default;

SearchResult Searcher::search(const SearchRequest& request) {
  return impl_->with_snapshot([&](const Xapian::Database& database) { return impl_->search(request, database); });
}

std::uint64_t Searcher::count(const SearchRequest& request, std::vector<std::string>* warnings) {
  SearchRequest counting = request;
  counting.articles = false;
  return impl_->with_snapshot([&](const Xapian::Database& database) {
    SearchResult said;
    const Plan made = impl_->plan(counting, database, said);
    if (warnings != nullptr) warnings->insert(warnings->end(), said.warnings.begin(), said.warnings.end());
    counting.sort = SortOrder::newest;  // Nothing that ranks is needed.
    return impl_->counted(impl_->matched(made, counting, database), {}, 0, made.budget, database, {}).total;
  });
}

std::vector<Article> Searcher::articles(std::string_view id) {
  return impl_->with_snapshot([&](const Xapian::Database& database) {
    std::vector<Article> articles;
    for (const Xapian::docid document : impl_->documents(id, {}, database)) {
      articles.push_back(impl_->article(database.get_document(document)));
    }
    return articles;
  });
}

std::optional<std::vector<Hit>> Searcher::related(std::string_view id, const SearchRequest& request) {
  return impl_->with_snapshot([&](const Xapian::Database& database) { return impl_->related(id, request, database); });
}

std::vector<MarkedArticle> Searcher::marked(std::string_view id, const SearchRequest& request) {
  return impl_->with_snapshot([&](const Xapian::Database& database) { return impl_->marked(id, request, database); });
}

Timeline Searcher::timeline(const SearchRequest& request, const TimelineRequest& timeline) {
  return impl_->with_snapshot(
      [&](const Xapian::Database& database) { return impl_->timeline(request, timeline, database); });
}

void Searcher::stream(const SearchRequest& request, const std::function<bool(const Article&)>& sink) {
  impl_->stream(request, sink);
}

std::shared_ptr<const Completions> Searcher::completions() {
  return impl_->with_snapshot(
      [this](const Xapian::Database& database) { return read_completions(database, impl_->identities); });
}

std::vector<Completion> Searcher::complete(const Completions& completions, std::string_view typed, std::size_t each,
                                           const std::vector<std::string>& visible_sources) {
  return impl_->with_snapshot([&](const Xapian::Database& database) {
    return impl_->complete(completions, typed, each, visible_sources, database);
  });
}

bool Searcher::concealing() {
  return impl_->with_snapshot([&](const Xapian::Database& database) { return !impl_->concealed(database).nothing(); });
}

const std::string& Searcher::state() const {
  return impl_->state;
}

unsigned Searcher::generation() const {
  return impl_->snapshot.generation;
}

std::uint64_t Searcher::size() const {
  return impl_->with_snapshot([&](const Xapian::Database& database) {
    return std::uint64_t{database.get_doccount() - impl_->concealed(database).count()};
  });
}

std::vector<std::vector<ArticleVersion>> Searcher::versions(std::string_view id,
                                                            const std::vector<std::string>& visible_sources) {
  return impl_->with_snapshot([&](const Xapian::Database& database) {
    std::vector<std::vector<ArticleVersion>> all;
    auto reg = Register::open(impl_->index, kRegisterPatience);
    for (const Xapian::docid document : impl_->documents(id, visible_sources, database)) {
      const Article article = decode_article(database.get_document(document).get_data());
      const std::int64_t at = article.modified ? article.modified->utc : article.published ? article.published->utc : 0;
      std::vector<ArticleVersion> versions{{.id = article.id,
                                            .hash = version_hash(article),
                                            .version_at = at,
                                            .title = article.title,
                                            .body = article.body}};
      const std::string identity = identity_of(database.termlist_begin(document));
      for (EarlierVersion& earlier : reg ? reg->versions(identity) : std::vector<EarlierVersion>{}) {
        if (earlier.hash == versions.front().hash) continue;
        versions.push_back({.id = article.id,
                            .hash = std::move(earlier.hash),
                            .version_at = earlier.version_at,
                            .replaced_at = earlier.replaced_at,
                            .title = std::move(earlier.title),
                            .body = std::move(earlier.body)});
      }
      all.push_back(std::move(versions));
    }
    return all;
  });
}

void Searcher::refresh() {
  impl_->refresh();
}

void Searcher::share_facets(const Searcher& other) {
  // A token may be older than what was read: only a revision says that both have read the same.
  const auto local = [](const Snapshot& s) { return !s.remote && s.database.size() == 1; };
  const bool same = impl_->state == other.impl_->state && local(impl_->snapshot) && local(other.impl_->snapshot) &&
                    impl_->snapshot.database.get_revision() == other.impl_->snapshot.database.get_revision();
  if (same) impl_->columns = other.impl_->columns;
}

void Searcher::read_facets() {
  // Of several shards, or remote ones, facets are counted otherwise.
  if (impl_->snapshot.remote || impl_->snapshot.database.size() != 1) return;
  impl_->columns->read_all(impl_->snapshot.database);
}

void Searcher::use_synonyms(const std::filesystem::path& file) {
  impl_->synonyms_file = file;
  impl_->read_synonyms();
}

}  // namespace dateline::searcher
