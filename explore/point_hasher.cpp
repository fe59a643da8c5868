#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>

#include "arch/resources.h"
#include "arch/sha256.h"
#include "explore/config_value.h"
#include "explore/design_space.h"
#include "explore/level_reader.h"
#include "workloads/video/clip.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

std::string sha256_of(std::string_view text) {
  Sha256 sha;
  sha.update(text);
  return sha.finish();
}

bool is_yaml(const fs::path& file) {
  return file.extension() == ".yaml" || file.extension() == ".yml";
}

/// Contents of files, each read once.
class Contents {
 public:
  /// Of a file or a folder of images; of a YAML file with those that it names.
  const std::string& of(const fs::path& path) {
    const auto [entry, is_new] = known_.try_emplace(path.string());
    if (is_new) {
      entry->second = source_sha256(path);
      if (is_yaml(path)) entry->second += of_named_files(path);
    }
    return entry->second;
  }

  /// Of what the value of a key that names files names; nothing where there is no such file, which
  /// then is the point's own failure.
  std::optional<std::string> of_value(std::string_view key, const std::string& value,
                                      const fs::path& folder) {
    const bool may_be_name = key == "accelerator" || key == "energy" || key == "baseline";
    fs::path path = fs::path(value).is_absolute() ? fs::path(value) : folder / value;
    if (may_be_name && !names_a_file(value)) {
      const std::string_view kind = key == "energy" ? "energy" : "accelerators";
      path = configs_folder() / kind / (value + ".yaml");
    }
    std::error_code ignored;
    return fs::exists(path, ignored) ? std::optional(of(path)) : std::nullopt;
  }

 private:
  std::string of_named_files(const fs::path& file) {
    std::vector<Fault> faults;
    std::string text;
    try {
      add_named(parse_config_tree(content(file), file.string(), faults), file.parent_path(), text);
    } catch (const ConfigError&) {
      // No YAML: whoever reads it says so.
    }
    return text;
  }

  void add_named(const ConfigTree& tree, const fs::path& folder, std::string& text) {
    for (const ConfigTree& item : tree.items) add_named(item, folder, text);
    for (const ConfigEntry& entry : tree.entries) add_named(entry.value, folder, text);
    if (tree.kind != ConfigTree::Kind::kScalar || !names_a_file(tree.scalar)) return;
    const fs::path named = (folder / tree.scalar).lexically_normal();
    std::error_code ignored;
    if (tree.scalar.size() < 1024 && fs::is_regular_file(named, ignored)) text += of(named);
  }

  static std::string content(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::map<std::string, std::string> known_;
};

/// What the program ships and other files name by name: DRAM parts, memories, fits of SRAM.
std::string shipped_data(Contents& contents) {
  std::string text;
  for (const char* kind : {"dram", "memories", "sram", "retention"}) {
    for (const std::string& name : resource_names(kind)) {
      text += contents.of(configs_folder() / kind / (name + ".yaml")) + "\n";
    }
  }
  return text;
}

/// Files that the base experiment names itself, and those that it takes where it names none.
std::string base_files(const SweepSpec& spec, Contents& contents) {
  Overrides named{{"accelerator", "delta_event_256"}, {"energy", "horowitz_45nm"}};
  ConfigDocument document = ConfigDocument::load(spec.experiment);
  for (const std::string_view key : file_keys()) {
    const std::optional<std::string> value = scalar_at(document.root(), key);
    if (value) named.emplace_back(key, *value);
  }
  std::string text;
  for (const auto& [key, value] : named) {
    text += key + "=" + contents.of_value(key, value, spec.experiment.parent_path()).value_or("") +
            "\n";
  }
  return text;
}

/// One spelling, with a file's content in place of its name.
CanonicalOverride canonical_override(const std::pair<std::string, std::string>& override,
                                     const fs::path& folder, Contents& contents) {
  const auto& [key, value] = override;
  std::string text = canonical_yaml(value);
  if (names_files(key)) {
    std::vector<Fault> faults;
    const ConfigTree tree = parse_config_tree(value, "a value", faults);
    if (const auto content = contents.of_value(key, tree.scalar, folder)) text = *content;
  }
  return {canonical_key(key), text};
}

}  // namespace

PointHasher::PointHasher(const SweepSpec& spec, std::string_view tool_version) : spec_(spec) {
  Contents contents;
  base_ = sha256_of(fmt::format("deltasim {}\n{}\n{}{}", tool_version, contents.of(spec.experiment),
                                base_files(spec, contents), shipped_data(contents)));
  const auto line = [&](const auto& override) {
    return canonical_override(override, spec.experiment.parent_path(), contents);
  };
  for (const auto& override : spec.sets) sets_.push_back(line(override));
  for (const SweepParameter& parameter : spec.parameters) {
    auto& levels = levels_.emplace_back();
    for (const Level& level : parameter.levels) {
      auto& lines = levels.emplace_back();
      for (const auto& override : level.sets) lines.push_back(line(override));
    }
  }
}

std::string PointHasher::hash_of(const DesignPoint& point) const {
  std::map<std::string_view, std::string_view> values;  // the last one wins
  for (const CanonicalOverride& override : sets_) values[override.key] = override.value;
  for (std::size_t p = 0; p < spec_.parameters.size(); ++p) {
    for (const CanonicalOverride& override : levels_[p][point.levels[p]]) {
      values[override.key] = override.value;
    }
  }
  std::string text = base_;
  for (const auto& [key, value] : values) text += fmt::format("\n{}={}", key, value);
  return sha256_of(text);
}

}  // namespace deltasim
