#include "workloads/networks/network.h"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>

#include "arch/errors.h"

namespace deltasim {
namespace {

std::int64_t multiplications(const Graph& graph) {
  const auto maps = recorded_maps(graph, {});
  std::int64_t sum = 0;
  for (const Layer& layer : layers_of(graph, maps)) {
    sum += layer.output.elements() * layer.window.kernel_h * layer.window.kernel_w *
           (layer.input.channels / layer.groups);
  }
  return sum;
}

NetworkOptions with(int input_channels, int classes) {
  NetworkOptions options;
  options.input_channels = input_channels;
  options.classes = classes;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(networks_test)

// 1001 classes as in the reference weights; PyTorch counts the same for both streams.
BOOST_AUTO_TEST_CASE(resnet50_multiplies_as_often_as_the_reference) {
  BOOST_TEST(multiplications(build_network("resnet50", with(3, 1001))) == 4089186304);
  BOOST_TEST(multiplications(build_network("resnet50", with(30, 1001))) == 5151311872);
}

// fvcore counts 1.814, 15.470, 0.714 and 0.301 GMAC for torchvision's models at 224 x 224.
BOOST_AUTO_TEST_CASE(other_networks_multiply_as_often_as_published) {
  BOOST_TEST(multiplications(build_network("resnet18")) == 1814073344);
  BOOST_TEST(multiplications(build_network("vgg16")) == 15470264320);
  BOOST_TEST(multiplications(build_network("alexnet")) == 714188480);
  BOOST_TEST(multiplications(build_network("mobilenet_v2")) == 300774272);
}

BOOST_AUTO_TEST_CASE(resnet50_has_52_recorded_maps_49_of_them_sites) {
  const Graph graph = build_network("resnet50");
  const auto maps = recorded_maps(graph, {});
  BOOST_TEST(maps.size() == 52);
  int sites = 0;
  for (const RecordedMap& map : maps) sites += map.kind == RecordedMap::Kind::kSite ? 1 : 0;
  BOOST_TEST(sites == 49);
  BOOST_TEST(maps[0].name == "input");
  BOOST_TEST(maps[1].name == "relu#0");
  BOOST_TEST(maps[2].name == "maxpool");
  BOOST_TEST(maps[3].name == "layer1.0.relu#0");
  BOOST_TEST(maps[50].name == "layer4.2.relu#2");
  BOOST_TEST(maps[51].name == "avgpool");
}

BOOST_AUTO_TEST_CASE(resnet50_layers_know_what_they_read_and_feed) {
  const Graph graph = build_network("resnet50");
  const auto maps = recorded_maps(graph, {});
  const auto layers = layers_of(graph, maps);
  BOOST_TEST(layers.size() == 54);
  const auto map_name = [&](int map) { return map < 0 ? "" : maps.at(map).name; };
  for (const Layer& layer : layers) {
    if (layer.name == "conv1") BOOST_TEST(map_name(layer.input_map) == "input");
    if (layer.name == "layer1.0.conv1") BOOST_TEST(map_name(layer.input_map) == "maxpool");
    if (layer.name == "layer1.0.conv1") BOOST_TEST(map_name(layer.output_map) == "layer1.0.relu#0");
    if (layer.name == "layer2.0.conv3") BOOST_TEST(map_name(layer.output_map) == "layer2.0.relu#2");
    if (layer.name == "layer2.0.downsample.0") {
      BOOST_TEST(map_name(layer.input_map) == "layer1.2.relu#2");
      BOOST_TEST(map_name(layer.output_map) == "layer2.0.relu#2");
    }
    if (layer.name == "fc") {
      BOOST_TEST(map_name(layer.input_map) == "avgpool");
      BOOST_TEST(layer.output_map == -1);
    }
  }
}

BOOST_AUTO_TEST_CASE(resnet50_stages_are_its_layer_groups) {
  const Graph graph = build_network("resnet50");
  const auto stage = [&](const char* name) { return graph.node(graph.find(name).value()).stage; };
  BOOST_TEST(stage("relu#0") == 0);
  BOOST_TEST(stage("maxpool") == 0);
  BOOST_TEST(stage("layer1.0.relu#0") == 1);
  BOOST_TEST(stage("layer2.0.downsample.0") == 2);
  BOOST_TEST(stage("layer4.2.relu#2") == 4);
  BOOST_TEST(stage("fc") == 4);
}

BOOST_AUTO_TEST_CASE(resnet50_runs_its_nodes_in_the_documented_order) {
  const Graph graph = build_network("resnet50");
  const std::vector<std::string> expected{"input",
                                          "conv1",
                                          "bn1",
                                          "relu#0",
                                          "maxpool",
                                          "layer1.0.conv1",
                                          "layer1.0.bn1",
                                          "layer1.0.relu#0",
                                          "layer1.0.conv2",
                                          "layer1.0.bn2",
                                          "layer1.0.relu#1",
                                          "layer1.0.conv3",
                                          "layer1.0.bn3",
                                          "layer1.0.downsample.0",
                                          "layer1.0.downsample.1",
                                          "layer1.0.add",
                                          "layer1.0.relu#2",
                                          "layer1.1.conv1"};
  for (std::size_t n = 0; n < expected.size(); ++n) {
    BOOST_TEST(graph.nodes().at(n).name == expected[n]);
  }
  BOOST_TEST(graph.output().name == "fc");
}

BOOST_AUTO_TEST_CASE(stem_pool_pads_after_by_default_and_both_sides_on_request) {
  const auto pool = [](const Graph& graph) {
    return graph.node(graph.find("maxpool").value()).as<MaxPoolOp>()->window;
  };
  NetworkOptions both;
  both.stem_pad = StemPad::kBoth;
  BOOST_TEST(pool(build_network("resnet50")).pad_top == 0);
  BOOST_TEST(pool(build_network("resnet50")).pad_bottom == 1);
  BOOST_TEST(pool(build_network("resnet50", both)).pad_top == 1);
  BOOST_TEST(pool(build_network("resnet18")).pad_left == 1);
}

BOOST_AUTO_TEST_CASE(mobilenet_records_its_linear_bottlenecks_as_derived_maps) {
  const Graph graph = build_network("mobilenet_v2");
  const auto maps = recorded_maps(graph, {});
  const auto layers = layers_of(graph, maps);
  for (const Layer& layer : layers) {
    if (layer.name != "features.3.conv.0.0") continue;
    BOOST_TEST(maps.at(layer.input_map).name == "features.2.conv.3");
    BOOST_TEST((maps.at(layer.input_map).kind == RecordedMap::Kind::kDerived));
  }
}

BOOST_AUTO_TEST_CASE(vgg16_first_fc_covers_the_map_behind_the_flatten) {
  const Graph graph = build_network("vgg16");
  const auto maps = recorded_maps(graph, {});
  for (const Layer& layer : layers_of(graph, maps)) {
    if (layer.name != "classifier.0") continue;
    BOOST_TEST(to_string(layer.input) == "7x7x512");
    BOOST_TEST(layer.window.kernel_h == 7);
    BOOST_TEST(maps.at(layer.input_map).name == "features.30");
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_network_is_named_with_the_nearest) {
  BOOST_CHECK_EXCEPTION(build_network("resnet5"), ConfigError, [](const ConfigError& error) {
    return std::string(error.what()).find("did you mean resnet50") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(options_that_do_not_fit_are_refused) {
  NetworkOptions pad;
  pad.stem_pad = StemPad::kBoth;
  BOOST_CHECK_THROW(build_network("vgg16", pad), ConfigError);
  NetworkOptions size;
  size.input_size = 192;
  BOOST_CHECK_THROW(build_network("alexnet", size), ConfigError);
  BOOST_CHECK_THROW(build_network("resnet50", with(0, 10)), ConfigError);
  BOOST_CHECK_THROW(build_network("resnet50", with(3, -1)), ConfigError);
}

BOOST_AUTO_TEST_CASE(class_count_follows_the_weights) {
  Weights weights;
  weights.tensors["fc.weight"] = Tensor{{7, 1}, std::vector<float>(7)};
  BOOST_TEST(class_count("resnet50", weights) == 7);
  BOOST_CHECK_THROW(class_count("vgg16", weights), ConfigError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
