#pragma once
// A frequency sweep as text, CSV, JSON and a picture.

#include <filesystem>
#include <string>

#include "arch/dvfs_sweep.h"

namespace deltasim {

/// For a terminal: a row a clock, the minimum, the notes.
std::string dvfs_text(const DvfsSweep& sweep);
/// A row a clock, units in the column names.
std::string dvfs_csv(const DvfsSweep& sweep);
/// Schema deltasim.dvfs/1, indented, ending with a newline.
std::string dvfs_json(const DvfsSweep& sweep);
/// A gnuplot script that reads dvfs.csv and writes dvfs.pdf and dvfs.svg, all in its own folder.
std::string dvfs_gnuplot(const DvfsSweep& sweep);

/// Writes dvfs.csv, dvfs.json and dvfs.gp. @throws IoError
void write_dvfs_files(const DvfsSweep& sweep, const std::filesystem::path& folder);

}  // namespace deltasim
