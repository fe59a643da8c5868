#include <fmt/format.h>

#include <map>

#include "arch/sha256.h"
#include "explore/clip_axis.h"
#include "explore/config_value.h"
#include "explore/design_space.h"
#include "explore/file_contents.h"
#include "explore/level_reader.h"

namespace deltasim {
namespace {

std::string sha256_of(std::string_view text) {
  Sha256 sha;
  sha.update(text);
  return sha.finish();
}

/// No key of an experiment.
constexpr const char* kClipIdentity = "(clip)";

}  // namespace

PointHasher::PointHasher(const SweepSpec& spec, std::string_view tool_version, FileHashes* files)
    : spec_(spec), contents_(std::make_unique<FileContents>(spec, files)) {
  base_ = sha256_of(fmt::format("deltasim {}\n{}", tool_version, contents_->base()));
  for (const auto& [key, value] : spec.sets) {
    sets_.push_back({canonical_key(key), contents_->canonical(key, value, true)});
  }
  for (std::size_t p = 0; p < spec.parameters.size(); ++p) {
    const SweepParameter& parameter = spec.parameters[p];
    levels_.emplace_back(parameter.levels.size());
    for (std::size_t i = 0; !parameter.clips && i < parameter.levels.size(); ++i) lines_of(p, i);
  }
}

PointHasher::~PointHasher() = default;

const InputFiles& PointHasher::inputs() const { return contents_->inputs(); }

const PointHasher::Lines& PointHasher::lines_of(std::size_t parameter, std::size_t level) {
  std::optional<Lines>& known = levels_[parameter][level];
  if (known) return *known;
  const bool clips = spec_.parameters[parameter].clips;
  const auto& [label, sets, group] = spec_.parameters[parameter].levels[level];
  Lines lines;
  for (const auto& [key, value] : sets) {
    lines.push_back({canonical_key(key), contents_->canonical(key, value, !clips)});
  }
  if (clips) lines.push_back({kClipIdentity, scalar_text(label) + ", " + scalar_text(group)});
  return known.emplace(std::move(lines));
}

std::string PointHasher::hash_of(const DesignPoint& point) {
  std::map<std::string_view, std::string_view> values;  // the last one wins
  for (const CanonicalOverride& override : sets_) values[override.key] = override.value;
  for (std::size_t p = 0; p < spec_.parameters.size(); ++p) {
    for (const CanonicalOverride& override : lines_of(p, point.levels[p])) {
      values[override.key] = override.value;
    }
  }
  std::string text = base_;
  for (const auto& [key, value] : values) text += fmt::format("\n{}={}", key, value);
  return sha256_of(text);
}

std::vector<std::pair<std::string, std::string>> PointHasher::equal_clips() {
  std::vector<std::pair<std::string, std::string>> equal;
  for (std::size_t p = 0; p < spec_.parameters.size(); ++p) {
    if (!spec_.parameters[p].clips) continue;
    const std::vector<Level>& levels = spec_.parameters[p].levels;
    std::map<std::string_view, std::size_t> first_with;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      for (const CanonicalOverride& override : lines_of(p, i)) {
        if (override.key != kClipKey) continue;
        const auto [first, is_new] = first_with.emplace(override.value, i);
        if (!is_new) equal.emplace_back(levels[i].label, levels[first->second].label);
      }
    }
  }
  return equal;
}

}  // namespace deltasim
