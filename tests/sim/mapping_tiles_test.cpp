// What the tiles of any legal mapping must satisfy, whatever the layer and the array.
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <vector>

#include "arch/errors.h"
#include "sim/mapping/cost_model.h"
#include "sim/mapping/systolic.h"
#include "tests/sim/mapping_support.h"

using namespace deltasim;
using namespace deltasim::test;

namespace {

struct Case {
  AcceleratorSpec accelerator;
  MappingRequest request;
  LayerExtent extent;
  TileProgram program;
};

std::optional<Case> random_case(Dice& dice) {
  const AcceleratorSpec spec = random_accelerator(dice);
  MappingRequest request = random_request(dice);
  request.batch = dice.one_of({1, 1, 2, 3, 5});
  const std::optional<Mapping> mapping = random_mapping(dice, spec, request);
  if (!mapping) return std::nullopt;
  return Case{spec, request, LayerExtent(request), unroll(spec, request, *mapping)};
}

/// The property holds for some thousand random layers, arrays and mappings; most properties are
/// about a part of these only.
template <typename Property>
void check_random_cases(const char* name, Property property) {
  BOOST_TEST(rc::check(name, [&] {
    Dice dice(*rc::gen::arbitrary<std::uint32_t>());
    for (int i = 0; i < 30; ++i) {
      if (const std::optional<Case> c = random_case(dice)) property(*c);
    }
  }));
}

template <typename Visit>
void for_each_weight(const LayerExtent& e, const Tile& tile, Visit visit) {
  for (int k = tile.k.begin; k < tile.k.end; ++k) {
    for (int w = tile.window.begin; w < tile.window.end; ++w) {
      visit(static_cast<std::size_t>(k * e.window_size() + w));
    }
  }
}

template <typename Visit>
void for_each_input_row(const LayerExtent& e, int frame, Range rows, Range channels, Visit visit) {
  for (int row = rows.begin; row < rows.end; ++row) {
    for (int c = channels.begin; c < channels.end; ++c) {
      visit(static_cast<std::size_t>((frame * e.input_height + row) * e.c + c));
    }
  }
}

/// Follows pieces of data through a buffer that keeps a piece from its load to its last use
/// before the next load.
class Buffer {
 public:
  explicit Buffer(std::size_t pieces) : loaded_(pieces, -1), used_(pieces, -1) {}
  void load(std::size_t piece, int time) {
    close(piece);
    loaded_[piece] = time;
    ++loads_;
  }
  /// False where the piece was never loaded.
  bool use(std::size_t piece, int time) {
    used_[piece] = time;
    return loaded_[piece] >= 0;
  }
  std::int64_t loads() const { return loads_; }
  std::int64_t most_at_a_time(int end) {
    for (std::size_t p = 0; p < loaded_.size(); ++p) close(p);
    std::int64_t now = 0;
    std::int64_t most = 0;
    for (int t = 0; t < end; ++t) most = std::max(most, now += change_[t]);
    return most;
  }

 private:
  void close(std::size_t piece) {
    if (loaded_[piece] < 0 || used_[piece] < loaded_[piece]) return;
    resize(used_[piece] + 2);
    ++change_[loaded_[piece]];
    --change_[used_[piece] + 1];
  }
  void resize(int size) {
    if (static_cast<int>(change_.size()) < size) change_.resize(size);
  }
  std::vector<int> loaded_, used_;
  std::vector<std::int64_t> change_ = std::vector<std::int64_t>(100'000);
  std::int64_t loads_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(mapping_tiles_test)

BOOST_AUTO_TEST_CASE(every_mac_is_in_exactly_one_tile) {
  check_random_cases("every MAC once", [](const Case& c) {
    const LayerExtent& e = c.extent;
    std::vector<int> count(static_cast<std::size_t>(e.macs()));
    for (const Tile& tile : c.program.tiles) {
      for (int pixel = tile.pixels.begin; pixel < tile.pixels.end; ++pixel) {
        for_each_weight(e, tile, [&](std::size_t weight) {
          const std::size_t of_batch = static_cast<std::size_t>(tile.frame * e.pixels() + pixel);
          ++count[of_batch * static_cast<std::size_t>(e.weights()) + weight];
        });
      }
    }
    RC_ASSERT(std::all_of(count.begin(), count.end(), [](int n) { return n == 1; }));
  });
}

// The operands of each MAC, found from the definition of a convolution, must lie within the
// ranges by which the engine fetches.
BOOST_AUTO_TEST_CASE(ranges_hold_every_operand) {
  check_random_cases("operands", [](const Case& c) {
    const LayerExtent& e = c.extent;
    const Window& w = e.window;
    for (const Tile& tile : c.program.tiles) {
      for (int pixel = tile.pixels.begin; pixel < tile.pixels.end; ++pixel) {
        const int y = pixel / e.width;
        RC_ASSERT(y >= tile.y.begin && y < tile.y.end);
        for (int k = tile.k.begin; k < tile.k.end; ++k) {
          for (int element = tile.window.begin; element < tile.window.end; ++element) {
            const int channel = k / e.k_per_group * e.c_per_group + element / e.taps;
            const int tap_row = element % e.taps / w.kernel_w;
            const int row = y * w.stride_h + tap_row * w.dilation_h - w.pad_top;
            RC_ASSERT(channel >= tile.c.begin && channel < tile.c.end);
            if (row < 0 || row >= e.input_height) continue;
            RC_ASSERT(row >= tile.input_rows.begin && row < tile.input_rows.end);
          }
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(sums_start_once_and_end_once_after_all_else) {
  check_random_cases("first and last", [](const Case& c) {
    const LayerExtent& e = c.extent;
    std::vector<int> summed(static_cast<std::size_t>(e.outputs()));
    for (const Tile& tile : c.program.tiles) {
      for (int k = tile.k.begin; k < tile.k.end; ++k) {
        for (int pixel = tile.pixels.begin; pixel < tile.pixels.end; ++pixel) {
          const int row = tile.frame * e.k + k;
          int& elements = summed[static_cast<std::size_t>(row * e.pixels() + pixel)];
          RC_ASSERT(tile.first_c == (elements == 0));
          elements += tile.window.size();
          RC_ASSERT(tile.last_c == (elements == e.window_size()));
        }
      }
    }
  });
}

// Whether a piece is there when a tile needs it, and whether all that must be kept at one time
// has room, is found here from the load flags alone.
BOOST_AUTO_TEST_CASE(weights_are_loaded_before_use_and_fit_their_share) {
  check_random_cases("weights in the global buffer", [](const Case& c) {
    Buffer buffer(static_cast<std::size_t>(c.extent.weights()));
    int time = 0;
    for (const Tile& tile : c.program.tiles) {
      for_each_weight(c.extent, tile, [&](std::size_t weight) {
        if (tile.load_weights) buffer.load(weight, time);
        RC_ASSERT(buffer.use(weight, time));
      });
      ++time;
    }
    RC_ASSERT(buffer.loads() >= c.extent.weights());
    if (is_systolic(c.accelerator.pe_array.dataflow)) return;  // these may stream
    RC_ASSERT(buffer.most_at_a_time(time) * 8 <=
              to_bits(c.accelerator.glb.partition.weights).value());
  });
}

BOOST_AUTO_TEST_CASE(inputs_are_loaded_before_use_and_fit_their_share) {
  check_random_cases("inputs in the global buffer", [](const Case& c) {
    const LayerExtent& e = c.extent;
    Buffer buffer(static_cast<std::size_t>(e.batch * e.input_height * e.c));
    int time = 0;
    for (const Tile& tile : c.program.tiles) {
      if (tile.load_input) {
        for_each_input_row(e, tile.frame, tile.load_rows, tile.load_c,
                           [&](std::size_t piece) { buffer.load(piece, time); });
      }
      for_each_input_row(e, tile.frame, tile.input_rows, tile.c,
                         [&](std::size_t piece) { RC_ASSERT(buffer.use(piece, time)); });
      ++time;
    }
    if (is_systolic(c.accelerator.pe_array.dataflow)) return;
    const std::int64_t bits =
        dense_bound_bits(c.request.format, buffer.most_at_a_time(time) * e.input_width, 8);
    RC_ASSERT(bits <= to_bits(c.accelerator.glb.partition.activations).value());
  });
}

// What stays over more than one tile must fit in systolic arrays as well.
BOOST_AUTO_TEST_CASE(a_systolic_array_reloads_what_does_not_fit) {
  check_random_cases("streams", [](const Case& c) {
    if (!is_systolic(c.accelerator.pe_array.dataflow)) return;
    const std::int64_t room = to_bits(c.accelerator.glb.partition.weights).value();
    for (const Tile& tile : c.program.tiles) {
      const std::int64_t bits = std::int64_t{tile.k.size()} * tile.window.size() * 8;
      RC_ASSERT(tile.load_weights || bits <= room);
    }
  });
}

BOOST_AUTO_TEST_CASE(weights_larger_than_their_share_stream_past_every_tile) {
  AcceleratorSpec spec = accelerator(Dataflow::kOutputStationary);
  const MappingRequest request = request_for(convolution(8, 16, 32, 3, 1));
  const Mapping m{LoopOrder::kKYC, 16, 8, 16, 1, 1, 1};
  const auto loads = [&](Bytes share) {
    spec.glb.partition.weights = share;
    const TileProgram program = unroll(spec, request, m);
    return std::count_if(program.tiles.begin(), program.tiles.end(),
                         [](const Tile& tile) { return tile.load_weights; });
  };
  // Two filter folds of 16 x 144 = 2,304 B, four pixel folds of each.
  BOOST_TEST(loads(Bytes(2303)) == 8);
  BOOST_TEST(loads(Bytes(2304)) == 2);
}

BOOST_AUTO_TEST_CASE(a_pe_never_holds_more_than_its_memories) {
  check_random_cases("PE memories", [](const Case& c) {
    const LayerExtent& e = c.extent;
    const PeArraySpec& array = c.accelerator.pe_array;
    const Mapping& m = c.program.mapping;
    if (array.dataflow != Dataflow::kEventDriven) return;
    RC_ASSERT(m.groups_k * m.groups_y * m.groups_c <= array.pes());
    const auto share = [](int size, int groups) { return (size + groups - 1) / groups; };
    for (const Tile& tile : c.program.tiles) {
      const int groups = tile.k.size() > e.k_per_group ? tile.k.size() / e.k_per_group : 0;
      const int k = groups > 0 ? share(e.k_per_group, m.groups_k) * share(groups, m.groups_c)
                               : share(tile.k.size(), m.groups_k);
      const int c_each = groups > 0 ? e.c_per_group : share(tile.c.size(), m.groups_c);
      RC_ASSERT(2 * k * c_each * e.taps <= array.weight_memory.value());
      RC_ASSERT(k * share(tile.y.size(), m.groups_y) * e.width * 4 <=
                array.partial_sum_memory.value());
    }
  });
}

BOOST_AUTO_TEST_CASE(parked_sums_fit_where_they_are_said_to_be) {
  check_random_cases("parked sums", [](const Case& c) {
    if (c.program.partial_sums != SumPlace::kGlb) return;
    std::int64_t parked = 0;
    for (const Tile& tile : c.program.tiles) {
      const std::int64_t sums = std::int64_t{tile.k.size()} * tile.pixels.size();
      if (tile.first_c && !tile.last_c) parked += sums;
      RC_ASSERT(parked * 32 <= to_bits(c.accelerator.glb.partition.partial_sums).value());
      if (tile.last_c && !tile.first_c) parked -= sums;
    }
  });
}

BOOST_AUTO_TEST_CASE(expected_traffic_is_that_of_the_tiles) {
  check_random_cases("traffic", [](const Case& c) {
    const Dataflow dataflow = c.accelerator.pe_array.dataflow;
    if (is_systolic(dataflow)) return;
    const MappingTraffic tiles = traffic_of(c.extent, dataflow, c.program);
    RC_ASSERT(tiles == CostModel(c.accelerator, c.request).traffic(c.program.mapping));
  });
}

// Where one matrix shape is not cut into bands, the tiles are the folds of the closed form.
BOOST_AUTO_TEST_CASE(systolic_tiles_are_the_folds) {
  check_random_cases("folds", [](const Case& c) {
    const PeArraySpec& array = c.accelerator.pe_array;
    const LayerExtent& e = c.extent;
    if (!is_systolic(array.dataflow)) return;
    Mapping whole = c.program.mapping;
    whole.tile_y = e.height;
    whole.tile_k = array.dataflow == Dataflow::kInputStationary
                       ? e.k_per_group
                       : std::min(array.columns, e.k_per_group);
    const TileProgram program = unroll(c.accelerator, c.request, whole);
    const SystolicFolds folds =
        systolic_folds(array.dataflow, array.rows, array.columns, matrix_shape(e));
    std::int64_t cycles = -1;
    std::int64_t written = 0;
    for (const Tile& tile : program.tiles) {
      cycles += systolic_fold_cycles(array, tile);
      written += std::int64_t{tile.k.size()} * tile.pixels.size();
    }
    const MappingTraffic traffic = traffic_of(e, array.dataflow, program);
    // The frames of a batch have folds of their own; what they share are weights that stay.
    const std::int64_t batch = e.batch;
    RC_ASSERT(std::ssize(program.tiles) == batch * folds.folds());
    RC_ASSERT(cycles == batch * (folds.total_cycles + 1) - 1);
    RC_ASSERT(traffic.inputs_sent == batch * folds.input_reads);
    RC_ASSERT(traffic.weights_filled >= folds.filter_reads);
    RC_ASSERT(traffic.weights_filled <= batch * folds.filter_reads);
    RC_ASSERT(written == batch * folds.output_writes);
  });
}

BOOST_AUTO_TEST_SUITE_END()
