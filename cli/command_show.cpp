#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "arch/accelerator_reader.h"
#include "arch/errors.h"
#include "arch/resources.h"
#include "cli/commands.h"
#include "cli/value_kinds.h"
#include "energy/area.h"
#include "energy/energy_table.h"
#include "energy/ert_reader.h"
#include "energy/memory_technology.h"
#include "energy/sram_model.h"
#include "sim/pipeline/describe_network.h"
#include "sim/pipeline/streams.h"
#include "workloads/onnx_import.h"
#include "workloads/topology_import.h"
#include "workloads/weights.h"

namespace deltasim::cli {
namespace {

void show_network(const std::string& name) {
  const std::filesystem::path file(name);
  if (file.extension() == ".csv") {
    fmt::print("{}", describe_layers(file.filename().string(), read_topology(file)));
    return;
  }
  if (file.extension() == ".onnx") {
    const ImportedNetwork imported = import_onnx(file);
    fmt::print("{}", describe_network(fold_batch_norm(imported.graph, imported.weights).graph));
    return;
  }
  NetworkSpec spec;
  spec.network = name;
  for (const StreamNetwork& stream : load_streams(spec)) {
    fmt::print("{} stream\n{}\n", stream.name,
               describe_network(fold_batch_norm(stream.graph, stream.weights).graph));
  }
}

void show_accelerator(const std::string& name, const std::string& energy) {
  const AcceleratorSpec spec = read_accelerator(find_resource("accelerators", name));
  fmt::print("{}\n", draw_accelerator(spec));
  if (energy.empty()) return;
  const std::filesystem::path table = find_resource("energy", energy);
  fmt::print("{}", describe(estimate_area(spec, read_energy_table(table))));
}

/// A table's name and what it is, a line each.
std::string list_energy_tables() {
  std::string text;
  for (const std::string& name : resource_names("energy")) {
    const EnergyTable table = read_energy_table(find_resource("energy", name));
    text +=
        fmt::format("{:<20} {:>3} entries  {}\n", name, table.entries.size(), table.description);
  }
  return text;
}

void show_energy(const std::string& name) {
  if (name.empty()) {
    fmt::print("{}", list_energy_tables());
    return;
  }
  const std::filesystem::path file = find_resource("energy", name);
  if (is_energy_reference_table(file)) {
    fmt::print("{}", describe(read_energy_reference_table(file)));
    return;
  }
  fmt::print("{}\n", describe(read_energy_table(file)));
}

void show_sram(const std::string& name) {
  fmt::print("{}", describe(read_sram_model(find_resource("sram", name))));
}

void show_memory(const std::string& name) {
  fmt::print("{}", describe(read_memory_technology(find_resource("memories", name))));
}

/// @param takes a value kind
/// @param needs_name without one, `print` gets an empty name
void add(CLI::App& show, const std::string& kind, const std::string& description, const char* takes,
         bool needs_name, void (*print)(const std::string&), Action& chosen) {
  auto name = std::make_shared<std::string>();
  CLI::App* command = show.add_subcommand(kind, description);
  command->add_option("name", *name, "Name, or file")->required(needs_name)->type_name(takes);
  command->callback([name, print, &chosen] {
    chosen = [name, print]() -> int {
      print(*name);
      return kDone;
    };
  });
}

/// With an energy table, the chip's area beside its drawing.
void add_accelerator(CLI::App& show, const std::string& description, Action& chosen) {
  auto name = std::make_shared<std::string>();
  auto energy = std::make_shared<std::string>();
  CLI::App* command = show.add_subcommand("accelerator", description);
  command->add_option("name", *name, "Name, or file")->required()->type_name(kind::kAccelerator);
  command->add_option("--energy", *energy, "Energy table, for an estimate of the area at its node")
      ->type_name(kind::kEnergy);
  command->callback([name, energy, &chosen] {
    chosen = [name, energy]() -> int {
      show_accelerator(*name, *energy);
      return kDone;
    };
  });
}

/// Where they are not found, that is for the command to say that needs them.
std::string names_of(const char* kind) {
  try {
    return fmt::format("{}", fmt::join(resource_names(kind), ", "));
  } catch (const ConfigError&) {
    return "(the shipped configurations are not found)";
  }
}

}  // namespace

void add_show(CLI::App& app, const CommonOptions&, Action& chosen) {
  CLI::App* show = app.add_subcommand("show", "Print what a description says");
  show->require_subcommand(1);
  add(*show, "network", "Layers, shapes, weights and MACs of a network (built-in, .onnx, or .csv)",
      kind::kNetworkOrTable, true, show_network, chosen);
  add_accelerator(
      *show,
      "Block diagram with capacities and peak rates: a file, or one of " + names_of("accelerators"),
      chosen);
  add(*show, "energy",
      "Entries, nodes and sources of an energy table (without a name: a list of them), or what an "
      "Accelergy ERT holds: a file, or one of " +
          names_of("energy"),
      kind::kEnergy, false, show_energy, chosen);
  add(*show, "sram",
      "Sweep, fit and residuals of an SRAM model: a file, or one of " + names_of("sram"),
      kind::kSram, true, show_sram, chosen);
  add(*show, "memory",
      "Figures and sources of a memory technology: a file, or one of " + names_of("memories"),
      kind::kMemory, true, show_memory, chosen);
}

}  // namespace deltasim::cli
