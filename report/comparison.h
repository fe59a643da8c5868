#pragma once
// Whether runs may stand side by side: same networks and weights, as many frames, same prices.

#include <span>
#include <string>
#include <vector>

#include "report/result_document.h"

namespace deltasim {

/// What keeps the runs after the first from being compared with it, a sentence each: another
/// network or kind of weights, another number of frames, another energy table. Designs, quantizers
/// and clips may differ, one or the other: that is what one compares. Two of them at once hide
/// which of them a ratio is due to where one is the clip.
/// @throws ConfigError where a result lacks its provenance
std::vector<std::string> differences(std::span<const ResultDocument> runs);

}  // namespace deltasim
