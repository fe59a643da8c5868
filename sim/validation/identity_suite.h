#pragma once
// What must hold whatever is simulated: nothing is lost between the parts and the whole.

#include <memory>

#include "arch/run_result.h"
#include "sim/validation/suite.h"

namespace deltasim {

std::unique_ptr<ValidationSuite> make_identity_suite();

/// Sums of a mode's figures against their parts, one row an identity.
/// @param lanes MAC lanes of the array
std::vector<ValidationRow> conservation_rows(const ModeFigures& mode, std::int64_t lanes);

}  // namespace deltasim
