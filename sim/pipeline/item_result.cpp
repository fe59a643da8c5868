#include "sim/pipeline/item_result.h"

#include <xxhash.h>

#include <bit>
#include <cstring>
#include <vector>

namespace deltasim {
namespace {

using Numbers = std::vector<std::int64_t>;

constexpr std::int64_t kFormat = 3;
constexpr std::size_t kCounts = kComponents * kActions * kDataKinds;

template <typename Visit>
void for_each_count(Visit visit) {
  for (std::size_t i = 0; i < kCounts; ++i) {
    visit(static_cast<std::int64_t>(i), static_cast<Component>(i / (kActions * kDataKinds)),
          static_cast<Action>(i / kDataKinds % kActions), static_cast<DataKind>(i % kDataKinds));
  }
}

/// Most counts of a layer are zero: the others go with their index.
void append(const Activity& activity, Numbers& numbers) {
  const std::size_t at = numbers.size();
  numbers.push_back(0);
  for_each_count([&](std::int64_t index, Component c, Action a, DataKind k) {
    const std::int64_t count = activity.at(c, a, k);
    if (count == 0) return;
    ++numbers[at];
    numbers.push_back(index);
    numbers.push_back(count);
  });
}

void append(const LayerResult& layer, Numbers& numbers) {
  numbers.insert(numbers.end(),
                 {layer.cycles, layer.dense_macs, layer.macs, layer.array_cycles, layer.noc_cycles,
                  layer.dram_cycles, layer.delta_unit_cycles, layer.state_memory_cycles,
                  static_cast<std::int64_t>(layer.bound_by), layer.state_bytes,
                  std::bit_cast<std::int64_t>(layer.utilization)});
  numbers.insert(numbers.end(), layer.stalls.begin(), layer.stalls.end());
  append(layer.activity, numbers);
}

/// Reads numbers one after another; nothing more once they are used up.
class Source {
 public:
  explicit Source(Numbers numbers) : numbers_(std::move(numbers)) {}
  std::int64_t next() {
    if (at_ >= numbers_.size()) {
      failed_ = true;
      return 0;
    }
    return numbers_[at_++];
  }
  bool used_up() const { return !failed_ && at_ == numbers_.size(); }
  bool failed() const { return failed_; }

 private:
  Numbers numbers_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

void read(Source& source, Activity& activity) {
  std::array<std::int64_t, kCounts> counts{};
  const std::int64_t count = source.next();
  for (std::int64_t i = 0; i < count && !source.failed(); ++i) {
    const std::int64_t index = source.next();
    const std::int64_t value = source.next();
    if (index >= 0 && index < static_cast<std::int64_t>(kCounts)) {
      counts[static_cast<std::size_t>(index)] = value;
    }
  }
  for_each_count([&](std::int64_t index, Component c, Action a, DataKind k) {
    activity.at(c, a, k) = counts[static_cast<std::size_t>(index)];
  });
}

LayerResult read_layer(Source& source) {
  LayerResult layer;
  layer.cycles = source.next();
  layer.dense_macs = source.next();
  layer.macs = source.next();
  layer.array_cycles = source.next();
  layer.noc_cycles = source.next();
  layer.dram_cycles = source.next();
  layer.delta_unit_cycles = source.next();
  layer.state_memory_cycles = source.next();
  layer.bound_by = static_cast<Bottleneck>(source.next());
  layer.state_bytes = source.next();
  layer.utilization = std::bit_cast<double>(source.next());
  for (std::int64_t& stall : layer.stalls) stall = source.next();
  read(source, layer.activity);
  return layer;
}

}  // namespace

std::string to_bytes(const FrameResult& result) {
  Numbers numbers{kFormat, result.cycles, std::bit_cast<std::int64_t>(result.seconds),
                  static_cast<std::int64_t>(result.layers.size())};
  for (const LayerResult& layer : result.layers) append(layer, numbers);
  const std::size_t size = numbers.size() * sizeof(std::int64_t);
  numbers.push_back(std::bit_cast<std::int64_t>(XXH3_64bits(numbers.data(), size)));
  std::string bytes(numbers.size() * sizeof(std::int64_t), '\0');
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

std::optional<FrameResult> frame_result_from(std::string_view bytes) {
  if (bytes.size() % sizeof(std::int64_t) != 0 || bytes.size() < 2 * sizeof(std::int64_t)) {
    return std::nullopt;
  }
  Numbers numbers(bytes.size() / sizeof(std::int64_t));
  std::memcpy(numbers.data(), bytes.data(), bytes.size());
  const auto sum = std::bit_cast<std::uint64_t>(numbers.back());
  numbers.pop_back();
  if (XXH3_64bits(numbers.data(), numbers.size() * sizeof(std::int64_t)) != sum) {
    return std::nullopt;
  }
  Source source(std::move(numbers));
  if (source.next() != kFormat) return std::nullopt;
  FrameResult result;
  result.cycles = source.next();
  result.seconds = std::bit_cast<double>(source.next());
  const std::int64_t layers = source.next();
  for (std::int64_t i = 0; i < layers && !source.failed(); ++i) {
    result.layers.push_back(read_layer(source));
  }
  if (!source.used_up()) return std::nullopt;
  return result;
}

}  // namespace deltasim
