#include "workloads/execution/fidelity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "arch/errors.h"

namespace deltasim {

std::vector<int> top_classes(std::span<const float> logits, int count) {
  std::vector<int> classes(logits.size());
  std::iota(classes.begin(), classes.end(), 0);
  const auto kept = std::min(classes.size(), static_cast<std::size_t>(std::max(count, 0)));
  const auto value = [&](int c) { return logits[static_cast<std::size_t>(c)]; };
  std::partial_sort(
      classes.begin(), classes.begin() + static_cast<std::ptrdiff_t>(kept), classes.end(),
      [&](int a, int b) { return value(a) != value(b) ? value(a) > value(b) : a < b; });
  classes.resize(kept);
  return classes;
}

LogitComparison compare_logits(std::span<const float> quantized, std::span<const float> reference) {
  DELTASIM_INVARIANT(quantized.size() == reference.size() && !reference.empty(),
                     "logits of one network have one length");
  double product = 0, quantized_norm = 0, reference_norm = 0;
  LogitComparison result;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double a = quantized[i], b = reference[i];
    product += a * b;
    quantized_norm += a * a;
    reference_norm += b * b;
    result.max_difference = std::max(result.max_difference, std::abs(a - b));
  }
  const double norms = std::sqrt(quantized_norm) * std::sqrt(reference_norm);
  result.cosine = norms > 0 ? product / norms : (quantized_norm == reference_norm ? 1 : 0);
  const std::vector<int> top = top_classes(quantized, 5);
  const int wanted = top_classes(reference, 1).front();
  result.top1_agrees = top.front() == wanted;
  result.top5_agrees = std::ranges::find(top, wanted) != top.end();
  return result;
}

std::vector<float> softmax(std::span<const float> logits) {
  std::vector<float> result(logits.size());
  if (logits.empty()) return result;
  const double largest = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
  std::ranges::transform(logits, result.begin(), [&](float logit) {
    return static_cast<float>(std::exp(static_cast<double>(logit) - largest) / sum);
  });
  return result;
}

}  // namespace deltasim
