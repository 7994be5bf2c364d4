#include "common/query/synonyms.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "common/analyzer.h"
#include "common/query/lexer.h"
#include "common/text.h"
#include "dateline/error.h"

namespace dateline::query {
namespace {

std::string key_of(std::string_view name) {
  Analyzer analyzer;
  std::vector<Token> tokens;
  analyzer.tokenize(name, tokens);
  std::string key;
  for (const Token& token : tokens) {
    if (token.kind != TokenKind::word && token.kind != TokenKind::acronym) continue;
    if (token.kind == TokenKind::acronym) {  // says more than the word before it
      key.resize(key.rfind(' ') == std::string::npos ? 0 : key.rfind(' '));
    }
    if (!key.empty()) key += ' ';
    key += token.term;
  }
  return key;
}

std::vector<std::string> names_of(std::string_view list) {
  std::vector<std::string> out;
  for (const std::string_view part : text::split(list, ',')) {
    std::string name = text::clean_line(part);
    name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return c == '"' || c == '*' || c == '?'; }),
               name.end());
    if (!key_of(name).empty()) out.push_back(std::move(name));
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

std::size_t leaves(const Node& node) {
  if (node.children.empty()) return 1;
  std::size_t sum = 0;
  for (const Node& child : node.children) sum += leaves(child);
  return sum;
}

}  // namespace

Synonyms Synonyms::read(std::string_view text, std::string_view name) {
  Synonyms out;
  std::size_t number = 0;
  for (std::string_view line : text::split(text, '\n')) {
    ++number;
    line = text::trim(line);
    if (line.empty() || line.front() == '#') continue;
    const auto wrong = [&](std::string_view reason) {
      throw Error(ErrorCode::usage, fmt::format("{}:{}", name, number), std::string(reason));
    };
    const std::size_t arrow = line.find("=>");
    const std::vector<std::string> right = names_of(arrow == std::string_view::npos ? line : line.substr(arrow + 2));
    const std::vector<std::string> left = arrow == std::string_view::npos ? right : names_of(line.substr(0, arrow));
    if (arrow == std::string_view::npos && right.size() < 2) wrong("write at least two names, parted by commas");
    if (left.empty() || right.empty()) wrong("write names on both sides of =>");
    for (const std::string& from : left) {
      std::vector<std::string>& group = out.groups_[key_of(from)];
      for (const std::string& to : right) {
        if (key_of(to) != key_of(from) && std::find(group.begin(), group.end(), to) == group.end()) group.push_back(to);
      }
    }
  }
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
  const bool plain = node.kind == Kind::word && !node.exact && !node.wildcard && node.n == 0;
  if (!plain && node.kind != Kind::phrase) {
    if (node.kind == Kind::word || node.kind == Kind::loose_phrase) return node;
    std::vector<Node> children;
    for (Node& child : node.children) children.push_back(widened(std::move(child), warnings));
    if (node.kind == Kind::all_of || node.kind == Kind::any_of || node.kind == Kind::one_of) {
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
  warnings.push_back({.kind = WarningKind::synonym,
                      .subject = words,
                      .message = fmt::format("\"{}\" also stands for {}", words, fmt::join(group->second, ", ")),
                      .suggestions = group->second,
                      .position = node.position});
  std::vector<Node> alternatives;
  const Node original = node;
  alternatives.push_back(std::move(node));
  for (const std::string& name : group->second) alternatives.push_back(node_of(name, original));
  return combine(Kind::any_of, std::move(alternatives));
}

}  // namespace dateline::query
