#pragma once
// The border between the network and whatever multiplies its matrices: W*X of one layer, block
// by block. Bias, joins, activation and quantization happen behind it, once for all backends.

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "workloads/graph.h"

namespace deltasim {

/// A convolution; a fully connected layer is one whose kernel covers its input.
struct LayerGeometry {
  Shape input;
  Shape output;
  Window window;
  int groups = 1;
  bool operator==(const LayerGeometry&) const = default;

  int group_inputs() const { return input.channels / groups; }
  int group_outputs() const { return output.channels / groups; }
  std::size_t weights() const;
};

/// A part of a layer's output: all columns of some rows of some channels. Its sums lie packed,
/// [rows][columns][channels].
struct Block {
  int row_begin = 0, row_end = 0;
  int channel_begin = 0, channel_end = 0;

  int rows() const { return row_end - row_begin; }
  int channels() const { return channel_end - channel_begin; }
  bool operator==(const Block&) const = default;
};

/// The input rows that a block's windows reach, at least one, and the padding left above and below.
struct InputRows {
  int begin = 0, end = 0;
  int pad_top = 0, pad_bottom = 0;
  int rows() const { return end - begin; }
};
InputRows input_rows(const LayerGeometry& geometry, const Block& block);

/// Cuts a layer's output so that `threads` have even shares and a block's sums stay in a core's
/// cache until they are quantized. Elements of different blocks never share a bitmap word.
std::vector<Block> plan_blocks(const LayerGeometry& geometry, int threads);

/// One layer with its weights, ready to run. run() may be called from several threads at once.
template <typename Operand, typename Sum>
class LayerKernel {
 public:
  virtual ~LayerKernel() = default;
  /// @param input the first of the block's input_rows(), NHWC
  /// @param sums of the block, packed
  virtual void run(std::size_t block, const Operand* input, Sum* sums) const = 0;
};
using FloatKernel = LayerKernel<float, float>;
/// Sums are exact.
using IntegerKernel = LayerKernel<std::uint8_t, std::int32_t>;

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;
  /// @param weights OIHW
  virtual std::unique_ptr<FloatKernel> prepare(const LayerGeometry& geometry,
                                               std::span<const float> weights,
                                               const std::vector<Block>& blocks) const = 0;
  /// @param weights OIHW, -127 to 127; 255 times the sum of their magnitudes over any output
  ///        channel stays below 2^31
  virtual std::unique_ptr<IntegerKernel> prepare(const LayerGeometry& geometry,
                                                 std::span<const std::int8_t> weights,
                                                 const std::vector<Block>& blocks) const = 0;
};

/// Plain im2col and matrix product: slow, and what the tests compare the other with.
std::unique_ptr<Backend> make_eigen_backend();
/// oneDNN, one primitive a block, each run by one thread.
std::unique_ptr<Backend> make_onednn_backend();

}  // namespace deltasim
