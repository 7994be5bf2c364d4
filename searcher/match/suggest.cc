#include "searcher/match/suggest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "common/schema.h"
#include "common/store/identities.h"
#include "common/stored.h"
#include "common/text.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kShortestWord = 3;
constexpr std::size_t kWordsAtMost = 400'000;
constexpr std::size_t kShortestSlip = 4;      ///< Letters from which on a slip is looked for.
constexpr std::size_t kTwoSlips = 8;          ///< Letters from which on two are.
constexpr std::size_t kNodesAtMost = 12'000;  ///< Bounds the search for slips: about 3 ms.
constexpr std::size_t kNameWords = 5;         ///< A name being typed is looked for in so many last words.
constexpr std::size_t kFirstWordsAtMost = 6;  ///< Words of a name that it can be found by.

struct Entry {
  std::string text;
  CompletionKind kind = CompletionKind::word;
  char actor_kind = 0;
  std::uint64_t articles = 0;
};

/// A folded beginning by which an entry is found.
struct Key {
  std::string folded;
  std::uint32_t entry = 0;
};

bool word_of_text(const std::string& term) {
  if (term.size() < kShortestWord || term.size() > schema::kMaxWordBytes) return false;
  const char first = term.front();
  return !(first >= 'A' && first <= 'Z') && !(first >= '0' && first <= '9');
}

std::vector<std::size_t> word_starts(std::string_view folded) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < folded.size() && out.size() < kFirstWordsAtMost; ++i) {
    if (folded[i] != ' ' && (i == 0 || folded[i - 1] == ' ' || folded[i - 1] == '-')) out.push_back(i);
  }
  return out;
}

/// Keys in their order, and of each block of them the best entry: who has typed two letters may mean any of a hundred
/// thousand words, of which all but a few blocks are passed over.
class Keys {
 public:
  static constexpr std::size_t kBlock = 128;

  void add(std::string folded, std::uint32_t entry) { keys_.push_back({std::move(folded), entry}); }
  /// `ranks`: the place of each entry among all, 0 for the best.
  void finish(const std::vector<std::uint32_t>& ranks) {
    const auto before = [](const Key& a, const Key& b) {
      return a.folded != b.folded ? a.folded < b.folded : a.entry < b.entry;
    };
    std::sort(keys_.begin(), keys_.end(), before);
    const auto same = [](const Key& a, const Key& b) { return a.folded == b.folded && a.entry == b.entry; };
    keys_.erase(std::unique(keys_.begin(), keys_.end(), same), keys_.end());
    best_.assign(keys_.size() / kBlock + 1, std::numeric_limits<std::uint32_t>::max());
    for (std::size_t i = 0; i < keys_.size(); ++i)
      best_[i / kBlock] = std::min(best_[i / kBlock], ranks[keys_[i].entry]);
  }
  [[nodiscard]] const std::vector<Key>& all() const { return keys_; }

  /// Gives `take` the entries of keys that begin with `typed`, but for blocks in which none is better than `worst()`.
  template <typename Take, typename Worst>
  void each_beginning(std::string_view typed, Take&& take, Worst&& worst) const {
    const auto first = std::lower_bound(keys_.begin(), keys_.end(), typed,
                                        [](const Key& key, std::string_view t) { return key.folded < t; });
    const auto last =
        std::partition_point(first, keys_.end(), [&](const Key& key) { return key.folded.starts_with(typed); });
    const auto end = static_cast<std::size_t>(last - keys_.begin());
    for (auto i = static_cast<std::size_t>(first - keys_.begin()); i < end; ++i) {
      if (i % kBlock == 0 && best_[i / kBlock] > worst()) {
        i += kBlock - 1;
      } else {
        take(keys_[i].entry);
      }
    }
  }

 private:
  std::vector<Key> keys_;
  std::vector<std::uint32_t> best_;
};

}  // namespace

struct Completions::Data {
  std::vector<Entry> entries;
  std::vector<std::uint32_t> ranks;  ///< Of the entries: most articles first, then by text.
  Keys words;
  Keys actors;
  Keys sources;

  [[nodiscard]] const Keys& of(CompletionKind kind) const {
    return kind == CompletionKind::word ? words : kind == CompletionKind::actor ? actors : sources;
  }

  void add_names(std::unordered_map<std::string, std::uint64_t> counts, CompletionKind kind,
                 std::unordered_map<std::string, std::uint32_t>& places) {
    std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
    std::sort(sorted.begin(), sorted.end());
    for (auto& [packed, count] : sorted) {
      Entry entry{.text = packed, .kind = kind, .actor_kind = 0, .articles = count};
      if (kind == CompletionKind::actor) {
        const schema::PackedActor actor = schema::unpack_actor(packed);
        entry.actor_kind = actor.kind;
        entry.text = std::string{actor.name};
      }
      Keys& keys = kind == CompletionKind::actor ? actors : sources;
      const std::string folded = text::fold(entry.text);
      for (const std::size_t at : word_starts(folded))
        keys.add(folded.substr(at), static_cast<std::uint32_t>(entries.size()));
      if (kind == CompletionKind::actor) places.emplace(entry.text, static_cast<std::uint32_t>(entries.size()));
      entries.push_back(std::move(entry));
    }
  }

  void finish() {
    std::vector<std::uint32_t> order(entries.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      const Entry& x = entries[a];
      const Entry& y = entries[b];
      return x.articles != y.articles ? x.articles > y.articles : x.text < y.text;
    });
    ranks.resize(entries.size());
    for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
    for (Keys* keys : {&words, &actors, &sources}) keys->finish(ranks);
  }
};

namespace {

/// Values of a slot, taken apart, with the number of documents that have each.
template <typename Unpack>
std::unordered_map<std::string, std::uint64_t> slot_counts(const Xapian::Database& database, Xapian::valueno slot,
                                                           Unpack unpack) {
  std::unordered_map<std::string, std::uint64_t> counts;
  for (auto value = database.valuestream_begin(slot); value != database.valuestream_end(slot); ++value) {
    unpack(*value, counts);
  }
  return counts;
}

void read_words(const Xapian::Database& database, Completions::Data& data) {
  struct Word {
    std::string shown;
    std::uint64_t articles = 0;
    std::uint64_t shown_articles = 0;
  };
  std::map<std::string, Word> words;
  for (auto it = database.allterms_begin(); it != database.allterms_end(); ++it) {
    const std::string term = *it;
    // Terms of fields begin with a capital letter and stand together: they are skipped as a block.
    if (term.front() >= 'A' && term.front() <= 'Z') {
      it.skip_to("[");
      if (it == database.allterms_end()) break;
      if (!word_of_text(*it)) continue;
    }
    const std::string word = *it;
    if (!word_of_text(word)) continue;
    const std::uint64_t count = it.get_termfreq();
    Word& known = words[text::fold(word)];
    known.articles = std::max(known.articles, count);
    // Spelled with its accents if most articles have them.
    if (known.shown.empty() || 2 * count > known.articles) {
      if (known.shown.empty() || word.size() >= known.shown.size()) known.shown = word;
    }
  }
  std::vector<std::pair<std::string, Word>> kept(words.begin(), words.end());
  if (kept.size() > kWordsAtMost) {
    std::nth_element(kept.begin(), kept.begin() + kWordsAtMost, kept.end(),
                     [](const auto& a, const auto& b) { return a.second.articles > b.second.articles; });
    kept.resize(kWordsAtMost);
  }
  for (auto& [folded, word] : kept) {
    data.words.add(folded, static_cast<std::uint32_t>(data.entries.size()));
    data.entries.push_back(
        {.text = std::move(word.shown), .kind = CompletionKind::word, .actor_kind = 0, .articles = word.articles});
  }
}

void read_aliases(const Xapian::Database& database, const std::unordered_map<std::string, std::uint32_t>& actors,
                  Completions::Data& data) {
  const std::string prefix{schema::kMetaAlias};
  for (auto key = database.metadata_keys_begin(prefix); key != database.metadata_keys_end(prefix); ++key) {
    const std::string packed = database.get_metadata(*key);
    for (const std::string_view name : schema::unpack_strings(packed)) {
      const auto found = actors.find(std::string{name});
      if (found != actors.end()) data.actors.add((*key).substr(prefix.size()), found->second);
    }
  }
}

/// Keeps the best few entries; `most` is not 0.
class Best {
 public:
  Best(const std::vector<std::uint32_t>& ranks, std::size_t most) : ranks_(ranks), most_(most) {}

  void offer(std::uint32_t entry) {
    if (ranks_[entry] > worst() || std::find(kept_.begin(), kept_.end(), entry) != kept_.end()) return;
    const auto better = [&](std::uint32_t a, std::uint32_t b) { return ranks_[a] < ranks_[b]; };
    kept_.insert(std::upper_bound(kept_.begin(), kept_.end(), entry, better), entry);
    if (kept_.size() > most_) kept_.pop_back();
  }
  /// Rank beyond which nothing is kept any more.
  [[nodiscard]] std::uint32_t worst() const {
    return kept_.size() < most_ ? std::numeric_limits<std::uint32_t>::max() : ranks_[kept_.back()];
  }
  [[nodiscard]] const std::vector<std::uint32_t>& kept() const { return kept_; }

 private:
  const std::vector<std::uint32_t>& ranks_;
  std::size_t most_;
  std::vector<std::uint32_t> kept_;
};

/// Keys that begin with something at most `slips` letters away from `typed`: the sorted keys are walked as the trie
/// that they are, with one row of the Levenshtein table a level (Schulz and Mihov 2002 do it with an automaton).
class SlipSearch {
 public:
  SlipSearch(const std::vector<Key>& keys, std::string_view typed, std::size_t slips)
      : keys_(keys), typed_(typed), slips_(slips) {}

  template <typename Take>
  void run(Take&& take) {
    std::vector<std::size_t> row(typed_.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
    walk(0, keys_.size(), 0, row, take);
  }

 private:
  template <typename Take>
  void walk(std::size_t low, std::size_t high, std::size_t depth, const std::vector<std::size_t>& row, Take& take) {
    if (row.back() <= slips_) {
      for (std::size_t i = low; i < high && nodes_ < kNodesAtMost; ++i, ++nodes_) take(keys_[i].entry);
      return;
    }
    if (*std::min_element(row.begin(), row.end()) > slips_) return;
    while (low < high && keys_[low].folded.size() <= depth) ++low;
    while (low < high && ++nodes_ < kNodesAtMost) {
      const char letter = keys_[low].folded[depth];
      const std::size_t end =
          static_cast<std::size_t>(std::partition_point(keys_.begin() + static_cast<std::ptrdiff_t>(low),
                                                        keys_.begin() + static_cast<std::ptrdiff_t>(high),
                                                        [&](const Key& key) {
                                                          return static_cast<unsigned char>(key.folded[depth]) <=
                                                                 static_cast<unsigned char>(letter);
                                                        }) -
                                   keys_.begin());
      std::vector<std::size_t> next(row.size());
      next[0] = row[0] + 1;
      for (std::size_t i = 1; i < row.size(); ++i) {
        const std::size_t change = row[i - 1] + (typed_[i - 1] == letter ? 0U : 1U);
        next[i] = std::min({next[i - 1] + 1, row[i] + 1, change});
      }
      walk(low, end, depth + 1, next, take);
      low = end;
    }
  }

  const std::vector<Key>& keys_;
  std::string_view typed_;
  std::size_t slips_;
  std::size_t nodes_ = 0;
};

std::size_t slips_allowed(std::string_view typed) {
  if (typed.size() < kShortestSlip) return 0;
  return typed.size() < kTwoSlips ? 1 : 2;
}

/// What is typed last: its folded form and where it begins.
struct Tail {
  std::size_t begin = 0;
  std::string folded;
};

/// The last 1, 2, … words of what was typed, longest first. Operators and fields are not part of a name.
std::vector<Tail> tails(std::string_view typed) {
  std::vector<Tail> out;
  std::size_t end = typed.size();
  for (std::size_t words = 0; words < kNameWords && end > 0; ++words) {
    std::size_t begin = end;
    while (begin > 0 && std::strchr(" \t()\":+-=", typed[begin - 1]) == nullptr) --begin;
    const std::string_view word = typed.substr(begin, end - begin);
    if (word.empty() || word == "AND" || word == "OR" || word == "NOT") break;
    out.push_back({begin, text::fold(typed.substr(begin))});
    if (begin == 0 || typed[begin - 1] != ' ') break;
    end = begin - 1;
    while (end > 0 && typed[end - 1] == ' ') --end;
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::string completed(std::string_view typed, std::size_t begin, const Entry& entry) {
  std::string head{typed.substr(0, begin)};
  if (entry.kind == CompletionKind::word) return head + entry.text;
  // `actor:"Joe B` and `"Joe B` become the whole filter once, not twice.
  const std::string_view field = entry.kind == CompletionKind::actor ? "actor:" : "source:";
  if (head.ends_with('"')) head.pop_back();
  if (head.ends_with(field)) head.resize(head.size() - field.size());
  std::string name = entry.text;
  std::replace(name.begin(), name.end(), '"', ' ');
  return fmt::format("{}{}\"{}\"", head, field, name);
}

Completion completion(const Entry& entry, bool corrected, std::string query) {
  return {.kind = entry.kind,
          .text = entry.text,
          .actor_kind = entry.actor_kind == 0 ? "" : std::string{kind_name(kind_of_letter(entry.actor_kind))},
          .articles = entry.articles,
          .corrected = corrected,
          .query = std::move(query)};
}

}  // namespace

Completions::Completions(std::unique_ptr<const Data> data) : data_(std::move(data)) {}
Completions::~Completions() = default;

std::size_t Completions::size() const {
  return data_->entries.size();
}

std::vector<Completion> Completions::find(std::string_view typed, std::size_t each) const {
  const std::vector<Tail> ends = tails(typed);
  if (ends.empty() || each == 0) return {};
  std::vector<Completion> out;
  const auto find_kind = [&](CompletionKind kind, const std::vector<Tail>& among) {
    const Keys& keys = data_->of(kind);
    std::vector<std::uint32_t> taken;
    const auto take = [&](const Tail& tail, bool corrected) {
      Best best(data_->ranks, each);
      const auto offer = [&](std::uint32_t entry) {
        if (std::find(taken.begin(), taken.end(), entry) == taken.end()) best.offer(entry);
      };
      if (corrected) {
        SlipSearch(keys.all(), tail.folded, slips_allowed(tail.folded)).run(offer);
      } else {
        keys.each_beginning(tail.folded, offer, [&] { return best.worst(); });
      }
      for (const std::uint32_t entry : best.kept()) {
        if (taken.size() == each) return;
        taken.push_back(entry);
        const Entry& found = data_->entries[entry];
        out.push_back(completion(found, corrected, completed(typed, tail.begin, found)));
      }
    };
    for (const Tail& tail : among) take(tail, false);
    if (!taken.empty()) return;
    for (const Tail& tail : among) {
      if (taken.size() < each && slips_allowed(tail.folded) > 0) take(tail, true);
      if (!taken.empty()) return;
    }
  };
  find_kind(CompletionKind::actor, ends);
  find_kind(CompletionKind::source, ends);
  find_kind(CompletionKind::word, {ends.back()});
  return out;
}

std::shared_ptr<const Completions> read_completions(const Xapian::Database& database,
                                                    const ActorIdentities& identities) {
  MeantActors meant(identities);
  auto data = std::make_unique<Completions::Data>();
  std::unordered_map<std::string, std::uint32_t> actors;
  data->add_names(slot_counts(database, schema::slot_actors,
                              [&](const std::string& packed, auto& counts) {
                                for (const std::string_view one : meant.unpack(packed)) ++counts[std::string{one}];
                              }),
                  CompletionKind::actor, actors);
  data->add_names(
      slot_counts(database, schema::slot_source, [](const std::string& source, auto& counts) { ++counts[source]; }),
      CompletionKind::source, actors);
  read_aliases(database, actors, *data);
  read_words(database, *data);
  data->finish();
  return std::make_shared<const Completions>(std::move(data));
}

std::vector<std::string> completion_terms(const Completion& completion, const ActorIdentities& identities) {
  if (completion.kind == CompletionKind::word) return {completion.text};
  if (completion.kind == CompletionKind::source) return {schema::folded_term(schema::kSource, completion.text)};
  std::vector<std::string> terms = identities.held_as(text::fold(completion.text));
  for (std::string& name : terms) name = schema::term(schema::kActor, name);
  return terms;
}

}  // namespace dateline::searcher
