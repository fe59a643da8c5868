#pragma once
// Strong types for physical quantities. A wrong mix (bytes plus bits, cycles for seconds) does
// not compile; a conversion is a named function, so that every one can be found.
//
//   const Bytes capacity = Bytes(108) * 1024;
//   const Bits width = to_bits(Bytes(8));
//   const Seconds time = Cycles(2'000'000) / Hertz(200e6);
//   print(capacity);                 // "108 KiB"
//   read_quantity<Hertz>("200 MHz")  // a Hertz, or the Fault that says what is wrong

#include <compare>
#include <concepts>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "arch/errors.h"

namespace deltasim {

/// One way to write a quantity: base units = number * factor * 10^exponent.
struct UnitSymbol {
  std::string_view symbol;
  std::int64_t factor;
  int exponent;
  bool printed;  ///< false: read only
};

/// What reading and printing need to know of a kind.
struct QuantityKind {
  std::string_view name;     ///< with its article: "a size"
  std::string_view example;  ///< "108 KiB"
  double maximum;            ///< beyond it a value is taken for a mistake; in the base unit
  std::span<const UnitSymbol> units;
};

template <typename T>
concept Scalar = std::is_arithmetic_v<T> && !std::same_as<T, bool>;

/// A number of `Kind::Rep` (std::int64_t where things are counted, double where they are
/// measured) in the kind's base unit. An integer kind takes only integers: no silent rounding.
template <typename Kind>
class Quantity {
 public:
  using Rep = typename Kind::Rep;
  template <typename T>
  static constexpr bool kFits = Scalar<T> && (std::floating_point<Rep> || std::integral<T>);

  constexpr Quantity() = default;
  template <typename T>
  requires kFits<T>
  constexpr explicit Quantity(T value) : value_(static_cast<Rep>(value)) {}

  static const QuantityKind& kind() { return Kind::kind(); }

  /// In the base unit: bytes, bits, cycles, Hz, s, pJ, W, V.
  constexpr Rep value() const { return value_; }

  constexpr auto operator<=>(const Quantity&) const = default;

  constexpr Quantity& operator+=(Quantity other) { return *this = *this + other; }
  constexpr Quantity& operator-=(Quantity other) { return *this = *this - other; }

  friend constexpr Quantity operator+(Quantity a, Quantity b) {
    return Quantity(a.value_ + b.value_);
  }
  friend constexpr Quantity operator-(Quantity a, Quantity b) {
    return Quantity(a.value_ - b.value_);
  }
  template <typename T>
  requires kFits<T>
  friend constexpr Quantity operator*(Quantity a, T factor) {
    return Quantity(a.value_ * static_cast<Rep>(factor));
  }
  template <typename T>
  requires kFits<T>
  friend constexpr Quantity operator*(T factor, Quantity a) { return a * factor; }
  /// Rounds towards zero where the kind counts.
  template <typename T>
  requires kFits<T>
  friend constexpr Quantity operator/(Quantity a, T divisor) {
    return Quantity(a.value_ / static_cast<Rep>(divisor));
  }
  /// How many times `b` goes into `a`, never rounded.
  friend constexpr double operator/(Quantity a, Quantity b) {
    return static_cast<double>(a.value_) / static_cast<double>(b.value_);
  }

 private:
  Rep value_{};
};

struct BytesKind {
  using Rep = std::int64_t;
  static const QuantityKind& kind();
};
struct BitsKind {
  using Rep = std::int64_t;
  static const QuantityKind& kind();
};
struct CyclesKind {
  using Rep = std::int64_t;
  static const QuantityKind& kind();
};
struct HertzKind {
  using Rep = double;
  static const QuantityKind& kind();
};
struct SecondsKind {
  using Rep = double;
  static const QuantityKind& kind();
};
struct PicojoulesKind {
  using Rep = double;
  static const QuantityKind& kind();
};
struct WattsKind {
  using Rep = double;
  static const QuantityKind& kind();
};
struct VoltsKind {
  using Rep = double;
  static const QuantityKind& kind();
};

using Bytes = Quantity<BytesKind>;
using Bits = Quantity<BitsKind>;
using Cycles = Quantity<CyclesKind>;
using Hertz = Quantity<HertzKind>;
using Seconds = Quantity<SecondsKind>;
using Picojoules = Quantity<PicojoulesKind>;
using Watts = Quantity<WattsKind>;
using Volts = Quantity<VoltsKind>;

constexpr Bits to_bits(Bytes bytes) { return Bits(bytes.value() * 8); }
/// A part of a byte counts as a whole one. Not for negative sizes.
constexpr Bytes to_bytes_rounded_up(Bits bits) { return Bytes((bits.value() + 7) / 8); }

constexpr Seconds operator/(Cycles cycles, Hertz clock) {
  return Seconds(static_cast<double>(cycles.value()) / clock.value());
}
constexpr Watts operator/(Picojoules energy, Seconds time) {
  return Watts(energy.value() * 1e-12 / time.value());
}
constexpr Picojoules operator*(Watts power, Seconds time) {
  return Picojoules(power.value() * time.value() * 1e12);
}
constexpr Picojoules operator*(Seconds time, Watts power) { return power * time; }

namespace detail {
std::variant<std::int64_t, Fault> read_count(std::string_view text, const QuantityKind& kind);
std::variant<double, Fault> read_measure(std::string_view text, const QuantityKind& kind);
std::string print_count(std::int64_t value, const QuantityKind& kind);
std::string print_measure(double value, const QuantityKind& kind);
}  // namespace detail

template <typename T>
inline constexpr bool kIsQuantity = false;
template <typename Kind>
inline constexpr bool kIsQuantity<Quantity<Kind>> = true;

/// Reads "108 KiB", "200 MHz", "2.5 pJ": a number of at least zero and a unit of `Q`, a space
/// between them or none. Symbols are case-sensitive as in SI (MHz is not mHz); KiB is 1024 B and
/// kB is 1000 B. No unit, a negative number, NaN, infinity, a part of a countable thing and a
/// value beyond the kind's maximum are faults, with found, expected and nearest filled in.
template <typename Q>
requires kIsQuantity<Q> std::variant<Q, Fault> read_quantity(std::string_view text) {
  const auto wrap = [](auto read) -> std::variant<Q, Fault> {
    if (const Fault* fault = std::get_if<Fault>(&read)) return *fault;
    return Q(std::get<0>(read));
  };
  if constexpr (std::integral<typename Q::Rep>) {
    return wrap(detail::read_count(text, Q::kind()));
  } else {
    return wrap(detail::read_measure(text, Q::kind()));
  }
}

/// In the largest unit that needs no rounding (counts) or leaves at least 1 before the point
/// (measures), so that read_quantity(print(q)) is q exactly (for measures, down to 1e-40).
template <typename Kind>
std::string print(Quantity<Kind> quantity) {
  if constexpr (std::integral<typename Kind::Rep>) {
    return detail::print_count(quantity.value(), Kind::kind());
  } else {
    return detail::print_measure(quantity.value(), Kind::kind());
  }
}

template <typename Kind>
std::ostream& operator<<(std::ostream& out, Quantity<Kind> quantity) {
  return out << print(quantity);
}

}  // namespace deltasim
