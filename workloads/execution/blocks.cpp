#include <algorithm>
#include <limits>
#include <numeric>

#include "workloads/execution/backend.h"

namespace deltasim {
namespace {

constexpr std::int64_t kWordBits = 64;               // of a bitmap
constexpr std::int64_t kBlockElements = 128 * 1024;  // 512 KiB of sums: half a small L2 cache
constexpr std::int64_t kBlockCost = 8 * 1024;        // of starting a block, in output elements

struct Cut {
  int row_blocks = 1;
  int channel_blocks = 1;
};

/// Rows that a boundary between blocks must be a multiple of.
int row_granule(const Shape& output) {
  const std::int64_t row = std::int64_t{output.width} * output.channels;
  return static_cast<int>(kWordBits / std::gcd(row, kWordBits));
}

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

std::int64_t block_elements(const Shape& output, Cut cut) {
  const std::int64_t granule = row_granule(output);
  const std::int64_t rows = std::min<std::int64_t>(
      output.height, granule * ceil_div(ceil_div(output.height, granule), cut.row_blocks));
  return rows * output.width * (output.channels / cut.channel_blocks);
}

/// Time until the last thread is done, in output elements.
std::int64_t finish_time(const Shape& output, Cut cut, int threads) {
  const std::int64_t blocks = std::int64_t{cut.row_blocks} * cut.channel_blocks;
  return ceil_div(blocks, threads) * (block_elements(output, cut) + kBlockCost);
}

bool channels_divide(const LayerGeometry& geometry, int parts) {
  if (parts == 1) return true;
  return geometry.groups == 1 && geometry.output.channels % (parts * kWordBits) == 0;
}

Cut best_cut(const LayerGeometry& geometry, int threads) {
  const Shape& output = geometry.output;
  const int most_rows = static_cast<int>(ceil_div(output.height, row_granule(output)));
  Cut best;
  std::int64_t best_time = std::numeric_limits<std::int64_t>::max();
  for (int channel_blocks = 1; channel_blocks <= 4 * threads; channel_blocks *= 2) {
    if (!channels_divide(geometry, channel_blocks)) break;
    for (int row_blocks = 1; row_blocks <= most_rows; ++row_blocks) {
      const Cut cut{row_blocks, channel_blocks};
      const bool too_big = block_elements(output, cut) > kBlockElements && row_blocks < most_rows;
      const std::int64_t time = finish_time(output, cut, threads);
      if (too_big || time >= best_time) continue;
      best = cut;
      best_time = time;
    }
  }
  return best;
}

}  // namespace

std::size_t LayerGeometry::weights() const {
  return static_cast<std::size_t>(output.channels) * static_cast<std::size_t>(group_inputs()) *
         static_cast<std::size_t>(window.kernel_h) * static_cast<std::size_t>(window.kernel_w);
}

InputRows input_rows(const LayerGeometry& g, const Block& block) {
  const Window& w = g.window;
  const int reach = (w.kernel_h - 1) * w.dilation_h + 1;
  const int first = block.row_begin * w.stride_h - w.pad_top;
  const int last = (block.row_end - 1) * w.stride_h - w.pad_top + reach;
  // A block whose windows all lie in the padding still needs a row to point at.
  const int begin = std::clamp(first, 0, g.input.height - 1);
  const int end = std::clamp(last, begin + 1, g.input.height);
  return {begin, end, begin - first, last - end};
}

std::vector<Block> plan_blocks(const LayerGeometry& geometry, int threads) {
  const Cut cut = best_cut(geometry, threads);
  const Shape& output = geometry.output;
  const int granule = row_granule(output);
  const auto granules = static_cast<int>(ceil_div(output.height, granule));
  const int channels = output.channels / cut.channel_blocks;
  std::vector<Block> blocks;
  for (int row = 0; row < cut.row_blocks; ++row) {
    for (int channel = 0; channel < cut.channel_blocks; ++channel) {
      blocks.push_back(
          {.row_begin = granules * row / cut.row_blocks * granule,
           .row_end = std::min(output.height, granules * (row + 1) / cut.row_blocks * granule),
           .channel_begin = channel * channels,
           .channel_end = (channel + 1) * channels});
    }
  }
  return blocks;
}

}  // namespace deltasim
