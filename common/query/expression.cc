#include "common/query/expression.h"

#include <algorithm>

namespace dateline::query {
namespace {

bool known(Expression::op kind) {
  using enum Xapian::Query::op;
  return kind == OP_AND || kind == OP_OR || kind == OP_FILTER || kind == OP_AND_NOT || kind == OP_AND_MAYBE ||
         kind == OP_SCALE_WEIGHT;
}

}  // namespace

Expression::Expression(Xapian::Query query, Node node) : query_(std::move(query)) {
  node.plain = node.parts.empty() || (known(node.kind) && std::all_of(node.parts.begin(), node.parts.end(),
                                                                      [](const Part& part) { return part->plain; }));
  node_ = std::make_shared<const Node>(std::move(node));
}

Expression::Expression(op kind, const Expression& of, double factor) : query_(kind, of.query_, factor) {
  if (!of.empty()) *this = Expression(query_, {.kind = kind, .factor = factor, .parts = {of.node_}});
}

Expression::Expression(op kind, const std::vector<Expression>& parts) {
  const std::vector<Xapian::Query> all = queries(parts);
  query_ = Xapian::Query(kind, all.begin(), all.end());
  if (query_.empty()) return;
  Node node{.kind = kind};
  for (const Expression& part : parts) {
    if (!part.empty()) node.parts.push_back(part.node_);
  }
  if (node.parts.size() == 1) {
    node_ = node.parts.front();
  } else {
    *this = Expression(query_, std::move(node));
  }
}

Expression::Expression(op kind, const std::vector<Expression>& parts, Xapian::termcount window) {
  const std::vector<Xapian::Query> all = queries(parts);
  *this = Expression(Xapian::Query(kind, all.begin(), all.end(), window));
}

std::vector<Xapian::Query> Expression::queries(const std::vector<Expression>& parts) {
  std::vector<Xapian::Query> out;
  out.reserve(parts.size());
  for (const Expression& part : parts) out.push_back(part.query_);
  return out;
}

}  // namespace dateline::query
