#pragma once
// Accelerator descriptions from YAML, and their block diagram as text.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arch/accelerator.h"
#include "arch/errors.h"

namespace deltasim {

/// `--set key=value`: a key path such as "glb.capacity" and a YAML value.
using ConfigOverrides = std::vector<std::pair<std::string, std::string>>;

/// Reads an accelerator (docs in configs/accelerators/delta_event_256.yaml).
/// @throws ConfigError with every fault at once: what cannot be read, and what does not fit
///         together (accelerator_checks.h); IoError where the file cannot be read.
AcceleratorSpec read_accelerator(const std::filesystem::path& file,
                                 const ConfigOverrides& overrides = {});
/// The same from text; `file` is used in messages only.
AcceleratorSpec parse_accelerator(std::string_view text, const std::string& file,
                                  const ConfigOverrides& overrides = {});

/// The faults of single keys and values: unknown ones, missing ones, wrong units. What only does
/// not fit together is not looked at. Those of an override have the file name "--set KEY".
/// @throws IoError, ConfigError where the file cannot be read at all
std::vector<Fault> accelerator_value_faults(const std::filesystem::path& file,
                                            const ConfigOverrides& overrides);

/// The block diagram with capacities and peak rates, for `deltasim show accelerator`.
/// @param dram_bits_per_second peak of the named part over all channels, where it is known
std::string draw_accelerator(const AcceleratorSpec& spec,
                             std::optional<double> dram_bits_per_second = std::nullopt);

}  // namespace deltasim
