#include "explore/level_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "explore/clip_axis.h"
#include "explore/config_value.h"
#include "explore/level_range.h"
#include "sim/pipeline/file_keys.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;
using Kind = ConfigTree::Kind;

constexpr std::string_view kLabel = "label";

/// A file beside the sweep by its whole path, since an experiment looks for files beside itself.
/// Nothing for other values.
std::optional<std::string> located(const std::string& path, const std::string& text,
                                   const fs::path& folder) {
  const FileKey* key = find_file_key(path);
  if (key == nullptr || !means_path(*key, text)) return std::nullopt;
  const fs::path beside = fs::absolute(folder / text).lexically_normal();
  const bool is_there = !text.empty() && named_file(*key, beside.string(), {});
  return is_there ? std::optional(beside.string()) : std::nullopt;
}

std::pair<std::string, std::string> read_override(const std::string& key, const ConfigNode& value,
                                                  const fs::path& folder) {
  const auto locate = [&](const std::string& path, const std::string& text) {
    return located(path, text, folder);
  };
  return {key, flow_text(value, locate, key)};
}

/// What the user wrote, or what stands for it on one line.
std::string label_of(const ConfigNode& value) {
  return value.is(Kind::kScalar) ? value.as<std::string>() : flow_text(value);
}

class ParameterReader {
 public:
  ParameterReader(std::string name, ConfigNode node, const fs::path& folder)
      : name_(std::move(name)), node_(std::move(node)), folder_(folder) {}

  SweepParameter read() {
    if (node_.is(Kind::kMap)) {
      read_map();
    } else if (node_.is(Kind::kList)) {
      read_list();
    } else {
      node_.reject_this(
          "a list of values, or a range with from, to and scale (one value for every "
          "point stands in `set`)");
    }
    return std::move(parameter_);
  }

 private:
  void read_map() {
    if (node_.has("clips")) {
      read_clips();
      return;
    }
    parameter_.name = name_;
    for (const std::string& text : read_range(node_)) {
      parameter_.levels.push_back({text, {{name_, text}}});
    }
  }

  void read_clips() {
    if (name_ != kClipKey) {
      node_.reject_this(fmt::format("values: clips are for the parameter {}", kClipKey));
      return;
    }
    parameter_ = read_clip_axis(node_, folder_);
  }

  void read_list() {
    parameter_.name = name_;
    const std::vector<ConfigNode> items = node_.items();
    if (items.empty()) node_.reject_this("a list of at least one value");
    if (items.size() > static_cast<std::size_t>(kMostLevels)) {
      node_.reject_this(fmt::format("a list of at most {} values", kMostLevels));
      return;
    }
    const bool bundle = std::ranges::any_of(items, [](const auto& i) { return i.is(Kind::kMap); });
    for (const ConfigNode& item : items) {
      if (bundle) {
        read_bundle_level(item);
      } else {
        read_value_level(item);
      }
    }
  }

  void read_value_level(const ConfigNode& item) {
    if (item.is(Kind::kNothing)) {
      item.reject_this("a value");
      return;
    }
    add(item, {label_of(item), {read_override(name_, item, folder_)}});
  }

  void read_bundle_level(const ConfigNode& item) {
    if (!item.is(Kind::kMap)) {
      item.reject_this("a map of keys and values, as the other levels of this bundle");
      return;
    }
    Level level;
    std::string values;
    const bool labelled = item.has(kLabel);
    if (labelled) level.label = item.required<std::string>(kLabel);
    for (const auto& [key, value] : item.entries()) {
      if (key == kLabel) continue;
      if (value.is(Kind::kNothing)) value.reject_this("a value");
      level.sets.push_back(read_override(key, value, folder_));
      values += (values.empty() ? "" : ", ") + label_of(value);
    }
    if (!labelled) level.label = values;
    if (level.label.empty()) item.reject_this("a label, or keys with values");
    add(item, std::move(level));
  }

  void add(const ConfigNode& item, Level level) {
    std::string same = level.label;
    if (!labels_.insert({same, item.path()}).second) {
      item.reject_this(fmt::format("a level that does not stand twice: {} is {}",
                                   labels_.find(same)->second, deltasim::quoted(same)));
    } else {
      check_twice(item, level);
    }
    parameter_.levels.push_back(std::move(level));
  }

  /// "1 MiB" and "1024 KiB" would be one point with two rows.
  void check_twice(const ConfigNode& item, const Level& level) {
    std::vector<std::string> lines;
    for (const auto& [key, value] : level.sets) {
      lines.push_back(canonical_key(key) + "=" + canonical_yaml(value));
    }
    std::ranges::sort(lines);
    std::string design;
    for (const std::string& line : lines) design += line + "\n";
    const auto [first, is_new] = designs_.insert({design, item.path()});
    if (!is_new) item.reject_this(fmt::format("a level that is not the same as {}", first->second));
  }

  std::string name_;
  ConfigNode node_;
  const fs::path& folder_;
  SweepParameter parameter_;
  std::map<std::string, std::string> labels_;   ///< with the path of the first
  std::map<std::string, std::string> designs_;  ///< canonical text, with the path of the first
};

/// "accelerator.glb" of "accelerator.glb.banks".
bool lies_under(std::string_view key, std::string_view above) {
  return key.size() > above.size() && key.starts_with(above) && key[above.size()] == '.' &&
         above != "accelerator" && above != "energy";
}

/// One key is set by one parameter: else the order of the parameters would decide.
void check_shared_keys(const std::vector<std::pair<SweepParameter, ConfigNode>>& parameters) {
  std::map<std::string, std::string> owners;
  for (const auto& [parameter, node] : parameters) {
    std::vector<std::string> own;
    for (const Level& level : parameter.levels) {
      for (const auto& [key, value] : level.sets) own.push_back(canonical_key(key));
    }
    std::ranges::sort(own);
    own.erase(std::unique(own.begin(), own.end()), own.end());
    for (const std::string& key : own) {
      for (const auto& [other, owner] : owners) {
        if (key != other && !lies_under(key, other) && !lies_under(other, key)) continue;
        node.reject_this(
            fmt::format("a parameter of its own: {} sets {}, and this one {}", owner, other, key));
      }
    }
    for (const std::string& key : own) owners.emplace(key, parameter.name);
  }
}

}  // namespace

std::vector<SweepParameter> read_parameters(const ConfigNode& parameters, const fs::path& folder) {
  std::vector<std::pair<SweepParameter, ConfigNode>> read;
  for (const auto& [name, node] : parameters.entries()) {
    read.emplace_back(ParameterReader(name, node, folder).read(), node);
  }
  check_shared_keys(read);
  std::vector<SweepParameter> all;
  for (auto& [parameter, node] : read) all.push_back(std::move(parameter));
  return all;
}

Overrides read_set(const ConfigNode& set, const fs::path& folder) {
  Overrides overrides;
  for (const auto& [key, value] : set.entries()) {
    if (value.is(Kind::kNothing)) value.reject_this("a value");
    overrides.push_back(read_override(key, value, folder));
  }
  return overrides;
}

std::string canonical_key(std::string_view key) {
  return key == "clock" ? "accelerator.clock" : std::string(key);
}

}  // namespace deltasim
