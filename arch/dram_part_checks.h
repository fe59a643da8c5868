#pragma once
// What a DRAM part's numbers must be to each other, wherever they come from.

#include <string>
#include <vector>

#include "arch/dram_part.h"

namespace deltasim::dram {

/// What the refresh interval has to be, where it is too short: for the refreshes themselves, or for
/// a row to be opened and used between two of them. A controller that refreshes first would never
/// come to an end with such a part. Empty where the interval is long enough.
std::vector<std::string> refresh_misfits(const DramPart& part);

/// What the distances between column commands of a rank have to be, where two bursts would be on
/// the data bus at once. Empty where there is no such distance.
std::vector<std::string> data_bus_misfits(const DramPart& part);

/// Pairs of column commands that no rule keeps apart where they go to different ranks; they share
/// the data bus: "read to write".
std::vector<std::string> missing_rank_to_rank(const DramPart& part);

}  // namespace deltasim::dram
