// HTML and XML as they are written: one place that escapes.
#pragma once

#include <string>
#include <string_view>

#include "dateline/search_result.h"

namespace dateline::searcher::http {

/// Collects markup. Markup comes from literals of the program only; all else goes through text() or attribute(), which
/// escape. Good for XML, too.
class Markup {
 public:
  /// A literal: markup of ours.
  template <std::size_t N>
  Markup& operator<<(const char (&literal)[N]) {
    out_.append(literal, N - 1);
    return *this;
  }
  /// Text between tags, or the value of an attribute in double quotes.
  Markup& text(std::string_view value);
  Markup& number(std::uint64_t value);
  /// With the query's places in <mark>.
  Markup& marked(const MarkedText& text);

  [[nodiscard]] std::string take() { return std::move(out_); }
  [[nodiscard]] const std::string& str() const { return out_; }
  /// Markup that another Markup made.
  Markup& append(const Markup& other) {
    out_ += other.out_;
    return *this;
  }

 private:
  std::string out_;
};

/// 24559 -> "24,559".
[[nodiscard]] std::string grouped(std::uint64_t number);

}  // namespace dateline::searcher::http
