#pragma once
// A convolution or fully connected layer of a frame.

#include <memory>
#include <utility>
#include <vector>

#include "workloads/execution/backend.h"
#include "workloads/execution/difference.h"
#include "workloads/execution/joined_sums.h"
#include "workloads/execution/step.h"

namespace deltasim {

template <typename Operand, typename Sum>
class LayerStep final : public Step {
 public:
  /// Where floats are wanted and the value is codes, they are decoded block by block (dense only).
  struct Input {
    const Value* value = nullptr;
    const Difference* difference = nullptr;  ///< set in delta execution
  };

  /// @param largest_row bounds a sum: largest sum of weight magnitudes of one output channel
  LayerStep(std::unique_ptr<LayerKernel<Operand, Sum>> kernel, const LayerGeometry& geometry,
            std::vector<Block> blocks, Input input, JoinedSums<Sum> sums, std::int64_t largest_row,
            std::string name)
      : kernel_(std::move(kernel)),
        blocks_(std::move(blocks)),
        geometry_(geometry),
        input_(input),
        sums_(std::move(sums)),
        largest_row_(largest_row),
        name_(std::move(name)) {}

  std::size_t blocks() const override { return blocks_.size(); }
  void run(std::size_t block) override;
  JoinedSums<Sum>& sums() { return sums_; }

 private:
  void multiply(std::size_t block, Sum* y, std::size_t elements) const;
  void add_plane(std::size_t block, const Operand* plane, std::int32_t factor, Sum* y,
                 std::size_t elements) const;
  void check_range() const;
  std::size_t first_input(std::size_t block) const;
  std::size_t inputs(std::size_t block) const;
  void finish_whole_pixels(const Block& block, Sum* y);
  void finish_pixel_parts(const Block& block, Sum* y);

  std::unique_ptr<LayerKernel<Operand, Sum>> kernel_;
  std::vector<Block> blocks_;
  LayerGeometry geometry_;
  Input input_;
  JoinedSums<Sum> sums_;
  std::int64_t largest_row_;
  std::string name_;
};

using FloatLayerStep = LayerStep<float, float>;
using IntegerLayerStep = LayerStep<std::uint8_t, std::int32_t>;

/// Pixels of this many channels that are finished at a time: they stay in the nearest cache, and
/// fill whole bitmap words.
std::size_t pixels_at_a_time(std::size_t channels);

}  // namespace deltasim
