// Who is whom across articles: which names are one actor's. Applied whenever actors are shown, counted or filtered, so
// that a change takes effect without indexing anything again (docs/decisions/0005-actor-identities.md).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dateline/article.h"

namespace dateline {

/// Where a rule comes from. Of several rules for one name the one of the strongest origin counts.
enum class IdentityOrigin : std::uint8_t {
  learnt,   ///< From the articles of the index, at a rebuild.
  command,  ///< dateline-index actors merge, split
  file,     ///< overrides.tsv
};

/// What a name means.
struct IdentityRule {
  enum class Action : std::uint8_t {
    merge,  ///< The name is another one of `target`.
    split,  ///< The name is an actor of its own; no weaker rule merges it.
    drop,   ///< The name is no actor.
  };
  std::string name;  ///< Compared folded (text::fold).
  Action action = Action::merge;
  IdentityOrigin origin = IdentityOrigin::learnt;
  std::string target;                    ///< For merge: the name to show.
  std::optional<ActorKind> target_kind;  ///< Without one, an actor keeps its kind.

  friend bool operator==(const IdentityRule&, const IdentityRule&) = default;
};

class ActorIdentities {
 public:
  ActorIdentities() = default;
  /// In any order.
  explicit ActorIdentities(const std::vector<IdentityRule>& rules);

  [[nodiscard]] bool empty() const { return rules_.empty(); }

  struct Shown {
    std::string name;
    ActorKind kind = ActorKind::person;
  };
  /// Whom a name that articles hold means; nothing if it is no actor.
  [[nodiscard]] std::optional<Shown> shown(std::string_view name, ActorKind kind) const;

  /// Folded names under which articles may hold the actor that `folded_name` means: itself and all that is merged with
  /// it, sorted; none if it is no actor.
  [[nodiscard]] std::vector<std::string> held_as(std::string_view folded_name) const;

  /// Makes the actors of an article those that are meant: renames, unites (mentions add up, the highest salience
  /// counts), leaves out. The order by salience is kept.
  void apply(std::vector<Actor>& actors) const;

  /// The rule that counts for a folded name, or null.
  [[nodiscard]] const IdentityRule* rule(std::string_view folded_name) const;

 private:
  /// The folded name at the end of all merges, and the last rule that renamed; a circle is left where it closes.
  struct End {
    std::string folded;
    const IdentityRule* renamed = nullptr;
    bool dropped = false;
  };
  [[nodiscard]] End follow(std::string_view folded_name) const;

  std::map<std::string, IdentityRule, std::less<>> rules_;  ///< By folded name.
  std::map<std::string, std::vector<std::string>, std::less<>>
      members_;  ///< Folded end -> folded names that lead there.
};

}  // namespace dateline
