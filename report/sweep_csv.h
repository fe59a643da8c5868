#pragma once
// sweep.csv: the points of a sweep, one row each, for pandas, R and Parquet.

#include <string>

#include "arch/sweep_result.h"

namespace deltasim {

/// Columns: point, status, the parameters, the objectives, wall_s, error, hash. A parameter whose
/// levels are all quantities of one kind is a number in its base unit, which its column's name ends
/// with ("accelerator.clock_hz"); one whose levels are all numbers is a number; others are texts.
/// An objective's column ends with its unit. Every column has one type; what a point does not have,
/// as a failed one its objectives, is an empty field.
std::string sweep_csv(const SweepResult& sweep);

}  // namespace deltasim
