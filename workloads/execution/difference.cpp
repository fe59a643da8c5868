#include "workloads/execution/difference.h"

#include <algorithm>

namespace deltasim {

Difference::Difference(const Value& value) : value_(value) {
  if (value.storage() == Storage::kFloats) floats_ = AlignedArray<float>(value.elements());
  if (value.storage() != Storage::kCodes) return;
  for (auto& plane : planes_) plane = AlignedArray<std::uint8_t>(value.elements());
}

void Difference::run(std::size_t /*block*/) {
  for (std::size_t i = 0; i < value_.elements(); ++i) {
    if (value_.storage() == Storage::kFloats) {
      floats_.data()[i] = value_.floats()[i] - value_.previous_floats()[i];
      continue;
    }
    const std::int32_t change = value_.code(i) - value_.previous_code(i);
    const std::int32_t up = std::max(change, 0), down = std::max(-change, 0);
    planes_[0].data()[i] = static_cast<std::uint8_t>(up & 255);
    planes_[1].data()[i] = static_cast<std::uint8_t>(down & 255);
    planes_[2].data()[i] = static_cast<std::uint8_t>(up >> 8);
    planes_[3].data()[i] = static_cast<std::uint8_t>(down >> 8);
  }
}

}  // namespace deltasim
