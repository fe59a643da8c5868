#pragma once
// A run as reports look at it: its modes in order, and figures a frame.

#include <span>
#include <string>
#include <vector>

#include "report/result_document.h"

namespace deltasim {

/// What stands for a key of `provenance` that a result does not have.
inline constexpr std::string_view kNotStated = "not stated";

/// Bits that a memory's ports moved, read and written, of all kinds of data.
double memory_bits(const ResultNode& figures, std::string_view memory);

struct ModeView {
  std::string name;
  ResultNode node;
  bool is_baseline = false;  ///< dense execution on the baseline accelerator

  double frames() const;
  double energy_mJ() const;  ///< a frame, of all streams
  double time_ms() const;    ///< a frame, of all streams one after the other
  double dram_MB() const;    ///< a frame
  double macs() const;       ///< executed, a frame
};

struct RunView {
  std::string name;
  std::string folder;
  ResultNode root;
  std::vector<ModeView> modes;  ///< that were run, in order
  std::vector<ModeView> all;    ///< and the baseline behind them

  /// What tells the run from others in a chart: its folder where its experiment's name does not.
  std::string label() const;
  /// Delta execution where it was run, else the last mode.
  const ModeView& shown() const;
  /// A text or number of `provenance`, or kNotStated.
  std::string provenance(std::string_view key) const;
  /// Workload, kind of weights, quantizer, accelerator, energy table: one line.
  std::string subtitle() const;
  /// The command that makes the result again, or kNotStated.
  std::string command() const;
};

/// Names of runs are those of their experiments, made different by their folders where they are
/// the same.
/// @throws ConfigError where a result has no mode, or no frame
std::vector<RunView> run_views(std::span<const ResultDocument> documents);

}  // namespace deltasim
