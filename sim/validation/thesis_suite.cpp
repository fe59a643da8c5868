#include "sim/validation/thesis_suite.h"

#include <utility>

#include "sim/validation/thesis_hardware.h"
#include "traces/counts.h"
#include "traces/synth.h"

namespace deltasim {
namespace {

constexpr double kSparsity = 0.88;
constexpr double kBound = 0.005;

/// Work on the deltas of one stream.
struct Work {
  std::string stream;
  std::int64_t dense = 0;      ///< MACs of all taps of all windows
  std::int64_t valid = 0;      ///< without the taps outside the map
  std::int64_t effectual = 0;  ///< MACs of events
  std::int64_t elements = 0;   ///< of all recorded maps
  std::int64_t events = 0;     ///< ones of their delta bitmaps

  Work& operator+=(const Work& other) {
    dense += other.dense;
    valid += other.valid;
    effectual += other.effectual;
    elements += other.elements;
    events += other.events;
    return *this;
  }
};

void count(const StreamInfo& stream, const FrameRecord& frame, Work& work) {
  for (const MapBits& map : frame.maps) {
    work.elements += static_cast<std::int64_t>(map.delta.size());
    work.events += static_cast<std::int64_t>(map.delta.count());
  }
  for (const Layer& layer : layers_of(stream.graph, stream.maps)) {
    const Bitmap& input = frame.maps.at(static_cast<std::size_t>(layer.input_map)).delta;
    work.dense += dense_macs(layer);
    work.valid += valid_macs(layer);
    work.effectual += count_work(layer, input).effectual_macs;
  }
}

/// By stream; the first frame, which is all events, is left out.
std::vector<Work> count_streams(SynthOptions options) {
  options.frames = 2;
  SyntheticTrace trace(std::move(options));
  const std::vector<StreamInfo>& streams = trace.header().streams;
  std::vector<Work> work(streams.size());
  for (std::size_t i = 0; i < streams.size(); ++i) work[i].stream = streams[i].name + " stream";
  for (FrameRecord frame; trace.next(frame);) {
    const auto stream = static_cast<std::size_t>(frame.stream);
    if (frame.frame > 0) count(streams[stream], frame, work[stream]);
  }
  return work;
}

double ratio(std::int64_t whole, std::int64_t part) {
  return static_cast<double>(whole) / static_cast<double>(part);
}

void add_rows(const Work& work, std::vector<ValidationRow>& rows) {
  rows.push_back(
      told_row(work.stream, "temporal sparsity", 1 - ratio(work.events, work.elements), ""));
  rows.push_back(told_row(work.stream, "MACs inside the maps", work.valid, ""));
  rows.push_back(told_row(work.stream, "effectual MACs", work.effectual, ""));
  rows.push_back(bounded_row(work.stream, "MAC reduction", ratio(work.valid, work.effectual),
                             1 / (1 - kSparsity), kBound));
  rows.push_back(
      told_row(work.stream, "against MACs with padding", ratio(work.dense, work.effectual), ""));
}

}  // namespace

SuiteResult ThesisSuite::run(const SuiteContext& context) const {
  SuiteResult result;
  Work both;
  both.stream = "both streams";
  for (const Work& work : count_streams(synth_preset("uniform:0.88"))) {
    add_rows(work, result.rows);
    both += work;
  }
  add_rows(both, result.rows);
  for (ValidationRow& row : run_thesis_on_hardware(context)) result.rows.push_back(std::move(row));
  result.notes.emplace_back(
      "dense hardware multiplies padding, too; what that adds is not a matter of sparsity");
  return result;
}

}  // namespace deltasim
