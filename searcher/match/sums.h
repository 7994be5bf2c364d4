// Weights of documents added up list after list instead of document after document, in the order in which Xapian's OR
// adds them: floating point sums depend on it.
#pragma once

#include <xapian.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace dateline::searcher {

/// Documents that match, ascending, and what each weighs.
struct Matches {
  std::vector<Xapian::docid> documents;
  std::vector<double> weights;  ///< Empty: 0 all of them.
};

/// The tree of twos that Xapian makes of an OR: its leaves are the parts, in their order.
class SumTree {
 public:
  /// `frequencies`: as the parts estimate them, at least one. `documents`: of the database.
  SumTree(const std::vector<Xapian::doccount>& frequencies, Xapian::doccount documents);

  [[nodiscard]] Xapian::doccount frequency() const { return frequencies_.back(); }
  /// An order in which the leaves can be added up one after another; empty if there is none.
  [[nodiscard]] std::vector<std::uint32_t> sequence() const;

  struct Summand {
    std::uint32_t node = 0;
    double weight = 0;
  };
  /// The sum of some leaves, at least one.
  [[nodiscard]] double sum(std::vector<Summand>& summands) const;

 private:
  std::size_t leaves_;
  std::vector<Xapian::doccount> frequencies_;  // of all nodes, the leaves first, the root last
  std::vector<std::uint32_t> parents_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> parts_;  // of the nodes behind the leaves
};

/// ORs in ORs that Xapian does not take into one, since a weight is scaled between them: each is summed by itself.
class NestedSum {
 public:
  /// A part of an OR.
  struct Place {
    std::uint32_t group = 0;
    std::uint32_t leaf = 0;
  };
  struct Summand {
    Place place;
    double weight = 0;
  };

  /// The first is the whole sum; the others come after the one that they are part of.
  std::uint32_t add(SumTree tree, Place place) {
    groups_.push_back({std::move(tree), place});
    return static_cast<std::uint32_t>(groups_.size() - 1);
  }
  /// The sum of some parts, at least one.
  [[nodiscard]] double of(const std::vector<Summand>& summands);
  [[nodiscard]] Xapian::doccount frequency() const { return groups_.front().tree.frequency(); }

 private:
  struct Group {
    SumTree tree;
    Place place;
    std::vector<SumTree::Summand> summands = {};
  };
  std::vector<Group> groups_;
};

/// Sums by docid. Its arrays are kept from query to query.
class Sums {
 public:
  /// Before anything is added. `documents`: docids are below it.
  void start(std::size_t documents);
  void add(Xapian::docid document, double weight) {
    const std::size_t word = document / 64;
    const std::uint64_t bit = std::uint64_t{1} << document % 64;
    if ((once_[word] & bit) == 0) {
      once_[word] |= bit;
      words_[word / 64] |= std::uint64_t{1} << word % 64;
      sums_[document] = weight;
      ++size_;
      return;
    }
    sums_[document] += weight;
    if ((twice_[word] & bit) != 0) {
      often_[word] |= bit;
      any_often_ = true;
    }
    twice_[word] |= bit;
  }
  void set(Xapian::docid document, double weight) { sums_[document] = weight; }
  /// Something was added to it three times or more: the sum depends on the order.
  [[nodiscard]] bool often(Xapian::docid document) const { return (often_[document / 64] >> document % 64 & 1) != 0; }
  [[nodiscard]] bool any_often() const { return any_often_; }
  /// Documents without sums: instead of add().
  void note(const std::vector<Xapian::docid>& documents) {
    for (const Xapian::docid document : documents) once_[document / 64] |= std::uint64_t{1} << document % 64;
  }
  /// How many documents were noted; then nothing is noted any more.
  [[nodiscard]] std::size_t count();
  [[nodiscard]] Matches take_noted();
  /// All sums; then nothing is added any more.
  [[nodiscard]] Matches take();
  /// Memory for the next that take().
  void give_back(Matches matches);

 private:
  Matches spare();

  std::unique_ptr<double[]> sums_;  // undefined where nothing was added: most of it is never touched
  std::size_t documents_ = 0;
  std::vector<std::uint64_t> once_, twice_, often_;  // bits by docid
  std::vector<std::uint64_t> words_;                 // of once_ that are not 0
  Matches spare_;
  std::size_t size_ = 0;  // of documents
  bool any_often_ = false;
  bool started_ = false;
};

}  // namespace dateline::searcher
