#pragma once
// What must fit together in an accelerator whose values are each right by themselves.

#include <string>
#include <vector>

#include "arch/accelerator.h"

namespace deltasim {

/// One misfit: the key that is reported, and what would be right for it.
struct Misfit {
  std::string key_path;
  std::string expected;
  std::vector<std::string> sections;  ///< the parts of the file that it takes two of
};

/// Every misfit of `spec`; none where the accelerator can be built.
std::vector<Misfit> find_misfits(const AcceleratorSpec& spec);

}  // namespace deltasim
