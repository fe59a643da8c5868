#include "workloads/execution/layer_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "arch/errors.h"
#include "workloads/execution/integer_layer.h"
#include "workloads/execution/scratch.h"
#include "workloads/kernels/kernels.h"

namespace deltasim {
namespace {

constexpr std::size_t kElementsAtATime = 2048;

}  // namespace

std::size_t pixels_at_a_time(std::size_t channels) {
  const std::size_t granule = 64 / std::gcd(channels, std::size_t{64});
  return std::max(granule, kElementsAtATime / channels / granule * granule);
}

template <typename Operand, typename Sum>
void LayerStep<Operand, Sum>::run(std::size_t index) {
  const Block& block = blocks_[index];
  const std::size_t elements = static_cast<std::size_t>(block.rows()) * geometry_.output.width *
                               static_cast<std::size_t>(block.channels());
  Sum* y = borrow<Scratch::kSums, Sum>(elements);
  multiply(index, y, elements);
  if (block.channels() == geometry_.output.channels) {
    finish_whole_pixels(block, y);
  } else {
    finish_pixel_parts(block, y);
  }
}

template <typename Operand, typename Sum>
std::size_t LayerStep<Operand, Sum>::first_input(std::size_t block) const {
  const auto row = static_cast<std::size_t>(geometry_.input.width) * geometry_.input.channels;
  return static_cast<std::size_t>(input_rows(geometry_, blocks_[block]).begin) * row;
}

template <typename Operand, typename Sum>
std::size_t LayerStep<Operand, Sum>::inputs(std::size_t block) const {
  const auto row = static_cast<std::size_t>(geometry_.input.width) * geometry_.input.channels;
  return static_cast<std::size_t>(input_rows(geometry_, blocks_[block]).rows()) * row;
}

template <>
void FloatLayerStep::multiply(std::size_t block, float* y, std::size_t /*elements*/) const {
  const std::size_t first = first_input(block);
  if (input_.difference) return kernel_->run(block, input_.difference->floats() + first, y);
  if (input_.value->storage() == Storage::kFloats)
    return kernel_->run(block, input_.value->floats() + first, y);
  float* decoded = borrow<Scratch::kDecoded, float>(inputs(block));
  input_.value->decode(first, inputs(block), decoded);
  kernel_->run(block, decoded, y);
}

template <>
void IntegerLayerStep::multiply(std::size_t block, std::int32_t* y, std::size_t elements) const {
  const std::size_t first = first_input(block);
  if (const Difference* change = input_.difference) {
    kernel_->run(block, change->positive() + first, y);
    add_plane(block, change->negative() + first, -1, y, elements);
    if (!change->has_high()) return;
    check_range();
    add_plane(block, change->positive_high() + first, 256, y, elements);
    add_plane(block, change->negative_high() + first, -256, y, elements);
    return;
  }
  kernel_->run(block, input_.value->codes() + first, y);
  if (!input_.value->has_high_codes()) return;
  check_range();
  add_plane(block, input_.value->high_codes() + first, 256, y, elements);
}

template <typename Operand, typename Sum>
void LayerStep<Operand, Sum>::add_plane(std::size_t block, const Operand* plane,
                                        std::int32_t factor, Sum* y, std::size_t elements) const {
  Sum* part = borrow<Scratch::kPlane, Sum>(elements);
  kernel_->run(block, plane, part);
  for (std::size_t i = 0; i < elements; ++i) y[i] += static_cast<Sum>(factor) * part[i];
}

template <typename Operand, typename Sum>
void LayerStep<Operand, Sum>::check_range() const {
  const std::int64_t code = input_.value->largest_code();
  if (code * largest_row_ < kLargestProductSum) return;
  throw ConfigError(
      Fault{.key_path = "quantizer",
            .found = fmt::format("activations of up to {} steps in front of {}", code, name_),
            .expected = fmt::format("at most {} there, for sums of 32 bits: a larger step, or fp32",
                                    kLargestProductSum / std::max<std::int64_t>(largest_row_, 1))});
}

template <typename Operand, typename Sum>
void LayerStep<Operand, Sum>::finish_whole_pixels(const Block& block, Sum* y) {
  const auto channels = static_cast<std::size_t>(geometry_.output.channels);
  const auto width = static_cast<std::size_t>(geometry_.output.width);
  const std::size_t pixels = static_cast<std::size_t>(block.rows()) * width;
  const std::size_t first = static_cast<std::size_t>(block.row_begin) * width;
  const std::size_t most = pixels_at_a_time(channels);
  for (std::size_t done = 0; done < pixels; done += most) {
    sums_.finish(y + done * channels, {.offset = (first + done) * channels,
                                       .pixels = std::min(most, pixels - done),
                                       .first_channel = 0,
                                       .channels = channels});
  }
}

template <typename Operand, typename Sum>
void LayerStep<Operand, Sum>::finish_pixel_parts(const Block& block, Sum* y) {
  const auto channels = static_cast<std::size_t>(block.channels());
  const auto width = static_cast<std::size_t>(geometry_.output.width);
  const std::size_t end = static_cast<std::size_t>(block.row_end) * width;
  for (std::size_t pixel = static_cast<std::size_t>(block.row_begin) * width; pixel < end;
       ++pixel) {
    sums_.finish(y, {.offset = pixel * geometry_.output.channels + block.channel_begin,
                     .pixels = 1,
                     .first_channel = static_cast<std::size_t>(block.channel_begin),
                     .channels = channels});
    y += channels;
  }
}

template class LayerStep<float, float>;
template class LayerStep<std::uint8_t, std::int32_t>;

}  // namespace deltasim
