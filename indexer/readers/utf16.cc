#include "indexer/readers/utf16.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "common/text.h"

namespace dateline::indexer {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kMark = 0xFEFF;

class Utf16Source final : public ByteSource {
 public:
  Utf16Source(ByteSource& source, ByteOrder order) : source_(source), order_(order) {}

 private:
  std::size_t read_some(char* out, std::size_t size) override {
    while (given_ == utf8_.size() && !ended_) {
      utf8_.clear();
      given_ = 0;
      fill();
    }
    const std::size_t n = utf8_.copy(out, size, given_);
    given_ += n;
    return n;
  }

  void fill() {
    const std::size_t n = source_.read(bytes_.data() + left_, bytes_.size() - left_);
    ended_ = n == 0;
    const std::size_t have = left_ + n;
    for (std::size_t i = 0; i + 1 < have; i += 2) take(unit_at(i));
    left_ = have % 2;
    if (left_ > 0) bytes_[0] = bytes_[have - 1];
    if (ended_ && (high_ != 0 || left_ > 0)) text::append_utf8(utf8_, kReplacement);
  }

  [[nodiscard]] char32_t unit_at(std::size_t i) const {
    const auto first = static_cast<unsigned char>(bytes_.at(i));
    const auto second = static_cast<unsigned char>(bytes_.at(i + 1));
    return order_ == ByteOrder::little ? char32_t{second} << 8 | first : char32_t{first} << 8 | second;
  }

  void take(char32_t unit) {
    const bool high = unit >= 0xD800 && unit < 0xDC00;
    const bool low = unit >= 0xDC00 && unit < 0xE000;
    if (high_ != 0 && low) {
      text::append_utf8(utf8_, 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
    } else {
      if (high_ != 0) text::append_utf8(utf8_, kReplacement);
      const bool mark = first_ && unit == kMark;
      if (!high && !mark) text::append_utf8(utf8_, low ? kReplacement : unit);
    }
    high_ = high ? unit : 0;
    first_ = false;
  }

  ByteSource& source_;
  ByteOrder order_;
  std::array<char, std::size_t{64} << 10> bytes_{};
  std::size_t left_ = 0;  ///< Bytes of bytes_ that begin a unit.
  char32_t high_ = 0;     ///< The first half of a pair.
  bool first_ = true;
  bool ended_ = false;
  std::string utf8_;
  std::size_t given_ = 0;
};

}  // namespace

std::optional<ByteOrder> utf16_order(std::string_view head) {
  using std::string_view_literals::operator""sv;
  if (head.starts_with("\xFF\xFE\0\0"sv)) return std::nullopt;  // UTF-32, or nothing that is text
  if (head.starts_with("\xFF\xFE")) return ByteOrder::little;
  if (head.starts_with("\xFE\xFF")) return ByteOrder::big;
  const auto name = [](char c) { return c == '?' || c == '!' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (head.size() < 4) return std::nullopt;
  if (head[0] == '<' && head[1] == '\0' && name(head[2]) && head[3] == '\0') return ByteOrder::little;
  if (head[0] == '\0' && head[1] == '<' && head[2] == '\0' && name(head[3])) return ByteOrder::big;
  return std::nullopt;
}

std::unique_ptr<ByteSource> from_utf16(ByteSource& source, ByteOrder order) {
  return std::make_unique<Utf16Source>(source, order);
}

}  // namespace dateline::indexer
