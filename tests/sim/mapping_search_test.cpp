#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <limits>

#include "arch/errors.h"
#include "sim/mapping/cost_model.h"
#include "sim/mapping/systolic.h"
#include "tests/sim/mapping_support.h"

using namespace deltasim;
using namespace deltasim::test;

namespace {

bool is_legal(const AcceleratorSpec& spec, const MappingRequest& request, const Mapping& m) {
  return mapping_faults(spec, request, LayerExtent(request.layer), m).empty();
}

/// Message of the ConfigError that mapping this layer ends with.
std::string complaint(const AcceleratorSpec& spec, const MappingRequest& request) {
  try {
    map_layer(spec, request);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(mapping_search_test)

BOOST_AUTO_TEST_CASE(tile_sizes_are_divisors_powers_of_two_and_even_cuts) {
  const std::vector<int> small{7, 6, 5, 4, 3, 2, 1};
  const std::vector<int> odd{50, 32, 25, 17, 16, 13, 10, 8, 5, 4, 2, 1};
  BOOST_TEST(tile_sizes(7) == small, boost::test_tools::per_element());
  BOOST_TEST(tile_sizes(50) == odd, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_partition_decides_what_is_spread_first) {
  const LayerExtent e(convolution(56, 64, 64, 3, 1));
  const auto first = [&](Partition partition) {
    return group_choices(accelerator(Dataflow::kEventDriven, partition).pe_array, e, {64, 14, 64})
        .front();
  };
  BOOST_TEST((first(Partition::kOutputChannel) == Groups{64, 4, 1}));
  BOOST_TEST((first(Partition::kSpatial) == Groups{16, 14, 1}));
  BOOST_TEST((first(Partition::kInputChannel) == Groups{4, 1, 64}));
}

BOOST_AUTO_TEST_CASE(no_pe_group_is_empty) {
  const LayerExtent e(convolution(8, 16, 300, 1, 1));
  // 256 PEs would own two channels each: 150 of them all.
  const auto groups =
      group_choices(accelerator(Dataflow::kEventDriven).pe_array, e, {300, 8, 16}).front();
  BOOST_TEST(groups.k == 150);
}

// A small layer on a small array: every mapping that exists, under every objective. Of the
// groups, all that the documented space has.
BOOST_AUTO_TEST_CASE(the_search_finds_the_best_of_all) {
  AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
  spec.pe_array.rows = 2;
  spec.pe_array.columns = 4;
  spec.pe_array.weight_memory = Bytes(64);
  spec.pe_array.partial_sum_memory = Bytes(128);
  spec.glb.partition = {Bytes(128), Bytes(150), Bytes(200), Bytes(0)};
  const MappingRequest request = request_for(convolution(5, 6, 7, 3, 1));
  const LayerExtent e(request.layer);
  const CostModel model(spec, request);
  MappingCost best{std::numeric_limits<double>::infinity(), 1};
  double cycles = best.cycles;
  double energy = best.cycles;
  std::int64_t legal = 0;
  for (int k = 1; k <= 7; ++k) {
    for (int y = 1; y <= 5; ++y) {
      for (int c = 1; c <= 6; ++c) {
        for (const Groups& g : group_choices(spec.pe_array, e, {k, y, c})) {
          for (const auto order : {LoopOrder::kKYC, LoopOrder::kYKC, LoopOrder::kKCY}) {
            const Mapping m{order, k, y, c, g.k, g.y, g.c};
            if (!is_legal(spec, request, m)) continue;
            ++legal;
            const MappingCost cost = model.cost(m);
            if (cost.energy_delay() < best.energy_delay()) best = cost;
            cycles = std::min(cycles, cost.cycles);
            energy = std::min(energy, cost.energy_pJ);
          }
        }
      }
    }
  }
  const TileProgram program = map_layer(spec, request);
  BOOST_TEST(program.estimate.energy_delay() == best.energy_delay());
  BOOST_TEST(map_layer(spec, request, MappingObjective::kCycles).estimate.cycles == cycles);
  BOOST_TEST(map_layer(spec, request, MappingObjective::kEnergy).estimate.energy_pJ == energy);
  BOOST_TEST(program.candidates > 100);
  BOOST_TEST(program.candidates <= legal);
}

// Every order is the best somewhere. Rows outermost: neither operand fits the global buffer, and
// the map is the larger. Channels before rows: the weights are the larger, the partial sums of
// all bands have room.
BOOST_AUTO_TEST_CASE(the_order_follows_what_is_expensive) {
  AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
  spec.pe_array.rows = 4;
  spec.pe_array.columns = 4;
  spec.pe_array.partial_sum_memory = Bytes(256);
  spec.glb.partition = {Bytes(2048), Bytes(16384), Bytes(2048), Bytes(0)};
  const auto order = [&](const Layer& layer) {
    return map_layer(spec, request_for(layer), MappingObjective::kEnergy).mapping.order;
  };
  BOOST_TEST(to_string(order(convolution(64, 16, 256, 1, 1))) == "YKC");
  spec = accelerator(Dataflow::kEventDriven);
  spec.glb.partition = {Bytes(24 * 1024), Bytes(65536), Bytes(256 * 1024), Bytes(0)};
  spec.pe_array.partial_sum_memory = Bytes(128);
  BOOST_TEST(to_string(order(convolution(28, 128, 64, 3, 1))) == "KCY");
  BOOST_TEST(to_string(order(convolution(8, 16, 16, 1, 1))) == "KYC");
}

// Larger layers: against random points of the same space.
BOOST_AUTO_TEST_CASE(no_mapping_of_the_space_beats_the_search) {
  BOOST_TEST(rc::check("not worse", [] {
    Dice dice(*rc::gen::arbitrary<std::uint32_t>());
    const AcceleratorSpec spec = accelerator(
        Dataflow::kEventDriven,
        dice.one_of({Partition::kOutputChannel, Partition::kSpatial, Partition::kInputChannel}));
    const int groups = dice.one_of({1, 1, 4});
    MappingRequest request =
        request_for(convolution(dice.between(4, 56), groups * dice.between(3, 60),
                                groups * dice.between(3, 60), dice.one_of({1, 3, 5}), 1, groups));
    const LayerExtent e(request.layer);
    const CostModel model(spec, request);
    const double best = map_layer(spec, request).estimate.energy_delay();
    const auto pick = [&](const std::vector<int>& sizes) {
      return sizes[dice.between(0, static_cast<int>(sizes.size()) - 1)];
    };
    for (int i = 0; i < 200; ++i) {
      Mapping m;
      m.tile_k = pick(output_channel_sizes(e));
      m.tile_y = pick(tile_sizes(e.height));
      m.tile_c = whole_groups(e, m.tile_k) > 0 ? e.c_per_group : pick(tile_sizes(e.c_per_group));
      const auto choices = group_choices(spec.pe_array, e, {m.tile_k, m.tile_y, m.tile_c});
      const Groups& g = choices[dice.between(0, static_cast<int>(choices.size()) - 1)];
      m.groups_k = g.k;
      m.groups_y = g.y;
      m.groups_c = g.c;
      m.order = dice.one_of({LoopOrder::kKYC, LoopOrder::kYKC, LoopOrder::kKCY});
      if (is_legal(spec, request, m)) RC_ASSERT(best <= model.cost(m).energy_delay());
    }
  }));
}

BOOST_AUTO_TEST_CASE(the_same_request_gives_the_same_program) {
  for (const Dataflow dataflow :
       {Dataflow::kEventDriven, Dataflow::kRowStationary, Dataflow::kWeightStationary}) {
    const MappingRequest request = request_for(convolution(28, 96, 120, 3, 2));
    const TileProgram a = map_layer(accelerator(dataflow), request);
    const TileProgram b = map_layer(accelerator(dataflow), request);
    BOOST_TEST((a.mapping == b.mapping));
    BOOST_TEST((a.tiles == b.tiles));
    BOOST_TEST(a.candidates == b.candidates);
    BOOST_TEST(a.estimate.cycles == b.estimate.cycles);
  }
}

BOOST_AUTO_TEST_CASE(a_layer_far_larger_than_the_chip_is_split) {
  AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
  spec.glb.partition = {Bytes(8192), Bytes(8192), Bytes(4096), Bytes(0)};
  const TileProgram vgg_fc6 = map_layer(spec, request_for(fully_connected(7, 7, 512, 4096)));
  BOOST_TEST(vgg_fc6.tiles.size() > 1000U);
  const TileProgram wide = map_layer(spec, request_for(convolution(512, 64, 512, 3, 1)));
  BOOST_TEST(wide.tiles.size() > 100U);
}

BOOST_AUTO_TEST_CASE(depthwise_convolutions_use_the_array) {
  const TileProgram program = map_layer(accelerator(Dataflow::kEventDriven),
                                        request_for(convolution(28, 192, 192, 3, 1, 192)));
  const Mapping& m = program.mapping;
  // One event a cycle keeps nine PEs busy: more than 96 would not be faster.
  BOOST_TEST(m.groups_k * m.groups_y * m.groups_c >= 64);
  BOOST_TEST(program.tiles.size() < 50U);
}

BOOST_AUTO_TEST_CASE(denser_maps_are_not_expected_to_be_faster) {
  MappingRequest request = request_for(convolution(28, 128, 128, 3, 1));
  double last = 0;
  for (const double density : {0.05, 0.1, 0.3, 0.6, 1.0}) {
    request.input_density = density;
    const double cycles =
        map_layer(accelerator(Dataflow::kEventDriven), request, MappingObjective::kCycles)
            .estimate.cycles;
    BOOST_TEST(cycles >= last);
    last = cycles;
  }
  request.input_density = 0.05;
  BOOST_TEST(map_layer(accelerator(Dataflow::kEventDriven), request).estimate.cycles < last / 2);
}

// 256 PEs x 2 lanes, 64 x 128 channels, all taps inside: nothing is faster than MACs / lanes.
BOOST_AUTO_TEST_CASE(dense_work_takes_at_least_macs_over_lanes) {
  const MappingRequest request = request_for(convolution(16, 64, 512, 1, 1));
  const AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
  const TileProgram program = map_layer(spec, request, MappingObjective::kCycles);
  const double ideal = 16.0 * 16 * 64 * 512 / (256 * 2);
  const double array = CostModel(spec, request).array_cycles(program.mapping);
  BOOST_TEST(array >= ideal);
  BOOST_TEST(array < 1.6 * ideal);  // drains of 131,072 outputs, 16 a cycle: half as much again
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_named_with_what_is_missing) {
  const MappingRequest request = request_for(convolution(32, 8, 8, 7, 1));
  AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
  spec.pe_array.weight_memory = Bytes(64);
  // Two buffers of 49 weights of 8 bits are 784 bits; 512 are there.
  std::string text = complaint(spec, request);
  BOOST_TEST(has(text, "pe_array.weight_memory"), text);
  BOOST_TEST(has(text, "784 bits, 272 too many"), text);
  BOOST_TEST(has(text, "at most 512 bits"), text);
  BOOST_TEST(has(text, "layer conv"), text);

  // One row of 32 sums of 32 bits is 1,024 bits.
  spec.pe_array.partial_sum_memory = Bytes(100);
  text = complaint(spec, request);
  BOOST_TEST(has(text, "pe_array.weight_memory"), text);
  BOOST_TEST(has(text, "pe_array.partial_sum_memory"), text);
  BOOST_TEST(has(text, "1024 bits, 224 too many"), text);

  // 7 rows of one channel, twice: 7 x 32 x 8 x 2 = 3,584 bits.
  spec = accelerator(Dataflow::kEventDriven);
  spec.glb.partition.activations = Bytes(400);
  text = complaint(spec, request);
  BOOST_TEST(has(text, "glb.partition.activations"), text);
  BOOST_TEST(has(text, "3584 bits, 384 too many"), text);
}

BOOST_AUTO_TEST_CASE(a_given_mapping_is_taken_or_its_faults_are_named) {
  const AcceleratorSpec spec = accelerator(Dataflow::kEventDriven);
  const MappingRequest request = request_for(convolution(16, 32, 32, 3, 1));
  const Mapping good{LoopOrder::kKCY, 32, 4, 8, 32, 2, 2};
  const TileProgram program = unroll(spec, request, good);
  BOOST_TEST((program.mapping == good));
  BOOST_TEST(program.candidates == 1);
  BOOST_TEST(program.tiles.size() == 16U);
  BOOST_TEST((program.partial_sums == SumPlace::kGlb));
  BOOST_TEST(program.estimate.cycles > 0);

  Mapping bad = good;
  bad.tile_c = 33;
  bad.tile_y = 0;
  try {
    unroll(spec, request, bad);
    BOOST_ERROR("taken");
  } catch (const ConfigError& error) {
    BOOST_TEST(error.faults().size() == 2U);
    BOOST_TEST(has(error.what(), "mapping.tile_c"));
    BOOST_TEST(has(error.what(), "1 to 32"));
  }
  bad = good;
  bad.groups_k = 32;
  bad.groups_y = 4;
  bad.groups_c = 8;
  BOOST_CHECK_THROW(unroll(spec, request, bad), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()
