// Mentions to actors: who is meant by "Biden", "the Fund", "NATO" in this article.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "dateline/article.h"
#include "indexer/enrich/actors/gazetteer.h"
#include "indexer/enrich/actors/mention.h"

namespace dateline::indexer {

/// One way of writing a name in an article, and all mentions written so.
struct Spelling {
  std::uint32_t begin = 0;  ///< Words of the mention that shows it best: in the body rather than in the headline.
  std::uint32_t end = 0;
  std::uint64_t hash = 0;
  std::array<std::uint32_t, 4> votes{};  ///< Weight of each MentionType; a headline counts half of the body.
  std::uint32_t count = 0;
  bool in_body = false;
  bool headed = false;  ///< "President" or the like stands before it somewhere.
  bool team = false;
  std::uint32_t plain_count = 0;  ///< Mentions in sentences of ordinary case: there capitals tell something.
  std::uint32_t entry = kNoEntry;
  bool ambiguous = false;
  MentionType type = MentionType::other;
  std::uint32_t group = 0;  ///< Spelling that leads the group of those naming the same actor.

  [[nodiscard]] std::uint32_t words() const { return end - begin; }
};

class Resolver {
 public:
  explicit Resolver(const Gazetteer& gazetteer) : gazetteer_(gazetteer) {}

  /// Actors of the article, most salient first. `mentions` as merge_mentions gives them.
  std::vector<Actor> resolve(const Article& article, const TokenisedArticle& text, std::span<const Mention> mentions);

 private:
  void collect_spellings(std::span<const Mention> mentions);
  void index_words();
  void settle_types();
  void drop_what_is_no_actor();
  void support_ambiguous();
  [[nodiscard]] std::uint32_t main_nation() const;
  void join_full_names();
  void join_parts_of_names(const Article& article);
  [[nodiscard]] bool follows_title_of_head(std::uint32_t word) const;
  [[nodiscard]] std::uint32_t head_of_state(const Spelling& spelling, int year) const;
  void join_misspelt(std::uint32_t id);
  void resolve_lone_surnames(const Article& article);
  void resolve_lone_companies();
  void join_organisations();
  void join_bracketed_acronyms(std::span<const Mention> mentions);
  void join_acronyms();
  [[nodiscard]] bool shares_word(const Spelling& spelling, std::uint32_t entry) const;
  void join_same_entries();
  [[nodiscard]] std::vector<Actor> make_actors(std::span<const Mention> mentions);
  [[nodiscard]] std::uint32_t actor_of(std::uint32_t group, std::vector<std::uint32_t>& slots,
                                       std::vector<Actor>& actors);
  [[nodiscard]] std::string name_of(std::uint32_t group, ActorKind& kind) const;

  [[nodiscard]] std::span<const Token> words(const Spelling& spelling) const;
  [[nodiscard]] std::uint32_t leader(std::uint32_t spelling) const;
  void unite(std::uint32_t a, std::uint32_t b);
  [[nodiscard]] bool is_nationality(const Token& word) const;
  [[nodiscard]] bool is_certain_by_form(const Spelling& spelling) const;
  [[nodiscard]] bool is_live(const Spelling& spelling) const { return spelling.type != MentionType::other; }
  [[nodiscard]] bool is_full_person(const Spelling& spelling) const {
    return spelling.type == MentionType::person && spelling.words() >= 2;
  }

  const Gazetteer& gazetteer_;
  const TokenisedArticle* text_ = nullptr;
  std::vector<Spelling> spellings_;
  std::vector<std::uint32_t> spelling_of_;                                       ///< Per mention.
  std::unordered_map<std::uint64_t, std::uint32_t> by_hash_;                     ///< name_hash -> spelling
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> persons_;        ///< word -> full persons that have it
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> organisations_;  ///< word -> longer organisations
};

}  // namespace dateline::indexer
