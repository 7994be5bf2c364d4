#include "indexer/enrich/actors/training/corpus.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

#include "common/text.h"
#include "dateline/error.h"
#include "indexer/enrich/actors/phrase_table.h"

namespace dateline::indexer::training {
namespace {

constexpr std::size_t kJoined = 8;    ///< sentences of a document made of single ones
constexpr std::size_t kLongest = 40;  ///< sentences of a document; a longer one is a collection

struct Tag {
  bool begins = false;
  bool names = false;
  MentionType type = MentionType::other;
  bool nation = false;
};

Tag parse_tag(std::string_view tag, const std::filesystem::path& file, std::size_t line) {
  if (tag == "O") return {};
  Tag parsed{.begins = tag.starts_with("B-"), .names = true};
  const std::string_view type = tag.size() > 2 ? tag.substr(2) : std::string_view{};
  if (type == "PER") {
    parsed.type = MentionType::person;
  } else if (type == "ORG") {
    parsed.type = MentionType::organisation;
  } else if (type == "LOC") {
    parsed.type = MentionType::place;
  } else if (type == "GPE") {
    parsed.type = MentionType::place;
    parsed.nation = true;
  } else if (type == "MISC") {
    parsed.type = MentionType::other;
  } else {
    throw Error(ErrorCode::usage, file.string() + ":" + std::to_string(line), "\"" + std::string(tag) + "\" is no tag");
  }
  return parsed;
}

std::vector<AnnotatedDocument> even_out(std::vector<AnnotatedDocument> documents) {
  std::vector<AnnotatedDocument> even;
  bool joining = false;
  for (auto& document : documents) {
    const bool single = document.sentences.size() == 1;
    if (single && joining && even.back().sentences.size() < kJoined) {
      even.back().sentences.push_back(std::move(document.sentences[0]));
      continue;
    }
    joining = single;
    if (document.sentences.size() <= kLongest) {
      even.push_back(std::move(document));
      continue;
    }
    for (std::size_t at = 0; at < document.sentences.size(); ++at) {
      if (at % kJoined == 0) even.emplace_back();
      even.back().sentences.push_back(std::move(document.sentences[at]));
    }
  }
  return even;
}

bool is_class(std::uint64_t classes, unsigned match_class) {
  return (classes & (std::uint64_t{0xF} << (4 * match_class))) != 0;
}
bool is_class(std::uint64_t classes, WordClass word_class) {
  return is_class(classes, static_cast<unsigned>(word_class));
}

std::string capitalised(const std::string& word) {
  static constexpr auto kSmall = std::to_array<std::string_view>(
      {"a", "an", "the", "of", "in", "on", "at", "to", "by", "for", "and", "or", "with", "from", "as", "'s", "n't"});
  if (std::find(kSmall.begin(), kSmall.end(), word) != kSmall.end()) return word;
  std::string out = word;
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  return out;
}

std::string shouted(const std::string& word) {
  std::string out = word;
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  }
  return out;
}

std::uint64_t next_random(std::uint64_t& seed) {
  seed += 0x9E3779B97F4A7C15ULL;
  return mix(seed, 0);
}

}  // namespace

std::vector<AnnotatedDocument> read_bio(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(ErrorCode::io, file.string(), "cannot be read");
  std::vector<AnnotatedDocument> documents(1);
  AnnotatedSentence sentence;
  bool in_span = false;
  const auto end_sentence = [&] {
    if (!sentence.words.empty()) documents.back().sentences.push_back(std::move(sentence));
    sentence = {};
    in_span = false;
  };
  std::string line;
  for (std::size_t number = 1; std::getline(in, line); ++number) {
    const auto tab = line.find('\t');
    if (text::trim(line).empty()) {
      end_sentence();
    } else if (line.starts_with("-DOCSTART-")) {
      end_sentence();
      if (!documents.back().sentences.empty()) documents.emplace_back();
    } else if (tab == std::string::npos) {
      throw Error(ErrorCode::usage, file.string() + ":" + std::to_string(number), "no tag");
    } else {
      const Tag tag = parse_tag(std::string_view(line).substr(tab + 1), file, number);
      const auto at = static_cast<std::uint32_t>(sentence.words.size());
      sentence.words.push_back(line.substr(0, tab));
      const bool goes_on = tag.names && !tag.begins && in_span && sentence.spans.back().type == tag.type;
      if (goes_on) {
        sentence.spans.back().end = at + 1;
      } else if (tag.names) {
        sentence.spans.push_back({at, at + 1, tag.type, tag.nation});
      }
      in_span = tag.names;
    }
  }
  end_sentence();
  if (documents.back().sentences.empty()) documents.pop_back();
  return even_out(std::move(documents));
}

PreparedDocument prepare(AnnotatedDocument document, const Matcher& matcher) {
  PreparedDocument prepared;
  prepared.document = std::move(document);
  auto& text = prepared.text;
  std::uint32_t number = 0;
  for (const auto& sentence : prepared.document.sentences) {
    const auto begin = static_cast<std::uint32_t>(text.tokens.size());
    bool quoted = false;
    for (const auto& word : sentence.words) {
      Token token = make_token(word);
      if (word == "\"" || word == "``" || word == "''" || word == "“" || word == "”") quoted = !quoted;
      token.quoted = quoted;
      text.tokens.push_back(token);
    }
    const auto end = static_cast<std::uint32_t>(text.tokens.size());
    text.sentences.push_back({.begin = begin,
                              .end = end,
                              .kind = sentence_kind(text.tokens.data() + begin, text.tokens.data() + end),
                              .headline = false,
                              .paragraph = number});
    for (const Span& span : sentence.spans) {
      prepared.gold.push_back(
          {.begin = begin + span.begin, .end = begin + span.end, .sentence = number, .type = span.type});
    }
    ++number;
  }
  matcher.match(text, language_bit("en"), prepared.matches);
  return prepared;
}

void repair(PreparedDocument& document, const Gazetteer& gazetteer) {
  const auto& tokens = document.text.tokens;
  const auto& classes = document.matches.classes;
  std::vector<bool> named(tokens.size());
  std::vector<Mention> repaired;
  for (Mention mention : document.gold) {
    for (std::uint32_t at = mention.begin; at < mention.end; ++at) named[at] = true;
    // "the", titles and lower-case descriptions before the name, possessives behind it.
    const auto drops_first = [&] {
      const Token& first = tokens[mention.begin];
      if (first.cap == Cap::punctuation || first.word == "the" || first.word == "The" || first.word == "a") return true;
      if (mention.type != MentionType::person) return first.cap == Cap::lower;
      const bool title = is_class(classes[mention.begin], WordClass::title) &&
                         !is_class(classes[mention.begin], WordClass::first_name);
      const bool nation = mention.end - mention.begin > 2 && is_class(classes[mention.begin], WordClass::demonym) &&
                          !is_class(classes[mention.begin], WordClass::first_name);
      return title || nation || (first.cap == Cap::lower && !first.word.starts_with("al-"));
    };
    while (mention.begin < mention.end && drops_first()) ++mention.begin;
    while (mention.begin < mention.end) {
      const Token& last = tokens[mention.end - 1];
      if (last.cap != Cap::punctuation && last.cap != Cap::lower) break;
      --mention.end;
    }
    if (mention.begin == mention.end) continue;
    const bool one = mention.end - mention.begin == 1;
    const bool demonym = is_class(classes[mention.end - 1], WordClass::demonym) &&
                         (one || is_class(classes[mention.begin], WordClass::demonym));
    const std::uint32_t entry = gazetteer.find(name_hash({tokens.data() + mention.begin, mention.end - mention.begin}));
    const bool country = entry != kNoEntry && gazetteer.entries()[entry].kind == ActorKind::country;
    if (mention.type != MentionType::person || (one && demonym)) {
      if (country && mention.type != MentionType::other) {
        mention.type = MentionType::place;
      } else if (demonym && mention.type != MentionType::organisation) {
        mention.type = MentionType::other;
      }
    }
    repaired.push_back(mention);
  }
  // Nationalities that a scheme leaves out are "other" everywhere.
  for (std::uint32_t number = 0; number < document.text.sentences.size(); ++number) {
    const Sentence& sentence = document.text.sentences[number];
    for (std::uint32_t at = sentence.begin; at < sentence.end; ++at) {
      const bool demonym = (classes[at] & match_bit(static_cast<unsigned>(WordClass::demonym), PhrasePart::unit)) != 0;
      if (!named[at] && demonym && is_capitalised(tokens[at].cap)) {
        repaired.push_back({.begin = at, .end = at + 1, .sentence = number, .type = MentionType::other});
      }
    }
  }
  std::sort(repaired.begin(), repaired.end(), [](const Mention& a, const Mention& b) { return a.begin < b.begin; });
  document.gold = std::move(repaired);
}

void add_headlines(AnnotatedDocument& document, std::uint64_t& seed) {
  std::vector<AnnotatedSentence> headlines;
  for (const auto& sentence : document.sentences) {
    if (next_random(seed) % 10 != 0 || sentence.words.size() < 5 || sentence.words.size() > 40) continue;
    AnnotatedSentence headline = sentence;
    const bool shout = next_random(seed) % 2 == 0;
    for (auto& word : headline.words) word = shout ? shouted(word) : capitalised(word);
    headlines.push_back(std::move(headline));
  }
  document.sentences.insert(document.sentences.begin(), std::make_move_iterator(headlines.begin()),
                            std::make_move_iterator(headlines.end()));
}

}  // namespace dateline::indexer::training
