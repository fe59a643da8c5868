#pragma once
// What a DRAM part draws: currents of every supply rail in the operations that JEDEC's IDD tests
// define, and what its interface costs. Plain data; energy/dram_power.h turns it into energies.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/config_reader.h"
#include "arch/electrical_quantities.h"

namespace deltasim::dram {

/// JEDEC's IDD tests (JESD79-4 10.1, JESD209-4 table "IDD specification parameters").
enum class Current : std::uint8_t {
  kIdd0,    ///< one bank, activated and precharged every tRC
  kIdd2n,   ///< precharged standby
  kIdd2p,   ///< precharged power-down
  kIdd3n,   ///< active standby
  kIdd3p,   ///< active power-down
  kIdd4r,   ///< reading without gaps
  kIdd4w,   ///< writing without gaps
  kIdd5b,   ///< refreshing all banks, every tRFC
  kIdd5pb,  ///< refreshing bank by bank, the average over tREFI / banks
  kIdd6,    ///< self-refresh
};
inline constexpr std::size_t kCurrents = 10;
/// "IDD0", "IDD2N", ...
std::string_view to_string(Current current);

/// One supply rail of a device.
struct Rail {
  std::string name;  ///< "vdd", "vpp", "vdd1", "vdd2" or "vddq"
  Volts voltage;
  std::array<std::optional<Amperes>, kCurrents> currents;  ///< unset: the source does not state it

  std::optional<Amperes> at(Current current) const {
    return currents[static_cast<std::size_t>(current)];
  }
  /// The rail of the output drivers: what reading and writing draw here is I/O.
  bool io() const { return name == "vddq"; }
};

/// A line of the interface: what charges it, and the termination that holds it up.
struct BusLine {
  Farads capacitance;
  Ohms resistance;
};

/// The interface line by line, as DRAMPower describes it.
struct BusLines {
  Volts voltage;
  BusLine clock, command, strobe, read, write;
  int command_lines = 0;
};

/// How the part describes I/O and termination.
enum class InterfaceModel : std::uint8_t {
  kNotStated,     ///< not at all: counted as zero, and said
  kVddqCurrents,  ///< IDD4R and IDD4W of the rail vddq
  kPerBit,        ///< an energy per bit
  kLines,         ///< capacitance and termination of every line
};

struct InterfaceSpec {
  InterfaceModel model = InterfaceModel::kNotStated;
  Picojoules read, write;  ///< of a bit; kPerBit
  BusLines lines;          ///< kLines
  std::string source;      ///< of read and write, where it is not the part's
};

/// Clocks for which the part draws what its IDD tests say.
struct PowerTimings {
  std::int64_t activate = 0;      ///< tRAS
  std::int64_t precharge = 0;     ///< tRP
  std::int64_t refresh = 0;       ///< tRFC
  std::int64_t refresh_bank = 0;  ///< tRFCpb; 0 where the part does not say
};

struct PowerSpec {
  std::string source;
  bool verified = false;  ///< somebody read the figures in their source or a public copy of it
  std::vector<Rail> rails;
  /// Share of the current by which active standby exceeds precharged standby that is drawn however
  /// few banks are open (rho of Matthews et al., DRAMPower's bank-wise model); 1: all of it.
  double rho = 1;
  PowerTimings timings;
  InterfaceSpec interface;
};

/// Reads the key `power` of a part. Every current is a figure or "not stated".
/// IDD0 must not be less than the standby currents weighted by tRAS and tRP.
PowerSpec read_power_spec(const ConfigNode& power, const PowerTimings& timings);

}  // namespace deltasim::dram
