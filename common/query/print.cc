#include <algorithm>
#include <string>

#include "common/date.h"
#include "common/query/fields.h"
#include "common/query/query.h"

namespace dateline::query {
namespace {

std::string moment(std::chrono::sys_seconds t) {
  return format_rfc3339({.utc = t.time_since_epoch().count(), .offset_minutes = 0, .precision = Precision::second});
}

std::string date_end(const std::optional<std::chrono::sys_seconds>& end, bool moments) {
  if (!end) return {};
  return moments ? moment(*end) : format_day(std::chrono::floor<std::chrono::days>(*end));
}

bool is_simple_value(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '*';
  });
}

std::string range(const std::string& from, const std::string& to, bool single) {
  return single && from == to ? from : from + ".." + to;
}

std::string number(const std::optional<std::uint64_t>& n) {
  return n ? std::to_string(*n) : std::string();
}

bool stands_alone(Kind kind) {
  switch (kind) {
    case Kind::everything:
    case Kind::word:
    case Kind::phrase:
    case Kind::loose_phrase:
    case Kind::filter:
    case Kind::date:
    case Kind::words:
    case Kind::first:
      return true;
    default:
      return false;
  }
}

class Printer {
 public:
  std::string out;

  void print(const Node& node) {
    switch (node.kind) {
      case Kind::everything:
        out += '*';
        return;
      case Kind::word:
        word(node);
        return;
      case Kind::phrase:
      case Kind::loose_phrase:
        phrase(node);
        return;
      case Kind::filter:
        filter(node);
        return;
      case Kind::date:
        out += "date:" + range(date_end(node.date.from, node.date.moments), date_end(node.date.to, node.date.moments),
                               !node.date.moments);
        return;
      case Kind::words:
        out += "words:" + range(number(node.min_words), number(node.max_words), true);
        return;
      case Kind::all_of:
        infix(node, " AND ");
        return;
      case Kind::any_of:
        infix(node, " OR ");
        return;
      case Kind::one_of:
        infix(node, " XOR ");
        return;
      case Kind::maybe:
        infix(node, " MAYBE ");
        return;
      case Kind::near:
        infix(node, " NEAR/" + std::to_string(node.n) + " ");
        return;
      case Kind::before:
        infix(node, " PRE/" + std::to_string(node.n) + " ");
        return;
      case Kind::same_sentence:
        infix(node, " /s ");
        return;
      case Kind::same_paragraph:
        infix(node, " /p ");
        return;
      case Kind::none_of:
        prefix(node, "NOT ");
        return;
      case Kind::at_least:
        prefix(node, "ATLEAST" + std::to_string(node.n) + " ");
        return;
      case Kind::first:
        prefix(node, "first" + std::to_string(node.n) + ":");
        return;
    }
  }

 private:
  void field(const Node& node) {
    if (node.field == Field::title) out += "title:";
  }

  void word(const Node& node) {
    field(node);
    if (node.exact) {
      out.append("\"").append(node.text).append("\"");
      return;
    }
    out += node.text;
    if (node.n > 0) out += "~" + std::to_string(node.n);
  }

  void phrase(const Node& node) {
    field(node);
    out += '"';
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out += ' ';
      out += node.children[i].text;
    }
    out += '"';
    if (node.kind == Kind::loose_phrase) out += "~" + std::to_string(node.n);
  }

  void filter(const Node& node) {
    out.append(field_name(node.field)).append(":");
    if (is_simple_value(node.text)) {
      out += node.text;
    } else {
      out.append("\"").append(node.text).append("\"");
    }
  }

  void operand(const Node& node, bool unary_alone) {
    const bool unary = node.kind == Kind::none_of || node.kind == Kind::at_least;
    if (stands_alone(node.kind) || (unary && unary_alone)) {
      print(node);
      return;
    }
    out += '(';
    print(node);
    out += ')';
  }

  void infix(const Node& node, const std::string& op) {
    const bool boolean =
        node.kind == Kind::all_of || node.kind == Kind::any_of || node.kind == Kind::one_of || node.kind == Kind::maybe;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      if (i > 0) out += op;
      operand(node.children[i], boolean);
    }
  }

  void prefix(const Node& node, const std::string& op) {
    out += op;
    operand(node.children.front(), node.kind == Kind::none_of);
  }
};

}  // namespace

std::string print(const Node& node) {
  Printer printer;
  printer.print(node);
  return std::move(printer.out);
}

}  // namespace dateline::query
