#include "indexer/enrich/actors/tagger_model.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <string_view>

#include "dateline/error.h"

namespace dateline::indexer {
namespace {

constexpr std::string_view kMagic = "dateline tagger model 1\n";

/// Numbers in the file are little-endian, whatever the machine.
class Writer {
 public:
  void u8(std::uint8_t value) { bytes.push_back(static_cast<char>(value)); }
  void u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value & 0xFFU));
    u8(static_cast<std::uint8_t>(value >> 8U));
  }
  void u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value & 0xFFFFU));
    u16(static_cast<std::uint16_t>(value >> 16U));
  }
  std::string bytes;
};

class Reader {
 public:
  Reader(std::string_view bytes, const std::filesystem::path& file) : bytes_(bytes), file_(file) {}

  std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)[0]); }
  std::uint16_t u16() {
    const std::uint16_t low = u8();
    return static_cast<std::uint16_t>(low | (u8() << 8U));
  }
  std::uint32_t u32() {
    const std::uint32_t low = u16();
    return low | (std::uint32_t{u16()} << 16U);
  }
  std::string_view take(std::size_t count) {
    if (bytes_.size() - pos_ < count) throw Error(ErrorCode::usage, file_.string(), "tagger model is cut short");
    pos_ += count;
    return bytes_.substr(pos_ - count, count);
  }
  /// A count of items of at least `size` bytes each: never more than the file can hold.
  std::size_t count(std::size_t size) {
    const std::uint32_t value = u32();
    if (value > (bytes_.size() - pos_) / size) throw Error(ErrorCode::usage, file_.string(), "tagger model is damaged");
    return value;
  }
  [[nodiscard]] bool at_end() const { return pos_ == bytes_.size(); }

 private:
  std::string_view bytes_;
  const std::filesystem::path& file_;
  std::size_t pos_ = 0;
};

std::uint32_t upper_half(std::uint64_t key) {
  const auto half = static_cast<std::uint32_t>(key >> 32U);
  return half == 0 ? 1 : half;
}

}  // namespace

TaggerModel::TaggerModel(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::error_code no_size;
  const auto size = std::filesystem::file_size(file, no_size);
  std::string bytes(no_size ? 0 : size, '\0');
  if (!in || no_size || !in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    throw Error(ErrorCode::io, file.string(), "cannot be read");
  }
  if (!bytes.starts_with(kMagic)) throw Error(ErrorCode::usage, file.string(), "no tagger model of this version");
  const auto line_end = bytes.find('\n', kMagic.size());
  if (line_end == std::string::npos) throw Error(ErrorCode::usage, file.string(), "tagger model is cut short");
  note_ = bytes.substr(kMagic.size(), line_end - kMagic.size());

  Reader reader(std::string_view(bytes).substr(line_end + 1), file);
  for (auto& row : transitions_) {
    for (float& weight : row) weight = std::bit_cast<float>(reader.u32());
  }
  features_.resize(reader.count(6));
  std::vector<Weights> rows(features_.size());
  for (std::size_t at = 0; at < features_.size(); ++at) {
    features_[at] = reader.u32();
    if (features_[at] == 0) throw Error(ErrorCode::usage, file.string(), "tagger model is damaged");
    // Few labels of a feature weigh anything: a bit a label says which.
    const std::uint16_t present = reader.u16();
    for (std::size_t label = 0; label < kLabelWeights; ++label) {
      rows[at][label] = ((present >> label) & 1U) != 0 ? std::bit_cast<std::int8_t>(reader.u8()) : std::int8_t{0};
    }
  }
  place_features(rows);
  cluster_count_ = reader.count(8);
  cluster_slots_.assign(std::bit_ceil(cluster_count_ * 2 + 2), {});
  for (std::size_t at = 0; at < cluster_count_; ++at) {
    const std::uint32_t word = reader.u32();
    place_cluster({word, reader.u32()});
  }
  if (!reader.at_end()) throw Error(ErrorCode::usage, file.string(), "tagger model is damaged");
}

void TaggerModel::write(const std::filesystem::path& file) const {
  Writer out;
  out.bytes = std::string(kMagic) + note_ + "\n";
  for (const auto& row : transitions_) {
    for (const float weight : row) out.u32(std::bit_cast<std::uint32_t>(weight));
  }
  out.u32(static_cast<std::uint32_t>(features_.size()));
  for (std::size_t at = 0; at < features_.size(); ++at) {
    out.u32(features_[at]);
    const Weights& row = find(features_[at]);
    std::uint16_t present = 0;
    for (std::size_t label = 0; label < kLabelWeights; ++label) {
      if (row[label] != 0) present = static_cast<std::uint16_t>(present | (1U << label));
    }
    out.u16(present);
    for (const std::int8_t weight : row) {
      if (weight != 0) out.u8(std::bit_cast<std::uint8_t>(weight));
    }
  }
  out.u32(static_cast<std::uint32_t>(cluster_count_));
  for (const ClusterSlot& slot : cluster_slots_) {
    if (slot.word == 0) continue;
    out.u32(slot.word);
    out.u32(slot.clusters);
  }
  std::ofstream stream(file, std::ios::binary);
  stream.write(out.bytes.data(), static_cast<std::streamsize>(out.bytes.size()));
  stream.close();
  if (!stream) throw Error(ErrorCode::io, file.string(), "cannot be written");
}

WordClusters TaggerModel::clusters(std::uint64_t word_key) const {
  const std::uint32_t word = upper_half(word_key);
  const std::size_t mask = cluster_slots_.size() - 1;
  for (std::size_t at = word & mask; cluster_slots_[at].word != 0; at = (at + 1) & mask) {
    if (cluster_slots_[at].word != word) continue;
    const std::uint32_t packed = cluster_slots_[at].clusters;
    return {.coarse = static_cast<std::uint16_t>((packed >> 20U) & 0x7FU),
            .middle = static_cast<std::uint16_t>((packed >> 11U) & 0x1FFU),
            .fine = static_cast<std::uint16_t>(packed & 0x7FFU)};
  }
  return {};
}

void TaggerModel::set_features(std::span<const std::uint32_t> features, std::span<const Weights> weights) {
  features_.assign(features.begin(), features.end());
  place_features(weights);
}

void TaggerModel::place_features(std::span<const Weights> weights) {
  buckets_.assign(std::bit_ceil(features_.size() / 2 + 2), {});  // half full: nearly all are in their first bucket
  mask_ = buckets_.size() - 1;
  for (std::size_t row = 0; row < features_.size(); ++row) {
    std::size_t at = features_[row] & mask_;
    while (buckets_[at].features.back() != 0) at = (at + 1) & mask_;
    const auto free = std::find(buckets_[at].features.begin(), buckets_[at].features.end(), 0U);
    buckets_[at].weights[static_cast<std::size_t>(free - buckets_[at].features.begin())] = weights[row];
    *free = features_[row];
  }
}

void TaggerModel::add_clusters(std::uint64_t word_key, WordClusters clusters) {
  if ((cluster_count_ + 1) * 2 > cluster_slots_.size()) {
    std::vector<ClusterSlot> old(cluster_slots_.size() * 2);
    old.swap(cluster_slots_);
    for (const ClusterSlot& slot : old) {
      if (slot.word != 0) place_cluster(slot);
    }
  }
  const std::uint32_t packed =
      clusters.fine | (std::uint32_t{clusters.middle} << 11U) | (std::uint32_t{clusters.coarse} << 20U);
  place_cluster({upper_half(word_key), packed});
  ++cluster_count_;
}

void TaggerModel::place_cluster(const ClusterSlot& slot) {
  const std::size_t mask = cluster_slots_.size() - 1;
  std::size_t at = slot.word & mask;
  while (cluster_slots_[at].word != 0) at = (at + 1) & mask;
  cluster_slots_[at] = slot;
}

}  // namespace dateline::indexer
