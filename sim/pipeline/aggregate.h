#pragma once
// Sums of simulated frames, priced: from engine results to the figures of a report.

#include <vector>

#include "arch/run_result.h"
#include "energy/account.h"
#include "sim/pipeline/simulation.h"

namespace deltasim {

/// An energy as named parts.
EnergyFigures energy_figures(const EnergyBreakdown& energy);

/// The component whose reads and writes of state are counted there.
Component home_of(StatePlace place);

/// Adds a layer's figures up, frame by frame. Energy is the account of the summed counts.
class FigureSum {
 public:
  void add(const LayerResult& layer, double seconds, StatePlace place);
  /// @param frames that were added
  /// @param lanes MAC lanes of the array
  Figures figures(std::int64_t frames, std::int64_t lanes, std::int64_t footprint_bytes,
                  const EnergyPrices& prices) const;
  double seconds() const { return seconds_; }
  FigureSum& operator+=(const FigureSum& other);

 private:
  std::int64_t cycles_ = 0;
  double seconds_ = 0;
  MacFigures macs_;
  Activity activity_;
  std::int64_t state_bits_ = 0;
  std::vector<std::int64_t> stalls_ = std::vector<std::int64_t>(kStalls, 0);
  BusyCycles busy_;
};

struct LayerSum {
  LayerFigures layer;  ///< all but its figures
  FigureSum sum;
  std::int64_t footprint_bytes = 0;
};

struct StreamSum {
  std::vector<LayerSum> layers;
  std::vector<FigureSum> steps;  ///< of the batch
  FigureSum total;
  std::int64_t footprint_bytes = 0;
};

/// What was counted in a mode, added up: all that its figures need but prices.
struct ModeSum {
  std::int64_t lanes = 0;   ///< MAC lanes of the array
  std::int64_t frames = 0;  ///< of every stream: steps times batch
  int batch = 1;
  std::int64_t footprint_bytes = 0;
  std::vector<StreamSum> streams;
  FigureSum all, first, steady;  ///< `first`: the first step
};
ModeSum sum_of(const ModeSetup& setup, const ModeResults& results);

/// How much is priced.
enum class FigureDetail : std::uint8_t {
  kModes,      ///< the modes and their streams, which have no layers and no frames
  kTotals,     ///< of frames the time, and all that a result tells beside the modes
  kEverything  ///< every layer and every frame too
};

/// @param stream_weights kind of each stream's weights
ModeFigures mode_figures(const std::string& name, const ModeSum& sum,
                         const std::vector<std::string>& stream_names,
                         const std::vector<std::string>& stream_weights, const EnergyPrices& prices,
                         FigureDetail detail = FigureDetail::kEverything);

}  // namespace deltasim
