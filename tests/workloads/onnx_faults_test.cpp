// ONNX files that are wrong, and constants in all their forms.

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <utility>

#include "arch/errors.h"
#include "tests/workloads/onnx_support.h"
#include "workloads/onnx_import.h"

namespace deltasim {
namespace {

using test::OnnxModel;
using test::set_integer;
using test::set_integers;
using test::TemporaryDirectory;

std::string message_of_bytes(const std::string& bytes) {
  const TemporaryDirectory folder;
  try {
    import_onnx(folder.write("model.onnx", bytes));
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

std::string message_of(const OnnxModel& model) {
  return message_of_bytes(model.model.SerializeAsString());
}

bool contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  BOOST_TEST_MESSAGE("'" + part + "' is not in: " + text);
  return false;
}

OnnxModel convolution_and_relu() {
  OnnxModel model;
  model.floats("w", {4, 2, 3, 3});
  model.node("Conv", "conv", {"image", "w"});
  model.node("Relu", "relu", {"conv"});
  model.output("relu");
  return model;
}

/// Imports one convolution with this constant as its bias.
std::vector<float> bias_as_read(const onnx::TensorProto& bias) {
  OnnxModel model;
  model.floats("w", {static_cast<int>(bias.dims(0)), 2, 1, 1});
  *model.graph().add_initializer() = bias;
  model.node("Conv", "conv", {"image", "w", "b"});
  model.output("conv");
  return model.import().weights.tensors.at("conv.bias").values;
}

onnx::TensorProto tensor_of(onnx::TensorProto::DataType type, int elements) {
  onnx::TensorProto tensor;
  tensor.set_name("b");
  tensor.set_data_type(type);
  tensor.add_dims(elements);
  return tensor;
}

template <typename T>
void set_raw(onnx::TensorProto& tensor, const std::vector<T>& values) {
  tensor.set_raw_data(values.data(), values.size() * sizeof(T));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(onnx_faults_test)

BOOST_AUTO_TEST_CASE(constants_of_all_types_raw_and_typed) {
  const std::vector<float> expected{1, -2};
  for (const bool raw : {false, true}) {
    auto single = tensor_of(onnx::TensorProto::FLOAT, 2);
    auto twice = tensor_of(onnx::TensorProto::DOUBLE, 2);
    auto half = tensor_of(onnx::TensorProto::FLOAT16, 2);
    auto brain = tensor_of(onnx::TensorProto::BFLOAT16, 2);
    if (raw) {
      set_raw<float>(single, {1, -2});
      set_raw<double>(twice, {1, -2});
      set_raw<std::uint16_t>(half, {0x3c00, 0xc000});
      set_raw<std::uint16_t>(brain, {0x3f80, 0xc000});
    } else {
      for (const float value : expected) single.add_float_data(value);
      for (const float value : expected) twice.add_double_data(value);
      for (const int bits : {0x3c00, 0xc000}) half.add_int32_data(bits);
      for (const int bits : {0x3f80, 0xc000}) brain.add_int32_data(bits);
    }
    for (const auto& tensor : {single, twice, half, brain}) {
      BOOST_TEST(bias_as_read(tensor) == expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(constants_in_external_files) {
  const TemporaryDirectory folder;
  folder.write("data.bin", std::string(4, 'x') + std::string("\0\0\x80\x3f\0\0\0\xc0", 8));
  const auto import_with = [&](const std::string& location, const std::string& offset) {
    OnnxModel model;
    model.floats("w", {2, 2, 1, 1});
    auto bias = tensor_of(onnx::TensorProto::FLOAT, 2);
    bias.set_data_location(onnx::TensorProto::EXTERNAL);
    const std::vector<std::pair<std::string, std::string>> entries{
        {"location", location}, {"offset", offset}, {"length", "8"}};
    for (const auto& [key, value] : entries) {
      auto* entry = bias.add_external_data();
      entry->set_key(key);
      entry->set_value(value);
    }
    *model.graph().add_initializer() = bias;
    model.node("Conv", "conv", {"image", "w", "b"});
    model.output("conv");
    return import_onnx(folder.write("model.onnx", model.model.SerializeAsString()));
  };
  BOOST_TEST(import_with("data.bin", "4").weights.tensors.at("conv.bias").values ==
             (std::vector<float>{1, -2}));
  BOOST_CHECK_THROW(import_with("data.bin", "5"), ConfigError);
  BOOST_CHECK_THROW(import_with("data.bin", "x"), ConfigError);
  BOOST_CHECK_THROW(import_with("none.bin", "0"), ConfigError);
  BOOST_CHECK_THROW(import_with("../data.bin", "0"), ConfigError);
  BOOST_CHECK_THROW(import_with("/etc/passwd", "0"), ConfigError);
}

BOOST_AUTO_TEST_CASE(constants_of_wrong_length_or_type_are_refused) {
  auto fewer = tensor_of(onnx::TensorProto::FLOAT, 2);
  fewer.add_float_data(1);
  BOOST_CHECK_THROW(bias_as_read(fewer), ConfigError);
  auto odd = tensor_of(onnx::TensorProto::FLOAT, 2);
  odd.set_raw_data("12345");
  BOOST_CHECK_THROW(bias_as_read(odd), ConfigError);
  auto text = tensor_of(onnx::TensorProto::STRING, 2);
  BOOST_CHECK_THROW(bias_as_read(text), ConfigError);
}

BOOST_AUTO_TEST_CASE(an_unsupported_operator_names_node_operator_and_opset) {
  OnnxModel model;
  model.node("LRN", "norm1", {"image"});
  model.output("norm1");
  BOOST_TEST(contains(message_of(model), "node 'norm1' (LRN, opset 13)"));
  BOOST_TEST(contains(message_of(model), "not supported"));
  OnnxModel foreign;
  foreign.node("Relu", "mine", {"image"}).set_domain("com.example");
  foreign.output("mine");
  BOOST_TEST(contains(message_of(foreign), "node 'mine' (com.example.Relu, opset 13)"));
}

BOOST_AUTO_TEST_CASE(a_cycle_is_named) {
  OnnxModel model;
  model.node("Add", "a", {"image", "c"});
  model.node("Relu", "b", {"a"});
  model.node("Relu", "c", {"b"});
  model.output("c");
  BOOST_TEST(contains(message_of(model), "a cycle: a -> b -> c -> a"));
  OnnxModel self;
  self.node("Add", "loop", {"image", "loop"});
  self.node("Relu", "r", {"loop"});
  self.output("r");
  BOOST_TEST(contains(message_of(self), "a cycle: loop -> loop"));
}

BOOST_AUTO_TEST_CASE(dangling_and_doubled_values_are_all_named) {
  OnnxModel model;
  model.node("Relu", "first", {"imagee"});
  model.node("Relu", "second", {"first"});
  model.node("Relu", "twin", {"first"}).set_output(0, "second");
  model.output("secnd");
  const std::string message = message_of(model);
  BOOST_TEST(contains(message, "'imagee', which nothing computes"));
  BOOST_TEST(contains(message, "did you mean image?"));
  BOOST_TEST(contains(message, "output 'second', which something else computes too"));
  BOOST_TEST(contains(message, "the graph's output: found 'secnd'"));
}

BOOST_AUTO_TEST_CASE(what_is_no_model_is_refused) {
  BOOST_TEST(contains(message_of_bytes(""), "is no ONNX model"));
  BOOST_TEST(contains(message_of_bytes("PK\3\4 a zip archive, say"), "is no ONNX model"));
  BOOST_TEST(contains(message_of_bytes(std::string(1000, '\xff')), "is no ONNX model"));
  BOOST_CHECK_THROW(import_onnx("no/such/file.onnx"), ConfigError);
  BOOST_CHECK_THROW(import_onnx("/tmp"), ConfigError);
}

BOOST_AUTO_TEST_CASE(a_model_cut_anywhere_is_refused) {
  const std::string whole = convolution_and_relu().model.SerializeAsString();
  BOOST_TEST(message_of_bytes(whole) == "no error");
  for (std::size_t length = 0; length < whole.size(); ++length) {
    // The opset stands in front of or behind the graph; without either there is no model.
    BOOST_TEST(message_of_bytes(whole.substr(0, length)) != "no error");
  }
}

// Whatever is flipped, import ends in a network or in a ConfigError.
BOOST_AUTO_TEST_CASE(random_damage_never_crashes) {
  const std::string whole = convolution_and_relu().model.SerializeAsString();
  const bool held = rc::check([&] {
    std::string bytes = whole;
    for (int flips = *rc::gen::inRange(1, 6); flips > 0; --flips) {
      const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
      bytes[at] = static_cast<char>(*rc::gen::arbitrary<std::uint8_t>());
    }
    message_of_bytes(bytes);
  });
  BOOST_TEST(held);
}

BOOST_AUTO_TEST_CASE(inputs_must_be_one_fixed_map) {
  OnnxModel dynamic = convolution_and_relu();
  dynamic.input_dimension(2).clear_dim_value();
  dynamic.input_dimension(2).set_dim_param("height");
  BOOST_TEST(contains(message_of(dynamic), "input height: found dynamic extent 'height'"));
  OnnxModel batch = convolution_and_relu();
  batch.input_dimension(0).clear_dim_value();
  BOOST_TEST(message_of(batch) == "no error");
  OnnxModel absurd = convolution_and_relu();
  absurd.input_dimension(3).set_dim_value(std::int64_t{1} << 60);
  BOOST_TEST(contains(message_of(absurd), "input width"));
  OnnxModel negative = convolution_and_relu();
  negative.input_dimension(1).set_dim_value(-3);
  BOOST_TEST(contains(message_of(negative), "input channels"));
  OnnxModel two = convolution_and_relu();
  *two.graph().add_input() = two.graph().input(0);
  two.graph().mutable_input(1)->set_name("other");
  BOOST_TEST(contains(message_of(two), "2 inputs"));
  OnnxModel outputs = convolution_and_relu();
  outputs.output("conv");
  BOOST_TEST(contains(message_of(outputs), "2 outputs (relu, conv)"));
}

BOOST_AUTO_TEST_CASE(opsets_below_seven_and_none_are_refused) {
  BOOST_TEST(contains(message_of(OnnxModel(6)), "no graph"));
  OnnxModel old = convolution_and_relu();
  old.model.mutable_opset_import(0)->set_version(6);
  BOOST_TEST(contains(message_of(old), "opset: found 6, expected 7 or newer"));
  OnnxModel none = convolution_and_relu();
  none.model.clear_opset_import();
  BOOST_TEST(contains(message_of(none), "opset"));
}

BOOST_AUTO_TEST_CASE(attributes_that_are_absurd_or_unknown_are_refused) {
  const auto with = [](auto set) {
    OnnxModel model = convolution_and_relu();
    set(*model.graph().mutable_node(0));
    return message_of(model);
  };
  BOOST_TEST(
      contains(with([](auto& node) { set_integer(node, "colour", 1); }), "attribute colour"));
  BOOST_TEST(contains(with([](auto& node) { set_integer(node, "strides", 1); }),
                      "attribute strides of type INT"));
  BOOST_TEST(contains(with([](auto& node) {
                        set_integers(node, "strides", {0, 1});
                      }),
                      "0 (height)"));
  BOOST_TEST(contains(with([](auto& node) { set_integers(node, "strides", {1}); }), "1 values"));
  BOOST_TEST(contains(with([](auto& node) {
                        set_integers(node, "dilations", {1, std::int64_t{1} << 62});
                      }),
                      "(width)"));
  BOOST_TEST(contains(with([](auto& node) {
                        set_integers(node, "pads", {0, 0, -1, 0});
                      }),
                      "padding -1"));
  BOOST_TEST(contains(with([](auto& node) { set_integer(node, "group", std::int64_t{1} << 40); }),
                      "group 1099511627776"));
  BOOST_TEST(contains(with([](auto& node) { set_integer(node, "group", 3); }), "3 groups"));
  BOOST_TEST(contains(with([](auto& node) {
                        set_integers(node, "kernel_shape", {5, 5});
                      }),
                      "kernel_shape other than the weights'"));
}

BOOST_AUTO_TEST_CASE(weights_that_do_not_fit_are_refused) {
  OnnxModel channels;
  channels.floats("w", {4, 3, 3, 3});
  channels.node("Conv", "conv", {"image", "w"});
  channels.output("conv");
  BOOST_TEST(
      contains(message_of(channels), "conv.weight: found [4, 3, 3, 3], expected [4, 2, 3, 3]"));
  OnnxModel nan;
  nan.floats("w", {1, 2, 1, 1}).set_float_data(1, std::nanf(""));
  nan.node("Conv", "conv", {"image", "w"});
  nan.output("conv");
  BOOST_TEST(contains(message_of(nan), "NaN"));
  OnnxModel dims = convolution_and_relu();
  dims.graph().mutable_initializer(0)->set_dims(0, std::int64_t{1} << 40);
  BOOST_TEST(contains(message_of(dims), "an extent of 1099511627776"));
  OnnxModel computed;
  computed.node("Relu", "w", {"image"});
  computed.node("Conv", "conv", {"image", "w"});
  computed.output("conv");
  BOOST_TEST(contains(message_of(computed), "input 'w', which is computed"));
}

BOOST_AUTO_TEST_CASE(a_constant_added_to_a_map_that_is_no_bias_is_refused) {
  OnnxModel model;
  model.floats("c", {1, 2, 8, 8});
  model.node("Add", "sum", {"image", "c"});
  model.output("sum");
  BOOST_TEST(contains(message_of(model), "a constant added to a map"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
