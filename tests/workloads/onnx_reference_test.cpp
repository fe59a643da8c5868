// ResNet-50 exported to ONNX by another program's library is the built-in network, bit for bit.

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "tests/support/shared_data.h"
#include "tests/support/temporary_directory.h"
#include "workloads/networks/network.h"
#include "workloads/onnx_import.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

constexpr const char* kWeights = "weights/resnet50_v1_tfofficial_u8.npz";
// Debian's own interpreter: its packages bring the ONNX module.
constexpr const char* kPython = "/usr/bin/python3";

/// False, with a note for CTest, where the machine has no Python with ONNX.
bool has_exporter() {
  const std::string probe = std::string(kPython) + " -c 'import onnx, numpy' 2> /dev/null";
  if (std::system(probe.c_str()) == 0) return true;
  std::cout << "SKIPPED: no " << kPython << " with the modules onnx and numpy\n";
  return false;
}

void expect_same_weights(const Weights& ours, const Weights& imported) {
  BOOST_REQUIRE_EQUAL(ours.tensors.size(), imported.tensors.size());
  for (const auto& [name, tensor] : ours.tensors) {
    BOOST_REQUIRE_MESSAGE(imported.tensors.contains(name), name + " is missing");
    BOOST_TEST((tensor == imported.tensors.at(name)), name + " differs");
  }
}

void expect_import_equals_builtin(const std::string& options, const NetworkOptions& network,
                                  bool temporal) {
  const auto weights_file = test::shared_data_or_skip(kWeights);
  if (!weights_file || !has_exporter()) return;
  const test::TemporaryDirectory folder;
  const std::string model = (folder / "model.onnx").string();
  const auto script = test::source_directory() / "tests/workloads/export_resnet50_onnx.py";
  const std::string command = std::string(kPython) + " '" + script.string() + "' '" +
                              weights_file->string() + "' '" + model + "' " + options;
  BOOST_REQUIRE_EQUAL(std::system(command.c_str()), 0);

  const ImportedNetwork imported = import_onnx(model);
  const Graph graph = build_network("resnet50", network);
  Weights weights = load_weights_npz(*weights_file);
  if (temporal) weights = cross_modality(weights, "conv1", network.input_channels);
  BOOST_TEST((imported.graph == graph));
  expect_same_weights(weights, imported.weights);

  const FoldedNetwork ours = fold_batch_norm(graph, weights);
  const FoldedNetwork theirs = fold_batch_norm(imported.graph, imported.weights);
  BOOST_TEST((ours.graph == theirs.graph));
  expect_same_weights(ours.weights, theirs.weights);
  BOOST_TEST(weights_sha256(ours.graph, ours.weights) ==
             weights_sha256(theirs.graph, theirs.weights));
}

NetworkOptions options_of(int input_channels) {
  NetworkOptions options;
  options.classes = 1001;
  options.input_channels = input_channels;
  return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(onnx_reference_test)

BOOST_AUTO_TEST_CASE(raw_initializers) { expect_import_equals_builtin("", options_of(3), false); }

BOOST_AUTO_TEST_CASE(typed_initializers_and_the_oldest_opset) {
  expect_import_equals_builtin("--typed --opset 7", options_of(3), false);
}

BOOST_AUTO_TEST_CASE(temporal_stream) {
  expect_import_equals_builtin("--channels 30", options_of(30), true);
}

BOOST_AUTO_TEST_CASE(torchvision_stem_pool) {
  NetworkOptions options = options_of(3);
  options.stem_pad = StemPad::kBoth;
  expect_import_equals_builtin("--torchvision-pool", options, false);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace deltasim
