#pragma once
// The section of sweep.html about the clips of a sweep.

#include "arch/sweep_result.h"
#include "report/table.h"

namespace deltasim {

/// Of each design and class the spread of every quantity and of every site's temporal sparsity;
/// null where the sweep has no axis of clips.
Json clips_section(const SweepResult& sweep);

/// Designs and classes whose sites a page holds; clips.csv, classes.csv and sites.csv have all.
inline constexpr std::size_t kMostPageGroups = 120;

}  // namespace deltasim
