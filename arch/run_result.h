#pragma once
// The figures of a run as plain values: what sim/pipeline finds and report/ turns into JSON, CSV
// and text. Names are the keys of result.json (schema deltasim.result/1).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/accelerator.h"
#include "arch/activity.h"

namespace deltasim {

struct MacFigures {
  std::int64_t dense = 0;  ///< borders counted as if they were inside
  std::int64_t executed = 0;
  std::int64_t skipped() const { return dense - executed; }
};

struct StateFigures {
  std::int64_t footprint_bytes = 0;
  std::int64_t bytes_per_frame = 0;  ///< read and written, where the state lives
  /// Of a mode whose state lives in a memory that wears out: until its cells have taken all the
  /// writes that they can, with perfect wear levelling, and in the hottest layer without any.
  std::optional<double> hours_to_wear_out{}, hours_to_wear_out_unlevelled{};
};

/// Named parts of an energy, pJ, in the order in which they are printed.
using EnergyParts = std::vector<std::pair<std::string, double>>;

struct EnergyFigures {
  double total = 0;  ///< pJ
  EnergyParts by_component;
  EnergyParts by_data;
};

/// Cycles of the core clock in which a resource had work. They overlap: their largest is what the
/// time is bound by.
struct BusyCycles {
  std::int64_t array = 0;       ///< had a tile to compute
  std::int64_t noc = 0;         ///< the way into the array was in use
  std::int64_t dram = 0;        ///< the data buses moved data (mean of the channels)
  std::int64_t delta_unit = 0;  ///< its lanes had work

  BusyCycles& operator+=(const BusyCycles& other);
  /// "array", "noc", "dram" or "delta_unit"; the array where it draws.
  std::string_view largest() const;
};

/// Everything that is known of a layer, a stream, a frame or a mode; sums of each other.
struct Figures {
  std::int64_t frames = 0;
  std::int64_t cycles = 0;
  double time_s = 0;
  MacFigures macs;
  Activity activity;
  EnergyFigures energy;
  StateFigures state;
  double utilization = 0;  ///< executed MACs / (MAC lanes x cycles)
  /// Lane cycles lost, by Stall.
  std::vector<std::int64_t> stalls;
  BusyCycles busy;
};

struct LayerFigures {
  std::string name;
  std::string execution;  ///< how it ran: "dense", "spatial" or "delta"
  /// Where its state lives, where that is not the same for all layers; empty where it keeps none.
  std::string state_place{};
  std::string mapping;
  std::int64_t candidates = 0;  ///< mappings that were compared
  Figures figures;              ///< over all frames
};

struct StreamFigures {
  std::string name;
  std::string weights;  ///< kind of the weights
  Figures figures;
  std::vector<LayerFigures> layers;
};

/// Of one frame, or of the frames that one step of a batch simulates side by side.
struct FrameFigures {
  std::string stream;
  std::int64_t frame = 0;             ///< the first of them: also the number of the step
  std::vector<std::int64_t> batch{};  ///< all of them; empty where it is one
  Figures figures;                    ///< of all of them
};

/// The DRAM's energy by its terms, and what refresh takes of it and of the time.
struct DramFigures {
  std::string model;  ///< "table" (flat prices) or "currents" (of the part)
  std::string part;
  std::string interface;  ///< where I/O comes from: "in the table", "not_stated", "per_bit", ...
  EnergyParts terms;      ///< pJ; their sum is the component "dram"
  double refresh_energy_share = 0;  ///< of the DRAM's energy
  double refresh_time_share = 0;    ///< of the time in which the ranks could serve requests
};

/// A mode that is given a frame (of every stream, one stream after the other) at a fixed rate. A
/// frame begins when it has come and the one before is done. Of a batch every camera gives a frame
/// at that rate, and the frames that come together are done together: a step.
struct RealTimeFigures {
  double frame_rate_hz = 0;
  double frame_time_s = 0;         ///< from one frame to the next
  double busy_s = 0;               ///< a step, on average
  double idle_s = 0;               ///< a step, on average
  double worst_frame_s = 0;        ///< the longest that a step takes
  std::int64_t missed_frames = 0;  ///< not done when the next comes
  EnergyParts idle_energy_pJ;      ///< a frame, on average: "leakage", "dram"
  double energy_per_frame_pJ = 0;  ///< busy and idle
  double average_power_W = 0;

  bool met() const { return missed_frames == 0; }
  double idle_energy_per_frame_pJ() const;
};

struct ModeFigures {
  std::string name;  ///< "dense", "spatial", "delta", "selective"
  Figures figures;
  std::vector<StreamFigures> streams;
  std::vector<FrameFigures> frames;
  /// The first frame of every stream: every event is one, no state yet. Of a batch the first step,
  /// whose other frames have state.
  Figures first;
  Figures steady;  ///< the others
  DramFigures dram{};
  std::optional<RealTimeFigures> real_time;  ///< where the experiment has a frame rate
};

/// What selective execution chose for a layer, and what it chose from: pJ over all frames.
struct LayerChoice {
  std::string stream, layer, chosen;
  double dense_pJ = 0, spatial_pJ = 0, delta_pJ = 0;
};

/// What a delta site's maps held, over the frames of the run.
struct SiteFigures {
  std::string stream, name;
  std::int64_t elements = 0;  ///< of a map
  double activation_sparsity = 0;
  std::optional<double> temporal_sparsity;  ///< over the deltas after the first frame
  std::optional<double> unchanged_pixels;   ///< share of pixels of which no channel changed, there
};

/// How many times less of something one mode needs than another.
struct Reductions {
  std::string against;  ///< "dense", "spatial", "baseline"
  double macs = 0, cycles = 0, dram_accesses = 0, energy = 0;
};

/// How the quantized network's logits compare with the unquantized network's, over the frames of a
/// stream that were compared.
struct FidelityFigures {
  std::string stream;
  std::int64_t frames = 0;
  double top1_agreement = 0;        ///< share of frames with the same top class
  double top5_agreement = 0;        ///< in which the unquantized top class is among the top five
  double logit_cosine_mean = 0;     ///< of the two networks' logits
  double logit_cosine_lowest = 0;   ///< of all frames
  double logit_max_difference = 0;  ///< of any logit in any frame
};

struct ModeReductions {
  std::string mode;
  std::vector<Reductions> against;
};

/// One step of the 8x waterfall: what is left of the ideal reduction after another overhead.
struct WaterfallStep {
  std::string key, text;
  double reduction = 0;
};

/// An estimate of the chip's area, so that designs can be compared at equal area.
struct AreaFigures {
  double node_nm = 0;
  double total_mm2 = 0;
  std::vector<std::pair<std::string, double>> by_component;  ///< mm2
  double unverified_share = 0;                               ///< of the total
};

/// An entry of the energy table that a mode's energy rests on.
struct EntryFigures {
  std::string title, source, note;
  bool verified = false;  ///< somebody read the figure in its source or a public copy of it
  double node_nm = 0;
  std::optional<double> voltage_V;  ///< unset where the source does not state it
  std::string scaling;              ///< from which node, where it was scaled
  double energy_pJ = 0;
  double share = 0;  ///< of the mode's energy
};

/// What a mode's energy rests on.
struct EnergyTableFigures {
  std::string name;
  std::string mode;               ///< delta where that was run, else the last one
  std::optional<double> node_nm;  ///< of all entries used; unset where they differ
  std::vector<EntryFigures> entries;
  double unverified_share = 0;
  std::vector<std::pair<std::string, std::string>> as_zero;  ///< needed, counted as zero; and why
  std::vector<std::string> notes;
};

/// What bounds an accelerator from above, for rooflines.
struct MachineFigures {
  std::string name;
  double clock_hz = 0;
  std::int64_t pes = 0;
  double peak_macs_per_s = 0;
  double dram_bytes_per_s = 0;  ///< of all channels, every clock a data beat
  std::int64_t glb_bytes = 0;
};

struct RunResult {
  std::vector<std::pair<std::string, std::string>> provenance;
  double activation_sparsity = 0;
  double temporal_sparsity = 0;
  double ideal_reduction = 0;
  std::vector<ModeFigures> modes;
  std::optional<ModeFigures> baseline;  ///< dense execution on the baseline accelerator
  std::vector<ModeReductions> reductions;
  std::vector<SiteFigures> sites;
  std::vector<FidelityFigures> fidelity;  ///< of the streams whose trace knows it
  std::vector<LayerChoice> choices;
  std::vector<WaterfallStep> waterfall;                  ///< delta against dense execution
  std::vector<WaterfallStep> waterfall_against_spatial;  ///< delta against spatial execution
  std::string state_place;                               ///< "dram", "glb", or the name of a memory
  EnergyTableFigures energy_table;
  std::optional<AreaFigures> area;  ///< unset where the energy table names no node to scale to
  std::vector<std::string> notes;   ///< what a reader must know: repeated frames, damage, ...
  MachineFigures machine;
  std::optional<MachineFigures> baseline_machine;

  const ModeFigures* mode(const std::string& name) const;
};

/// Bits that moved between a memory and the rest, of all kinds of data.
std::int64_t dram_bits(const Activity& activity);

}  // namespace deltasim
