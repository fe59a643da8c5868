#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "sim/pipeline/streams.h"
#include "tests/support/temporary_directory.h"
#include "workloads/networks/network.h"
#include "workloads/weights.h"

BOOST_AUTO_TEST_SUITE(pipeline_streams_test)

using namespace deltasim;
using Names = std::vector<std::string>;

Names names(const std::string& network, const Names& streams = {}) {
  NetworkSpec spec;
  spec.network = network;
  spec.streams = streams;
  return stream_names(spec);
}

std::string fault_of(const NetworkSpec& spec) {
  try {
    load_streams(spec);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no fault";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

BOOST_AUTO_TEST_CASE(streams_of_a_name) {
  BOOST_TEST((names("two_stream_resnet50") == Names{"spatial", "temporal"}));
  BOOST_TEST((names("resnet50") == Names{"spatial"}));
  BOOST_TEST((names("net.onnx") == Names{"spatial"}));
  BOOST_TEST((names("resnet50", {"temporal"}) == Names{"temporal"}));
  BOOST_TEST((names("two_stream_alexnet", {"temporal"}) == Names{"temporal"}));
  // In the order of the trace, each once.
  BOOST_TEST((names("vgg16", {"temporal", "spatial", "temporal"}) == Names{"spatial", "temporal"}));
}

BOOST_AUTO_TEST_CASE(names_that_are_wrong) {
  for (const auto& [network, nearest] : std::vector<std::pair<std::string, std::string>>{
           {"resnet5", "resnet50"},
           {"two_stream_resnet19", "two_stream_resnet18"},
           {"mobilenetv2", "mobilenet_v2"}}) {
    try {
      names(network);
      BOOST_ERROR("no fault for " + network);
    } catch (const ConfigError& error) {
      BOOST_TEST(contains(error.what(), "did you mean " + nearest + "?"), error.what());
    }
  }
  BOOST_CHECK_THROW(names(""), ConfigError);
  BOOST_CHECK_THROW(names("two_stream_"), ConfigError);
  BOOST_CHECK_EXCEPTION(names("resnet50", {"temporl"}), ConfigError, [](const ConfigError& error) {
    return contains(error.what(), "did you mean temporal?");
  });
}

BOOST_AUTO_TEST_CASE(untrained_streams) {
  NetworkSpec spec;
  spec.network = "two_stream_mobilenet_v2";
  const auto streams = load_streams(spec);
  BOOST_TEST_REQUIRE(streams.size() == 2U);
  BOOST_TEST((streams[0].graph.input().shape == Shape{224, 224, 3}));
  BOOST_TEST((streams[1].graph.input().shape == Shape{224, 224, 30}));
  for (const StreamNetwork& stream : streams) {
    BOOST_TEST((stream.weights.kind == WeightsKind::kUntrained));
    check_weights(stream.graph, stream.weights);
  }
  // The seed, and nothing else, makes the weights.
  const std::string first = first_convolution(streams[0].graph) + ".weight";
  BOOST_TEST((load_streams(spec)[0].weights.tensors.at(first).values ==
              streams[0].weights.tensors.at(first).values));
  spec.seed = 2;
  BOOST_TEST((load_streams(spec)[0].weights.tensors.at(first).values !=
              streams[0].weights.tensors.at(first).values));
}

BOOST_AUTO_TEST_CASE(weights_that_do_not_fit) {
  const test::TemporaryDirectory folder;
  NetworkSpec spec;
  spec.network = "resnet18";
  spec.weights = folder / "none.npz";
  BOOST_CHECK_THROW(load_streams(spec), std::exception);
  spec.weights = folder.write("text.npz", "this is no archive");
  BOOST_TEST(contains(fault_of(spec), "text.npz"));
}

BOOST_AUTO_TEST_CASE(an_onnx_file_has_its_own_weights) {
  NetworkSpec spec;
  spec.network = "net.onnx";
  spec.weights = "w.npz";
  BOOST_TEST(contains(fault_of(spec), "its own weights"));
}

BOOST_AUTO_TEST_CASE(sites_by_pattern) {
  const Graph graph = build_network("resnet18");
  BOOST_TEST(place_sites(graph, {}).all);
  const SitePlacement one = place_sites(graph, {"layer1.0.relu#0"});
  BOOST_TEST(!one.all);
  BOOST_TEST((one.nodes == Names{"layer1.0.relu#0"}));
  const SitePlacement stage = place_sites(graph, {"layer3.*"});
  BOOST_TEST(stage.nodes.size() == 4U);  // two blocks of two
  // A node that two patterns select is one site; a pattern that adds none is still right.
  BOOST_TEST(place_sites(graph, {"layer3.*", "layer?.0.*"}).nodes.size() == 10U);
  BOOST_TEST((place_sites(graph, {"layer3.*", "layer3.0.*"}).nodes == stage.nodes));
  BOOST_TEST(place_sites(graph, {"*"}).nodes.size() == 17U);
}

BOOST_AUTO_TEST_CASE(patterns_that_select_nothing) {
  const Graph graph = build_network("resnet18");
  try {
    // conv1 is a node, but no activation.
    place_sites(graph, {"layer1.0.relu#9", "*", "conv1"});
    BOOST_ERROR("no fault");
  } catch (const ConfigError& error) {
    BOOST_TEST_REQUIRE(error.faults().size() == 2U);
    BOOST_TEST(contains(error.faults()[0].nearest, "layer1.0.relu#"));
    BOOST_TEST(error.faults()[1].found == "'conv1'");
  }
}

BOOST_AUTO_TEST_SUITE_END()
