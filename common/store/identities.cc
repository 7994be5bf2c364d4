#include "common/store/identities.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "common/schema.h"
#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline {
namespace {

constexpr std::array kOrigins = {IdentityOrigin::learnt, IdentityOrigin::command, IdentityOrigin::file};

std::string prefix_of(IdentityOrigin origin) {
  static constexpr std::array<char, 3> kLetters = {'l', 'c', 'f'};
  return std::string{schema::kMetaIdentity} + kLetters[static_cast<std::size_t>(origin)] + ':';
}

/// "m" | "s" | "d", the name, and for a merge the target with its kind's letter ('-' for none), parted by 0x1F.
std::string encode(const IdentityRule& rule) {
  static constexpr std::array<char, 3> kActions = {'m', 's', 'd'};
  std::string out(1, kActions[static_cast<std::size_t>(rule.action)]);
  out.append(1, '\x1F').append(rule.name);
  if (rule.action != IdentityRule::Action::merge) return out;
  return out.append(1, '\x1F').append(1, rule.target_kind ? kind_letter(*rule.target_kind) : '-').append(rule.target);
}

IdentityRule decode(std::string_view row, IdentityOrigin origin) {
  const auto parts = text::split(row, '\x1F');
  const bool merge = parts[0] == "m";
  if (parts.size() != (merge ? 3U : 2U) || (merge && parts[2].size() < 2)) {
    throw Error(ErrorCode::index_corrupt, "actor identities", "a row cannot be read");
  }
  IdentityRule rule{.name = std::string{parts[1]},
                    .action = parts[0] == "s" ? IdentityRule::Action::split : IdentityRule::Action::drop,
                    .origin = origin,
                    .target = {},
                    .target_kind = {}};
  if (!merge) return rule;
  rule.action = IdentityRule::Action::merge;
  rule.target = parts[2].substr(1);
  if (parts[2][0] != '-') rule.target_kind = kind_of_letter(parts[2][0]);
  return rule;
}

}  // namespace

std::vector<IdentityRule> read_identity_rules(const Xapian::Database& database) {
  std::vector<IdentityRule> rules;
  for (const IdentityOrigin origin : kOrigins) {
    const std::string prefix = prefix_of(origin);
    for (auto key = database.metadata_keys_begin(prefix); key != database.metadata_keys_end(prefix); ++key) {
      rules.push_back(decode(database.get_metadata(*key), origin));
    }
  }
  return rules;
}

bool write_identity_rules(Xapian::WritableDatabase& database, IdentityOrigin origin,
                          const std::vector<IdentityRule>& rules) {
  const std::string prefix = prefix_of(origin);
  std::map<std::string, std::string> rows;  // key -> row; empty: to be removed
  for (auto key = database.metadata_keys_begin(prefix); key != database.metadata_keys_end(prefix); ++key) {
    rows.emplace(*key, std::string{});
  }
  for (const IdentityRule& rule : rules) rows[schema::term(prefix, text::fold(rule.name))] = encode(rule);
  bool changed = false;
  for (const auto& [key, row] : rows) {
    if (database.get_metadata(key) == row) continue;
    database.set_metadata(key, row);
    changed = true;
  }
  return changed;
}

std::vector<std::string_view> MeantActors::unpack(std::string_view value) {
  std::vector<std::string_view> out = schema::unpack_strings(value);
  if (identities_.empty()) return out;
  for (std::string_view& part : out) part = meant(part);
  std::erase(out, std::string_view{});
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::string_view MeantActors::meant(std::string_view packed) {
  const auto [known, added] = meant_.try_emplace(std::string{packed});
  if (added) {
    const schema::PackedActor actor = schema::unpack_actor(packed);
    const auto shown = identities_.shown(actor.name, kind_of_letter(actor.kind));
    if (shown) known->second = kind_letter(shown->kind) + shown->name;
  }
  return known->second;
}

}  // namespace dateline
