#include "sim/pipeline/file_keys.h"

#include <algorithm>
#include <system_error>

#include "arch/errors.h"
#include "arch/resources.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;
using Meaning = FileKeyMeaning;
using Owner = FileKeyOwner;

/// The first step of a path, which is taken off it.
std::string_view take_step(std::string_view& path) {
  const std::size_t end = std::min(path.find('.'), path.size());
  const std::string_view step = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return step;
}

bool matches(std::string_view pattern, std::string_view path) {
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = take_step(pattern), step = take_step(path);
    if (wanted != "*" && wanted != step) return false;
  }
  return pattern.empty() && path.empty();
}

bool is_there(const FileKey& key, const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored) && (key.is_clip || !fs::is_directory(path, ignored));
}

fs::path start_at(const FileKey& key, const std::string& text, const fs::path& folder) {
  const bool relative = means_path(key, text) && fs::path(text).is_relative();
  return relative ? (folder / text).lexically_normal() : fs::path(text);
}

}  // namespace

const std::vector<FileKey>& file_keys() {
  static const std::vector<FileKey> keys{
      {.key = "trace"},
      {.key = "accelerator", .meaning = Meaning::kShippedOrPath, .shipped = "accelerators"},
      {.key = "baseline", .meaning = Meaning::kShippedOrPath, .shipped = "accelerators"},
      {.key = "energy", .meaning = Meaning::kShippedOrPath, .shipped = "energy"},
      {.key = "placement", .also_here = true},
      {.key = "network.name", .meaning = Meaning::kNetworkOrPath},
      {.key = "network.weights"},
      {.key = "network.temporal_weights"},
      {.key = "video.file", .is_clip = true},
      {.key = "quantizer.file"},
      {.key = "quantizer.calibration_clips", .is_clip = true},
      {.key = "quantizer.calibration_clips.*", .is_clip = true},
      {.key = "faults.weights.retention.model",
       .meaning = Meaning::kShippedOrPath,
       .shipped = "retention"},
      {.key = "faults.state.retention.model",
       .meaning = Meaning::kShippedOrPath,
       .shipped = "retention"},
      {.key = "accelerator.memories.*.technology",
       .meaning = Meaning::kShippedOrPath,
       .shipped = "memories",
       .owner = Owner::kAccelerator,
       .also_here = true},
      {.key = "energy.models.sram.model",
       .meaning = Meaning::kShippedOrPath,
       .shipped = "sram",
       .owner = Owner::kEnergyTable,
       .also_here = true},
      {.key = "energy.ert.file", .owner = Owner::kEnergyTable}};
  return keys;
}

const FileKey* find_file_key(std::string_view path) {
  const auto found =
      std::ranges::find_if(file_keys(), [&](const FileKey& key) { return matches(key.key, path); });
  return found == file_keys().end() ? nullptr : &*found;
}

bool means_path(const FileKey& key, std::string_view text) {
  switch (key.meaning) {
    case Meaning::kPath:
      return true;
    case Meaning::kShippedOrPath:
      return names_a_file(text);
    case Meaning::kNetworkOrPath:
      return fs::path(text).extension() == ".onnx";
  }
  return false;
}

fs::path path_at(std::string_view path, const std::string& text, const fs::path& folder) {
  const FileKey* key = find_file_key(path);
  DELTASIM_INVARIANT(key != nullptr, "a key whose value is a path stands in the table");
  return start_at(*key, text, folder);
}

std::optional<fs::path> named_file(const FileKey& key, const std::string& text,
                                   const fs::path& folder) {
  if (text.empty()) return std::nullopt;
  std::vector<fs::path> places;
  if (means_path(key, text)) {
    places.push_back(start_at(key, text, folder));
    if (key.also_here) places.emplace_back(text);
  } else if (!key.shipped.empty()) {
    places.push_back(configs_folder() / key.shipped / (text + ".yaml"));
  }
  const auto found =
      std::ranges::find_if(places, [&](const fs::path& place) { return is_there(key, place); });
  return found == places.end() ? std::nullopt : std::optional(*found);
}

}  // namespace deltasim
