#include "sim/pipeline/placement.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "arch/errors.h"
#include "tests/sim/engine_support.h"
#include "tests/support/temporary_directory.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

using namespace test;
using enum ExecutionMode;

std::vector<StreamInfo> streams() {
  StreamInfo spatial = stream_of(build_network("resnet18"));
  spatial.name = "spatial";
  return {spatial};
}

PlacementSpec read(const std::string& text) {
  ConfigDocument document = ConfigDocument::parse(text, "p.yaml");
  const PlacementSpec spec = read_placement(document.root().child("placement"), "p.yaml");
  document.finish();
  return spec;
}

std::vector<StreamChoice> choose(const std::string& text,
                                 const std::string& accelerator = "delta_event_256") {
  return place_layers(read(text), streams(), shipped_accelerator(accelerator));
}

std::size_t layer(const std::string& name) {
  const StreamInfo stream = streams().front();
  const std::vector<Layer> layers = layers_of(stream.graph, stream.maps);
  const auto found = std::ranges::find(layers, name, &Layer::name);
  BOOST_REQUIRE(found != layers.end());
  return static_cast<std::size_t>(found - layers.begin());
}

/// Every part must stand in the message.
void refused(const std::string& text, const std::vector<std::string>& parts,
             const std::string& accelerator = "delta_event_256") {
  try {
    choose(text, accelerator);
    BOOST_ERROR("not refused: " << text);
  } catch (const ConfigError& error) {
    const std::string message = error.what();
    for (const std::string& part : parts) {
      BOOST_TEST(message.find(part) != std::string::npos, part << " in " << message);
    }
  }
}

BOOST_AUTO_TEST_SUITE(pipeline_placement_test)

BOOST_AUTO_TEST_CASE(names_go_before_patterns_and_later_patterns_before_earlier) {
  const auto choice = choose(
      "placement:\n"
      "  default: spatial\n"
      "  spatial:\n"
      "    conv1: {mode: delta, state: glb}\n"
      "    'conv*': dense\n"
      "    'layer4.1.*': {mode: delta, state: dram}\n"
      "    'layer4.1.conv?': {mode: delta, state: glb}\n");
  const StreamChoice& only = choice.front();
  BOOST_TEST((only.modes[layer("conv1")] == kDelta));
  BOOST_TEST((only.places[layer("conv1")] == StatePlace::kGlb));
  BOOST_TEST((only.modes[layer("layer1.0.conv1")] == kSpatial));
  BOOST_TEST((only.modes[layer("layer4.1.conv2")] == kDelta));
  BOOST_TEST((only.places[layer("layer4.1.conv2")] == StatePlace::kGlb));
  BOOST_TEST((only.modes[layer("fc")] == kSpatial));
}

BOOST_AUTO_TEST_CASE(delta_in_the_accelerators_place_where_nothing_is_said) {
  const auto choice = choose("placement: {}", "delta_event_256_edram");
  BOOST_TEST((choice.front().modes == all_layers(streams().front(), kDelta)));
  BOOST_TEST((choice.front().places[0] == StatePlace::kMemory));
  const auto placed =
      choose("placement: {default: {mode: delta, state: edram}}", "delta_event_256_edram");
  BOOST_TEST((placed.front().places == choice.front().places));
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_again) {
  TemporaryDirectory folder;
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256_edram");
  auto choice = choose(
      "placement: {default: spatial, spatial: {conv1: {mode: delta, state: edram}, fc: dense,"
      " layer2.1.conv1: {mode: delta, state: glb}}}",
      "delta_event_256_edram");
  const auto file = folder.path() / "placement.yaml";
  std::ofstream(file) << "# a comment\n" << placement_yaml(choice, streams(), spec);
  const auto again = place_layers(load_placement(file.string()), streams(), spec);
  BOOST_TEST((again.front().modes == choice.front().modes));
  BOOST_TEST((again.front().places == choice.front().places));
}

BOOST_AUTO_TEST_CASE(what_there_is_not_is_named_with_the_nearest) {
  refused("placement: {spatial: {conv2: delta}}", {"p.yaml", "placement.spatial.conv2", "conv1"});
  refused("placement: {spatial: {'layer9.*': delta}}", {"layer9.*", "pattern"});
  refused("placement: {spatail: {conv1: delta}}", {"'spatail'", "did you mean spatial?"});
  refused("placement: {spatial: {conv1: dlta}}", {"dlta", "did you mean delta?"});
  refused("placement: {spatial: {conv1: {mode: dlta}}}", {"dlta", "did you mean delta?"});
  refused("placement: {spatial: {conv1: {mode: delta, sate: glb}}}", {"sate", "state"});
  refused("placement: {spatial: {conv1: {mode: delta, state: gbl}}}",
          {"placement.spatial.conv1.state", "'gbl'", "did you mean glb?"});
  refused("placement: {spatial: {conv1: {mode: delta, state: edram}}}",
          {"'edram'", "accelerator delta_event_256", "dram, glb"});
  refused("placement: {spatial: dense}", {"a map from layers"});
  refused("placement: [dense]", {"placement"});
}

BOOST_AUTO_TEST_CASE(a_buffer_without_a_share_for_state_is_no_place) {
  AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  spec.glb.partition.state = Bytes(0);
  const PlacementSpec placement = read("placement: {default: {mode: delta, state: glb}}");
  BOOST_CHECK_EXCEPTION(
      place_layers(placement, streams(), spec), ConfigError, [](const ConfigError& error) {
        return error.faults().size() == 1 &&
               std::string(error.what()).find("glb.partition.state is 0") != std::string::npos;
      });
}

BOOST_AUTO_TEST_CASE(layers_of_one_sum_agree) {
  refused("placement: {default: spatial, spatial: {layer2.0.conv2: delta}}",
          {"layer2.0.downsample.0", "adds to the same sum"});
  refused("placement: {default: delta, spatial: {layer2.0.conv2: {mode: delta, state: glb}}}",
          {"in glb", "in dram", "same sum"});
  BOOST_CHECK_NO_THROW(
      choose("placement: {default: spatial, spatial: {layer2.0.conv2: delta,"
             " layer2.0.downsample.0: delta}}"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
