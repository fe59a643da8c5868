#include "sim/pipeline/timeline_selection.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void require_name(const char* option, const std::string& name, const Names& names) {
  if (contains(names, name)) return;
  throw ConfigError(Fault{.key_path = option,
                          .found = quoted(name),
                          .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                          .nearest = nearest_name(name, names)});
}

std::string mode_of(const TimelineSelection& selection, const Names& modes) {
  if (selection.mode.empty()) return contains(modes, "delta") ? "delta" : modes.back();
  require_name("--timeline-mode", selection.mode, modes);
  return selection.mode;
}

Names layer_names(const StreamInfo& stream) {
  Names names;
  for (const Layer& layer : layers_of(stream.graph, stream.maps)) names.push_back(layer.name);
  return names;
}

bool matches(const std::string& pattern, const std::string& name) {
  return fnmatch(pattern.c_str(), name.c_str(), 0) == 0;
}

/// Of each stream its layers' names, none of the streams that are left out.
std::vector<Names> names_of(const TimelineSelection& selection,
                            const std::vector<StreamInfo>& streams) {
  Names stream_names;
  for (const StreamInfo& stream : streams) stream_names.push_back(stream.name);
  for (const std::string& name : selection.streams) {
    require_name("--timeline-streams", name, stream_names);
  }
  std::vector<Names> names;
  for (const StreamInfo& stream : streams) {
    const bool wanted = selection.streams.empty() || contains(selection.streams, stream.name);
    names.push_back(wanted ? layer_names(stream) : Names{});
  }
  return names;
}

void require_layer(const std::string& pattern, const std::vector<Names>& names) {
  Names all;
  for (const Names& stream : names) {
    for (const std::string& name : stream) {
      if (matches(pattern, name)) return;
      if (!contains(all, name)) all.push_back(name);
    }
  }
  throw ConfigError(Fault{.key_path = "--timeline-layers",
                          .found = quoted(pattern),
                          .expected = fmt::format("a layer's name, such as {}, or a pattern such "
                                                  "as '{}*'",
                                                  all.front(), all.front().substr(0, 5)),
                          .nearest = nearest_name(pattern, all)});
}

void choose_frames(const TimelineSelection& selection, std::int64_t frames,
                   TimelineChoice& choice) {
  if (!selection.frames) {
    choice.first_frame = frames > 1 ? 1 : 0;
    return;
  }
  const FrameRange& range = *selection.frames;
  if (range.count > frames || range.start > frames - range.count) {
    throw ConfigError(Fault{
        .key_path = "--timeline-frames",
        .found = to_string(range),
        .expected = fmt::format("frames of the {} that are run, 0 to {}", frames, frames - 1)});
  }
  choice.first_frame = range.start;
  choice.frames = range.count;
}

void require_one_layer(const TimelineChoice& choice) {
  std::int64_t layers = 0;
  for (const std::vector<bool>& stream : choice.layers) {
    layers += choice.frames * std::count(stream.begin(), stream.end(), true);
  }
  if (layers == 1) return;
  throw ConfigError(Fault{.key_path = "--vcd",
                          .found = fmt::format("{} layers", layers),
                          .expected = "one layer of one frame and stream: choose it by "
                                      "--timeline-layers, --timeline-frames and "
                                      "--timeline-streams"});
}

}  // namespace

FrameRange parse_timeline_range(const std::string& option, const std::string& text) {
  try {
    const FrameRange range = parse_frame_range(text);
    if (range.stride == 1) return range;
  } catch (const ConfigError&) {
    // It is told below, by the option's name.
  }
  throw ConfigError(Fault{.key_path = option,
                          .found = quoted(text),
                          .expected = "START:COUNT, two whole numbers of which the first is at "
                                      "least 0 and the second at least 1"});
}

bool TimelineChoice::has_stream(std::size_t stream) const {
  return std::find(layers[stream].begin(), layers[stream].end(), true) != layers[stream].end();
}

TimelineChoice choose_timeline(const TimelineSelection& selection, const Names& modes,
                               const std::vector<StreamInfo>& streams, std::int64_t frames) {
  TimelineChoice choice;
  choice.mode = mode_of(selection, modes);
  choose_frames(selection, frames, choice);
  const std::vector<Names> names = names_of(selection, streams);
  for (const std::string& pattern : selection.layers) require_layer(pattern, names);
  for (const Names& stream : names) {
    std::vector<bool>& wanted = choice.layers.emplace_back();
    for (const std::string& name : stream) {
      wanted.push_back(selection.layers.empty() ||
                       std::any_of(selection.layers.begin(), selection.layers.end(),
                                   [&](const std::string& p) { return matches(p, name); }));
    }
  }
  if (selection.one_layer) require_one_layer(choice);
  return choice;
}

}  // namespace deltasim
