#include "workloads/execution/finisher.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "arch/errors.h"
#include "workloads/kernels/kernels.h"

namespace deltasim {
namespace {

constexpr std::uint32_t kLargestCode = 65535;

}  // namespace

Finisher::Finisher(Value& value, const FusedOperation& operation, SiteQuantizer* quantizer,
                   std::string name)
    : value_(value),
      low_(operation.low),
      high_(operation.high),
      quantizer_(quantizer),
      map_(operation.map),
      name_(std::move(name)) {}

void Finisher::finish(float* z, std::size_t offset, std::size_t n) {
  const bool in_place = value_.storage() == Storage::kFloats;
  float* x = in_place ? value_.floats() + offset : z;
  kernels().clamp(z, x, n, low_, high_);
  if (quantizer_) quantizer_->quantize({x, n}, offset);
  if (!in_place) store_codes(x, offset, n);
  compare(offset, n);
}

std::optional<Finisher::OnePass> Finisher::one_pass() const {
  const bool remembers = quantizer_ && !quantizer_->only_rounds();
  if (!output_ || remembers || value_.had_high_codes()) return std::nullopt;
  return OnePass{low_, high_, quantizer_ ? quantizer_->grid() : std::nullopt, value_, *output_};
}

void Finisher::compare(std::size_t offset, std::size_t n) {
  if (!output_) return;
  if (value_.storage() == Storage::kCodes) return compare_codes(offset, n);
  kernels().compare_floats(value_.floats() + offset, value_.previous_floats() + offset, n,
                           output_->active.words().data() + offset / 64,
                           output_->delta.words().data() + offset / 64);
}

void Finisher::store_codes(const float* z, std::size_t offset, std::size_t n) {
  const std::uint32_t largest = kernels().encode(z, n, 1 / value_.step(), value_.codes() + offset);
  if (largest <= 255) return;
  if (largest > kLargestCode)
    throw ConfigError(
        Fault{.key_path = "quantizer",
              .found = fmt::format("step {} at {}, where an activation of this frame is {} steps",
                                   value_.step(), name_, largest),
              .expected = fmt::format(
                  "at most {} steps for the int8 backend: a larger step, or fp32", kLargestCode)});
  value_.raise_largest_code(largest);
  store_high_codes(z, offset, n);
}

void Finisher::store_high_codes(const float* z, std::size_t offset, std::size_t n) {
  const float inverse_step = 1 / value_.step();
  for (std::size_t i = 0; i < n; ++i) {
    const auto code = static_cast<std::uint32_t>(std::nearbyint(z[i] * inverse_step));
    value_.codes()[offset + i] = static_cast<std::uint8_t>(code & 255U);
    value_.high_codes()[offset + i] = static_cast<std::uint8_t>(code >> 8U);
  }
}

void Finisher::compare_codes(std::size_t offset, std::size_t n) {
  std::uint64_t* active = output_->active.words().data() + offset / 64;
  std::uint64_t* delta = output_->delta.words().data() + offset / 64;
  kernels().compare_codes(value_.codes() + offset, value_.previous_codes() + offset, n, active,
                          delta);
  if (!value_.has_high_codes() && !value_.had_high_codes()) return;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << (i % 64);
    const unsigned now = value_.high_codes()[offset + i];
    if (now != 0) active[i / 64] |= bit;
    if (now != value_.previous_high_codes()[offset + i]) delta[i / 64] |= bit;
  }
}

}  // namespace deltasim
