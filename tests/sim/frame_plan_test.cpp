#include "sim/work/frame_plan.h"

#include <boost/test/unit_test.hpp>
#include <set>

#include "sim/mapping/layer_extent.h"
#include "sim/work/address_space.h"
#include "tests/sim/engine_support.h"
#include "workloads/networks/network.h"

namespace deltasim {
namespace {

using namespace test;

StreamPlan plan_of(const std::string& network, ExecutionMode mode = ExecutionMode::kDelta) {
  const StreamInfo stream = stream_of(build_network(network));
  return plan_stream(stream.graph, stream.maps, all_layers(stream, mode));
}

const LayerPlan& layer(const StreamPlan& plan, const std::string& name) {
  for (const LayerPlan& candidate : plan.layers) {
    if (candidate.layer.name == name) return candidate;
  }
  throw std::logic_error("no layer " + name);
}

std::string map_name(const StreamPlan& plan, int map) {
  return plan.maps.at(static_cast<std::size_t>(map)).name;
}

BOOST_AUTO_TEST_SUITE(frame_plan_test)

BOOST_AUTO_TEST_CASE(resnet50_joins_belong_to_the_layer_that_runs_last) {
  const StreamPlan plan = plan_of("resnet50");
  BOOST_TEST(plan.layers.size() == 54);
  const LayerPlan& branch = layer(plan, "layer1.0.conv3");
  BOOST_TEST(!branch.emits);
  BOOST_TEST(branch.outputs.empty());
  BOOST_TEST(branch.keeps_sum);
  const LayerPlan& join = layer(plan, "layer1.0.downsample.0");
  BOOST_TEST(join.emits);
  BOOST_TEST(join.accumulates);
  BOOST_TEST(join.shortcuts.empty());
  BOOST_TEST(join.sink == branch.sink);
  BOOST_TEST(map_name(plan, join.sink) == "layer1.0.relu#2");

  const LayerPlan& identity = layer(plan, "layer1.1.conv3");
  BOOST_TEST(identity.emits);
  BOOST_TEST(!identity.accumulates);
  BOOST_REQUIRE(identity.shortcuts.size() == 1);
  BOOST_TEST(map_name(plan, identity.shortcuts.front()) == "layer1.0.relu#2");
  std::size_t parked = 0;
  for (const LayerPlan& each : plan.layers) parked += each.emits ? 0 : 1;
  BOOST_TEST(parked == 4);
}

BOOST_AUTO_TEST_CASE(resnet50_sends_on_what_is_read_and_nothing_else) {
  const StreamPlan plan = plan_of("resnet50");
  const LayerPlan& stem = layer(plan, "conv1");
  BOOST_TEST(!stem.input_on_chip);
  BOOST_REQUIRE(stem.outputs.size() == 1);  // the pooled map; nobody reads the site itself
  BOOST_TEST(map_name(plan, stem.outputs[0].map) == "maxpool");
  BOOST_TEST(stem.outputs[0].max_pool.has_value());
  BOOST_TEST(stem.outputs[0].on_chip);
  BOOST_TEST(stem.outputs[0].to_dram);  // layer1.0.downsample.0 reads it much later
  const LayerPlan& last = layer(plan, "layer4.2.conv3");
  BOOST_REQUIRE(last.outputs.size() == 1);
  BOOST_TEST(map_name(plan, last.outputs[0].map) == "avgpool");
  BOOST_TEST(last.outputs[0].average_pool);
  BOOST_TEST(!last.outputs[0].to_dram);
  const LayerPlan& fc = layer(plan, "fc");
  BOOST_TEST(fc.sink == -1);
  BOOST_TEST(fc.keeps_sum);
  BOOST_TEST(fc.input_on_chip);
  const LayerPlan& inner = layer(plan, "layer2.1.conv2");
  BOOST_TEST(inner.input_on_chip);
  BOOST_REQUIRE(inner.outputs.size() == 1);
  BOOST_CHECK(inner.outputs[0].forms == std::vector<MapForm>{MapForm::kDelta});
  BOOST_TEST(!inner.outputs[0].to_dram);
}

BOOST_AUTO_TEST_CASE(resnet50_keeps_one_state_a_join) {
  const StreamPlan plan = plan_of("resnet50");
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256");
  // Sums of 49 sites at 16 bits, the last input at 8, the average pool's and the logits at 16.
  std::int64_t sites = 0;
  for (const RecordedMap& map : plan.maps) {
    if (map.kind == RecordedMap::Kind::kSite) sites += map.shape.elements();
  }
  const std::int64_t expected = 2 * sites + 224 * 224 * 3 + 2 * 2048 + 2 * 1000;
  BOOST_TEST(state_footprint(spec, plan, true) == expected);
  BOOST_TEST(state_footprint(spec, plan, false) == expected + sites);
  BOOST_TEST(state_footprint(spec, plan_of("resnet50", ExecutionMode::kDense), true) == 0);
}

BOOST_AUTO_TEST_CASE(mobilenet_keeps_no_sum_of_a_linear_bottleneck) {
  const StreamPlan plan = plan_of("mobilenet_v2");
  int linear = 0;
  for (const LayerPlan& each : plan.layers) {
    BOOST_TEST(each.emits);
    if (each.keeps_sum) continue;
    ++linear;
    BOOST_TEST(each.layer.groups == 1);
    BOOST_TEST(!each.outputs.empty());
  }
  BOOST_TEST(linear == 17);  // one in each inverted residual
}

BOOST_AUTO_TEST_CASE(vgg_pools_behind_the_last_layer_of_a_stage) {
  const StreamPlan plan = plan_of("vgg16", ExecutionMode::kSpatial);
  BOOST_TEST(plan.layers.size() == 16);
  int pooled = 0;
  for (const LayerPlan& each : plan.layers) {
    BOOST_TEST(!each.keeps_sum);
    for (const OutputMap& output : each.outputs) pooled += output.max_pool ? 1 : 0;
  }
  BOOST_TEST(pooled == 5);
}

BOOST_AUTO_TEST_CASE(modes_may_change_between_layers) {
  const StreamInfo stream = stream_of(build_network("vgg16"));
  ModeChoice modes = all_layers(stream, ExecutionMode::kDense);
  modes[1] = ExecutionMode::kDelta;
  const StreamPlan plan = plan_stream(stream.graph, stream.maps, modes);
  // The first layer must know what it sent last time; the second makes the whole map again.
  BOOST_TEST(plan.layers[0].keeps_previous);
  BOOST_CHECK(plan.layers[0].outputs[0].forms == std::vector<MapForm>{MapForm::kDelta});
  BOOST_TEST(plan.layers[1].regenerates);
  BOOST_TEST(!plan.layers[2].keeps_previous);
}

BOOST_AUTO_TEST_CASE(tensors_have_pages_of_their_own_and_joins_share_theirs) {
  const StreamPlan plan = plan_of("resnet50");
  const StreamLayout layout = lay_out(shipped_accelerator("delta_event_256"), plan, true);
  const StreamLayout::FrameTensors& frame = layout.frames.front();
  std::vector<std::int64_t> addresses = frame.maps;
  addresses.insert(addresses.end(), layout.weights.begin(), layout.weights.end());
  for (const std::int64_t address : addresses) BOOST_TEST(address % StreamLayout::kPage == 0);
  std::sort(addresses.begin(), addresses.end());
  BOOST_CHECK(std::adjacent_find(addresses.begin(), addresses.end()) == addresses.end());
  BOOST_TEST(frame.layers[3].state == frame.layers[4].state);  // layer1.0: conv3, downsample.0
  BOOST_TEST(frame.layers[2].state != frame.layers[3].state);
}

BOOST_AUTO_TEST_CASE(frames_of_a_batch_share_their_weights_and_no_other_tensor) {
  const StreamPlan plan = plan_of("resnet18");
  const AcceleratorSpec spec = shipped_accelerator("delta_event_256_edram");
  const StreamLayout one = lay_out(spec, plan, false);
  const StreamLayout three = lay_out(spec, plan, false, 3);
  // Of its first frame, a batch lies where that frame would alone.
  BOOST_CHECK(three.weights == one.weights);
  BOOST_CHECK(three.frames[0].maps == one.frames[0].maps);
  std::set<std::int64_t> in_dram(three.weights.begin(), three.weights.end());
  std::set<std::int64_t> in_memory;
  for (const StreamLayout::FrameTensors& frame : three.frames) {
    in_dram.insert(frame.maps.begin(), frame.maps.end());
    in_dram.insert(frame.old_maps.begin(), frame.old_maps.end());
    for (const auto& tensors : frame.layers) {
      in_dram.insert(tensors.parked);
      in_memory.insert(tensors.state);
    }
  }
  std::set<std::int64_t> sums, parked;
  for (const auto& tensors : one.frames[0].layers) {
    sums.insert(tensors.state);
    parked.insert(tensors.parked);
  }
  BOOST_TEST(in_dram.size() == plan.layers.size() + 3 * (2 * plan.maps.size() + parked.size()));
  BOOST_TEST(in_memory.size() == 3 * sums.size());
  BOOST_TEST(three.memory_end == 3 * one.memory_end);
  std::int64_t weights = 0;
  for (const LayerPlan& layer : plan.layers) {
    const std::int64_t bytes = LayerExtent(layer.layer).weights();
    weights += (bytes + StreamLayout::kPage - 1) / StreamLayout::kPage * StreamLayout::kPage;
  }
  BOOST_TEST(three.end - weights == 3 * (one.end - weights));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace deltasim
