#include "explore/file_contents.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "arch/config_reader.h"
#include "arch/errors.h"
#include "arch/resources.h"
#include "explore/config_value.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;
using Kind = ConfigTree::Kind;

/// What an experiment takes where it names nothing.
const Overrides& defaults() {
  static const Overrides files{{"accelerator", "delta_event_256"}, {"energy", "horowitz_45nm"}};
  return files;
}

ConfigTree tree_of(const std::string& text, const std::string& source) {
  std::vector<Fault> faults;
  return parse_config_tree(text, source, faults);
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Where the keys of a file stand in the table of file keys; nothing for one that names no files.
std::optional<std::string> prefix_of(const FileKey* key) {
  if (key == nullptr) return "";  // the experiment itself
  if (key->shipped == "accelerators") return "accelerator";
  if (key->shipped == "energy") return "energy";
  return std::nullopt;
}

}  // namespace

FileContents::FileContents(const SweepSpec& spec, FileHashes* clips)
    : spec_(spec),
      clips_(clips != nullptr ? *clips : nothing_),
      experiment_{spec.experiment.parent_path()} {
  for (const auto& [key, value] : defaults()) add_folders(key, value);
  ConfigDocument document = ConfigDocument::load(spec.experiment);
  for (const auto& [key, value] : defaults()) {
    const auto own = scalar_at(document.root(), key);
    if (own) add_folders(key, scalar_text(*own));
  }
  for (const auto& [key, value] : spec.sets) add_folders(key, value);
  for (const SweepParameter& parameter : spec.parameters) {
    for (const Level& level : parameter.levels) {
      for (const auto& [key, value] : level.sets) add_folders(key, value);
    }
  }
}

void FileContents::add_folders(const std::string& key, const std::string& value) {
  const bool is_machine = key == "accelerator";
  if (!is_machine && key != "energy") return;
  const auto file =
      named_file(*find_file_key(key), tree_of(value, key).scalar, experiment_.front());
  if (!file) return;
  Folders& folders = is_machine ? accelerators_ : energy_tables_;
  const fs::path folder = fs::absolute(*file).lexically_normal().parent_path();
  if (std::ranges::find(folders, folder) == folders.end()) folders.push_back(folder);
}

const FileContents::Folders& FileContents::folders_of(const FileKey& key) const {
  if (key.owner == FileKeyOwner::kAccelerator) return accelerators_;
  return key.owner == FileKeyOwner::kEnergyTable ? energy_tables_ : experiment_;
}

std::string FileContents::base() {
  std::string text = of(spec_.experiment, nullptr, true) + "\n";
  for (const auto& [key, name] : defaults()) {
    text += named(key, name, nullptr, true).value_or("") + "\n";
  }
  for (const char* kind : {"dram", "memories", "sram", "retention"}) {
    for (const std::string& name : resource_names(kind)) {
      text += inputs_.add(configs_folder() / kind / (name + ".yaml")) + "\n";
    }
  }
  return text;
}

std::string FileContents::canonical(const std::string& key, const std::string& value, bool shared) {
  const auto content = [&](const std::string& path, const std::string& text) {
    return named(path, text, nullptr, shared);
  };
  return canonical_yaml(value, content, key);
}

/// Contents of what a text at a path names, a place after the other, "-" where there is no file;
/// nothing where it names none at all.
/// @param folders where relative paths start; null: those of the key's owner
std::optional<std::string> FileContents::named(const std::string& path, const std::string& text,
                                               const Folders* folders, bool shared) {
  const FileKey* key = find_file_key(path);
  if (key == nullptr) return std::nullopt;
  std::string contents;
  bool found = false;
  for (const fs::path& folder : folders != nullptr ? *folders : folders_of(*key)) {
    const auto file = named_file(*key, text, folder);
    try {
      contents += file ? of(*file, key, shared) : "-";
      found = found || file.has_value();
    } catch (const ConfigError&) {
      contents += "-";  // a folder without images
    }
    contents += ",";
  }
  return found ? std::optional("<" + contents + ">") : std::nullopt;
}

const std::string& FileContents::of(const fs::path& file, const FileKey* key, bool shared) {
  const fs::path path = fs::absolute(file).lexically_normal();
  const std::optional<std::string> prefix = prefix_of(key);
  const std::string name = path.string() + "\n" + prefix.value_or("-");
  const auto known = known_.find(name);
  if (known != known_.end()) return known->second;
  std::string text = shared ? inputs_.add(path) : clips_.of(path);
  if (prefix) {
    try {
      add_named(tree_of(text_of(path), path.string()), *prefix, {path.parent_path()}, text);
    } catch (const ConfigError&) {
      // No YAML: whoever reads it says so.
    }
  }
  return known_.emplace(name, std::move(text)).first->second;
}

void FileContents::add_named(const ConfigTree& tree, const std::string& path,
                             const Folders& folders, std::string& text) {
  for (std::size_t i = 0; i < tree.items.size(); ++i) {
    add_named(tree.items[i], joined_path(path, std::to_string(i)), folders, text);
  }
  for (const ConfigEntry& entry : tree.entries) {
    add_named(entry.value, joined_path(path, entry.key), folders, text);
  }
  if (tree.kind != Kind::kScalar) return;
  text += named(path, tree.scalar, &folders, true).value_or("");
}

}  // namespace deltasim
