#include "arch/resources.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "arch/errors.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// A folder cannot be read as YAML, so it is as good as absent; a pipe or a device may be meant.
bool is_readable_kind(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) && !fs::is_directory(path, ignored);
}

fs::path installed_configs() {
  std::error_code error;
  const fs::path executable = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  return executable.parent_path().parent_path() / "share" / "deltasim" / "configs";
}

bool looks_like_a_path(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.ends_with(".yaml") ||
         name.ends_with(".yml");
}

[[noreturn]] void throw_unknown_name(std::string_view kind, std::string_view name) {
  const std::vector<std::string> names = resource_names(kind);
  Fault fault;
  fault.key_path = kind;
  fault.found = fmt::format("\"{}\"", name);
  fault.expected = fmt::format("the path of a .yaml file, or one of: {}", fmt::join(names, ", "));
  fault.nearest = nearest_name(name, names);
  throw ConfigError(fault);
}

}  // namespace

fs::path configs_folder() {
  if (const char* set = std::getenv("DELTASIM_CONFIGS"); set != nullptr && *set != '\0') {
    if (is_folder(set)) return set;
    throw ConfigError("$DELTASIM_CONFIGS", fmt::format("\"{}\" is not a folder", set));
  }
  const fs::path installed = installed_configs();
  if (is_folder(installed)) return installed;
  const fs::path source = DELTASIM_SOURCE_CONFIGS;
  if (is_folder(source)) return source;
  throw ConfigError("configs", fmt::format("found neither {} nor {}; set $DELTASIM_CONFIGS to the "
                                           "folder of the shipped configurations",
                                           installed.string(), source.string()));
}

std::vector<std::string> resource_names(std::string_view kind) {
  std::vector<std::string> names;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(configs_folder() / kind, error)) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

fs::path find_resource(std::string_view kind, std::string_view name_or_file) {
  if (looks_like_a_path(name_or_file)) {
    if (is_readable_kind(name_or_file)) return name_or_file;
    if (is_folder(name_or_file)) {
      throw ConfigError(Fault{.file = std::string(name_or_file),
                              .found = "a folder",
                              .expected = "a file, not a folder"});
    }
    throw ConfigError(Fault{
        .file = std::string(name_or_file), .found = "nothing", .expected = "a file that is there"});
  }
  const fs::path path = configs_folder() / kind / fmt::format("{}.yaml", name_or_file);
  if (name_or_file.empty() || !is_readable_kind(path)) throw_unknown_name(kind, name_or_file);
  return path;
}

bool names_a_file(std::string_view name) { return looks_like_a_path(name); }

std::optional<fs::path> find_beside(const fs::path& folder, const fs::path& file,
                                    std::string& tried) {
  const fs::path beside = folder / file;  // an absolute file as it is
  tried = fs::absolute(beside).lexically_normal().string();
  if (is_readable_kind(beside)) return beside;
  const std::string here = fs::absolute(file).lexically_normal().string();
  if (here != tried) tried += " and " + here;
  return is_readable_kind(file) ? std::optional(file) : std::nullopt;
}

}  // namespace deltasim
