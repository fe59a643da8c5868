#pragma once
// A placement, to look at.

#include <vector>

#include "explore/place.h"
#include "report/figures.h"

namespace deltasim {

/// `placement_layers`: what delta execution saves in every layer, over the share of its input that
/// stays the same; `placement_answers`: what each answer costs as a whole.
std::vector<Figure> placement_figures(const PlacementResult& result);

}  // namespace deltasim
