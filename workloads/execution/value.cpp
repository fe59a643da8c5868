#include "workloads/execution/value.h"

#include <cstring>

#include "workloads/kernels/kernels.h"

namespace deltasim {

Value::Value(const Shape& shape, Storage storage, float step, bool with_previous)
    : shape_(shape),
      elements_(static_cast<std::size_t>(shape.elements())),
      storage_(storage),
      step_(step),
      slots_(with_previous ? 2 : 1) {
  if (storage == Storage::kSums) sums_ = AlignedArray<std::int32_t>(elements_);
  for (unsigned slot = 0; slot < slots_; ++slot) {
    if (storage == Storage::kFloats) floats_[slot] = AlignedArray<float>(elements_);
    if (storage != Storage::kCodes) continue;
    codes_[slot] = AlignedArray<std::uint8_t>(elements_);
    high_[slot] = AlignedArray<std::uint8_t>(elements_);
  }
}

void Value::advance() {
  if (slots_ == 2) now_ = 1 - now_;
  if (largest_[now_] > 255) high_[now_].clear();
  largest_[now_] = 0;
}

void Value::raise_largest_code(std::uint32_t code) {
  std::uint32_t known = largest_[now_].load(std::memory_order_relaxed);
  while (known < code && !largest_[now_].compare_exchange_weak(known, code)) {
  }
}

void Value::adopt(const Value& other) {
  const auto copy = [](auto& to, const auto& from) {
    if (to.size() > 0) std::memcpy(to.data(), from.data(), to.size() * sizeof(*to.data()));
  };
  copy(floats_[now_], other.floats_[other.now_]);
  copy(codes_[now_], other.codes_[other.now_]);
  copy(high_[now_], other.high_[other.now_]);
  largest_[now_] = other.largest_[other.now_].load();
}

void Value::decode(std::size_t begin, std::size_t n, float* floats) const {
  kernels().decode(codes() + begin, step_, floats, n);
  if (!has_high_codes()) return;
  for (std::size_t i = 0; i < n; ++i) floats[i] = value(begin + i);
}

std::int32_t Value::code(std::size_t element) const {
  return codes()[element] + 256 * high_codes()[element];
}

std::int32_t Value::previous_code(std::size_t element) const {
  return previous_codes()[element] + 256 * previous_high_codes()[element];
}

float Value::value(std::size_t element) const {
  return storage_ == Storage::kFloats ? floats()[element]
                                      : static_cast<float>(code(element)) * step_;
}

}  // namespace deltasim
