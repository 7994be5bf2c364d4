#include "indexer/jobs/shard_writer.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <map>
#include <mutex>
#include <numeric>
#include <optional>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "common/identity.h"
#include "common/run_tasks.h"
#include "common/schema.h"
#include "common/store/document_terms.h"
#include "common/store/glass_writer.h"
#include "common/store/register.h"
#include "common/stored.h"
#include "dateline/error.h"

namespace dateline::indexer {
namespace {

/// Of waiting changes, and of a run: runs take turns at memory, since one is there twice while it is being sorted.
constexpr std::size_t kShareOfMemory = 4;

class UpdateFeed final : public DocumentFeed {
 public:
  PlacedDocument place(const FlatDocument& document) override { return {.document = to_xapian(document)}; }
};

/// Changes are kept until a commit: what a deletion needs (term_lists.h) must be written before any of them.
class ShardUpdater final : public ShardWriter {
 public:
  ShardUpdater(IndexWriter& writer, std::size_t memory) : writer_(writer), most_bytes_(memory / kShareOfMemory) {}

  std::unique_ptr<DocumentFeed> make_feed() override { return std::make_unique<UpdateFeed>(); }
  bool put(const std::string& identity, const Article& article, const PlacedDocument& placed) override {
    Change& change = change_of(identity);
    const bool there = is_there(change);
    if (there) {
      const Article before = decode_article(
          change.document ? change.document->get_data() : writer_.database().get_document(change.indexed).get_data());
      if (version_hash(before) != version_hash(article)) tell_replaced(identity, before);
    }
    change.gone = true;
    change.document = placed.document;
    bytes_ += placed.document.termlist_count() * kBytesOfTerm + placed.document.get_data().size();
    return there;
  }
  bool remove(const std::string& identity) override {
    Change& change = change_of(identity);
    const bool there = is_there(change);
    change.gone = true;
    change.document.reset();
    return there;
  }
  [[nodiscard]] std::size_t count() const override { return writer_.database().get_doccount(); }
  [[nodiscard]] bool commits() const override { return true; }
  [[nodiscard]] bool full() const override { return bytes_ > most_bytes_; }
  void commit() override {
    std::vector<Xapian::docid> gone;
    for (const auto& [identity, change] : changes_) {
      if (change.indexed != 0 && change.gone) gone.push_back(change.indexed);
    }
    Xapian::WritableDatabase& database = writer_.database();
    // A docid is never given to another text: what is kept beside the shard by docid stays true of it.
    delete_documents(database, writer_.generation_folder() / "s0", gone, terms_of_stored(analyzers_));
    for (const auto& [identity, change] : changes_) {
      if (change.document) database.add_document(*change.document);
    }
    changes_.clear();
    bytes_ = 0;
    writer_.commit();
  }
  void finish() override {}

 private:
  /// What a term and its places take in a Xapian::Document.
  static constexpr std::size_t kBytesOfTerm = 250;
  struct Change {
    Xapian::docid indexed = 0;  // what the index has; 0: nothing
    bool gone = false;          // that goes
    std::optional<Xapian::Document> document;
  };

  static bool is_there(const Change& change) { return change.document || (change.indexed != 0 && !change.gone); }

  Change& change_of(const std::string& identity) {
    const auto [at, fresh] = changes_.try_emplace(identity);
    if (fresh) {
      const std::string term = identity_term(identity);
      const Xapian::PostingIterator indexed = writer_.database().postlist_begin(term);
      if (indexed != writer_.database().postlist_end(term)) at->second.indexed = *indexed;
    }
    return at->second;
  }

  IndexWriter& writer_;
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;  // of the documents that are kept
  std::map<std::string, Change> changes_;
  Analyzers analyzers_;
};

// --- Sealed databases
// --------------------------------------------------------------------------------------------------

/// From here on a larger run is merged no cheaper, and its tables leave the processor's caches.
constexpr std::size_t kLargestRun = std::size_t{128} << 20;
constexpr std::size_t kSmallestRun = std::size_t{1} << 18;

using DateKey = std::array<unsigned char, 16>;

/// The numbers 0, 1, … of the keys, from the newest on.
std::vector<std::uint32_t> newest_first(const std::vector<DateKey>& dates) {
  std::vector<std::uint32_t> order(dates.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return dates[a] != dates[b] ? dates[a] > dates[b] : a < b; });
  return order;
}

struct FinishedRun {
  glass::Run run;
  std::vector<std::uint32_t> order;  // the numbers that its documents had when they came
};

/// Documents on their way into a run.
struct GrowingRun {
  explicit GrowingRun(glass::TermLists lists) : inverter(lists) {}
  std::uint32_t number = 0;
  glass::Inverter inverter;
  std::vector<DateKey> dates;  // of the documents
  std::string bytes;           // of the finished run; its memory serves the next
};

/// The runs of all threads. To sort a full one takes long enough that others would run out of work, were the article
/// that filled it to wait for it: a thread with nothing else to do sorts it.
class RunCollection {
 public:
  RunCollection(std::filesystem::path folder, glass::TermLists lists, unsigned threads)
      : folder_(std::move(folder)), lists_(lists), threads_(threads) {}

  std::unique_ptr<GrowingRun> begin() {
    std::unique_ptr<GrowingRun> run;
    const std::lock_guard lock(mutex_);
    if (spare_.empty()) {
      run = std::make_unique<GrowingRun>(lists_);
    } else {
      run = std::move(spare_.back());
      spare_.pop_back();
    }
    run->number = next_++;
    return run;
  }
  /// Takes a full run, or leaves it and throws what finish_one() met before.
  void add(std::unique_ptr<GrowingRun>& run) {
    {
      const std::lock_guard lock(mutex_);
      if (error_) std::rethrow_exception(error_);
      full_.push_back(std::move(run));
      // There is memory for as many as there are threads.
      if (threads_ > 1 && full_.size() + under_way_ < threads_) return;
    }
    finish_one();
  }
  /// Sorts and writes a full run, if there is any.
  void finish_one() {
    std::unique_ptr<GrowingRun> run;
    {
      const std::lock_guard lock(mutex_);
      if (full_.empty()) return;
      run = std::move(full_.front());
      full_.pop_front();
      ++under_way_;
    }
    std::exception_ptr error;
    try {
      finish(*run, /*to_disk=*/true);
    } catch (...) {  // thrown again by add() or finish_all()
      error = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      if (error) {
        error_ = error;
      } else {
        spare_.push_back(std::move(run));
      }
      --under_way_;
    }
    changed_.notify_all();
  }
  /// Finishes all that there are, and `last`, which stay in memory.
  void finish_all(std::vector<std::unique_ptr<GrowingRun>> last) {
    std::vector<std::function<void()>> tasks;
    {
      const std::lock_guard lock(mutex_);
      tasks.assign(full_.size(), [this] { finish_one(); });
    }
    for (std::unique_ptr<GrowingRun>& run : last) {
      tasks.emplace_back([this, &run] {
        finish(*run, /*to_disk=*/false);
        run.reset();
      });
    }
    run_tasks(threads_, tasks);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return under_way_ == 0; });
    spare_.clear();
    if (error_) std::rethrow_exception(error_);
  }
  /// By number.
  std::map<std::uint32_t, FinishedRun>& all() { return runs_; }

 private:
  void finish(GrowingRun& run, bool to_disk) {
    if (run.dates.empty()) return;
    std::vector<std::uint32_t> order = newest_first(run.dates);
    run.inverter.finish(run.bytes, order);
    FinishedRun finished{
        to_disk ? glass::Run(run.bytes, folder_ / fmt::format("run-{}", run.number)) : glass::Run(std::move(run.bytes)),
        std::move(order)};
    run.dates.clear();
    const std::lock_guard lock(mutex_);
    runs_.emplace(run.number, std::move(finished));
  }

  std::filesystem::path folder_;
  glass::TermLists lists_;
  unsigned threads_;
  std::mutex mutex_;  // of all that follows
  std::condition_variable changed_;
  std::uint32_t next_ = 0;
  std::deque<std::unique_ptr<GrowingRun>> full_;
  unsigned under_way_ = 0;  // in finish_one()
  std::vector<std::unique_ptr<GrowingRun>> spare_;
  std::exception_ptr error_;
  std::map<std::uint32_t, FinishedRun> runs_;
};

class BuildFeed final : public DocumentFeed {
 public:
  BuildFeed(RunCollection& runs, std::size_t most_bytes) : runs_(runs), most_bytes_(most_bytes), run_(runs.begin()) {}

  PlacedDocument place(const FlatDocument& document) override {
    PlacedDocument placed{.run = run_->number, .number = run_->inverter.add(document)};
    for (const auto& [slot, value] : document.values()) {
      if (slot == schema::slot_newest)
        std::copy_n(value.begin(), std::min(value.size(), placed.date.size()), placed.date.begin());
    }
    run_->dates.push_back(placed.date);
    if (run_->inverter.memory() >= most_bytes_) {
      runs_.add(run_);
      run_ = runs_.begin();
    }
    return placed;
  }
  /// What is left. Called when all threads are done.
  std::unique_ptr<GrowingRun> take_last() { return std::move(run_); }

 private:
  RunCollection& runs_;
  std::size_t most_bytes_;
  std::unique_ptr<GrowingRun> run_;
};

class ShardBuilder final : public ShardWriter {
 public:
  ShardBuilder(IndexWriter& writer, std::size_t memory, unsigned threads, glass::Positions positions)
      : writer_(writer),
        run_bytes_(std::clamp(memory / kShareOfMemory / threads, kSmallestRun, kLargestRun)),
        threads_(threads),
        positions_(positions),
        // Whoever asks a shard from elsewhere has Xapian's own lists alone.
        runs_(writer.generation_folder(),
              positions == glass::Positions::table ? glass::TermLists::whole : glass::TermLists::lean, threads) {}

  std::unique_ptr<DocumentFeed> make_feed() override {
    auto feed = std::make_unique<Feed>();
    feed->inner = std::make_shared<BuildFeed>(runs_, run_bytes_);
    feeds_.push_back(feed->inner);
    return feed;
  }
  bool put(const std::string& identity, const Article& article, const PlacedDocument& placed) override {
    const auto [entry, fresh] = places_.try_emplace(key_of(identity));
    if (!fresh) replaced_.push_back({identity, entry->second, version_hash(article)});
    entry->second = {placed.run, placed.number, placed.date};
    return !fresh;
  }
  bool remove(const std::string& identity) override { return places_.erase(key_of(identity)) > 0; }
  [[nodiscard]] std::size_t count() const override { return places_.size(); }
  [[nodiscard]] bool commits() const override { return false; }
  void work_beside() override { runs_.finish_one(); }
  void commit() override {}
  void finish() override;

 private:
  struct Feed final : DocumentFeed {
    PlacedDocument place(const FlatDocument& document) override { return inner->place(document); }
    std::shared_ptr<BuildFeed> inner;
  };
  struct Key {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct HashOfKey {
    std::size_t operator()(const Key& key) const { return key.low; }
  };
  struct Place {
    std::uint32_t run = 0;
    std::uint32_t number = 0;
    DateKey date{};
  };

  struct Replacement {
    std::string identity;
    Place before;
    std::string hash;  // of what came instead
  };

  static Key key_of(const std::string& identity) {
    const XXH128_hash_t hash = XXH3_128bits(identity.data(), identity.size());
    return {hash.low64, hash.high64};
  }

  IndexWriter& writer_;
  std::size_t run_bytes_;
  unsigned threads_;
  glass::Positions positions_;
  RunCollection runs_;
  std::vector<std::shared_ptr<BuildFeed>> feeds_;
  std::unordered_map<Key, Place, HashOfKey> places_;  // what is in the index when all is read
  std::vector<Replacement> replaced_;
};

void ShardBuilder::finish() {
  std::vector<std::unique_ptr<GrowingRun>> last;
  for (const auto& feed : feeds_) last.push_back(feed->take_last());
  runs_.finish_all(std::move(last));
  for (const Replacement& replacement : replaced_) {
    const FinishedRun& finished = runs_.all().at(replacement.before.run);
    const auto at = std::find(finished.order.begin(), finished.order.end(), replacement.before.number);
    const Article before = decode_article(finished.run.data(static_cast<std::size_t>(at - finished.order.begin())));
    if (version_hash(before) != replacement.hash) tell_replaced(replacement.identity, before);
  }
  // The date's key ends in a hash of the identity: which thread had an article makes no difference.
  std::vector<Place> order;
  order.reserve(places_.size());
  for (const auto& [key, place] : places_) order.push_back(place);
  places_.clear();
  std::sort(order.begin(), order.end(), [](const Place& a, const Place& b) {
    return a.date != b.date ? a.date > b.date : std::tie(a.run, a.number) < std::tie(b.run, b.number);
  });

  std::vector<glass::Run> runs;
  std::vector<std::vector<std::uint32_t>> arrived;  // docids by run and the number that a document had when it came
  std::map<std::uint32_t, std::size_t> index_of;
  for (auto& [number, finished] : runs_.all()) {
    index_of[number] = runs.size();
    arrived.emplace_back(finished.run.size());
    runs.push_back(std::move(finished.run));
  }
  std::uint32_t docid = 0;
  for (const Place& place : order) arrived[index_of[place.run]][place.number] = ++docid;
  std::vector<std::vector<std::uint32_t>> docids;
  for (const auto& [number, finished] : runs_.all()) {
    const std::vector<std::uint32_t>& by_arrival = arrived[docids.size()];
    std::vector<std::uint32_t>& sorted = docids.emplace_back();
    for (const std::uint32_t n : finished.order) sorted.push_back(by_arrival[n]);
  }
  writer_.replace_shard([&](const std::filesystem::path& folder, std::map<std::string, std::string> metadata) {
    metadata[std::string{schema::kMetaDateOrder}] = std::to_string(docid);
    glass::write_database(folder, {.runs = runs, .docids = docids, .metadata = std::move(metadata)},
                          {.positions = positions_, .threads = threads_});
  });
}

}  // namespace

std::unique_ptr<ShardWriter> make_shard_updater(IndexWriter& writer, std::size_t memory) {
  return std::make_unique<ShardUpdater>(writer, memory);
}

std::unique_ptr<ShardWriter> make_shard_builder(IndexWriter& writer, std::size_t memory, unsigned threads,
                                                glass::Positions positions) {
  return std::make_unique<ShardBuilder>(writer, memory, threads, positions);
}

}  // namespace dateline::indexer
