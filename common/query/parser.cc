// Recursive descent over the tokens. From loose to tight: MAYBE, OR, XOR, AND (and words side by side), NOT + -
// ATLEASTn, NEAR PRE /s /p, field:. Depth is guarded before each descent.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "common/query/fields.h"
#include "common/query/filters.h"
#include "common/query/groups.h"
#include "common/query/lexer.h"
#include "common/query/query.h"
#include "common/query/words.h"
#include "common/text.h"

namespace dateline::query {
namespace {

struct Context {
  bool title = false;
  std::uint32_t first = 0;
  const FieldName* name_field = nullptr;  // source:( … )
};

std::size_t depth(const Node& node) {
  std::size_t deepest = 0;
  for (const Node& child : node.children) deepest = std::max(deepest, depth(child));
  return deepest + 1;
}

Item plain(Node node) {
  Item item;
  item.node = std::move(node);
  return item;
}

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options) : text_(text), options_(options), tokens_(lex(text)) {
    std::size_t capitals = 0;
    bool small = false;
    for (const LexToken& token : tokens_) {
      if (token.kind != Lexeme::word && token.kind != Lexeme::quoted && token.kind != Lexeme::exact_word) continue;
      for (const char c : token.text) {
        small = small || (c >= 'a' && c <= 'z') || c < 0;
        capitals += c >= 'A' && c <= 'Z' ? 1 : 0;
      }
    }
    words_.emplace(options, !small && capitals >= 8);
  }

  Parsed run() {
    std::optional<Node> root = parse_maybe({});
    if (peek().kind == Lexeme::close) fail(peek().begin, "there is no \"(\" for this \")\"");
    if (!root) fail(0, "there is nothing to search for; write a word, or * for everything");
    if (depth(*root) > options_.limits.max_depth) too_deep(0);
    return {.root = std::move(*root), .warnings = std::move(warnings_)};
  }

 private:
  // --- tokens

  [[nodiscard]] const LexToken& peek() const { return tokens_[at_]; }
  const LexToken& take() { return tokens_[at_++]; }
  bool accept(Lexeme kind) {
    if (peek().kind != kind) return false;
    ++at_;
    return true;
  }

  [[nodiscard]] bool operand_follows() const {
    switch (peek().kind) {
      case Lexeme::open:
      case Lexeme::plus:
      case Lexeme::minus:
      case Lexeme::not_op:
      case Lexeme::at_least:
      case Lexeme::field:
      case Lexeme::first:
      case Lexeme::word:
      case Lexeme::exact_word:
      case Lexeme::quoted:
        return true;
      default:
        return false;
    }
  }

  [[noreturn]] void too_deep(std::size_t position) const {
    fail(position, fmt::format("more than {} levels of brackets and operators", options_.limits.max_depth));
  }

  void count_leaf(std::size_t position) {
    if (++leaves_ > options_.limits.max_leaves) {
      fail(position, fmt::format("more than {} words and filters", options_.limits.max_leaves));
    }
  }

  Node required_operand(std::optional<Node> node, const LexToken& op) const {
    if (!node) fail(op.begin, fmt::format("\"{}\" needs a word on its right", op.text));
    return std::move(*node);
  }

  void no_left_operand(bool has_left) const {
    const LexToken& token = peek();
    if (has_left) return;
    switch (token.kind) {
      case Lexeme::and_op:
      case Lexeme::or_op:
      case Lexeme::xor_op:
      case Lexeme::maybe_op:
      case Lexeme::near:
      case Lexeme::before:
      case Lexeme::sentence:
      case Lexeme::paragraph:
        fail(token.begin, fmt::format("\"{}\" needs a word on its left; to search for the word itself, write it in "
                                      "quotation marks",
                                      token.text));
      default:
        return;
    }
  }

  // --- levels. An absent node: only punctuation was there.

  std::optional<Node> parse_maybe(const Context& context) {
    std::optional<Node> left = parse_or(context);
    no_left_operand(left.has_value());
    while (peek().kind == Lexeme::maybe_op) {
      no_left_operand(left.has_value());
      const LexToken& op = take();
      Node node;
      node.kind = Kind::maybe;
      node.position = op.begin;
      node.children.push_back(std::move(*left));
      node.children.push_back(required_operand(parse_or(context), op));
      left = std::move(node);
    }
    return left;
  }

  std::optional<Node> parse_or(const Context& context) {
    const bool any = options_.default_operator == DefaultOperator::any;
    std::vector<Node> alternatives;
    std::vector<Item> run;
    const auto close_run = [&] {
      if (std::optional<Node> node = group_any(std::move(run), warnings_)) alternatives.push_back(std::move(*node));
      run.clear();
    };
    add_item(run, parse_xor(context));
    while (true) {
      if (any && operand_follows()) {
        add_item(run, parse_xor(context));
        continue;
      }
      if (peek().kind != Lexeme::or_op) break;
      no_left_operand(!run.empty());
      const LexToken& op = take();
      close_run();
      std::optional<Item> item = parse_xor(context);
      if (!item) fail(op.begin, fmt::format("\"{}\" needs a word on its right", op.text));
      add_item(run, std::move(item));
    }
    close_run();
    if (alternatives.empty()) return std::nullopt;
    return combine(Kind::any_of, std::move(alternatives));
  }

  static void add_item(std::vector<Item>& run, std::optional<Item> item) {
    if (item) run.push_back(std::move(*item));
  }

  std::optional<Item> parse_xor(const Context& context) {
    std::optional<Item> left = parse_and(context);
    if (peek().kind != Lexeme::xor_op) return left;
    no_left_operand(left.has_value());
    std::vector<Node> children;
    children.push_back(std::move(left->node));
    while (peek().kind == Lexeme::xor_op) {
      const LexToken& op = take();
      std::optional<Item> right = parse_and(context);
      if (!right) fail(op.begin, fmt::format("\"{}\" needs a word on its right", op.text));
      children.push_back(std::move(right->node));
    }
    return plain(combine(Kind::one_of, std::move(children)));
  }

  std::optional<Item> parse_and(const Context& context) {
    const bool all = options_.default_operator == DefaultOperator::all;
    std::vector<Node> parts;
    std::vector<Item> run;
    const auto close_run = [&] {
      if (run.empty()) return;
      parts.push_back(group_all(std::move(run), warnings_));
      run.clear();
    };
    add_item(run, parse_unary(context));
    bool explicit_and = false;
    while (true) {
      if (all && operand_follows()) {
        add_item(run, parse_unary(context));
        continue;
      }
      if (peek().kind != Lexeme::and_op) break;
      no_left_operand(!run.empty());
      const LexToken& op = take();
      close_run();
      explicit_and = true;
      std::optional<Item> item = parse_unary(context);
      while (!item && all && operand_follows()) item = parse_unary(context);
      if (!item) fail(op.begin, fmt::format("\"{}\" needs a word on its right", op.text));
      add_item(run, std::move(item));
    }
    if (!explicit_and && run.size() == 1) return std::move(run.front());
    close_run();
    if (parts.empty()) return std::nullopt;
    return plain(combine(Kind::all_of, std::move(parts)));
  }

  std::optional<Item> parse_unary(const Context& context) {
    const LexToken& token = peek();
    if (token.kind != Lexeme::minus && token.kind != Lexeme::not_op && token.kind != Lexeme::plus &&
        token.kind != Lexeme::at_least) {
      return parse_near(context);
    }
    const Guard guard(*this, token.begin);
    take();
    std::optional<Item> item = parse_unary(context);
    if (!item) {
      if (token.kind == Lexeme::plus || token.kind == Lexeme::minus) return std::nullopt;  // "+," is punctuation
      fail(token.begin, fmt::format("\"{}\" needs a word on its right", token.text));
    }
    if (token.kind == Lexeme::plus) {
      item->required = true;
      item->stop_word = false;
      return item;
    }
    Item out;
    if (token.kind == Lexeme::at_least) {
      require_words(item->node, token);
      Node node;
      node.kind = Kind::at_least;
      node.n = token.n;
      node.position = token.begin;
      node.children.push_back(std::move(item->node));
      out.node = std::move(node);
    } else {
      out.node = negate(std::move(item->node));
    }
    return out;
  }

  std::optional<Item> parse_near(const Context& context) {
    std::optional<Item> left = parse_primary(context);
    while (true) {
      Kind kind = Kind::near;
      switch (peek().kind) {
        case Lexeme::near:
          kind = Kind::near;
          break;
        case Lexeme::before:
          kind = Kind::before;
          break;
        case Lexeme::sentence:
          kind = Kind::same_sentence;
          break;
        case Lexeme::paragraph:
          kind = Kind::same_paragraph;
          break;
        default:
          return left;
      }
      no_left_operand(left.has_value());
      const LexToken& op = take();
      std::optional<Item> right = operand_follows() ? parse_primary(context) : std::nullopt;
      if (!right) fail(op.begin, fmt::format("\"{}\" needs a word on its right", op.text));
      require_words(left->node, op);
      require_words(right->node, op);
      Node node;
      node.kind = kind;
      node.n = op.n;
      node.position = op.begin;
      node.children.push_back(std::move(left->node));
      node.children.push_back(std::move(right->node));
      left = plain(std::move(node));
    }
  }

  /// Operands of positional operators are what has a place in the text.
  void require_words(const Node& node, const LexToken& op) const {
    switch (node.kind) {
      case Kind::word:
      case Kind::phrase:
      case Kind::loose_phrase:
        return;
      case Kind::any_of:
      case Kind::near:
      case Kind::before:
      case Kind::same_sentence:
      case Kind::same_paragraph:
        for (const Node& child : node.children) require_words(child, op);
        return;
      case Kind::all_of:
        fail(node.position,
             fmt::format("\"{}\" takes words, phrases and OR groups, not AND; write the words in quotation "
                         "marks or join them with NEAR/5 or /s",
                         op.text));
      case Kind::none_of:
        fail(node.position, fmt::format("\"{}\" takes words, phrases and OR groups, not NOT; write (a {} b) NOT c",
                                        op.text, op.kind == Lexeme::at_least ? "AND" : op.text));
      default:
        fail(node.position, fmt::format("\"{}\" takes words, phrases and OR groups; join \"{}\" with AND outside",
                                        op.text, print(node)));
    }
  }

  struct Guard {
    Guard(Parser& p, std::size_t position) : parser(p) {
      if (++parser.depth_ > parser.options_.limits.max_depth + 2) parser.too_deep(position);
    }
    ~Guard() { --parser.depth_; }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;
    Parser& parser;
  };

  std::optional<Item> parse_primary(const Context& context) {
    const LexToken& token = peek();
    const Guard guard(*this, token.begin);
    switch (token.kind) {
      case Lexeme::open:
        return parse_group(context);
      case Lexeme::field:
        return parse_field(context);
      case Lexeme::first:
        return parse_first(context);
      case Lexeme::word:
      case Lexeme::exact_word:
        return word_item(take(), context);
      case Lexeme::quoted:
        return quoted_item(take(), context);
      case Lexeme::plus:
      case Lexeme::minus:
      case Lexeme::not_op:
      case Lexeme::at_least: {
        fail(token.begin, "put brackets around what NOT, -, + or ATLEAST applies to");
      }
      default:
        return std::nullopt;
    }
  }

  std::optional<Item> parse_group(const Context& context) {
    const std::size_t open = take().begin;
    std::optional<Node> inside = parse_maybe(context);
    if (!accept(Lexeme::close)) fail(open, "this bracket is not closed; put a \")\" where the group ends");
    if (!inside) return std::nullopt;
    return plain(std::move(*inside));
  }

  // --- leaves

  Item leaf(Node node, const Context& context) {
    count_leaf(node.position);
    if (context.title) node.field = Field::title;
    Item item;
    item.node = std::move(node);
    return item;
  }

  std::optional<Item> word_item(const LexToken& token, const Context& context) {
    if (context.name_field != nullptr) return name_item(*context.name_field, token.text, token.begin);
    const bool exact = token.kind == Lexeme::exact_word;
    std::optional<Node> node = words_->read(token.text, token.begin + (exact ? 1 : 0), exact);
    if (!node) return std::nullopt;
    if (node->kind == Kind::everything) {
      if (context.title || context.first > 0)
        fail(token.begin, "* stands for every article; write has:title for a filled field");
      count_leaf(token.begin);
      return plain(std::move(*node));
    }
    const bool stop = !node->exact && node->n == 0 && !node->wildcard && words_->is_stop(node->text);
    Item item = leaf(std::move(*node), context);
    item.stop_word = stop;
    return item;
  }

  std::optional<Item> quoted_item(const LexToken& token, const Context& context) {
    if (context.name_field != nullptr) return name_item(*context.name_field, token.text, token.begin);
    Node phrase;
    phrase.kind = token.n > 0 ? Kind::loose_phrase : Kind::phrase;
    phrase.n = token.n;
    phrase.position = token.begin;
    const std::string_view inside = token.text;
    const std::size_t offset = text_.find(inside, token.begin);
    const auto add_word = [&](std::size_t from, std::size_t to) {
      std::optional<Node> word = words_->read(inside.substr(from, to - from), offset + from, true);
      if (!word) return;
      if (context.title) word->field = Field::title;
      phrase.children.push_back(std::move(*word));
      if (phrase.children.size() > 1) count_leaf(offset + from);
    };
    std::size_t from = 0;
    for (std::size_t at = 0; at < inside.size();) {
      const std::size_t here = at;
      if (!is_space(text::decode(inside, at))) continue;
      add_word(from, here);
      from = at;
    }
    add_word(from, inside.size());
    if (phrase.children.empty()) {
      if (inside.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        fail(token.begin, "there is nothing between these quotation marks");
      }
      return std::nullopt;
    }
    if (phrase.children.size() == 1) return leaf(std::move(phrase.children.front()), context);
    return leaf(std::move(phrase), context);
  }

  std::optional<Item> parse_first(const Context& context) {
    const LexToken& token = take();
    if (context.title || context.name_field != nullptr || context.first > 0) {
      fail(token.begin, fmt::format("\"{}:\" has no place inside another field", token.text));
    }
    Context inside;
    inside.first = token.n;
    std::optional<Item> item = parse_primary(inside);
    if (!item) fail(token.begin, fmt::format("\"{}:\" needs a word, a phrase or a group in brackets", token.text));
    item->stop_word = false;
    // Of each word and phrase, and of what joins places as a whole.
    item->node = lift_first(std::move(item->node), token);
    return item;
  }

  Node lift_first(Node node, const LexToken& token) const {
    switch (node.kind) {
      case Kind::word:
      case Kind::phrase:
      case Kind::loose_phrase:
      case Kind::near:
      case Kind::before:
      case Kind::same_sentence:
      case Kind::same_paragraph: {
        Node out;
        out.kind = Kind::first;
        out.n = token.n;
        out.position = token.begin;
        out.children.push_back(std::move(node));
        return out;
      }
      case Kind::all_of:
      case Kind::any_of:
      case Kind::one_of:
      case Kind::none_of:
      case Kind::maybe:
        for (Node& child : node.children) child = lift_first(std::move(child), token);
        return node;
      default:
        fail(node.position, fmt::format("\"{}:\" takes words, phrases and groups of them; join \"{}\" with AND outside",
                                        token.text, print(node)));
    }
  }

  std::optional<Item> parse_field(const Context& context) {
    const LexToken& token = take();
    const FieldName& field =
        *std::find_if(kFieldNames.begin(), kFieldNames.end(), [&](const FieldName& f) { return f.name == token.text; });
    if (context.title || context.first > 0 || context.name_field != nullptr) {
      fail(token.begin, fmt::format("\"{}:\" has no place inside another field; close the bracket first", field.name));
    }
    Context inside;
    switch (field.value) {
      case FieldValue::query: {
        inside.title = true;
        std::optional<Item> item = parse_primary(inside);
        if (!item) fail(token.begin, fmt::format("\"{}:\" needs a word, a phrase or a group in brackets", field.name));
        item->stop_word = false;
        return item;
      }
      case FieldValue::name: {
        inside.name_field = &field;
        if (peek().kind == Lexeme::open) {
          return parse_name_group(field, inside);
        }
        if (peek().kind != Lexeme::word && peek().kind != Lexeme::quoted && peek().kind != Lexeme::exact_word) {
          fail(token.begin, fmt::format("\"{}:\" needs a name, in quotation marks if it has spaces", field.name));
        }
        const LexToken& name = take();
        return name_item(field, name.text, name.begin);
      }
      case FieldValue::date:
        return date_item(field, token);
      case FieldValue::number:
        return words_item(token);
    }
    return std::nullopt;
  }

  /// source:(BBC OR Reuters); names side by side are alternatives too, as everywhere.
  std::optional<Item> parse_name_group(const FieldName& field, const Context& inside) {
    std::optional<Item> item = parse_group(inside);
    if (!item) fail(peek().begin, fmt::format("\"{}:\" needs a name between the brackets", field.name));
    return item;
  }

  Item name_item(const FieldName& field, std::string_view typed, std::size_t position) {
    count_leaf(position);
    Item item;
    item.node = read_name(field, typed, position, *words_);
    if (field.repeats_as_or) item.repeats = field_name(field.field);
    return item;
  }

  std::optional<Item> date_item(const FieldName& field, const LexToken& token) {
    if (peek().kind != Lexeme::word && peek().kind != Lexeme::quoted) {
      fail(token.begin, fmt::format("\"{}:\" needs a date right after the colon", field.name));
    }
    const LexToken& value = take();
    count_leaf(value.begin);
    Item item;
    item.node = read_dates(field, value.text, value.begin, options_);
    item.node.position = token.begin;
    if (field.repeats_as_or) item.repeats = "date";
    return item;
  }

  std::optional<Item> words_item(const LexToken& token) {
    if (peek().kind != Lexeme::word && peek().kind != Lexeme::exact_word && peek().kind != Lexeme::quoted) {
      fail(token.begin, "\"words:\" needs a number, as in words:>500");
    }
    const LexToken& value = take();
    count_leaf(value.begin);
    Item item;
    item.node = read_length(value.text, value.begin);
    item.node.position = token.begin;
    return item;
  }

  std::string_view text_;
  const ParseOptions& options_;
  std::vector<LexToken> tokens_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::size_t leaves_ = 0;
  std::optional<WordReader> words_;
  std::vector<Warning> warnings_;
};

}  // namespace

Parsed parse(std::string_view text, const ParseOptions& options) {
  if (text.size() > options.limits.max_bytes) {
    fail(options.limits.max_bytes,
         fmt::format("the query has {} bytes, more than {}", text.size(), options.limits.max_bytes));
  }
  const std::string cleaned = scrub(text);
  if (!options.operators) {
    return Parser(plain_words(cleaned), options).run();
  }
  return Parser(cleaned, options).run();
}

}  // namespace dateline::query
