#include "sim/work/stream_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "arch/errors.h"
#include "traces/counts.h"

namespace deltasim {
namespace {

Range hull(const Range& a, const Range& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

/// Extends what was noted of the tile's frame by its rows.
void add_rows(std::vector<FrameRows>& noted, const Tile& tile) {
  const auto same = std::ranges::find(noted, tile.frame, &FrameRows::frame);
  if (same == noted.end()) {
    noted.push_back({tile.frame, tile.input_rows});
  } else {
    same->rows = hull(same->rows, tile.input_rows);
  }
}

const Bitmap* bits_of(const FrameRecord& frame, int map, MapForm form) {
  const MapBits& bits = frame.maps[static_cast<std::size_t>(map)];
  return form == MapForm::kDense ? nullptr : form == MapForm::kActive ? &bits.active : &bits.delta;
}

double density(const Bitmap* bits) {
  if (bits == nullptr || bits->size() == 0) return 1;
  return static_cast<double>(bits->count()) / static_cast<double>(bits->size());
}

MappingRequest request_for(const AcceleratorSpec& accelerator, const LayerPlan& layer,
                           const ExpectedDensity& expected, int batch) {
  MappingRequest request;
  request.layer = layer.layer;
  request.batch = batch;
  if (layer.mode == ExecutionMode::kDense) return request;
  request.input_density = expected.input;
  request.output_density = expected.output;
  request.format = accelerator.activation_format;
  if (layer.mode == ExecutionMode::kDelta) {
    request.touched = expected.touched;
    request.keeps_state = layer.keeps_sum;
    request.state_place = layer.state_place;
  }
  return request;
}

void check_glb_holds_state(const StreamProgram& program) {
  const AcceleratorSpec& spec = program.accelerator;
  const std::int64_t bytes =
      program.batch * glb_state_bytes(spec, program.plan, program.previous_recomputable);
  if (bytes <= spec.glb.partition.state.value()) return;
  throw ConfigError(fmt::format("accelerator {}", spec.name),
                    fmt::format("the stream keeps {} of state in the global buffer, but "
                                "glb.partition.state is {}; make it larger, or state.place dram",
                                print(Bytes(bytes)), print(spec.glb.partition.state)));
}

void check_state_fits(const StreamProgram& program) {
  const AcceleratorSpec& spec = program.accelerator;
  check_glb_holds_state(program);
  if (const MemorySpec* memory = spec.state_memory()) {
    if (program.layout.memory_end <= memory->capacity.value()) return;
    throw ConfigError(
        fmt::format("accelerator {}", spec.name),
        fmt::format("state.place is {} and the stream keeps {} of state there, but it has {}; "
                    "make it larger or place state in dram",
                    memory->name, print(Bytes(program.layout.memory_end)),
                    print(memory->capacity)));
  }
}

/// Puts every layer's state where it is to live.
void place_state(const AcceleratorSpec& accelerator, const PlaceChoice& places, StreamPlan& plan) {
  if (places.empty()) return;
  DELTASIM_INVARIANT(places.size() == plan.layers.size(), "one place a layer");
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const bool there = places[i] != StatePlace::kMemory || accelerator.state_memory() != nullptr;
    DELTASIM_INVARIANT(there, "state lives in a memory that the accelerator has");
    if (places[i] != accelerator.state.place) plan.layers[i].state_place = places[i];
  }
  for (std::size_t i = 0; i < plan.layers.size(); ++i) {
    const LayerPlan& first = plan.layers[first_of_sum(plan, i)];
    const bool shares = plan.layers[i].keeps_sum && first.keeps_sum;
    DELTASIM_INVARIANT(!shares || first.state_place == plan.layers[i].state_place,
                       "layers of one sum keep it in one place");
  }
}

void check_dram_holds(const StreamProgram& program) {
  if (program.layout.end <= program.dram.capacity_bytes()) return;
  throw ConfigError(
      fmt::format("accelerator {}", program.accelerator.name),
      fmt::format("the stream's tensors take {}, but the DRAM has {}",
                  print(Bytes(program.layout.end)), print(Bytes(program.dram.capacity_bytes()))));
}

}  // namespace

std::vector<TileLinks> links_of(const TileProgram& program) {
  using Key = std::pair<int, int>;
  std::vector<TileLinks> links(program.tiles.size());
  std::map<Key, std::size_t> loader;
  std::map<std::pair<int, Key>, int> last_sums;
  std::size_t filler = 0;
  for (std::size_t i = 0; i < program.tiles.size(); ++i) {
    const Tile& tile = program.tiles[i];
    const Key weights{tile.k.begin, tile.window.begin};
    if (tile.load_weights) loader[weights] = i;
    if (tile.fill_pes) filler = i;
    if (const auto found = loader.find(weights); found != loader.end()) {
      add_rows(links[found->second].loaded_for, tile);
    }
    add_rows(links[filler].filled_for, tile);
    const std::pair sums{tile.frame, Key{tile.k.begin, tile.pixels.begin}};
    if (!tile.first_c && program.partial_sums != SumPlace::kPe) {
      links[i].sums_from = last_sums.at(sums);
    }
    last_sums[sums] = static_cast<int>(i);
  }
  return links;
}

StreamProgram make_stream_program(const AcceleratorSpec& accelerator, const StreamInfo& stream,
                                  const ModeChoice& modes,
                                  const std::vector<ExpectedDensity>& expected,
                                  bool previous_recomputable,
                                  const std::filesystem::path& dram_folder,
                                  const StatePlacement& placement, int batch) {
  StreamPlan plan = plan_stream(stream.graph, stream.maps, modes);
  place_state(accelerator, placement.places, plan);
  StreamLayout layout = lay_out(accelerator, plan, previous_recomputable, batch);
  StreamProgram program{.accelerator = accelerator,
                        .plan = std::move(plan),
                        .layout = std::move(layout),
                        .dram = dram::DramModel(accelerator.dram, dram_folder),
                        .previous_recomputable = previous_recomputable,
                        .batch = batch};
  if (const auto technology = state_technology(accelerator)) {
    program.state_memory = cycles_of(technology->times, accelerator.clock);
  }
  if (placement.must_fit) check_state_fits(program);
  check_dram_holds(program);
  for (std::size_t i = 0; i < program.plan.layers.size(); ++i) {
    const ExpectedDensity density = expected.empty() ? ExpectedDensity{} : expected.at(i);
    program.programs.push_back(
        map_layer(accelerator, request_for(accelerator, program.plan.layers[i], density, batch)));
    program.links.push_back(links_of(program.programs.back()));
  }
  return program;
}

std::vector<ExpectedDensity> expect_densities(const StreamInfo& stream, const ModeChoice& modes,
                                              std::span<const FrameRecord> frames) {
  const StreamPlan plan = plan_stream(stream.graph, stream.maps, modes);
  std::vector<ExpectedDensity> expected;
  const auto count = static_cast<double>(frames.size());
  for (const LayerPlan& layer : plan.layers) {
    ExpectedDensity mean{0, 0, 0};
    const MapForm form = form_read_by(layer.mode);
    for (const FrameRecord& frame : frames) {
      const Bitmap* input = bits_of(frame, layer.layer.input_map, form);
      mean.input += density(input) / count;
      const bool sends = layer.emits && layer.sink >= 0;
      mean.output += (sends ? density(bits_of(frame, layer.sink, form)) : 1) / count;
      mean.touched +=
          (input == nullptr ? 1
                            : static_cast<double>(count_work(layer.layer, *input).touched_outputs) /
                                  static_cast<double>(layer.layer.output.elements())) /
          count;
    }
    expected.push_back(mean);
  }
  return expected;
}

}  // namespace deltasim
