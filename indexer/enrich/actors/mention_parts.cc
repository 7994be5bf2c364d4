#include "indexer/enrich/actors/mention_parts.h"

#include "indexer/enrich/actors/mention_view.h"
#include "indexer/enrich/actors/name_words.h"

namespace dateline::indexer {
namespace {

class Parter : private MentionView {
 public:
  explicit Parter(const MentionSources& sources) : MentionView(sources) {}

  MentionParts part(const Mention& tagged) {
    static_cast<void>(split_slash(tagged) || split_acronym(tagged) || split_at_possessive(tagged) ||
                      split_pair(tagged) || split_at_title(tagged) || split_before_person(tagged));
    return parts_;
  }

 private:
  void add(const Mention& part) { parts_.list[parts_.count++] = part; }

  void add_parts(const Mention& whole, std::uint32_t end, MentionType first, std::uint32_t begin, MentionType second) {
    Mention part = whole;
    part.end = end;
    part.type = first;
    add(part);
    part = whole;
    part.begin = begin;
    part.type = second;
    add(part);
  }

  /// "Demosisto's Nathan Law": a person ends no sooner than the possessive before them. "Britain's Labour Party": a
  /// country is not part of what it owns.
  bool split_at_possessive(const Mention& tagged) {
    for (std::uint32_t at = tagged.begin + 1; at + 1 < tagged.end; ++at) {
      if (!is_possessive(token(at))) continue;
      const bool person = tagged.type == MentionType::person || looks_like_person(at + 1, tagged.end) ||
                          (tagged.end - at >= 3 && is_free_of(at + 1, tagged.end, kOrganisationWord | kTitle));
      const bool known = (classes(at - 1) & whole_class(kClassCountry)) != 0 ||
                         in_.gazetteer.find(name_hash({&token(tagged.begin), at - tagged.begin})) != kNoEntry;
      if (!person && !known) continue;
      if (in_.gazetteer.find(hash_of(tagged)) != kNoEntry) continue;
      const MentionType owner = person ? MentionType::organisation : tagged.type;
      add_parts(tagged, at, owner, at + 1, person ? MentionType::person : tagged.type);
      return true;
    }
    return false;
  }

  /// "Drew Angerer/Getty Images"
  bool split_slash(const Mention& tagged) {
    for (std::uint32_t at = tagged.begin + 1; at + 1 < tagged.end; ++at) {
      if (token(at).word != "/" || in_.gazetteer.find(hash_of(tagged)) != kNoEntry) continue;
      const auto is_known = [&](std::uint32_t begin, std::uint32_t end) {
        return looks_like_person(begin, end) || in_.gazetteer.find(name_hash({&token(begin), end - begin})) != kNoEntry;
      };
      if (!is_known(tagged.begin, at) && !is_known(at + 1, tagged.end)) return false;
      const auto type_of = [&](std::uint32_t begin, std::uint32_t end) {
        return looks_like_person(begin, end) ? MentionType::person : tagged.type;
      };
      add_parts(tagged, at, type_of(tagged.begin, at), at + 1, type_of(at + 1, tagged.end));
      return true;
    }
    return false;
  }

  /// "Iraqi News Agency INA" is named twice; of "Croat HDZ" the first is no name.
  bool split_acronym(const Mention& tagged) {
    const std::uint32_t last = tagged.end - 1;
    if (tagged.type != MentionType::organisation || tagged.end - tagged.begin < 2 || token(last).cap != Cap::upper ||
        in_.article.sentences[tagged.sentence].kind != SentenceKind::normal)
      return false;
    const std::span<const Token> before(&token(tagged.begin), last - tagged.begin);
    const bool nation = before.size() == 1 && (classes(tagged.begin) & whole_class(WordClass::demonym)) != 0;
    if (!nation && !is_acronym(token(last).word, before)) return false;
    if (in_.gazetteer.find(hash_of(tagged)) != kNoEntry) return false;
    Mention part = tagged;
    part.end = last;
    if (!nation) add(part);
    part.begin = last;
    part.end = tagged.end;
    add(part);
    return true;
  }

  /// "Massachusetts Institute of Technology and Colorado State University" are two.
  bool split_pair(const Mention& tagged) {
    if (tagged.type != MentionType::organisation) return false;
    for (std::uint32_t at = tagged.begin + 1; at + 1 < tagged.end; ++at) {
      if (!is_word(token(at), "and") && !is_word(token(at), "y") && !is_word(token(at), "et")) continue;
      if (in_.gazetteer.find(hash_of(tagged)) != kNoEntry) return false;
      Mention left = tagged;
      left.end = at;
      Mention right = tagged;
      right.begin = at + 1;
      // "National Bank and Trust Co" is one: the second half has no name of its own.
      const auto whole = [&](const Mention& part) {
        bool own = false;
        for (std::uint32_t word = part.begin; word < part.end; ++word)
          own = own || (is_capitalised(token(word).cap) && (classes(word) & kOrganisationWord) == 0);
        return own && part.end - part.begin > 1 && (classes(part.end - 1) & kOrganisationWord) != 0;
      };
      // "Pacific Gas and Electric Company"
      if (right.end - right.begin == 2 && is_legal_form(token(right.end - 1).word)) continue;
      const bool known =
          in_.gazetteer.find(hash_of(left)) != kNoEntry || in_.gazetteer.find(hash_of(right)) != kNoEntry;
      const bool letters =
          right.end - right.begin == 1 && token(right.begin).cap == Cap::upper && left.end - left.begin > 1;
      if (!known && !letters && !(whole(left) && whole(right))) continue;
      add_parts(tagged, at, tagged.type, at + 1, tagged.type);
      return true;
    }
    return false;
  }

  /// "Civil Defense Authority Director-General Suleiman al-Amr": an organisation, an office and who holds it.
  bool split_at_title(const Mention& tagged) {
    if (tagged.type != MentionType::organisation) return false;
    for (std::uint32_t at = tagged.begin + 1; at + 1 < tagged.end; ++at) {
      const bool office = (classes(at) & kTitle) != 0 && (classes(at) & (kOrganisationWord | kFirstName)) == 0;
      if (!office || tagged.end - at > 5 || is_word(token(at - 1), "of") || is_adjective(at - 1)) continue;
      if (!is_free_of(at + 1, tagged.end, kOrganisationWord | kPlaceWord | kEventWord | kTitle)) continue;
      if (in_.gazetteer.find(hash_of(tagged)) != kNoEntry) return false;
      add_parts(tagged, at, tagged.type, at + 1, MentionType::person);
      return true;
    }
    return false;
  }

  /// "Refugee Council Enver Solomon", "Education Minister Stefania Giannini": an organisation or office, and who
  /// speaks.
  bool split_before_person(const Mention& tagged) {
    if (tagged.type != MentionType::organisation || tagged.end - tagged.begin < 3) return false;
    for (std::uint32_t at = tagged.begin + 1; at + 1 < tagged.end; ++at) {
      const std::uint64_t before = classes(at - 1);
      const bool office = ((before & (kOrganisationWord | kTitle | whole_class(kClassOrganisation) |
                                      whole_class(kClassCountry) | whole_class(WordClass::place))) != 0 ||
                           is_adjective(at - 1)) &&
                          (before & kFirstName) == 0;
      const bool person =
          looks_like_person(at, tagged.end) || names_person(at, tagged.end) ||
          (at > tagged.begin + 1 && closes_name(at - 1) && tagged.end - at == 2 && is_plain(at, tagged.end));
      if (!office || !person || in_.gazetteer.find(hash_of(tagged)) != kNoEntry) continue;
      if ((classes(tagged.end - 1) & kPlaceWord) != 0) return false;  // "Shek Memorial Hall Station"
      if ((classes(at - 1) & kTitle) == 0 && is_word(token(tagged.begin), "university")) continue;
      add_parts(tagged, at, tagged.type, at, MentionType::person);
      return true;
    }
    return false;
  }

  /// Somebody of the gazetteer, in full.
  [[nodiscard]] bool names_person(std::uint32_t begin, std::uint32_t end) const {
    if (end < begin + 2) return false;
    const std::uint32_t entry = in_.gazetteer.find(name_hash({&token(begin), end - begin}));
    return entry != kNoEntry && in_.gazetteer.entries()[entry].kind == ActorKind::person;
  }

  /// Words that end the name of an organisation in English: what follows is something else.
  [[nodiscard]] bool closes_name(std::uint32_t at) const {
    static constexpr auto kLast =
        std::to_array<std::string_view>({"council", "ministry", "authority", "agency", "commission", "committee",
                                         "federation", "association", "department", "party", "foundation", "images"});
    return std::any_of(kLast.begin(), kLast.end(), [&](auto word) { return is_word(token(at), word); });
  }

  /// Capitalised words of no class.
  [[nodiscard]] bool is_plain(std::uint32_t begin, std::uint32_t end) const {
    return is_free_of(begin, end, ~whole_class(WordClass::surname)) &&
           std::all_of(in_.article.tokens.begin() + begin, in_.article.tokens.begin() + end,
                       [](const Token& word) { return word.cap == Cap::initial; });
  }

  MentionParts parts_;
};

}  // namespace

MentionParts parts_of(const MentionSources& sources, const Mention& tagged) {
  return Parter(sources).part(tagged);
}

}  // namespace dateline::indexer
