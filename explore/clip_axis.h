#pragma once
// Clips as an axis of a sweep: every clip of a folder, glob or list is a level.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "arch/config_reader.h"
#include "explore/sweep_spec.h"

namespace deltasim {

/// The key whose value may be clips.
inline constexpr std::string_view kClipKey = "video.file";

/// Where the class of a clip comes from.
enum class ClassSource : std::uint8_t {
  kNames,    ///< v_CLASS_gNN_cMM.avi, as in UCF101; other names have none
  kFolders,  ///< the folder that a clip lies in
  kFile,     ///< a CSV file
  kNone
};

struct ClipChoice {
  /// A folder (searched through, by the endings of videos), a shell pattern, or a .txt file with a
  /// path a line, relative to that file.
  std::string clips;
  /// In its place, clips one by one. One that is not there fails as a point.
  std::vector<std::string> files{};
  ClassSource classes = ClassSource::kNames;
  /// Of ClassSource::kFile: a header, then a row a clip; the first column is the clip, by its path
  /// or its file name.
  std::filesystem::path class_file;
  std::string class_column;           ///< of class_file; empty: the second
  std::optional<std::int64_t> limit;  ///< so many clips, drawn at random; none: all
  std::uint64_t seed = 1;             ///< of that draw
};

/// The axis, by rising name. A level sets the clip's absolute path, and that no trace of it is
/// stored; whether the clip can be decoded shows when its point is evaluated.
/// @throws ConfigError where there is no clip, a listed one does not exist or is listed twice (with
///         its line), a limit is larger than their number, or a clip has no row in the class file,
///         or rows that differ
SweepParameter clip_axis(const ClipChoice& choice);

/// Takes the axis into a sweep that was read, in place of one that it has.
/// @throws ConfigError as clip_axis()
void set_clips(SweepSpec& spec, const ClipChoice& choice);

/// Reads `{clips: FOLDER or [FILE, ..], classes: from_names | from_folders | none | FILE.csv,
/// class_column: .., limit: N, seed: S}`; wrong values are collected in the document. Relative
/// paths start at `folder`.
/// @throws ConfigError as clip_axis()
SweepParameter read_clip_axis(const ConfigNode& node, const std::filesystem::path& folder);

}  // namespace deltasim
