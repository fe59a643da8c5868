#include "explore/slurm/cluster_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "explore/slurm/cluster_json.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw IoError(file.string(), "read", errno);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// What a reader of JSON makes of a file.
auto parsed(const fs::path& file, const auto& reader) {
  try {
    return reader(read_text(file));
  } catch (const nlohmann::json::exception& fault) {
    throw ConfigError(file.string(), fmt::format("is damaged ({})", fault.what()));
  }
}

/// Files of a folder whose names are a number between two texts, by number.
std::vector<fs::path> numbered_files(const fs::path& folder, const std::string& before,
                                     const std::string& after) {
  std::vector<std::pair<std::size_t, fs::path>> found;
  if (!fs::is_directory(folder)) return {};
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(before) || !name.ends_with(after)) continue;
    if (name.size() <= before.size() + after.size()) continue;
    const char* const end = name.data() + name.size() - after.size();
    std::size_t number = 0;
    const auto [read, error] = std::from_chars(name.data() + before.size(), end, number);
    if (error == std::errc() && read == end) found.emplace_back(number, entry.path());
  }
  std::ranges::sort(found);
  std::vector<fs::path> files;
  for (auto& [number, file] : found) files.push_back(std::move(file));
  return files;
}

}  // namespace

std::vector<JobId> Submission::jobs() const {
  std::vector<JobId> jobs;
  if (array) jobs.push_back(*array);
  if (merge) jobs.push_back(*merge);
  return jobs;
}

ClusterFolder::ClusterFolder(const fs::path& sweep)
    : sweep_(fs::absolute(sweep).lexically_normal()), folder_(sweep_ / "slurm") {}

bool ClusterFolder::exists() const { return fs::exists(spec_file()); }

fs::path ClusterFolder::chunk_file(std::size_t chunk) const {
  return folder_ / "chunks" / fmt::format("{}.json", chunk);
}

fs::path ClusterFolder::shard_file(std::size_t chunk) const {
  return folder_ / "shards" / fmt::format("{}.sqlite", chunk);
}

fs::path ClusterFolder::log_folder(std::size_t submission) const {
  return folder_ / "logs" / std::to_string(submission);
}

fs::path ClusterFolder::log_file(std::size_t submission, std::size_t task) const {
  return log_folder(submission) / fmt::format("{}.log", task);
}

fs::path ClusterFolder::array_script(std::size_t submission) const {
  return folder_ / fmt::format("array-{}.sbatch", submission);
}

fs::path ClusterFolder::merge_script(std::size_t submission) const {
  return folder_ / fmt::format("merge-{}.sbatch", submission);
}

void ClusterFolder::make(std::size_t submission) const {
  make_folder(folder_ / "chunks");
  make_folder(folder_ / "shards");
  make_folder(log_folder(submission));
}

void ClusterFolder::write_spec(const SweepSpec& spec) const {
  make_folder(folder_);
  write_file_atomically(spec_file(), spec_to_json(spec));
}

void ClusterFolder::write_inputs(const InputFiles& inputs) const {
  make_folder(folder_);
  write_file_atomically(inputs_file(), inputs.json());
}

InputFiles ClusterFolder::read_inputs() const {
  return InputFiles::from_json(read_text(inputs_file()), inputs_file().string());
}

SweepSpec ClusterFolder::read_spec() const { return parsed(spec_file(), spec_from_json); }

void ClusterFolder::write_chunk(std::size_t chunk, const std::vector<ChunkPoint>& points) const {
  write_file_atomically(chunk_file(chunk), chunk_to_json(points));
}

std::vector<ChunkPoint> ClusterFolder::read_chunk(std::size_t chunk) const {
  return parsed(chunk_file(chunk), chunk_from_json);
}

void ClusterFolder::write_submission(const Submission& submission) const {
  write_file_atomically(folder_ / fmt::format("submission-{}.json", submission.number),
                        submission_to_json(submission));
}

std::vector<Submission> ClusterFolder::submissions() const {
  std::vector<Submission> submissions;
  for (const fs::path& file : numbered_files(folder_, "submission-", ".json")) {
    submissions.push_back(parsed(file, submission_from_json));
  }
  return submissions;
}

std::vector<fs::path> ClusterFolder::shards() const {
  return numbered_files(folder_ / "shards", "", ".sqlite");
}

}  // namespace deltasim
