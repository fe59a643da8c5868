// The two passes that the network spends its time in, with a word's 64 elements in registers.
// Included in kernels_avx512.cpp only; does what finish_floats() and finish_codes() do.

/// A vector of 16 between a join and its rounding.
struct Rounding {
  explicit Rounding(float low_bound, float high_bound, const GridArguments& grid)
      : low(_mm512_set1_ps(low_bound)),
        high(_mm512_set1_ps(high_bound)),
        inverse(_mm512_set1_ps(grid.inverse_step)),
        limit(_mm512_set1_ps(grid.limit)),
        step(_mm512_set1_ps(grid.step)) {}

  __m512 clamp(__m512 z) const { return _mm512_min_ps(high, _mm512_max_ps(low, z)); }
  /// Codes of non-negative values.
  __m512 code(__m512 z) const {
    const __m512 nearest = _mm512_roundscale_ps(_mm512_mul_ps(z, inverse), 0x08);
    const __m512 bounded = _mm512_min_ps(limit, nearest);
    return _mm512_max_ps(_mm512_sub_ps(_mm512_setzero_ps(), limit), bounded);
  }

  __m512 low, high, inverse, limit, step;
};

enum class Join { kNone, kFloats, kCodes };
enum class Output { kFloats, kRoundedFloats, kCodes };

__m512 floats_of_codes(const std::uint8_t* codes) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(codes));
  return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(bytes));
}

/// The bits of 64 codes that have just been written.
void compare_word(const std::uint8_t* codes, const std::uint8_t* previous, std::uint64_t* active,
                  std::uint64_t* delta) {
  const __m512i now = _mm512_loadu_si512(codes);
  *active = _mm512_test_epi8_mask(now, now);
  *delta = _mm512_cmpneq_epi8_mask(now, _mm512_loadu_si512(previous));
}

template <bool multiplies, Join join>
__m512 joined(const FloatRun& run, std::size_t at, std::size_t c) {
  const __m512 y = _mm512_loadu_ps(run.y + at);
  const __m512 bias = _mm512_loadu_ps(run.bias + c);
  const __m512 z = multiplies ? _mm512_fmadd_ps(y, _mm512_loadu_ps(run.multipliers + c), bias)
                              : _mm512_add_ps(y, bias);
  if constexpr (join == Join::kFloats) return _mm512_add_ps(z, _mm512_loadu_ps(run.addend + at));
  if constexpr (join == Join::kCodes)
    return _mm512_add_ps(z, _mm512_mul_ps(floats_of_codes(run.addend_codes + at),
                                          _mm512_set1_ps(run.addend_step)));
  return z;
}

template <bool multiplies, Join join, Output output>
std::uint32_t finish_floats_as(const FloatRun& run) {
  const Rounding rounding(run.low, run.high, run.grid);
  __m512i largest = _mm512_setzero_si512();
  std::size_t at = 0;
  for (std::size_t period = 0; period < run.periods; ++period)
    for (std::size_t channel = 0; channel < run.period; channel += 64) {
      std::uint64_t active = 0, delta = 0;
      for (unsigned part = 0; part < 4; ++part, at += 16) {
        __m512 z = rounding.clamp(joined<multiplies, join>(run, at, channel + 16 * part));
        if constexpr (output == Output::kCodes) {
          const __m512i code = _mm512_cvtps_epi32(rounding.code(z));
          largest = _mm512_max_epu32(largest, code);
          _mm_storeu_si128(reinterpret_cast<__m128i*>(run.codes + at),
                           _mm512_cvtusepi32_epi8(code));
        } else {
          if constexpr (output == Output::kRoundedFloats)
            z = _mm512_mul_ps(rounding.code(z), rounding.step);
          _mm512_storeu_ps(run.x + at, z);
          const __m512 before = _mm512_loadu_ps(run.previous + at);
          active |= std::uint64_t{_mm512_cmp_ps_mask(z, _mm512_setzero_ps(), _CMP_NEQ_UQ)}
                    << (16 * part);
          delta |= std::uint64_t{_mm512_cmp_ps_mask(z, before, _CMP_NEQ_UQ)} << (16 * part);
        }
      }
      if constexpr (output == Output::kCodes)
        compare_word(run.codes + at - 64, run.previous_codes + at - 64, &active, &delta);
      run.active[at / 64 - 1] = active;
      run.delta[at / 64 - 1] = delta;
    }
  return _mm512_reduce_max_epu32(largest);
}

template <bool multiplies, Join join>
std::uint32_t finish_floats_to(const FloatRun& run) {
  if (!run.x) return finish_floats_as<multiplies, join, Output::kCodes>(run);
  return run.rounds ? finish_floats_as<multiplies, join, Output::kRoundedFloats>(run)
                    : finish_floats_as<multiplies, join, Output::kFloats>(run);
}

template <bool multiplies>
std::uint32_t finish_floats_from(const FloatRun& run) {
  if (run.addend) return finish_floats_to<multiplies, Join::kFloats>(run);
  return run.addend_codes ? finish_floats_to<multiplies, Join::kCodes>(run)
                          : finish_floats_to<multiplies, Join::kNone>(run);
}

std::uint32_t finish_floats_avx512(const FloatRun& run) {
  return run.multipliers ? finish_floats_from<true>(run) : finish_floats_from<false>(run);
}

template <bool joins_codes, bool joins_sums>
std::uint32_t finish_codes_as(const IntegerRun& run) {
  const Rounding rounding(run.low, run.high, run.grid);
  __m512i largest = _mm512_setzero_si512();
  std::size_t at = 0;
  for (std::size_t period = 0; period < run.periods; ++period)
    for (std::size_t channel = 0; channel < run.period; channel += 64) {
      for (unsigned part = 0; part < 4; ++part, at += 16) {
        const std::size_t c = channel + 16 * part;
        __m512i sum = _mm512_add_epi32(_mm512_loadu_si512(run.y + at),
                                       _mm512_loadu_si512(run.bias + c));
        if constexpr (joins_codes) {
          const __m512 code = floats_of_codes(run.addend_codes + at);
          const __m512 ratio = _mm512_loadu_ps(run.addend_ratio + c);
          sum = _mm512_add_epi32(sum, _mm512_cvtps_epi32(_mm512_mul_ps(code, ratio)));
        }
        if constexpr (joins_sums)
          sum = _mm512_add_epi32(sum, _mm512_loadu_si512(run.addend_sums + at));
        const __m512 z =
            _mm512_mul_ps(_mm512_cvtepi32_ps(sum), _mm512_loadu_ps(run.scales + c));
        const __m512i code = _mm512_cvtps_epi32(rounding.code(rounding.clamp(z)));
        largest = _mm512_max_epu32(largest, code);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(run.codes + at), _mm512_cvtusepi32_epi8(code));
      }
      compare_word(run.codes + at - 64, run.previous + at - 64, run.active + at / 64 - 1,
                   run.delta + at / 64 - 1);
    }
  return _mm512_reduce_max_epu32(largest);
}

std::uint32_t finish_codes_avx512(const IntegerRun& run) {
  if (run.addend_codes) return finish_codes_as<true, false>(run);
  return run.addend_sums ? finish_codes_as<false, true>(run) : finish_codes_as<false, false>(run);
}
