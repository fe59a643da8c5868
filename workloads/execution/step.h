#pragma once
// One piece of a frame's work, between two meetings of the team.

#include <cstddef>

namespace deltasim {

class Step {
 public:
  virtual ~Step() = default;
  virtual std::size_t blocks() const = 0;
  /// Blocks run in any order and at the same time.
  virtual void run(std::size_t block) = 0;
};

}  // namespace deltasim
