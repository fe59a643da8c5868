#include "workloads/quantizers/quantizer_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr std::string_view kKey = "quantizer";

[[noreturn]] void reject(std::string_view found, std::string expected, std::string nearest = {}) {
  throw ConfigError(Fault{.key_path = std::string(kKey),
                          .found = fmt::format("\"{}\"", found),
                          .expected = std::move(expected),
                          .nearest = std::move(nearest)});
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string bits_expected() {
  return fmt::format("a whole number of bits from {} to {}", QuantizerSpec::kMinBits,
                     QuantizerSpec::kMaxBits);
}

int parse_bits(std::string_view text, std::string_view argument) {
  const auto bits = parse_number<int>(argument);
  if (!bits) reject(text, bits_expected() + " after the colon");
  return *bits;
}

double parse_real(std::string_view text, std::string_view argument, std::string_view expected) {
  const auto value = parse_number<double>(argument);
  if (!value) reject(text, std::string(expected));
  return *value;
}

std::vector<double> parse_steps(std::string_view text, std::string_view argument) {
  std::vector<double> steps;
  while (true) {
    const std::size_t comma = argument.find(',');
    steps.push_back(parse_real(text, argument.substr(0, comma),
                               "step sizes by stage, such as step:3,3,4,4,4, or step:@FILE, or "
                               "step:sparsity=0.88"));
    if (comma == std::string_view::npos) return steps;
    argument.remove_prefix(comma + 1);
  }
}

QuantizerSpec parse_none(std::string_view text, std::string_view argument) {
  if (!argument.empty()) reject(text, "none, without anything behind it");
  return {};
}

QuantizerSpec parse_fixed_point(std::string_view text, std::string_view argument) {
  return {.kind = FixedPointSpec{parse_bits(text, argument)}};
}

QuantizerSpec parse_sigma_delta(std::string_view text, std::string_view argument) {
  return {.kind = SigmaDeltaSpec{parse_bits(text, argument)}};
}

QuantizerSpec parse_threshold(std::string_view text, std::string_view argument) {
  return {.kind = ThresholdSpec{parse_real(text, argument, "a threshold, as in threshold:0.05")}};
}

QuantizerSpec parse_step(std::string_view text, std::string_view argument) {
  constexpr std::string_view kSparsity = "sparsity=";
  StepSpec step;
  if (argument.starts_with('@')) {
    step.file = argument.substr(1);
    if (step.file.empty()) reject(text, "the name of a YAML file behind the @");
  } else if (argument.starts_with(kSparsity)) {
    step.sparsity = parse_real(text, argument.substr(kSparsity.size()),
                               "a sparsity between 0 and 1, as in step:sparsity=0.88");
  } else {
    step.stages = parse_steps(text, argument);
  }
  return {.kind = std::move(step)};
}

struct NamedQuantizer {
  std::string_view name;
  QuantizerSpec (*parse)(std::string_view text, std::string_view argument);
};

constexpr std::array<NamedQuantizer, 5> kQuantizers = {{{"none", parse_none},
                                                        {"fixed_point", parse_fixed_point},
                                                        {"step", parse_step},
                                                        {"threshold", parse_threshold},
                                                        {"sigma_delta", parse_sigma_delta}}};

const NamedQuantizer& find_quantizer(std::string_view text, std::string_view name) {
  std::vector<std::string> names;
  for (const NamedQuantizer& candidate : kQuantizers) {
    if (candidate.name == name) return candidate;
    names.emplace_back(candidate.name);
  }
  reject(text, fmt::format("one of {}", fmt::join(names, ", ")), nearest_name(name, names));
}

void check_bits(int bits, const std::string& path, std::vector<Fault>& faults) {
  if (bits >= QuantizerSpec::kMinBits && bits <= QuantizerSpec::kMaxBits) return;
  faults.push_back({.key_path = path, .found = std::to_string(bits), .expected = bits_expected()});
}

void check_step(const StepSpec& step, const std::string& path, std::vector<Fault>& faults) {
  const int given = !step.stages.empty() + !step.file.empty() + step.sparsity.has_value();
  if (given != 1)
    faults.push_back({.key_path = path,
                      .found = fmt::format("{} of them", given),
                      .expected = "exactly one of: step sizes, a file, a wanted sparsity"});
  for (const double size : step.stages) {
    if (std::isfinite(static_cast<float>(size)) && static_cast<float>(size) > 0) continue;
    faults.push_back({.key_path = path,
                      .found = fmt::format("{}", size),
                      .expected = "a finite step size above 0"});
  }
  if (step.sparsity && !(*step.sparsity > 0 && *step.sparsity < 1))
    faults.push_back({.key_path = path,
                      .found = fmt::format("{}", *step.sparsity),
                      .expected = "a sparsity between 0 and 1, both excluded"});
}

}  // namespace

QuantizerSpec parse_quantizer(std::string_view text) {
  const std::size_t colon = text.find(':');
  const NamedQuantizer& named = find_quantizer(text, text.substr(0, colon));
  const std::string_view argument =
      colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  QuantizerSpec spec = named.parse(text, argument);
  check_quantizer(spec, kKey);
  return spec;
}

void check_quantizer(const QuantizerSpec& spec, std::string_view key_path) {
  const std::string path(key_path);
  std::vector<Fault> faults;
  if (const auto* fixed = spec.as<FixedPointSpec>()) check_bits(fixed->bits, path, faults);
  if (const auto* sigma = spec.as<SigmaDeltaSpec>()) check_bits(sigma->bits, path, faults);
  if (const auto* step = spec.as<StepSpec>()) check_step(*step, path, faults);
  if (const auto* threshold = spec.as<ThresholdSpec>();
      threshold && !(std::isfinite(threshold->theta) && threshold->theta >= 0))
    faults.push_back({.key_path = path,
                      .found = fmt::format("{}", threshold->theta),
                      .expected = "a finite threshold of at least 0"});
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

std::string to_string(const QuantizerSpec& spec) {
  if (const auto* fixed = spec.as<FixedPointSpec>())
    return fmt::format("fixed_point:{}", fixed->bits);
  if (const auto* sigma = spec.as<SigmaDeltaSpec>())
    return fmt::format("sigma_delta:{}", sigma->bits);
  if (const auto* threshold = spec.as<ThresholdSpec>())
    return fmt::format("threshold:{}", threshold->theta);
  if (const auto* step = spec.as<StepSpec>()) {
    if (step->sparsity) return fmt::format("step:sparsity={}", *step->sparsity);
    if (!step->file.empty()) return "step:@" + step->file;
    return fmt::format("step:{}", fmt::join(step->stages, ","));
  }
  return "none";
}

bool needs_calibration(const QuantizerSpec& spec) {
  const auto* step = spec.as<StepSpec>();
  return spec.as<FixedPointSpec>() || spec.as<SigmaDeltaSpec>() || (step && step->sparsity);
}

}  // namespace deltasim
