#include "sim/components/glb/glb_model.h"

#include <algorithm>

namespace deltasim {

GlbModel::GlbModel(const GlbSpec& spec)
    : width_(spec.width.value()),
      ports_(spec.ports),
      free_(static_cast<std::size_t>(spec.banks), 0) {}

std::int64_t GlbModel::bits_per_cycle() const {
  return width_ * ports_ * static_cast<std::int64_t>(free_.size());
}

void GlbModel::reset() { std::fill(free_.begin(), free_.end(), 0); }

Service GlbModel::access(std::int64_t time, std::int64_t address, std::int64_t bits) {
  if (bits == 0) return {time, time};
  const std::int64_t first = address * 8 / width_;
  const std::int64_t last = (address * 8 + bits - 1) / width_;
  const std::int64_t words = last - first + 1;
  const auto banks = static_cast<std::int64_t>(free_.size());
  const std::int64_t offered = time * ports_;
  std::int64_t begin = INT64_MAX;
  std::int64_t end = 0;
  for (std::int64_t i = 0; i < std::min(words, banks); ++i) {
    const auto bank = static_cast<std::size_t>((first + i) % banks);
    std::int64_t& free = free_[bank];
    const std::int64_t slot = std::max(free, offered);
    free = slot + (words - i + banks - 1) / banks;
    if (listener_ != nullptr) listener_->taken(bank, slot, free, ports_, free - slot);
    begin = std::min(begin, slot);
    end = std::max(end, free);
  }
  return {begin / ports_, (end + ports_ - 1) / ports_};
}

}  // namespace deltasim
