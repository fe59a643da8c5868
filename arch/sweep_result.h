#pragma once
// A sweep's points as plain values: what explore/ finds and report/ turns into a page, figures and
// tables.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace deltasim {

/// What the points of a sweep are compared by.
struct SweepObjective {
  std::string name;        ///< "energy"; of its column
  std::string expression;  ///< over keys of result.json, such as "modes.delta.energy_pJ.total"
  bool minimised = true;
  std::string unit{};  ///< as the keys' ends state it: "pJ", "s", "bytes"; empty for none
};

/// One axis of the design space.
struct SweepAxis {
  std::string name;                   ///< of its column: the dotted key, or a bundle's name
  std::vector<std::string> levels;    ///< values in the file's order, as the user reads them
  std::optional<std::size_t> base{};  ///< the level that the base experiment has anyway, if any
  /// Of an axis of clips: the class of each level, empty where it has none. Else empty.
  std::vector<std::string> classes{};
};

enum class PointStatus : std::uint8_t {
  kOpen,  ///< not yet evaluated
  kDone,
  kFailed,   ///< wrong input, or its process crashed
  kTimedOut  ///< took longer than the sweep's limit a point
};
/// "open", "done", "failed", "timed_out"
std::string_view to_string(PointStatus status);

/// One point of the design space, and what became of it.
struct SweepPoint {
  std::int64_t id = 0;              ///< in the strategy's order, from 0
  std::string hash;                 ///< SHA-256 of what the point is, in hexadecimal
  std::vector<std::string> values;  ///< parallel to the axes
  PointStatus status = PointStatus::kOpen;
  std::vector<double> objectives{};  ///< parallel to the objectives; empty unless done
  std::string error{};               ///< of one that failed or timed out
  double wall_s = 0;                 ///< that its evaluation took
  /// What is kept of a done point besides its objectives, as JSON (of a clip: its figures per
  /// stream and site); empty for nothing.
  std::string details{};
};

struct SweepResult {
  std::string name;
  std::string description;  ///< the question that the sweep answers; may be empty
  std::vector<SweepAxis> axes;
  std::vector<SweepObjective> objectives;
  std::vector<SweepPoint> points;  ///< by id
  std::vector<std::pair<std::string, std::string>> provenance;
  std::vector<std::string> notes;  ///< what a reader must know
};

}  // namespace deltasim
