#include "common/query/synonyms.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/analyzer.h"
#include "common/query/lexer.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

/// A line with more is a mistake; each name of a group holds all others.
constexpr std::size_t kMostNames = 100;
/// Words of an entry that are found side by side; of more, only as a phrase.
constexpr std::size_t kMostWords = 8;
/// Wrong lines that are told one by one.
constexpr std::size_t kMostTold = 3;

std::string key_of(std::string_view name, Analyzer& analyzer) {
  std::string key;
  for (const Token& token : analyzer.tokenize(name)) {
    if (token.kind != TokenKind::word && token.kind != TokenKind::acronym) continue;
    if (token.kind == TokenKind::acronym) {  // says more than the word before it
      key.resize(key.rfind(' ') == std::string::npos ? 0 : key.rfind(' '));
    }
    if (!key.empty()) key += ' ';
    key += token.term;
  }
  return key;
}

std::string key_of(std::string_view name) {
  Analyzer analyzer;
  return key_of(name, analyzer);
}

struct Name {
  std::string text;
  std::string key;
};

std::vector<Name> names_of(std::string_view list, Analyzer& analyzer) {
  std::vector<Name> out;
  for (const std::string_view part : text::split(list, ',')) {
    if (out.size() > kMostNames) break;
    std::string name = text::clean_line(part);
    name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return c == '"' || c == '*' || c == '?'; }),
               name.end());
    std::string key = key_of(name, analyzer);
    if (!key.empty()) out.push_back({std::move(name), std::move(key)});
  }
  return out;
}

/// A synonym as a query: one word in all its forms, several as a phrase.
Node node_of(const std::string& name, const Node& original) {
  Node node;
  node.kind = Kind::phrase;
  node.field = original.field;
  node.position = original.position;
  for (const std::string_view piece : text::split(name, ' ')) {
    const std::string_view trimmed = trim_word(piece);
    if (trimmed.empty()) continue;
    Node word;
    word.kind = Kind::word;
    word.field = original.field;
    word.position = original.position;
    word.text = trimmed;
    word.exact = true;
    node.children.push_back(std::move(word));
  }
  if (node.children.size() > 1) return node;
  Node word = std::move(node.children.front());
  // What would be read as an operator stays in its quotation marks.
  const bool keyword = word.text == "AND" || word.text == "OR" || word.text == "NOT" || word.text == "XOR" ||
                       word.text == "MAYBE" || word.text == "NEAR" || word.text == "ADJ" ||
                       word.text.find_first_of(":/~") != std::string::npos;
  word.exact = keyword;
  return word;
}

bool is_plain(const Node& node) {
  return node.kind == Kind::word && !node.exact && !node.wildcard && node.n == 0;
}

std::size_t leaves(const Node& node) {
  if (node.children.empty()) return 1;
  std::size_t sum = 0;
  for (const Node& child : node.children) sum += leaves(child);
  return sum;
}

}  // namespace

Synonyms Synonyms::read(std::string_view text, std::string_view name, std::vector<std::string>& problems) {
  Synonyms out;
  Analyzer analyzer;
  std::size_t number = 0;
  std::size_t passed_over = 0;
  for (std::string_view line : text::split(text, '\n')) {
    ++number;
    line = text::trim(line);
    if (line.empty() || line.front() == '#') continue;
    const auto wrong = [&](std::string_view reason) {
      if (++passed_over > kMostTold) return;
      problems.push_back(fmt::format("{}:{}: {}; the line was passed over", name, number, reason));
    };
    const std::size_t arrow = line.find("=>");
    const bool both_ways = arrow == std::string_view::npos;
    const std::vector<Name> right = names_of(both_ways ? line : line.substr(arrow + 2), analyzer);
    const std::vector<Name> left = both_ways ? right : names_of(line.substr(0, arrow), analyzer);
    if (std::max(left.size(), right.size()) > kMostNames) {
      wrong(fmt::format("has more than {} names", kMostNames));
      continue;
    }
    if (both_ways && right.size() < 2) {
      wrong("needs at least two names, parted by commas");
      continue;
    }
    if (left.empty() || right.empty()) {
      wrong("needs names on both sides of =>");
      continue;
    }
    for (const Name& from : left) {
      const std::string& key = from.key;
      const auto words = 1 + static_cast<std::size_t>(std::count(key.begin(), key.end(), ' '));
      out.longest_ = std::max(out.longest_, std::min(words, kMostWords));
      Group& group = out.groups_[key];
      for (const Name& to : right) {
        if (to.key != key && std::find(group.begin(), group.end(), to.text) == group.end()) group.push_back(to.text);
      }
    }
  }
  if (passed_over > kMostTold)
    problems.push_back(fmt::format("{}: {} more lines were passed over", name, passed_over - kMostTold));
  return out;
}

Node Synonyms::widen(Node node, const Limits& limits, std::vector<Warning>& warnings) const {
  node = widened(std::move(node), warnings);
  if (const std::size_t count = leaves(node); count > limits.max_leaves) {
    fail(0, fmt::format("with its synonyms the query has {} words, more than {}", count, limits.max_leaves));
  }
  return node;
}

Node Synonyms::widened(Node node, std::vector<Warning>& warnings) const {
  if (!is_plain(node) && node.kind != Kind::phrase) {
    if (node.kind == Kind::word || node.kind == Kind::loose_phrase) return node;
    std::vector<Node> children;
    if (node.kind == Kind::all_of) {
      children = side_by_side(std::move(node.children), warnings);
      return combine(node.kind, std::move(children));
    }
    for (Node& child : node.children) children.push_back(widened(std::move(child), warnings));
    if (node.kind == Kind::any_of || node.kind == Kind::one_of) {
      return node.children.empty() ? node : combine(node.kind, std::move(children));
    }
    if (node.kind == Kind::first && children.front().kind == Kind::any_of) {
      // As it is read: of each alternative.
      std::vector<Node> alternatives;
      for (Node& child : children.front().children) {
        Node first = node;
        first.children = {std::move(child)};
        alternatives.push_back(std::move(first));
      }
      return combine(Kind::any_of, std::move(alternatives));
    }
    node.children = std::move(children);
    return node;
  }
  std::string words = node.text;
  for (const Node& child : node.children) {
    if (child.wildcard) return node;
    words.append(words.empty() ? "" : " ").append(child.text);
  }
  const auto group = groups_.find(key_of(words));
  if (group == groups_.end()) return node;
  const Node original = node;
  return with_group(std::move(node), original, words, group->second, warnings);
}

std::vector<Node> Synonyms::side_by_side(std::vector<Node> children, std::vector<Warning>& warnings) const {
  std::vector<Node> out;
  for (std::size_t at = 0; at < children.size();) {
    // The longest entry that begins here.
    std::size_t run = 0;
    while (run < longest_ && at + run < children.size() && is_plain(children[at + run]) &&
           children[at + run].field == children[at].field) {
      ++run;
    }
    const Group* group = nullptr;
    std::string words;
    for (; run > 1 && group == nullptr; --run) {
      words.clear();
      for (std::size_t i = at; i < at + run; ++i) words.append(words.empty() ? "" : " ").append(children[i].text);
      const auto found = groups_.find(key_of(words));
      if (found == groups_.end()) continue;
      group = &found->second;
      break;
    }
    if (group == nullptr) {
      out.push_back(widened(std::move(children[at++]), warnings));
      continue;
    }
    const Node first = children[at];
    const auto begin = children.begin() + static_cast<std::ptrdiff_t>(at);
    std::vector<Node> parts(std::make_move_iterator(begin),
                            std::make_move_iterator(begin + static_cast<std::ptrdiff_t>(run)));
    at += run;
    out.push_back(with_group(combine(Kind::all_of, std::move(parts)), first, words, *group, warnings));
  }
  return out;
}

Node Synonyms::with_group(Node node, const Node& like, const std::string& words, const Group& group,
                          std::vector<Warning>& warnings) {
  warnings.push_back({.kind = WarningKind::synonym,
                      .subject = words,
                      .message = fmt::format("“{}” also stands for {}", words, fmt::join(group, ", ")),
                      .suggestions = group,
                      .position = like.position});
  std::vector<Node> alternatives;
  alternatives.push_back(std::move(node));
  for (const std::string& name : group) alternatives.push_back(node_of(name, like));
  return combine(Kind::any_of, std::move(alternatives));
}

}  // namespace dateline::query
