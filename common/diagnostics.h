// Where libraries send what a person should read; they never print.
#pragma once

#include <string_view>

namespace dateline {

struct Diagnostics {
  virtual ~Diagnostics() = default;
  /// One line, without the program's name: "feeds/a.jsonl:812: no title and no body".
  virtual void warn(std::string_view line) = 0;
  /// Said with --verbose only.
  virtual void note(std::string_view) {}
};

}  // namespace dateline
