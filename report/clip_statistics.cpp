#include "report/clip_statistics.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "report/clip_details.h"

namespace deltasim {
namespace {

/// Values by a key, in the order in which the keys first come.
template <typename Key>
class Collection {
 public:
  void add(const Key& key, double value) {
    const auto [at, is_new] = places_.try_emplace(key, values_.size());
    if (is_new) values_.emplace_back(key, std::vector<double>{});
    values_[at->second].second.push_back(value);
  }
  const std::vector<std::pair<Key, std::vector<double>>>& values() const { return values_; }
  const std::vector<double>* find(const Key& key) const {
    const auto found = places_.find(key);
    return found == places_.end() ? nullptr : &values_[found->second].second;
  }

 private:
  std::map<Key, std::size_t> places_;
  std::vector<std::pair<Key, std::vector<double>>> values_;
};

using SiteName = std::pair<std::string, std::string>;

/// Takes clips one by one; holds two numbers a clip and site.
class GroupBuilder {
 public:
  void add(const ClipFigures& figures, const ClipQuantities& quantities) {
    ++clips_;
    for (const auto& [name, value] : quantities) quantities_.add(name, value);
    for (const ClipSite& site : figures.sites) {
      const SiteName name{site.stream, site.name};
      elements_.try_emplace(name, site.elements);
      activation_.add(name, site.activation_sparsity);
      if (site.temporal_sparsity) temporal_.add(name, *site.temporal_sparsity);
    }
  }

  ClipGroup group(const std::string& name) const {
    ClipGroup group{.name = name, .clips = clips_, .quantities = {}, .sites = {}};
    for (const auto& [quantity, values] : quantities_.values()) {
      group.quantities.emplace_back(quantity, spread_of(values));
    }
    for (const auto& [site, values] : activation_.values()) {
      SiteSpread spread{.stream = site.first,
                        .name = site.second,
                        .elements = elements_.at(site),
                        .activation_sparsity = spread_of(values),
                        .temporal_sparsity = {}};
      if (const auto* temporal = temporal_.find(site)) {
        spread.temporal_sparsity = spread_of(*temporal);
      }
      group.sites.push_back(std::move(spread));
    }
    return group;
  }

 private:
  std::size_t clips_ = 0;
  Collection<std::string> quantities_;
  std::map<SiteName, std::int64_t> elements_;
  Collection<SiteName> activation_, temporal_;
};

std::vector<std::string> without(std::vector<std::string> values, std::size_t axis) {
  values.erase(values.begin() + static_cast<std::ptrdiff_t>(axis));
  return values;
}

/// Takes the points of a sweep one by one.
class StudyBuilder {
 public:
  StudyBuilder(const SweepResult& sweep, std::size_t axis) : axis_(axis) {
    for (const SweepAxis& other : sweep.axes) study_.other_axes.push_back(other.name);
    study_.other_axes = without(study_.other_axes, axis);
    const SweepAxis& clips = sweep.axes[axis];
    for (std::size_t i = 0; i < clips.levels.size(); ++i) {
      classes_.emplace(clips.levels[i], clips.classes.at(i));
    }
  }

  void add(std::size_t index, const SweepPoint& point) {
    if (point.status == PointStatus::kOpen) ++study_.open;
    if (point.status == PointStatus::kFailed || point.status == PointStatus::kTimedOut) {
      ++study_.failed;
      failed_clips_.insert(point.values[axis_]);
    }
    if (point.status != PointStatus::kDone || point.details.empty()) return;
    Design& design = design_of(without(point.values, axis_));
    const std::string& clip = point.values[axis_];
    const ClipFigures figures = clip_figures_from(point.details, clip);
    ClipRow row{.point = index,
                .clip = clip,
                .clip_class = classes_[clip],
                .quantities = quantities_of(figures)};
    design.all.add(figures, row.quantities);
    if (!row.clip_class.empty()) design.classes[row.clip_class].add(figures, row.quantities);
    design.result.rows.push_back(std::move(row));
  }

  ClipStudy finish() {
    for (Design& design : designs_) {
      std::ranges::sort(design.result.rows, {}, &ClipRow::clip);
      design.result.groups.push_back(design.all.group(""));
      for (const auto& [name, group] : design.classes) {
        design.result.groups.push_back(group.group(name));
      }
      study_.designs.push_back(std::move(design.result));
    }
    study_.failed_clips = failed_clips_.size();
    return std::move(study_);
  }

 private:
  struct Design {
    ClipDesign result;
    GroupBuilder all;
    std::map<std::string, GroupBuilder> classes;
  };

  Design& design_of(const std::vector<std::string>& values) {
    const auto [place, is_new] = places_.try_emplace(values, designs_.size());
    if (is_new) {
      designs_.emplace_back();
      designs_.back().result.values = values;
    }
    return designs_[place->second];
  }

  std::size_t axis_;
  ClipStudy study_;
  std::map<std::string, std::string> classes_;  ///< by clip
  std::set<std::string> failed_clips_;
  std::vector<Design> designs_;
  std::map<std::vector<std::string>, std::size_t> places_;  ///< of designs
};

}  // namespace

ClipSpread spread_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t n = values.size();
  ClipSpread spread{.number = n, .least = values.front(), .most = values.back()};
  for (const double value : values) spread.mean += value / static_cast<double>(n);
  // Rounding must not carry the mean of equal values away from them.
  spread.mean = std::clamp(spread.mean, spread.least, spread.most);
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  if (n > 1) spread.standard_deviation = std::sqrt(squares / static_cast<double>(n - 1));
  spread.median = n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
  return spread;
}

ClipQuantities quantities_of(const ClipFigures& figures) {
  ClipQuantities quantities;
  const auto add = [&](const std::string& name, const std::optional<double>& value) {
    if (value) quantities.emplace_back(name, *value);
  };
  for (const ClipStream& stream : figures.streams) {
    add("activation_sparsity_" + stream.name, stream.activation_sparsity);
    add("temporal_sparsity_" + stream.name, stream.temporal_sparsity);
  }
  for (const ClipMode& mode : figures.modes) {
    const auto frames = static_cast<double>(std::max<std::int64_t>(mode.frames, 1));
    add("cycles_per_frame_" + mode.name, static_cast<double>(mode.cycles) / frames);
    add("time_per_frame_s_" + mode.name, mode.time_s / frames);
    add("energy_per_frame_pJ_" + mode.name, mode.energy_pJ / frames);
    if (mode.name != "dense") add("mac_reduction_" + mode.name, mode.mac_reduction);
    add("cycle_reduction_" + mode.name, mode.cycle_reduction);
    add("energy_reduction_" + mode.name, mode.energy_reduction);
  }
  return quantities;
}

std::optional<std::size_t> clip_axis_of(const SweepResult& sweep) {
  for (std::size_t i = 0; i < sweep.axes.size(); ++i) {
    if (!sweep.axes[i].classes.empty()) return i;
  }
  return std::nullopt;
}

std::optional<ClipStudy> clip_study(const SweepResult& sweep) {
  const auto axis = clip_axis_of(sweep);
  if (!axis) return std::nullopt;
  StudyBuilder builder(sweep, *axis);
  for (std::size_t i = 0; i < sweep.points.size(); ++i) builder.add(i, sweep.points[i]);
  return builder.finish();
}

}  // namespace deltasim
