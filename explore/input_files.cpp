#include "explore/input_files.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "arch/errors.h"
#include "workloads/video/clip.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// What was changed so short a time ago may be changed once more within a tick of the clock of its
/// file system, and nothing would tell.
constexpr std::int64_t kTick_s = 2;

/// Empty for a folder, which looks the same when a file in it is changed.
std::string stamp_of(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::system_clock::now().time_since_epoch());
  if (status.st_ctim.tv_sec >= now.count() - kTick_s) return {};
  return fmt::format("{} {} {} {} {}", status.st_dev, status.st_ino, status.st_size,
                     status.st_ctim.tv_sec, status.st_ctim.tv_nsec);
}

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::exists(file, ignored);
}

}  // namespace

const std::string& InputFiles::add(const fs::path& file) {
  const std::string path = fs::absolute(file).lexically_normal().string();
  const auto known = files_.find(path);
  if (known != files_.end()) return known->second.sha256;
  // Before it is read: what changes meanwhile is then seen.
  std::string stamp = stamp_of(path);
  std::string sha256 = source_sha256(path);
  return files_.emplace(path, File{std::move(sha256), std::move(stamp)}).first->second.sha256;
}

std::vector<std::string> InputFiles::changes_since(const InputFiles& before) const {
  const auto same_path = [](const auto& a, const auto& b) { return a.first == b.first; };
  const bool moved = !std::ranges::equal(files_, before.files_, same_path);
  std::multiset<std::string> here, there;
  for (const auto& [path, file] : files_) here.insert(file.sha256);
  for (const auto& [path, file] : before.files_) there.insert(file.sha256);
  std::vector<std::string> changes;
  for (const auto& [path, file] : files_) {
    const auto old = before.files_.find(path);
    if (old == before.files_.end()) {
      if (there.count(file.sha256) < here.count(file.sha256)) changes.push_back(path + " is new");
    } else if (old->second.sha256 != file.sha256 && (!moved || !there.contains(file.sha256))) {
      changes.push_back(path + " has changed");
    }
  }
  for (const auto& [path, file] : before.files_) {
    const bool elsewhere = here.count(file.sha256) >= there.count(file.sha256);
    if (!elsewhere && !files_.contains(path)) changes.push_back(path + " is gone");
  }
  return changes;
}

std::optional<std::string> InputFiles::change() {
  for (auto& [path, file] : files_) {
    std::string stamp = stamp_of(path);
    if (!stamp.empty() && stamp == file.stamp) continue;
    if (!is_there(path)) return path + " is gone";
    if (source_sha256(path) != file.sha256) return path + " has changed";
    file.stamp = std::move(stamp);
  }
  return std::nullopt;
}

void InputFiles::require_unchanged() {
  const std::optional<std::string> what = change();
  if (!what) return;
  throw ConfigError(
      Fault{.found = *what +
                     " since the sweep was begun, and points of two kinds do not compare: what was "
                     "done before stays; put the file back and go on by --resume, or begin "
                     "another sweep"});
}

void InputFiles::forget_unreadable() {
  std::erase_if(files_, [](const auto& entry) { return ::access(entry.first.c_str(), R_OK) != 0; });
}

std::string InputFiles::json() const {
  Json json = Json::object();
  for (const auto& [path, file] : files_) json[path] = file.sha256;
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

InputFiles InputFiles::from_json(const std::string& text, const std::string& where) {
  InputFiles files;
  try {
    const Json json = Json::parse(text);
    for (const auto& [path, sha256] : json.get<std::map<std::string, std::string>>()) {
      files.files_.emplace(path, File{sha256, {}});
    }
  } catch (const nlohmann::json::exception& fault) {
    throw ConfigError(where, fmt::format("is damaged ({})", fault.what()));
  }
  return files;
}

}  // namespace deltasim
