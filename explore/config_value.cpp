#include "explore/config_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "arch/electrical_quantities.h"
#include "arch/square_millimetres.h"
#include "arch/temperature.h"

namespace deltasim {
namespace {

/// Kinds whose base unit is not the SI's: energies are kept in picojoules.
double si_per_base(const QuantityKind& kind) {
  return &kind == &PicojoulesKind::kind() ? 1e-12 : 1;
}

template <typename Q>
void add_units(std::vector<UnitFactor>& units) {
  for (const UnitSymbol& unit : Q::kind().units) {
    const std::string text = fmt::format("1e{}", unit.exponent);
    double power = 0;
    std::from_chars(text.data(), text.data() + text.size(), power);
    units.push_back({std::string(unit.symbol),
                     static_cast<double>(unit.factor) * power * si_per_base(Q::kind())});
  }
}

template <typename... Qs>
struct Kinds {
  static std::vector<UnitFactor> units() {
    std::vector<UnitFactor> all;
    (add_units<Qs>(all), ...);
    return all;
  }

  /// The first kind that takes the text.
  static std::optional<WrittenNumber> read(std::string_view text) {
    std::optional<WrittenNumber> found;
    ((found = found ? std::move(found) : read_as<Qs>(text)), ...);
    return found;
  }
  static std::string print_canonical(std::string_view text) {
    std::string printed;
    (print_as<Qs>(text, printed), ...);
    return printed;
  }

 private:
  template <typename Q>
  static std::optional<WrittenNumber> read_as(std::string_view text) {
    const auto read = read_quantity<Q>(text);
    const Q* quantity = std::get_if<Q>(&read);
    if (quantity == nullptr) return std::nullopt;
    WrittenNumber written;
    written.si = static_cast<double>(quantity->value()) * si_per_base(Q::kind());
    written.kind = Q::kind().name;
    written.whole = std::integral<typename Q::Rep>;
    return written;
  }
  template <typename Q>
  static void print_as(std::string_view text, std::string& printed) {
    if (!printed.empty()) return;
    const auto read = read_quantity<Q>(text);
    if (const Q* quantity = std::get_if<Q>(&read)) printed = print(*quantity);
  }
};
using AllKinds = Kinds<Bytes, Bits, Cycles, Hertz, Seconds, Picojoules, Watts, Volts, Amperes,
                       Farads, Ohms, SquareMillimetres, Kelvins>;

/// As JSON writes numbers, so that "010" and ".5" stay names.
bool looks_like_a_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  return text[0] != '0' || text.size() == 1 || text[1] == '.' || text[1] == 'e' || text[1] == 'E';
}

std::optional<double> plain_number(std::string_view text) {
  if (!looks_like_a_number(text)) return std::nullopt;
  const auto read = read_value<double>(text);
  const double* value = std::get_if<double>(&read);
  return value != nullptr ? std::optional(*value) : std::nullopt;
}

/// Where the number ends and the unit begins.
std::size_t unit_begin(std::string_view text) {
  double ignored = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), ignored);
  return static_cast<std::size_t>(result.ptr - text.data());
}

bool needs_quotes(std::string_view scalar) {
  if (scalar.empty() || scalar.front() == ' ' || scalar.back() == ' ') return true;
  if (std::string_view("-?:,[]{}#&*!|>'\"%@`~=").find(scalar.front()) != std::string_view::npos) {
    // A negative number, or a word that begins with a dash, means the same without quotes.
    if (scalar.front() != '-' || scalar.size() == 1 || scalar[1] == ' ') return true;
  }
  return scalar.find_first_of(",[]{}\n\t\"'\\") != std::string_view::npos ||
         scalar.find(": ") != std::string_view::npos ||
         scalar.find(" #") != std::string_view::npos || scalar.back() == ':';
}

std::string quoted_scalar(std::string_view scalar) {
  std::string text = "\"";
  for (const char c : scalar) {
    if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text + '"';
}

/// Writes a tree in one way, whatever way it was written in.
class CanonicalWriter {
 public:
  explicit CanonicalWriter(const ScalarText& instead) : instead_(instead) {}

  std::string write(const ConfigTree& tree, const std::string& path) const {
    switch (tree.kind) {
      case ConfigTree::Kind::kNothing:
        return "~";
      case ConfigTree::Kind::kScalar:
        return scalar(tree.scalar, path);
      case ConfigTree::Kind::kList:
        return list(tree, path);
      case ConfigTree::Kind::kMap:
        break;
    }
    return map(tree, path);
  }

 private:
  std::string scalar(const std::string& text, const std::string& path) const {
    const auto other = instead_ ? instead_(path, text) : std::nullopt;
    return other ? *other : quoted_scalar(canonical_scalar(text));
  }

  std::string list(const ConfigTree& tree, const std::string& path) const {
    std::string text;
    for (std::size_t i = 0; i < tree.items.size(); ++i) {
      text += write(tree.items[i], joined_path(path, std::to_string(i))) + ",";
    }
    return "[" + text + "]";
  }

  std::string map(const ConfigTree& tree, const std::string& path) const {
    std::vector<std::string> entries;
    for (const ConfigEntry& entry : tree.entries) {
      entries.push_back(quoted_scalar(entry.key) + ":" +
                        write(entry.value, joined_path(path, entry.key)) + ",");
    }
    std::ranges::sort(entries);
    std::string text;
    for (const std::string& entry : entries) text += entry;
    return "{" + text + "}";
  }

  const ScalarText& instead_;
};

}  // namespace

const std::vector<UnitFactor>& unit_factors() {
  static const std::vector<UnitFactor> units = AllKinds::units();
  return units;
}

std::optional<WrittenNumber> written_number(std::string_view text) {
  if (const auto number = plain_number(text)) {
    const bool whole = text.find_first_of(".eE") == std::string_view::npos;
    return WrittenNumber{.number = *number, .si = *number, .whole = whole};
  }
  std::optional<WrittenNumber> written = AllKinds::read(text);
  if (!written) return std::nullopt;
  const std::size_t unit = unit_begin(text);
  std::from_chars(text.data(), text.data() + unit, written->number);
  written->unit = text.substr(std::min(text.find_first_not_of(' ', unit), text.size()));
  return written;
}

std::string canonical_scalar(std::string_view text) {
  if (const auto number = plain_number(text)) return fmt::format("{}", *number);
  const std::string quantity = AllKinds::print_canonical(text);
  return quantity.empty() ? std::string(text) : quantity;
}

std::string canonical_yaml(const std::string& text, const ScalarText& instead,
                           const std::string& path) {
  std::vector<Fault> faults;
  const ConfigTree tree = parse_config_tree(text, "a value", faults);
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return CanonicalWriter(instead).write(tree, path);
}

std::string scalar_text(std::string_view text) {
  return needs_quotes(text) ? quoted_scalar(text) : std::string(text);
}

std::optional<std::string> scalar_at(ConfigNode node, std::string_view key) {
  while (!key.empty()) {
    const std::size_t end = std::min(key.find('.'), key.size());
    const std::string_view step = key.substr(0, end);
    key.remove_prefix(std::min(end + 1, key.size()));
    if (node.is(ConfigTree::Kind::kList)) {
      const auto index = read_value<std::uint64_t>(step);
      const auto* i = std::get_if<std::uint64_t>(&index);
      const std::vector<ConfigNode> items = node.items();
      if (i == nullptr || *i >= items.size()) return std::nullopt;
      node = items[*i];
    } else {
      if (!node.has(step)) return std::nullopt;
      node = node.any(step);
    }
  }
  if (!node.is(ConfigTree::Kind::kScalar)) return std::nullopt;
  return node.as<std::string>();
}

std::string flow_text(const ConfigNode& value, const ScalarText& instead, const std::string& path) {
  if (value.is(ConfigTree::Kind::kScalar)) {
    const auto scalar = value.as<std::string>();
    const auto other = instead ? instead(path, scalar) : std::nullopt;
    return scalar_text(other.value_or(scalar));
  }
  std::string text;
  const auto separate = [&] { text += text.empty() ? "" : ", "; };
  if (value.is(ConfigTree::Kind::kList)) {
    const std::vector<ConfigNode> items = value.items();
    for (std::size_t i = 0; i < items.size(); ++i) {
      separate();
      text += flow_text(items[i], instead, joined_path(path, std::to_string(i)));
    }
    return "[" + text + "]";
  }
  if (value.is(ConfigTree::Kind::kMap)) {
    for (const auto& [key, item] : value.entries()) {
      separate();
      text += scalar_text(key) + ": " + flow_text(item, instead, joined_path(path, key));
    }
    return "{" + text + "}";
  }
  return "~";
}

std::string joined_path(std::string_view path, std::string_view step) {
  return fmt::format("{}{}{}", path, path.empty() ? "" : ".", step);
}

}  // namespace deltasim
