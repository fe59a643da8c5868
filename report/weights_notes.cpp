#include "report/weights_notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/table.h"

namespace deltasim {
namespace {

constexpr const char* kKey = "weights";

/// Empty where nothing was kept, or somebody has edited it.
std::string note_of(const std::string& details) {
  const Json json = Json::parse(details, nullptr, false);
  if (!json.is_object() || !json.contains(kKey) || !json[kKey].is_object()) return {};
  std::string text;
  for (const auto& [stream, kind] : json[kKey].items()) {
    if (!kind.is_string()) return {};
    text += fmt::format("{}{} stream: {}", text.empty() ? "weights of the " : "; ", stream,
                        kind.get<std::string>());
  }
  return text;
}

}  // namespace

std::string with_weights(const std::string& details, const StreamWeights& weights) {
  Json json = details.empty() ? Json::object() : Json::parse(details);
  for (const auto& [stream, kind] : weights) json[kKey][stream] = kind;
  return json.dump();
}

std::vector<std::string> weights_notes(const SweepResult& sweep) {
  std::vector<std::string> notes;
  std::string last;
  for (const SweepPoint& point : sweep.points) {
    // Most points have the same.
    if (point.details.empty() || point.details == last) continue;
    last = point.details;
    const std::string note = note_of(point.details);
    if (note.empty() || std::ranges::find(notes, note) != notes.end()) continue;
    notes.push_back(note);
  }
  return notes;
}

}  // namespace deltasim
