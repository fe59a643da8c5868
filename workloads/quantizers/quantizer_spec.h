#pragma once
// Which quantizer the user asked for, before it is bound to a network.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace deltasim {

struct NoQuantizer {
  bool operator==(const NoQuantizer&) const = default;
};
/// Thesis Eq. 4.6 to 4.8; the range of each site is calibrated.
struct FixedPointSpec {
  int bits = 8;  ///< with the sign, kMinBits to kMaxBits
  bool operator==(const FixedPointSpec&) const = default;
};
/// Thesis Eq. 4.13. Exactly one of the three is given.
struct StepSpec {
  std::vector<double> stages;      ///< by Node::stage; one value serves every stage
  std::string file;                ///< YAML: site name -> step, or list of steps per channel
  std::optional<double> sparsity;  ///< wanted temporal sparsity of every site, in (0, 1)
  bool operator==(const StepSpec&) const = default;
};
/// CBInfer: an element is sent again only when it moved by more than `theta`.
struct ThresholdSpec {
  double theta = 0;
  bool operator==(const ThresholdSpec&) const = default;
};
/// O'Connor & Welling: fixed point whose rounding residue goes to the next frame.
struct SigmaDeltaSpec {
  int bits = 8;
  bool operator==(const SigmaDeltaSpec&) const = default;
};

struct QuantizerSpec {
  static constexpr int kMinBits = 2;
  static constexpr int kMaxBits = 16;

  std::variant<NoQuantizer, FixedPointSpec, StepSpec, ThresholdSpec, SigmaDeltaSpec> kind;
  /// The first layer's input and the last layer's output stay as they are unless asked for
  /// (thesis 5.2.1).
  bool quantize_input = false;
  bool quantize_output = false;

  template <typename Kind>
  const Kind* as() const {
    return std::get_if<Kind>(&kind);
  }
  bool operator==(const QuantizerSpec&) const = default;
};

/// Reads `none`, `fixed_point:8`, `step:3,3,4,4,4`, `step:0.5`, `step:@FILE`,
/// `step:sparsity=0.88`, `threshold:0.05` or `sigma_delta:8`.
/// @throws ConfigError saying what is wrong with it and, for an unknown name, which is nearest
QuantizerSpec parse_quantizer(std::string_view text);

/// The text that parse_quantizer() reads back as the same spec (the two flags are not in it).
std::string to_string(const QuantizerSpec& spec);

/// Checks the numbers of a spec that was put together elsewhere, such as from YAML.
/// @throws ConfigError with all faults; their key paths start with `key_path`
void check_quantizer(const QuantizerSpec& spec, std::string_view key_path);

/// Whether quantizers of this kind need figures from calibration frames.
bool needs_calibration(const QuantizerSpec& spec);

}  // namespace deltasim
