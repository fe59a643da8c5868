#pragma once
// The loops that touch every element of every map, compiled for several instruction sets and
// chosen once at run time. Each is deterministic: the same input gives the same bits whichever
// version runs, since products and sums are never contracted.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace deltasim {

/// A uniform grid as the loops need it. `limit` clips the magnitude of the code; infinity = none.
struct GridArguments {
  float inverse_step;
  float step;
  float limit;
};

/// A run of a map from its sums to its bitmaps in one pass, for quantizers that only round. Arrays
/// per channel have `period` elements, a multiple of 64, and repeat `periods` times; the results
/// are those of the single loops one after another.
struct FloatRun {
  const float* y;                    ///< W*X
  const float* multipliers;          ///< per channel, nullptr = 1
  const float* bias;                 ///< per channel
  const float* addend;               ///< the join's other operand, nullptr = none, or
  const std::uint8_t* addend_codes;  ///< the same as codes of addend_step
  float addend_step;
  float low, high;  ///< of the activation
  bool rounds;      ///< to `grid`
  GridArguments grid;
  float* x;  ///< nullptr where codes are written
  const float* previous;
  std::uint8_t* codes;
  const std::uint8_t* previous_codes;
  std::uint64_t* active;
  std::uint64_t* delta;
  std::size_t periods, period;
};
struct IntegerRun {
  const std::int32_t* y;
  const std::int32_t* bias;
  const std::uint8_t* addend_codes;  ///< nullptr = none
  const float* addend_ratio;         ///< per channel: sums a code is worth
  const std::int32_t* addend_sums;   ///< nullptr = none
  const float* scales;               ///< of the sums, per channel
  float low, high;
  GridArguments grid;
  std::uint8_t* codes;
  const std::uint8_t* previous;
  std::uint64_t* active;
  std::uint64_t* delta;
  std::size_t periods, period;
};

/// One version of every loop. `n` counts elements; maps are NHWC, so an array that is given per
/// channel repeats after `channels` elements. Bitmap words are written whole, zero beyond n.
struct Kernels {
  const char* name;

  // Quantizers, in place.
  void (*quantize_uniform)(float* x, std::size_t n, GridArguments grid);
  /// x[i] uses entry (first + i) % channels of inverse_steps and steps.
  void (*quantize_per_channel)(float* x, std::size_t n, const float* inverse_steps,
                               const float* steps, std::size_t channels, std::size_t first);
  /// x becomes reference where |x - reference| <= threshold; then reference becomes x.
  void (*hold_below_threshold)(float* x, float* reference, std::size_t n, float threshold);
  /// x becomes q(x + residue), residue what that rounding left.
  void (*quantize_sigma_delta)(float* x, float* residue, std::size_t n, GridArguments grid);

  // Sums and activations.
  void (*add_bias)(float* y, const float* bias, std::size_t pixels, std::size_t channels);
  /// y = y * scale + bias, rounded once
  void (*scale_and_add_bias)(float* y, const float* scale, const float* bias, std::size_t pixels,
                             std::size_t channels);
  void (*multiply)(float* y, const float* scale, std::size_t pixels, std::size_t channels);
  void (*add)(float* y, const float* addend, std::size_t n);
  /// y = x within [low, high]
  void (*clamp)(const float* x, float* y, std::size_t n, float low, float high);
  void (*add_integer_bias)(std::int32_t* y, const std::int32_t* bias, std::size_t pixels,
                           std::size_t channels);
  void (*add_integers)(std::int32_t* y, const std::int32_t* addend, std::size_t n);
  /// y += 256 * addend: the high bytes' share of a convolution.
  void (*add_high_bytes)(std::int32_t* y, const std::int32_t* addend, std::size_t n);
  /// y += round(code * ratio[channel])
  void (*add_codes)(std::int32_t* y, const std::uint8_t* codes, const float* ratio,
                    std::size_t pixels, std::size_t channels);
  /// z = float(y) * scale[channel]
  void (*rescale)(const std::int32_t* y, const float* scale, float* z, std::size_t pixels,
                  std::size_t channels);
  /// z = code * step
  void (*decode)(const std::uint8_t* codes, float step, float* z, std::size_t n);
  /// codes = min(round(x * inverse_step), 255) for x >= 0; returns the largest unclipped code.
  std::uint32_t (*encode)(const float* x, std::size_t n, float inverse_step, std::uint8_t* codes);

  // Bitmaps of x != 0 and x != previous.
  void (*compare_floats)(const float* x, const float* previous, std::size_t n,
                         std::uint64_t* active, std::uint64_t* delta);
  void (*compare_codes)(const std::uint8_t* x, const std::uint8_t* previous, std::size_t n,
                        std::uint64_t* active, std::uint64_t* delta);

  /// Both return the largest code; above 255 the codes and bitmaps written are not valid.
  std::uint32_t (*finish_floats)(const FloatRun& run);
  std::uint32_t (*finish_codes)(const IntegerRun& run);

  // Pools: y = max(y, x) element by element.
  void (*max_floats)(float* y, const float* x, std::size_t n);
  void (*max_codes)(std::uint8_t* y, const std::uint8_t* x, std::size_t n);
  float (*max_magnitude)(const float* x, std::size_t n);
};

/// The best version that this processor runs.
const Kernels& kernels();
/// "avx512", "avx2" or "baseline"; nullptr where this processor (or build) has it not.
const Kernels* find_kernels(std::string_view name);

}  // namespace deltasim
