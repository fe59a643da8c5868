#pragma once
// Two-stage configuration: YAML text -> typed, checked values, with every fault collected first.
//
//   ConfigDocument document = ConfigDocument::load("accelerator.yaml");
//   document.set("glb.capacity", "192 KiB");                     // --set, before reading
//   const ConfigNode root = document.root();
//   GlbSpec glb;
//   glb.capacity = root.child("glb").required<Bytes>("capacity", at_least(Bytes(1024)));
//   glb.banks = root.child("glb").optional<int>("banks", 1, between(1, 64));
//   glb.policy = root.choice<Policy>("policy", {{"lru", Policy::kLru}, {"fifo", Policy::kFifo}});
//   document.finish();                                           // throws with all the faults
//   return glb;                                                  // only now is it to be used
//
// The line that reads a value says whether it is required or what its default is. A faulty value
// is replaced by a harmless one, so that reading goes on and the next fault is found too; finish()
// also reports every key that nobody asked for, with the nearest of those that somebody did.

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "arch/config_tree.h"
#include "arch/errors.h"
#include "arch/quantities.h"

namespace deltasim {

/// What a value may be, both ends included.
template <typename T>
struct Bounds {
  std::optional<T> least, most;
};
template <typename T>
Bounds<T> at_least(T least) {
  return {least, std::nullopt};
}
template <typename T>
Bounds<T> at_most(T most) {
  return {std::nullopt, most};
}
template <typename T>
Bounds<T> between(T least, T most) {
  return {least, most};
}

/// What the readers below can read: bool (true, false), int, std::int64_t, std::uint64_t, double
/// (finite), std::string, and every quantity of arch/quantities.h.
template <typename T>
concept ConfigValue = std::same_as<T, bool> || std::same_as<T, int> ||
    std::same_as<T, std::int64_t> || std::same_as<T, std::uint64_t> || std::same_as<T, double> ||
    std::same_as<T, std::string> || kIsQuantity<T>;

/// Reads one value from its text, as a file or the command line has it.
template <ConfigValue T>
std::variant<T, Fault> read_value(std::string_view text) {
  return read_quantity<T>(text);
}
template <>
std::variant<bool, Fault> read_value<bool>(std::string_view text);
template <>
std::variant<int, Fault> read_value<int>(std::string_view text);
template <>
std::variant<std::int64_t, Fault> read_value<std::int64_t>(std::string_view text);
template <>
std::variant<std::uint64_t, Fault> read_value<std::uint64_t>(std::string_view text);
template <>
std::variant<double, Fault> read_value<double>(std::string_view text);
template <>
std::variant<std::string, Fault> read_value<std::string>(std::string_view text);

namespace detail {
/// What a fault says was expected: "a whole number from 1 to 16".
template <typename T>
std::string expected_value(const Bounds<T>& range);
}  // namespace detail

/// One value of a document: a map, a list or a scalar. A small handle to be passed by value; the
/// document must outlive it. Where the value is missing, which was then reported, every reader
/// gives a harmless value and reports nothing more.
class ConfigNode {
 public:
  template <typename E>
  using Choices = std::vector<std::pair<std::string_view, E>>;

  // A key of this map.

  /// Whether the key stands here. It counts as known, but not yet as read.
  bool has(std::string_view key) const;

  template <ConfigValue T>
  T required(std::string_view key, const Bounds<T>& range = {}) const {
    const ConfigNode value = member(key);
    if (!value.exists()) report_missing(key, detail::expected_value(range));
    return value.as(range);
  }
  /// `fallback` where the key does not stand here; a key without a value is a fault.
  template <ConfigValue T>
  T optional(std::string_view key, T fallback, const Bounds<T>& range = {}) const {
    return has(key) ? required<T>(key, range) : std::move(fallback);
  }
  /// For a key whose absence means something that no value of it could.
  template <ConfigValue T>
  std::optional<T> maybe(std::string_view key, const Bounds<T>& range = {}) const {
    return has(key) ? std::optional<T>(required<T>(key, range)) : std::nullopt;
  }

  /// What the name at `key` stands for; the first choice where it is none of them. The other keys
  /// of this map may then belong to what was meant, and are not reported as unknown.
  template <typename E>
  E choice(std::string_view key, const Choices<E>& choices) const {
    std::vector<std::string> names;
    for (const auto& [name, value] : choices) names.emplace_back(name);
    return choices[choose(key, names)].second;
  }
  template <typename E>
  E choice(std::string_view key, const Choices<E>& choices, E fallback) const {
    return has(key) ? choice(key, choices) : fallback;
  }
  /// The same where the names speak for themselves.
  std::string one_of(std::string_view key, const std::vector<std::string>& names) const {
    return names[choose(key, names)];
  }
  std::string one_of(std::string_view key, const std::vector<std::string>& names,
                     const std::string& fallback) const {
    return has(key) ? one_of(key, names) : fallback;
  }

  /// A map that must be there.
  ConfigNode child(std::string_view key) const;
  std::optional<ConfigNode> maybe_child(std::string_view key) const;
  /// The values of a list that must be there.
  std::vector<ConfigNode> list(std::string_view key) const;
  /// No values where the key does not stand here.
  std::vector<ConfigNode> optional_list(std::string_view key) const;
  /// A value of any form, for a key that takes a scalar or a map, say; it must be there.
  ConfigNode any(std::string_view key) const;
  /// All keys of a map whose keys are the user's own, such as layer names.
  std::vector<std::pair<std::string, ConfigNode>> entries() const;

  // The value itself.

  /// The values of this list.
  std::vector<ConfigNode> items() const;
  bool exists() const { return tree_ != nullptr; }
  bool is(ConfigTree::Kind kind) const { return exists() && tree_->kind == kind; }
  template <ConfigValue T>
  T as(const Bounds<T>& range = {}) const;

  /// Reports a fault that only the reader can see, such as two values that do not fit each
  /// other: "found <this value>, expected <expected>".
  void reject_this(std::string expected, std::string nearest = {}) const;
  /// The same for the value of `key`.
  void reject(std::string_view key, std::string expected, std::string nearest = {}) const {
    member(key).reject_this(std::move(expected), std::move(nearest));
  }

  /// Such as "layers[2].name"; empty for the root.
  const std::string& path() const { return path_; }

 private:
  friend class ConfigDocument;
  ConfigNode(std::vector<Fault>& faults, ConfigTree* tree, std::string path)
      : faults_(&faults), tree_(tree), path_(std::move(path)) {}

  ConfigNode member(std::string_view key) const;
  std::size_t choose(std::string_view key, const std::vector<std::string>& names) const;
  /// This value where it is of that kind, else none and a fault.
  ConfigNode expecting(ConfigTree::Kind kind, std::string_view name) const;
  std::string path_of(std::string_view key) const;
  void report_missing(std::string_view key, std::string expected) const;
  void report(Fault fault) const;

  std::vector<Fault>* faults_;
  ConfigTree* tree_;  ///< null where nothing stands
  std::string path_;
};

/// A configuration file and the faults found in it so far.
class ConfigDocument {
 public:
  /// @throws IoError where the file cannot be read, ConfigError where it is not YAML (see
  ///         parse_config_tree)
  static ConfigDocument load(const std::filesystem::path& file);
  /// @param name stands for the file's name in messages
  static ConfigDocument parse(std::string_view text, std::string name);

  /// Replaces or adds one value before any is read, as `--set a.b.0.c=value` does; `value` is
  /// YAML, a number is the index of a list, maps that are missing are made. A path through
  /// something that is no map or list is a fault.
  /// @param origin the key path as the user gave it, for messages, where it is another one
  void set(std::string_view key_path, std::string_view value, std::string_view origin = {});
  /// The same with a text as it is, which no YAML can make anything else of.
  void set_text(std::string_view key_path, std::string_view text);
  /// Takes a key out of the map in which it stands; nothing happens where it does not.
  void erase(std::string_view key_path);

  /// A document to be read by itself, in which only some items of one outermost list stand; the
  /// others are nothing, so that each keeps its index.
  /// @param changed indices of the items that stand
  ConfigDocument with_items(std::string_view list, const std::set<std::size_t>& changed) const;

  /// What stands there, to be looked at without being read.
  const ConfigTree& tree() const { return *tree_; }

  /// The outermost map; an empty document is an empty map.
  ConfigNode root();

  /// All faults so far by file and line, each once; a key that no reader asked for is one.
  std::vector<Fault> faults() const;
  /// @throws ConfigError with faults(), where there are any
  void finish() const;

  /// Where the file lies, for paths that are written relative to it.
  const std::filesystem::path& directory() const { return directory_; }

 private:
  ConfigDocument(std::string_view text, std::string name, std::filesystem::path directory);
  ConfigDocument(std::filesystem::path directory, std::vector<Fault> faults);

  std::filesystem::path directory_;
  std::unique_ptr<std::vector<Fault>> faults_;  // their addresses outlive a move
  std::unique_ptr<ConfigTree> tree_;
};

namespace detail {

template <typename T>
std::string print_value(const T& value) {
  if constexpr (kIsQuantity<T>) {
    return print(value);
  } else if constexpr (std::same_as<T, std::string>) {
    return value;
  } else {
    return fmt::format("{}", value);
  }
}

template <typename T>
std::string value_name() {
  if constexpr (kIsQuantity<T>) return std::string(T::kind().name);
  if constexpr (std::same_as<T, bool>) return "true or false";
  if constexpr (std::integral<T>) return "a whole number";
  if constexpr (std::floating_point<T>) return "a number";
  return "a text";
}

template <typename T>
std::string expected_value(const Bounds<T>& range) {
  std::string name = value_name<T>();
  if (range.least && range.most) {
    return fmt::format("{} from {} to {}", name, print_value(*range.least),
                       print_value(*range.most));
  }
  if (range.least) return fmt::format("{} of at least {}", name, print_value(*range.least));
  if (range.most) return fmt::format("{} of at most {}", name, print_value(*range.most));
  if constexpr (kIsQuantity<T>) return fmt::format("{} such as {}", name, T::kind().example);
  return name;
}

template <typename T>
bool lies_in(const Bounds<T>& range, const T& value) {
  return (!range.least || !(value < *range.least)) && (!range.most || !(*range.most < value));
}

}  // namespace detail

template <ConfigValue T>
T ConfigNode::as(const Bounds<T>& range) const {
  const T harmless = range.least.value_or(T{});
  if (!exists()) return harmless;
  if (!is(ConfigTree::Kind::kScalar)) {
    expecting(ConfigTree::Kind::kScalar, detail::expected_value(range));
    return harmless;
  }
  auto read = read_value<T>(tree_->scalar);
  if (Fault* fault = std::get_if<Fault>(&read)) {
    report(std::move(*fault));
    return harmless;
  }
  T& value = std::get<T>(read);
  if (detail::lies_in(range, value)) return std::move(value);
  reject_this(detail::expected_value(range));
  return harmless;
}

}  // namespace deltasim
