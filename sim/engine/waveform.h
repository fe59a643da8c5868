#pragma once
// A layer's timeline as waveforms: played again as signals, which SystemC's own tracing writes
// down.

#include <string>

#include "arch/timeline.h"

namespace deltasim {

/// Value change dump (IEEE 1364) of a timeline with one layer, from time 0 (the layer's begin) to
/// the layer's end: of each track whether it is busy, of stages and array also the number of the
/// tile (-1: none), of each counter its value, and whether the layer runs. SystemC elaborates once
/// a process: the process may have simulated nothing, and cannot simulate afterwards.
/// @throws IoError where the scratch file that SystemC writes to could not be written
std::string waveform(const Timeline& timeline);

/// The layer's signal.
inline constexpr const char* kLayerSignal = "layer_runs";

/// A signal's name from that of a part, a track or a counter: "DRAM" becomes "dram", "channel 0
/// data bus" becomes "channel_0_data_bus".
std::string signal_name(const std::string& name);

}  // namespace deltasim
