#include "indexer/enrich/actors/mention_review.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace dateline::indexer {
namespace {

constexpr std::uint64_t whole_class(unsigned match_class) {
  return std::uint64_t{0xF} << (4 * match_class);
}
constexpr std::uint64_t whole_class(WordClass word_class) {
  return whole_class(static_cast<unsigned>(word_class));
}

constexpr std::uint64_t kTitle = whole_class(WordClass::title);
constexpr std::uint64_t kFirstName = whole_class(WordClass::first_name);
constexpr std::uint64_t kOrganisationWord = whole_class(WordClass::organisation_word);
constexpr std::uint64_t kNotInPersons = kOrganisationWord | kTitle | whole_class(WordClass::place_word) |
                                        whole_class(WordClass::event_word) | whole_class(WordClass::date_word);
/// What an organisation's name, or the words before an office, may end in.
constexpr std::uint64_t kClosing = kOrganisationWord | kTitle | whole_class(WordClass::place) |
                                   whole_class(kClassOrganisation) | whole_class(kClassCountry);

class Review {
 public:
  Review(const MentionSources& sources, std::vector<Mention>& mentions) : in_(sources), mentions_(mentions) {}

  void run() {
    collect_names();
    std::vector<Mention> kept;
    kept.reserve(mentions_.size());
    for (std::size_t at = 0; at < mentions_.size(); ++at) {
      Mention& mention = mentions_[at];
      if (names_event_of_country(mention)) mention = last_word_as_country(mention);
      if (mention.entry != kNoEntry || !in_.english) {
        kept.push_back(mention);
      } else if (at + 1 < mentions_.size() && is_surname_of(mention, mentions_[at + 1])) {
        kept.push_back(mention);
        kept.back().end = mentions_[++at].end;
      } else if (!is_thing(mention) && !is_dateline(mention) && !cut_off_person(mention, kept) &&
                 !part_pair(mention, kept)) {
        kept.push_back(mention);
      }
    }
    if (in_.english) add_whom_names_remember(kept);
    mentions_ = std::move(kept);
  }

 private:
  [[nodiscard]] const Token& token(std::uint32_t at) const { return in_.article.tokens[at]; }
  [[nodiscard]] std::uint64_t classes(std::uint32_t at) const { return in_.matches.classes[at]; }

  static bool has(const std::vector<std::uint64_t>& sorted, std::uint64_t key) {
    return std::binary_search(sorted.begin(), sorted.end(), key);
  }

  void collect_names() {
    for (const Mention& mention : mentions_) {
      const std::uint64_t last = token(mention.end - 1).key;
      if (mention.type == MentionType::person) surnames_.push_back(last);
      if (mention.end - mention.begin == 1) lone_.push_back(last);
      if (mention.type == MentionType::other && ends_in_country(mention)) events_.push_back(hash_of(mention));
    }
    for (const Mention& tagged : in_.tagged) {
      const std::uint32_t name = after_kind_of_thing(tagged);
      if (name < tagged.end) things_.push_back(token(name).key);
    }
    collect_datelines();
    for (auto* keys : {&surnames_, &lone_, &things_, &datelines_, &events_}) std::sort(keys->begin(), keys->end());
  }

  /// "BANJA LUKA, Bosnia, Nov 8 -": in capitals at the front of one of the first paragraphs.
  void collect_datelines() {
    constexpr std::uint32_t kFirstParagraphs = 3;
    static constexpr auto kBehind = std::to_array<std::string_view>({",", "(", "-", "--", "–", "—"});
    for (const Sentence& sentence : in_.article.sentences) {
      if (sentence.headline) continue;
      if (sentence.paragraph >= kFirstParagraphs) break;
      std::uint32_t end = sentence.begin;
      while (end < sentence.end && end < sentence.begin + 3 && token(end).cap == Cap::upper) ++end;
      if (end == sentence.begin || end == sentence.end) continue;
      const bool dated = token(end).cap == Cap::number && token(end).word.find('-') != std::string_view::npos;
      if (dated || std::find(kBehind.begin(), kBehind.end(), token(end).word) != kBehind.end())
        datelines_.push_back(name_hash({&token(sentence.begin), end - sentence.begin}));
    }
  }

  [[nodiscard]] bool is_dateline(const Mention& mention) const {
    return !mention.team && !datelines_.empty() && has(datelines_, hash_of(mention));
  }

  /// "Fan Expo Canada": behind other capitals, not "of" them.
  [[nodiscard]] bool ends_in_country(const Mention& mention) const {
    constexpr std::uint64_t kCountry = match_bit(kClassCountry, PhrasePart::unit);
    return mention.end - mention.begin >= 2 && mention.entry == kNoEntry &&
           (classes(mention.end - 1) & kCountry) != 0 && is_capitalised(token(mention.end - 2).cap);
  }

  /// Of an event that is called by what it is and a country, the country is named.
  [[nodiscard]] bool names_event_of_country(const Mention& mention) const {
    return !events_.empty() && ends_in_country(mention) && has(events_, hash_of(mention));
  }

  [[nodiscard]] Mention last_word_as_country(Mention mention) const {
    mention.begin = mention.end - 1;
    mention.type = MentionType::place;
    mention.entry = find(mention);
    return mention;
  }

  /// Of "USS Cole", "Tropical Storm Ida", "Space Shuttle Atlantis" the word behind the kind; else the end.
  [[nodiscard]] std::uint32_t after_kind_of_thing(const Mention& tagged) const {
    static constexpr auto kKinds = std::to_array<std::string_view>(
        {"USS", "HMS", "Hurricane", "Typhoon", "Cyclone", "Storm", "Shuttle", "HURRICANE", "TYPHOON"});
    for (std::uint32_t at = tagged.begin; at + 1 < tagged.end && at < tagged.begin + 2; ++at) {
      const bool kind = std::find(kKinds.begin(), kKinds.end(), token(at).word) != kKinds.end();
      if (kind && at + 2 == tagged.end) return at + 1;
    }
    return tagged.end;
  }

  /// "Katrina" alone, where the article has "Hurricane Katrina".
  [[nodiscard]] bool is_thing(const Mention& mention) const {
    return mention.end - mention.begin == 1 && has(things_, token(mention.begin).key);
  }

  /// A person's first name and, right behind it, what passes for a town: "Valeska Paris".
  [[nodiscard]] bool is_surname_of(const Mention& person, const Mention& place) const {
    return person.type == MentionType::person && place.type == MentionType::place && place.entry == kNoEntry &&
           place.begin == person.end && place.sentence == person.sentence && place.end - place.begin == 1 &&
           person.end - person.begin == 1 && (classes(person.begin) & kFirstName) != 0 &&
           in_.article.sentences[person.sentence].kind == SentenceKind::normal;
  }

  /// "Refugee Council Enver Solomon", "Ambassador Mohib" for an organisation: of the last words the article makes a
  /// person elsewhere.
  bool cut_off_person(const Mention& mention, std::vector<Mention>& kept) const {
    const std::uint32_t size = mention.end - mention.begin;
    if (mention.type != MentionType::organisation || size < 2 || !has(surnames_, token(mention.end - 1).key))
      return false;
    const std::uint32_t name = size == 2 ? mention.begin + 1 : mention.end - 2;
    for (std::uint32_t at = name; at < mention.end; ++at) {
      if ((classes(at) & kNotInPersons) != 0 || token(at).cap != Cap::initial) return false;
    }
    std::uint64_t before = classes(name - 1);
    for (std::uint32_t at = mention.begin; size > 2 && at < name; ++at) before |= classes(at) & kOrganisationWord;
    if (size == 2 ? (before & kTitle) == 0 || (before & (kFirstName | kOrganisationWord)) != 0
                  : (before & kClosing) == 0)
      return false;
    Mention person = mention;
    person.begin = name;
    person.type = MentionType::person;
    Mention head = mention;
    head.end = name;
    while (head.end > head.begin && (classes(head.end - 1) & kTitle & ~kOrganisationWord) != 0) --head.end;
    if (head.end > head.begin && size > 2) {
      head.entry = find(head);
      if (head.entry != kNoEntry && in_.gazetteer.entries()[head.entry].kind == ActorKind::country)
        head.type = MentionType::place;
      kept.push_back(head);
    }
    kept.push_back(person);
    return true;
  }

  /// "Cloud9 and Immortals": one of the two has a mention, or is a thing, of its own.
  bool part_pair(const Mention& mention, std::vector<Mention>& kept) const {
    const bool pair = mention.type == MentionType::organisation && mention.end - mention.begin == 3 &&
                      token(mention.begin + 1).word == "and" &&
                      in_.article.sentences[mention.sentence].kind == SentenceKind::normal;
    if (!pair) return false;
    const std::uint64_t first = token(mention.begin).key;
    const std::uint64_t second = token(mention.end - 1).key;
    if (!has(lone_, first) && !has(lone_, second) && !has(things_, first) && !has(things_, second)) return false;
    Mention part = mention;
    part.end = mention.begin + 1;
    part.entry = find(part);
    if (!is_thing(part)) kept.push_back(part);
    part = mention;
    part.begin = mention.end - 1;
    part.entry = find(part);
    if (!is_thing(part)) kept.push_back(part);
    return true;
  }

  static bool starts_before(std::uint32_t word, const Mention& mention) { return word < mention.begin; }

  void add_whom_names_remember(std::vector<Mention>& kept) const {
    std::vector<Mention> found;
    for (const Mention& tagged : in_.tagged) add_whom_it_remembers(tagged, kept, found);
    const auto middle = static_cast<std::ptrdiff_t>(kept.size());
    kept.insert(kept.end(), found.begin(), found.end());
    std::inplace_merge(kept.begin(), kept.begin() + middle, kept.end(),
                       [](const Mention& a, const Mention& b) { return a.begin < b.begin; });
  }

  /// What is called after somebody in full and is no actor that he could be mistaken for: "Chiang Kai-shek Memorial",
  /// "Steven F. Udvar-Hazy Center". The person is named, too, inside that name.
  void add_whom_it_remembers(const Mention& mention, const std::vector<Mention>& kept,
                             std::vector<Mention>& found) const {
    static constexpr auto kRemember = std::to_array<std::string_view>(
        {"Memorial", "Monument", "Mausoleum", "Statue", "Museum", "Library", "Center", "Centre", "Building", "Hall"});
    static constexpr auto kBetween = std::to_array<std::string_view>(
        {"Presidential", "National", "Federal", "Convention", "Cultural", "Conference"});
    if (mention.end - mention.begin < 3) return;
    const auto among = [&](const auto& words, std::uint32_t at) {
      return std::find(words.begin(), words.end(), token(at).word) != words.end();
    };
    for (std::uint32_t at = mention.begin + 2; at < mention.end; ++at) {
      if (!among(kRemember, at)) continue;
      const std::uint32_t end = among(kBetween, at - 1) ? at - 1 : at;
      for (std::uint32_t begin = end - std::min(4U, end - mention.begin); begin + 2 <= end; ++begin) {
        Mention person = mention;
        person.begin = begin;
        person.end = end;
        person.type = MentionType::person;
        person.entry = find(person);
        const bool known = person.entry != kNoEntry && in_.gazetteer.entries()[person.entry].kind == ActorKind::person;
        const bool in_full = end - begin == 3 && (classes(begin) & kFirstName) != 0 &&
                             token(begin + 1).cap == Cap::single && (classes(end - 1) & kNotInPersons) == 0;
        if (!known && !in_full) continue;
        const auto behind = std::upper_bound(kept.begin(), kept.end(), begin, starts_before);
        const bool named = behind != kept.begin() && std::prev(behind)->begin == begin;
        if (!named || std::prev(behind)->end > end) found.push_back(person);
        return;
      }
    }
  }

  [[nodiscard]] std::uint64_t hash_of(const Mention& mention) const {
    return name_hash({&token(mention.begin), mention.end - mention.begin});
  }
  [[nodiscard]] std::uint32_t find(const Mention& mention) const { return in_.gazetteer.find(hash_of(mention)); }

  const MentionSources& in_;
  std::vector<Mention>& mentions_;
  // Keys of words, sorted.
  std::vector<std::uint64_t> surnames_;   ///< Last words of persons.
  std::vector<std::uint64_t> lone_;       ///< Mentions of one word.
  std::vector<std::uint64_t> datelines_;  ///< Hashes of the places where the article was written.
  std::vector<std::uint64_t> events_;     ///< Hashes of events whose name ends in a country.
  std::vector<std::uint64_t> things_;     ///< Names of ships, shuttles and storms.
};

}  // namespace

void review_mentions(const MentionSources& sources, std::vector<Mention>& mentions) {
  Review(sources, mentions).run();
}

}  // namespace dateline::indexer
