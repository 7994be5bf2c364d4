#include "searcher/match/facets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/schema.h"
#include "common/store/identities.h"
#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"
#include "dateline/searcher.h"

namespace dateline::searcher {
namespace {

enum class Packing : std::uint8_t { one, several, actors, paths };

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
    FacetField{.name = "section", .slot = schema::slot_section, .packing = Packing::paths, .name_like = true},
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

FacetValue facet_value(const FacetField& field, std::string_view part, std::uint64_t count) {
  if (field.packing != Packing::actors) return {.value = std::string{part}, .kind = {}, .count = count};
  const schema::PackedActor actor = schema::unpack_actor(part);
  return {.value = std::string{actor.name}, .kind = std::string{kind_name(kind_of_letter(actor.kind))}, .count = count};
}

/// Of each place in a hierarchy its top, and the levels down to one below the lowest that was asked for.
std::vector<std::string_view> levels_to_show(std::string_view value, const std::vector<std::string>& asked) {
  std::vector<std::string_view> out;
  for (const std::string_view packed : schema::unpack_strings(value)) {
    const std::vector<std::string_view> path = schema::unpack_path(packed);
    std::size_t shown = 1;
    for (std::size_t i = 0; i < path.size() && !asked.empty(); ++i) {
      if (std::find(asked.begin(), asked.end(), text::fold(path[i])) != asked.end()) shown = i + 2;
    }
    for (std::size_t i = 0; i < std::min(shown, path.size()); ++i) out.push_back(path[i]);
  }
  return out;
}

/// Columns of sections as a request saw them that are kept: each holds 4 bytes a document.
constexpr std::size_t kMostByRequest = 8;

/// The parts of a slot's value that the field counts, each once.
std::vector<std::string_view> parts(const FacetField& field, std::string_view value, MeantActors& meant,
                                    const std::vector<std::string>& sections) {
  if (field.packing == Packing::paths) return levels_to_show(value, sections);
  if (field.packing == Packing::one) return {field.length == 0 ? value : value.substr(0, field.length)};
  if (field.packing == Packing::several) return schema::unpack_strings(value);
  std::vector<std::string_view> out = meant.unpack(value);
  if (field.kind != 0) {
    std::erase_if(out, [&](std::string_view part) { return schema::unpack_actor(part).kind != field.kind; });
  }
  return out;
}

}  // namespace

// --- Values
// ------------------------------------------------------------------------------------------------------------

/// The spellings of a field's values, numbered in the order in which equal counts are shown. A name is the same value
/// whatever its case and accents, as it is for filters; the commonest spelling is shown.
class FacetValues {
 public:
  explicit FacetValues(const FacetField& field) : field_(field) {}

  std::uint32_t number_of(std::string_view part) {
    const auto [entry, fresh] = numbers_.try_emplace(std::string{part}, static_cast<std::uint32_t>(numbers_.size()));
    return entry->second;
  }
  /// Ends the numbering; gives the new number of each old one.
  std::vector<std::uint32_t> sort() {
    std::vector<std::pair<FacetValue, std::uint32_t>> order;
    spellings_.resize(numbers_.size());
    std::vector<std::string> names(numbers_.size());
    for (auto& [part, number] : numbers_) {
      order.emplace_back(facet_value(field_, part, 0), number);
      names[number] = part;
    }
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return a.first.value != b.first.value ? a.first.value < b.first.value : a.first.kind < b.first.kind;
    });
    std::vector<std::uint32_t> renumbered(order.size());
    std::unordered_map<std::string, std::uint32_t> values;
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      renumbered[order[i].second] = i;
      std::string& part = names[order[i].second];
      const auto value = static_cast<std::uint32_t>(values.size());
      value_of_.push_back(values.try_emplace(field_.name_like ? text::fold(part) : part, value).first->second);
      spellings_[i] = std::move(part);
    }
    values_ = values.size();
    numbers_.clear();
    return renumbered;
  }

  [[nodiscard]] std::size_t spellings() const { return spellings_.size(); }
  [[nodiscard]] std::size_t size() const { return values_; }
  [[nodiscard]] std::uint32_t value_of(std::uint32_t spelling) const { return value_of_[spelling]; }

  /// `counts`: by spelling; `repeats`: by value, of documents that have it in several spellings.
  [[nodiscard]] std::vector<FacetValue> counted(const std::vector<std::uint32_t>& counts,
                                                const std::vector<std::uint32_t>& repeats, std::size_t limit) const {
    struct Found {
      std::uint32_t count = 0;
      std::uint32_t spelling = 0;
      std::uint32_t of_spelling = 0;
    };
    std::vector<Found> by_value(values_);
    std::vector<std::uint32_t> found;
    for (std::uint32_t spelling = 0; spelling < counts.size(); ++spelling) {
      if (counts[spelling] == 0) continue;
      Found& value = by_value[value_of_[spelling]];
      if (value.count == 0) found.push_back(value_of_[spelling]);
      value.count += counts[spelling];
      if (counts[spelling] > value.of_spelling) {
        value.spelling = spelling;
        value.of_spelling = counts[spelling];
      }
    }
    for (const std::uint32_t value : found) by_value[value].count -= repeats[value];
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
      const Found& x = by_value[a];
      const Found& y = by_value[b];
      return !field_.by_value && x.count != y.count ? x.count > y.count : x.spelling < y.spelling;
    };
    const std::size_t shown = limit == 0 ? found.size() : std::min(limit, found.size());
    std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(shown), found.end(), before);
    std::vector<FacetValue> out;
    out.reserve(shown);
    for (std::size_t i = 0; i < shown; ++i) {
      const Found& value = by_value[found[i]];
      out.push_back(facet_value(field_, spellings_[value.spelling], value.count));
    }
    return out;
  }

 private:
  const FacetField& field_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
  std::vector<std::string> spellings_;
  std::vector<std::uint32_t> value_of_;
  std::size_t values_ = 0;
};

/// What documents have in a field, by docid.
class FacetColumn {
 public:
  FacetColumn(const FacetField& field, const Xapian::Database& database, const ActorIdentities& identities,
              const std::vector<std::string>& sections)
      : values_(field) {
    MeantActors meant(identities);
    const std::size_t documents = std::size_t{database.get_lastdocid()} + 1;
    begins_.reserve(documents + 1);
    std::vector<std::string_view> found;
    for (auto value = database.valuestream_begin(field.slot); value != database.valuestream_end(field.slot); ++value) {
      while (begins_.size() <= value.get_docid()) begins_.push_back(static_cast<std::uint32_t>(spellings_.size()));
      const std::string packed = *value;
      for (const std::string_view part : parts(field, packed, meant, sections))
        spellings_.push_back(values_.number_of(part));
    }
    while (begins_.size() <= documents) begins_.push_back(static_cast<std::uint32_t>(spellings_.size()));
    const std::vector<std::uint32_t> renumbered = values_.sort();
    std::vector<std::uint32_t> seen;
    for (std::size_t document = 0; document + 1 < begins_.size(); ++document) {
      seen.clear();
      for (std::size_t i = begins_[document]; i < begins_[document + 1]; ++i) {
        spellings_[i] = renumbered[spellings_[i]];
        const std::uint32_t value = values_.value_of(spellings_[i]);
        if (std::find(seen.begin(), seen.end(), value) != seen.end()) {
          spellings_[i] |= kRepeated;
        } else {
          seen.push_back(value);
        }
      }
    }
    spellings_.shrink_to_fit();
  }

  /// Set where the document has the value in another spelling already.
  static constexpr std::uint32_t kRepeated = 0x80000000;

  [[nodiscard]] std::span<const std::uint32_t> of(Xapian::docid document) const {
    if (document + std::size_t{1} >= begins_.size()) return {};
    return std::span(spellings_).subspan(begins_[document], begins_[document + 1] - begins_[document]);
  }
  [[nodiscard]] const FacetValues& values() const { return values_; }

 private:
  FacetValues values_;
  std::vector<std::uint32_t> begins_;  // of a document's in spellings_
  std::vector<std::uint32_t> spellings_;
};

std::shared_ptr<const FacetColumn> FacetColumns::column(const std::string& name, const Xapian::Database& database,
                                                        const std::vector<std::string>& sections) {
  const FacetField& field = field_named(name);
  const bool by_request = field.packing == Packing::paths && !sections.empty();
  std::string key = name;
  if (by_request) key += '\0' + schema::pack_strings(sections);
  const std::lock_guard lock(mutex_);
  std::shared_ptr<const FacetColumn>& column = columns_[key];
  if (column != nullptr) return column;
  const std::shared_ptr<const FacetColumn> made = column =
      std::make_shared<FacetColumn>(field, database, identities_, by_request ? sections : std::vector<std::string>{});
  if (by_request) {
    by_request_.push_back(std::move(key));
    if (by_request_.size() > kMostByRequest) {
      columns_.erase(by_request_.front());
      by_request_.pop_front();
    }
  }
  return made;
}

FacetColumns::FacetColumns(ActorIdentities identities) : identities_(std::move(identities)) {}
FacetColumns::~FacetColumns() = default;

// --- Counting
// ----------------------------------------------------------------------------------------------------------

/// Counts of one field.
class FacetCounter::Field {
 public:
  explicit Field(std::shared_ptr<const FacetColumn> column)
      : column_(std::move(column)), counts_(column_->values().spellings()), repeats_(column_->values().size()) {}

  void add(Xapian::docid document) {
    const std::span<const std::uint32_t> spellings = column_->of(document);
    if (spellings.empty()) ++missing_;
    for (const std::uint32_t spelling : spellings) {
      const std::uint32_t number = spelling & ~FacetColumn::kRepeated;
      ++counts_[number];
      if (number != spelling) ++repeats_[column_->values().value_of(number)];
    }
  }
  [[nodiscard]] Facet facet(const std::string& name, std::size_t limit) const {
    return {.field = name, .values = column_->values().counted(counts_, repeats_, limit), .missing = missing_};
  }

 private:
  std::shared_ptr<const FacetColumn> column_;
  std::vector<std::uint32_t> counts_;
  std::vector<std::uint32_t> repeats_;
  std::uint64_t missing_ = 0;
};

class FacetCounter::Spy final : public Xapian::MatchSpy {
 public:
  explicit Spy(FacetCounter& counter) : counter_(counter) {}
  void operator()(const Xapian::Document& document, double /*weight*/) override { counter_.add(document.get_docid()); }

 private:
  FacetCounter& counter_;
};

FacetCounter::FacetCounter(const std::vector<std::string>& names, FacetColumns& columns,
                           const Xapian::Database& database, const std::vector<std::string>& sections)
    : names_(names) {
  for (const std::string& name : names) fields_.emplace_back(columns.column(name, database, sections));
}
FacetCounter::~FacetCounter() = default;

void FacetCounter::attach(Xapian::Enquire& enquire) {
  if (fields_.empty()) return;
  spy_ = std::make_unique<Spy>(*this);
  enquire.add_matchspy(spy_.get());
}

void FacetCounter::add(Xapian::docid document) {
  for (Field& field : fields_) field.add(document);
}

std::vector<Facet> FacetCounter::facets(std::size_t limit) const {
  std::vector<Facet> out;
  for (std::size_t i = 0; i < names_.size(); ++i) out.push_back(fields_[i].facet(names_[i], limit));
  return out;
}

// --- Several shards
// -----------------------------------------------------------------------------------------------------

StockFacetCounter::StockFacetCounter(const std::vector<std::string>& names, const ActorIdentities& identities,
                                     std::vector<std::string> sections)
    : names_(names), identities_(identities), sections_(std::move(sections)) {
  for (const std::string& name : names) {
    const Xapian::valueno slot = field_named(name).slot;
    if (!spies_.contains(slot)) spies_.emplace(slot, std::make_unique<Xapian::ValueCountMatchSpy>(slot));
  }
}

void StockFacetCounter::attach(Xapian::Enquire& enquire) {
  for (const auto& [slot, spy] : spies_) enquire.add_matchspy(spy.get());
}

std::vector<Facet> StockFacetCounter::facets(std::size_t limit) const {
  std::vector<Facet> out;
  for (const std::string& name : names_) out.push_back(facet(name, limit));
  return out;
}

Facet StockFacetCounter::facet(const std::string& name, std::size_t limit) const {
  const FacetField& field = field_named(name);
  const Xapian::ValueCountMatchSpy& spy = *spies_.at(field.slot);
  Facet facet{.field = name, .values = {}, .missing = spy.get_total()};
  MeantActors meant(identities_);
  FacetValues values(field);
  std::vector<std::pair<std::vector<std::uint32_t>, std::uint32_t>> slots;  // spellings, documents
  for (Xapian::TermIterator value = spy.values_begin(); value != spy.values_end(); ++value) {
    const std::string packed = *value;
    std::vector<std::uint32_t> spellings;
    for (const std::string_view part : parts(field, packed, meant, sections_))
      spellings.push_back(values.number_of(part));
    if (spellings.empty()) continue;
    facet.missing -= value.get_termfreq();
    slots.emplace_back(std::move(spellings), value.get_termfreq());
  }
  const std::vector<std::uint32_t> renumbered = values.sort();
  std::vector<std::uint32_t> counts(values.spellings());
  std::vector<std::uint32_t> repeats(values.size());
  for (const auto& [spellings, documents] : slots) {
    std::vector<std::uint32_t> seen;
    for (const std::uint32_t old : spellings) {
      const std::uint32_t spelling = renumbered[old];
      const std::uint32_t value = values.value_of(spelling);
      counts[spelling] += documents;
      if (std::find(seen.begin(), seen.end(), value) != seen.end()) repeats[value] += documents;
      seen.push_back(value);
    }
  }
  facet.values = values.counted(counts, repeats, limit);
  return facet;
}

const std::vector<std::string>& facet_fields() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const FacetField& field : kFields) out.emplace_back(field.name);
    return out;
  }();
  return names;
}

}  // namespace dateline::searcher
