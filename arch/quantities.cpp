#include "arch/quantities.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <vector>

namespace deltasim {
namespace {

constexpr std::int64_t kKibi = 1024;

// Largest first: printing takes the first unit that suits.
constexpr std::array kByteUnits = {
    UnitSymbol{"TiB", kKibi* kKibi* kKibi* kKibi, 0, true},
    UnitSymbol{"TB", 1, 12, false},
    UnitSymbol{"GiB", kKibi* kKibi* kKibi, 0, true},
    UnitSymbol{"GB", 1, 9, false},
    UnitSymbol{"MiB", kKibi* kKibi, 0, true},
    UnitSymbol{"MB", 1, 6, false},
    UnitSymbol{"KiB", kKibi, 0, true},
    UnitSymbol{"kB", 1, 3, false},
    UnitSymbol{"B", 1, 0, true},
};
constexpr std::array kBitUnits = {
    UnitSymbol{"Gibit", kKibi* kKibi* kKibi, 0, true},
    UnitSymbol{"Gbit", 1, 9, false},
    UnitSymbol{"Mibit", kKibi* kKibi, 0, true},
    UnitSymbol{"Mbit", 1, 6, false},
    UnitSymbol{"Kibit", kKibi, 0, true},
    UnitSymbol{"kbit", 1, 3, false},
    UnitSymbol{"bit", 1, 0, true},
};
constexpr std::array kCycleUnits = {
    UnitSymbol{"cycles", 1, 0, true},
    UnitSymbol{"cycle", 1, 0, false},
};
constexpr std::array kFrequencyUnits = {
    UnitSymbol{"GHz", 1, 9, true},
    UnitSymbol{"MHz", 1, 6, true},
    UnitSymbol{"kHz", 1, 3, true},
    UnitSymbol{"Hz", 1, 0, true},
};
constexpr std::array kTimeUnits = {
    UnitSymbol{"s", 1, 0, true},     UnitSymbol{"h", 3600, 0, false},
    UnitSymbol{"min", 60, 0, false}, UnitSymbol{"ms", 1, -3, true},
    UnitSymbol{"us", 1, -6, true},   UnitSymbol{"ns", 1, -9, true},
    UnitSymbol{"ps", 1, -12, true},
};
constexpr std::array kEnergyUnits = {
    UnitSymbol{"J", 1, 12, true}, UnitSymbol{"mJ", 1, 9, true}, UnitSymbol{"uJ", 1, 6, true},
    UnitSymbol{"nJ", 1, 3, true}, UnitSymbol{"pJ", 1, 0, true}, UnitSymbol{"fJ", 1, -3, true},
};
constexpr std::array kPowerUnits = {
    UnitSymbol{"W", 1, 0, true},
    UnitSymbol{"mW", 1, -3, true},
    UnitSymbol{"uW", 1, -6, true},
    UnitSymbol{"nW", 1, -9, true},
};
constexpr std::array kVoltageUnits = {
    UnitSymbol{"V", 1, 0, true},
    UnitSymbol{"mV", 1, -3, true},
};

constexpr double kPebi = 1024.0 * kKibi * kKibi * kKibi * kKibi;

/// digits * 10^exponent, exactly as it was written.
struct Decimal {
  std::uint64_t digits = 0;
  int exponent = 0;
};

constexpr int kMaxDigits = 18;    // what 64 bits hold whatever the digits are
constexpr int kMaxExponent = 60;  // beyond any physical quantity

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes digits from the front of `text`; leading zeros are not significant.
struct DigitReader {
  std::uint64_t value = 0;
  int significant = 0;

  /// Gives how many characters it took.
  int take(std::string_view& text) {
    int taken = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++taken) {
      value = value * 10 + static_cast<std::uint64_t>(text.front() - '0');
      if (value != 0 || significant > 0) ++significant;
      if (significant > kMaxDigits) break;
    }
    return taken;
  }
};

/// Takes "e-3" from the front of `text`; an "e" that no number follows is left where it is.
bool take_exponent(std::string_view& text, int& exponent) {
  if (text.size() < 2 || (text[0] != 'e' && text[0] != 'E')) return true;
  const char* begin = text.data() + (text[1] == '+' ? 2 : 1);
  int written = 0;
  const auto [end, error] = std::from_chars(begin, text.data() + text.size(), written);
  if (error == std::errc::invalid_argument) return true;
  if (error != std::errc() || std::abs(written) > kMaxExponent) return false;
  exponent += written;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

/// Takes a number without a sign from the front of `text`.
std::optional<Decimal> take_decimal(std::string_view& text) {
  DigitReader reader;
  const int whole = reader.take(text);
  int fraction = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = reader.take(text);
  }
  if (whole + fraction == 0 || reader.significant > kMaxDigits) return std::nullopt;
  Decimal number{reader.value, -fraction};
  if (fraction > kMaxExponent || !take_exponent(text, number.exponent)) return std::nullopt;
  return number;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// The micro sign and the Greek letter mu, both of which stand for "u".
std::string with_ascii_micro(std::string_view unit) {
  for (const std::string_view mu : {"\u00b5", "\u03bc"}) {
    if (unit.starts_with(mu)) return "u" + std::string(unit.substr(mu.size()));
  }
  return std::string(unit);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Most wrong units are right but for their case, so this is looked at first.
std::string nearest_unit(std::string_view unit, const QuantityKind& kind) {
  std::vector<std::string> symbols;
  for (const UnitSymbol& candidate : kind.units) {
    if (lower(candidate.symbol) == lower(unit)) return std::string(candidate.symbol);
    symbols.emplace_back(candidate.symbol);
  }
  return nearest_name(unit, symbols);
}

Fault fault(std::string_view text, std::string expected, std::string nearest = {}) {
  Fault result;
  result.found = quoted(text);
  result.expected = std::move(expected);
  result.nearest = std::move(nearest);
  return result;
}

struct Written {
  Decimal number;
  const UnitSymbol* unit;
};

/// Splits "2.5 pJ" into its number and its unit.
std::variant<Written, Fault> split(std::string_view text, const QuantityKind& kind) {
  std::string_view rest = trimmed(text);
  if (rest.starts_with('-')) {
    return fault(text, fmt::format("{} that is not negative, such as {}", kind.name, kind.example));
  }
  const auto number = take_decimal(rest);
  if (!number) {
    return fault(text, fmt::format("{}: a number of at most {} digits and a unit, such as {}",
                                   kind.name, kMaxDigits, kind.example));
  }
  const std::string unit = with_ascii_micro(trimmed(rest));
  const auto found = std::find_if(kind.units.begin(), kind.units.end(),
                                  [&](const UnitSymbol& known) { return known.symbol == unit; });
  if (found != kind.units.end()) return Written{*number, &*found};
  if (unit.empty()) {
    return fault(text, fmt::format("{} with its unit, such as {}", kind.name, kind.example));
  }
  return fault(text, fmt::format("{} such as {}", kind.name, kind.example),
               nearest_unit(unit, kind));
}

std::string limit_text(const QuantityKind& kind, const std::string& maximum) {
  return fmt::format("{} of at most {}", kind.name, maximum);
}

/// As a double; correctly rounded where the unit's factor is one.
double approximate(const Written& written) {
  const std::string text =
      fmt::format("{}e{}", written.number.digits, written.number.exponent + written.unit->exponent);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value * static_cast<double>(written.unit->factor);
}

/// digits * factor * 10^exponent where this is a whole number. Its size was checked before.
std::optional<std::int64_t> exact_count(const Written& written) {
  __extension__ using Wide = unsigned __int128;
  Wide value = Wide{written.number.digits} * static_cast<std::uint64_t>(written.unit->factor);
  int exponent = written.number.exponent + written.unit->exponent;
  if (value == 0) return 0;
  for (; exponent > 0; --exponent) value *= 10;
  for (; exponent < 0; ++exponent) {
    if (value % 10 != 0) return std::nullopt;
    value /= 10;
  }
  return static_cast<std::int64_t>(value);
}

/// The fewest digits that read back as the same double: d.ddd * 10^leading. A unit then only
/// moves the point, so that printing rounds nothing.
struct ShortestDecimal {
  std::string digits;
  int leading = 0;

  explicit ShortestDecimal(double value) {
    std::array<char, 32> buffer{};
    const char* end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                    std::chars_format::scientific)
                          .ptr;
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    const auto e = text.find('e');
    for (const char c : text.substr(0, e)) {
      if (c != '.') digits += c;
    }
    const char* exponent = text.data() + e + (text[e + 1] == '+' ? 2 : 1);
    std::from_chars(exponent, end, leading);
  }
};

/// `digits` with the point after the one at `point`, which may lie outside of them.
std::string placed(std::string digits, int point) {
  constexpr int kMaxLeadingZeros = 6;
  if (point < -kMaxLeadingZeros || point >= kMaxDigits) {
    if (digits.size() > 1) digits.insert(1, ".");
    return fmt::format("{}e{}", digits, point);
  }
  if (point < 0) return "0." + std::string(static_cast<std::size_t>(-point - 1), '0') + digits;
  const auto whole = static_cast<std::size_t>(point) + 1;
  if (digits.size() <= whole) return digits + std::string(whole - digits.size(), '0');
  return digits.insert(whole, ".");
}

const UnitSymbol& base_unit(const QuantityKind& kind) {
  return *std::find_if(kind.units.begin(), kind.units.end(), [](const UnitSymbol& unit) {
    return unit.factor == 1 && unit.exponent == 0;
  });
}

/// The largest unit not above 10^leading, else the smallest.
const UnitSymbol& unit_for(int leading, const QuantityKind& kind) {
  const auto fits = [&](const UnitSymbol& unit) { return unit.exponent <= leading; };
  const auto found = std::find_if(kind.units.begin(), kind.units.end(), fits);
  return found == kind.units.end() ? kind.units.back() : *found;
}

}  // namespace

const QuantityKind& BytesKind::kind() {
  static constexpr QuantityKind kKind{"a size", "108 KiB", kPebi, kByteUnits};
  return kKind;
}
const QuantityKind& BitsKind::kind() {
  static constexpr QuantityKind kKind{"a number of bits", "16 bit", 8 * kPebi, kBitUnits};
  return kKind;
}
const QuantityKind& CyclesKind::kind() {
  static constexpr QuantityKind kKind{"a number of cycles", "4 cycles", 1e18, kCycleUnits};
  return kKind;
}
const QuantityKind& HertzKind::kind() {
  static constexpr QuantityKind kKind{"a frequency", "200 MHz", 1e12, kFrequencyUnits};
  return kKind;
}
const QuantityKind& SecondsKind::kind() {
  static constexpr QuantityKind kKind{"a time", "100 ns", 1e9, kTimeUnits};
  return kKind;
}
const QuantityKind& PicojoulesKind::kind() {
  static constexpr QuantityKind kKind{"an energy", "2.5 pJ", 1e21, kEnergyUnits};
  return kKind;
}
const QuantityKind& WattsKind::kind() {
  static constexpr QuantityKind kKind{"a power", "278 mW", 1e9, kPowerUnits};
  return kKind;
}
const QuantityKind& VoltsKind::kind() {
  static constexpr QuantityKind kKind{"a voltage", "0.9 V", 1e6, kVoltageUnits};
  return kKind;
}

namespace detail {

std::variant<std::int64_t, Fault> read_count(std::string_view text, const QuantityKind& kind) {
  const auto split_text = split(text, kind);
  if (const Fault* wrong = std::get_if<Fault>(&split_text)) return *wrong;
  const Written& written = std::get<Written>(split_text);
  if (!(approximate(written) <= kind.maximum)) {
    const auto maximum = static_cast<std::int64_t>(kind.maximum);
    return fault(text, limit_text(kind, print_count(maximum, kind)));
  }
  const auto count = exact_count(written);
  if (!count) {
    return fault(
        text, fmt::format("{} that is a whole number of {}", kind.name, kind.units.back().symbol));
  }
  return *count;
}

std::variant<double, Fault> read_measure(std::string_view text, const QuantityKind& kind) {
  const auto split_text = split(text, kind);
  if (const Fault* wrong = std::get_if<Fault>(&split_text)) return *wrong;
  const double value = approximate(std::get<Written>(split_text));
  if (!(value <= kind.maximum)) {
    return fault(text, limit_text(kind, print_measure(kind.maximum, kind)));
  }
  return value;
}

std::string print_count(std::int64_t value, const QuantityKind& kind) {
  for (const UnitSymbol& unit : kind.units) {
    if (!unit.printed || (unit.factor != 1 && (value == 0 || value % unit.factor != 0))) continue;
    return fmt::format("{} {}", value / unit.factor, unit.symbol);
  }
  return fmt::format("{}", value);
}

std::string print_measure(double value, const QuantityKind& kind) {
  if (!std::isfinite(value)) return fmt::format("{} {}", value, base_unit(kind).symbol);
  if (value == 0) return fmt::format("0 {}", base_unit(kind).symbol);
  const ShortestDecimal shortest(std::abs(value));
  const UnitSymbol& unit = unit_for(shortest.leading, kind);
  return fmt::format("{}{} {}", value < 0 ? "-" : "",
                     placed(shortest.digits, shortest.leading - unit.exponent), unit.symbol);
}

}  // namespace detail
}  // namespace deltasim
