#include "indexer/jobs/selection.h"

#include <xapian.h>

#include "common/query/compile.h"
#include "common/query/query.h"
#include "common/schema.h"
#include "common/store.h"
#include "common/stored.h"

namespace dateline::indexer {
namespace {

/// The alias table that the index carries.
class IndexActorNames final : public query::ActorNames {
 public:
  explicit IndexActorNames(const Xapian::Database& database) : database_(database) {}
  [[nodiscard]] std::vector<std::string> canonical(std::string_view folded_alias) const override {
    const std::string packed = database_.get_metadata(std::string{schema::kMetaAlias}.append(folded_alias));
    std::vector<std::string> names;
    if (packed.empty()) return names;
    for (const std::string_view name : schema::unpack_strings(packed)) names.emplace_back(name);
    return names;
  }

 private:
  const Xapian::Database& database_;
};

/// Sees every article that matches while it is matched: nothing is collected.
class Visitor final : public Xapian::MatchSpy {
 public:
  Visitor(const std::function<void(const Article&)>& visit, std::int64_t now, bool withheld)
      : visit_(visit), now_(now), withheld_(withheld) {}
  void operator()(const Xapian::Document& document, double /*weight*/) override {
    const Article article = decode_article(document.get_data());
    const bool embargoed = article.embargo_until && article.embargo_until->utc > now_;
    if (!withheld_ && (embargoed || article.status != PublishingStatus::usable)) {
      ++left_out_;
      return;
    }
    visit_(article);
  }
  [[nodiscard]] std::size_t left_out() const { return left_out_; }

 private:
  const std::function<void(const Article&)>& visit_;
  std::int64_t now_;
  bool withheld_;
  std::size_t left_out_ = 0;
};

}  // namespace

std::size_t for_each_article(const Selection& selection, const Clock& clock, Diagnostics& diagnostics,
                             const std::function<void(const Article&)>& visit) try {
  const Snapshot snapshot = open_snapshot(selection.index);
  const Xapian::doccount all = snapshot.database.get_doccount();
  if (all == 0) return 0;
  Xapian::Query query = Xapian::Query::MatchAll;
  if (!selection.query.empty()) {
    const query::Parsed parsed = query::parse(
        selection.query, {.now = clock.now(), .zone = selection.zone, .languages = snapshot.languages, .limits = {}});
    const IndexActorNames actors(snapshot.database);
    query::Compiled compiled = query::compile(parsed.root, snapshot.database,
                                              {.languages = snapshot.languages,
                                               .actors = &actors,
                                               .limits = {},
                                               .budget = std::make_shared<query::Budget>()});
    for (const query::Warning& warning : parsed.warnings) diagnostics.warn(warning.message);
    for (const query::Warning& warning : compiled.warnings) diagnostics.warn(warning.message);
    query = compiled.query;
  }
  const std::string hidden{schema::kHidden};
  if (!selection.withheld && snapshot.database.term_exists(hidden))
    query = Xapian::Query(Xapian::Query::OP_AND_NOT, query, Xapian::Query(hidden));
  Visitor visitor(visit, clock.now().time_since_epoch().count(), selection.withheld);
  Xapian::Enquire enquire(snapshot.database);
  enquire.set_query(query);
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  enquire.set_docid_order(Xapian::Enquire::ASCENDING);
  enquire.add_matchspy(&visitor);
  // No hit is kept, yet every one is visited.
  (void)enquire.get_mset(0, 0, all);
  return visitor.left_out();
} catch (const Xapian::Error& error) {
  rethrow(error, selection.index);
}

}  // namespace dateline::indexer
