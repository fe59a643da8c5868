// What the machine tells of itself agrees with what it counts.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <numeric>
#include <optional>

#include "sim/components/dram/dram_tracks.h"
#include "sim/engine/simulate.h"
#include "sim/timeline/clock_period.h"
#include "sim/timeline/parts.h"
#include "tests/sim/engine_support.h"
#include "tests/traces/trace_support.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

using namespace test;
using enum Component;
using enum Action;

constexpr std::int64_t kNoLimit = INT64_MAX / 4;
constexpr std::array kModes{ExecutionMode::kDense, ExecutionMode::kSpatial, ExecutionMode::kDelta};
const std::vector<std::string> kAccelerators{
    "delta_event_256", "delta_spatial_256", "delta_event_256_rram", "seneca_like_64",
    "eyeriss_168",     "systolic_32x32_ws", "systolic_32x32_os",    "systolic_32x32_is"};

struct Observed {
  FrameResult result;
  Timeline timeline;
  std::int64_t cut_at = -1;
  std::int64_t left_out = 0;
};

Observed observe(const StreamProgram& program, const FrameRecord& frame, FrameSelection selection,
                 std::int64_t limit = kNoLimit) {
  FrameObserver observer(std::move(selection), limit);
  Observed observed;
  observed.result = simulate_frame(program, frame, false, &observer);
  observed.cut_at = observer.recorder().cut_at();
  observed.left_out = observer.recorder().left_out();
  observed.timeline = observer.recorder().finish();
  return observed;
}

FrameSelection all_of(const StreamProgram& program) {
  return {.layers = std::vector<bool>(program.plan.layers.size(), true)};
}

FrameSelection only(const StreamProgram& program, std::size_t layer) {
  FrameSelection selection{.layers = std::vector<bool>(program.plan.layers.size(), false)};
  selection.layers[layer] = true;
  return selection;
}

std::int64_t period_of(const AcceleratorSpec& spec) { return clock_period_ps(spec.clock); }

/// Busy time of the tracks whose part and name begin so, picoseconds within [begin, end).
std::int64_t busy(const Timeline& timeline, const std::string& part, const std::string& name,
                  std::int64_t begin = 0, std::int64_t end = INT64_MAX) {
  std::int64_t sum = 0;
  for (const TimelineSlice& slice : timeline.slices) {
    const TimelineTrack& track = timeline.tracks[static_cast<std::size_t>(slice.track)];
    if (track.part != part || !track.name.starts_with(name)) continue;
    sum += std::max<std::int64_t>(0, std::min(slice.end, end) - std::max(slice.begin, begin));
  }
  return sum;
}

std::int64_t amount(const Timeline& timeline, const std::string& part) {
  std::int64_t sum = 0;
  for (const TimelineSlice& slice : timeline.slices) {
    if (timeline.tracks[static_cast<std::size_t>(slice.track)].part == part) sum += slice.amount;
  }
  return sum;
}

std::int64_t tracks(const Timeline& timeline, const std::string& part, const std::string& name) {
  return std::count_if(timeline.tracks.begin(), timeline.tracks.end(),
                       [&](const TimelineTrack& track) {
                         return track.part == part && track.name.starts_with(name);
                       });
}

std::int64_t bits(const FrameResult& result, Component component) {
  std::int64_t sum = 0;
  for (const LayerResult& layer : result.layers) {
    for (const Action action : {kRead, kWrite}) {
      for (std::size_t kind = 0; kind < kDataKinds; ++kind) {
        sum += layer.activity.at(component, action, static_cast<DataKind>(kind));
      }
    }
  }
  return sum;
}

void check_shape(const Timeline& timeline, std::int64_t end) {
  std::map<int, std::int64_t> free;
  std::int64_t last = 0;
  for (const TimelineSlice& slice : timeline.slices) {
    BOOST_REQUIRE(slice.begin >= last);  // in order
    BOOST_REQUIRE(slice.begin < slice.end);
    BOOST_REQUIRE(slice.end <= end);
    const TimelineTrack& track = timeline.tracks[static_cast<std::size_t>(slice.track)];
    BOOST_TEST_CONTEXT(track.part << " " << track.name) {
      BOOST_REQUIRE(slice.begin >= free[slice.track]);
    }
    free[slice.track] = slice.end;
    last = slice.begin;
  }
  std::map<int, std::int64_t> values;
  last = 0;
  for (const TimelineSample& sample : timeline.samples) {
    BOOST_REQUIRE(sample.time >= last);
    BOOST_REQUIRE(sample.time <= end);
    BOOST_TEST_CONTEXT(timeline.counters[static_cast<std::size_t>(sample.counter)].name) {
      BOOST_REQUIRE(sample.value >= 0);
    }
    values[sample.counter] = sample.value;
    last = sample.time;
  }
  BOOST_REQUIRE(values.size() == timeline.counters.size());
  for (const auto& [counter, value] : values) {
    BOOST_TEST_CONTEXT(timeline.counters[static_cast<std::size_t>(counter)].name) {
      BOOST_TEST(value == 0);
    }
  }
}

bool same(const FrameResult& a, const FrameResult& b) {
  return a.cycles == b.cycles &&
         std::equal(a.layers.begin(), a.layers.end(), b.layers.begin(), b.layers.end(),
                    [](const LayerResult& x, const LayerResult& y) {
                      return x.cycles == y.cycles && x.stalls == y.stalls &&
                             x.activity == y.activity;
                    });
}

void check_against_counters(const StreamProgram& program, const Observed& observed) {
  const AcceleratorSpec& spec = program.accelerator;
  const Timeline& timeline = observed.timeline;
  const std::int64_t period = period_of(spec);
  LayerResult sum;
  for (const LayerResult& layer : observed.result.layers) {
    sum.array_cycles += layer.array_cycles;
    sum.noc_cycles += layer.noc_cycles;
    sum.delta_unit_cycles += layer.delta_unit_cycles;
    sum.state_memory_cycles += layer.state_memory_cycles;
    sum.dram_cycles += layer.dram_cycles;
  }
  const auto layers = static_cast<std::int64_t>(observed.result.layers.size());
  BOOST_TEST(busy(timeline, kPeArrayPart, "array") == sum.array_cycles * period);
  BOOST_TEST(busy(timeline, kDeltaUnitPart, "lanes") == sum.delta_unit_cycles * period);
  // These are means over channels or links, rounded down once a layer.
  const auto rounds_to = [&](std::int64_t busy_ps, std::int64_t resources, std::int64_t cycles) {
    const std::int64_t found = busy_ps / (resources * period);
    BOOST_TEST(found >= cycles);
    BOOST_TEST(found <= cycles + layers);
  };
  rounds_to(busy(timeline, kDramPart, "channel"), spec.dram.channels, sum.dram_cycles);
  rounds_to(busy(timeline, kNocPart, "into the array"), 1, sum.noc_cycles);
  const std::int64_t burst_bits = program.dram.part().organisation.burst_bytes() * 8;
  BOOST_TEST(amount(timeline, kDramPart) * burst_bits == bits(observed.result, kDram));
  const std::int64_t buffer_bits = amount(timeline, kGlobalBufferPart) * spec.glb.width.value();
  BOOST_TEST(buffer_bits >= bits(observed.result, kGlb));
  BOOST_TEST(busy(timeline, kGlobalBufferPart, "bank") * spec.glb.ports >=
             amount(timeline, kGlobalBufferPart) * period);
  if (const MemorySpec* memory = spec.state_memory()) {
    rounds_to(busy(timeline, kStateMemoryPart, "bank"), memory->banks, sum.state_memory_cycles);
    BOOST_TEST(amount(timeline, kStateMemoryPart) * memory->width.value() ==
               bits(observed.result, kStateMemory));
  }
}

BOOST_AUTO_TEST_SUITE(timeline_engine_test)

BOOST_AUTO_TEST_CASE(observing_changes_nothing) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 1);
  for (const std::string& name : kAccelerators) {
    for (const ExecutionMode mode : kModes) {
      const StreamProgram program = program_for(shipped_accelerator(name), stream, mode);
      const FrameResult plain = simulate_frame(program, frame, false);
      BOOST_TEST_CONTEXT(name << " " << to_string(mode)) {
        BOOST_TEST(same(plain, observe(program, frame, all_of(program)).result));
        BOOST_TEST(same(plain, observe(program, frame, only(program, 1), 10).result));
        BOOST_TEST(same(plain, simulate_frame(program, frame, false)));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(tracks_add_up_to_the_counters) {
  const StreamInfo stream = stream_of(small_graph());
  const FrameRecord frame = random_frame(stream.maps, 0.5, 0.2, 2);
  for (const std::string& name : kAccelerators) {
    for (const ExecutionMode mode : kModes) {
      const StreamProgram program = program_for(shipped_accelerator(name), stream, mode);
      const Observed observed = observe(program, frame, all_of(program));
      BOOST_TEST_CONTEXT(name << " " << to_string(mode)) {
        check_shape(observed.timeline, observed.result.cycles * period_of(program.accelerator));
        check_against_counters(program, observed);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(tracks_of_a_real_network_add_up_to_the_counters) {
  const StreamInfo stream = stream_of(build_network("resnet18"));
  const FrameRecord frame = random_frame(stream.maps, 0.45, 0.12, 3);
  const StreamProgram program =
      program_for(shipped_accelerator("delta_event_256"), stream, ExecutionMode::kDelta, 0.12);
  const Observed observed = observe(program, frame, all_of(program));
  check_shape(observed.timeline, observed.result.cycles * period_of(program.accelerator));
  check_against_counters(program, observed);
  BOOST_TEST(observed.timeline.spans.size() == observed.result.layers.size());
}

BOOST_AUTO_TEST_CASE(pe_groups_are_busy_as_often_as_their_lanes) {
  const StreamInfo stream = stream_of(build_network("resnet18"));
  const FrameRecord frame = random_frame(stream.maps, 0.45, 0.12, 4);
  const AcceleratorSpec spec = shipped_accelerator("delta_spatial_256");
  const StreamProgram program = program_for(spec, stream, ExecutionMode::kDelta, 0.12);
  const Observed observed = observe(program, frame, all_of(program));
  for (std::size_t i = 0; i < observed.result.layers.size(); ++i) {
    const LayerResult& layer = observed.result.layers[i];
    const TimelineSpan& span = observed.timeline.spans[i];
    const Mapping& mapping = program.programs[i].mapping;
    const std::int64_t lanes = std::int64_t{mapping.groups_k} * spec.pe_array.mac_lanes;
    const std::int64_t groups = std::int64_t{mapping.groups_y} * mapping.groups_c;
    const std::int64_t in_service =
        busy(observed.timeline, kPeArrayPart, "PE group", span.begin, span.end);
    const auto stall = [&](Stall cause) { return layer.stalls[static_cast<std::size_t>(cause)]; };
    BOOST_TEST_CONTEXT(layer.name) {
      BOOST_TEST(in_service / period_of(spec) * lanes == groups * lanes * layer.array_cycles -
                                                             stall(Stall::kNoEvent) -
                                                             stall(Stall::kFifoFull));
      BOOST_TEST(groups <= tracks(observed.timeline, kPeArrayPart, "PE group"));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_layer_is_a_part_of_the_frame) {
  const StreamInfo stream = stream_of(build_network("resnet18"));
  const FrameRecord frame = random_frame(stream.maps, 0.45, 0.12, 5);
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const StreamProgram program = program_for(spec, stream, ExecutionMode::kDelta, 0.12);
  const Observed whole = observe(program, frame, all_of(program));
  for (const std::size_t layer : {std::size_t{0}, std::size_t{7}, program.plan.layers.size() - 1}) {
    const Observed part = observe(program, frame, only(program, layer));
    const TimelineSpan& span = whole.timeline.spans[layer];
    BOOST_TEST_CONTEXT(span.name) {
      BOOST_REQUIRE(part.timeline.spans.size() == 1);
      BOOST_TEST((part.timeline.spans[0] == span));
      BOOST_TEST(part.timeline.slices.front().begin >= span.begin);
      for (const TimelineSlice& slice : part.timeline.slices) {
        BOOST_REQUIRE(slice.end <= span.end);
      }
      for (const TimelineTrack& track : whole.timeline.tracks) {
        BOOST_TEST_CONTEXT(track.part << " " << track.name) {
          const std::int64_t in_part = busy(part.timeline, track.part, track.name);
          const std::int64_t in_whole =
              busy(whole.timeline, track.part, track.name, span.begin, span.end);
          BOOST_TEST(in_part <= in_whole);
          // The next layer may begin in the middle of the last cycle.
          BOOST_TEST(in_whole - in_part < period_of(spec));
        }
      }
      // Posted writes are all that may wait at the end, and the next layer's time is theirs.
      for (const TimelineSample& sample : part.timeline.samples) {
        BOOST_REQUIRE(sample.value >= 0);
        BOOST_REQUIRE((sample.time >= span.begin && sample.time <= span.end));
      }
      const LayerResult& result = whole.result.layers[layer];
      BOOST_TEST(busy(part.timeline, kPeArrayPart, "array") ==
                 result.array_cycles * period_of(spec));
      BOOST_TEST(busy(part.timeline, kDeltaUnitPart, "lanes") ==
                 result.delta_unit_cycles * period_of(spec));
    }
  }
}

/// Of a layer's DRAM bursts those posted by the layer before are served in its time, and its own
/// last ones are not: the counter of waiting bursts tells how many.
BOOST_AUTO_TEST_CASE(bursts_that_wait_make_up_for_a_layers_bus) {
  const StreamInfo stream = stream_of(build_network("resnet18"));
  const FrameRecord frame = random_frame(stream.maps, 0.45, 0.12, 6);
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  const StreamProgram program = program_for(spec, stream, ExecutionMode::kDelta, 0.12);
  const std::int64_t burst_bits = program.dram.part().organisation.burst_bytes() * 8;
  const std::int64_t burst_ps =
      program.dram.part().burst_clocks * program.dram.part().clock_period_ps;
  std::int64_t waiting_before = 0;
  for (std::size_t layer = 0; layer < program.plan.layers.size(); ++layer) {
    const Observed part = observe(program, frame, only(program, layer));
    std::optional<std::int64_t> ends;
    for (const TimelineSample& sample : part.timeline.samples) {
      const auto& counter = part.timeline.counters[static_cast<std::size_t>(sample.counter)];
      if (counter.part != kDramPart) continue;
      ends = sample.value;
    }
    BOOST_REQUIRE(ends.has_value());
    FrameResult alone;
    alone.layers.push_back(part.result.layers[layer]);
    // The counter goes down in steps; bursts of one that is on the bus as the layer ends are in
    // both layers' pictures, and wait. The step before the layer may be open, too.
    const std::int64_t open = 2 * (DramTracks::kBurstsAStep + 1) * spec.dram.channels;
    const std::int64_t drawn = busy(part.timeline, kDramPart, "channel") / burst_ps;
    const std::int64_t due = bits(alone, kDram) / burst_bits + waiting_before - *ends;
    waiting_before = *ends;
    BOOST_TEST_CONTEXT(part.timeline.spans[0].name) {
      BOOST_TEST(drawn >= due - open);
      BOOST_TEST(drawn <= due + open);
    }
  }
  BOOST_TEST(waiting_before == 0);
}

BOOST_AUTO_TEST_CASE(tiles_are_a_window_of_time) {
  const StreamInfo stream = stream_of(build_network("resnet18"));
  const FrameRecord frame = random_frame(stream.maps, 0.45, 0.12, 7);
  const StreamProgram program =
      program_for(shipped_accelerator("delta_event_256"), stream, ExecutionMode::kDelta, 0.12);
  std::size_t layer = 0;
  while (program.programs[layer].tiles.size() < 6) ++layer;
  FrameSelection tiles = only(program, layer);
  tiles.first_tile = 2;
  tiles.tiles = 2;
  const Timeline part = observe(program, frame, tiles).timeline;
  const Timeline whole = observe(program, frame, only(program, layer)).timeline;
  const std::int64_t begin = part.slices.front().begin;
  std::int64_t end = 0;
  for (const TimelineSlice& slice : part.slices) end = std::max(end, slice.end);
  const auto has = [&](const Timeline& timeline, const std::string& stage, const char* tile) {
    return std::any_of(
        timeline.slices.begin(), timeline.slices.end(), [&](const TimelineSlice& slice) {
          return timeline.tracks[static_cast<std::size_t>(slice.track)].name == stage &&
                 timeline.labels[static_cast<std::size_t>(slice.label)] == tile;
        });
  };
  for (const char* stage : {"load", "fill", "compute", "drain", "store"}) {
    if (has(whole, stage, "tile 2")) BOOST_TEST(has(part, stage, "tile 2"));
    if (has(whole, stage, "tile 3")) BOOST_TEST(has(part, stage, "tile 3"));
    BOOST_TEST(!has(part, stage, "tile 0"));
  }
  for (const TimelineTrack& track : whole.tracks) {
    BOOST_TEST_CONTEXT(track.part << " " << track.name) {
      BOOST_TEST(busy(part, track.part, track.name) ==
                 busy(whole, track.part, track.name, begin, end));
    }
  }
}

BOOST_AUTO_TEST_CASE(the_limit_cuts_all_tracks_at_one_time) {
  const StreamInfo stream = stream_of(build_network("resnet18"));
  const FrameRecord frame = random_frame(stream.maps, 0.45, 0.12, 8);
  const StreamProgram program =
      program_for(shipped_accelerator("delta_event_256"), stream, ExecutionMode::kDelta, 0.12);
  const Observed whole = observe(program, frame, all_of(program));
  BOOST_TEST(whole.cut_at == -1);
  BOOST_TEST(whole.left_out == 0);
  for (const std::int64_t limit : {100, 5000}) {
    const Observed part = observe(program, frame, all_of(program), limit);
    BOOST_TEST_CONTEXT(limit) {
      BOOST_TEST(same(part.result, whole.result));
      BOOST_REQUIRE(part.cut_at > 0);
      const auto of_whole =
          static_cast<double>(whole.timeline.slices.size() + whole.timeline.samples.size());
      const auto events =
          static_cast<std::int64_t>(part.timeline.slices.size() + part.timeline.samples.size());
      BOOST_TEST(events <= limit);
      BOOST_TEST(static_cast<double>(events + part.left_out) / of_whole > 0.9);
      BOOST_TEST(static_cast<double>(events + part.left_out) / of_whole < 1.1);
      for (const TimelineTrack& track : part.timeline.tracks) {
        if (track.part == kDramPart) continue;  // commands that are due are not known in time
        BOOST_TEST_CONTEXT(track.part << " " << track.name) {
          BOOST_TEST(busy(part.timeline, track.part, track.name) ==
                     busy(whole.timeline, track.part, track.name, 0, part.cut_at));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
