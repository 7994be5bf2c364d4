#include "searcher/match/facet_column.h"

#include <algorithm>
#include <cstring>

#include "common/schema.h"
#include "common/stored.h"
#include "common/text.h"

namespace dateline::searcher {

std::uint32_t FacetNames::number_of(std::string_view spelling) {
  const auto known = numbers_.find(spelling);
  if (known != numbers_.end()) return known->second;
  const auto number = static_cast<std::uint32_t>(spellings_.size());
  auto* const kept = static_cast<char*>(text_.allocate(spelling.size(), 1));
  std::memcpy(kept, spelling.data(), spelling.size());
  numbers_.emplace(spellings_.emplace_back(kept, spelling.size()), number);
  if (name_like_) {
    const auto [value, fresh] = folded_.try_emplace(text::fold(spelling), values_);
    if (fresh) ++values_;
    value_of_.push_back(value->second);
  }
  return number;
}

void FacetNames::finish() {
  numbers_ = {};
  folded_ = {};
  spellings_.shrink_to_fit();
  value_of_.shrink_to_fit();
}

unsigned FacetWord::kind_of_letter(char letter) {
  switch (letter) {
    case 'p':
      return 1;
    case 'o':
      return 2;
    case 'c':
      return 3;
    default:
      return 0;
  }
}

void FacetWord::append(const FacetNames& names, std::uint32_t number, unsigned kind, std::vector<std::uint32_t>& row,
                       std::size_t begin) {
  std::uint32_t word = number | static_cast<std::uint32_t>(kind) << kKindShift;
  for (std::size_t i = begin; i < row.size(); ++i) {
    const std::uint32_t other = row[i] & kNumber;
    if (other == number) return;
    if (names.value_of(other) == names.value_of(number)) word |= kRepeated;
  }
  row.push_back(word);
}

FacetColumn::FacetColumn(const FacetSlot& slot, const ActorIdentities& identities)
    : packing_(slot.packing), identities_(&identities), names_(slot.name_like) {}

void FacetColumn::append(std::string_view packed) {
  const std::size_t begin = words_.size();
  const auto add = [&](std::string_view part) {
    if (packing_ != Packing::actors) return FacetWord::append(names_, names_.number_of(part), 0, words_, begin);
    const std::uint32_t number = meant(part);
    if (number == kNobody) return;
    FacetWord::append(names_, number, FacetWord::kind_of_letter(names_.spelling(number).front()), words_, begin);
  };
  if (packing_ != Packing::one) {
    for (const std::string_view part : schema::unpack_strings(packed)) add(part);
  } else if (!packed.empty()) {
    add(packed);
  }
  begins_.push_back(static_cast<std::uint32_t>(words_.size()));
}

std::uint32_t FacetColumn::meant(std::string_view packed) {
  if (packed.empty()) return kNobody;
  const std::uint32_t number = names_.number_of(packed);
  if (identities_->empty()) return number;
  if (number >= meant_.size()) meant_.resize(number + std::size_t{1}, kUnknown);
  if (meant_[number] == kUnknown) {
    const schema::PackedActor actor = schema::unpack_actor(packed);
    const auto shown = identities_->shown(actor.name, dateline::kind_of_letter(actor.kind));
    meant_[number] = shown ? names_.number_of(kind_letter(shown->kind) + shown->name) : kNobody;
  }
  return meant_[number];
}

void FacetColumn::finish() {
  names_.finish();
  meant_ = {};
  begins_.shrink_to_fit();
  words_.shrink_to_fit();
}

}  // namespace dateline::searcher
