#include "workloads/execution/operator_steps.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "workloads/execution/layer_step.h"
#include "workloads/execution/scratch.h"
#include "workloads/kernels/kernels.h"

namespace deltasim {
namespace {

constexpr std::size_t kRange = 16384;  // elements a thread takes at a time
constexpr std::size_t kChunk = 2048;   // elements that are finished at a time

/// Calls `fill(chunk begin, elements, scratch)` and finishes what it left, chunk by chunk.
template <typename Fill>
void finish_chunks(Finisher& finisher, ElementRange range, Fill fill) {
  float* z = borrow<Scratch::kValues, float>(kChunk);
  for (std::size_t begin = range.begin; begin < range.end; begin += kChunk) {
    const std::size_t n = std::min(kChunk, range.end - begin);
    fill(begin, n, z);
    finisher.finish(z, begin, n);
  }
}

}  // namespace

std::size_t element_ranges(std::size_t elements) { return (elements + kRange - 1) / kRange; }

ElementRange element_range(std::size_t elements, std::size_t index) {
  return {index * kRange, std::min(elements, (index + 1) * kRange)};
}

void InputStep::run(std::size_t block) {
  finish_chunks(finisher_, element_range(value_.elements(), block),
                [&](std::size_t begin, std::size_t n, float* z) {
                  std::memcpy(z, input_.data() + begin, n * sizeof(float));
                });
}

void DecodeStep::run(std::size_t block) {
  const auto [begin, end] = element_range(codes_.elements(), block);
  codes_.decode(begin, end - begin, floats_.floats() + begin);
}

void ActivationStep::run(std::size_t block) {
  finish_chunks(finisher_, element_range(input_.elements(), block),
                [&](std::size_t begin, std::size_t n, float* z) {
                  std::memcpy(z, input_.floats() + begin, n * sizeof(float));
                });
}

void AddStep::run(std::size_t block) {
  const auto [first, end] = element_range(inputs_.front().value->elements(), block);
  float* y = borrow<Scratch::kSums, float>(kChunk);
  for (std::size_t begin = first; begin < end; begin += kChunk) {
    const std::size_t n = std::min(kChunk, end - begin);
    std::memcpy(y, inputs_.front().floats() + begin, n * sizeof(float));
    for (std::size_t i = 1; i < inputs_.size(); ++i)
      kernels().add(y, inputs_[i].floats() + begin, n);
    sums_.finish(y, {.offset = begin, .pixels = 1, .first_channel = 0, .channels = n});
  }
}

void AveragePoolStep::average(int row, int column, float* out) const {
  const Shape& in = input_.value->shape();
  const auto channels = static_cast<std::size_t>(in.channels);
  std::fill(out, out + channels, 0.0F);
  int taps = 0;
  for (int ky = 0; ky < window_.kernel_h; ++ky)
    for (int kx = 0; kx < window_.kernel_w; ++kx) {
      const int y = row * window_.stride_h - window_.pad_top + ky * window_.dilation_h;
      const int x = column * window_.stride_w - window_.pad_left + kx * window_.dilation_w;
      if (y < 0 || y >= in.height || x < 0 || x >= in.width) continue;
      ++taps;
      const auto pixel = static_cast<std::size_t>(y) * in.width + static_cast<std::size_t>(x);
      kernels().add(out, input_.floats() + pixel * channels, channels);
    }
  if (count_padding_) taps = window_.kernel_h * window_.kernel_w;
  for (std::size_t c = 0; c < channels && taps > 0; ++c) out[c] /= static_cast<float>(taps);
}

void AveragePoolStep::run(std::size_t /*block*/) {
  const auto channels = static_cast<std::size_t>(output_.channels);
  const auto pixels = static_cast<std::size_t>(output_.pixels());
  float* y = borrow<Scratch::kSums, float>(pixels * channels);
  for (int row = 0; row < output_.height; ++row)
    for (int column = 0; column < output_.width; ++column) {
      const auto pixel = static_cast<std::size_t>(row) * output_.width + column;
      average(row, column, y + pixel * channels);
    }
  const std::size_t most = pixels_at_a_time(channels);
  for (std::size_t done = 0; done < pixels; done += most)
    sums_.finish(y + done * channels, {.offset = done * channels,
                                       .pixels = std::min(most, pixels - done),
                                       .first_channel = 0,
                                       .channels = channels});
}

void ConcatStep::run(std::size_t /*block*/) {
  if (output_.storage() == Storage::kCodes) return copy_codes();
  const auto pixels = static_cast<std::size_t>(output_.shape().pixels());
  float* all = borrow<Scratch::kSums, float>(output_.elements());
  float* to = all;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel)
    for (const Value* input : inputs_) {
      const auto channels = static_cast<std::size_t>(input->shape().channels);
      to = std::copy_n(input->floats() + pixel * channels, channels, to);
    }
  finish_chunks(finisher_, {0, output_.elements()},
                [&](std::size_t begin, std::size_t n, float* z) {
                  std::memcpy(z, all + begin, n * sizeof(float));
                });
}

void ConcatStep::copy_codes() {
  std::uint8_t* low = output_.codes();
  std::uint8_t* high = output_.high_codes();
  for (const Value* input : inputs_) output_.raise_largest_code(input->largest_code());
  for (std::int64_t pixel = 0; pixel < output_.shape().pixels(); ++pixel)
    for (const Value* input : inputs_) {
      const int channels = input->shape().channels;
      low = std::copy_n(input->codes() + pixel * channels, channels, low);
      high = std::copy_n(input->high_codes() + pixel * channels, channels, high);
    }
  finisher_.compare(0, output_.elements());
}

void SoftmaxStep::run(std::size_t /*block*/) {
  const float* x = input_.floats();
  const std::size_t n = input_.elements();
  const float largest = *std::max_element(x, x + n);
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += std::exp(static_cast<double>(x[i] - largest));
  for (std::size_t i = 0; i < n; ++i)
    output_.floats()[i] = static_cast<float>(std::exp(static_cast<double>(x[i] - largest)) / sum);
}

}  // namespace deltasim
