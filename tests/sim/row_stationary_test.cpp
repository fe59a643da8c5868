// The row-stationary model on the layers of the Eyeriss papers. Figures without another source are
// worked out by hand from the papers' mapping parameters.

#include "sim/mapping/row_stationary.h"

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "sim/mapping/row_stationary_program.h"
#include "tests/sim/mapping_support.h"

using namespace deltasim;

namespace {

/// 12 x 14 PEs with 224, 12 and 24 words; 25 banks of 512 x 64 bits (JSSC 2017, section III).
RowStationaryArray eyeriss() {
  RowStationaryArray array;
  array.rows = 12;
  array.columns = 14;
  array.filter_words = 224;
  array.input_words = 12;
  array.sum_words = 24;
  array.filter_bits = array.input_bits = array.sum_bits = 16;
  array.bank_bits = 512 * 64;
  array.banks = 25;
  array.bus_bits = 64;
  array.pipeline = 3;
  return array;
}

/// A layer of AlexNet and what table III of JSSC 2017 maps it to. The printed line of the third
/// layer (q 4, r 1, t 4) is not what was measured: see docs/validation.md.
struct AlexNetLayer {
  Layer layer;
  RowStationaryMapping mapping;
  double zeros;
  int pes;
  double glb_MB;
  int passes;
};

std::vector<AlexNetLayer> alexnet() {
  Layer first = test::convolution(227, 3, 96, 11, 4);
  first.window.pad_top = first.window.pad_bottom = 0;
  first.window.pad_left = first.window.pad_right = 0;
  first.output = {55, 55, 96};
  return {
      {first, {96, 1, 7, 55, 16, 1, 1, 2}, 0.0001, 154, 18.5, 288},
      {test::convolution(27, 96, 256, 5, 1, 2),
       {64, 1, 27, 27, 16, 2, 1, 1},
       0.387,
       135,
       77.6,
       1536},
      {test::convolution(13, 256, 384, 3, 1), {64, 4, 13, 13, 16, 3, 2, 2}, 0.725, 156, 50.2, 516},
      {test::convolution(13, 384, 384, 3, 1, 2),
       {64, 4, 13, 13, 16, 3, 2, 2},
       0.793,
       156,
       37.4,
       384},
      {test::convolution(13, 384, 256, 3, 1, 2),
       {64, 4, 13, 13, 16, 3, 2, 2},
       0.776,
       156,
       24.9,
       256},
  };
}

RowStationaryModel model(const Layer& layer, int images = 4) {
  return RowStationaryModel(eyeriss(), LayerExtent(layer), images);
}

/// A row-stationary accelerator with the chip's array.
AcceleratorSpec chip() {
  AcceleratorSpec spec = test::accelerator(Dataflow::kRowStationary);
  spec.glb.capacity = Bytes(108 * 1024);
  spec.glb.banks = 27;
  spec.glb.partition = {Bytes(8192), Bytes(51200), Bytes(51200), Bytes(0)};
  spec.noc.link_width = Bits(64);
  PeArraySpec& pe = spec.pe_array;
  pe.rows = 12;
  pe.columns = 14;
  pe.mac_lanes = 1;
  pe.weight_bits = pe.activation_bits = pe.partial_sum_bits = Bits(16);
  pe.weight_memory = Bytes(448);
  pe.partial_sum_memory = Bytes(48);
  pe.fifo_depth = 12;
  pe.pipeline_depth = Cycles(3);
  pe.zero_handling = ZeroHandling::kGate;
  return spec;
}

std::string complaint(const RowStationaryMapping& mapping) {
  try {
    unroll(chip(), test::request_for(alexnet()[2].layer), mapping);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

double rounded(double value) { return std::round(value * 10) / 10; }

}  // namespace

BOOST_AUTO_TEST_SUITE(row_stationary_test)

BOOST_AUTO_TEST_CASE(the_search_arrives_at_the_published_mappings) {
  for (const AlexNetLayer& layer : alexnet()) {
    const auto best = model(layer.layer).best(1 - layer.zeros);
    BOOST_TEST_REQUIRE(best.has_value());
    BOOST_TEST(to_string(*best) == to_string(layer.mapping));
  }
}

BOOST_AUTO_TEST_CASE(active_pes_passes_and_buffer_traffic_are_the_published_ones) {
  for (const AlexNetLayer& layer : alexnet()) {
    const RowStationaryWork work = model(layer.layer).work(layer.mapping);
    BOOST_TEST(work.active_pes == layer.pes);
    BOOST_TEST(work.passes == layer.passes);
    BOOST_TEST(rounded(static_cast<double>(work.glb_words()) * 2e-6) == layer.glb_MB);
  }
}

BOOST_AUTO_TEST_CASE(the_printed_mapping_of_conv3_is_legal_but_was_not_measured) {
  const RowStationaryModel conv3 = model(alexnet()[2].layer);
  const RowStationaryMapping printed{64, 4, 13, 13, 16, 4, 1, 4};
  BOOST_TEST(conv3.legal(printed));
  // 64 rounds of 259584 sums read and written, six times the inputs: not the 50.2 of table V.
  const RowStationaryWork work = conv3.work(printed);
  BOOST_TEST(work.glb_words() == 2 * 64 * 4 * 384 * 169 + 6 * 4 * 256 * 225);
}

BOOST_AUTO_TEST_CASE(words_by_hand) {
  const AlexNetLayer conv5 = alexnet()[4];
  const RowStationaryWork work = model(conv5.layer).work(conv5.mapping);
  const std::int64_t outputs = 4 * 256 * 169;
  BOOST_TEST(work.sums_read == outputs * 32);  // ceil(192 / 6) rounds, the first included
  BOOST_TEST(work.sums_written == outputs * 32);
  BOOST_TEST(work.inputs_read == 4 * 384 * 225 * (128 / 32));
  BOOST_TEST(work.dram_weights == 256 * 192 * 9);
  BOOST_TEST(work.dram_inputs == 4 * 384 * 225 * (128 / 64));
  BOOST_TEST(work.dram_outputs == outputs);
}

BOOST_AUTO_TEST_CASE(strips_read_their_common_rows_twice) {
  const AlexNetLayer conv1 = alexnet()[0];
  const RowStationaryWork work = model(conv1.layer).work(conv1.mapping);
  // Seven strips of 7 output rows need 35 input rows, the last one of 6 needs 31.
  BOOST_TEST(work.inputs_read == 4 * 3 * (7 * 35 + 31) * 227 * 3);
  BOOST_TEST(work.dram_weights == 96 * 363 * 8 * 4);
}

BOOST_AUTO_TEST_CASE(a_pass_by_hand) {
  const AlexNetLayer conv2 = alexnet()[1];
  const PassCycles pass = model(conv2.layer).pass(conv2.mapping, 27, 27, 2, 1);
  BOOST_TEST(pass.filters == 16 * 2 * 25 / 4);
  BOOST_TEST(pass.first_inputs == 31 * 5 * 2);
  BOOST_TEST(pass.compute == 16 * 2 * 5 * 27);
  BOOST_TEST(pass.sums == 16 * 27 * 27 / 4);
  BOOST_TEST(pass.inputs == 31 * 31 * 2 - 310);
  BOOST_TEST(pass.drain == 3 + 4 + 16 * 27 / 4);
  BOOST_TEST(pass.total() == 200 + 310 + 4320 + 115);
}

BOOST_AUTO_TEST_CASE(the_slowest_of_compute_sums_and_inputs_decides) {
  PassCycles pass{
      .filters = 1, .first_inputs = 2, .compute = 10, .sums = 20, .inputs = 30, .drain = 4};
  BOOST_TEST(pass.total() == 37);
  pass.inputs = 0;
  BOOST_TEST(pass.total() == 27);
  pass.sums = 0;
  BOOST_TEST(pass.total() == 17);
}

BOOST_AUTO_TEST_CASE(sets_fold_and_replicate) {
  const RowStationaryModel conv1 = model(alexnet()[0].layer), conv2 = model(alexnet()[1].layer),
                           conv3 = model(alexnet()[2].layer);
  BOOST_TEST(conv1.sets(7) == 2);  // side by side
  BOOST_TEST(conv1.sets(8) == 1);
  BOOST_TEST(conv2.segments(27) == 2);  // 14 and 13, above one another
  BOOST_TEST(conv2.sets(27) == 1);
  BOOST_TEST(conv2.sets(14) == 2);
  BOOST_TEST(conv3.sets(13) == 4);
  BOOST_TEST(conv3.sets(7) == 8);
  const RowStationaryModel tall = model(test::convolution(30, 1, 1, 13, 1));
  BOOST_TEST(tall.kernel_folds() == 2);  // 7 and 6 rows of the kernel
  BOOST_TEST(tall.sets(14) == 1);
}

BOOST_AUTO_TEST_CASE(scratch_pads_bound_the_interleaving) {
  const RowStationaryModel conv3 = model(alexnet()[2].layer);
  RowStationaryMapping m{64, 1, 13, 13, 16, 4, 1, 4};
  BOOST_TEST(conv3.legal(m));
  m.q = 5;  // 15 of 12 inputs
  BOOST_TEST(!conv3.legal(m));
  m = {96, 1, 13, 13, 24, 3, 1, 4};  // 24 sums, 216 weights
  BOOST_TEST(conv3.legal(m));
  m.p = 32;  // 32 of 24 sums
  m.t = 3;
  BOOST_TEST(!conv3.legal(m));
  m = {96, 1, 13, 13, 24, 4, 1, 4};  // 288 of 224 weights
  BOOST_TEST(!conv3.legal(m));
}

BOOST_AUTO_TEST_CASE(inputs_and_sums_take_whole_banks) {
  const RowStationaryModel conv4 = model(alexnet()[3].layer);
  RowStationaryMapping m = alexnet()[3].mapping;  // 22 banks of sums, 3 of inputs
  BOOST_TEST(conv4.legal(m));
  m.q = 4;  // 98.6 KiB of 100, but 22 + 4 banks
  BOOST_TEST(!conv4.legal(m));
  // VGG-16, second block: 23 banks of sums; the rows of two channels need two banks.
  const RowStationaryModel vgg = model(test::convolution(112, 64, 128, 3, 1), 3);
  m = {32, 1, 13, 112, 8, 1, 1, 4};
  BOOST_TEST(vgg.legal(m));
  m.q = 2;
  BOOST_TEST(!vgg.legal(m));
}

BOOST_AUTO_TEST_CASE(wide_rows_are_cut_where_a_channel_does_not_fit_a_bank) {
  // Its first block has twice the width: two strips of columns, each as in the second block.
  const auto best = model(test::convolution(224, 64, 64, 3, 1), 3).best(0.5);
  BOOST_TEST_REQUIRE(best.has_value());
  BOOST_TEST(to_string(*best) == "m32 n1 e13 f112 p8 q1 r1 t4");
}

BOOST_AUTO_TEST_CASE(pieces_add_up_to_the_layer) {
  test::Dice dice(7);
  for (int i = 0; i < 200; ++i) {
    const Layer layer = test::random_layer(dice);
    const LayerExtent extent(layer);
    const int images = dice.between(1, 3);
    const RowStationaryModel rs(eyeriss(), extent, images);
    const auto best = rs.best(dice.between(1, 10) / 10.0);
    BOOST_TEST_REQUIRE(best.has_value());
    BOOST_TEST(rs.legal(*best));
    const RowStationaryWork work = rs.work(*best);
    const std::int64_t macs = extent.macs() * images;
    BOOST_TEST(work.active_pes <= 168);
    BOOST_TEST(work.compute_cycles * work.active_pes >= macs);
    BOOST_TEST(work.cycles > work.compute_cycles);
    BOOST_TEST(work.sums_read >= extent.outputs() * images);
    BOOST_TEST(work.dram_weights >= extent.weights());
  }
}

BOOST_AUTO_TEST_CASE(what_fits_nowhere_has_no_mapping) {
  RowStationaryArray array = eyeriss();
  array.input_words = 10;
  const LayerExtent extent(alexnet()[0].layer);  // 11 columns of a kernel
  BOOST_TEST(!RowStationaryModel(array, extent, 1).best(1).has_value());
}

BOOST_AUTO_TEST_CASE(the_description_of_the_chip_gives_its_array) {
  const RowStationaryArray array = row_stationary_array(chip());
  BOOST_TEST(array.banks == 25);
  BOOST_TEST(array.bank_bits == 32768);
  BOOST_TEST(array.filter_words == 224);
  BOOST_TEST(array.input_words == 12);
  BOOST_TEST(array.sum_words == 24);
  BOOST_TEST(array.bus_bits == 64);
}

BOOST_AUTO_TEST_CASE(blocks_add_up_to_the_layer) {
  const AlexNetLayer conv1 = alexnet()[0];
  const RowStationaryModel rs = model(conv1.layer, 1);
  RowStationaryWork sum;
  sum.add(rs.block(conv1.mapping, 7, 1), 7);
  sum.add(rs.block(conv1.mapping, 6, 1));
  const RowStationaryWork whole = rs.work(conv1.mapping);
  BOOST_TEST(sum.cycles == whole.cycles);
  BOOST_TEST(sum.passes == whole.passes);
  BOOST_TEST(sum.inputs_read == whole.inputs_read);
}

BOOST_AUTO_TEST_CASE(tiles_cover_every_output_once) {
  for (const AlexNetLayer& layer : alexnet()) {
    const TileProgram program = map_layer(chip(), test::request_for(layer.layer));
    BOOST_TEST_REQUIRE(program.row_stationary.has_value());
    BOOST_TEST(mapping_text(program) == to_string(*program.row_stationary));
    BOOST_TEST(program.candidates > 1);
    std::int64_t outputs = 0, weights = 0;
    for (const Tile& tile : program.tiles) {
      outputs += std::int64_t{tile.k.size()} * tile.pixels.size();
      if (tile.pixels.begin == 0) weights += std::int64_t{tile.k.size()} * tile.window.size();
      BOOST_TEST((tile.first_c && tile.last_c && tile.load_weights && tile.load_input));
      BOOST_TEST((tile.c.begin == 0) ==
                 (tile.k.begin < layer.layer.output.channels / layer.layer.groups));
    }
    BOOST_TEST(outputs == layer.layer.output.elements());
    BOOST_TEST(weights == LayerExtent(layer.layer).weights());
  }
}

BOOST_AUTO_TEST_CASE(zeros_save_energy_and_no_cycle) {
  const RowStationaryMapping mapping{64, 1, 13, 13, 16, 3, 2, 2};
  MappingRequest request = test::request_for(alexnet()[2].layer);
  const MappingCost dense = unroll(chip(), request, mapping).estimate;
  request.input_density = 0.1;
  const MappingCost sparse = unroll(chip(), request, mapping).estimate;
  BOOST_TEST(sparse.cycles == dense.cycles);
  BOOST_TEST(sparse.energy_pJ < dense.energy_pJ);
}

BOOST_AUTO_TEST_CASE(a_given_mapping_is_taken_or_its_faults_are_named) {
  BOOST_TEST(complaint({64, 1, 13, 13, 16, 3, 2, 2}) == "");
  BOOST_TEST(has(complaint({64, 1, 13, 13, 16, 5, 1, 4}), "pe_array.fifo_depth"));
  BOOST_TEST(has(complaint({64, 1, 13, 13, 32, 1, 1, 2}), "pe_array.partial_sum_memory"));
  BOOST_TEST(has(complaint({64, 1, 13, 13, 16, 3, 2, 4}), "pe_array.rows"));
  BOOST_TEST(has(complaint({384, 1, 13, 13, 16, 3, 2, 2}), "glb.banks"));
  BOOST_TEST(has(complaint({60, 1, 13, 13, 16, 3, 2, 2}), "mapping.m"));
  BOOST_TEST(has(complaint({64, 2, 13, 13, 16, 3, 2, 2}), "mapping.n"));
  const std::string both = complaint({0, 1, 14, 13, 16, 3, 2, 2});
  BOOST_TEST(has(both, "mapping.m"));
  BOOST_TEST(has(both, "mapping.e"));
  AcceleratorSpec small = chip();
  small.pe_array.fifo_depth = 2;
  BOOST_CHECK_THROW(map_layer(small, test::request_for(alexnet()[2].layer)), ConfigError);
  small = chip();
  small.glb.partition.activations = small.glb.partition.partial_sums = Bytes(2048);
  try {
    map_layer(small, test::request_for(alexnet()[2].layer));
    BOOST_ERROR("one bank is not enough");
  } catch (const ConfigError& error) {
    BOOST_TEST(has(error.what(), "glb.banks"));
  }
  BOOST_CHECK_THROW(unroll(chip(), test::request_for(alexnet()[2].layer), Mapping{}), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()
