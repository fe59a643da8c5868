#include "explore/clip_axis.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <random>
#include <set>

#include "arch/errors.h"
#include "explore/clip_classes.h"
#include "explore/config_value.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

/// What counts as a clip in a folder; a pattern or a list may name any file.
constexpr std::array<std::string_view, 16> kVideoEndings{
    ".avi", ".mp4", ".mkv", ".mov",  ".webm", ".mpg", ".mpeg", ".m4v",
    ".wmv", ".flv", ".ogv", ".mjpg", ".3gp",  ".ts",  ".y4m",  ".npy"};

struct Clip {
  fs::path file;
  std::string label;
};

bool is_video(const fs::path& file) {
  std::string ending = file.extension().string();
  std::ranges::transform(ending, ending.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::ranges::find(kVideoEndings, ending) != kVideoEndings.end();
}

std::vector<Clip> clips_in_folder(const fs::path& folder) {
  std::vector<Clip> clips;
  std::error_code error;
  const auto options = fs::directory_options::follow_directory_symlink;
  for (fs::recursive_directory_iterator entry(folder, options, error), end; entry != end;
       entry.increment(error)) {
    if (error) break;
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (hidden && entry->is_directory()) entry.disable_recursion_pending();
    if (hidden || !entry->is_regular_file() || !is_video(entry->path())) continue;
    clips.push_back({entry->path(), entry->path().lexically_relative(folder).string()});
  }
  if (error) throw IoError(folder.string(), "read", error.value());
  return clips;
}

std::vector<Clip> clips_of_pattern(const std::string& pattern) {
  glob_t found{};
  const int status = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<Clip> clips;
  for (std::size_t i = 0; i < found.gl_pathc; ++i) {
    const fs::path file(found.gl_pathv[i]);
    if (!fs::is_directory(file)) clips.push_back({file, file.filename().string()});
  }
  ::globfree(&found);
  if (status != 0 && status != GLOB_NOMATCH) throw IoError(pattern, "search", errno);
  return clips;
}

std::vector<Clip> clips_of_list(const fs::path& list) {
  std::ifstream stream(list);
  if (!stream) throw IoError(list.string(), "read", errno);
  std::vector<Clip> clips;
  std::vector<Fault> faults;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back()))) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    const fs::path file = fs::path(line).is_absolute() ? fs::path(line) : list.parent_path() / line;
    if (!fs::exists(file)) {
      faults.push_back({.file = list.string(),
                        .line = number,
                        .found = deltasim::quoted(line),
                        .expected = "a clip that exists (paths start at the list's folder)"});
    }
    clips.push_back({file, line});
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
  return clips;
}

bool is_pattern(const std::string& text) {
  return text.find_first_of("*?[") != std::string::npos && !fs::exists(text);
}

std::vector<Clip> find_clips(const std::string& text) {
  if (fs::is_directory(text)) return clips_in_folder(text);
  if (is_pattern(text)) return clips_of_pattern(text);
  if (!fs::exists(text)) {
    throw ConfigError(text, "there is no such folder or list, and it is no shell pattern");
  }
  if (fs::path(text).extension() == ".txt") return clips_of_list(text);
  throw ConfigError(text,
                    "expected a folder of clips, a shell pattern, or a .txt file with a clip "
                    "a line; a single clip is `video.file: FILE`");
}

std::vector<Clip> clips_of(const ClipChoice& choice) {
  if (choice.files.empty()) return find_clips(choice.clips);
  std::vector<Clip> clips;
  for (const fs::path file : choice.files) clips.push_back({file, file.filename().string()});
  return clips;
}

/// Whole paths, where file names alone would be the same.
void tell_apart(std::vector<Clip>& clips) {
  std::set<std::string> labels;
  for (const Clip& clip : clips) labels.insert(clip.label);
  if (labels.size() == clips.size()) return;
  for (Clip& clip : clips) clip.label = clip.file.string();
}

void refuse_twice(const std::string& where, const std::vector<Clip>& clips) {
  for (std::size_t i = 1; i < clips.size(); ++i) {
    if (clips[i].label != clips[i - 1].label) continue;
    throw ConfigError(where, fmt::format("{} is there twice", clips[i].label));
  }
}

/// A shuffle that is the same with every standard library.
std::vector<Clip> draw(std::vector<Clip> clips, std::int64_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    std::swap(clips[i], clips[i + random() % (clips.size() - i)]);
  }
  clips.resize(static_cast<std::size_t>(count));
  return clips;
}

std::vector<std::string> classes_of(const std::vector<Clip>& clips, const ClipChoice& choice) {
  std::vector<std::string> classes;
  std::vector<fs::path> files;
  switch (choice.classes) {
    case ClassSource::kNames:
      for (const Clip& clip : clips) classes.push_back(class_from_name(clip.file));
      return classes;
    case ClassSource::kFolders:
      for (const Clip& clip : clips) {
        classes.push_back(fs::absolute(clip.file).parent_path().filename().string());
      }
      return classes;
    case ClassSource::kFile:
      for (const Clip& clip : clips) files.push_back(clip.file);
      return classes_from_file(files, choice.class_file, choice.class_column);
    case ClassSource::kNone:
      break;
  }
  return std::vector<std::string>(clips.size());
}

}  // namespace

SweepParameter clip_axis(const ClipChoice& choice) {
  std::vector<Clip> clips = clips_of(choice);
  if (clips.empty()) throw ConfigError(choice.clips, "there is no clip here");
  const auto by_label = [](const Clip& a, const Clip& b) { return a.label < b.label; };
  tell_apart(clips);
  std::ranges::sort(clips, by_label);
  refuse_twice(choice.clips, clips);
  const auto count = static_cast<std::int64_t>(clips.size());
  if (choice.limit && *choice.limit > count) {
    throw ConfigError(Fault{.file = choice.clips,
                            .key_path = "limit",
                            .found = std::to_string(*choice.limit),
                            .expected = fmt::format("at most {}, which there are", count)});
  }
  if (choice.limit) {
    clips = draw(std::move(clips), *choice.limit, choice.seed);
    std::ranges::sort(clips, by_label);
  }
  const std::vector<std::string> classes = classes_of(clips, choice);
  SweepParameter axis{.name = std::string(kClipKey), .levels = {}, .clips = true};
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const std::string file = fs::absolute(clips[i].file).lexically_normal().string();
    axis.levels.push_back(
        {.label = clips[i].label,
         .sets = {{std::string(kClipKey), scalar_text(file)}, {"store_trace", "false"}},
         .group = classes[i]});
  }
  return axis;
}

void set_clips(SweepSpec& spec, const ClipChoice& choice) {
  SweepParameter axis = clip_axis(choice);
  const auto old = std::ranges::find(spec.parameters, axis.name, &SweepParameter::name);
  if (old != spec.parameters.end()) {
    *old = std::move(axis);
  } else {
    spec.parameters.push_back(std::move(axis));
  }
  spec.text += fmt::format("\n# --clips {}\n", choice.clips);
}

SweepParameter read_clip_axis(const ConfigNode& node, const fs::path& folder) {
  const auto path = [&](const std::string& text) {
    return (fs::path(text).is_absolute() ? fs::path(text) : folder / text).lexically_normal();
  };
  ClipChoice choice;
  const ConfigNode clips = node.any("clips");
  const bool one_by_one = clips.is(ConfigTree::Kind::kList);
  for (const ConfigNode& named : one_by_one ? clips.items() : std::vector{clips}) {
    const auto text = named.as<std::string>();
    if (!text.empty()) choice.files.push_back(path(text).string());
  }
  const bool found = !choice.files.empty();
  if (one_by_one && !found) clips.reject_this("a list of at least one clip");
  choice.clips = one_by_one || !found ? "clips" : choice.files.front();
  if (!one_by_one) choice.files.clear();
  const std::string classes = node.optional<std::string>("classes", "from_names");
  if (classes == "from_folders") {
    choice.classes = ClassSource::kFolders;
  } else if (classes == "none") {
    choice.classes = ClassSource::kNone;
  } else if (fs::path(classes).extension() == ".csv") {
    choice.classes = ClassSource::kFile;
    choice.class_file = path(classes);
    choice.class_column = node.optional<std::string>("class_column", "");
  } else if (classes != "from_names") {
    node.reject("classes", "from_names, from_folders, none, or a .csv file with clips and classes",
                nearest_name(classes, {"from_names", "from_folders", "none"}));
  }
  choice.limit = node.maybe<std::int64_t>("limit", at_least<std::int64_t>(1));
  choice.seed = node.optional<std::uint64_t>("seed", choice.seed);
  if (!found) return {.name = std::string(kClipKey), .levels = {}, .clips = true};
  return clip_axis(choice);
}

}  // namespace deltasim
