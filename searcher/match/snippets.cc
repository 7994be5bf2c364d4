#include "searcher/match/snippets.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <optional>

#include "common/text.h"

namespace dateline::searcher {
namespace {

constexpr std::string_view kEllipsis = "…";
/// A word seen again is worth this share of its first sight.
constexpr double kRepeat = 0.1;
/// A passage shorter than this (characters) is not worth a "…".
constexpr std::size_t kShortestPassage = 40;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

std::size_t characters(std::string_view s) {
  return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [](char c) { return !is_continuation(c); }));
}

bool is_space(char32_t c) {
  return u_isUWhiteSpace(static_cast<UChar32>(c)) != 0;
}

/// Byte that stands `count` characters after `pos`, or the end.
std::size_t forward(std::string_view s, std::size_t pos, std::size_t count) {
  while (count-- > 0 && pos < s.size()) {
    ++pos;
    while (pos < s.size() && is_continuation(s[pos])) ++pos;
  }
  return pos;
}

std::size_t backward(std::string_view s, std::size_t pos, std::size_t count) {
  while (count-- > 0 && pos > 0) {
    --pos;
    while (pos > 0 && is_continuation(s[pos])) --pos;
  }
  return pos;
}

/// The last place at or before `pos` (but after `from`) where a line may end: a space, else `pos` itself, since
/// Chinese and Japanese have none.
std::size_t word_end(std::string_view s, std::size_t from, std::size_t pos) {
  if (pos >= s.size()) return s.size();
  const std::size_t space = s.rfind(' ', pos);
  if (space == std::string_view::npos || space <= from || pos - space > 3 * kShortestPassage) return pos;
  return space;
}

/// The first place at or after `pos` (but before `to`) where a word begins.
std::size_t word_begin(std::string_view s, std::size_t pos, std::size_t to) {
  if (pos == 0 || s[pos - 1] == ' ') return pos;
  const std::size_t space = s.find(' ', pos);
  if (space == std::string_view::npos || space + 1 > to || space - pos > 3 * kShortestPassage) return pos;
  return space + 1;
}

// --- Sentences ---

bool is_abbreviation(std::string_view before, char32_t follower) {
  static constexpr std::array<std::string_view, 48> kAbbreviations = {
      "Adm", "Apr", "Aug",  "Ave", "Brig", "Capt", "Cmdr", "Co",  "Col", "Corp", "Dec",  "Dr",
      "Dra", "EE",  "Feb",  "Gen", "Gob",  "Gov",  "Hon",  "Inc", "Jan", "Jr",   "Lic",  "Lt",
      "Ltd", "Maj", "Mar",  "Mme", "Mr",   "Mrs",  "Ms",   "Mt",  "Nov", "Oct",  "Prof", "Rep",
      "Rev", "Sen", "Sept", "Sgt", "Sr",   "Sra",  "St",   "Ste", "Sto", "Supt", "Univ", "vs"};
  const std::size_t space = before.find_last_of(" (\xE2\x80\x9C\"'");
  const std::string_view word = space == std::string_view::npos ? before : before.substr(space + 1);
  if (word.empty()) return false;
  if (word == "No") return follower >= '0' && follower <= '9';
  // An initial, or the last letter of "U.S": one letter after nothing or after a full stop.
  const bool letter = word.size() == 1 || (word.size() >= 2 && word[word.size() - 2] == '.');
  if (letter && word.back() >= 'A' && word.back() <= 'Z') return true;
  return std::find(kAbbreviations.begin(), kAbbreviations.end(), word) != kAbbreviations.end();
}

bool closes(char32_t c) {
  return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201D || c == 0x2019 || c == 0xBB || c == 0x300D ||
         c == 0x300F;
}

bool opens_sentence(char32_t c) {
  if (c == '"' || c == '\'' || c == '(' || c == 0x201C || c == 0x2018 || c == 0xAB || c == 0xBF || c == 0xA1 ||
      c == 0x2014)
    return true;
  const auto type = static_cast<UChar32>(c);
  return u_isalnum(type) != 0 && u_islower(type) == 0;
}

/// Where a sentence that ends with the mark before `pos` really ends, or nothing if it goes on. `pos` moves behind the
/// marks that follow, so that a long run of them is read once.
std::optional<std::size_t> sentence_end(std::string_view s, std::size_t mark, char32_t c, std::size_t& pos) {
  const bool wide = c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF61;
  std::size_t end = pos;
  while (end < s.size()) {
    std::size_t next = end;
    const char32_t follower = text::decode(s, next);
    if (!closes(follower) && follower != '.' && follower != '!' && follower != '?') break;
    end = next;
  }
  pos = end;
  if (wide || end == s.size()) return end;
  std::size_t next = end;
  if (!is_space(text::decode(s, next))) return std::nullopt;
  while (next < s.size()) {
    std::size_t after = next;
    const char32_t follower = text::decode(s, after);
    if (!is_space(follower))
      return opens_sentence(follower) && !(c == '.' && is_abbreviation(s.substr(0, mark), follower))
                 ? std::optional{end}
                 : std::nullopt;
    next = after;
  }
  return end;
}

// --- Passages ---

struct Sentence {
  std::size_t paragraph = 0;
  TextRange range;
  std::vector<WordMatch> matches;  ///< Within the range.
};

/// A piece of a paragraph to be shown.
struct Piece {
  std::size_t paragraph = 0;
  TextRange range;
  bool cut_before = false;  ///< Begins inside a sentence,
  bool cut_after = false;   ///< or ends inside one.
};

std::vector<Sentence> sentences_with_matches(const SnippetSource& source) {
  std::vector<Sentence> out;
  for (std::size_t p = 0; p < source.paragraphs.size(); ++p) {
    if (source.matches[p].empty()) continue;
    auto match = source.matches[p].begin();
    for (const TextRange& range : sentences(source.paragraphs[p])) {
      Sentence sentence{.paragraph = p, .range = range, .matches = {}};
      for (; match != source.matches[p].end() && match->range.begin < range.end; ++match) {
        if (match->range.begin >= range.begin) sentence.matches.push_back(*match);
      }
      if (!sentence.matches.empty()) out.push_back(std::move(sentence));
    }
  }
  return out;
}

/// What matches add to a snippet that already shows the `shown` words.
double gain(const std::vector<WordMatch>& matches, const std::vector<double>& weights, const std::vector<bool>& shown) {
  std::vector<bool> seen(weights.size(), false);
  double sum = 0;
  for (const WordMatch& match : matches) {
    if (seen[match.word]) continue;
    seen[match.word] = true;
    sum += shown[match.word] ? weights[match.word] * kRepeat : weights[match.word];
  }
  return sum;
}

/// The part of a sentence, of at most `room` characters, whose matches gain most.
Piece best_window(const Sentence& sentence, const SnippetSource& source, const std::vector<bool>& shown,
                  std::size_t room) {
  const std::string_view text = source.paragraphs[sentence.paragraph];
  Piece piece{.paragraph = sentence.paragraph, .range = sentence.range};
  if (characters(text.substr(piece.range.begin, piece.range.end - piece.range.begin)) <= room) return piece;
  const std::size_t usable = room > 4 ? room - 4 : room;  // "… " on both sides
  double best = -1;
  TextRange cluster = sentence.matches.front().range;
  for (std::size_t first = 0; first < sentence.matches.size(); ++first) {
    const std::size_t limit = forward(text, sentence.matches[first].range.begin, usable);
    std::vector<WordMatch> inside;
    for (std::size_t i = first; i < sentence.matches.size() && sentence.matches[i].range.end <= limit; ++i) {
      inside.push_back(sentence.matches[i]);
    }
    if (inside.empty()) continue;
    if (const double g = gain(inside, source.weights, shown); g > best) {
      best = g;
      cluster = {inside.front().range.begin, inside.back().range.end};
    }
  }
  // From the sentence's own beginning if the cluster fits from there, else with some words before it.
  const std::size_t from_start = word_end(text, sentence.range.begin, forward(text, sentence.range.begin, usable));
  if (cluster.end <= from_start) {
    piece.range.end = std::min(from_start, sentence.range.end);
  } else {
    const std::size_t spare =
        usable - std::min(usable, characters(text.substr(cluster.begin, cluster.end - cluster.begin)));
    const std::size_t begin = std::max(sentence.range.begin, backward(text, cluster.begin, spare / 2));
    piece.range.begin = std::max(sentence.range.begin, word_begin(text, begin, cluster.begin));
    piece.range.end =
        std::min(sentence.range.end, word_end(text, cluster.end, forward(text, piece.range.begin, usable)));
    piece.range.end = std::max(piece.range.end, std::min(cluster.end, sentence.range.end));
  }
  piece.cut_before = piece.range.begin > sentence.range.begin;
  piece.cut_after = piece.range.end < sentence.range.end;
  return piece;
}

/// Sentences that follow `piece` in its paragraph, as far as there is room.
void extend(Piece& piece, std::string_view text, std::size_t room) {
  if (piece.cut_after) return;
  for (const TextRange& next : sentences(text)) {
    if (next.begin < piece.range.end) continue;
    const std::size_t cost = characters(text.substr(piece.range.end, next.end - piece.range.end));
    if (cost <= room) {
      room -= cost;
      piece.range.end = next.end;
      continue;
    }
    if (room > kShortestPassage) {
      const std::size_t end = word_end(text, next.begin, forward(text, piece.range.end, room - 2));
      if (end > next.begin) {
        piece.range.end = end;
        piece.cut_after = true;
      }
    }
    return;
  }
}

std::size_t length_of(const Piece& piece, const SnippetSource& source) {
  const std::string_view text = source.paragraphs[piece.paragraph];
  return characters(text.substr(piece.range.begin, piece.range.end - piece.range.begin)) + 3;
}

MarkedText joined(std::vector<Piece> pieces, const SnippetSource& source) {
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
    return a.paragraph != b.paragraph ? a.paragraph < b.paragraph : a.range.begin < b.range.begin;
  });
  MarkedText out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const Piece& piece = pieces[i];
    const std::string_view text = source.paragraphs[piece.paragraph];
    const Piece* before = i > 0 ? &pieces[i - 1] : nullptr;
    const bool adjacent =
        before != nullptr && before->paragraph == piece.paragraph && !before->cut_after && !piece.cut_before &&
        text.substr(before->range.end, piece.range.begin - before->range.end).find_first_not_of(' ') ==
            std::string_view::npos;
    if (adjacent) {
      out.text += ' ';
    } else if (before != nullptr) {
      out.text.append(" ").append(kEllipsis).append(" ");
    } else if (piece.cut_before) {
      out.text.append(kEllipsis).append(" ");
    }
    const std::size_t shift = out.text.size();
    out.text += text.substr(piece.range.begin, piece.range.end - piece.range.begin);
    for (const TextRange& mark : merged_ranges(source.matches[piece.paragraph])) {
      if (mark.begin < piece.range.begin || mark.end > piece.range.end) continue;
      out.marks.push_back({mark.begin - piece.range.begin + shift, mark.end - piece.range.begin + shift});
    }
  }
  if (!pieces.empty() && pieces.back().cut_after) out.text.append(" ").append(kEllipsis);
  return out;
}

/// How the body begins.
std::vector<Piece> opening(const SnippetSource& source, std::size_t length) {
  for (std::size_t p = 0; p < source.paragraphs.size(); ++p) {
    const std::string_view text = source.paragraphs[p];
    const std::vector<TextRange> all = sentences(text);
    if (all.empty()) continue;
    const TextRange first = all.front();
    Piece piece{.paragraph = p, .range = first};
    if (characters(text.substr(first.begin, first.end - first.begin)) > length) {
      piece.range.end =
          word_end(text, first.begin, forward(text, first.begin, length - std::min<std::size_t>(length, 2)));
      piece.cut_after = true;
    } else {
      extend(piece, text, length - characters(text.substr(first.begin, first.end - first.begin)));
    }
    return {piece};
  }
  return {};
}

}  // namespace

std::vector<TextRange> sentences(std::string_view paragraph) {
  std::vector<TextRange> out;
  std::size_t begin = 0;
  const auto add = [&](std::size_t end) {
    const std::string_view sentence = text::trim(paragraph.substr(begin, end - begin));
    if (!sentence.empty()) {
      const auto at = static_cast<std::size_t>(sentence.data() - paragraph.data());
      out.push_back({at, at + sentence.size()});
    }
    begin = end;
  };
  for (std::size_t pos = 0; pos < paragraph.size();) {
    const std::size_t mark = pos;
    const char32_t c = text::decode(paragraph, pos);
    if (c != '.' && c != '!' && c != '?' && c != 0x2026 && c != 0x3002 && c != 0xFF01 && c != 0xFF1F && c != 0xFF61 &&
        c != 0x964 && c != 0x61F)
      continue;
    if (const std::optional<std::size_t> end = sentence_end(paragraph, mark, c, pos)) {
      add(*end);
      pos = std::max(pos, *end);
    }
  }
  add(paragraph.size());
  return out;
}

std::vector<TextRange> merged_ranges(const std::vector<WordMatch>& matches) {
  std::vector<TextRange> out;
  for (const WordMatch& match : matches) {
    if (!out.empty() && match.range.begin <= out.back().end) {
      out.back().end = std::max(out.back().end, match.range.end);
    } else {
      out.push_back(match.range);
    }
  }
  return out;
}

MarkedText best_passages(const SnippetSource& source, std::size_t length) {
  if (length == 0) return {};
  std::vector<Sentence> candidates = sentences_with_matches(source);
  if (candidates.empty()) return joined(opening(source, length), source);

  std::vector<Piece> pieces;
  std::vector<bool> shown(source.weights.size(), false);
  std::size_t room = length;
  while (!candidates.empty()) {
    double best = 0;
    std::size_t chosen = candidates.size();
    Piece piece;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      // Later passages are only for words not yet shown.
      const double most = gain(candidates[i].matches, source.weights, shown);
      if (most <= best) continue;
      const Piece window = best_window(candidates[i], source, shown, room);
      std::vector<WordMatch> inside;
      for (const WordMatch& match : candidates[i].matches) {
        if (match.range.begin >= window.range.begin && match.range.end <= window.range.end) inside.push_back(match);
      }
      const bool fresh = std::any_of(inside.begin(), inside.end(), [&](const WordMatch& m) { return !shown[m.word]; });
      const double g = gain(inside, source.weights, shown);
      if (fresh && g > best) {
        best = g;
        chosen = i;
        piece = window;
      }
    }
    if (chosen == candidates.size()) break;
    for (const WordMatch& match : candidates[chosen].matches) {
      if (match.range.begin >= piece.range.begin && match.range.end <= piece.range.end) shown[match.word] = true;
    }
    candidates.erase(candidates.begin() + static_cast<std::ptrdiff_t>(chosen));
    pieces.push_back(piece);
    room -= std::min(room, length_of(piece, source));
    if (room < kShortestPassage) break;
  }
  // What is left of the room goes to the sentences after the best passage, up to the next one shown.
  if (pieces.size() == 1) {
    extend(pieces.front(), source.paragraphs[pieces.front().paragraph], room);
  }
  return joined(std::move(pieces), source);
}

std::vector<MarkedText> keywords_in_context(const SnippetSource& source, std::size_t context, std::size_t most) {
  std::vector<MarkedText> out;
  for (std::size_t p = 0; p < source.paragraphs.size() && out.size() < most; ++p) {
    const std::string_view text = source.paragraphs[p];
    for (const TextRange& mark : merged_ranges(source.matches[p])) {
      if (out.size() == most) break;
      const std::size_t begin = word_begin(text, backward(text, mark.begin, context), mark.begin);
      const std::size_t end = std::max(mark.end, word_end(text, mark.end, forward(text, mark.end, context)));
      MarkedText line;
      if (begin > 0) line.text.append(kEllipsis).append(" ");
      const std::size_t shift = line.text.size();
      line.text += text.substr(begin, end - begin);
      if (end < text.size()) line.text.append(" ").append(kEllipsis);
      line.marks.push_back({mark.begin - begin + shift, mark.end - begin + shift});
      out.push_back(std::move(line));
    }
  }
  return out;
}

}  // namespace dateline::searcher
