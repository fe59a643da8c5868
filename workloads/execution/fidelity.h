#pragma once
// How far quantization moved the network's answer.

#include <span>
#include <vector>

namespace deltasim {

/// Logits of the quantized network against those of the unquantized one, on one frame.
struct LogitComparison {
  bool top1_agrees = false;
  bool top5_agrees = false;  ///< the unquantized top class is among the quantized top five
  double cosine = 0;         ///< 1 where both are zero
  double max_difference = 0;
};

/// Classes of the `count` largest logits, largest first; of equal ones the lower class first.
std::vector<int> top_classes(std::span<const float> logits, int count);

/// @param quantized,reference of the same length, at least 1
LogitComparison compare_logits(std::span<const float> quantized, std::span<const float> reference);

/// Class probabilities.
std::vector<float> softmax(std::span<const float> logits);

}  // namespace deltasim
