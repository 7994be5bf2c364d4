#include "common/actor_identities.h"

#include <algorithm>

#include "common/text.h"

namespace dateline {

ActorIdentities::ActorIdentities(const std::vector<IdentityRule>& rules) {
  for (const IdentityRule& rule : rules) {
    const auto [place, added] = rules_.try_emplace(text::fold(rule.name), rule);
    if (!added && place->second.origin < rule.origin) place->second = rule;
  }
  for (const auto& [name, rule] : rules_) {
    const End end = follow(name);
    if (!end.dropped && end.folded != name) members_[end.folded].push_back(name);
  }
}

const IdentityRule* ActorIdentities::rule(std::string_view folded_name) const {
  const auto found = rules_.find(folded_name);
  return found == rules_.end() ? nullptr : &found->second;
}

ActorIdentities::End ActorIdentities::follow(std::string_view folded_name) const {
  End end{.folded = std::string{folded_name}};
  std::vector<std::string> seen;
  for (const IdentityRule* next = rule(folded_name); next != nullptr; next = rule(end.folded)) {
    if (next->action == IdentityRule::Action::drop) end.dropped = true;
    if (next->action != IdentityRule::Action::merge) return end;
    std::string target = text::fold(next->target);
    if (target == end.folded || std::find(seen.begin(), seen.end(), target) != seen.end()) {
      if (target == end.folded) end.renamed = next;  // only another way to write it
      return end;
    }
    seen.push_back(std::move(end.folded));
    end.folded = std::move(target);
    end.renamed = next;
  }
  return end;
}

std::optional<ActorIdentities::Shown> ActorIdentities::shown(std::string_view name, ActorKind kind) const {
  if (!rules_.empty()) {
    const End end = follow(text::fold(name));
    if (end.dropped) return std::nullopt;
    if (end.renamed != nullptr) return Shown{end.renamed->target, end.renamed->target_kind.value_or(kind)};
  }
  return Shown{std::string{name}, kind};
}

std::vector<std::string> ActorIdentities::held_as(std::string_view folded_name) const {
  const End end = follow(folded_name);
  if (end.dropped) return {};
  std::vector<std::string> names{end.folded};
  if (const auto members = members_.find(end.folded); members != members_.end()) {
    names.insert(names.end(), members->second.begin(), members->second.end());
  }
  std::sort(names.begin(), names.end());
  return names;
}

void ActorIdentities::apply(std::vector<Actor>& actors) const {
  if (rules_.empty()) return;
  std::vector<Actor> meant;
  bool united = false;
  for (Actor& actor : actors) {
    std::optional<Shown> shown = this->shown(actor.name, actor.kind);
    if (!shown) continue;
    actor.name = std::move(shown->name);
    actor.kind = shown->kind;
    const auto same = std::find_if(meant.begin(), meant.end(),
                                   [&](const Actor& a) { return a.name == actor.name && a.kind == actor.kind; });
    if (same == meant.end()) {
      meant.push_back(std::move(actor));
      continue;
    }
    united = true;
    same->mentions += actor.mentions;
    same->salience = std::max(same->salience, actor.salience);
    for (std::string& surface : actor.surfaces) {
      if (std::find(same->surfaces.begin(), same->surfaces.end(), surface) == same->surfaces.end())
        same->surfaces.push_back(std::move(surface));
    }
  }
  actors = std::move(meant);
  if (!united) return;
  std::stable_sort(actors.begin(), actors.end(),
                   [](const Actor& a, const Actor& b) { return a.salience > b.salience; });
}

}  // namespace dateline
