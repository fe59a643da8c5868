#pragma once
// Libraries of workloads/, and what they make of the processor.

#include <string>
#include <vector>

#include "arch/library_versions.h"

namespace deltasim {

std::vector<LibraryVersion> workload_libraries();

/// The instructions that oneDNN's convolutions use on this machine, in oneDNN's words.
std::string onednn_instructions();
/// The version of our own loops that runs on this machine: "avx512", "avx2", "baseline".
std::string kernel_version();

}  // namespace deltasim
