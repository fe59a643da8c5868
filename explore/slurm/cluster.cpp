#include "explore/slurm/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "arch/errors.h"
#include "explore/slurm/external_command.h"

namespace deltasim {
namespace {

constexpr std::size_t kDefaultMaxArraySize = 1001;
constexpr const char* kNeeded =
    "--engine slurm is for a login node of a Slurm cluster (Debian: slurm-client)";

/// What sbatch, squeue and scontrol of 22.05 to 24.05 call them.
constexpr std::array kWaitingStates{"PENDING",      "CONFIGURING",  "REQUEUED",     "REQUEUE_FED",
                                    "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD"};
constexpr std::array kRunningStates{"RUNNING",   "COMPLETING", "RESIZING", "SIGNALING",
                                    "STAGE_OUT", "STOPPED",    "SUSPENDED"};
/// slurmd ends a task so whose output file it cannot open.
constexpr std::string_view kNoOutputFile = "0:53";
/// A shell's, where it does not find a program, or may not start it.
constexpr std::string_view kNoProgram = "127:0";
constexpr std::string_view kNotExecutable = "126:0";

bool is_one_of(const auto& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The value of " KEY=VALUE " in a line of scontrol.
std::string field(const std::string& line, const std::string& key) {
  const std::size_t at = (" " + line).find(" " + key + "=");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + key.size() + 1;
  return line.substr(begin, line.find(' ', begin) - begin);
}

std::string trimmed(std::string text) {
  const std::size_t end = text.find_last_not_of(" \n\t");
  text.resize(end == std::string::npos ? 0 : end + 1);
  return text;
}

CommandOutput run_slurm(const std::vector<std::string>& words) {
  return run_command(words, kNeeded);
}

CommandOutput require_success(const std::vector<std::string>& words, const std::string& what) {
  CommandOutput output = run_slurm(words);
  if (output.status == 0) return output;
  const std::string said = trimmed(output.errors.empty() ? output.output : output.errors);
  throw ConfigError(words.front(), fmt::format("{} (status {}): {}", what, output.status,
                                               said.empty() ? "it says nothing" : said));
}

/// Ids of the jobs of one cluster, separated by commas.
std::string ids_of(const std::vector<JobId>& jobs, const std::string& cluster) {
  std::string ids;
  for (const JobId& job : jobs) {
    if (job.cluster == cluster) ids += (ids.empty() ? "" : ",") + job.id;
  }
  return ids;
}

std::vector<std::string> clusters_of(const std::vector<JobId>& jobs) {
  std::vector<std::string> clusters;
  for (const JobId& job : jobs) {
    if (!is_one_of(clusters, job.cluster)) clusters.push_back(job.cluster);
  }
  return clusters;
}

std::vector<std::string> with_cluster(std::vector<std::string> words, const std::string& cluster) {
  if (!cluster.empty()) words.insert(words.begin() + 1, "--clusters=" + cluster);
  return words;
}

/// squeue fails where it knows none of the jobs any more.
std::vector<ClusterTask> tasks_on(const std::string& cluster, const std::string& ids) {
  const std::vector<std::string> words = with_cluster(
      {"squeue", "--noheader", "--array", "--states=all", "--format=%F|%K|%T|%r|%N", "--jobs", ids},
      cluster);
  const CommandOutput output = run_slurm(words);
  if (output.status == 0) return parse_queue(output.output);
  if (output.errors.find("Invalid job id") != std::string::npos) return {};
  throw ConfigError("squeue", fmt::format("does not answer (status {}): {}", output.status,
                                          trimmed(output.errors)));
}

}  // namespace

TaskPhase phase_of(const ClusterTask& task) {
  if (is_one_of(kWaitingStates, task.state)) return TaskPhase::kWaiting;
  if (is_one_of(kRunningStates, task.state)) return TaskPhase::kRunning;
  return task.state == "COMPLETED" ? TaskPhase::kCompleted : TaskPhase::kFailed;
}

std::string cause_of(const ClusterTask& task) {
  const std::string where = task.node.empty() ? "" : " on " + task.node;
  if (task.exit == kNoOutputFile) {
    return fmt::format(
        "{0} could not write its log{1}: the sweep's folder must be on a file system that all "
        "nodes share (--out)",
        "it", where);
  }
  if (task.state == "TIMEOUT") {
    return fmt::format("it ran out of its time{} (TIMEOUT): --time, or smaller chunks", where);
  }
  if (task.state == "OUT_OF_MEMORY") {
    return fmt::format("it ran out of memory{} (OUT_OF_MEMORY): --memory", where);
  }
  if (task.state == "CANCELLED") return "it was cancelled";
  if (task.state == "NODE_FAIL") return fmt::format("its node failed{} (NODE_FAIL)", where);
  std::string text = fmt::format("it ended{} as {}", where, task.state);
  if (task.reason != "None" && !task.reason.empty()) text += ", " + task.reason;
  if (task.exit.empty()) return text;
  if (task.exit == kNoProgram || task.exit == kNotExecutable) {
    return fmt::format(
        "{}: the node cannot start deltasim, which must be at the same path on all of them "
        "(--print-script shows it)",
        text);
  }
  const std::vector<std::string> codes = split(task.exit, ':');
  if (codes.size() == 2 && codes[1] != "0") return text + ", by signal " + codes[1];
  return text + ", with status " + codes[0];
}

std::vector<ClusterTask> parse_queue(std::string_view text) {
  std::vector<ClusterTask> tasks;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> fields = split(line, '|');
    if (fields.size() != 5) continue;  // "CLUSTER: name" stands before those of one of several
    tasks.push_back({.job = fields[0],
                     .task = number(fields[1]),
                     .state = fields[2],
                     .reason = fields[3],
                     .node = fields[4]});
  }
  return tasks;
}

void add_exit_codes(std::string_view text, std::vector<ClusterTask>& tasks) {
  for (const std::string& line : split(text, '\n')) {
    const std::string array = field(line, "ArrayJobId");
    const std::string job = array.empty() ? field(line, "JobId") : array;
    const std::optional<std::size_t> number_of_task = number(field(line, "ArrayTaskId"));
    for (ClusterTask& task : tasks) {
      if (task.job == job && task.task == number_of_task) task.exit = field(line, "ExitCode");
    }
  }
}

std::optional<JobId> parse_job_id(std::string_view text) {
  const std::vector<std::string> parts = split(trimmed(std::string(text)), ';');
  if (parts.size() > 2 || !number(parts[0])) return std::nullopt;
  return JobId{.id = parts[0], .cluster = parts.size() == 2 ? parts[1] : ""};
}

std::size_t parse_max_array_size(std::string_view text) {
  for (const std::string& line : split(text, '\n')) {
    const std::size_t sign = line.find('=');
    if (!line.starts_with("MaxArraySize") || sign == std::string::npos) continue;
    return number(trimmed(line.substr(line.find_first_not_of(" =", sign))))
        .value_or(kDefaultMaxArraySize);
  }
  return kDefaultMaxArraySize;
}

void require_sbatch() { require_success({"sbatch", "--version"}, "does not run"); }

JobId submit_script(const std::filesystem::path& script, const std::optional<JobId>& after) {
  std::vector<std::string> words{"sbatch", "--parsable"};
  if (after) words.push_back("--dependency=afterany:" + after->id);
  words.push_back(script.string());
  const std::string answer = require_success(words, "refuses the job").output;
  const std::optional<JobId> job = parse_job_id(answer);
  if (!job) throw ConfigError("sbatch", "answers no job's number, but " + deltasim::quoted(answer));
  return *job;
}

std::vector<ClusterTask> cluster_tasks(const std::vector<JobId>& jobs) {
  std::vector<ClusterTask> all;
  for (const std::string& cluster : clusters_of(jobs)) {
    std::vector<ClusterTask> tasks = tasks_on(cluster, ids_of(jobs, cluster));
    for (const JobId& job : jobs) {
      const bool failed = std::ranges::any_of(tasks, [&](const ClusterTask& task) {
        return task.job == job.id && phase_of(task) == TaskPhase::kFailed;
      });
      if (job.cluster != cluster || !failed) continue;
      add_exit_codes(
          run_slurm(with_cluster({"scontrol", "--oneliner", "show", "job", job.id}, cluster))
              .output,
          tasks);
    }
    all.insert(all.end(), tasks.begin(), tasks.end());
  }
  return all;
}

void cancel_jobs(const std::vector<JobId>& jobs) {
  for (const JobId& job : jobs) {
    const CommandOutput output = run_slurm(with_cluster({"scancel", job.id}, job.cluster));
    const bool gone = output.errors.find("Invalid job id") != std::string::npos;
    if (output.status != 0 && !gone) {
      throw ConfigError(
          "scancel", fmt::format("refuses (status {}): {}", output.status, trimmed(output.errors)));
    }
  }
}

std::size_t max_array_size() {
  return parse_max_array_size(
      require_success({"scontrol", "show", "config"}, "does not answer").output);
}

}  // namespace deltasim
