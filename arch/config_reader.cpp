#include "arch/config_reader.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <fstream>
#include <tuple>

#include "arch/config_text.h"
#include "arch/parse_cache.h"

namespace deltasim {
namespace {

using Kind = ConfigTree::Kind;

constexpr std::size_t kLargestFile = std::size_t{4} << 20;

Fault expected_but_found(std::string found, std::string expected, std::string nearest = {}) {
  Fault fault;
  fault.found = std::move(found);
  fault.expected = std::move(expected);
  fault.nearest = std::move(nearest);
  return fault;
}

Fault not_a(std::string_view text, std::string expected, std::string nearest = {}) {
  return expected_but_found(quoted(text), std::move(expected), std::move(nearest));
}

template <typename T>
std::variant<T, Fault> read_integer(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end) return value;
  if (error != std::errc::result_out_of_range) return not_a(text, "a whole number");
  return not_a(text, detail::expected_value(
                         between(std::numeric_limits<T>::min(), std::numeric_limits<T>::max())));
}

/// Adds the keys of `tree` and below that nobody read. What lies below an unread key is part of
/// the same mistake.
void add_unread(const ConfigTree& tree, const std::string& path, std::vector<Fault>& faults) {
  for (const ConfigEntry& entry : tree.entries) {
    const std::string entry_path = path.empty() ? entry.key : path + "." + entry.key;
    if (entry.read) {
      add_unread(entry.value, entry_path, faults);
    } else if (!tree.unread_forgiven) {
      Fault fault = expected_but_found("unknown key", {}, nearest_name(entry.key, tree.asked));
      fault.file = *entry.value.source;
      fault.line = entry.value.line == 0 ? 0 : entry.line;
      fault.key_path = entry_path;
      faults.push_back(std::move(fault));
    }
  }
  if (tree.unread_forgiven) return;
  for (std::size_t i = 0; i < tree.items.size(); ++i) {
    add_unread(tree.items[i], fmt::format("{}[{}]", path, i), faults);
  }
}

struct ParsedText {
  ConfigTree tree;
  std::vector<Fault> faults;
};

/// A sweep reads the same experiment, accelerator and table for each of its points.
constexpr std::size_t kKeptTexts = 16;
constexpr std::size_t kLongestKept = std::size_t{64} << 10;

ParsedText parsed_text(std::string_view text, const std::string& name) {
  static ParseCache<ParsedText> parsed(kKeptTexts);
  const auto parse = [&] {
    ParsedText made;
    made.tree = parse_config_tree(text, name, made.faults);
    return made;
  };
  return text.size() <= kLongestKept ? parsed.get(name, text, parse) : parse();
}

}  // namespace

std::string read_config_text(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) throw IoError(path.string(), "read", EISDIR);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(path.string(), "read", errno);
  // One more than allowed, so that a device without an end is refused too.
  std::string text;
  std::array<char, std::size_t{16} << 10> part;
  while (file && text.size() <= kLargestFile) {
    file.read(part.data(), std::min(part.size(), kLargestFile + 1 - text.size()));
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) throw IoError(path.string(), "read", errno);
  return text;
}

namespace {

/// What one step of a key path leads to, made where a map lacks it; null where it leads nowhere.
ConfigTree* step_into(ConfigTree& tree, std::string_view key,
                      const std::shared_ptr<const std::string>& source) {
  if (tree.kind == Kind::kList) {
    const auto index = read_integer<std::uint64_t>(key);
    const auto* i = std::get_if<std::uint64_t>(&index);
    return i != nullptr && *i < tree.items.size() ? &tree.items[*i] : nullptr;
  }
  if (tree.kind != Kind::kMap || key.empty()) return nullptr;
  if (ConfigEntry* entry = tree.find(key)) return &entry->value;
  ConfigTree made;
  made.kind = Kind::kMap;
  made.source = source;
  tree.entries.push_back({std::string(key), 0, std::move(made)});
  return &tree.entries.back().value;
}

ConfigTree* walk(ConfigTree& tree, std::string_view key_path,
                 const std::shared_ptr<const std::string>& source) {
  ConfigTree* target = &tree;
  for (std::size_t begin = 0; target != nullptr && begin <= key_path.size();) {
    const std::size_t end = std::min(key_path.find('.', begin), key_path.size());
    target = step_into(*target, key_path.substr(begin, end - begin), source);
    begin = end + 1;
  }
  return target;
}

/// The line of a file in which it stands means nothing for a value of the command line.
void forget_lines(ConfigTree& tree) {
  tree.line = 0;
  for (ConfigTree& item : tree.items) forget_lines(item);
  for (ConfigEntry& entry : tree.entries) forget_lines(entry.value);
}

}  // namespace

template <>
std::variant<bool, Fault> read_value<bool>(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  const bool yes = text == "yes" || text == "on" || text == "True" || text == "TRUE";
  const bool no = text == "no" || text == "off" || text == "False" || text == "FALSE";
  return not_a(text, "true or false", yes ? "true" : no ? "false" : "");
}
template <>
std::variant<int, Fault> read_value<int>(std::string_view text) {
  return read_integer<int>(text);
}
template <>
std::variant<std::int64_t, Fault> read_value<std::int64_t>(std::string_view text) {
  return read_integer<std::int64_t>(text);
}
template <>
std::variant<std::uint64_t, Fault> read_value<std::uint64_t>(std::string_view text) {
  return read_integer<std::uint64_t>(text);
}
template <>
std::variant<double, Fault> read_value<double>(std::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) {
    return not_a(text, "a finite number");
  }
  return value;
}
template <>
std::variant<std::string, Fault> read_value<std::string>(std::string_view text) {
  return std::string(text);
}

bool ConfigNode::has(std::string_view key) const {
  if (!is(Kind::kMap)) return false;
  const auto known = std::find(tree_->asked.begin(), tree_->asked.end(), key);
  if (known == tree_->asked.end()) tree_->asked.emplace_back(key);
  return tree_->find(key) != nullptr;
}

ConfigNode ConfigNode::member(std::string_view key) const {
  if (!has(key)) return {*faults_, nullptr, path_of(key)};
  ConfigEntry* entry = tree_->find(key);
  entry->read = true;
  return {*faults_, &entry->value, path_of(key)};
}

std::size_t ConfigNode::choose(std::string_view key, const std::vector<std::string>& names) const {
  DELTASIM_INVARIANT(!names.empty(), "a choice is among at least one name");
  const auto expected = [&] { return fmt::format("one of {}", fmt::join(names, ", ")); };
  const ConfigNode value = member(key);
  if (!value.exists()) {
    report_missing(key, expected());
  } else {
    const std::string name = value.is(Kind::kScalar) ? value.tree_->scalar : "";
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
    value.reject_this(expected(), nearest_name(name, names));
  }
  if (exists()) tree_->unread_forgiven = true;
  return 0;
}

ConfigNode ConfigNode::expecting(Kind kind, std::string_view name) const {
  if (is(kind)) return *this;
  if (exists()) {
    reject_this(std::string(name));
    tree_->unread_forgiven = true;
  }
  return {*faults_, nullptr, path_};
}

ConfigNode ConfigNode::child(std::string_view key) const {
  if (!has(key)) report_missing(key, "a map");
  return member(key).expecting(Kind::kMap, "a map");
}

std::optional<ConfigNode> ConfigNode::maybe_child(std::string_view key) const {
  return has(key) ? std::optional(child(key)) : std::nullopt;
}

std::vector<ConfigNode> ConfigNode::list(std::string_view key) const {
  if (!has(key)) report_missing(key, "a list");
  return optional_list(key);
}

std::vector<ConfigNode> ConfigNode::optional_list(std::string_view key) const {
  return has(key) ? member(key).items() : std::vector<ConfigNode>{};
}

std::vector<ConfigNode> ConfigNode::items() const {
  std::vector<ConfigNode> nodes;
  if (!expecting(Kind::kList, "a list").exists()) return nodes;
  for (std::size_t i = 0; i < tree_->items.size(); ++i) {
    nodes.push_back({*faults_, &tree_->items[i], fmt::format("{}[{}]", path_, i)});
  }
  return nodes;
}

ConfigNode ConfigNode::any(std::string_view key) const {
  if (!has(key)) report_missing(key, "a value");
  return member(key);
}

std::vector<std::pair<std::string, ConfigNode>> ConfigNode::entries() const {
  std::vector<std::pair<std::string, ConfigNode>> nodes;
  if (!expecting(Kind::kMap, "a map").exists()) return nodes;
  for (ConfigEntry& entry : tree_->entries) {
    entry.read = true;
    nodes.emplace_back(entry.key, ConfigNode(*faults_, &entry.value, path_of(entry.key)));
  }
  return nodes;
}

void ConfigNode::reject_this(std::string expected, std::string nearest) const {
  if (!exists()) return;
  report(expected_but_found(describe(*tree_), std::move(expected), std::move(nearest)));
}

void ConfigNode::report_missing(std::string_view key, std::string expected) const {
  if (!exists()) return;  // the whole map is missing, which was reported
  Fault fault = expected_but_found("nothing", std::move(expected));
  fault.file = *tree_->source;
  fault.line = tree_->line;
  fault.key_path = path_of(key);
  faults_->push_back(std::move(fault));
}

void ConfigNode::report(Fault fault) const {
  fault.file = *tree_->source;
  fault.line = tree_->line;
  fault.key_path = path_;
  faults_->push_back(std::move(fault));
}

std::string ConfigNode::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

ConfigDocument::ConfigDocument(std::string_view text, std::string name,
                               std::filesystem::path directory)
    : directory_(std::move(directory)) {
  ParsedText parsed = parsed_text(text, name);
  faults_ = std::make_unique<std::vector<Fault>>(std::move(parsed.faults));
  tree_ = std::make_unique<ConfigTree>(std::move(parsed.tree));
  if (tree_->kind == Kind::kNothing) tree_->kind = Kind::kMap;
  if (tree_->kind == Kind::kMap) return;
  Fault fault = expected_but_found(describe(*tree_), "a map of keys and values");
  fault.file = std::move(name);
  fault.line = tree_->line;
  throw ConfigError(std::move(fault));
}

ConfigDocument::ConfigDocument(std::filesystem::path directory, std::vector<Fault> faults)
    : directory_(std::move(directory)),
      faults_(std::make_unique<std::vector<Fault>>(std::move(faults))),
      tree_(std::make_unique<ConfigTree>()) {}

ConfigDocument ConfigDocument::load(const std::filesystem::path& file) {
  return {read_config_text(file), file.string(), file.parent_path()};
}

ConfigDocument ConfigDocument::parse(std::string_view text, std::string name) {
  return {text, std::move(name), {}};
}

ConfigDocument ConfigDocument::with_items(std::string_view list,
                                          const std::set<std::size_t>& changed) const {
  ConfigDocument copy(directory_, *faults_);
  copy.tree_->kind = tree_->kind;
  copy.tree_->source = tree_->source;
  copy.tree_->line = tree_->line;
  for (const ConfigEntry& entry : tree_->entries) {
    if (entry.key != list || entry.value.kind != Kind::kList) {
      copy.tree_->entries.push_back(entry);
      continue;
    }
    ConfigTree some;
    some.kind = Kind::kList;
    some.source = entry.value.source;
    some.line = entry.value.line;
    some.items.resize(entry.value.items.size());
    for (const std::size_t i : changed) some.items.at(i) = entry.value.items.at(i);
    copy.tree_->entries.push_back({entry.key, entry.line, std::move(some)});
  }
  return copy;
}

void ConfigDocument::set(std::string_view key_path, std::string_view value,
                         std::string_view origin) {
  const auto source = std::make_shared<const std::string>(
      fmt::format("--set {}", origin.empty() ? key_path : origin));
  ConfigTree* target = walk(*tree_, key_path, source);
  if (target == nullptr) {
    Fault fault = expected_but_found("a key path that leads nowhere",
                                     "names of maps joined by points, such as glb.capacity");
    fault.file = *source;
    faults_->push_back(std::move(fault));
    return;
  }
  *target = parse_config_tree(value, *source, *faults_);
  forget_lines(*target);
}

void ConfigDocument::set_text(std::string_view key_path, std::string_view text) {
  const auto source = std::make_shared<const std::string>(fmt::format("--set {}", key_path));
  ConfigTree* target = walk(*tree_, key_path, source);
  DELTASIM_INVARIANT(target != nullptr, "a text is set where there is a map for it");
  *target = ConfigTree();
  target->kind = Kind::kScalar;
  target->scalar = text;
  target->source = source;
}

void ConfigDocument::erase(std::string_view key_path) {
  const std::size_t dot = key_path.rfind('.');
  const bool outermost = dot == std::string_view::npos;
  ConfigTree* map = outermost ? tree_.get() : walk(*tree_, key_path.substr(0, dot), nullptr);
  if (map == nullptr || map->kind != Kind::kMap) return;
  const std::string_view key = outermost ? key_path : key_path.substr(dot + 1);
  std::erase_if(map->entries, [&](const ConfigEntry& entry) { return entry.key == key; });
}

ConfigNode ConfigDocument::root() { return {*faults_, tree_.get(), {}}; }

std::vector<Fault> ConfigDocument::faults() const {
  std::vector<Fault> all = *faults_;
  add_unread(*tree_, {}, all);
  std::stable_sort(all.begin(), all.end(), [](const Fault& a, const Fault& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

void ConfigDocument::finish() const {
  std::vector<Fault> all = faults();
  if (!all.empty()) throw ConfigError(std::move(all));
}

}  // namespace deltasim
