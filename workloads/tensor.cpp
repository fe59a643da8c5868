#include "workloads/tensor.h"

#include "arch/errors.h"

namespace deltasim {

std::string_view to_string(WeightsKind kind) {
  switch (kind) {
    case WeightsKind::kTrained:
      return "trained";
    case WeightsKind::kCrossModality:
      return "cross-modality";
    case WeightsKind::kUntrained:
      return "untrained";
  }
  DELTASIM_INVARIANT(false, "every kind of weights has a name");
  return "";
}

}  // namespace deltasim
