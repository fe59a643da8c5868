#include "arch/sweep_result.h"

namespace deltasim {

std::string_view to_string(PointStatus status) {
  switch (status) {
    case PointStatus::kOpen:
      return "open";
    case PointStatus::kDone:
      return "done";
    case PointStatus::kFailed:
      return "failed";
    case PointStatus::kTimedOut:
      break;
  }
  return "timed_out";
}

}  // namespace deltasim
