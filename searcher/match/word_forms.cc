#include "searcher/match/word_forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "common/analyzer.h"
#include "common/schema.h"
#include "common/stop_words.h"

namespace dateline::searcher {
namespace {

constexpr std::size_t kMostLookedAt = 2000;
constexpr std::size_t kShortestPrefix = 3;
constexpr std::size_t kFormsNamed = 3;
constexpr std::size_t kFormsCounted = 12;  ///< In each language, the most frequent first.

/// What a word and its stem have in common, which its other forms are likely to begin with.
std::string common_prefix(std::string_view a, std::string_view b) {
  const auto [end, ignored] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return {a.begin(), end};
}

/// Whether an article of a language has a word. Its stems are of that language: a Spanish stemmer takes "the" and
/// "their" for one word, and an English article is not its business. How many have it would only be estimated, shard by
/// shard.
bool is_in_language(const Xapian::Database& database, const std::string& word, const std::string& lang) {
  Xapian::Enquire enquire(database);
  enquire.set_query(Xapian::Query(Xapian::Query::OP_FILTER, Xapian::Query(word),
                                  Xapian::Query(schema::term(schema::kLanguage, lang))));
  enquire.set_weighting_scheme(Xapian::BoolWeight());
  return enquire.get_mset(0, 0, 1).get_matches_lower_bound() > 0;
}

struct IndexWord {
  std::string word;
  Xapian::doccount frequency = 0;
};

/// The first words of the index that begin so.
std::vector<IndexWord> words_with(const std::string& prefix, const Xapian::Database& database) {
  constexpr Xapian::doccount kManyChunks = 2000;
  std::vector<IndexWord> out;
  const auto end = database.allterms_end(prefix);
  for (auto term = database.allterms_begin(prefix); term != end && out.size() < kMostLookedAt;) {
    out.push_back({.word = *term, .frequency = term.get_termfreq()});
    // The next word stands behind all chunks of this one's list.
    if (out.back().frequency > kManyChunks) {
      term.skip_to(out.back().word + '\0');
    } else {
      ++term;
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> other_forms(const Xapian::Database& database, const query::HighlightWord& word,
                                     const std::vector<std::string>& languages, std::size_t most,
                                     const std::unordered_set<std::string>* secret) {
  struct Form {
    Xapian::doccount frequency;
    std::string word;
    std::string lang;
  };
  const auto sort = [](std::vector<Form>& forms) {
    std::sort(forms.begin(), forms.end(), [](const Form& a, const Form& b) {
      return a.frequency != b.frequency ? a.frequency > b.frequency : a.word < b.word;
    });
  };
  std::vector<Form> found;
  std::map<std::string, std::vector<IndexWord>> looked_at;  // by prefix
  if (word.terms.empty()) return {};
  const bool is_name = !word.text.empty() && word.text.front() >= 'A' && word.text.front() <= 'Z';
  for (const std::string& lang : languages) {
    Analyzer analyzer(lang);
    const std::string stem{analyzer.stem(word.terms.front())};
    const std::string stem_term = schema::stem_term({}, lang, stem);
    if (!analyzer.has_stemmer() || !std::binary_search(word.stems.begin(), word.stems.end(), stem_term)) continue;
    const std::string prefix = common_prefix(stem, word.terms.front());
    if (prefix.size() < kShortestPrefix) continue;
    // Most languages have the same stem.
    const auto [words, fresh] = looked_at.try_emplace(prefix);
    if (fresh) words->second = words_with(prefix, database);
    std::vector<Form> forms;
    for (const auto& [form, frequency] : words->second) {
      if (secret != nullptr && secret->contains(form)) continue;
      // "Putin's" is indexed as "putins" too, which is no form of a name worth telling.
      const bool own = std::find(word.terms.begin(), word.terms.end(), form) != word.terms.end() ||
                       (is_name && form == word.terms.front() + 's');
      if (!own && analyzer.stem(form) == stem) forms.push_back({frequency, form, lang});
    }
    sort(forms);
    if (forms.size() > kFormsCounted) forms.resize(kFormsCounted);
    found.insert(found.end(), forms.begin(), forms.end());
  }
  sort(found);
  std::vector<std::string> out;
  for (const Form& form : found) {
    if (out.size() == most) break;
    if (std::find(out.begin(), out.end(), form.word) != out.end()) continue;
    if (languages.size() == 1 || is_in_language(database, form.word, form.lang)) out.push_back(form.word);
  }
  return out;
}

std::string forms_note(const Xapian::Database& database, const query::HighlightWord& word,
                       const std::vector<std::string>& languages, const std::unordered_set<std::string>* secret) {
  // Who insists on a function word means the word.
  const auto function_word = [&](const std::string& lang) { return is_stop_word(word.terms.front(), lang); };
  if (word.terms.empty() || std::any_of(languages.begin(), languages.end(), function_word)) return {};
  const std::vector<std::string> forms = other_forms(database, word, languages, kFormsNamed, secret);
  if (forms.empty()) return {};
  return fmt::format("“{}” also covers {}; ={} for the exact word", word.text, fmt::join(forms, ", "), word.text);
}

}  // namespace dateline::searcher
