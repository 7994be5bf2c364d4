// The part of a job that asks addresses for feeds. An address is an input as a file is, but one that forgets: what it
// no longer names stays in the index.
#include <fmt/format.h>

#include <algorithm>

#include "dateline/error.h"
#include "indexer/jobs/pipeline.h"

namespace dateline::indexer {

void Pipeline::read_addresses() {
  if (options_.fetch.empty()) return;
  Fetcher fetcher(options_.fetch_private, parts_.stop);
  for (const std::string& url : options_.fetch) {
    if (parts_.stop) return;
    ++report_.inputs;
    read_address(url, fetcher);
    work_.drain();
  }
}

void Pipeline::read_address(const std::string& url, Fetcher& fetcher) {
  const std::optional<InputEntry> known = parts_.ledger.find_input(url);
  const FetchState before = known ? parts_.ledger.fetch_state(known->id) : FetchState{};
  if (before.not_before > now()) {
    report_.paths_unreadable = true;
    return parts_.diagnostics.note(
        fmt::format("{}: passed over: it wants to be left alone for {} s more", url, before.not_before - now()));
  }
  // Only who has read all of the answer before may ask for changes alone.
  const bool whole = known && known->complete && known->options == input_options_ && !to_reread_.contains(known->id);
  FetchAnswer answer = fetcher.get(url, whole ? before : FetchState{.failures = before.failures}, now());
  switch (answer.kind) {
    case FetchAnswer::Kind::stopped:
      return;
    case FetchAnswer::Kind::content:
      return read_answer(url, whole ? known : std::nullopt, std::move(answer));
    case FetchAnswer::Kind::unchanged:
      remember_fetch(known->id, answer.state);
      return pass_over_unchanged(*known, url);
    case FetchAnswer::Kind::failed:
      break;
  }
  FetchState after = before;
  after.not_before = answer.state.not_before;
  after.failures = answer.state.failures;
  remember_fetch(known ? known->id : parts_.ledger.begin_input(url), after);
  report_.paths_unreadable = true;
  reject({url, 0, std::move(answer.reason)});
}

/// `whole`: the address as it is known, if all of its last answer was read under the same options.
void Pipeline::read_answer(const std::string& url, const std::optional<InputEntry>& whole, FetchAnswer answer) try {
  InputFile input(url, std::move(answer.body));
  if (whole && whole->content == input.hash_content()) {
    remember_fetch(whole->id, answer.state);
    return pass_over_unchanged(*whole, url);
  }
  auto opened = open_reader(input.source(), {.name = url, .format = format_}, reader_options_);
  if (auto* refusal = std::get_if<Refusal>(&opened)) return reject({url, 0, std::move(refusal->reason)});
  const auto origin = std::make_shared<Origin>(Origin{.input = parts_.ledger.begin_input(url), .shown = url});
  origin->known = true;
  if (!read_records(input, std::move(std::get<std::unique_ptr<Reader>>(opened)), origin)) return;
  work_.drain();
  std::vector<RecordEntry> gone = parts_.ledger.unseen_records(origin->input);
  std::erase_if(gone, [](const RecordEntry& record) { return record.refusal.empty(); });
  drop_records(gone);
  parts_.ledger.complete_input({.id = origin->input,
                                .path = url,
                                .state = input.state(),
                                .content = input.hash_read(),
                                .options = input_options_,
                                .complete = true});
  to_reread_.erase(origin->input);
  remember_fetch(origin->input, answer.state);
} catch (const Error& error) {
  // What cannot be unpacked or parsed does not stop the job; a disk that is full does.
  if (error.subject() != url) throw;
  std::string reason = error.what();
  reason.erase(0, std::min(reason.size(), error.subject().size() + 2));
  reject({url, 0, std::move(reason)});
}

void Pipeline::remember_fetch(std::int64_t input, const FetchState& state) {
  parts_.ledger.set_fetch_state(input, state);
  any_pending_ledger_ = true;
}

}  // namespace dateline::indexer
