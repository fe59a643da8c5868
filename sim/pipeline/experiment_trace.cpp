#include "sim/pipeline/experiment_trace.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "sim/pipeline/record.h"
#include "sim/pipeline/recording_key.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

/// The whole file; nothing where there is none.
std::string content_of(const fs::path& file) {
  if (fs::is_directory(file)) throw IoError(file.string(), "read", EISDIR);
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

fs::path experiment_trace(const RunSpec& spec, const RunOptions& options,
                          ProgressListener& progress) {
  if (spec.trace) return *spec.trace;
  const fs::path trace = options.output / "trace.dtrace";
  const std::string key = recording_key(spec.recording, options.tool_version);
  const fs::path key_file = options.output / "trace.key";
  if (!fs::exists(key_file) && fs::exists(trace)) {
    throw ConfigError(trace.string(),
                      "this trace was not recorded by a run: name it as `trace` in "
                      "the experiment, or choose another folder for the result");
  }
  if (content_of(key_file) != key) {  // what lies there is of another experiment, or half of it
    fs::remove(trace);
    fs::remove(trace.string() + ".partial");
  }
  if (fs::exists(trace)) return trace;
  write_file_atomically(key_file, key);
  try {
    record_trace(spec.recording, trace, true, options.tool_version, progress);
  } catch (...) {
    if (!fs::exists(trace.string() + ".partial")) fs::remove(key_file);
    throw;
  }
  return trace;
}

}  // namespace deltasim
