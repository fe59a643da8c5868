#pragma once
// How far a stage of the tile pipeline has come, and waiting for it.

#include <systemc>

#include <cstddef>

#include "arch/errors.h"

namespace deltasim {

class Progress {
 public:
  /// Tiles that the stage is done with.
  std::size_t done() const { return done_; }
  void reset() { done_ = 0; }
  void advance() {
    ++done_;
    changed_.notify();
  }
  /// Waits in a thread until the stage is done with at least `tiles`.
  void wait_for(std::size_t tiles) {
    while (done_ < tiles) sc_core::wait(changed_);
  }

 private:
  std::size_t done_ = 0;
  sc_core::sc_event changed_;
};

}  // namespace deltasim
