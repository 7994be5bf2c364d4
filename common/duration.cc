#include "common/duration.h"

#include <charconv>

#include "dateline/error.h"

namespace dateline {

std::chrono::seconds parse_duration(const std::string& text) {
  using namespace std::chrono;
  unsigned number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc{} && number > 0 && number <= 10'000 && end - rest == 1) {
    switch (*rest) {
      case 'h':
        return hours{number};
      case 'd':
        return days{number};
      case 'w':
        return weeks{number};
      case 'm':
        return months{number};
      case 'y':
        return years{number};
      default:
        break;
    }
  }
  throw Error(ErrorCode::usage, text, "not a span of time; write 36h, 7d, 2w, 3m (months) or 1y");
}

}  // namespace dateline
