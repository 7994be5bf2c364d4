#include "searcher/match/translate.h"

#include <optional>

#include "common/query/opensearch.h"
#include "common/store.h"
#include "common/store/identities.h"
#include "dateline/error.h"
#include "searcher/match/actor_names.h"

namespace dateline::searcher {

std::string search_body_for_opensearch(const std::filesystem::path& index, const std::string& query,
                                       const std::string& zone, const Clock& clock) {
  std::optional<Snapshot> snapshot;
  try {
    snapshot = open_snapshot(index);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::index_missing) throw;
  }
  ActorIdentities identities;
  std::optional<IndexActorNames> names;
  std::vector<std::string> languages;
  if (snapshot) {
    identities = ActorIdentities(read_identity_rules(snapshot->database));
    names.emplace(snapshot->database, identities);
    languages = snapshot->languages;
  }
  const query::Parsed parsed = query::parse(query, {.now = clock.now(), .zone = zone, .languages = languages});
  query::CompileOptions options{.languages = languages, .actors = names ? &*names : nullptr, .budget = nullptr};
  return nlohmann::ordered_json{{"query", query::to_opensearch(parsed.root, options)}}.dump(2);
}

}  // namespace dateline::searcher
