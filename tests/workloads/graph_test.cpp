#include "workloads/graph.h"

#include <rapidcheck.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr int kHuge = std::numeric_limits<int>::max();

Window window_of(int kernel, int stride, int padding, int dilation = 1) {
  return {kernel, kernel, stride, stride, padding, padding, padding, padding, dilation, dilation};
}

Shape shape_after(const Operation& operation, std::vector<Shape> inputs) {
  return infer_shape(operation, inputs, "node");
}

void expect_refused(const Operation& operation, std::vector<Shape> inputs,
                    const std::string& what) {
  BOOST_CHECK_EXCEPTION(shape_after(operation, inputs), ConfigError, [&](const ConfigError& error) {
    const std::string message = error.what();
    const bool names_both =
        message.starts_with("node: ") && message.find(what) != std::string::npos;
    if (!names_both) BOOST_TEST_MESSAGE(message);
    return names_both;
  });
}

/// Windows counted one by one: those that start at or after the padded begin and end inside.
int counted_windows(int extent, int kernel, int stride, int before, int after, int dilation) {
  int count = 0;
  for (int start = -before; start + (kernel - 1) * dilation < extent + after; start += stride) {
    ++count;
  }
  return count;
}

/// input -> a (conv) -> relu -> b (conv), and b + relu -> sum -> relu2 -> flatten -> fc.
Graph small_graph() {
  Graph graph;
  graph.name = "small";
  const NodeId input = graph.add("input", InputOp{{8, 6, 3}}, {});
  const NodeId a = graph.add("a", ConvolutionOp{window_of(3, 1, 1), 4, 1}, {input});
  const NodeId relu = graph.add("relu#0", ReluOp{}, {a});
  const NodeId b = graph.add("b", ConvolutionOp{window_of(3, 1, 1), 4, 1}, {relu});
  const NodeId sum = graph.add("add", AddOp{}, {b, relu});
  const NodeId relu2 = graph.add("relu#1", Relu6Op{}, {sum});
  const NodeId flat = graph.add("flatten", FlattenOp{}, {relu2});
  graph.add("fc", FullyConnectedOp{5}, {flat});
  return graph;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(graph_test)

BOOST_AUTO_TEST_CASE(shape_prints_as_height_width_channels) {
  BOOST_TEST(to_string(Shape{112, 56, 64}) == "112x56x64");
}

BOOST_AUTO_TEST_CASE(operators_infer_their_shapes) {
  const Shape in{8, 6, 4};
  BOOST_TEST((shape_after(ConvolutionOp{window_of(3, 2, 1), 10, 2}, {in}) == Shape{4, 3, 10}));
  BOOST_TEST((shape_after(FullyConnectedOp{7}, {Shape{1, 1, 4}}) == Shape{1, 1, 7}));
  BOOST_TEST((shape_after(BatchNormOp{}, {in}) == in));
  BOOST_TEST((shape_after(ReluOp{}, {in}) == in));
  BOOST_TEST((shape_after(Relu6Op{}, {in}) == in));
  BOOST_TEST((shape_after(AddOp{}, {in, in}) == in));
  BOOST_TEST((shape_after(ConcatOp{}, {in, Shape{8, 6, 3}, in}) == Shape{8, 6, 11}));
  BOOST_TEST((shape_after(MaxPoolOp{window_of(2, 2, 0)}, {in}) == Shape{4, 3, 4}));
  BOOST_TEST((shape_after(AveragePoolOp{window_of(3, 1, 1), false}, {in}) == in));
  BOOST_TEST((shape_after(GlobalAveragePoolOp{}, {in}) == Shape{1, 1, 4}));
  BOOST_TEST((shape_after(FlattenOp{}, {in}) == Shape{1, 1, 192}));
  BOOST_TEST((shape_after(SoftmaxOp{}, {in}) == in));
}

BOOST_AUTO_TEST_CASE(windows_are_as_many_as_counted) {
  const bool held = rc::check([] {
    const auto side = [](int low, int high) { return *rc::gen::inRange(low, high); };
    const Shape in{side(1, 20), side(1, 20), side(1, 4)};
    const Window w{side(1, 6), side(1, 6), side(1, 4), side(1, 4), side(0, 4),
                   side(0, 4), side(0, 4), side(0, 4), side(1, 4), side(1, 4)};
    const int rows =
        counted_windows(in.height, w.kernel_h, w.stride_h, w.pad_top, w.pad_bottom, w.dilation_h);
    const int columns =
        counted_windows(in.width, w.kernel_w, w.stride_w, w.pad_left, w.pad_right, w.dilation_w);
    const ConvolutionOp convolution{w, 5, 1};
    if (rows == 0 || columns == 0) {
      RC_ASSERT_THROWS_AS(shape_after(convolution, {in}), ConfigError);
    } else {
      RC_ASSERT((shape_after(convolution, {in}) == Shape{rows, columns, 5}));
    }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(a_pool_is_refused_exactly_where_a_window_has_no_element) {
  const bool held = rc::check([] {
    const int extent = *rc::gen::inRange(1, 8), kernel = *rc::gen::inRange(1, 4);
    const int stride = *rc::gen::inRange(1, 4), dilation = *rc::gen::inRange(1, 4);
    const int before = *rc::gen::inRange(0, 5), after = *rc::gen::inRange(0, 5);
    const int windows = counted_windows(extent, kernel, stride, before, after, dilation);
    bool all_touch = windows > 0;
    for (int o = 0; o < windows; ++o) {
      bool touches = false;
      for (int tap = 0; tap < kernel; ++tap) {
        const int at = o * stride - before + tap * dilation;
        touches |= at >= 0 && at < extent;
      }
      all_touch &= touches;
    }
    const MaxPoolOp pool{{kernel, 1, stride, 1, before, after, 0, 0, dilation, 1}};
    if (all_touch) {
      RC_ASSERT(shape_after(pool, {{extent, 1, 2}}).height == windows);
    } else {
      RC_ASSERT_THROWS_AS(shape_after(pool, {{extent, 1, 2}}), ConfigError);
    }
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(sizes_that_do_not_fit_are_refused) {
  const Shape in{8, 6, 4};
  expect_refused(InputOp{{0, 6, 3}}, {}, "input height 0");
  expect_refused(InputOp{{8, -6, 3}}, {}, "input width -6");
  expect_refused(InputOp{{8, 6, 0}}, {}, "input channels 0");
  expect_refused(ConvolutionOp{window_of(3, 1, 0), 0, 1}, {in}, "output channels 0");
  expect_refused(ConvolutionOp{window_of(3, 1, 0), 6, 0}, {in}, "groups 0");
  expect_refused(ConvolutionOp{window_of(3, 1, 0), 6, 3}, {in}, "3 groups for 4 input");
  expect_refused(ConvolutionOp{window_of(3, 1, 0), 6, 4}, {in}, "6 output channels");
  expect_refused(ConvolutionOp{window_of(9, 1, 0), 4, 1}, {in}, "reaches over 9 elements (height)");
  expect_refused(ConvolutionOp{window_of(3, 1, 0, 4), 4, 1}, {in}, "reaches over 9");
  expect_refused(ConvolutionOp{window_of(0, 1, 0), 4, 1}, {in}, "kernel (height) 0");
  expect_refused(ConvolutionOp{window_of(3, 0, 0), 4, 1}, {in}, "stride (height) 0");
  expect_refused(ConvolutionOp{window_of(3, 1, -1), 4, 1}, {in}, "padding before (height) -1");
  expect_refused(ConvolutionOp{window_of(3, 1, 0, 0), 4, 1}, {in}, "dilation (height) 0");
  expect_refused(FullyConnectedOp{5}, {in}, "a vector");
  expect_refused(FullyConnectedOp{-5}, {Shape{1, 1, 4}}, "output channels -5");
  expect_refused(AddOp{}, {in, Shape{8, 6, 5}}, "8x6x4 and 8x6x5");
  expect_refused(AddOp{}, {in}, "1 inputs");
  expect_refused(ConcatOp{}, {in, Shape{8, 5, 4}}, "8x6x4 and 8x5x4");
  expect_refused(ConcatOp{}, {}, "0 inputs");
  expect_refused(MaxPoolOp{window_of(2, 2, 2)}, {in}, "lies in the padding");
  expect_refused(BatchNormOp{-1}, {in}, "epsilon");
  expect_refused(ReluOp{}, {in, in}, "2 inputs");
}

BOOST_AUTO_TEST_CASE(absurd_sizes_are_refused_without_overflow) {
  const Shape in{8, 6, 4};
  expect_refused(InputOp{{kHuge, kHuge, kHuge}}, {}, "input height");
  expect_refused(InputOp{{65536, 65536, kHuge}}, {}, "a map of");
  expect_refused(ConvolutionOp{window_of(3, 1, kHuge), 4, 1}, {in}, "padding before");
  expect_refused(ConvolutionOp{window_of(3, 1, 0, kHuge), 4, 1}, {in}, "dilation");
  expect_refused(ConvolutionOp{window_of(1, 1, 0), kHuge, 1}, {in}, "a map of");
  expect_refused(ConvolutionOp{window_of(1, 1, 65536), kHuge, 1}, {in}, "a map of");
  expect_refused(FullyConnectedOp{kHuge}, {Shape{1, 1, kHuge}}, "weights of");
  expect_refused(ConvolutionOp{window_of(30000, 1, 30000), 1, 1}, {Shape{100, 100, 3}},
                 "weights of");
  expect_refused(ConvolutionOp{window_of(20000, 1, 10000), 1, 1}, {Shape{20000, 20000, 1}},
                 "multiplications");
  expect_refused(ConcatOp{}, {Shape{1, 1, kHuge}, Shape{1, 1, kHuge}}, "a map of");
}

BOOST_AUTO_TEST_CASE(a_graph_refuses_nodes_that_do_not_belong) {
  Graph graph;
  BOOST_CHECK_THROW(graph.add("relu", ReluOp{}, {}), ConfigError);
  const NodeId input = graph.add("input", InputOp{{4, 4, 1}}, {});
  BOOST_CHECK_THROW(graph.add("again", InputOp{{4, 4, 1}}, {}), ConfigError);
  BOOST_CHECK_THROW(graph.add("input", ReluOp{}, {input}), ConfigError);
  BOOST_CHECK_THROW(graph.add("", ReluOp{}, {input}), ConfigError);
  BOOST_CHECK_THROW(graph.add("relu", ReluOp{}, {input + 1}), ConfigError);
  BOOST_CHECK_THROW(graph.add("relu", ReluOp{}, {-1}), ConfigError);
  BOOST_TEST(graph.nodes().size() == 1);
}

BOOST_AUTO_TEST_CASE(consumers_and_names_are_found) {
  const Graph graph = small_graph();
  BOOST_TEST(graph.consumers(2) == (std::vector<NodeId>{3, 4}), boost::test_tools::per_element());
  BOOST_TEST(graph.find("fc").value() == 7);
  BOOST_TEST(!graph.find("fd").has_value());
  BOOST_TEST(graph.input().name == "input");
  BOOST_TEST(graph.output().name == "fc");
}

BOOST_AUTO_TEST_CASE(sites_can_be_placed_after_some_activations_only) {
  const Graph graph = small_graph();
  const auto all = recorded_maps(graph, {});
  BOOST_TEST(all.size() == 3);  // input, relu#0, relu#1
  const auto some = recorded_maps(graph, {.all = false, .nodes = {"relu#1"}});
  BOOST_REQUIRE_EQUAL(some.size(), 3);
  BOOST_TEST((some[1].kind == RecordedMap::Kind::kDerived));  // relu#0 still feeds layer b
  BOOST_TEST((some[2].kind == RecordedMap::Kind::kSite));
  const auto layers = layers_of(graph, some);
  BOOST_TEST(layers[0].output_map == -1);
  BOOST_TEST(layers[1].output_map == 2);
}

BOOST_AUTO_TEST_CASE(all_wrong_sites_are_named_at_once) {
  const auto place = [] {
    return recorded_maps(small_graph(), {.all = false, .nodes = {"relu#9", "add"}});
  };
  BOOST_CHECK_EXCEPTION(place(), ConfigError, [](const ConfigError& error) {
    const std::string message = error.what();
    return error.faults().size() == 2 && message.find("'relu#9'") != std::string::npos &&
           message.find("did you mean relu#") != std::string::npos &&
           message.find("add node 'add'") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(a_layer_behind_a_flatten_covers_the_map_in_front_of_it) {
  const Graph graph = small_graph();
  const auto maps = recorded_maps(graph, {});
  const Layer fc = layers_of(graph, maps).back();
  BOOST_TEST((fc.input == Shape{8, 6, 4}));
  BOOST_TEST(fc.window.kernel_h == 8);
  BOOST_TEST(fc.window.kernel_w == 6);
  BOOST_TEST(maps.at(fc.input_map).name == "relu#1");
}

BOOST_AUTO_TEST_CASE(layers_of_maps_that_lack_an_input_are_refused) {
  const Graph graph = small_graph();
  auto maps = recorded_maps(graph, {});
  maps.erase(maps.begin() + 1);
  BOOST_CHECK_THROW(layers_of(graph, maps), ConfigError);
}

BOOST_AUTO_TEST_CASE(stages_without_layer_names_follow_the_map_height) {
  Graph graph;
  NodeId last = graph.add("input", InputOp{{16, 16, 3}}, {});
  last = graph.add("a", ConvolutionOp{window_of(3, 2, 1), 4, 1}, {last});
  last = graph.add("b", ConvolutionOp{window_of(3, 1, 1), 4, 1}, {last});
  last = graph.add("pool", MaxPoolOp{window_of(2, 2, 0)}, {last});
  last = graph.add("c", ConvolutionOp{window_of(3, 1, 1), 4, 1}, {last});
  assign_stages(graph);
  std::vector<int> stages;
  for (const Node& node : graph.nodes()) stages.push_back(node.stage);
  BOOST_TEST(stages == (std::vector<int>{0, 0, 0, 1, 1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
