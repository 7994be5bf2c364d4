// What a person may be about to type: words, actors and sources of an index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace dateline::searcher {

enum class CompletionKind : std::uint8_t { word, actor, source };

struct Completion {
  CompletionKind kind = CompletionKind::word;
  std::string text;        ///< The word or name.
  std::string actor_kind;  ///< "person", "organisation", "country"; empty unless an actor.
  std::uint64_t articles = 0;
  bool corrected = false;  ///< What was typed is not how it begins: a slip of one or two letters away.
  std::string query;       ///< What was typed, completed: `sanctions actor:"Joe Biden"`.
  friend bool operator==(const Completion&, const Completion&) = default;
};

/// All that can be completed, as of one state of an index. Immutable: safe from many threads. Made by
/// Searcher::completions().
class Completions {
 public:
  struct Data;
  explicit Completions(std::unique_ptr<const Data> data);
  ~Completions();
  Completions(const Completions&) = delete;
  Completions& operator=(const Completions&) = delete;

  /// Completions of the last words of `typed`, `each` at most of each kind, most articles first; those that begin as
  /// typed come before corrected ones, which are looked for from four letters on. Takes bounded time.
  [[nodiscard]] std::vector<Completion> find(std::string_view typed, std::size_t each) const;

  [[nodiscard]] std::size_t size() const;

 private:
  std::unique_ptr<const Data> data_;
};

}  // namespace dateline::searcher
