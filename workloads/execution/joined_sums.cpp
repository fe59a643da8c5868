#include "workloads/execution/joined_sums.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

#include "workloads/execution/scratch.h"
#include "workloads/kernels/kernels.h"

namespace deltasim {
namespace {

void add_bias(float* y, const float* bias, const Run& run) {
  kernels().add_bias(y, bias + run.first_channel, run.pixels, run.channels);
}

void add_bias(std::int32_t* y, const std::int32_t* bias, const Run& run) {
  kernels().add_integer_bias(y, bias + run.first_channel, run.pixels, run.channels);
}

void add_scaled_bias(float* y, const float* multiplier, const float* bias, const Run& run) {
  kernels().scale_and_add_bias(y, multiplier + run.first_channel, bias + run.first_channel,
                               run.pixels, run.channels);
}

void multiply(float* y, const std::vector<float>& multipliers, const Run& run) {
  if (multipliers.empty()) return;
  kernels().multiply(y, multipliers.data() + run.first_channel, run.pixels, run.channels);
}

void multiply(std::int32_t* /*y*/, const std::vector<float>& /*multipliers*/, const Run& /*run*/) {}

/// Sums that a code of the addend is worth; add_codes() of the kernels gives the same.
std::int32_t in_sums(std::int32_t code, float ratio) {
  return static_cast<std::int32_t>(std::nearbyint(static_cast<double>(code) * ratio));
}

void add_addend(float* y, const Value& addend, const std::vector<float>& /*ratio*/,
                const Run& run) {
  const float* floats = nullptr;
  if (addend.storage() == Storage::kCodes) {
    float* decoded = borrow<Scratch::kDecoded, float>(run.elements());
    addend.decode(run.offset, run.elements(), decoded);
    floats = decoded;
  } else {
    floats = addend.floats() + run.offset;
  }
  kernels().add(y, floats, run.elements());
}

void add_addend(std::int32_t* y, const Value& addend, const std::vector<float>& ratio,
                const Run& run) {
  if (addend.storage() == Storage::kSums)
    return kernels().add_integers(y, addend.sums() + run.offset, run.elements());
  if (!addend.has_high_codes())
    return kernels().add_codes(y, addend.codes() + run.offset, ratio.data() + run.first_channel,
                               run.pixels, run.channels);
  for (std::size_t i = 0; i < run.elements(); ++i)
    y[i] += in_sums(addend.code(run.offset + i), ratio[run.first_channel + i % run.channels]);
}

void add_change(float* y, const Value& addend, const std::vector<float>& /*ratio*/,
                const Run& run) {
  const float* now = addend.floats() + run.offset;
  const float* before = addend.has_previous() ? addend.previous_floats() + run.offset : nullptr;
  for (std::size_t i = 0; i < run.elements(); ++i) y[i] += before ? now[i] - before[i] : now[i];
}

void add_change(std::int32_t* y, const Value& addend, const std::vector<float>& ratio,
                const Run& run) {
  if (addend.storage() == Storage::kSums) return add_addend(y, addend, ratio, run);
  for (std::size_t i = 0; i < run.elements(); ++i) {
    const float worth = ratio[run.first_channel + i % run.channels];
    y[i] += in_sums(addend.code(run.offset + i), worth) -
            in_sums(addend.previous_code(run.offset + i), worth);
  }
}

/// Elements after which both channels and bitmap words repeat.
std::size_t period_of(std::size_t channels) { return std::lcm(channels, std::size_t{64}); }

template <typename T>
std::vector<T> repeat(const std::vector<T>& per_channel) {
  if (per_channel.empty()) return {};
  std::vector<T> result(period_of(per_channel.size()));
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = per_channel[i % per_channel.size()];
  return result;
}

/// How a run divides into periods of the repeated arrays; none where it does not.
struct Periods {
  std::size_t count = 0, length = 0, first = 0;
};
Periods periods_of(const Run& run) {
  if (run.channels % 64 == 0) return {run.pixels, run.channels, run.first_channel};
  const std::size_t length = period_of(run.channels);
  if (run.first_channel != 0 || run.elements() % length != 0) return {};
  return {run.elements() / length, length, 0};
}

template <typename T>
const T* from_channel(const std::vector<T>& array, const Periods& periods) {
  return array.empty() ? nullptr : array.data() + periods.first;
}

GridArguments arguments(const std::optional<Grid>& grid) {
  if (!grid) return {1, 1, std::numeric_limits<float>::infinity()};
  const auto clipped = static_cast<float>(grid->max_code);
  return {1 / grid->step, grid->step,
          grid->max_code > 0 ? clipped : std::numeric_limits<float>::infinity()};
}

/// Activations before the activation function.
float* as_floats(float* y, const std::vector<float>& /*scales*/, const Run& /*run*/) { return y; }

float* as_floats(const std::int32_t* y, const std::vector<float>& scales, const Run& run) {
  float* z = borrow<Scratch::kValues, float>(run.elements());
  kernels().rescale(y, scales.data() + run.first_channel, z, run.pixels, run.channels);
  return z;
}

}  // namespace

template <typename Sum>
JoinedSums<Sum>::JoinedSums(Value& value, Parts parts, std::optional<Finisher> finisher)
    : value_(value), parts_(std::move(parts)), finisher_(std::move(finisher)) {
  repeated_.bias = repeat(parts_.bias);
  repeated_.multipliers = repeat(parts_.multipliers);
  repeated_.addend_ratio = repeat(parts_.addend_ratio);
  repeated_.scales = repeat(parts_.scales);
  const bool has_state = parts_.recursive && !parts_.only_joined;
  if (!has_state && !parts_.keep_sums) return;
  sums_ = AlignedArray<Sum>(value.elements());
  if (!has_state || parts_.bias.empty()) return;
  for (std::size_t i = 0; i < sums_.size(); ++i)
    sums_.data()[i] = parts_.bias[i % parts_.bias.size()];
}

template <>
bool JoinedSums<float>::finish_in_one_pass(const float* y, const Run& run) const {
  const auto pass = finisher_->one_pass();
  const Periods periods = periods_of(run);
  const Value* addend = parts_.addend;
  if (!pass || periods.count == 0 || (addend && addend->has_high_codes())) return false;
  const bool codes = value_.storage() == Storage::kCodes;
  const bool joins_codes = addend && addend->storage() == Storage::kCodes;
  const std::uint32_t largest = kernels().finish_floats(
      {.y = y,
       .multipliers = from_channel(repeated_.multipliers, periods),
       .bias = from_channel(repeated_.bias, periods),
       .addend = addend && !joins_codes ? addend->floats() + run.offset : nullptr,
       .addend_codes = joins_codes ? addend->codes() + run.offset : nullptr,
       .addend_step = addend ? addend->step() : 1,
       .low = pass->low,
       .high = pass->high,
       .rounds = pass->grid.has_value(),
       .grid = arguments(pass->grid),
       .x = codes ? nullptr : pass->value.floats() + run.offset,
       .previous = codes ? nullptr : pass->value.previous_floats() + run.offset,
       .codes = codes ? pass->value.codes() + run.offset : nullptr,
       .previous_codes = codes ? pass->value.previous_codes() + run.offset : nullptr,
       .active = pass->output.active.words().data() + run.offset / 64,
       .delta = pass->output.delta.words().data() + run.offset / 64,
       .periods = periods.count,
       .period = periods.length});
  return largest <= 255;
}

template <>
bool JoinedSums<std::int32_t>::finish_in_one_pass(const std::int32_t* y, const Run& run) const {
  const auto pass = finisher_->one_pass();
  const Periods periods = periods_of(run);
  const Value* addend = parts_.addend;
  if (!pass || !pass->grid || periods.count == 0 || value_.storage() != Storage::kCodes ||
      (addend && addend->has_high_codes()))
    return false;
  const bool joins_sums = addend && addend->storage() == Storage::kSums;
  const std::uint32_t largest = kernels().finish_codes(
      {.y = y,
       .bias = from_channel(repeated_.bias, periods),
       .addend_codes = addend && !joins_sums ? addend->codes() + run.offset : nullptr,
       .addend_ratio = from_channel(repeated_.addend_ratio, periods),
       .addend_sums = joins_sums ? addend->sums() + run.offset : nullptr,
       .scales = from_channel(repeated_.scales, periods),
       .low = pass->low,
       .high = pass->high,
       .grid = arguments(pass->grid),
       .codes = pass->value.codes() + run.offset,
       .previous = pass->value.previous_codes() + run.offset,
       .active = pass->output.active.words().data() + run.offset / 64,
       .delta = pass->output.delta.words().data() + run.offset / 64,
       .periods = periods.count,
       .period = periods.length});
  return largest <= 255;
}

template <typename Sum>
void JoinedSums<Sum>::finish(Sum* y, const Run& run) {
  const bool plain = !parts_.recursive && !parts_.keep_sums && finisher_ && !parts_.bias.empty();
  if (plain && finish_in_one_pass(y, run)) return;
  if (!parts_.recursive) {
    add_operands(y, run);
    if (parts_.keep_sums) std::memcpy(sums_.data() + run.offset, y, run.elements() * sizeof(Sum));
  } else {
    multiply(y, parts_.multipliers, run);
    if (!parts_.only_joined) update_state(y, run);
  }
  pass_on(y, run);
}

template <typename Sum>
void JoinedSums<Sum>::add_operands(Sum* y, const Run& run) const {
  if constexpr (std::is_same_v<Sum, float>) {
    if (!parts_.multipliers.empty())
      add_scaled_bias(y, parts_.multipliers.data(), parts_.bias.data(), run);
  }
  if (parts_.multipliers.empty() && !parts_.bias.empty()) add_bias(y, parts_.bias.data(), run);
  if (parts_.addend) add_addend(y, *parts_.addend, parts_.addend_ratio, run);
}

template <typename Sum>
void JoinedSums<Sum>::update_state(Sum* y, const Run& run) {
  if (parts_.addend) add_change(y, *parts_.addend, parts_.addend_ratio, run);
  Sum* state = sums_.data() + run.offset;
  for (std::size_t i = 0; i < run.elements(); ++i) {
    state[i] += y[i];
    y[i] = state[i];
  }
}

template <typename Sum>
void JoinedSums<Sum>::pass_on(Sum* y, const Run& run) {
  if (finisher_)
    return finisher_->finish(as_floats(y, parts_.scales, run), run.offset, run.elements());
  if constexpr (std::is_same_v<Sum, std::int32_t>) {
    std::memcpy(value_.sums() + run.offset, y, run.elements() * sizeof(Sum));
  } else {
    std::memcpy(value_.floats() + run.offset, y, run.elements() * sizeof(Sum));
  }
}

template class JoinedSums<float>;
template class JoinedSums<std::int32_t>;

}  // namespace deltasim
