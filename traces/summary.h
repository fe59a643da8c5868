#pragma once
// What a trace says in numbers: sparsity per site, work per layer, totals per stream. Exact
// integers per frame; shares are formed when they are printed.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "traces/counts.h"
#include "traces/reader.h"
#include "traces/trace.h"

namespace deltasim {

/// One recorded map over the frames.
struct MapSummary {
  std::string name;
  RecordedMap::Kind kind = RecordedMap::Kind::kSite;
  Shape shape;
  std::vector<std::int64_t> active;            ///< non-zero elements, per frame t = 0, 1, ...
  std::vector<std::int64_t> changed;           ///< changed elements, per delta t = 1, 2, ...
  std::vector<std::int64_t> unchanged_pixels;  ///< pixels without a changed channel, per delta
};

/// One layer over the frames.
struct LayerSummary {
  std::string name;
  Shape input;
  Shape output;
  std::int64_t dense_macs = 0;  ///< a frame
  std::int64_t valid_macs = 0;
  std::vector<std::int64_t> spatial_macs;     ///< per frame
  std::vector<std::int64_t> delta_macs;       ///< per delta
  std::vector<std::int64_t> events;           ///< per delta
  std::vector<std::int64_t> touched_outputs;  ///< per delta
};

struct StreamSummary {
  std::string name;
  std::string network;
  WeightsKind weights_kind = WeightsKind::kUntrained;
  std::int64_t frames = 0;
  std::int64_t repeated_frames = 0;
  std::vector<MapSummary> maps;      ///< sites and the other recorded maps, in execution order
  std::vector<LayerSummary> layers;  ///< in execution order
  std::vector<int> top1;             ///< per frame; -1 where there are no logits
  std::vector<Fidelity> fidelity;    ///< of the frames that have one
  std::vector<std::int64_t> fidelity_frames;  ///< which these are
};

/// Counts one stream's frames, one after the other. Memory: a few integers a layer, map and frame.
class FrameCounter {
 public:
  explicit FrameCounter(const StreamInfo& stream);
  FrameCounter(FrameCounter&&) noexcept;
  ~FrameCounter();

  void add(const FrameRecord& record);
  const StreamSummary& summary() const;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

/// Of one stream, over all its frames. Nothing where there is nothing to divide by (a single
/// frame has no delta; without any event there is no reduction).
struct StreamTotals {
  std::int64_t dense_macs_per_frame = 0;
  std::int64_t valid_macs_per_frame = 0;
  std::optional<double> activation_sparsity;    ///< over the sites, weighted by elements
  std::optional<double> temporal_sparsity;      ///< likewise
  std::optional<double> mac_reduction_spatial;  ///< dense / effectual MACs, frames as for delta
  std::optional<double> mac_reduction_delta;    ///< likewise, over the deltas
  std::optional<double> touched_outputs;        ///< share of the layers' outputs
};
StreamTotals totals(const StreamSummary& stream);

struct TraceSummary {
  TraceHeader header;  ///< without its streams' graphs
  std::vector<StreamSummary> streams;
  std::string damage;  ///< of the reader
};

/// Reads the rest of the trace in order, with a FrameCounter a stream.
TraceSummary summarise(TraceReader& reader);

/// The JSON of `deltasim trace info --json`: indented, ending with a newline.
std::string summary_json(const TraceSummary& summary);
/// For a terminal, at most 100 columns.
std::string summary_text(const TraceSummary& summary);

}  // namespace deltasim
