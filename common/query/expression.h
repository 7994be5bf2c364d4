// A query twice: as Xapian takes it, and as data for whoever matches it without Xapian.
#pragma once

#include <xapian.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace dateline::query {

struct PlacesTest;

/// Made like a Xapian::Query, and means the same. The empty expression matches nothing.
class Expression {
 public:
  using op = Xapian::Query::op;
  using enum Xapian::Query::op;

  struct Node;
  using Part = std::shared_ptr<const Node>;
  struct Node {
    op kind = OP_INVALID;  ///< LEAF_TERM, LEAF_POSTING_SOURCE (a test of places), OP_AND, OP_OR, OP_FILTER, OP_AND_NOT,
                           ///< OP_AND_MAYBE or OP_SCALE_WEIGHT; OP_INVALID: only Xapian can match it.
    bool plain = false;    ///< Nothing in it is left to Xapian.
    double factor = 1;     ///< Of OP_SCALE_WEIGHT.
    std::string term;
    std::shared_ptr<const PlacesTest> places;
    std::vector<Part> parts;
  };

  Expression() = default;
  explicit Expression(const std::string& term) : Expression(Xapian::Query(term), {.kind = LEAF_TERM, .term = term}) {}
  /// What only Xapian can match.
  explicit Expression(Xapian::Query query) : query_(std::move(query)), node_(std::make_shared<Node>()) {}
  Expression(op kind, const Expression& left, const Expression& right) : Expression(kind, std::vector{left, right}) {}
  Expression(op kind, const std::vector<Expression>& parts);
  /// OP_PHRASE and OP_NEAR.
  Expression(op kind, const std::vector<Expression>& parts, Xapian::termcount window);
  /// OP_SCALE_WEIGHT.
  Expression(op kind, const Expression& of, double factor);
  /// `source` matches the documents in which `test` holds.
  Expression(std::shared_ptr<const PlacesTest> test, Xapian::Query source)
      : Expression(std::move(source), {.kind = LEAF_POSTING_SOURCE, .places = std::move(test)}) {}

  static Expression everything() { return Expression(Xapian::Query::MatchAll); }

  [[nodiscard]] bool empty() const { return query_.empty(); }
  [[nodiscard]] const Xapian::Query& xapian() const { return query_; }
  /// Null if it is empty.
  [[nodiscard]] const Node* node() const { return node_.get(); }
  /// The same documents and weights, found by `query`.
  [[nodiscard]] Expression with(Xapian::Query query) const {
    Expression out = *this;
    out.query_ = std::move(query);
    return out;
  }

 private:
  Expression(Xapian::Query query, Node node);
  static std::vector<Xapian::Query> queries(const std::vector<Expression>& parts);

  Xapian::Query query_;
  Part node_;
};

}  // namespace dateline::query
