#include "indexer/jobs/index_actors.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "common/schema.h"
#include "common/store/identities.h"
#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"
#include "indexer/jobs/actor_learning.h"

namespace dateline::indexer {
namespace {

namespace fs = std::filesystem;

/// Runs `f` on the index as of now; what Xapian throws becomes ours.
template <typename F>
auto with_index(const fs::path& index, F f) {
  const Snapshot snapshot = open_snapshot(index);
  try {
    return f(snapshot.database);
  } catch (const Xapian::Error& error) {
    rethrow(error, index);
  }
}

/// Rules of one origin alone.
std::vector<IdentityRule> rules_of(const Xapian::Database& database, IdentityOrigin origin) {
  std::vector<IdentityRule> rules = read_identity_rules(database);
  std::erase_if(rules, [&](const IdentityRule& rule) { return rule.origin != origin; });
  return rules;
}

/// The actor that articles hold under a folded name, as they write it; nothing if none does.
std::optional<ListedActor> held_actor(const Xapian::Database& database, std::string_view folded) {
  const std::string term = schema::term(schema::kActor, folded);
  const auto first = database.postlist_begin(term);
  if (first == database.postlist_end(term)) return std::nullopt;
  const std::string packed = database.get_document(*first).get_value(schema::slot_actors);
  for (const std::string_view part : schema::unpack_strings(packed)) {
    const schema::PackedActor actor = schema::unpack_actor(part);
    if (text::fold(actor.name) != folded) continue;
    return ListedActor{
        .name = std::string{actor.name}, .kind = kind_of_letter(actor.kind), .articles = database.get_termfreq(term)};
  }
  return std::nullopt;
}

/// Articles that hold any of the folded names.
std::size_t count_articles(const Xapian::Database& database, const std::vector<std::string>& folded) {
  std::set<Xapian::docid> articles;
  for (const std::string& name : folded) {
    const std::string term = schema::term(schema::kActor, name);
    articles.insert(database.postlist_begin(term), database.postlist_end(term));
  }
  return articles.size();
}

ActorDetails details(const Xapian::Database& database, const ActorIdentities& identities,
                     const std::vector<std::string>& held, const std::map<std::string, std::string>& aliases) {
  ActorDetails out;
  for (const std::string& folded : held) {
    const std::optional<ListedActor> actor = held_actor(database, folded);
    if (!actor) continue;
    const auto shown = identities.shown(actor->name, actor->kind);
    if (shown) out.actor = {.name = shown->name, .kind = shown->kind, .articles = 0};
    const IdentityRule* rule = identities.rule(folded);
    out.held_as.push_back({.name = actor->name,
                           .articles = actor->articles,
                           .rule = rule == nullptr ? std::nullopt : std::optional(*rule)});
  }
  out.actor.articles = count_articles(database, held);
  std::sort(out.held_as.begin(), out.held_as.end(), [](const HeldName& a, const HeldName& b) {
    return a.articles != b.articles ? a.articles > b.articles : a.name < b.name;
  });
  for (const auto& [alias, names] : aliases) {
    for (const std::string_view name : schema::unpack_strings(names)) {
      const std::string folded = text::fold(name);
      if (folded != alias && std::find(held.begin(), held.end(), folded) != held.end()) out.aliases.push_back(alias);
    }
  }
  return out;
}

std::map<std::string, std::string> alias_table(const Xapian::Database& database) {
  const std::string prefix{schema::kMetaAlias};
  std::map<std::string, std::string> aliases;
  for (auto key = database.metadata_keys_begin(prefix); key != database.metadata_keys_end(prefix); ++key)
    aliases.emplace((*key).substr(prefix.size()), database.get_metadata(*key));
  return aliases;
}

/// Sets what was decided by command about a name, or takes it back.
void decide(std::vector<IdentityRule>& rules, const std::string& folded, std::optional<IdentityRule> rule) {
  std::erase_if(rules, [&](const IdentityRule& known) { return text::fold(known.name) == folded; });
  if (rule) rules.push_back(std::move(*rule));
}

/// Lets `change` make the rules of commands others, given the index and all rules that count now.
template <typename F>
std::string change_rules(const fs::path& index, const Clock& clock, F change) {
  (void)open_snapshot(index);  // where there is no index, none is made
  IndexWriter writer(index, IndexWriter::Mode::update, clock);
  try {
    Xapian::WritableDatabase& database = writer.database();
    std::vector<IdentityRule> rules = rules_of(database, IdentityOrigin::command);
    const ActorIdentities now(read_identity_rules(database));
    std::string said = change(database, now, rules);
    if (write_identity_rules(database, IdentityOrigin::command, rules)) writer.commit();
    return said;
  } catch (const Xapian::Error& error) {
    rethrow(error, index);
  }
}

void check_may_decide(const Xapian::Database& database, const ActorIdentities& now, const std::string& name) {
  const std::string folded = text::fold(name);
  if (folded.empty()) throw Error(ErrorCode::usage, "actors", "a name is empty");
  if (!held_actor(database, folded)) {
    const std::map<std::string, std::string> aliases = alias_table(database);
    if (const auto alias = aliases.find(folded); alias != aliases.end()) {
      throw Error(
          ErrorCode::usage, name,
          fmt::format("another name of {}; give that one", fmt::join(schema::unpack_strings(alias->second), ", ")));
    }
    throw Error(ErrorCode::usage, name, "no article has an actor of this name; actors list shows those there are");
  }
  const IdentityRule* rule = now.rule(folded);
  if (rule != nullptr && rule->origin == IdentityOrigin::file) {
    throw Error(ErrorCode::usage, name, "overrides.tsv has a line about this name, which wins; change it there");
  }
}

}  // namespace

bool prepare_identities(const fs::path& index, bool rebuild, const ActorData* actors, IndexWriter& writer) {
  bool changed = false;
  if (rebuild) {
    std::vector<IdentityRule> decided;
    try {
      decided = with_index(index, [](const auto& database) { return rules_of(database, IdentityOrigin::command); });
    } catch (const Error&) {
      // An index that cannot be read is what a rebuild is for.
    }
    changed = write_identity_rules(writer.database(), IdentityOrigin::command, decided);
  }
  if (actors == nullptr) return changed;
  std::vector<IdentityRule> overrides = actors->gazetteer().overrides();
  for (IdentityRule& rule : overrides) {
    const std::uint32_t entry = actors->gazetteer().find(name_hash(rule.target));
    if (entry != kNoEntry) rule.target_kind = actors->gazetteer().entries()[entry].kind;
  }
  return write_identity_rules(writer.database(), IdentityOrigin::file, overrides) || changed;
}

void learn_identities_once(const ActorData* actors, IndexWriter& writer) {
  Xapian::WritableDatabase& database = writer.database();
  const std::string learnt{schema::kMetaIdentitiesLearnt};
  if (!database.get_metadata(learnt).empty() || database.get_doccount() == 0) return;
  const std::vector<IdentityRule> rules =
      learn_identities(database, actors == nullptr ? nullptr : &actors->gazetteer());
  write_identity_rules(database, IdentityOrigin::learnt, rules);
  database.set_metadata(learnt, fmt::format("{} rules from {} articles", rules.size(), database.get_doccount()));
  writer.commit();
}

std::vector<ListedActor> list_actors(const fs::path& index, std::optional<ActorKind> kind, std::string_view part) {
  const std::string wanted = text::fold(part);
  std::unordered_map<std::string, std::size_t> counts;
  with_index(index, [&](const Xapian::Database& database) {
    const ActorIdentities identities(read_identity_rules(database));
    MeantActors meant(identities);
    for (auto value = database.valuestream_begin(schema::slot_actors);
         value != database.valuestream_end(schema::slot_actors); ++value) {
      const std::string packed = *value;
      for (const std::string_view actor : meant.unpack(packed)) ++counts[std::string{actor}];
    }
  });
  std::vector<ListedActor> out;
  for (const auto& [packed, articles] : counts) {
    const schema::PackedActor actor = schema::unpack_actor(packed);
    const ActorKind its_kind = kind_of_letter(actor.kind);
    if (kind && its_kind != *kind) continue;
    if (!wanted.empty() && text::fold(actor.name).find(wanted) == std::string::npos) continue;
    out.push_back({.name = std::string{actor.name}, .kind = its_kind, .articles = articles});
  }
  std::sort(out.begin(), out.end(), [](const ListedActor& a, const ListedActor& b) {
    return std::tuple(b.articles, std::string_view(a.name), a.kind) <
           std::tuple(a.articles, std::string_view(b.name), b.kind);
  });
  return out;
}

std::vector<ActorDetails> show_actor(const fs::path& index, const std::string& name) {
  return with_index(index, [&](const Xapian::Database& database) {
    const ActorIdentities identities(read_identity_rules(database));
    const std::map<std::string, std::string> aliases = alias_table(database);
    std::vector<std::string> asked{text::fold(name)};
    if (const auto alias = aliases.find(asked.front()); alias != aliases.end()) {
      for (const std::string_view one : schema::unpack_strings(alias->second)) asked.push_back(text::fold(one));
    }
    std::set<std::vector<std::string>> groups;
    std::vector<ActorDetails> out;
    for (const std::string& one : asked) {
      const std::vector<std::string> held = identities.held_as(one);
      if (held.empty() || !groups.insert(held).second) continue;
      ActorDetails found = details(database, identities, held, aliases);
      if (!found.held_as.empty()) out.push_back(std::move(found));
    }
    return out;
  });
}

std::string merge_actors(const fs::path& index, const std::string& name, const std::string& into, bool new_name,
                         const Clock& clock) {
  return change_rules(index, clock, [&](const Xapian::Database& database, const ActorIdentities& now, auto& rules) {
    check_may_decide(database, now, name);
    const std::string from = text::fold(name);
    const std::string to = text::fold(into);
    if (to.empty() || from == to) throw Error(ErrorCode::usage, "actors merge", "two different names are needed");
    const ListedActor source = *held_actor(database, from);
    const std::vector<std::string> names = now.held_as(to);
    const bool known = std::any_of(names.begin(), names.end(),
                                   [&](const std::string& one) { return held_actor(database, one).has_value(); });
    if (!known && !new_name) {
      throw Error(
          ErrorCode::usage, into,
          "no article has an actor of this name; actors list shows those there are, --new-name gives a new one");
    }
    // As articles write it, where they do; else as it was typed.
    const ListedActor target =
        held_actor(database, to).value_or(ListedActor{.name = text::clean_line(into), .kind = source.kind});
    std::string shown = target.name;
    ActorKind kind = target.kind;
    if (const auto meant = now.shown(target.name, target.kind); !meant) {
      throw Error(ErrorCode::usage, into, "overrides.tsv says that this is no actor");
    } else if (text::fold(meant->name) != from) {
      shown = meant->name;
      kind = meant->kind;
    } else {
      // The two were one already, under the other name: it changes.
      decide(rules, to,
             IdentityRule{.name = to, .action = IdentityRule::Action::split, .origin = IdentityOrigin::command});
    }
    decide(rules, from,
           IdentityRule{.name = from, .origin = IdentityOrigin::command, .target = shown, .target_kind = kind});
    return fmt::format("{} is now {}: {} articles", source.name, shown, count_articles(database, {from, to}));
  });
}

std::string split_actor(const fs::path& index, const std::string& name, const Clock& clock) {
  return change_rules(index, clock, [&](const Xapian::Database& database, const ActorIdentities& now, auto& rules) {
    check_may_decide(database, now, name);
    const std::string folded = text::fold(name);
    decide(rules, folded,
           IdentityRule{.name = folded, .action = IdentityRule::Action::split, .origin = IdentityOrigin::command});
    const ListedActor actor = *held_actor(database, folded);
    return fmt::format("{} is now an actor of its own: {} articles", actor.name, actor.articles);
  });
}

}  // namespace dateline::indexer
