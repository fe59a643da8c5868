#include "traces/summary.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/support/temporary_directory.h"
#include "tests/traces/trace_support.h"
#include "traces/writer.h"

namespace {

using namespace deltasim;
using deltasim::test::TemporaryDirectory;

/// input 2x2x1 -> conv 3x3 with 2 outputs -> relu: small enough to count by hand.
TraceHeader tiny_header() {
  StreamInfo stream;
  stream.name = "spatial";
  stream.graph.name = "tiny";
  Window three;
  three.kernel_h = three.kernel_w = 3;
  three.pad_top = three.pad_bottom = three.pad_left = three.pad_right = 1;
  stream.graph.add("input", InputOp{{2, 2, 1}}, {});
  stream.graph.add("conv", ConvolutionOp{three, 2, 1}, {0});
  stream.graph.add("relu", ReluOp{}, {1});
  stream.maps = recorded_maps(stream.graph, {});
  stream.weights_kind = WeightsKind::kCrossModality;
  TraceHeader header;
  header.tool_version = "0.1.0";
  header.quantizer = "step:3";
  header.video.file = "clip.avi";
  header.video.count = 3;
  header.streams.push_back(stream);
  return header;
}

MapBits bits(std::size_t size, std::initializer_list<std::size_t> active,
             std::initializer_list<std::size_t> delta) {
  MapBits map{Bitmap(size), Bitmap(size), {}};
  for (const std::size_t bit : active) map.active.set(bit);
  for (const std::size_t bit : delta) map.delta.set(bit);
  return map;
}

/// Frames 0, 1, 2 of tiny_header(); map sizes 4 and 8.
std::vector<FrameRecord> tiny_frames() {
  std::vector<FrameRecord> frames(3);
  for (std::size_t t = 0; t < 3; ++t) {
    frames[t].frame = static_cast<std::int64_t>(t);
    frames[t].top1 = 4;
  }
  frames[0].maps = {bits(4, {0, 1, 2}, {0, 1, 2}), bits(8, {0, 1}, {0, 1})};
  frames[1].maps = {bits(4, {0, 1, 3}, {2, 3}), bits(8, {0}, {1})};
  frames[2].maps = {bits(4, {0, 1, 3}, {}), bits(8, {0}, {})};
  frames[1].fidelity = Fidelity{true, true, 0.75, 2};
  frames[2].repeats_previous = true;
  return frames;
}

TraceSummary tiny_summary(const TemporaryDirectory& folder) {
  {
    TraceWriter writer(folder / "t.dtrace", tiny_header());
    for (const FrameRecord& frame : tiny_frames()) writer.append(frame);
    writer.finish();
  }
  TraceReader reader(folder / "t.dtrace");
  return summarise(reader);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(summary_test)

BOOST_AUTO_TEST_CASE(counts_of_a_tiny_trace_are_right) {
  const TemporaryDirectory folder;
  const TraceSummary summary = tiny_summary(folder);
  const StreamSummary& stream = summary.streams.at(0);
  BOOST_TEST(stream.frames == 3);
  BOOST_TEST(stream.repeated_frames == 1);
  const LayerSummary& layer = stream.layers.at(0);
  BOOST_TEST(layer.dense_macs == 4 * 9 * 2);
  BOOST_TEST(layer.valid_macs == 4 * 4 * 2);  // each input is under four of the windows
  BOOST_TEST(layer.spatial_macs == std::vector<std::int64_t>({24, 24, 24}),
             boost::test_tools::per_element());
  BOOST_TEST(layer.delta_macs == std::vector<std::int64_t>({16, 0}),
             boost::test_tools::per_element());
  BOOST_TEST(layer.events == std::vector<std::int64_t>({2, 0}), boost::test_tools::per_element());
  BOOST_TEST(layer.touched_outputs == std::vector<std::int64_t>({8, 0}),
             boost::test_tools::per_element());
  const MapSummary& site = stream.maps.at(1);
  BOOST_TEST(site.unchanged_pixels == std::vector<std::int64_t>({3, 4}),
             boost::test_tools::per_element());
  const StreamTotals total = totals(stream);
  BOOST_TEST(*total.activation_sparsity == 1 - (2 + 1 + 1) / 24.0);
  BOOST_TEST(*total.temporal_sparsity == 1 - 1 / 16.0);
  BOOST_TEST(*total.mac_reduction_spatial == 3.0);
  BOOST_TEST(*total.mac_reduction_delta == 9.0);
  BOOST_TEST(*total.touched_outputs == 0.5);
}

BOOST_AUTO_TEST_CASE(json_has_the_documented_form) {
  const TemporaryDirectory folder;
  const auto json = nlohmann::json::parse(summary_json(tiny_summary(folder)));
  const auto& stream = json.at("streams").at("spatial");
  BOOST_TEST(stream.at("weights") == "cross-modality");
  BOOST_TEST(stream.at("total").at("mac_reduction_delta") == 9.0);
  BOOST_TEST(stream.at("total").at("top1") == nlohmann::json({4, 4, 4}));
  BOOST_TEST(stream.at("sites").size() == 1U);
  const auto& site = stream.at("sites").at(0);
  BOOST_TEST(site.at("name") == "relu");
  BOOST_TEST(site.at("shape") == nlohmann::json({2, 2, 2}));
  BOOST_TEST(site.at("activation_sparsity") == nlohmann::json({0.75, 0.875, 0.875}));
  BOOST_TEST(site.at("temporal_sparsity") == nlohmann::json({0.875, 1.0}));
  BOOST_TEST(site.at("unchanged_pixels") == nlohmann::json({0.75, 1.0}));
  const auto& layer = stream.at("layers").at(0);
  BOOST_TEST(layer.at("spatial_macs") == nlohmann::json({24, 24, 24}));
  BOOST_TEST(layer.at("delta_macs") == nlohmann::json({16, 0}));
  BOOST_TEST(stream.at("fidelity").at("logit_cosine_mean") == 0.75);
  BOOST_TEST(json.at("damage") == "");
}

BOOST_AUTO_TEST_CASE(a_single_frame_has_no_deltas) {
  const TemporaryDirectory folder;
  {
    TraceWriter writer(folder / "t.dtrace", tiny_header());
    writer.append(tiny_frames().at(0));
    writer.finish();
  }
  TraceReader reader(folder / "t.dtrace");
  const TraceSummary summary = summarise(reader);
  BOOST_TEST(!totals(summary.streams.at(0)).temporal_sparsity.has_value());
  const auto json = nlohmann::json::parse(summary_json(summary));
  BOOST_TEST(json["streams"]["spatial"]["total"]["temporal_sparsity"].is_null());
  BOOST_TEST(summary_text(summary).find("deltas -") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(text_fits_a_terminal_and_names_the_weights) {
  const TemporaryDirectory folder;
  TraceSummary summary = tiny_summary(folder);
  summary.streams[0].maps[0].name = std::string(60, 'x') + "end";
  const std::string text = summary_text(summary);
  BOOST_TEST(text.find("weights: cross-modality") != std::string::npos);
  BOOST_TEST(text.find("1 of 3 frames repeat the one before") != std::string::npos);
  BOOST_TEST(text.find("..xxx") != std::string::npos);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) BOOST_TEST(line.size() <= 100U, line);
}

BOOST_AUTO_TEST_SUITE_END()
