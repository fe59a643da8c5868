#include "arch/accelerator_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <span>

#include "arch/accelerator_checks.h"
#include "arch/config_reader.h"
#include "arch/dvfs_reader.h"
#include "arch/resources.h"

namespace deltasim {
namespace {

/// Enumerators by the names that to_string() gives them.
template <typename Enum>
ConfigNode::Choices<Enum> named(std::initializer_list<Enum> values) {
  ConfigNode::Choices<Enum> choices;
  for (const Enum value : values) choices.emplace_back(to_string(value), value);
  return choices;
}

constexpr Bits kWidestOperand(64);
constexpr Bytes kMebibyte(1 << 20);

Bounds<Bits> operand_bits() { return between(Bits(1), kWidestOperand); }

/// A name that can stand in file names and tables: letters, digits, '_', '-' and '.'.
std::string read_name(const ConfigNode& node, std::string_view key) {
  const std::string name = node.required<std::string>(key);
  const bool plain = std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
  });
  if (node.any(key).is(ConfigTree::Kind::kScalar) && (name.empty() || !plain)) {
    node.reject(key, "a name of letters, digits, '_', '-' and '.'");
  }
  return name;
}

DramSpec read_dram(const ConfigNode& node) {
  DramSpec dram;
  dram.part = read_name(node, "part");
  dram.channels = node.required<int>("channels", between(1, 64));
  dram.ranks = node.required<int>("ranks", between(1, 16));
  dram.address_mapping = read_name(node, "address_mapping");
  dram.controller = dram::read_controller(node);
  return dram;
}

GlbSpec read_glb(const ConfigNode& node) {
  GlbSpec glb;
  glb.capacity = node.required<Bytes>("capacity", between(Bytes(1024), kMebibyte * 1024));
  glb.banks = node.required<int>("banks", between(1, 1024));
  glb.width = node.required<Bits>("width", between(Bits(8), Bits(8192)));
  glb.ports = node.required<int>("ports", between(1, 8));
  const ConfigNode partition = node.child("partition");
  glb.partition.weights = partition.required<Bytes>("weights");
  glb.partition.activations = partition.required<Bytes>("activations");
  glb.partition.partial_sums = partition.required<Bytes>("partial_sums");
  glb.partition.state = partition.required<Bytes>("state");
  return glb;
}

NocSpec read_noc(const ConfigNode& node) {
  NocSpec noc;
  noc.topology = node.choice("topology", named({NocTopology::kBus, NocTopology::kMesh,
                                                NocTopology::kCrossbar, NocTopology::kSystolic}));
  noc.link_width = node.required<Bits>("link_width", between(Bits(1), Bits(65536)));
  noc.hop_latency = node.required<Cycles>("hop_latency", between(Cycles(1), Cycles(64)));
  noc.multicast = node.required<bool>("multicast");
  return noc;
}

/// Only an event-driven array has a partition. A misspelt dataflow may have been meant to be one.
Partition read_partition(const ConfigNode& node, Dataflow dataflow) {
  if (dataflow == Dataflow::kEventDriven) {
    return node.choice("partition", named({Partition::kOutputChannel, Partition::kSpatial,
                                           Partition::kInputChannel}));
  }
  const bool known = node.required<std::string>("dataflow") == to_string(dataflow);
  if (known && node.has("partition")) {
    node.reject("partition", "no such key: only the dataflow event_driven has a partition");
  }
  return Partition::kOutputChannel;
}

PeArraySpec read_pe_array(const ConfigNode& node) {
  PeArraySpec array;
  array.rows = node.required<int>("rows", between(1, 4096));
  array.columns = node.required<int>("columns", between(1, 4096));
  array.dataflow = node.choice(
      "dataflow",
      named({Dataflow::kWeightStationary, Dataflow::kOutputStationary, Dataflow::kInputStationary,
             Dataflow::kRowStationary, Dataflow::kEventDriven}));
  array.partition = read_partition(node, array.dataflow);
  array.zero_handling = node.choice(
      "zero_handling", named({ZeroHandling::kNone, ZeroHandling::kGate, ZeroHandling::kSkip}));
  array.mac_lanes = node.required<int>("mac_lanes", between(1, 1024));
  array.weight_bits = node.required<Bits>("weight_bits", operand_bits());
  array.activation_bits = node.required<Bits>("activation_bits", operand_bits());
  array.partial_sum_bits = node.required<Bits>("partial_sum_bits", operand_bits());
  array.weight_memory = node.required<Bytes>("weight_memory", between(Bytes(1), kMebibyte * 64));
  array.partial_sum_memory =
      node.required<Bytes>("partial_sum_memory", between(Bytes(1), kMebibyte * 64));
  array.fifo_depth = node.required<int>("fifo_depth", between(1, 65536));
  array.pipeline_depth = node.required<Cycles>("pipeline_depth", between(Cycles(1), Cycles(64)));
  return array;
}

DeltaUnitSpec read_delta_unit(const ConfigNode& node) {
  DeltaUnitSpec unit;
  unit.lanes = node.required<int>("lanes", between(1, 65536));
  unit.pipeline_depth = node.required<Cycles>("pipeline_depth", between(Cycles(1), Cycles(64)));
  return unit;
}

/// The name of a file of configs/memories, or the path of a file, as it is found from here.
std::string read_technology(const ConfigNode& node, const std::filesystem::path& folder) {
  const std::string name = node.required<std::string>("technology");
  if (!node.any("technology").is(ConfigTree::Kind::kScalar)) return name;
  if (names_a_file(name)) {
    std::string tried;
    const auto file = find_beside(folder, name, tried);
    if (!file) node.reject("technology", "a file that is there; tried " + tried);
    return file.value_or(name).string();
  }
  const std::vector<std::string> names = resource_names("memories");
  if (std::ranges::find(names, name) == names.end()) {
    node.reject("technology",
                fmt::format("the path of a .yaml file, or one of: {}", fmt::join(names, ", ")),
                nearest_name(name, names));
  }
  return name;
}

MemorySpec read_memory(const ConfigNode& node, const std::filesystem::path& folder) {
  MemorySpec memory;
  memory.name = read_name(node, "name");
  memory.technology = read_technology(node, folder);
  memory.capacity = node.required<Bytes>("capacity", between(Bytes(1), kMebibyte * 65536));
  memory.banks = node.required<int>("banks", between(1, 65536));
  memory.width = node.required<Bits>("width", between(Bits(8), Bits(8192)));
  memory.ports = node.required<int>("ports", between(1, 8));
  return memory;
}

/// Each with a name of its own, which is none of the places that there are anyway.
std::vector<MemorySpec> read_memories(const ConfigNode& root, const std::filesystem::path& folder) {
  std::vector<MemorySpec> memories;
  for (const ConfigNode& node : root.optional_list("memories")) {
    MemorySpec memory = read_memory(node, folder);
    const bool taken =
        memory.name == to_string(StatePlace::kGlb) || memory.name == to_string(StatePlace::kDram) ||
        std::ranges::find(memories, memory.name, &MemorySpec::name) != memories.end();
    if (taken) node.reject("name", "a name that nothing else has (glb and dram are taken)");
    memories.push_back(std::move(memory));
  }
  return memories;
}

void read_place(const ConfigNode& node, const std::vector<MemorySpec>& memories,
                StatePolicy& state) {
  std::vector<std::string> names{std::string(to_string(StatePlace::kGlb)),
                                 std::string(to_string(StatePlace::kDram))};
  for (const MemorySpec& memory : memories) names.push_back(memory.name);
  const std::string name = node.one_of("place", names);
  const auto index = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  state.place = static_cast<StatePlace>(std::min<std::size_t>(index, 2));
  if (state.place == StatePlace::kMemory) state.memory = name;
}

StatePolicy read_state(const ConfigNode& node, const std::vector<MemorySpec>& memories) {
  StatePolicy state;
  read_place(node, memories, state);
  state.bits = node.required<Bits>("bits", operand_bits());
  state.granularity = node.choice(
      "granularity",
      named({StateGranularity::kElement, StateGranularity::kPixel, StateGranularity::kTile}));
  return state;
}

AcceleratorSpec read_spec(const ConfigNode& root, const std::filesystem::path& folder) {
  AcceleratorSpec spec;
  spec.name = read_name(root, "name");
  spec.description = root.optional<std::string>("description", "");
  spec.clock = root.required<Hertz>("clock", between(Hertz(1e6), Hertz(1e10)));
  if (const auto dvfs = root.maybe_child("dvfs")) spec.dvfs = read_dvfs(*dvfs);
  spec.dram = read_dram(root.child("dram"));
  spec.glb = read_glb(root.child("glb"));
  spec.noc = read_noc(root.child("noc"));
  spec.pe_array = read_pe_array(root.child("pe_array"));
  spec.delta_unit = read_delta_unit(root.child("delta_unit"));
  spec.activation_format = root.choice(
      "activation_format", named({ActivationFormat::kDense, ActivationFormat::kBitmask,
                                  ActivationFormat::kRunLength, ActivationFormat::kCoordinate}));
  spec.memories = read_memories(root, folder);
  spec.state = read_state(root.child("state"), spec.memories);
  return spec;
}

bool lies_under(std::string_view key_path, std::string_view section) {
  return key_path.starts_with(section) &&
         (key_path.size() == section.size() || key_path[section.size()] == '.' ||
          key_path[section.size()] == '[');
}

/// A value that could not be read has been replaced by some other, so that a misfit with it would
/// be none of the user's.
bool was_read_well(const Misfit& misfit, std::span<const Fault> faults) {
  return std::ranges::none_of(misfit.sections, [&](const std::string& section) {
    return std::ranges::any_of(
        faults, [&](const Fault& fault) { return lies_under(fault.key_path, section); });
  });
}

/// 2 for "[2]".
std::size_t index_in(std::string_view brackets) {
  std::size_t index = 0;
  std::from_chars(brackets.data() + 1, brackets.data() + brackets.size(), index);
  return index;
}

void reject_at(const ConfigNode& root, std::string_view key_path, const std::string& expected) {
  ConfigNode node = root;
  for (std::size_t dot; (dot = key_path.find('.')) != std::string_view::npos;) {
    const std::string_view step = key_path.substr(0, dot);
    const std::size_t bracket = step.find('[');
    if (bracket == std::string_view::npos) {
      node = node.child(step);
    } else {
      node = node.list(step.substr(0, bracket))[index_in(step.substr(bracket))];
    }
    key_path.remove_prefix(dot + 1);
  }
  node.reject(key_path, expected);
}

AcceleratorSpec read_checked(ConfigDocument document, const ConfigOverrides& overrides) {
  for (const auto& [key_path, value] : overrides) document.set(key_path, value);
  const ConfigNode root = document.root();
  AcceleratorSpec spec = read_spec(root, document.directory());
  const std::vector<Fault> unreadable = document.faults();
  for (const Misfit& misfit : find_misfits(spec)) {
    if (was_read_well(misfit, unreadable)) reject_at(root, misfit.key_path, misfit.expected);
  }
  document.finish();
  return spec;
}

}  // namespace

AcceleratorSpec read_accelerator(const std::filesystem::path& file,
                                 const ConfigOverrides& overrides) {
  return read_checked(ConfigDocument::load(file), overrides);
}

std::vector<Fault> accelerator_value_faults(const std::filesystem::path& file,
                                            const ConfigOverrides& overrides) {
  ConfigDocument document = ConfigDocument::load(file);
  for (const auto& [key_path, value] : overrides) document.set(key_path, value);
  read_spec(document.root(), document.directory());
  return document.faults();
}

AcceleratorSpec parse_accelerator(std::string_view text, const std::string& file,
                                  const ConfigOverrides& overrides) {
  return read_checked(ConfigDocument::parse(text, file), overrides);
}

}  // namespace deltasim
