// JSON as it is written, member by member, in the order given.
#pragma once

#include <cstdint>
#include <ostream>
#include <string_view>
#include <vector>

namespace dateline::searcher {

/// Writes one JSON value. Strings become valid UTF-8; control characters, U+2028/9 and what changes the direction of
/// text are escaped, so that the output can neither steer a terminal nor break a line. Numbers know no locale.
class JsonPrinter {
 public:
  /// With `indent` 0 everything stands on one line.
  explicit JsonPrinter(std::ostream& out, std::size_t indent = 0) : out_(out), indent_(indent) {}

  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  /// [begin, end], on one line.
  void range(std::uint64_t begin, std::uint64_t end);
  /// Name of the next value, inside an object.
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view{text}); }
  void value(bool truth);
  void value(std::uint64_t number);
  void value(std::int64_t number);
  void value(int number) { value(static_cast<std::int64_t>(number)); }
  void value(double number);
  void null();

  template <class T>
  void field(std::string_view name, const T& v) {
    key(name);
    value(v);
  }

 private:
  void begin(char bracket);
  void end(char bracket);
  void separate();
  void new_line();

  std::ostream& out_;
  std::size_t indent_;
  std::vector<bool> filled_;  ///< Of each open object or array: has it a member yet?
  bool after_key_ = false;
};

}  // namespace dateline::searcher
