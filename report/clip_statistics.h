#pragma once
// What the clips of a sweep have in common, and how much they differ: the statistics behind
// "temporal sparsity per layer over a data set" (thesis Fig. 5.11 to 5.13).

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/clip_figures.h"
#include "arch/sweep_result.h"

namespace deltasim {

/// Of a number over clips.
struct ClipSpread {
  std::size_t number = 0;  ///< of clips that have it
  double mean = 0;
  double standard_deviation = 0;  ///< of a sample (n - 1); 0 of a single clip
  double least = 0, median = 0, most = 0;
};
/// @param values at least one
ClipSpread spread_of(std::vector<double> values);

/// A number that every clip has, named with its unit: "temporal_sparsity_spatial",
/// "energy_per_frame_pJ_delta".
using ClipQuantities = std::vector<std::pair<std::string, double>>;
ClipQuantities quantities_of(const ClipFigures& figures);

/// One clip on one design.
struct ClipRow {
  std::size_t point = 0;  ///< index into SweepResult::points
  std::string clip;
  std::string clip_class;  ///< empty for none
  ClipQuantities quantities;
};

/// Zeros at a site over some clips.
struct SiteSpread {
  std::string stream, name;
  std::int64_t elements = 0;
  ClipSpread activation_sparsity;
  std::optional<ClipSpread> temporal_sparsity;
};

/// Clips of one class, or all of them.
struct ClipGroup {
  std::string name;  ///< of the class; empty for all clips
  std::size_t clips = 0;
  std::vector<std::pair<std::string, ClipSpread>> quantities;
  std::vector<SiteSpread> sites;
};

/// All clips on one design: the same levels of all axes but the clips.
struct ClipDesign {
  std::vector<std::string> values;  ///< of the other axes, parallel to ClipStudy::other_axes
  std::vector<ClipRow> rows;        ///< by clip
  std::vector<ClipGroup> groups;    ///< all clips first, then the classes by name
};

struct ClipStudy {
  std::vector<std::string> other_axes;
  std::vector<ClipDesign> designs;  ///< as they come among the points
  std::size_t failed = 0;           ///< points without figures: failed or timed out
  std::size_t failed_clips = 0;     ///< clips of these points
  std::size_t open = 0;             ///< points that are not yet evaluated
};

/// Nothing where the sweep has no axis of clips. Sites that not all clips of a design have (other
/// networks) are counted for those that have them.
/// @throws ConfigError where what was kept of a clip is damaged
std::optional<ClipStudy> clip_study(const SweepResult& sweep);

/// The axis of clips; nothing where there is none.
std::optional<std::size_t> clip_axis_of(const SweepResult& sweep);

}  // namespace deltasim
