#include "cli/doctor_checks.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/Version.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "arch/errors.h"
#include "arch/quantities.h"
#include "arch/resources.h"
#include "cli/build_info.h"
#include "explore/library_versions.h"
#include "sim/engine/library_versions.h"
#include "sim/pipeline/speed_check.h"
#include "traces/library_versions.h"
#include "workloads/execution/workers.h"
#include "workloads/library_versions.h"

namespace deltasim::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kRepeats = 5;
constexpr std::uintmax_t kLittleSpace = std::uintmax_t{1} << 30;

/// Value of a line "key : value" of a file of /proc; empty where there is none.
std::string proc_value(const char* file, std::string_view key) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    const auto colon = line.find(':');
    if (!line.starts_with(key) || colon == std::string::npos) continue;
    const auto begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return {};
}

/// "7.8 GiB" of /proc/meminfo's "8123456 kB".
std::string memory_text(std::string_view key) {
  const std::string value = proc_value("/proc/meminfo", key);
  return fmt::format("{:.1f} GiB", std::strtod(value.c_str(), nullptr) / (1024 * 1024));
}

std::string processor_features() {
#if defined(__x86_64__)
  std::string text;
  const auto add = [&text](bool has, const char* name) {
    if (has) text += std::string(text.empty() ? "" : " ") + name;
  };
  add(__builtin_cpu_supports("popcnt"), "popcnt");
  add(__builtin_cpu_supports("sse4.2"), "sse4.2");
  add(__builtin_cpu_supports("avx"), "avx");
  add(__builtin_cpu_supports("avx2"), "avx2");
  add(__builtin_cpu_supports("fma"), "fma");
  add(__builtin_cpu_supports("bmi2"), "bmi2");
  add(__builtin_cpu_supports("avx512f"), "avx512f");
  add(__builtin_cpu_supports("avx512bw"), "avx512bw");
  add(__builtin_cpu_supports("avx512vnni"), "avx512vnni");
  add(__builtin_cpu_supports("avx512bf16"), "avx512bf16");
  return text;
#else
  return "not looked at on this processor family";
#endif
}

/// Tries it, since permissions alone do not tell of a read-only disk. Nothing stays.
/// @return errno, 0 where it went well
int try_to_write(const fs::path& folder) {
  std::string name = (folder / ".deltasim-doctor-XXXXXX").string();
  const int file = ::mkstemp(name.data());
  if (file < 0) return errno;
  ::close(file);
  ::unlink(name.c_str());
  return 0;
}

/// Results go to results/NAME below the current folder.
Finding results_folder() {
  std::error_code error;
  const fs::path results = "results";
  const fs::path folder = fs::exists(results, error) ? results : fs::path(".");
  const std::string where = fs::absolute(results, error).string();
  if (const int fault = try_to_write(folder); fault != 0) {
    return {Health::kBad, "results",
            fmt::format("{} cannot be written: {}; choose another folder with --out", where,
                        std::generic_category().message(fault))};
  }
  const fs::space_info space = fs::space(folder, error);
  if (error) return {Health::kGood, "results", where + " can be written"};
  const bool little = space.available < kLittleSpace;
  return {little ? Health::kMissing : Health::kGood, "results",
          fmt::format("{} can be written, {:.1f} GiB free", where,
                      static_cast<double>(space.available) / static_cast<double>(kLittleSpace))};
}

Finding configurations() {
  try {
    const std::string folder = configs_folder().string();
    const std::size_t accelerators = resource_names("accelerators").size();
    const std::size_t tables = resource_names("energy").size();
    const std::size_t experiments = resource_names("experiments").size();
    return {accelerators > 0 && tables > 0 ? Health::kGood : Health::kBad, "configurations",
            fmt::format("{}: accelerators: {}, energy tables: {}, experiments: {}", folder,
                        accelerators, tables, experiments)};
  } catch (const ConfigError& fault) {
    return {Health::kBad, "configurations", fault.what()};
  }
}

/// Where the program lies that a shell would start; empty where there is none.
std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::string file = (folder.empty() ? "." : folder) + "/" + name;
    std::error_code ignored;
    if (::access(file.c_str(), X_OK) == 0 && !fs::is_directory(file, ignored)) return file;
  }
  return {};
}

}  // namespace

std::string_view to_string(Health health) {
  switch (health) {
    case Health::kGood:
      return "ok";
    case Health::kTold:
      return "";
    case Health::kMissing:
      return "missing";
    case Health::kBad:
      return "fault";
  }
  return "";
}

std::string build_text() {
  std::string text = fmt::format("{}, {}", kCompiler, kBuildType);
  if (*kBuiltFor != '\0') text += fmt::format(", for {}", kBuiltFor);
  if (*kSanitizers != '\0') text += fmt::format(", sanitizers {}", kSanitizers);
  return text;
}

std::vector<LibraryVersion> all_libraries() {
  std::vector<LibraryVersion> all = simulator_libraries();
  for (const auto& folder :
       {workload_libraries(), trace_libraries(), exploration_libraries(), arch_libraries()}) {
    all.insert(all.end(), folder.begin(), folder.end());
  }
  all.push_back({"CLI11", CLI11_VERSION});
  return all;
}

Findings check_machine() {
  Findings findings{"Machine", {}};
  const std::string model = proc_value("/proc/cpuinfo", "model name");
  findings.entries = {
      {Health::kTold, "processor",
       fmt::format("{}, threads for this process: {}", model.empty() ? "of unknown name" : model,
                   available_threads())},
      {Health::kTold, "features", processor_features()},
      {Health::kTold, "used",
       fmt::format("{} by oneDNN's convolutions, version {} of our loops, {} to decode traces",
                   onednn_instructions(), kernel_version(),
                   decodes_with_bmi2() ? "BMI2" : "plain instructions")},
      {Health::kTold, "memory",
       fmt::format("{}, of which {} are free to use", memory_text("MemTotal"),
                   memory_text("MemAvailable"))},
      {Health::kTold, "built with", build_text()}};
  if (std::string_view(kBuildType) != "Release") {
    findings.entries.push_back({Health::kMissing, "optimization",
                                "this is no Release build: expect it to be many times slower"});
  }
  return findings;
}

Findings check_files() { return {"Files", {configurations(), results_folder()}}; }

Findings check_libraries() {
  Findings findings{"Libraries", {}};
  for (const LibraryVersion& library : all_libraries()) {
    const bool other = !library.loaded.empty() && library.loaded != library.built;
    findings.entries.push_back(
        {other ? Health::kTold : Health::kGood, library.name,
         other ? fmt::format("{}, but built with {}", library.loaded, library.built)
               : library.built});
  }
  return findings;
}

Findings check_programs() {
  struct Program {
    const char *name, *without;
  };
  constexpr std::array<Program, 4> kPrograms{
      {{"gnuplot", "no figures; their data and scripts are written all the same"},
       {"pdflatex", "report.tex cannot be compiled here"},
       {"sbatch", "no sweeps on a Slurm cluster from here"},
       {"python3", "no traces from PyTorch or Keras"}}};
  Findings findings{"Programs", {}};
  for (const Program& program : kPrograms) {
    const std::string file = find_program(program.name);
    findings.entries.push_back({file.empty() ? Health::kMissing : Health::kGood, program.name,
                                file.empty() ? program.without : file});
  }
  return findings;
}

Findings check_machine_speed(int cores) {
  const SpeedCheck speed = check_speed(kRepeats, cores);
  const double median = speed.median_seconds();
  return {
      "Speed",
      {{Health::kTold, "job",
        fmt::format("one frame of {} ({}) in delta mode on {}: {:.3g} M simulated cycles",
                    speed.layers, speed.trace, speed.accelerator,
                    static_cast<double>(speed.cycles) / 1e6)},
       {Health::kTold, "one process",
        fmt::format("{:.3g} frames/s, {:.3g} M simulated cycles/s; {:.3g} ms a frame, the "
                    "median of {} ({:.3g} to {:.3g})",
                    1 / median, static_cast<double>(speed.cycles) / median / 1e6, 1e3 * median,
                    kRepeats, 1e3 * speed.frame_seconds.front(), 1e3 * speed.frame_seconds.back())},
       {Health::kTold, fmt::format("{} processes", speed.jobs),
        fmt::format("{:.3g} frames/s", speed.frames_per_second)}}};
}

}  // namespace deltasim::cli
