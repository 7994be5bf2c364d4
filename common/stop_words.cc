// Stop words. A word that carries news in one language is not listed for another ("die", "war", "us", "man"), since a
// query does not say its language.
#include "common/stop_words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

namespace dateline {
namespace {

struct Language {
  std::string_view code;
  std::string_view words;  // parted by single spaces, with one at both ends
};

constexpr std::array kLanguages = {
    Language{
        "en",
        " a about after all also am an and any are as at be because been before being between both but by can could "
        "did do does doing down during each few for from further had has have having he her here hers him his how i "
        "if in into is it its itself just me more most my no nor not of off on once only or other our out over own "
        "same she should so some such than that the their them then there these they this those through to too "
        "under until up very was we were what when where which while who whom why will with would you your "},
    Language{"es",
             " a al algo ante aunque cada como con cual cuando de del desde donde dos el ella ellas ellos en entre era "
             "eran es esa esas ese eso esos esta estaba estan estas este esto estos fue fueron ha habia han hasta hay "
             "la las le les lo los mas me mi mientras muy ni nos o para pero por porque pues que quien se sea ser si "
             "sino sobre son su sus tambien tan tiene todo todos tras un una uno unos unas y ya yo "},
    Language{
        "fr",
        " a au aux avec c ce ces cet cette comme d dans de des du elle elles en est et etaient etait ete etre eu "
        "il ils j je l la le les leur leurs lui m mais meme n ne nos notre nous on ont ou par pas plus pour qu que "
        "qui s sa sans se ses si son sont sur t tres un une vos votre vous y "},
    Language{
        "de",
        " aber alle als also am an auch auf aus bei bin bis bist da damit das dass dem den der des dessen dich dir "
        "du durch ein eine einem einen einer eines er es fur hat hatte ich ihm ihn ihnen ihr ihre im in ist kann "
        "mit nach nicht noch nur ob oder ohne sehr sein seine seit sich sie sind so uber um und uns unter vom von "
        "vor wenn werden wie wir wird wurde wurden zu zum zur zwischen "},
    Language{"it",
             " a ad agli ai al alla alle allo anche c che chi ci come con da dagli dai dal dalla dalle dei del della "
             "delle dello di e ed era fra gli ha hanno i il in io l la le lei lo loro lui ma ne negli nei nel nella "
             "nelle non o per piu quale quando quella quello questa questo se si sia sono sua sul sulla suo tra un una "
             "uno "},
    Language{"pt",
             " a ao aos as com como da das de do dos e ela elas ele eles em entre era essa esse esta este eu foi foram "
             "ha isso ja lhe mais mas me mesmo muito na nas nao nem no nos o os ou para pela pelas pelo pelos por "
             "quando que quem se sem ser seu seus sua suas tambem tem um uma "},
    Language{"nl",
             " aan al als bij dan dat de deze die dit door dus een en er had heb hebben heeft het hij hoe hun ik in is "
             "je kan maar me meer met mijn naar niet nog nu of om ons ook op over te tot uit van veel voor waren wat "
             "we wel wie worden wordt ze zich zij zijn zo zou "},
    Language{
        "sv",
        " alla att av de den denna det detta du dar efter eller en ett for fran han har hon i inte jag kan med men "
        "mot nar och om pa sa sig sin ska som till under upp ut vad var vi vid ar "},
    Language{"da",
             " af at da de den der det en er et for fra han har hun i ikke jeg kan med men om og op pa sig som til "
             "ved vi "},
    Language{"no",
             " av at da de den der det en er et for fra han har hun i ikke jeg kan med men om og opp pa seg som til "
             "ved vi "},
    Language{"ru",
             " а без более бы был была были было быть в вам вас ведь во вот все всех вы где да для до его ее если есть "
             "еще же за и из или им их к как ко когда которые который кто ли между меня мне мы на над не него нет ни "
             "них но о об он она они от по под после при с со так также то того только у уже что чтобы эта эти это я "},
    Language{"uk",
             " а але без був була були було в вже він вона вони для до за з і із й його її як якщо між на не ні о об "
             "від по про під при та так також те то у що щоб це ці я "},
    Language{"pl",
             " a aby ale bez by byc byl byla bylo byly czy dla do i ich jak jako je jego jej jest ktora ktore ktory "
             "na nad nie o od po pod przed przez przy sa sie tak tego ten to tym w we z za ze "},
    Language{"tr", " ama bir bu cok da de daha en gibi hem icin ile ise ki mi ne o olan olarak sonra ve veya ya "},
    Language{"ar", " ال على في من الى ان عن مع هذا هذه التي الذي كان كما لا ما او ثم قد و "},
};

static_assert(kLanguages.size() <= 32);

struct Entry {
  std::string_view word;        // empty: none
  std::uint32_t languages = 0;  // bit n: a stop word of language n
};

/// All words in a hash table that is made when this is compiled: a process that answers one query would spend as long
/// on making it as on the answer.
class Table {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  constexpr Table() {
    for (std::size_t n = 0; n < kLanguages.size(); ++n) {
      const std::string_view words = kLanguages[n].words;
      for (std::size_t begin = 1; begin < words.size();) {
        const std::size_t end = words.find(' ', begin);
        const std::string_view word = words.substr(begin, end - begin);
        Entry& entry = entries_[slot(word)];
        entry.word = word;
        entry.languages |= 1U << n;
        sizes_[static_cast<unsigned char>(word.front())] |= 1U << word.size();
        begin = end + 1;
      }
    }
  }

  /// The number of its entry; kNone for a word of no list.
  [[nodiscard]] constexpr std::size_t find(std::string_view word) const {
    if (word.empty() || word.size() >= 32 ||
        (sizes_[static_cast<unsigned char>(word.front())] >> word.size() & 1U) == 0)
      return kNone;  // as most words
    const std::size_t at = slot(word);
    return entries_[at].word.empty() ? kNone : at;
  }
  [[nodiscard]] std::uint32_t languages(std::size_t number) const { return entries_[number].languages; }

 private:
  static constexpr std::size_t kSize = 2048;

  /// Where the word is, or would be.
  [[nodiscard]] constexpr std::size_t slot(std::string_view word) const {
    std::uint32_t hash = 2166136261;  // FNV-1a
    for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
    std::size_t at = (hash ^ hash >> 15) % kSize;
    while (!entries_[at].word.empty() && entries_[at].word != word) at = (at + 1) % kSize;
    return at;
  }

  std::array<Entry, kSize> entries_{};
  std::array<std::uint32_t, 256> sizes_{};  // by first byte: bit n, a word of n bytes
};

constexpr Table kTable;

}  // namespace

bool is_stop_word(std::string_view folded_word, std::string_view lang) {
  const auto* const language =
      std::find_if(kLanguages.begin(), kLanguages.end(), [lang](const Language& l) { return l.code == lang; });
  if (language == kLanguages.end()) return false;
  const std::size_t number = kTable.find(folded_word);
  return number != Table::kNone && (kTable.languages(number) >> (language - kLanguages.begin()) & 1U) != 0;
}

void StopWordCount::add(std::string_view folded_word) {
  ++words_;
  const std::size_t number = kTable.find(folded_word);
  if (number == Table::kNone) return;
  const bool first = std::find(seen_.begin(), seen_.end(), number) == seen_.end();
  if (first) seen_.push_back(static_cast<std::uint32_t>(number));
  for (std::size_t n = 0; n < kLanguages.size(); ++n) {
    if ((kTable.languages(number) >> n & 1U) == 0) continue;
    ++counts_[n].all;
    if (first) ++counts_[n].different;
  }
}

std::string_view StopWordCount::language() const {
  // Dutch, Polish, Portuguese, Russian … have relatives without a list that have most of these words: Afrikaans, Czech,
  // Galician, Bulgarian.
  constexpr auto kWithoutRelatives = std::to_array<std::string_view>({"en", "fr", "de"});
  constexpr std::size_t kFewest = 5;     // different ones
  constexpr std::size_t kOneIn = 5;      // words
  constexpr std::size_t kTimesMore = 2;  // than in any other language
  const auto by_different = [](const Count& a, const Count& b) { return a.different < b.different; };
  const auto best = std::max_element(counts_.begin(), counts_.end(), by_different);
  if (best->different < kFewest || best->all * kOneIn < words_) return {};
  const bool clear = std::all_of(counts_.begin(), counts_.end(), [&](const Count& other) {
    return &other == &*best || other.different * kTimesMore <= best->different;
  });
  if (!clear) return {};
  const std::string_view code = kLanguages[static_cast<std::size_t>(best - counts_.begin())].code;
  const bool sure = std::find(kWithoutRelatives.begin(), kWithoutRelatives.end(), code) != kWithoutRelatives.end();
  return sure ? code : std::string_view{};
}

}  // namespace dateline
