#include "sim/pipeline/experiment_trace.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "arch/file_lock.h"
#include "arch/interrupt.h"
#include "arch/sha256.h"
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

/// A recording and, beside it, what it is of.
struct TraceFiles {
  fs::path trace, key_file;
  std::string key;
};

void record(const RunSpec& spec, const TraceFiles& files, const std::string& tool_version,
            ProgressListener& progress) {
  write_file_atomically(files.key_file, files.key);
  try {
    record_trace(spec.recording, files.trace, true, tool_version, progress);
  } catch (...) {
    if (!fs::exists(files.trace.string() + ".partial")) fs::remove(files.key_file);
    throw;
  }
}

/// What lies there where it is the one, else a new recording.
fs::path found_or_recorded(const RunSpec& spec, const TraceFiles& files,
                           const std::string& tool_version, ProgressListener& progress) {
  if (content_of(files.key_file) != files.key) {  // of another experiment, or half of it
    fs::remove(files.trace);
    fs::remove(files.trace.string() + ".partial");
  }
  if (!fs::exists(files.trace)) record(spec, files, tool_version, progress);
  return files.trace;
}

fs::path shared_base(const fs::path& folder, const std::string& key) {
  Sha256 hash;
  hash.update(key);
  return folder / hash.finish();
}

/// A recording of all the video's frames serves where the first ones are asked for.
bool holds(const TraceFiles& files, const std::string& key) {
  return fs::exists(files.trace) && content_of(files.key_file) == key;
}

/// By what it is of, and one process at a time: whoever comes meanwhile waits, and finds it.
fs::path shared_trace(const RunSpec& spec, const fs::path& folder, const std::string& tool_version,
                      ProgressListener& progress) {
  const auto files_of = [&](std::string key) {
    const std::string base = shared_base(folder, key).string();
    return TraceFiles{base + ".dtrace", base + ".key", std::move(key)};
  };
  const TraceFiles files = files_of(recording_key(spec.recording, tool_version));
  const TraceFiles all = files_of(key_of_all_frames(files.key));
  if (holds(all, all.key)) return all.trace;
  make_folder(folder);
  const std::string base = fs::path(files.trace).replace_extension().string();
  const FileLock lock(base + ".lock", [] {
    if (interrupted()) throw Interrupted("interrupted while another process records the trace");
  });
  return found_or_recorded(spec, files, tool_version, progress);
}

}  // namespace

fs::path experiment_trace(const RunSpec& spec, const RunOptions& options,
                          ProgressListener& progress) {
  if (spec.trace) return *spec.trace;
  if (options.shared) {
    return shared_trace(spec, *options.shared / "traces", options.tool_version, progress);
  }
  const TraceFiles files{options.output / "trace.dtrace", options.output / "trace.key",
                         recording_key(spec.recording, options.tool_version)};
  if (!fs::exists(files.key_file) && fs::exists(files.trace)) {
    throw ConfigError(files.trace.string(),
                      "this trace was not recorded by a run: name it as `trace` in "
                      "the experiment, or choose another folder for the result");
  }
  if (holds(files, key_of_all_frames(files.key))) return files.trace;
  return found_or_recorded(spec, files, options.tool_version, progress);
}

}  // namespace deltasim
