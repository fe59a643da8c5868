#include <algorithm>
#include <limits>

#include "workloads/execution/backend.h"
#include "workloads/execution/operator_steps.h"
#include "workloads/execution/scratch.h"
#include "workloads/kernels/kernels.h"

namespace deltasim {
namespace {

void take_larger(float* y, const float* x, std::size_t n) { kernels().max_floats(y, x, n); }
void take_larger(std::uint8_t* y, const std::uint8_t* x, std::size_t n) {
  kernels().max_codes(y, x, n);
}

/// Padding never wins.
template <typename T>
constexpr T kPadding = std::is_same_v<T, float> ? -std::numeric_limits<T>::infinity() : T{0};

}  // namespace

MaxPoolStep::MaxPoolStep(const Value& input, Value& output, const Window& window, Finisher finisher,
                         int threads)
    : input_(input), output_(output), window_(window), finisher_(std::move(finisher)) {
  // One group, so that only rows are cut: channels stay together.
  const LayerGeometry whole_channels{.input = input.shape(),
                                     .output = output.shape(),
                                     .window = window,
                                     .groups = output.shape().channels};
  for (const Block& block : plan_blocks(whole_channels, threads))
    row_begins_.push_back(block.row_begin);
  row_begins_.push_back(output.shape().height);
}

/// First down the columns, whole rows at a time, then along the row.
template <typename T>
void MaxPoolStep::pool_row(const T* input, int row, T* out) const {
  const Shape& in = input_.shape();
  const auto channels = static_cast<std::size_t>(in.channels);
  const std::size_t length = static_cast<std::size_t>(in.width) * channels;
  T* tallest = borrow<Scratch::kRow, T>(length);
  std::fill(tallest, tallest + length, kPadding<T>);
  for (int ky = 0; ky < window_.kernel_h; ++ky) {
    const int y = row * window_.stride_h - window_.pad_top + ky * window_.dilation_h;
    if (y >= 0 && y < in.height) take_larger(tallest, input + y * length, length);
  }
  for (int column = 0; column < output_.shape().width; ++column, out += channels) {
    std::fill(out, out + channels, kPadding<T>);
    for (int kx = 0; kx < window_.kernel_w; ++kx) {
      const int x = column * window_.stride_w - window_.pad_left + kx * window_.dilation_w;
      if (x >= 0 && x < in.width) take_larger(out, tallest + x * channels, channels);
    }
  }
}

void MaxPoolStep::pool_codes(std::size_t row) {
  const std::size_t length =
      static_cast<std::size_t>(output_.shape().width) * output_.shape().channels;
  if (!input_.has_high_codes())
    return pool_row(input_.codes(), static_cast<int>(row), output_.codes() + row * length);
  // Both bytes decide: pool whole codes as floats, which hold 16 bits exactly.
  float* whole = borrow<Scratch::kSecondSums, float>(input_.elements());
  for (std::size_t i = 0; i < input_.elements(); ++i) whole[i] = static_cast<float>(input_.code(i));
  float* out = borrow<Scratch::kValues, float>(length);
  pool_row(static_cast<const float*>(whole), static_cast<int>(row), out);
  for (std::size_t i = 0; i < length; ++i) {
    const auto code = static_cast<std::uint32_t>(std::max(out[i], 0.0F));
    output_.raise_largest_code(code);
    output_.codes()[row * length + i] = static_cast<std::uint8_t>(code & 255U);
    output_.high_codes()[row * length + i] = static_cast<std::uint8_t>(code >> 8U);
  }
}

void MaxPoolStep::run(std::size_t block) {
  const std::size_t length =
      static_cast<std::size_t>(output_.shape().width) * output_.shape().channels;
  const auto begin = static_cast<std::size_t>(row_begins_[block]);
  const auto end = static_cast<std::size_t>(row_begins_[block + 1]);
  if (output_.storage() == Storage::kCodes) {
    for (std::size_t row = begin; row < end; ++row) pool_codes(row);
    return finisher_.compare(begin * length, (end - begin) * length);
  }
  float* z = borrow<Scratch::kSums, float>((end - begin) * length);
  for (std::size_t row = begin; row < end; ++row)
    pool_row(input_.floats(), static_cast<int>(row), z + (row - begin) * length);
  finisher_.finish(z, begin * length, (end - begin) * length);
}

}  // namespace deltasim
