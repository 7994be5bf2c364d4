// Stop words: function words ("the", "of", "que"), which a query without quotes does not insist on. The lists are short
// and hold no word that carries news in another language.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace dateline {

/// `folded_word`: as the analyzer folds it. `lang`: primary subtag; false for a language without a list.
[[nodiscard]] bool is_stop_word(std::string_view folded_word, std::string_view lang);

/// Counts the stop words of a text, which mostly tell its language.
class StopWordCount {
 public:
  void add(std::string_view folded_word);
  /// The language of at least five different stop words, one in five of the words, and twice as many different ones as
  /// any other has; empty when there is none, or a language without a list could be taken for it.
  [[nodiscard]] std::string_view language() const;

 private:
  struct Count {
    std::size_t all = 0;
    std::size_t different = 0;
  };
  std::size_t words_ = 0;
  std::array<Count, 32> counts_{};
  std::vector<std::uint32_t> seen_;
};

}  // namespace dateline
