// How the words of an article are laid into positions: the one rule that the indexer, the query evaluator and the
// tests share.
//
//   title words      1, 2, 3 …
//   kTitleGap        more than the largest NEAR distance: no operator reaches from the title into the body
//   body             words one apart; kSentenceGap more at a sentence border, kParagraphGap more at a paragraph border
//
// The position of the first word of each paragraph is also a position of the term schema::kParagraphMark, and that of
// each later sentence in the paragraph one of schema::kSentenceMark. The first paragraph mark is where the body begins.
#pragma once

#include <cstdint>
#include <string_view>

#include "common/analyzer.h"

namespace dateline {

inline constexpr std::uint32_t kMaxNearDistance = 500;
inline constexpr std::uint32_t kTitleStart = 1;
inline constexpr std::uint32_t kTitleGap = kMaxNearDistance;
inline constexpr std::uint32_t kSentenceGap = 1;
inline constexpr std::uint32_t kParagraphGap = 4;

enum class Zone : std::uint8_t { title, body };

/// Lays an article out. `Sink` has
///   void word(const Token&, Zone, std::uint32_t position);   every token, in order
///   void sentence(std::uint32_t position);                   before the word that begins a later sentence
///   void paragraph(std::uint32_t position);                  before the first word of a paragraph of the body
template <typename Paragraphs, typename Sink>
void lay_out(std::string_view title, const Paragraphs& paragraphs, Analyzer& analyzer, Sink&& sink) {
  std::uint32_t position = kTitleStart - 1;  // of the latest word
  for (const Token& token : analyzer.tokenize(title)) {
    if (token.kind == TokenKind::word) ++position;
    sink.word(token, Zone::title, position);
  }
  position += kTitleGap;
  bool first_paragraph = true;
  for (const auto& paragraph : paragraphs) {
    bool first_word = true;
    for (const Token& token : analyzer.tokenize(paragraph)) {
      if (token.kind == TokenKind::word) {
        ++position;
        if (first_word) {
          if (!first_paragraph) position += kParagraphGap;
          sink.paragraph(position);
          first_word = first_paragraph = false;
        } else if (token.sentence_start) {
          position += kSentenceGap;
          sink.sentence(position);
        }
      }
      sink.word(token, Zone::body, position);
    }
  }
}

}  // namespace dateline
