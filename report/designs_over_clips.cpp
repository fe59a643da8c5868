#include "report/designs_over_clips.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "report/clip_statistics.h"

namespace deltasim {
namespace {

bool is_comparable(const SweepPoint& point) {
  return point.status == PointStatus::kDone &&
         std::ranges::all_of(point.objectives, [](double value) { return std::isfinite(value); });
}

/// One design's points, by the clip's level.
using Tries = std::map<std::string, const SweepPoint*>;

class Designs {
 public:
  Designs(const SweepResult& sweep, std::size_t clips) : sweep_(sweep), clips_(clips) {
    for (const SweepPoint& point : sweep.points) {
      std::vector<std::string> values = without_clip(point.values);
      const auto [place, is_new] = places_.try_emplace(std::move(values), tries_.size());
      if (is_new) {
        tries_.emplace_back();
        values_.push_back(place->first);
      }
      tries_[place->second].emplace(point.values[clips_], &point);
    }
    find_common_clips();
  }

  SweepResult result() const {
    SweepResult designs{.name = sweep_.name,
                        .description = sweep_.description,
                        .axes = sweep_.axes,
                        .objectives = sweep_.objectives,
                        .points = {},
                        .provenance = sweep_.provenance,
                        .notes = sweep_.notes};
    designs.axes.erase(designs.axes.begin() + static_cast<std::ptrdiff_t>(clips_));
    for (std::size_t d = 0; d < tries_.size(); ++d) designs.points.push_back(point(d));
    designs.notes.push_back(
        fmt::format("Designs are compared by the means of their objectives over clips: {} of the "
                    "{} clips, those that every design with a result was run on.",
                    common_.size(), sweep_.axes[clips_].levels.size()));
    return designs;
  }

 private:
  std::vector<std::string> without_clip(std::vector<std::string> values) const {
    values.erase(values.begin() + static_cast<std::ptrdiff_t>(clips_));
    return values;
  }

  void find_common_clips() {
    bool first = true;
    for (const Tries& tries : tries_) {
      std::set<std::string> done;
      for (const auto& [clip, point] : tries) {
        if (is_comparable(*point)) done.insert(clip);
      }
      if (done.empty()) continue;
      if (first) common_ = done;
      std::erase_if(common_, [&](const std::string& clip) { return !done.contains(clip); });
      first = false;
    }
  }

  SweepPoint point(std::size_t design) const {
    const Tries& tries = tries_[design];
    SweepPoint point;
    point.id = static_cast<std::int64_t>(design);
    point.values = values_[design];
    for (const auto& [clip, one] : tries) point.wall_s += one->wall_s;
    const bool has_any =
        std::ranges::any_of(tries, [](const auto& entry) { return is_comparable(*entry.second); });
    if (!has_any || common_.empty()) return without_result(std::move(point), tries);
    point.status = PointStatus::kDone;
    point.objectives.assign(sweep_.objectives.size(), 0);
    for (const std::string& clip : common_) {
      const std::vector<double>& values = tries.at(clip)->objectives;
      for (std::size_t o = 0; o < values.size(); ++o) {
        point.objectives[o] += values[o] / static_cast<double>(common_.size());
      }
    }
    return point;
  }

  static SweepPoint without_result(SweepPoint point, const Tries& tries) {
    for (const auto& [clip, one] : tries) {
      if (one->error.empty()) continue;
      point.status = one->status;
      point.error = one->error;
      break;
    }
    return point;
  }

  const SweepResult& sweep_;
  std::size_t clips_;  ///< the axis
  std::map<std::vector<std::string>, std::size_t> places_;
  std::vector<std::vector<std::string>> values_;  ///< of the other axes, by design
  std::vector<Tries> tries_;                      ///< likewise
  std::set<std::string> common_;
};

}  // namespace

std::optional<SweepResult> designs_over_clips(const SweepResult& sweep) {
  const std::optional<std::size_t> clips = clip_axis_of(sweep);
  if (!clips) return std::nullopt;
  bool others = false;
  for (std::size_t a = 0; a < sweep.axes.size(); ++a) {
    others = others || (a != *clips && sweep.axes[a].levels.size() > 1);
  }
  if (!others) return std::nullopt;
  return Designs(sweep, *clips).result();
}

}  // namespace deltasim
