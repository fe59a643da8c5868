#pragma once
// Binds a quantizer spec to the sites of a network.

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "workloads/graph.h"
#include "workloads/quantizers/quantizer.h"
#include "workloads/quantizers/quantizer_spec.h"

namespace deltasim {

/// What calibration frames say of a network, frozen from then on. Keyed by node name.
struct Calibration {
  std::map<std::string, float> max_abs;  ///< largest magnitude before quantization
  std::map<std::string, float> steps;    ///< step that meets the wanted sparsity
};

/// The quantizers of one stream: nullptr where a map is not quantized.
struct SiteQuantizers {
  std::vector<std::unique_ptr<SiteQuantizer>> maps;  ///< parallel to the recorded maps
  std::unique_ptr<SiteQuantizer> output;             ///< of the logits
};

/// One quantizer a site, and for the input and the output where the spec asks for it.
/// @throws ConfigError with all faults: a list of steps that is too short (says how many stages
///         there are), a file without a site, with an unknown site or a wrong number of channels,
///         a site that the calibration does not know
SiteQuantizers make_site_quantizers(const QuantizerSpec& spec, const Graph& graph,
                                    std::span<const RecordedMap> maps,
                                    const Calibration& calibration);

/// q(x) = clip(round(x 2^F), -t, t) / 2^F with F = bits - I - 1, I = 1 + floor(log2 max_abs),
/// t = 2^(bits - 1) (thesis Eq. 4.6 to 4.8). A site that was silent has I = 0.
Grid fixed_point_grid(int bits, float max_abs);

std::unique_ptr<SiteQuantizer> make_fixed_point(int bits, float max_abs);
std::unique_ptr<SiteQuantizer> make_step(float step);
/// @param steps one a channel
std::unique_ptr<SiteQuantizer> make_step_per_channel(std::vector<float> steps);
/// @param elements of the site's map: each has its own reference, 0 before the first frame
std::unique_ptr<SiteQuantizer> make_threshold(float theta, std::size_t elements);
/// Not clipped: a residue must not grow for as long as a value is out of range.
/// @param elements of the site's map: each has its own residue
std::unique_ptr<SiteQuantizer> make_sigma_delta(int bits, float max_abs, std::size_t elements);

/// Steps by site name, as a step file gives them: one value, or one a channel.
/// @throws ConfigError naming file and line
std::map<std::string, std::vector<float>> read_step_file(const std::string& file);

}  // namespace deltasim
