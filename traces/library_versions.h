#pragma once
// Libraries of traces/, and what it makes of the processor.

#include <vector>

#include "arch/library_versions.h"

namespace deltasim {

std::vector<LibraryVersion> trace_libraries();

/// Whether bitmaps are decoded with the processor's BMI2 instructions.
bool decodes_with_bmi2();

}  // namespace deltasim
