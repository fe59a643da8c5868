// The network's own team is the only one.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>
#include <utility>

#include "workloads/execution/backend.h"

namespace deltasim {
namespace {

template <typename T>
using RowMajor = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Gathers the windows of a block's pixels in the order of the weights: [pixel][ci][ky][kx].
template <typename Operand, typename Sum>
RowMajor<Sum> gather_windows(const LayerGeometry& g, const Block& block, int group,
                             const Operand* input) {
  const Window& w = g.window;
  const int first_row = input_rows(g, block).begin;
  RowMajor<Sum> windows =
      RowMajor<Sum>::Zero(Eigen::Index{block.rows()} * g.output.width,
                          Eigen::Index{g.group_inputs()} * w.kernel_h * w.kernel_w);
  for (int oy = block.row_begin; oy < block.row_end; ++oy)
    for (int ox = 0; ox < g.output.width; ++ox)
      for (int ky = 0; ky < w.kernel_h; ++ky)
        for (int kx = 0; kx < w.kernel_w; ++kx) {
          const int y = oy * w.stride_h - w.pad_top + ky * w.dilation_h;
          const int x = ox * w.stride_w - w.pad_left + kx * w.dilation_w;
          if (y < 0 || y >= g.input.height || x < 0 || x >= g.input.width) continue;
          const Operand* pixel =
              input + (std::ptrdiff_t{y - first_row} * g.input.width + x) * g.input.channels +
              std::ptrdiff_t{group} * g.group_inputs();
          const Eigen::Index row = Eigen::Index{oy - block.row_begin} * g.output.width + ox;
          for (int c = 0; c < g.group_inputs(); ++c)
            windows(row, (Eigen::Index{c} * w.kernel_h + ky) * w.kernel_w + kx) =
                static_cast<Sum>(pixel[c]);
        }
  return windows;
}

template <typename Operand, typename Sum>
class EigenKernel final : public LayerKernel<Operand, Sum> {
 public:
  template <typename Weight>
  EigenKernel(const LayerGeometry& geometry, std::span<const Weight> weights,
              std::vector<Block> blocks)
      : geometry_(geometry),
        blocks_(std::move(blocks)),
        weights_(geometry.output.channels,
                 static_cast<Eigen::Index>(geometry.weights()) / geometry.output.channels) {
    for (std::size_t i = 0; i < weights.size(); ++i)
      weights_.data()[i] = static_cast<Sum>(weights[i]);
  }

  void run(std::size_t index, const Operand* input, Sum* sums) const override {
    const Block& block = blocks_[index];
    Eigen::Map<RowMajor<Sum>> out(sums, Eigen::Index{block.rows()} * geometry_.output.width,
                                  block.channels());
    const int per_group = geometry_.group_outputs();
    for (int group = 0; group < geometry_.groups; ++group) {
      const int begin = std::max(block.channel_begin, group * per_group);
      const int end = std::min(block.channel_end, (group + 1) * per_group);
      if (begin >= end) continue;
      out.middleCols(begin - block.channel_begin, end - begin).noalias() =
          gather_windows<Operand, Sum>(geometry_, block, group, input) *
          weights_.middleRows(begin, end - begin).transpose();
    }
  }

 private:
  LayerGeometry geometry_;
  std::vector<Block> blocks_;
  RowMajor<Sum> weights_;
};

class EigenBackend final : public Backend {
 public:
  std::string_view name() const override { return "eigen"; }
  std::unique_ptr<FloatKernel> prepare(const LayerGeometry& geometry,
                                       std::span<const float> weights,
                                       const std::vector<Block>& blocks) const override {
    return std::make_unique<EigenKernel<float, float>>(geometry, weights, blocks);
  }
  std::unique_ptr<IntegerKernel> prepare(const LayerGeometry& geometry,
                                         std::span<const std::int8_t> weights,
                                         const std::vector<Block>& blocks) const override {
    return std::make_unique<EigenKernel<std::uint8_t, std::int32_t>>(geometry, weights, blocks);
  }
};

}  // namespace

std::unique_ptr<Backend> make_eigen_backend() { return std::make_unique<EigenBackend>(); }

}  // namespace deltasim
