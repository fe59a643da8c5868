#pragma once
// Streams and made-up frames for the tests of the engine.

#include <cstdint>
#include <random>
#include <string>
#include <utility>

#include "arch/accelerator_reader.h"
#include "sim/work/stream_program.h"
#include "tests/sim/mapping_support.h"
#include "tests/support/shared_data.h"
#include "traces/trace.h"

namespace deltasim::test {

inline std::filesystem::path configs() { return source_directory() / "configs"; }

inline AcceleratorSpec shipped_accelerator(const std::string& name) {
  return read_accelerator(configs() / "accelerators" / (name + ".yaml"));
}

/// Each bit is one with probability `density`, to 1/256.
inline Bitmap random_bitmap(std::int64_t bits, double density, std::mt19937_64& random) {
  Bitmap map(static_cast<std::size_t>(bits));
  const auto threshold = static_cast<unsigned>(density * 256 + 0.5);
  const auto words = map.words();
  for (std::uint64_t& word : words) {
    // Compares 64 random bytes with the threshold at once, from the lowest bit up.
    for (int bit = 0; bit < 8; ++bit) {
      word = (threshold >> bit & 1U) != 0 ? word | random() : word & random();
    }
    if (threshold >= 256) word = ~std::uint64_t{0};
  }
  if (map.size() % 64 != 0) words.back() &= ~std::uint64_t{0} >> (64 - map.size() % 64);
  return map;
}

inline FrameRecord random_frame(const std::vector<RecordedMap>& maps, double active, double delta,
                                std::uint64_t seed) {
  std::mt19937_64 random(seed);
  FrameRecord frame;
  for (const RecordedMap& map : maps) {
    const std::int64_t elements = map.shape.elements();
    frame.maps.push_back(
        {random_bitmap(elements, active, random), random_bitmap(elements, delta, random), {}});
  }
  return frame;
}

inline StreamInfo stream_of(Graph graph) {
  StreamInfo stream;
  stream.name = "test";
  stream.maps = recorded_maps(graph, {});
  stream.graph = std::move(graph);
  return stream;
}

inline ModeChoice all_layers(const StreamInfo& stream, ExecutionMode mode) {
  return ModeChoice(layers_of(stream.graph, stream.maps).size(), mode);
}

/// @param density that the mapping expects of every map
inline StreamProgram program_for(const AcceleratorSpec& spec, const StreamInfo& stream,
                                 ExecutionMode mode, double density = 1) {
  const ModeChoice modes = all_layers(stream, mode);
  const std::vector<ExpectedDensity> expected(modes.size(), {density, density, 1});
  return make_stream_program(spec, stream, modes, expected, true, configs() / "dram");
}

}  // namespace deltasim::test
