#pragma once
// Made-up traces with given densities, so that effects of sparsity can be studied apart from any
// network: element sparsity, pixel sparsity, clustering and persistence are set separately.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "traces/trace.h"

namespace deltasim {

/// Shares of a map's elements.
struct MapDensity {
  double active = 0.52;  ///< not zero; stays the same from frame to frame
  double delta = 0.12;   ///< changed against the frame before
};

struct SynthStream {
  StreamInfo info;
  MapDensity density;                      ///< of all recorded maps but those in `maps`
  std::map<std::string, MapDensity> maps;  ///< by name of the recorded map
};

struct SynthOptions {
  std::vector<SynthStream> streams;
  std::int64_t frames = 4;
  std::uint64_t seed = 1;
  /// Share of pixels that lie outside the changing region, so that none of their channels changes;
  /// inside it elements change the more often. 0: the region is the whole map. Maps of a single
  /// pixel always change.
  double still_pixels = 0;
  /// Extent of the region's blobs as a share of the map's height and width. Maps of all
  /// resolutions have the region at the same place.
  double blob = 0.2;
  /// Correlation of the field that the region is cut from, between one frame and the next.
  double persistence = 0.9;
  /// Counts of active and changed elements are exactly the densities (rounded) in every map and
  /// frame, not only in expectation. Needs still_pixels = 0.
  bool exact = false;
  std::string name = "synth";  ///< the header's quantizer, such as "synth:thesis"
  std::string tool_version;    ///< for the header
};

/// "thesis": two-stream ResNet-50, deltas 86 % (spatial) and 89 % (temporal) zero.
/// "uniform:S": the same network, share S of all deltas zero, exact counts.
/// Activations are 48 % zero in both; the maps between the sites are as sparse as these.
/// @throws ConfigError for another name or an impossible share
SynthOptions synth_preset(std::string_view name);

/// A stream of one network for SynthOptions: batch norms left out, all activations delta sites.
StreamInfo synth_stream_info(std::string name, const Graph& graph);

/// Makes the frames one after the other, streams side by side. The bits depend on the options
/// alone. Every map is made for itself: a pooled map does not follow from the map before it.
class SyntheticTrace {
 public:
  /// @throws ConfigError where the densities contradict each other: delta may be at most
  ///   2 * active * (1 - still_pixels), and every share must lie in [0, 1]
  explicit SyntheticTrace(SynthOptions options);
  SyntheticTrace(SyntheticTrace&&) noexcept;
  ~SyntheticTrace();

  const TraceHeader& header() const;
  /// @return false at the end
  bool next(FrameRecord& record);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace deltasim
