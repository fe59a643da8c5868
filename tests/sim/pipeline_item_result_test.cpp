#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "sim/pipeline/item_result.h"

BOOST_AUTO_TEST_SUITE(pipeline_item_result_test)

using namespace deltasim;

std::int64_t any_count() { return *rc::gen::inRange<std::int64_t>(0, 1'000'000'000'000); }

LayerResult any_layer() {
  LayerResult layer;
  layer.cycles = any_count();
  layer.dense_macs = any_count();
  layer.macs = any_count();
  layer.array_cycles = any_count();
  layer.noc_cycles = any_count();
  layer.dram_cycles = any_count();
  layer.delta_unit_cycles = any_count();
  layer.state_memory_cycles = any_count();
  layer.bound_by = static_cast<Bottleneck>(*rc::gen::inRange(0, 5));
  layer.state_bytes = any_count();
  layer.utilization = 1.0 / static_cast<double>(1 + any_count());
  for (std::int64_t& stall : layer.stalls) stall = any_count();
  for (int i = 0; i < 5; ++i) {
    const auto component =
        static_cast<Component>(*rc::gen::inRange(0, static_cast<int>(kComponents)));
    const auto action = static_cast<Action>(*rc::gen::inRange(0, static_cast<int>(kActions)));
    const auto kind = static_cast<DataKind>(*rc::gen::inRange(0, static_cast<int>(kDataKinds)));
    layer.activity.at(component, action, kind) = any_count();
  }
  return layer;
}

FrameResult any_frame() {
  FrameResult frame;
  frame.cycles = any_count();
  frame.seconds = static_cast<double>(any_count()) * 1e-9;
  const int layers = *rc::gen::inRange(0, 4);
  for (int i = 0; i < layers; ++i) frame.layers.push_back(any_layer());
  return frame;
}

void expect_equal(const LayerResult& a, const LayerResult& b) {
  RC_ASSERT(a.cycles == b.cycles);
  RC_ASSERT(a.dense_macs == b.dense_macs);
  RC_ASSERT(a.macs == b.macs);
  RC_ASSERT(a.array_cycles == b.array_cycles);
  RC_ASSERT(a.noc_cycles == b.noc_cycles);
  RC_ASSERT(a.dram_cycles == b.dram_cycles);
  RC_ASSERT(a.delta_unit_cycles == b.delta_unit_cycles);
  RC_ASSERT(a.state_memory_cycles == b.state_memory_cycles);
  RC_ASSERT(a.bound_by == b.bound_by);
  RC_ASSERT(a.state_bytes == b.state_bytes);
  RC_ASSERT(a.utilization == b.utilization);
  RC_ASSERT(a.stalls == b.stalls);
  RC_ASSERT(a.activity == b.activity);
}

BOOST_AUTO_TEST_CASE(comes_back_as_it_was) {
  BOOST_TEST(rc::check("round trip", [] {
    const FrameResult frame = any_frame();
    const auto again = frame_result_from(to_bytes(frame));
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->cycles == frame.cycles);
    RC_ASSERT(again->seconds == frame.seconds);
    RC_ASSERT(again->layers.size() == frame.layers.size());
    for (std::size_t i = 0; i < frame.layers.size(); ++i) {
      expect_equal(again->layers[i], frame.layers[i]);
    }
  }));
}

BOOST_AUTO_TEST_CASE(damage_is_noticed) {
  BOOST_TEST(rc::check("any flipped bit, any cut", [] {
    const std::string bytes = to_bytes(any_frame());
    std::string flipped = bytes;
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    flipped[at] = static_cast<char>(flipped[at] ^ 1 << *rc::gen::inRange(0, 8));
    RC_ASSERT(!frame_result_from(flipped));
    RC_ASSERT(!frame_result_from(bytes.substr(0, at)));
    RC_ASSERT(!frame_result_from(bytes + bytes.substr(at)));
  }));
}

BOOST_AUTO_TEST_CASE(other_bytes_are_no_result) {
  BOOST_TEST(!frame_result_from(""));
  BOOST_TEST(!frame_result_from(std::string(8, '\0')));
  BOOST_TEST(!frame_result_from(std::string(64, '\0')));
  BOOST_TEST(!frame_result_from("text"));
}

BOOST_AUTO_TEST_SUITE_END()
