#pragma once
// Values of configuration files as text: what number they are, and when two of them are equal.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arch/config_reader.h"

namespace deltasim {

/// One unit that values may have.
struct UnitFactor {
  std::string symbol;
  double factor = 1;  ///< to SI: bytes, bits, hertz, seconds, joules, watts, volts, ...
};
/// Every unit of arch/quantities.h and its neighbours, each once.
const std::vector<UnitFactor>& unit_factors();

/// A number with or without a unit, taken apart.
struct WrittenNumber {
  double number = 0;   ///< as it stands there: 128 of "128 KiB"
  std::string unit;    ///< "KiB"; empty for none
  double si = 0;       ///< bytes, bits, hertz, seconds, joules, ...
  std::string kind;    ///< what two values must share to be compared: "a size"; empty without unit
  bool whole = false;  ///< written without point and exponent, or of a kind that counts
};
/// Nothing where the text is no number, or one that its kind does not take.
std::optional<WrittenNumber> written_number(std::string_view text);

/// One text for all spellings of a value: "1 MiB" and "1024 KiB", 0.50 and 5e-1. What is no number
/// stays as it is.
std::string canonical_scalar(std::string_view text);

/// What stands for a scalar, given its dotted path; nothing: itself.
using ScalarText =
    std::function<std::optional<std::string>(const std::string& path, const std::string& scalar)>;

/// The same for YAML text: lists and maps in flow style, keys of maps sorted, scalars in quotes.
/// @param instead may give a text, which is put in without quotes
/// @param path of the value, for `instead`
/// @throws ConfigError where it is not YAML
std::string canonical_yaml(const std::string& text, const ScalarText& instead = {},
                           const std::string& path = {});

/// A text as a YAML scalar that reads back as it, quoted where it must be.
std::string scalar_text(std::string_view text);

/// The scalar at a dotted path, whose lists are numbered; nothing where there is none.
std::optional<std::string> scalar_at(ConfigNode node, std::string_view key);

/// A value as YAML on one line, as --set takes it.
/// @param instead may give another scalar
/// @param path of the value, for `instead`
std::string flow_text(const ConfigNode& value, const ScalarText& instead = {},
                      const std::string& path = {});

/// "a.b" of "a" and "b".
std::string joined_path(std::string_view path, std::string_view step);

}  // namespace deltasim
