#pragma once
// Which recording a trace beside a result is: another recording must not pass for it.

#include <string>
#include <string_view>

#include "sim/pipeline/workload.h"

namespace deltasim {

/// Everything that a trace's bits depend on, a line each: the spec, the tool, and the SHA-256 of
/// every file that is read. Equal texts give equal traces.
/// @throws ConfigError, IoError where a file cannot be read
std::string recording_key(const RecordingSpec& spec, std::string_view tool_version);

/// Of the same recording of all the video's frames: its first ones are those of the other.
std::string key_of_all_frames(std::string key);

}  // namespace deltasim
