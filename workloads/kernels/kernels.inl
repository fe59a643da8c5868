// The loops of kernels.h, included once per instruction set inside an anonymous namespace. Plain
// loops that the compiler vectorizes, except where bits are gathered. Nothing from the standard
// library may be instantiated here: the linker could keep the copy made for the newest machine.

#define DELTASIM_RESTRICT __restrict__

inline float clip(float code, float limit) {
  code = code > limit ? limit : code;
  return code < -limit ? -limit : code;
}

void quantize_uniform(float* x, std::size_t n, GridArguments grid) {
  for (std::size_t i = 0; i < n; ++i)
    x[i] = clip(__builtin_rintf(x[i] * grid.inverse_step), grid.limit) * grid.step;
}

void quantize_per_channel(float* x, std::size_t n, const float* DELTASIM_RESTRICT inverse_steps,
                          const float* DELTASIM_RESTRICT steps, std::size_t channels,
                          std::size_t first) {
  for (std::size_t done = 0; done < n;) {
    const std::size_t channel = (first + done) % channels;
    const std::size_t run = channels - channel < n - done ? channels - channel : n - done;
    float* DELTASIM_RESTRICT row = x + done;
    for (std::size_t i = 0; i < run; ++i)
      row[i] = __builtin_rintf(row[i] * inverse_steps[channel + i]) * steps[channel + i];
    done += run;
  }
}

void hold_below_threshold(float* DELTASIM_RESTRICT x, float* DELTASIM_RESTRICT reference,
                          std::size_t n, float threshold) {
  for (std::size_t i = 0; i < n; ++i) {
    const float kept = __builtin_fabsf(x[i] - reference[i]) > threshold ? x[i] : reference[i];
    x[i] = kept;
    reference[i] = kept;
  }
}

void quantize_sigma_delta(float* DELTASIM_RESTRICT x, float* DELTASIM_RESTRICT residue,
                          std::size_t n, GridArguments grid) {
  for (std::size_t i = 0; i < n; ++i) {
    const float wanted = x[i] + residue[i];
    const float sent = clip(__builtin_rintf(wanted * grid.inverse_step), grid.limit) * grid.step;
    residue[i] = wanted - sent;
    x[i] = sent;
  }
}

void add_bias(float* DELTASIM_RESTRICT y, const float* DELTASIM_RESTRICT bias, std::size_t pixels,
              std::size_t channels) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, y += channels)
    for (std::size_t c = 0; c < channels; ++c) y[c] += bias[c];
}

void scale_and_add_bias(float* DELTASIM_RESTRICT y, const float* DELTASIM_RESTRICT scale,
                        const float* DELTASIM_RESTRICT bias, std::size_t pixels,
                        std::size_t channels) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, y += channels)
    for (std::size_t c = 0; c < channels; ++c) y[c] = __builtin_fmaf(y[c], scale[c], bias[c]);
}

void multiply(float* DELTASIM_RESTRICT y, const float* DELTASIM_RESTRICT scale, std::size_t pixels,
              std::size_t channels) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, y += channels)
    for (std::size_t c = 0; c < channels; ++c) y[c] *= scale[c];
}

void add(float* DELTASIM_RESTRICT y, const float* DELTASIM_RESTRICT addend, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += addend[i];
}

void clamp(const float* x, float* y, std::size_t n, float low, float high) {
  for (std::size_t i = 0; i < n; ++i) {
    const float raised = x[i] < low ? low : x[i];
    y[i] = raised > high ? high : raised;
  }
}

void add_integer_bias(std::int32_t* DELTASIM_RESTRICT y, const std::int32_t* DELTASIM_RESTRICT bias,
                      std::size_t pixels, std::size_t channels) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, y += channels)
    for (std::size_t c = 0; c < channels; ++c) y[c] += bias[c];
}

void add_integers(std::int32_t* DELTASIM_RESTRICT y, const std::int32_t* DELTASIM_RESTRICT addend,
                  std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += addend[i];
}

void add_high_bytes(std::int32_t* DELTASIM_RESTRICT y, const std::int32_t* DELTASIM_RESTRICT addend,
                    std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] += 256 * addend[i];
}

void add_codes(std::int32_t* DELTASIM_RESTRICT y, const std::uint8_t* DELTASIM_RESTRICT codes,
               const float* DELTASIM_RESTRICT ratio, std::size_t pixels, std::size_t channels) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, y += channels, codes += channels)
    for (std::size_t c = 0; c < channels; ++c)
      y[c] += static_cast<std::int32_t>(__builtin_rintf(static_cast<float>(codes[c]) * ratio[c]));
}

void rescale(const std::int32_t* DELTASIM_RESTRICT y, const float* DELTASIM_RESTRICT scale,
             float* DELTASIM_RESTRICT z, std::size_t pixels, std::size_t channels) {
  for (std::size_t pixel = 0; pixel < pixels; ++pixel, y += channels, z += channels)
    for (std::size_t c = 0; c < channels; ++c) z[c] = static_cast<float>(y[c]) * scale[c];
}

void decode(const std::uint8_t* DELTASIM_RESTRICT codes, float step, float* DELTASIM_RESTRICT z,
            std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) z[i] = static_cast<float>(codes[i]) * step;
}

void max_floats(float* DELTASIM_RESTRICT y, const float* DELTASIM_RESTRICT x, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] > y[i] ? x[i] : y[i];
}

void max_codes(std::uint8_t* DELTASIM_RESTRICT y, const std::uint8_t* DELTASIM_RESTRICT x,
               std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) y[i] = x[i] > y[i] ? x[i] : y[i];
}

// The bit pattern of a magnitude orders as the magnitude does, and integer maxima vectorize.
float max_magnitude(const float* x, std::size_t n) {
  std::int32_t largest = 0;
  for (std::size_t i = 0; i < n; ++i) {
    std::int32_t bits;
    __builtin_memcpy(&bits, x + i, sizeof bits);
    bits &= 0x7fffffff;
    largest = bits > largest ? bits : largest;
  }
  float result;
  __builtin_memcpy(&result, &largest, sizeof result);
  return result;
}

template <typename T>
void compare_tail(const T* x, const T* previous, std::size_t begin, std::size_t n,
                  std::uint64_t* active, std::uint64_t* delta) {
  for (; begin < n; begin += 64) {
    const std::size_t count = n - begin < 64 ? n - begin : 64;
    std::uint64_t active_word = 0, delta_word = 0;
    for (std::size_t i = 0; i < count; ++i) {
      active_word |= static_cast<std::uint64_t>(x[begin + i] != T{0}) << i;
      delta_word |= static_cast<std::uint64_t>(x[begin + i] != previous[begin + i]) << i;
    }
    active[begin / 64] = active_word;
    delta[begin / 64] = delta_word;
  }
}

std::uint32_t encode_tail(const float* x, std::size_t begin, std::size_t n, float inverse_step,
                          std::uint8_t* codes, std::uint32_t largest) {
  for (; begin < n; ++begin) {
    const auto code = static_cast<std::uint32_t>(
        static_cast<std::int32_t>(__builtin_rintf(x[begin] * inverse_step)));
    codes[begin] = static_cast<std::uint8_t>(code < 255 ? code : 255);
    largest = code > largest ? code : largest;
  }
  return largest;
}

#if defined(__AVX512BW__)

void compare_floats(const float* x, const float* previous, std::size_t n, std::uint64_t* active,
                    std::uint64_t* delta) {
  const std::size_t whole = n / 64 * 64;
  for (std::size_t i = 0; i < whole; i += 64) {
    std::uint64_t active_word = 0, delta_word = 0;
    for (unsigned part = 0; part < 4; ++part) {
      const __m512 now = _mm512_loadu_ps(x + i + 16 * part);
      const __m512 before = _mm512_loadu_ps(previous + i + 16 * part);
      active_word |= static_cast<std::uint64_t>(
                         _mm512_cmp_ps_mask(now, _mm512_setzero_ps(), _CMP_NEQ_UQ))
                     << (16 * part);
      delta_word |= static_cast<std::uint64_t>(_mm512_cmp_ps_mask(now, before, _CMP_NEQ_UQ))
                    << (16 * part);
    }
    active[i / 64] = active_word;
    delta[i / 64] = delta_word;
  }
  compare_tail(x, previous, whole, n, active, delta);
}

void compare_codes(const std::uint8_t* x, const std::uint8_t* previous, std::size_t n,
                   std::uint64_t* active, std::uint64_t* delta) {
  const std::size_t whole = n / 64 * 64;
  for (std::size_t i = 0; i < whole; i += 64) {
    const __m512i now = _mm512_loadu_si512(x + i);
    active[i / 64] = _mm512_test_epi8_mask(now, now);
    delta[i / 64] = _mm512_cmpneq_epi8_mask(now, _mm512_loadu_si512(previous + i));
  }
  compare_tail(x, previous, whole, n, active, delta);
}

std::uint32_t encode(const float* x, std::size_t n, float inverse_step, std::uint8_t* codes) {
  const __m512 inverse = _mm512_set1_ps(inverse_step);
  const std::size_t whole = n / 16 * 16;
  __m512i largest = _mm512_setzero_si512();
  for (std::size_t i = 0; i < whole; i += 16) {
    const __m512i code = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_loadu_ps(x + i), inverse));
    largest = _mm512_max_epu32(largest, code);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(codes + i), _mm512_cvtusepi32_epi8(code));
  }
  return encode_tail(x, whole, n, inverse_step, codes, _mm512_reduce_max_epu32(largest));
}

#elif defined(__AVX2__)

void compare_floats(const float* x, const float* previous, std::size_t n, std::uint64_t* active,
                    std::uint64_t* delta) {
  const std::size_t whole = n / 64 * 64;
  for (std::size_t i = 0; i < whole; i += 64) {
    std::uint64_t active_word = 0, delta_word = 0;
    for (unsigned part = 0; part < 8; ++part) {
      const __m256 now = _mm256_loadu_ps(x + i + 8 * part);
      const __m256 before = _mm256_loadu_ps(previous + i + 8 * part);
      const __m256 is_active = _mm256_cmp_ps(now, _mm256_setzero_ps(), _CMP_NEQ_UQ);
      const __m256 is_delta = _mm256_cmp_ps(now, before, _CMP_NEQ_UQ);
      active_word |= std::uint64_t{static_cast<unsigned>(_mm256_movemask_ps(is_active))}
                     << (8 * part);
      delta_word |= std::uint64_t{static_cast<unsigned>(_mm256_movemask_ps(is_delta))}
                    << (8 * part);
    }
    active[i / 64] = active_word;
    delta[i / 64] = delta_word;
  }
  compare_tail(x, previous, whole, n, active, delta);
}

inline std::uint64_t unequal_bytes(__m256i a, __m256i b) {
  return static_cast<unsigned>(~_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, b)));
}

void compare_codes(const std::uint8_t* x, const std::uint8_t* previous, std::size_t n,
                   std::uint64_t* active, std::uint64_t* delta) {
  const std::size_t whole = n / 64 * 64;
  for (std::size_t i = 0; i < whole; i += 64) {
    const auto* now = reinterpret_cast<const __m256i*>(x + i);
    const auto* before = reinterpret_cast<const __m256i*>(previous + i);
    const __m256i low = _mm256_loadu_si256(now), high = _mm256_loadu_si256(now + 1);
    const __m256i zero = _mm256_setzero_si256();
    active[i / 64] = unequal_bytes(low, zero) | unequal_bytes(high, zero) << 32;
    delta[i / 64] = unequal_bytes(low, _mm256_loadu_si256(before)) |
                    unequal_bytes(high, _mm256_loadu_si256(before + 1)) << 32;
  }
  compare_tail(x, previous, whole, n, active, delta);
}

std::uint32_t encode(const float* x, std::size_t n, float inverse_step, std::uint8_t* codes) {
  return encode_tail(x, 0, n, inverse_step, codes, 0);
}

#else

void compare_floats(const float* x, const float* previous, std::size_t n, std::uint64_t* active,
                    std::uint64_t* delta) {
  compare_tail(x, previous, 0, n, active, delta);
}

void compare_codes(const std::uint8_t* x, const std::uint8_t* previous, std::size_t n,
                   std::uint64_t* active, std::uint64_t* delta) {
  compare_tail(x, previous, 0, n, active, delta);
}

std::uint32_t encode(const float* x, std::size_t n, float inverse_step, std::uint8_t* codes) {
  return encode_tail(x, 0, n, inverse_step, codes, 0);
}

#endif

// 64 elements: one word of each bitmap.
constexpr std::size_t kWord = 64;

/// Writes 64 rounded codes and the bits of their word; returns the largest code.
std::uint32_t finish_codes_of_word(const float* z, std::uint8_t* codes,
                                   const std::uint8_t* previous, std::uint64_t* active,
                                   std::uint64_t* delta) {
  const std::uint32_t largest = encode(z, kWord, 1, codes);
  compare_codes(codes, previous, kWord, active, delta);
  return largest;
}

/// Rounding to codes is what quantizing and encoding come to.
void round_to_codes(float* z, const GridArguments& grid) {
  for (std::size_t i = 0; i < kWord; ++i)
    z[i] = clip(__builtin_rintf(z[i] * grid.inverse_step), grid.limit);
}

std::uint32_t finish_float_word(const FloatRun& run, std::size_t at, std::size_t channel,
                                std::size_t word) {
  float z[kWord];
  const float* DELTASIM_RESTRICT y = run.y + at;
  const float* DELTASIM_RESTRICT bias = run.bias + channel;
  if (run.multipliers) {
    const float* DELTASIM_RESTRICT multipliers = run.multipliers + channel;
    for (std::size_t i = 0; i < kWord; ++i) z[i] = __builtin_fmaf(y[i], multipliers[i], bias[i]);
  } else {
    for (std::size_t i = 0; i < kWord; ++i) z[i] = y[i] + bias[i];
  }
  if (run.addend) add(z, run.addend + at, kWord);
  if (run.addend_codes) {
    float addend[kWord];
    decode(run.addend_codes + at, run.addend_step, addend, kWord);
    add(z, addend, kWord);
  }
  clamp(z, z, kWord, run.low, run.high);
  if (!run.x) {
    round_to_codes(z, run.grid);
    return finish_codes_of_word(z, run.codes + at, run.previous_codes + at, run.active + word,
                                run.delta + word);
  }
  if (run.rounds) quantize_uniform(z, kWord, run.grid);
  for (std::size_t i = 0; i < kWord; ++i) run.x[at + i] = z[i];
  compare_floats(z, run.previous + at, kWord, run.active + word, run.delta + word);
  return 0;
}

[[maybe_unused]] std::uint32_t finish_floats(const FloatRun& run) {
  std::uint32_t largest = 0;
  std::size_t word = 0;
  for (std::size_t i = 0; i < run.periods; ++i)
    for (std::size_t channel = 0; channel < run.period; channel += kWord, ++word) {
      const std::uint32_t one = finish_float_word(run, word * kWord, channel, word);
      largest = one > largest ? one : largest;
    }
  return largest;
}

std::uint32_t finish_code_word(const IntegerRun& run, std::size_t at, std::size_t channel,
                               std::size_t word) {
  std::int32_t sums[kWord];
  float z[kWord];
  const std::int32_t* DELTASIM_RESTRICT y = run.y + at;
  const std::int32_t* DELTASIM_RESTRICT bias = run.bias + channel;
  const float* DELTASIM_RESTRICT scales = run.scales + channel;
  for (std::size_t i = 0; i < kWord; ++i) sums[i] = y[i] + bias[i];
  if (run.addend_codes) add_codes(sums, run.addend_codes + at, run.addend_ratio + channel, 1, kWord);
  if (run.addend_sums) add_integers(sums, run.addend_sums + at, kWord);
  for (std::size_t i = 0; i < kWord; ++i) z[i] = static_cast<float>(sums[i]) * scales[i];
  clamp(z, z, kWord, run.low, run.high);
  round_to_codes(z, run.grid);
  return finish_codes_of_word(z, run.codes + at, run.previous + at, run.active + word,
                              run.delta + word);
}

[[maybe_unused]] std::uint32_t finish_codes(const IntegerRun& run) {
  std::uint32_t largest = 0;
  std::size_t word = 0;
  for (std::size_t i = 0; i < run.periods; ++i)
    for (std::size_t channel = 0; channel < run.period; channel += kWord, ++word) {
      const std::uint32_t one = finish_code_word(run, word * kWord, channel, word);
      largest = one > largest ? one : largest;
    }
  return largest;
}

constexpr Kernels table(const char* name, decltype(Kernels::finish_floats) floats,
                        decltype(Kernels::finish_codes) codes) {
  return {.name = name,
          .quantize_uniform = quantize_uniform,
          .quantize_per_channel = quantize_per_channel,
          .hold_below_threshold = hold_below_threshold,
          .quantize_sigma_delta = quantize_sigma_delta,
          .add_bias = add_bias,
          .scale_and_add_bias = scale_and_add_bias,
          .multiply = multiply,
          .add = add,
          .clamp = clamp,
          .add_integer_bias = add_integer_bias,
          .add_integers = add_integers,
          .add_high_bytes = add_high_bytes,
          .add_codes = add_codes,
          .rescale = rescale,
          .decode = decode,
          .encode = encode,
          .compare_floats = compare_floats,
          .compare_codes = compare_codes,
          .finish_floats = floats,
          .finish_codes = codes,
          .max_floats = max_floats,
          .max_codes = max_codes,
          .max_magnitude = max_magnitude};
}
