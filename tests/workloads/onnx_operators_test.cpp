// What each ONNX operator becomes.

#include <boost/test/unit_test.hpp>
#include <limits>
#include <string>

#include "arch/errors.h"
#include "tests/workloads/onnx_support.h"
#include "workloads/onnx_import.h"

namespace deltasim {
namespace {

using test::OnnxModel;
using test::set_integer;
using test::set_integers;
using test::set_number;
using test::set_text;

const Node& last(const ImportedNetwork& network) { return network.graph.output(); }

std::vector<float> values(const ImportedNetwork& network, const std::string& name) {
  return network.weights.tensors.at(name).values;
}

/// The window of a single pool or convolution with these settings, 3x3 on 8x8 unless told.
template <typename Op, typename Set>
Window window_of(const std::string& operation, Set set, int size = 8) {
  OnnxModel model(13, 2, size);
  const bool is_convolution = operation == "Conv";
  if (is_convolution) model.floats("w", {1, 2, 3, 3});
  auto& node = is_convolution ? model.node(operation, "x", {"image", "w"})
                              : model.node(operation, "x", {"image"});
  if (!is_convolution) set_integers(node, "kernel_shape", {3, 3});
  set(node);
  model.output("x");
  return last(model.import()).template as<Op>()->window;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(onnx_operators_test)

BOOST_AUTO_TEST_CASE(convolution_with_all_its_settings) {
  OnnxModel model;
  model.floats("stem.weight", {4, 1, 3, 2});
  model.floats("stem.bias", {4});
  auto& node = model.node("Conv", "Conv_0", {"image", "stem.weight", "stem.bias"});
  set_integers(node, "kernel_shape", {3, 2});
  set_integers(node, "strides", {2, 1});
  set_integers(node, "pads", {0, 1, 2, 3});
  set_integers(node, "dilations", {1, 2});
  set_integer(node, "group", 2);
  model.output("Conv_0");
  const ImportedNetwork network = model.import();
  const Node& layer = last(network);
  BOOST_TEST(layer.name == "stem");
  BOOST_REQUIRE(layer.as<ConvolutionOp>());
  BOOST_TEST((*layer.as<ConvolutionOp>() == ConvolutionOp{{3, 2, 2, 1, 0, 2, 1, 3, 1, 2}, 4, 2}));
  BOOST_TEST(values(network, "stem.weight").size() == 24);
  BOOST_TEST(values(network, "stem.bias") == (std::vector<float>{0, 1, 2, 3}));
  BOOST_TEST(network.graph.name == "tiny");
  BOOST_TEST(network.weights.source == "model.onnx");
}

BOOST_AUTO_TEST_CASE(auto_pad_is_turned_into_padding) {
  const auto upper = window_of<ConvolutionOp>("Conv", [](auto& node) {
    set_text(node, "auto_pad", "SAME_UPPER");
    set_integers(node, "strides", {2, 2});
  });
  BOOST_TEST(upper.pad_top == 0);
  BOOST_TEST(upper.pad_bottom == 1);
  const auto lower = window_of<ConvolutionOp>("Conv", [](auto& node) {
    set_text(node, "auto_pad", "SAME_LOWER");
    set_integers(node, "strides", {2, 2});
  });
  BOOST_TEST(lower.pad_left == 1);
  BOOST_TEST(lower.pad_right == 0);
  const auto valid =
      window_of<ConvolutionOp>("Conv", [](auto& node) { set_text(node, "auto_pad", "VALID"); });
  BOOST_TEST(valid.pad_top + valid.pad_bottom + valid.pad_left + valid.pad_right == 0);
}

// PyTorch: MaxPool2d(3, 2, ceil_mode=True) gives 4 windows on 8, and 4 on 9 (where it divides).
BOOST_AUTO_TEST_CASE(ceil_mode_is_turned_into_padding) {
  const auto ceil = [](auto& node) {
    set_integers(node, "strides", {2, 2});
    set_integer(node, "ceil_mode", 1);
  };
  BOOST_TEST(window_of<MaxPoolOp>("MaxPool", ceil, 8).pad_bottom == 1);
  BOOST_TEST(window_of<MaxPoolOp>("MaxPool", ceil, 9).pad_bottom == 0);
  BOOST_TEST(window_of<AveragePoolOp>("AveragePool", ceil, 8).pad_right == 1);
}

BOOST_AUTO_TEST_CASE(fully_connected_layers_as_gemm_in_any_orientation) {
  for (const bool transposed : {false, true}) {
    OnnxModel model(13, 2, 1);
    model.node("Flatten", "flat", {"image"});
    if (transposed) {
      model.floats("w", {3, 2});
    } else {
      model.floats("w", {2, 3});
    }
    model.floats("b", {3});
    auto& node = model.node("Gemm", "fc", {"flat", "w", "b"});
    if (transposed) set_integer(node, "transB", 1);
    set_number(node, "alpha", 2);
    set_number(node, "beta", 3);
    model.output("fc");
    const ImportedNetwork network = model.import();
    BOOST_REQUIRE(last(network).as<FullyConnectedOp>());
    BOOST_TEST(values(network, "fc.bias") == (std::vector<float>{0, 3, 6}));
    BOOST_TEST(values(network, "fc.weight") == (transposed
                                                    ? std::vector<float>{0, 2, 4, 6, 8, 10}
                                                    : std::vector<float>{0, 6, 2, 8, 4, 10}));
  }
}

BOOST_AUTO_TEST_CASE(a_matrix_product_takes_the_constant_behind_it_as_bias) {
  OnnxModel model(13, 2, 1);
  model.integers("shape", {-1, 2});
  model.node("Reshape", "flat", {"image", "shape"});
  model.floats("fc.weight", {2, 3});
  model.floats("b", {3});
  model.node("MatMul", "product", {"flat", "fc.weight"});
  model.node("Add", "sum", {"b", "product"});
  model.node("Softmax", "probabilities", {"sum"});
  model.output("probabilities");
  const ImportedNetwork network = model.import();
  BOOST_TEST(network.graph.nodes().size() == 4);  // input, flat, fc, softmax
  BOOST_TEST(values(network, "fc.weight") == (std::vector<float>{0, 3, 1, 4, 2, 5}));
  BOOST_TEST(values(network, "fc.bias") == (std::vector<float>{0, 1, 2}));
  BOOST_TEST(last(network).as<SoftmaxOp>());
}

BOOST_AUTO_TEST_CASE(batch_norm_relu_add_and_concat) {
  OnnxModel model;
  for (const char* name : {"norm.weight", "norm.bias", "mean", "var"}) model.floats(name, {2});
  auto& norm = model.node("BatchNormalization", "bn_0",
                          {"image", "norm.weight", "norm.bias", "mean", "var"});
  set_number(norm, "epsilon", 0.25F);
  set_number(norm, "momentum", 0.9F);
  model.node("Relu", "", {"bn_0"}).set_output(0, "r");
  model.node("Add", "", {"r", "image"}).set_output(0, "s");
  model.node("Sum", "twice", {"s", "s"});
  set_integer(model.node("Concat", "both", {"s", "twice"}), "axis", 1);
  model.output("both");
  const ImportedNetwork network = model.import();
  const auto& nodes = network.graph.nodes();
  BOOST_TEST(nodes[1].name == "norm");
  BOOST_TEST(nodes[1].as<BatchNormOp>()->epsilon == 0.25F);
  BOOST_TEST(values(network, "norm.running_var") == (std::vector<float>{0, 1}));
  BOOST_TEST(nodes[2].name == "relu#0");
  BOOST_TEST(nodes[3].name == "add#0");
  BOOST_TEST(nodes[4].as<AddOp>());
  BOOST_TEST((last(network).shape == Shape{8, 8, 4}));
}

BOOST_AUTO_TEST_CASE(unnamed_relus_are_named_after_the_module_of_their_layer) {
  OnnxModel model;
  model.floats("layer1.0.conv1.weight", {2, 2, 1, 1});
  model.node("Conv", "c", {"image", "layer1.0.conv1.weight"});
  model.node("Relu", "", {"c"}).set_output(0, "r0");
  model.node("Add", "a", {"r0", "image"});
  model.node("Relu", "", {"a"}).set_output(0, "r1");
  model.output("r1");
  const auto nodes = model.import().graph.nodes();
  BOOST_TEST(nodes[2].name == "layer1.0.relu#0");
  BOOST_TEST(nodes[4].name == "layer1.0.relu#1");
  BOOST_TEST(nodes[4].stage == 1);
}

BOOST_AUTO_TEST_CASE(clip_is_relu_or_relu6) {
  for (const int opset : {7, 11}) {
    OnnxModel model(opset);
    auto& node = model.node("Clip", "clip", {"image"});
    if (opset < 11) {
      set_number(node, "min", 0);
      set_number(node, "max", 6);
    } else {
      model.floats("low", {}).set_float_data(0, 0);
      model.floats("high", {}).set_float_data(0, 6);
      node.add_input("low");
      node.add_input("high");
    }
    model.output("clip");
    BOOST_TEST(last(model.import()).as<Relu6Op>());
  }
  OnnxModel open(9);
  set_number(open.node("Clip", "clip", {"image"}), "min", 0);
  open.output("clip");
  BOOST_TEST(last(open.import()).as<ReluOp>());
  OnnxModel other(9);
  set_number(other.node("Clip", "clip", {"image"}), "min", -1);
  other.output("clip");
  BOOST_CHECK_THROW(other.import(), ConfigError);
}

BOOST_AUTO_TEST_CASE(means_over_the_map_are_global_pools) {
  OnnxModel pool;
  pool.node("GlobalAveragePool", "x", {"image"});
  pool.output("x");
  BOOST_TEST(last(pool.import()).as<GlobalAveragePoolOp>());
  OnnxModel mean;
  set_integers(mean.node("ReduceMean", "x", {"image"}), "axes", {-1, -2});
  mean.output("x");
  BOOST_TEST(last(mean.import()).as<GlobalAveragePoolOp>());
  OnnxModel newer(18);
  newer.integers("axes", {2, 3});
  set_integer(newer.node("ReduceMean", "x", {"image", "axes"}), "keepdims", 0);
  newer.output("x");
  BOOST_TEST(last(newer.import()).as<GlobalAveragePoolOp>());
  OnnxModel wrong;
  set_integers(wrong.node("ReduceMean", "x", {"image"}), "axes", {1});
  wrong.output("x");
  BOOST_CHECK_THROW(wrong.import(), ConfigError);
}

BOOST_AUTO_TEST_CASE(dropout_identity_and_constant_are_looked_through) {
  OnnxModel model(13, 2, 1);
  auto* value = model.node("Constant", "shape", {}).add_attribute();
  value->set_name("value");
  value->set_type(onnx::AttributeProto::TENSOR);
  value->mutable_t()->set_data_type(onnx::TensorProto::INT64);
  value->mutable_t()->add_dims(2);
  value->mutable_t()->add_int64_data(1);
  value->mutable_t()->add_int64_data(-1);
  model.node("Identity", "same", {"image"});
  model.node("Dropout", "dropped", {"same"});
  model.node("Reshape", "flat", {"dropped", "shape"});
  model.output("flat");
  const ImportedNetwork network = model.import();
  BOOST_TEST(network.graph.nodes().size() == 2);
  BOOST_TEST(last(network).as<FlattenOp>());
}

BOOST_AUTO_TEST_CASE(nodes_in_any_order_are_sorted_and_unused_ones_left_out) {
  OnnxModel model;
  model.node("Relu", "third", {"second"});
  model.node("Relu", "second", {"first"});
  model.node("NonMaxSuppression", "unused", {"first"});
  model.node("Relu", "first", {"image"});
  model.output("third");
  const auto nodes = model.import().graph.nodes();
  BOOST_REQUIRE_EQUAL(nodes.size(), 4);
  BOOST_TEST(nodes[1].name == "first");
  BOOST_TEST(nodes[3].name == "third");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
