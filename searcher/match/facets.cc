#include "searcher/match/facets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "common/schema.h"
#include "common/stored.h"
#include "common/text.h"
#include "dateline/error.h"
#include "dateline/searcher.h"
#include "searcher/match/facet_column.h"

namespace dateline::searcher {
namespace {

constexpr std::array kSlots = {
    FacetSlot{.number = schema::slot_source, .name_like = true},
    FacetSlot{.number = schema::slot_actors, .packing = Packing::actors, .name_like = true},
    FacetSlot{.number = schema::slot_day},
    FacetSlot{.number = schema::slot_section, .packing = Packing::paths},
    FacetSlot{.number = schema::slot_language},
    FacetSlot{.number = schema::slot_authors, .packing = Packing::several, .name_like = true},
};

struct FacetField {
  std::string_view name;
  Xapian::valueno slot;
  char kind = 0;           ///< Only actors of this kind.
  std::size_t length = 0;  ///< Only this many characters of a value: the month of a day.
};

constexpr std::array kFields = {
    FacetField{.name = "source", .slot = schema::slot_source},
    FacetField{.name = "actors", .slot = schema::slot_actors},
    FacetField{.name = "date", .slot = schema::slot_day},
    FacetField{.name = "section", .slot = schema::slot_section},
    FacetField{.name = "lang", .slot = schema::slot_language},
    FacetField{.name = "authors", .slot = schema::slot_authors},
    FacetField{.name = "actors:person", .slot = schema::slot_actors, .kind = 'p'},
    FacetField{.name = "actors:organisation", .slot = schema::slot_actors, .kind = 'o'},
    FacetField{.name = "actors:country", .slot = schema::slot_actors, .kind = 'c'},
    FacetField{.name = "date:month", .slot = schema::slot_day, .length = 7},
    FacetField{.name = "date:year", .slot = schema::slot_day, .length = 4},
};

const FacetSlot& slot_numbered(Xapian::valueno number) {
  return *std::find_if(kSlots.begin(), kSlots.end(), [&](const FacetSlot& s) { return s.number == number; });
}

const FacetField& field_named(const std::string& name) {
  const auto found = std::find_if(kFields.begin(), kFields.end(), [&](const FacetField& f) { return f.name == name; });
  if (found == kFields.end()) {
    throw Error(ErrorCode::usage, "facet",
                fmt::format("no facet \"{}\"; there are {}", name, fmt::join(facet_fields(), ", ")));
  }
  return *found;
}

FacetValue facet_value(Packing packing, std::string_view spelling, std::uint64_t count) {
  if (packing != Packing::actors) return {.value = std::string{spelling}, .kind = {}, .count = count};
  const schema::PackedActor actor = schema::unpack_actor(spelling);
  return {.value = std::string{actor.name}, .kind = std::string{kind_name(kind_of_letter(actor.kind))}, .count = count};
}

/// Of a place in a hierarchy its top, and the levels down to one below the lowest that was asked for.
std::vector<std::string_view> levels_to_show(std::string_view packed, const std::vector<std::string>& asked) {
  std::vector<std::string_view> path = schema::unpack_path(packed);
  std::size_t shown = 1;
  for (std::size_t i = 0; i < path.size() && !asked.empty(); ++i) {
    if (std::find(asked.begin(), asked.end(), text::fold(path[i])) != asked.end()) shown = i + 2;
  }
  path.resize(std::min(shown, path.size()));
  return path;
}

/// Counts rows, for all fields of their slot at once.
class Tally {
 public:
  /// `names` must outlive the object and may grow.
  Tally(const FacetSlot& slot, const FacetNames& names)
      : packing_(slot.packing), names_(names), counts_(names.size()) {}

  [[gnu::always_inline]] void add(std::span<const std::uint32_t> row, std::uint32_t documents) {
    unsigned kinds = 0;
    for (const std::uint32_t word : row) {
      const std::uint32_t number = word & FacetWord::kNumber;
      if (number >= counts_.size()) counts_.resize(names_.size());
      const std::uint32_t before = counts_[number];
      counts_[number] = before + documents;
      if (before == 0) counted_.push_back(number);
      if ((word & FacetWord::kRepeated) != 0) repeats_[names_.value_of(number)] += documents;
      kinds |= 1U << (word >> FacetWord::kKindShift & 3U);
    }
    with_kinds_[kinds] += documents;
  }

  [[nodiscard]] Facet facet(const FacetField& field, std::size_t limit) const {
    Facet facet{.field = std::string{field.name}, .values = {}};
    const unsigned wanted = field.kind == 0 ? 0xF : 1U << FacetWord::kind_of_letter(field.kind);
    for (unsigned kinds = 0; kinds < with_kinds_.size(); ++kinds) {
      if ((kinds & wanted) == 0) facet.missing += with_kinds_[kinds];
    }
    if (field.slot == schema::slot_day) {
      facet.values = sequence(field.length);
      facet.distinct = facet.values.size();
    } else {
      take_most_frequent(field.kind, limit, facet);
    }
    return facet;
  }

 private:
  /// In the order of the values, all of them.
  [[nodiscard]] std::vector<FacetValue> sequence(std::size_t length) const {
    std::map<std::string_view, std::uint64_t> sums;
    for (const std::uint32_t number : counted_) {
      const std::string_view value = names_.spelling(number);
      sums[length == 0 ? value : value.substr(0, length)] += counts_[number];
    }
    std::vector<FacetValue> out;
    for (const auto& [value, count] : sums) out.push_back(facet_value(packing_, value, count));
    return out;
  }

  struct Found {
    std::uint32_t count = 0;
    std::uint32_t spelling = 0;
    std::uint32_t of_spelling = 0;
  };

  /// Each value under its commonest spelling.
  void take_most_frequent(char kind, std::size_t limit, Facet& facet) const {
    std::vector<Found> found;
    found.reserve(counted_.size());
    const bool alike = names_.values() != names_.size();
    std::vector<std::uint32_t> place(alike ? names_.values() : 0);  // in `found`, from 1
    for (const std::uint32_t number : counted_) {
      if (kind != 0 && names_.spelling(number).front() != kind) continue;
      const Found one{.count = counts_[number], .spelling = number, .of_spelling = counts_[number]};
      if (!alike) {
        found.push_back(one);
      } else if (std::uint32_t& at = place[names_.value_of(number)]; at == 0) {
        found.push_back(one);
        at = static_cast<std::uint32_t>(found.size());
      } else {
        Found& value = found[at - 1];
        value.count += one.count;
        if (one.of_spelling > value.of_spelling ||
            (one.of_spelling == value.of_spelling && precedes(number, value.spelling))) {
          value.spelling = number;
          value.of_spelling = one.of_spelling;
        }
      }
    }
    for (const auto& [value, documents] : repeats_) {
      // Of another kind, maybe.
      if (place[value] != 0) found[place[value] - 1].count -= documents;
    }
    const std::size_t shown = limit == 0 ? found.size() : std::min(limit, found.size());
    std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(shown), found.end(),
                      [&](const Found& a, const Found& b) {
                        return a.count != b.count ? a.count > b.count : precedes(a.spelling, b.spelling);
                      });
    facet.distinct = found.size();
    found.resize(shown);
    facet.values.reserve(shown);
    for (const Found& value : found)
      facet.values.push_back(facet_value(packing_, names_.spelling(value.spelling), value.count));
  }

  /// The order of equal counts.
  [[nodiscard]] bool precedes(std::uint32_t a, std::uint32_t b) const {
    std::string_view x = names_.spelling(a);
    std::string_view y = names_.spelling(b);
    if (packing_ != Packing::actors) return x < y;
    return x.substr(1) != y.substr(1) ? x.substr(1) < y.substr(1) : x.front() < y.front();
  }

  Packing packing_;
  const FacetNames& names_;
  std::vector<std::uint32_t> counts_;   ///< By spelling.
  std::vector<std::uint32_t> counted_;  ///< The spellings whose count is not 0.
  std::unordered_map<std::uint32_t, std::uint32_t>
      repeats_;                                 ///< By value: documents that have it in several spellings.
  std::array<std::uint64_t, 16> with_kinds_{};  ///< Documents by the set of kinds (a bit each) they have.
};

/// Places in a hierarchy to the levels that are shown of them.
class Levels {
 public:
  Levels(const FacetNames& paths, const std::vector<std::string>& asked) : paths_(paths), asked_(asked) {}

  std::span<const std::uint32_t> row(std::span<const std::uint32_t> paths) {
    row_.clear();
    for (const std::uint32_t word : paths) {
      const std::uint32_t path = word & FacetWord::kNumber;
      if (path >= shown_.size()) shown_.resize(paths_.size());
      if (shown_[path].empty()) {
        for (const std::string_view level : levels_to_show(paths_.spelling(path), asked_))
          shown_[path].push_back(names_.number_of(level));
      }
      for (const std::uint32_t level : shown_[path]) FacetWord::append(names_, level, 0, row_, 0);
    }
    return row_;
  }
  [[nodiscard]] const FacetNames& names() const { return names_; }

 private:
  const FacetNames& paths_;
  const std::vector<std::string>& asked_;
  FacetNames names_{true};
  std::vector<std::vector<std::uint32_t>> shown_;  ///< Of each path.
  std::vector<std::uint32_t> row_;
};

/// The fields of one slot. `each` calls what it is given with a row and a number of documents.
template <typename Each>
void count_fields(const FacetSlot& slot, const FacetColumn& column, const std::vector<std::string>& sections,
                  std::size_t limit, const Each& each, std::vector<Facet>& facets) {
  Levels levels(column.names(), sections);
  const bool paths = slot.packing == Packing::paths;
  Tally tally(slot, paths ? levels.names() : column.names());
  each([&](std::span<const std::uint32_t> row, std::uint32_t documents) {
    tally.add(paths ? levels.row(row) : row, documents);
  });
  for (Facet& facet : facets) {
    const FacetField& field = field_named(facet.field);
    if (field.slot == slot.number) facet = tally.facet(field, limit);
  }
}

std::vector<Facet> empty_facets(const std::vector<std::string>& names) {
  std::vector<Facet> out;
  for (const std::string& name : names) out.push_back({.field = name, .values = {}});
  return out;
}

bool counts_slot(const std::vector<std::string>& names, Xapian::valueno slot) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& n) { return field_named(n).slot == slot; });
}

void check_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) (void)field_named(name);
}

/// A row for each of `documents`, which ascend.
std::shared_ptr<const FacetColumn> column_of(const FacetSlot& slot, const ActorIdentities& identities,
                                             const Xapian::Database& database,
                                             const std::vector<Xapian::docid>& documents, const query::Budget* budget) {
  constexpr std::size_t kBetweenLooks = 1024;
  auto column = std::make_shared<FacetColumn>(slot, identities);
  auto value = database.valuestream_begin(slot.number);
  const auto end = database.valuestream_end(slot.number);
  for (const Xapian::docid document : documents) {
    if (budget != nullptr && column->rows() % kBetweenLooks == 0) budget->check();
    if (value != end) value.skip_to(document);
    column->append(value != end && value.get_docid() == document ? *value : std::string{});
  }
  return column;
}

/// A row for each docid from 0.
std::shared_ptr<const FacetColumn> whole_column(const FacetSlot& slot, const ActorIdentities& identities,
                                                const Xapian::Database& database) {
  auto column = std::make_shared<FacetColumn>(slot, identities);
  for (auto value = database.valuestream_begin(slot.number); value != database.valuestream_end(slot.number); ++value) {
    column->append_empty(value.get_docid() - column->rows());
    column->append(*value);
  }
  column->append_empty(std::size_t{database.get_lastdocid()} + 1 - column->rows());
  column->finish();
  return column;
}

}  // namespace

// --- Columns
// -----------------------------------------------------------------------------------------------------------

FacetColumns::FacetColumns(ActorIdentities identities, std::filesystem::path shard)
    : lists_(std::move(shard)), identities_(std::move(identities)) {}
FacetColumns::~FacetColumns() = default;

std::shared_ptr<const FacetColumn> FacetColumns::column(Xapian::valueno slot, const Xapian::Database& database,
                                                        std::size_t documents) {
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[slot];
    if (entry.column) return entry.column;
    entry.counted += documents;
    if (entry.reading || entry.counted < database.get_doccount()) return nullptr;
  }
  return read(slot, database);
}

std::shared_ptr<const FacetColumn> FacetColumns::read(Xapian::valueno slot, const Xapian::Database& database) {
  {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[slot];
    if (entry.column || entry.reading) return entry.column;
    entry.reading = true;
  }
  std::shared_ptr<const FacetColumn> column;
  try {
    column = whole_column(slot_numbered(slot), identities_, database);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    entries_[slot].reading = false;
    throw;
  }
  const std::lock_guard lock(mutex_);
  entries_[slot] = {.column = column};
  return column;
}

void FacetColumns::read_all(const Xapian::Database& database) {
  for (const FacetSlot& slot : kSlots) (void)read(slot.number, database);
}

// --- One shard
// ---------------------------------------------------------------------------------------------------------

class FacetCounter::Spy final : public Xapian::MatchSpy {
 public:
  explicit Spy(FacetCounter& counter) : counter_(counter) {}
  void operator()(const Xapian::Document& document, double /*weight*/) override { counter_.add(document.get_docid()); }

 private:
  FacetCounter& counter_;
};

FacetCounter::FacetCounter(std::vector<std::string> names, FacetColumns& columns, const Xapian::Database& database,
                           std::vector<std::string> sections, std::shared_ptr<const query::Budget> budget)
    : names_(std::move(names)),
      columns_(columns),
      database_(database),
      sections_(std::move(sections)),
      budget_(std::move(budget)) {
  check_names(names_);
}
FacetCounter::~FacetCounter() = default;

void FacetCounter::attach(Xapian::Enquire& enquire) {
  if (names_.empty()) return;
  spy_ = std::make_unique<Spy>(*this);
  enquire.add_matchspy(spy_.get());
}

std::vector<Facet> FacetCounter::facets(std::size_t limit) {
  std::vector<Facet> out = empty_facets(names_);
  if (!std::is_sorted(documents_.begin(), documents_.end())) std::sort(documents_.begin(), documents_.end());
  for (const FacetSlot& slot : kSlots) {
    if (!counts_slot(names_, slot.number)) continue;
    auto column = columns_.column(slot.number, database_, documents_.size());
    const bool whole = column != nullptr;
    if (!whole) column = column_of(slot, columns_.identities(), database_, documents_, budget_.get());
    const auto each = [&](const auto& add) {
      // Rows of a whole column lie far apart: they are on their way while others are counted.
      constexpr std::size_t kAhead = 16;
      for (std::size_t i = 0; i < documents_.size(); ++i) {
        if (whole && i + 2 * kAhead < documents_.size()) {
          column->prefetch_begin(documents_[i + 2 * kAhead]);
          column->prefetch_row(documents_[i + kAhead]);
        }
        add(column->row(whole ? documents_[i] : i), 1);
      }
    };
    count_fields(slot, *column, sections_, limit, each, out);
  }
  return out;
}

// --- Several shards
// -----------------------------------------------------------------------------------------------------

StockFacetCounter::StockFacetCounter(std::vector<std::string> names, const ActorIdentities& identities,
                                     std::vector<std::string> sections)
    : names_(std::move(names)), identities_(identities), sections_(std::move(sections)) {
  for (const std::string& name : names_) {
    const Xapian::valueno slot = field_named(name).slot;
    if (!spies_.contains(slot)) spies_.emplace(slot, std::make_unique<Xapian::ValueCountMatchSpy>(slot));
  }
}

void StockFacetCounter::attach(Xapian::Enquire& enquire) {
  for (const auto& [slot, spy] : spies_) enquire.add_matchspy(spy.get());
}

std::vector<Facet> StockFacetCounter::facets(std::size_t limit) const {
  std::vector<Facet> out = empty_facets(names_);
  for (const auto& [number, spy] : spies_) {
    const FacetSlot& slot = slot_numbered(number);
    FacetColumn column(slot, identities_);
    std::vector<std::uint32_t> documents;
    for (Xapian::TermIterator value = spy->values_begin(); value != spy->values_end(); ++value) {
      column.append(*value);
      documents.push_back(static_cast<std::uint32_t>(value.get_termfreq()));
    }
    const auto each = [&](const auto& add) {
      std::size_t without = spy->get_total();
      for (std::size_t i = 0; i < documents.size(); ++i) {
        add(column.row(i), documents[i]);
        without -= documents[i];
      }
      add({}, static_cast<std::uint32_t>(without));
    };
    count_fields(slot, column, sections_, limit, each, out);
  }
  return out;
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
