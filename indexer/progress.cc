#include "indexer/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "common/text.h"

namespace dateline::indexer {
namespace {

using std::chrono::steady_clock;

constexpr auto kBarInterval = std::chrono::milliseconds{100};

/// 24559 -> "24,559"
std::string grouped(std::size_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

/// A terminal that went away or a full disk must not end the job: what cannot be said is not said.
void say(const std::string& line) {
  std::fwrite(line.data(), 1, line.size(), stderr);
}

/// Twenty columns, filled from the left.
std::string bar(double share) {
  constexpr int kColumns = 20;
  const int filled = static_cast<int>(share * kColumns);
  std::string out;
  for (int i = 0; i < kColumns; ++i) out += i < filled ? "█" : "░";
  return out;
}

std::string duration(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  if (seconds < 600) return fmt::format("{:.0f} s", seconds);
  return fmt::format("{:.0f} min", seconds / 60);
}

}  // namespace

Console::Console(ConsoleStyle style)
    : style_(style), terminal_(::isatty(STDERR_FILENO) != 0), begin_(steady_clock::now()), last_(begin_) {}

Console::~Console() {
  clear_bar();
}

void Console::clear_bar() {
  if (bar_shown_) say("\r\x1B[K");
  bar_shown_ = false;
}

void Console::warn(std::string_view line) {
  clear_bar();
  // File names come from outside: they must not steer a terminal.
  say(fmt::format("dateline-index: {}\n", text::clean_line(line)));
}

void Console::note(std::string_view line) {
  if (style_.verbose) warn(line);
}

void Console::committed(std::size_t articles) {
  if (style_.quiet) return;
  clear_bar();
  std::FILE* out = style_.acknowledge_on_stderr ? stderr : stdout;
  const std::string line = fmt::format("committed {}\n", articles);
  std::fwrite(line.data(), 1, line.size(), out);
  std::fflush(out);  // main() looks whether standard output failed
}

void Console::progress(const IndexReport& so_far, std::uint64_t bytes, std::uint64_t total_bytes) {
  const auto now = steady_clock::now();
  if (style_.quiet || !terminal_ || now - last_ < kBarInterval) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  const double rate = static_cast<double>(so_far.indexed()) / std::max(seconds, 0.001);
  std::string line = fmt::format("{} articles, {:.0f}/s", grouped(so_far.indexed()), rate);
  if (total_bytes > 0) {
    const double share = std::min(1.0, static_cast<double>(bytes) / static_cast<double>(total_bytes));
    line = bar(share) + " " + line;
    line += fmt::format(", {:.1f}/{:.1f} MB", static_cast<double>(bytes) / 1e6, static_cast<double>(total_bytes) / 1e6);
    if (share > 0.01) line += fmt::format(", {} left", duration(seconds * (1 - share) / share));
  }
  if (so_far.refused > 0) line += fmt::format(", {} refused", grouped(so_far.refused));
  say(fmt::format("\r\x1B[K{}", line));
  std::fflush(stderr);
  bar_shown_ = true;
}

std::string summary_line(const IndexReport& r, const IndexOptions& options) {
  std::string details = fmt::format("{} refused, {} unchanged", grouped(r.refused), grouped(r.unchanged));
  if (r.replaced > 0) details += fmt::format(", {} replaced", grouped(r.replaced));
  if (r.superseded > 0) details += fmt::format(", {} superseded", grouped(r.superseded));
  if (r.withheld > 0) details += fmt::format(", {} withheld", grouped(r.withheld));
  if (r.removed > 0) details += fmt::format(", {} removed", grouped(r.removed));
  return fmt::format(
      "{}indexed {} {} from {} {} in {}, {} articles/s ({}) → {}, generation {}",
      r.interrupted ? options.rebuild ? "interrupted, the old index stays: " : "interrupted: " : "",
      grouped(r.indexed()), r.indexed() == 1 ? "article" : "articles", grouped(r.inputs),
      r.inputs == 1 ? "file" : "files", duration(r.seconds),
      grouped(static_cast<std::size_t>(std::round(static_cast<double>(r.indexed()) / std::max(r.seconds, 0.001)))),
      details, text::clean_line(options.index.string()), r.generation);
}

std::string report_json(const IndexReport& r, const IndexOptions& options) {
  nlohmann::ordered_json json = {
      {"format_version", 1},
      {"index", options.index.string()},
      {"generation", r.generation},
      {"inputs", r.inputs},
      {"inputs_unchanged", r.inputs_unchanged},
      {"indexed", r.indexed()},
      {"added", r.added},
      {"replaced", r.replaced},
      {"unchanged", r.unchanged},
      {"superseded", r.superseded},
      {"removed", r.removed},
      {"withheld", r.withheld},
      {"refused", r.refused},
      {"total", r.total},
      {"seconds", std::round(r.seconds * 1000) / 1000},
      {"articles_per_second", std::round(static_cast<double>(r.indexed()) / std::max(r.seconds, 0.001))},
      {"interrupted", r.interrupted},
      {"rejections", nlohmann::ordered_json::array()},
  };
  for (const Rejection& rejection : r.rejections) {
    nlohmann::ordered_json entry = {{"path", rejection.path}, {"reason", rejection.reason}};
    if (rejection.record != 0) entry["record"] = rejection.record;
    json["rejections"].push_back(std::move(entry));
  }
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace dateline::indexer
