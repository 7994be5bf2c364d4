#include "searcher/match/facets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <unordered_map>

#include "common/schema.h"
#include "common/store/identities.h"
#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"
#include "dateline/searcher.h"

namespace dateline::searcher {
namespace {

enum class Packing : std::uint8_t { one, several, actors };

struct FacetField {
  std::string_view name;
  Xapian::valueno slot;
  Packing packing = Packing::one;
  char kind = 0;           ///< Only actors of this kind.
  std::size_t length = 0;  ///< Only this many characters of a value: the month of a day.
  bool by_value = false;   ///< In the order of the values, not of the counts.
  bool name_like = false;  ///< Compared without case and accents.
};

constexpr std::array kFields = {
    FacetField{.name = "source", .slot = schema::slot_source, .name_like = true},
    FacetField{.name = "actors", .slot = schema::slot_actors, .packing = Packing::actors, .name_like = true},
    FacetField{.name = "date", .slot = schema::slot_day, .by_value = true},
    FacetField{.name = "section", .slot = schema::slot_section, .name_like = true},
    FacetField{.name = "lang", .slot = schema::slot_language},
    FacetField{.name = "authors", .slot = schema::slot_authors, .packing = Packing::several, .name_like = true},
    FacetField{.name = "actors:person",
               .slot = schema::slot_actors,
               .packing = Packing::actors,
               .kind = 'p',
               .name_like = true},
    FacetField{.name = "actors:organisation",
               .slot = schema::slot_actors,
               .packing = Packing::actors,
               .kind = 'o',
               .name_like = true},
    FacetField{.name = "actors:country",
               .slot = schema::slot_actors,
               .packing = Packing::actors,
               .kind = 'c',
               .name_like = true},
    FacetField{.name = "date:month", .slot = schema::slot_day, .length = 7, .by_value = true},
    FacetField{.name = "date:year", .slot = schema::slot_day, .length = 4, .by_value = true},
};

const FacetField& field_named(const std::string& name) {
  const auto found = std::find_if(kFields.begin(), kFields.end(), [&](const FacetField& f) { return f.name == name; });
  if (found == kFields.end()) {
    throw Error(ErrorCode::usage, "facet",
                fmt::format("no facet \"{}\"; there are {}", name, fmt::join(facet_fields(), ", ")));
  }
  return *found;
}

/// The parts of a slot's value that the field counts, each once.
std::vector<std::string_view> parts(const FacetField& field, std::string_view value, MeantActors& meant) {
  if (field.packing == Packing::one) return {field.length == 0 ? value : value.substr(0, field.length)};
  if (field.packing == Packing::several) return schema::unpack_strings(value);
  std::vector<std::string_view> out = meant.unpack(value);
  if (field.kind != 0) {
    std::erase_if(out, [&](std::string_view part) { return schema::unpack_actor(part).kind != field.kind; });
  }
  return out;
}

FacetValue facet_value(const FacetField& field, const std::string& part, std::uint64_t count) {
  if (field.packing != Packing::actors) return {.value = part, .kind = {}, .count = count};
  const schema::PackedActor actor = schema::unpack_actor(part);
  return {.value = std::string{actor.name}, .kind = std::string{kind_name(kind_of_letter(actor.kind))}, .count = count};
}

/// Spellings of one value: a name is the same whatever its case and accents, as it is for filters. The commonest is
/// shown.
class Spellings {
 public:
  explicit Spellings(const FacetField& field) : field_(field) {}

  /// Counts each value of one slot once.
  void add(const std::vector<std::string_view>& values, std::uint64_t count) {
    std::vector<std::string> counted;
    for (const std::string_view value : values) {
      const std::string& key = key_of(std::string{value});
      Value& entry = entries_[key];
      entry.spellings[std::string{value}] += count;
      if (std::find(counted.begin(), counted.end(), key) != counted.end()) continue;
      entry.count += count;
      counted.push_back(key);
    }
  }

  [[nodiscard]] std::vector<FacetValue> values() const {
    std::vector<FacetValue> out;
    out.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) {
      const auto commonest = std::max_element(
          entry.spellings.begin(), entry.spellings.end(),
          [](const auto& a, const auto& b) { return a.second != b.second ? a.second < b.second : a.first > b.first; });
      out.push_back(facet_value(field_, commonest->first, entry.count));
    }
    return out;
  }

 private:
  struct Value {
    std::uint64_t count = 0;
    std::map<std::string, std::uint64_t> spellings;
  };

  const std::string& key_of(const std::string& value) {
    std::string& key = keys_[value];
    if (key.empty()) key = !field_.name_like ? value : text::fold(value);
    return key;
  }

  const FacetField& field_;
  std::unordered_map<std::string, std::string> keys_;
  std::unordered_map<std::string, Value> entries_;
};

Facet counted(const FacetField& field, const Xapian::ValueCountMatchSpy& spy, const ActorIdentities& identities) {
  Facet facet{.field = std::string{field.name}, .values = {}, .missing = spy.get_total()};
  MeantActors meant(identities);
  Spellings spellings(field);
  for (Xapian::TermIterator value = spy.values_begin(); value != spy.values_end(); ++value) {
    const std::string packed = *value;
    const std::vector<std::string_view> found = parts(field, packed, meant);
    if (found.empty()) continue;
    facet.missing -= value.get_termfreq();
    spellings.add(found, value.get_termfreq());
  }
  facet.values = spellings.values();
  std::sort(facet.values.begin(), facet.values.end(), [&](const FacetValue& a, const FacetValue& b) {
    if (!field.by_value && a.count != b.count) return a.count > b.count;
    return a.value != b.value ? a.value < b.value : a.kind < b.kind;
  });
  return facet;
}

}  // namespace

const std::vector<std::string>& facet_fields() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const FacetField& field : kFields) out.emplace_back(field.name);
    return out;
  }();
  return names;
}

FacetCounter::FacetCounter(const std::vector<std::string>& fields, const ActorIdentities& identities)
    : fields_(fields), identities_(identities) {
  for (const std::string& name : fields) {
    const Xapian::valueno slot = field_named(name).slot;
    const bool there = std::any_of(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.number == slot; });
    if (!there) slots_.push_back({slot, std::make_unique<Xapian::ValueCountMatchSpy>(slot)});
  }
}

void FacetCounter::attach(Xapian::Enquire& enquire) {
  for (const Slot& slot : slots_) enquire.add_matchspy(slot.spy.get());
}

std::vector<Facet> FacetCounter::facets() const {
  std::vector<Facet> out;
  for (const std::string& name : fields_) {
    const FacetField& field = field_named(name);
    out.push_back(counted(field, spy(field.slot), identities_));
  }
  return out;
}

const Xapian::ValueCountMatchSpy& FacetCounter::spy(Xapian::valueno slot) const {
  return *std::find_if(slots_.begin(), slots_.end(), [&](const Slot& s) { return s.number == slot; })->spy;
}

}  // namespace dateline::searcher
