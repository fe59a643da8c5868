#pragma once
// Energy, leakage, area and times of SRAM by capacity, width and banks, from a sweep of CACTI
// (configs/sram/*.yaml).
//
// A figure at a swept point is the point's own. Between swept points it lies on the straight lines
// through its neighbours in log-log, first along the capacity, then along the width. Beyond them,
// where it is asked for, it leaves the nearest swept point with the slopes of a power law
// figure = k capacity^a width^b that is fitted to the whole sweep (least squares of the
// logarithms); fits() tells that law's residual, and how well the neighbours of a swept point tell
// the point. A node that was swept at one width only takes the effect of the width from the nearest
// node of that cell that was swept at several.
//
// Other nodes and voltages are scaled from the nearest swept node (energy_scale(), area_scale());
// leakage and times, which Stillmaker & Baas do not cover, stay those of the swept node. The
// estimate says all of this.

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/quantities.h"
#include "arch/square_millimetres.h"

namespace deltasim {

enum class SramQuantity : std::uint8_t {
  kReadEnergy,
  kWriteEnergy,
  kLeakage,
  kArea,
  kAccessTime,
  kCycleTime,
};
inline constexpr std::size_t kSramQuantities = 6;
/// "read energy", "write energy", "leakage", "area", "access time", "cycle time"
std::string_view to_string(SramQuantity quantity);

/// One run of CACTI. Figures in the base units of arch/quantities.h, by SramQuantity.
struct SramPoint {
  Bytes capacity;
  std::array<double, kSramQuantities> figures{};
};

/// Runs that differ in capacity only, smallest first.
struct SramSweep {
  double node_nm = 0;
  std::string cell;  ///< of array and periphery: "itrs-lstp", "itrs-hp"
  Volts voltage;
  Bits width;
  std::vector<SramPoint> points;
};

struct SramTechnology {
  double node_nm = 45;
  std::string cell = "itrs-lstp";
  std::optional<Volts> voltage;  ///< unset: the sweep's own, for a node that was swept
};

struct SramMemory {
  Bytes capacity;  ///< of all banks
  Bits width;      ///< of one bank's port
  int banks = 1;
};

struct SramEstimate {
  Picojoules read, write;  ///< of one access to one bank, all of its width
  Watts leakage;           ///< of all banks
  SquareMillimetres area;  ///< of all banks, without the wires between them
  Seconds access_time, cycle_time;
  Volts voltage;
  std::string how;  ///< "swept", "interpolated in log-log", "extrapolated ...", and any scaling
  bool extrapolated = false;
  bool scaled = false;  ///< from another node or voltage
};

/// The power law fitted to all sweeps of one node and cell, and how far off it is.
struct SramFit {
  double node_nm = 0;
  std::string cell;
  SramQuantity quantity = SramQuantity::kReadEnergy;
  std::size_t points = 0;
  double factor = 0;  ///< at 1 byte and 1 bit, in base units
  double capacity_exponent = 0;
  std::optional<double> width_exponent;  ///< unset where one width was swept
  /// |fitted / swept - 1| over the points: root mean square, and the largest.
  double rms = 0, worst = 0;
  /// The same where each inner point of a sweep is interpolated from its two neighbours.
  double left_out_rms = 0, left_out_worst = 0;
};

class SramModel {
 public:
  /// Sweeps as the reader checked them.
  SramModel(std::string name, std::string description, std::string source,
            std::vector<SramSweep> sweeps);

  const std::string& name() const { return name_; }
  const std::string& description() const { return description_; }
  const std::string& source() const { return source_; }
  const std::vector<SramSweep>& sweeps() const { return sweeps_; }
  /// Of every node, cell and quantity, in the order of the file.
  const std::vector<SramFit>& fits() const { return fits_; }
  Bytes smallest() const;
  /// Of the nodes that were swept with a cell, the one nearest in log.
  /// @throws ConfigError where there is no such cell.
  double nearest_node(const std::string& cell, double node_nm) const;
  /// The cells that were swept, each once.
  std::vector<std::string> cells() const;

  /// What would have to hold for at() to give an estimate, or nothing where it can: a cell and a
  /// node it knows, sizes within the sweep (or `extrapolation`), a voltage where there is none yet.
  std::string expectation(const SramMemory& memory, const SramTechnology& technology,
                          bool extrapolation) const;

  /// @throws ConfigError with expectation(), where there is one.
  SramEstimate at(const SramMemory& memory, const SramTechnology& technology,
                  bool extrapolation) const;

 private:
  std::string name_, description_, source_;
  std::vector<SramSweep> sweeps_;
  std::vector<SramFit> fits_;
};

/// Reads a sweep (configs/sram/cacti7.yaml tells the form).
/// @throws ConfigError with every fault: unknown keys, figures of zero or less, capacities that do
///         not rise, a sweep that stands twice.
SramModel read_sram_model(const std::filesystem::path& file);
/// The same from text; `file` is used in messages only.
SramModel parse_sram_model(std::string_view text, const std::string& file);

/// Source, sweeps, fits and residuals as text for `deltasim show sram`.
std::string describe(const SramModel& model);

}  // namespace deltasim
