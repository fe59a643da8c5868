#include "workloads/onnx_reader/model.h"

#include <google/protobuf/io/zero_copy_stream_impl.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>
#include <queue>
#include <set>
#include <utility>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr int kOldestOpset = 7;
// Protobuf's own limit of a message.
constexpr std::uintmax_t kMaxFileBytes = (std::uintmax_t{1} << 31) - 1;

/// Who computes which value, -1 for graph inputs and initializers.
using Producers = std::map<std::string, int>;

void add_producer(Producers& producers, const std::string& value, int node, const std::string& who,
                  const std::string& file, std::vector<Fault>& faults) {
  if (value.empty() || producers.emplace(value, node).second) return;
  faults.push_back(Fault{file, 0, who, "output '" + value + "', which something else computes too",
                         "every value computed once", ""});
}

Producers find_producers(const onnx::GraphProto& graph, const std::string& file, int opset,
                         std::vector<Fault>& faults) {
  Producers producers{{"", -1}};  // an optional input that is left out
  for (const auto& input : graph.input()) producers.emplace(input.name(), -1);
  std::set<std::string> initializers;
  for (const auto& tensor : graph.initializer()) {
    producers.emplace(tensor.name(), -1);
    if (initializers.insert(tensor.name()).second) continue;
    faults.push_back(Fault{file, 0, "initializer", "'" + tensor.name() + "' twice", "it once", ""});
  }
  for (int n = 0; n < graph.node_size(); ++n) {
    for (const std::string& output : graph.node(n).output()) {
      add_producer(producers, output, n, node_label(graph.node(n), opset), file, faults);
    }
  }
  return producers;
}

std::vector<std::string> value_names(const Producers& producers) {
  std::vector<std::string> names;
  for (const auto& [name, node] : producers) names.push_back(name);
  return names;
}

void find_dangling(const onnx::GraphProto& graph, const Producers& producers,
                   const std::string& output, const std::string& file, int opset,
                   std::vector<Fault>& faults) {
  const auto check = [&](const std::string& value, const std::string& who) {
    if (producers.contains(value)) return;
    faults.push_back(Fault{file, 0, who, "'" + value + "', which nothing computes",
                           "an input, an initializer or a node's output",
                           nearest_name(value, value_names(producers))});
  };
  for (const auto& node : graph.node()) {
    for (const std::string& input : node.input()) check(input, node_label(node, opset));
  }
  check(output, "the graph's output");
}

/// Nodes that `output` depends on.
std::vector<bool> needed_nodes(const onnx::GraphProto& graph, const Producers& producers,
                               const std::string& output) {
  std::vector<bool> needed(static_cast<std::size_t>(graph.node_size()), false);
  std::vector<int> open{producers.at(output)};
  while (!open.empty()) {
    const int node = open.back();
    open.pop_back();
    if (node < 0 || needed[static_cast<std::size_t>(node)]) continue;
    needed[static_cast<std::size_t>(node)] = true;
    for (const std::string& input : graph.node(node).input()) open.push_back(producers.at(input));
  }
  return needed;
}

/// Some producer of the node's inputs that waits as well; there is one, or the node were ready.
int waiting_source(const onnx::GraphProto& graph, const Producers& producers,
                   const std::set<int>& waiting, int node) {
  for (const std::string& input : graph.node(node).input()) {
    if (waiting.contains(producers.at(input))) return producers.at(input);
  }
  DELTASIM_INVARIANT(false, "a node that waits has a source that waits");
  return -1;
}

/// Goes back from source to source among the nodes that wait, until one comes again.
std::string describe_cycle(const onnx::GraphProto& graph, const Producers& producers,
                           const std::set<int>& waiting) {
  std::vector<int> path{*waiting.begin()};
  auto first = path.end();
  while (first == path.end()) {
    const int source = waiting_source(graph, producers, waiting, path.back());
    path.push_back(source);
    first = std::find(path.begin(), path.end() - 1, source);
    if (first == path.end() - 1) first = path.end();
  }
  std::string text;
  for (auto node = path.rbegin(); node.base() != first; ++node) {
    const auto& message = graph.node(*node);
    text += (text.empty() ? "" : " -> ") +
            (message.name().empty() ? message.output(0) : message.name());
  }
  return text;
}

}  // namespace

onnx::ModelProto read_onnx_model(const std::filesystem::path& path) {
  const std::string file = path.string();
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(path, error);
  std::ifstream in(path, std::ios::binary);
  if (!is_file || !in) throw ConfigError(file, "cannot be opened");
  if (std::filesystem::file_size(path, error) > kMaxFileBytes) {
    throw ConfigError(file, "is larger than 2 GiB, more than one ONNX message can hold");
  }
  const google::protobuf::LogSilencer quiet;  // what is wrong is said below
  google::protobuf::io::IstreamInputStream stream(&in);
  onnx::ModelProto model;
  if (!model.ParseFromZeroCopyStream(&stream)) {
    throw ConfigError(file, "is no ONNX model, or cut short");
  }
  if (!model.has_graph() || model.graph().node_size() == 0) {
    throw ConfigError(file, "is no ONNX model: it holds no graph of nodes");
  }
  return model;
}

int standard_opset(const onnx::ModelProto& model, const std::string& file) {
  for (const auto& import : model.opset_import()) {
    if (!import.domain().empty() && import.domain() != "ai.onnx") continue;
    if (import.version() >= kOldestOpset && import.version() < 1000) {
      return static_cast<int>(import.version());
    }
    throw ConfigError(Fault{file, 0, "opset", std::to_string(import.version()), "7 or newer", ""});
  }
  throw ConfigError(
      Fault{file, 0, "opset", "no version of the standard operators", "7 or newer", ""});
}

std::string node_label(const onnx::NodeProto& node, int opset) {
  const std::string name = !node.name().empty()     ? node.name()
                           : node.output_size() > 0 ? node.output(0)
                                                    : "";
  const bool standard = node.domain().empty() || node.domain() == "ai.onnx";
  return "node '" + name + "' (" + (standard ? "" : node.domain() + ".") + node.op_type() +
         ", opset " + std::to_string(opset) + ")";
}

std::vector<int> execution_order(const onnx::GraphProto& graph, const std::string& output,
                                 const std::string& file, int opset) {
  std::vector<Fault> faults;
  const Producers producers = find_producers(graph, file, opset, faults);
  find_dangling(graph, producers, output, file, opset, faults);
  if (!faults.empty()) throw ConfigError(std::move(faults));

  const std::vector<bool> needed = needed_nodes(graph, producers, output);
  std::map<int, std::set<int>> readers;
  std::map<int, int> missing_inputs;
  std::set<int> waiting;
  // The smallest index first: a file that is in order stays as it is.
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (int n = 0; n < graph.node_size(); ++n) {
    if (!needed[static_cast<std::size_t>(n)]) continue;
    std::set<int> sources;
    for (const std::string& input : graph.node(n).input()) sources.insert(producers.at(input));
    sources.erase(-1);
    for (const int source : sources) readers[source].insert(n);
    missing_inputs[n] = static_cast<int>(sources.size());
    waiting.insert(n);
    if (sources.empty()) ready.push(n);
  }
  std::vector<int> order;
  while (!ready.empty()) {
    const int node = ready.top();
    ready.pop();
    order.push_back(node);
    waiting.erase(node);
    for (const int reader : readers[node]) {
      if (--missing_inputs[reader] == 0) ready.push(reader);
    }
  }
  if (!waiting.empty()) {
    throw ConfigError(Fault{file, 0, "graph",
                            "a cycle: " + describe_cycle(graph, producers, waiting),
                            "nodes that do not depend on themselves", ""});
  }
  return order;
}

}  // namespace deltasim
