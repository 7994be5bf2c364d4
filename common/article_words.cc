#include "common/article_words.h"

#include "common/positions.h"
#include "common/schema.h"

namespace dateline {
namespace {

/// How often a word counts where it stands. Fields are weighed by folding their weights into one term's wdf, so that
/// one posting list ranks title, lead and body together (Robertson, Zaragoza, Taylor: Simple BM25 Extension to
/// Multiple Weighted Fields, 2004).
constexpr std::uint32_t kTitleWeight = 4;
constexpr std::uint32_t kLeadWeight = 2;
constexpr std::uint32_t kBodyWeight = 1;

/// Adds the words of an article as positions.h lays them out.
class WordSink {
 public:
  /// `paragraphs`: their number; an article of a single one has no lead that could be told from the rest.
  WordSink(FlatDocument& document, Analyzer& analyzer, std::size_t paragraphs)
      : document_(document),
        analyzer_(analyzer),
        stem_prefix_(schema::stem_term({}, analyzer.stem_language(), {})),
        lead_weight_(paragraphs > 1 ? kLeadWeight : kBodyWeight) {}

  void word(const Token& token, Zone zone, std::uint32_t position) {
    const bool title = zone == Zone::title;
    const std::uint32_t weight = title ? kTitleWeight : paragraphs_ <= 1 ? lead_weight_ : kBodyWeight;
    words_ += token.kind == TokenKind::word ? 1 : 0;
    FlatDocument::TermIndex spelling =
        token.kind == TokenKind::word ? document_.hashed_term(token.term, token.hash) : document_.term({}, token.term);
    stand(spelling, position, weight);
    if (!token.accented.empty()) spelling = add({}, token.accented, position, weight);
    if (title) {
      add(schema::kTitle, token.term, position, 1);
      if (!token.accented.empty()) add(schema::kTitle, token.accented, position, 1);
    }
    if (token.kind != TokenKind::word && token.kind != TokenKind::joined) return;
    // The same spelling has the same stem wherever it stands in the article.
    FlatDocument::TermIndex stem = document_.companion(spelling);
    if (stem == FlatDocument::kNoTerm) {
      stem = document_.term(stem_prefix_, analyzer_.stem(token));
      document_.set_companion(spelling, stem);
    }
    document_.add_wdf(stem, weight);
    if (title) {
      const std::string_view word = analyzer_.stem(token);
      document_.add_wdf(document_.term({}, schema::stem_term(schema::kTitle, analyzer_.stem_language(), word)), 1);
    }
  }
  void sentence(std::uint32_t position) { add(schema::kSentenceMark, {}, position, 0); }
  void paragraph(std::uint32_t position) {
    ++paragraphs_;
    add(schema::kParagraphMark, {}, position, 0);
  }
  [[nodiscard]] std::size_t words() const { return words_; }

 private:
  FlatDocument::TermIndex add(std::string_view prefix, std::string_view word, std::uint32_t position,
                              std::uint32_t wdf) {
    const FlatDocument::TermIndex term = document_.term(prefix, word);
    stand(term, position, wdf);
    return term;
  }
  void stand(FlatDocument::TermIndex term, std::uint32_t position, std::uint32_t wdf) {
    document_.add_wdf(term, wdf);
    document_.add_position(term, position);
  }

  FlatDocument& document_;
  Analyzer& analyzer_;
  std::string stem_prefix_;
  std::uint32_t lead_weight_;
  std::size_t paragraphs_ = 0;
  std::size_t words_ = 0;
};

}  // namespace

std::size_t add_words(const Article& article, const std::vector<std::string>& paragraphs, Analyzer& analyzer,
                      FlatDocument& document) {
  WordSink sink(document, analyzer, paragraphs.size());
  lay_out(article.title, paragraphs, analyzer, sink);
  return sink.words();
}

}  // namespace dateline
