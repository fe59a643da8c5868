#pragma once
// Every operation of a frame that has no weights.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "workloads/execution/difference.h"
#include "workloads/execution/finisher.h"
#include "workloads/execution/joined_sums.h"
#include "workloads/execution/step.h"

namespace deltasim {

/// What a linear operation reads: a map, or in delta execution its change.
struct LinearInput {
  const Value* value = nullptr;
  const Difference* difference = nullptr;
  const float* floats() const { return difference ? difference->floats() : value->floats(); }
};

/// A range of elements for one thread; begins at a bitmap word.
struct ElementRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};
std::size_t element_ranges(std::size_t elements);
ElementRange element_range(std::size_t elements, std::size_t index);

/// The image: copied, quantized where asked for, compared.
class InputStep final : public Step {
 public:
  InputStep(const Value& value, Finisher finisher)
      : value_(value), finisher_(std::move(finisher)) {}
  void set_input(std::span<const float> input) { input_ = input; }
  Finisher& finisher() { return finisher_; }
  std::size_t blocks() const override { return element_ranges(value_.elements()); }
  void run(std::size_t block) override;

 private:
  const Value& value_;
  Finisher finisher_;
  std::span<const float> input_;
};

/// Codes as floats, for an operation that has no integer form.
class DecodeStep final : public Step {
 public:
  DecodeStep(const Value& codes, Value& floats) : codes_(codes), floats_(floats) {}
  std::size_t blocks() const override { return element_ranges(codes_.elements()); }
  void run(std::size_t block) override;

 private:
  const Value& codes_;
  Value& floats_;
};

/// An activation that follows no operation it could be folded into.
class ActivationStep final : public Step {
 public:
  ActivationStep(const Value& input, Finisher finisher)
      : input_(input), finisher_(std::move(finisher)) {}
  Finisher& finisher() { return finisher_; }
  std::size_t blocks() const override { return element_ranges(input_.elements()); }
  void run(std::size_t block) override;

 private:
  const Value& input_;
  Finisher finisher_;
};

/// A sum of maps that no layer could take over.
class AddStep final : public Step {
 public:
  AddStep(std::vector<LinearInput> inputs, JoinedSums<float> sums)
      : inputs_(std::move(inputs)), sums_(std::move(sums)) {}
  JoinedSums<float>& sums() { return sums_; }
  std::size_t blocks() const override { return element_ranges(inputs_.front().value->elements()); }
  void run(std::size_t block) override;

 private:
  std::vector<LinearInput> inputs_;
  JoinedSums<float> sums_;
};

/// Average pool, also the global one; border pixels are divided by the taps that count.
class AveragePoolStep final : public Step {
 public:
  AveragePoolStep(LinearInput input, const Shape& output, const Window& window, bool count_padding,
                  JoinedSums<float> sums)
      : input_(input),
        output_(output),
        window_(window),
        count_padding_(count_padding),
        sums_(std::move(sums)) {}
  JoinedSums<float>& sums() { return sums_; }
  std::size_t blocks() const override { return 1; }
  void run(std::size_t block) override;

 private:
  void average(int row, int column, float* out) const;

  LinearInput input_;
  Shape output_;
  Window window_;
  bool count_padding_;
  JoinedSums<float> sums_;
};

/// Not linear: recomputed from its input's values in delta execution too.
class MaxPoolStep final : public Step {
 public:
  MaxPoolStep(const Value& input, Value& output, const Window& window, Finisher finisher,
              int threads);
  Finisher& finisher() { return finisher_; }
  std::size_t blocks() const override { return row_begins_.size() - 1; }
  void run(std::size_t block) override;

 private:
  template <typename T>
  void pool_row(const T* input, int row, T* out) const;
  void pool_codes(std::size_t row);

  const Value& input_;
  Value& output_;
  Window window_;
  Finisher finisher_;
  std::vector<int> row_begins_;
};

/// Along the channels; codes where all inputs share a grid.
class ConcatStep final : public Step {
 public:
  ConcatStep(std::vector<const Value*> inputs, Value& output, Finisher finisher)
      : inputs_(std::move(inputs)), output_(output), finisher_(std::move(finisher)) {}
  Finisher& finisher() { return finisher_; }
  std::size_t blocks() const override { return 1; }
  void run(std::size_t block) override;

 private:
  void copy_codes();

  std::vector<const Value*> inputs_;
  Value& output_;
  Finisher finisher_;
};

class SoftmaxStep final : public Step {
 public:
  SoftmaxStep(const Value& input, Value& output) : input_(input), output_(output) {}
  std::size_t blocks() const override { return 1; }
  void run(std::size_t block) override;

 private:
  const Value& input_;
  Value& output_;
};

}  // namespace deltasim
