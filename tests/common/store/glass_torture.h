// Random documents at the edges of what the glass format can hold, written by glass_writer and by Xapian's own writer.
#pragma once

#include <xapian.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "common/store/flat_document.h"
#include "common/store/glass_writer.h"
#include "common/store/position_lists.h"
#include "common/store/term_lists.h"
#include "tests/support/same_database.h"

namespace dateline::test {

class GlassTorture {
 public:
  GlassTorture(std::uint64_t seed, std::filesystem::path folder) : random_(seed), folder_(std::move(folder)) {
    if (chance(0.5)) positions_ = glass::Positions::lists;
    if (positions_ == glass::Positions::lists && chance(0.6)) lists_ = glass::TermLists::lean;
    const std::size_t sizes[] = {1, 2, 30, 300, 1500};
    vocabulary_ = make_vocabulary(one_of(sizes));
  }

  /// Writes both databases and compares them, also after compaction and after `changes` later changes. Gives the first
  /// difference, or nothing.
  std::string run(std::size_t documents, std::size_t changes) try {
    namespace fs = std::filesystem;
    const std::uint32_t block_sizes[] = {2048, 2048, 4096, 8192, 65536};
    const std::uint32_t block_size = one_of(block_sizes);
    const fs::path ours = folder_ / "ours";
    const fs::path theirs = folder_ / "theirs";
    write(documents, block_size, ours, theirs);
    if (std::string found = compare_completed(ours, theirs, "as written"); !found.empty()) return found;
    const fs::path compacted = folder_ / "compacted";
    Xapian::Database(ours.string()).compact(compacted.string(), Xapian::DBCOMPACT_NO_RENUMBER);
    complete_all(compacted, theirs);
    if (std::string found = compare(compacted, theirs, "compacted"); !found.empty()) return found;
    for (std::size_t done = 0; done < changes;) {
      const std::size_t batch = std::min<std::size_t>(changes - done, 1 + below(300));
      Xapian::WritableDatabase a(ours.string());
      Xapian::WritableDatabase b(theirs.string());
      a.begin_transaction();
      for (std::size_t i = 0; i < batch; ++i) change(a, b, ours);
      a.commit_transaction();
      b.commit();
      done += batch;
    }
    if (changes == 0) return {};
    complete_all(ours, theirs);
    if (std::string found = compare(ours, theirs, "changed"); !found.empty()) return found;
    return {};
  } catch (const Xapian::Error& error) {
    return error.get_description();
  }

 private:
  std::uint64_t below(std::uint64_t n) { return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random_); }
  bool chance(double p) { return std::bernoulli_distribution(p)(random_); }
  template <typename T, std::size_t N>
  T one_of(const T (&choices)[N]) {
    return choices[below(N)];
  }

  std::string bytes(std::size_t size) {
    const int kind = static_cast<int>(below(4));
    std::string out;
    while (out.size() < size) {
      if (kind == 0) out.push_back('q');  // a tail that is one long match
      if (kind == 1) out.push_back(static_cast<char>(below(256)));
      if (kind == 2) out.push_back(static_cast<char>('a' + below(3)));
      if (kind == 3) out += vocabulary_.empty() ? "x" : vocabulary_[below(vocabulary_.size())];
    }
    out.resize(size);
    return out;
  }

  std::vector<std::string> make_vocabulary(std::size_t size) {
    std::vector<std::string> words;
    const std::size_t alphabet = one_of({std::size_t{2}, std::size_t{26}, std::size_t{256}});
    for (std::size_t i = 0; i < size; ++i) {
      std::string word;
      if (!words.empty() && chance(0.5)) word = words[below(words.size())].substr(0, 60);  // shared beginnings
      const std::size_t length = chance(0.02) ? 100 + below(146) : 1 + below(9);
      const char base = alphabet == 256 ? '\0' : 'a';
      for (std::size_t c = 0; c < length; ++c)
        word.push_back(static_cast<char>(base + static_cast<char>(below(alphabet))));
      if (is_stand_in(word)) word[0] = '\xFE';  // which is no UTF-8
      if (chance(0.05)) word[0] = 'Q';  // lean lists name it
      while (word.size() + static_cast<std::size_t>(std::count(word.begin(), word.end(), '\0')) > 245) word.pop_back();
      words.push_back(word);
    }
    return words;
  }
  template <typename T>
  T one_of(std::initializer_list<T> choices) {
    return *(choices.begin() + below(choices.size()));
  }

  std::uint32_t number_below_any_bound() {
    return static_cast<std::uint32_t>(below(std::uint64_t{1} << (1 + below(31))));
  }

  void make(FlatDocument& document) {
    document.clear();
    const bool boolean = chance(0.05);  // of length 0, which the checker takes for having no terms at all
    const std::size_t terms = chance(0.05) ? 0 : 1 + below(one_of({std::size_t{5}, std::size_t{60}, std::size_t{400}}));
    for (std::size_t i = 0; i < terms; ++i) {
      const auto term = document.term({}, vocabulary_[below(vocabulary_.size())]);
      if (boolean) continue;
      if (i == 0 || chance(0.9)) document.add_wdf(term, chance(0.95) ? 1 : static_cast<std::uint32_t>(below(3000)) + 1);
      if (chance(0.3)) continue;
      const std::size_t count = chance(0.95) ? 1 + below(3) : below(200);
      // From 1: the places 0 and 1 come back from Xapian's table as 1 alone, since both have the same tag.
      std::uint32_t at = 1 + (chance(0.9) ? static_cast<std::uint32_t>(below(500)) : number_below_any_bound() / 2);
      for (std::size_t p = 0; p < count; ++p) {
        document.add_position(term, at);
        at = chance(0.95) ? at + 1 + static_cast<std::uint32_t>(below(40)) : 1 + number_below_any_bound() / 2;
      }
    }
    for (const std::uint32_t slot : {0U, 1U, 2U, 127U, 128U, 129U, 256U, 257U, 65536U, 4000000000U}) {
      if (chance(0.4)) document.set_value(slot, bytes(chance(0.98) ? 1 + below(12) : 1 + below(4000)));
    }
    if (chance(0.1)) return;
    std::string data = bytes(one_of({below(30), below(2500), 8180 + below(600), 16384 + below(600), below(60000)}));
    // Without a tail that deflates badly, Xapian's own writer makes what cannot be read; ours has a test for that.
    for (std::size_t i = data.size() > 8192 ? 300 : 0; i > 0; --i) data.push_back(static_cast<char>(below(256)));
    document.set_data(std::move(data));
  }

  void write(std::size_t documents, std::uint32_t block_size, const std::filesystem::path& ours,
             const std::filesystem::path& theirs) {
    constexpr std::uint32_t kStarts[] = {1, 1, 100, 0x7FF0, (1U << 22) - 20, (1U << 29) - 20, 4000000000U};
    std::uint32_t docid = one_of(kStarts);
    const std::size_t run_count = 1 + below(5);
    const bool apart = chance(0.5);  // runs one after the other, or among each other
    std::vector<std::vector<FlatDocument>> of_run(run_count);
    std::vector<std::vector<std::uint32_t>> docids(run_count);
    Xapian::WritableDatabase database(theirs.string(), Xapian::DB_CREATE, static_cast<int>(block_size));
    FlatDocument document;
    for (std::size_t i = 0; i < documents; ++i) {
      make(document);
      const std::size_t run = apart ? i * run_count / documents : below(run_count);
      of_run[run].push_back(document);
      if (chance(0.05)) {  // replaced before it was written
        docids[run].push_back(0);
        continue;
      }
      docids[run].push_back(docid);
      database.replace_document(docid, to_xapian(document));
      docid += chance(0.9) ? 1 : 1 + static_cast<std::uint32_t>(below(5000));
    }
    std::map<std::string, std::string> metadata;
    for (std::size_t i = below(40); i > 0; --i) metadata["key" + std::to_string(below(1000))] = bytes(1 + below(3000));
    for (const auto& [key, value] : metadata) database.set_metadata(key, value);
    database.commit();

    std::vector<glass::Run> runs;
    for (std::size_t r = 0; r < run_count; ++r) {
      std::string run = invert(of_run[r]);
      if (chance(0.5)) {
        runs.emplace_back(std::move(run));
      } else {
        runs.emplace_back(run, folder_ / ("run" + std::to_string(r)));
      }
    }
    glass::write_database(
        ours, {.runs = runs, .docids = docids, .metadata = metadata},
        {.positions = positions_, .block_size = block_size, .threads = static_cast<unsigned>(1 + below(4))});
  }

  /// Documents come in any order; the run has them in the given one.
  std::string invert(const std::vector<FlatDocument>& documents) {
    std::vector<std::uint32_t> arrival(documents.size());
    std::iota(arrival.begin(), arrival.end(), 0U);
    const bool shuffled = chance(0.5);
    if (shuffled) std::shuffle(arrival.begin(), arrival.end(), random_);
    std::vector<std::uint32_t> order(documents.size());
    glass::Inverter inverter(lists_);
    for (const std::uint32_t document : arrival) order[document] = inverter.add(documents[document]);
    return shuffled ? inverter.finish(order) : inverter.finish();
  }

  /// The words of each document as the other database has them; now and then wrong ones.
  TermsOf words_in(const Xapian::Database& theirs) {
    return [this, theirs](const Xapian::Document& document, FlatDocument& out) {
      const Xapian::docid id = document.get_docid();
      for (auto term = theirs.termlist_begin(id); term != theirs.termlist_end(id); ++term)
        out.add_wdf(out.term({}, *term), term.get_wdf());
      if (chance(0.1)) out.add_wdf(out.term({}, "another"), 1);
    };
  }

  void complete_all(const std::filesystem::path& ours, const std::filesystem::path& theirs) {
    if (lists_ == glass::TermLists::whole) return;
    Xapian::WritableDatabase database(ours.string());
    std::vector<Xapian::docid> all;
    for (auto p = database.postlist_begin({}); p != database.postlist_end({}); ++p) all.push_back(*p);
    database.begin_transaction();
    complete_term_lists(database, ours, all, words_in(Xapian::Database(theirs.string())));
    database.commit_transaction();
  }

  /// The shard stays as it is.
  std::string compare_completed(const std::filesystem::path& ours, const std::filesystem::path& theirs,
                                const char* when) {
    if (lists_ == glass::TermLists::whole) return compare(ours, theirs, when);
    std::ostringstream said;
    if (Xapian::Database(ours.string()).get_lastdocid() < 1U << 24 &&
        Xapian::Database::check(ours.string(), 0, &said) > 0)
      return std::string(when) + ", lean: xapian-check: " + said.str();
    const std::filesystem::path completed = folder_ / "completed";
    std::filesystem::copy(ours, completed, std::filesystem::copy_options::recursive);
    complete_all(completed, theirs);
    std::string found = compare(completed, theirs, when);
    std::filesystem::remove_all(completed);
    return found;
  }

  /// The same random change to both.
  void change(Xapian::WritableDatabase& a, Xapian::WritableDatabase& b, const std::filesystem::path& ours) {
    const Xapian::docid last = a.get_lastdocid();
    Xapian::docid any = last == 0 ? 1 : static_cast<Xapian::docid>(1 + below(last));
    if (const auto at =
            [&] {
              auto p = a.postlist_begin({});
              if (p != a.postlist_end({})) p.skip_to(any);
              return p;
            }();
        at != a.postlist_end({})) {
      any = *at;
    } else {
      any = 0;
    }
    if (any != 0 && chance(0.4)) {
      delete_documents(a, ours, {any}, words_in(b));
      b.delete_document(any);
      return;
    }
    // What has its positions in lists is never given another text under its docid.
    const bool replace = (any != 0 && chance(0.5)) || last > 4200000000U;
    if (replace && any <= positions_apart(a)) return;
    make(scratch_);
    const Xapian::Document document = to_xapian(scratch_);
    if (replace) {
      if (any == 0) return;
      a.replace_document(any, document);
      b.replace_document(any, document);
    } else {
      a.add_document(document);
      b.add_document(document);
    }
  }

  std::string compare(const std::filesystem::path& ours, const std::filesystem::path& theirs, const char* when) {
    std::ostringstream said;
    const Xapian::Database a(ours.string());
    const Xapian::Database b(theirs.string());
    // The checker takes memory by the docid.
    if (a.get_lastdocid() < 1U << 24 && Xapian::Database::check(ours.string(), 0, &said) > 0)
      return std::string(when) + ": xapian-check: " + said.str();
    DatabaseComparison comparison(a, b);
    std::string found = comparison.run();
    for (int i = 0; i < 12 && found.empty(); ++i) {
      const auto sort = chance(0.3) ? std::optional<Xapian::valueno>(1) : std::nullopt;
      found = comparison.query(random_query(), sort);
    }
    return found.empty() ? found : std::string(when) + ": " + found;
  }

  Xapian::Query random_query() {
    std::vector<Xapian::Query> words;
    for (std::size_t i = 1 + below(4); i > 0; --i) words.emplace_back(vocabulary_[below(vocabulary_.size())]);
    const bool stock = positions_ == glass::Positions::table;
    const auto op = one_of(
        {Xapian::Query::OP_OR, Xapian::Query::OP_AND, stock ? Xapian::Query::OP_PHRASE : Xapian::Query::OP_AND,
         stock ? Xapian::Query::OP_NEAR : Xapian::Query::OP_OR, Xapian::Query::OP_AND_MAYBE, Xapian::Query::OP_XOR});
    Xapian::Query query(op, words.begin(), words.end());
    if (chance(0.2)) query &= Xapian::Query(Xapian::Query::OP_VALUE_GE, 0, bytes(2));
    return query;
  }

  std::mt19937_64 random_;
  std::filesystem::path folder_;
  glass::Positions positions_ = glass::Positions::table;
  glass::TermLists lists_ = glass::TermLists::whole;
  std::vector<std::string> vocabulary_;
  FlatDocument scratch_;
};

}  // namespace dateline::test
