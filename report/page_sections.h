#pragma once
// The sections of a page about one run, as JSON values that the page's script draws. Units are in
// the keys. A section of which the result has nothing is {"missing": a sentence that says why}.

#include "report/run_view.h"

namespace deltasim {

/// Frames beyond which a point of the frame charts is the mean of several.
inline constexpr std::size_t kMostFramePoints = 250;

/// Energy of a frame, mJ, by the parts under energy_pJ.`key`: one dataset a part, one value a mode.
/// Parts that are zero in every mode are left out.
Json stacked_energy(const std::vector<ModeView>& modes, std::string_view key);

// What was claimed and what it costs (page_claims.cpp).
Json claim_section(const RunView& run);
Json energy_section(const RunView& run);
Json dram_section(const RunView& run);
Json state_section(const RunView& run);
Json area_section(const RunView& run);
Json real_time_section(const RunView& run);
Json energy_table_section(const RunView& run);
Json provenance_section(const RunView& run);

// Layers, frames and resources (page_details.cpp).
Json layer_section(const RunView& run);
Json sparsity_section(const RunView& run);
Json frame_section(const RunView& run);
Json utilization_section(const RunView& run);
Json roofline_section(const RunView& run);
Json selective_section(const RunView& run);

/// Gives a figure, or null where the result has none.
Json figure_or_null(const ResultNode& node, std::string_view key);

}  // namespace deltasim
