#pragma once
// The map from an Accelergy table's components, whose names are their designer's own, to ours: the
// key `ert` of an energy table.
//
// clang-format off
//   ert:
//     file: my_design.ERT_summary.yaml  # beside the table
//     source: accelergy                 # a key of `sources`
//     verified: true                    # of all of its figures
//     node: 45 nm
//     voltage: not stated
//     cycle: 1 ns                       # of the ERT's `leak` energies, which are not read without
//     components:
//       glb: {name: chip.shared_glb, width: 64 bit}  # an access moves 64 bits
//       pe: {name: "chip.PE[0..167].mac", width: 16 bit, actions: {mac: compute}}
// clang-format on

#include <filesystem>
#include <functional>
#include <vector>

#include "arch/config_reader.h"
#include "energy/energy_table.h"

namespace deltasim {

/// What an entry of ours is made of, with the place in the map that a fault of it belongs to.
struct MappedEntry {
  ConfigNode place;
  EnergyEntry entry;
};

/// @param folder where the table lies
/// @param source_of reads the key `source` of a node, as entries do
/// @throws ConfigError where the ERT itself cannot be read; faults of the map are collected
std::vector<MappedEntry> read_ert_map(
    const ConfigNode& ert, const std::filesystem::path& folder,
    const std::function<std::string(const ConfigNode&)>& source_of);

}  // namespace deltasim
