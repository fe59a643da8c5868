#pragma once
// Whether runs may stand side by side: same workload, same energy table, same frames.

#include <span>
#include <string>
#include <vector>

#include "report/result_document.h"

namespace deltasim {

/// What does not match between the first run and the others, a sentence each: another workload
/// (network, kind of weights, video, frames), another energy table. Designs and quantizers may
/// differ: these are what one compares.
std::vector<std::string> differences(std::span<const ResultDocument> runs);

}  // namespace deltasim
