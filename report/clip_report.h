#pragma once
// Statistics over the clips of a sweep as tables, figures and text.

#include <filesystem>
#include <string>
#include <vector>

#include "report/clip_statistics.h"
#include "report/figures.h"

namespace deltasim {

/// A row a clip and design: clip, class, the other axes, and every quantity (units in the names).
/// Clips that failed are there with their error.
Table clips_table(const SweepResult& sweep, const ClipStudy& study);
/// A row a design, class ("all" first) and quantity: its spread over the clips.
Table classes_table(const ClipStudy& study);
/// A row a design, class, stream and site: the spread of its sparsities over the clips.
Table sites_table(const ClipStudy& study);

/// Temporal sparsity of every site with its spread over all clips, a panel a stream.
/// @param name of its files
Figure clip_sites_figure(const ClipStudy& study, const ClipDesign& design, const std::string& name);
/// Mean temporal sparsity of each class, a panel a stream, with the standard deviation.
Figure clip_classes_figure(const ClipStudy& study, const ClipDesign& design,
                           const std::string& name);

/// For a terminal: each quantity's spread, per design and class.
std::string clip_text(const ClipStudy& study);

/// Designs that get figures of their own; the tables have all of them.
inline constexpr std::size_t kMostClipFigures = 6;
std::vector<Figure> clip_figures_of(const ClipStudy& study);

/// Writes clips.csv, classes.csv and sites.csv into the folder. @throws IoError
void write_clip_tables(const SweepResult& sweep, const ClipStudy& study,
                       const std::filesystem::path& folder);

}  // namespace deltasim
