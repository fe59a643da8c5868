#include "explore/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "arch/interrupt.h"
#include "explore/design_space.h"
#include "explore/nsga2.h"
#include "explore/slurm/merge.h"
#include "explore/slurm/status.h"
#include "explore/sweep_store.h"
#include "sim/pipeline/output_folder.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

/// "shared/items", "slurm/chunks"
constexpr int kFolderDepth = 2;

/// Somebody's points are not to be mixed with others, nor lost.
void refuse_what_is_there(const SweepOptions& options) {
  const fs::path file = options.output / kStoreFile;
  if (options.resume || !fs::exists(file)) return;
  const PointCounts counts = counts_of(read_sweep(file));
  throw ConfigError(
      options.output.string(),
      fmt::format("holds a sweep already, {} of its {} points done: go on with it by --resume, or "
                  "choose another folder by --out",
                  counts.done, counts.all()));
}

void tell_equal_clips(PointHasher& hasher, ProgressListener& progress) {
  const auto equal = hasher.equal_clips();
  if (equal.empty()) return;
  const auto& [clip, first] = equal.front();
  progress.note(
      fmt::format("{} {} the same as an earlier one (the first: {} as {}); statistics count each",
                  equal.size(), equal.size() == 1 ? "clip holds" : "clips hold", clip, first));
}

/// The points of one sweep, as far as they are known, and what this call may still spend on them.
class Sweep {
 public:
  Sweep(const SweepSpec& spec, PointHasher& hasher, const SweepOptions& options, Engine& engine,
        ProgressListener& progress)
      : spec_(spec),
        hasher_(hasher),
        engine_(engine),
        progress_(progress),
        store_(options.output / kStoreFile, spec, options.tool_version, options.users) {
    store_.require_inputs(hasher.inputs());
    store_.remember("command", options.command);
    if (options.resume) {
      for (const std::string& fault : merge_shards(ClusterFolder(options.output), store_)) {
        progress.note(fault);
      }
      store_.reopen_failed();
    }
    for (const SweepPoint& point : store_.points()) {
      status_[point.hash] = point.status;
      if (!std::holds_alternative<Nsga2Strategy>(spec.strategy)) continue;
      // What a search comes to next hangs on what became of its points, and a point that failed may
      // succeed later: an id is a point's for good.
      ids_[point.hash] = point.id;
      next_id_ = std::max(next_id_, point.id + 1);
    }
    if (spec.budget.points) left_ = *spec.budget.points;
  }

  /// Points that are known in advance.
  void evaluate_plan(const std::vector<DesignPoint>& designs) {
    const std::vector<std::string> hashes = add(designs);
    tell_what_is_there();
    const std::int64_t open = store_.counts().open;
    progress_.begin("evaluating", left_ ? std::min(*left_, open) : open, "points");
    evaluate(designs, hashes);
    progress_.end();
  }

  /// Points that are proposed as others become known. What an earlier call found is gone through
  /// again from the store.
  void search(const Nsga2Strategy& strategy) {
    tell_what_is_there();
    progress_.begin("searching", points_of(strategy), "points");
    try {
      search_nsga2(spec_, [this](const std::vector<DesignPoint>& generation) {
        return evaluate_generation(generation);
      });
    } catch (const BudgetSpent& spent) {
      progress_.note(fmt::format(
          "the search stops here: {} of this generation's designs are not evaluated; --resume "
          "goes on",
          spent.open));
    }
    progress_.end();
  }

  const SweepStore& store() const { return store_; }

 private:
  /// Or the cluster did not evaluate all of a generation.
  struct BudgetSpent {
    std::int64_t open = 0;
  };

  /// At most. What is there already is gone through again, which spends nothing.
  std::int64_t points_of(const Nsga2Strategy& strategy) const {
    const std::int64_t all = std::int64_t{strategy.population} * (strategy.generations + 1);
    const PointCounts counts = store_.counts();
    return left_ ? std::min(all, counts.all() - counts.open + *left_) : all;
  }

  std::vector<std::optional<std::vector<double>>> evaluate_generation(
      const std::vector<DesignPoint>& generation) {
    const std::vector<std::string> hashes = add(generation);
    const auto known = std::ranges::count_if(
        hashes, [&](const auto& hash) { return status_.at(hash) != PointStatus::kOpen; });
    progress_.advance(known);
    evaluate(generation, hashes);
    const auto open = std::ranges::count_if(
        std::set(hashes.begin(), hashes.end()),
        [&](const std::string& hash) { return status_.at(hash) == PointStatus::kOpen; });
    if (open > 0) throw BudgetSpent{.open = open};
    std::vector<std::optional<std::vector<double>>> objectives;
    for (const std::string& hash : hashes) {
      const std::optional<SweepPoint> point = store_.find(hash);
      DELTASIM_INVARIANT(point, "a design of the generation was added");
      objectives.emplace_back();
      if (point->status == PointStatus::kDone) objectives.back() = point->objectives;
    }
    return objectives;
  }

  /// Equal designs are one row, whichever way they were reached.
  std::vector<std::string> add(const std::vector<DesignPoint>& designs) {
    std::vector<std::string> hashes;
    std::vector<SweepPoint> rows;
    for (const DesignPoint& design : designs) {
      hashes.push_back(hasher_.hash_of(design));
      if (!ids_.emplace(hashes.back(), next_id_).second) continue;
      rows.push_back({.id = next_id_++, .hash = hashes.back(), .values = labels_of(spec_, design)});
      status_.emplace(hashes.back(), PointStatus::kOpen);
    }
    store_.add(rows);
    return hashes;
  }

  void tell_what_is_there() {
    const PointCounts counts = store_.counts();
    const std::int64_t there = counts.all() - counts.open;
    if (there == 0) return;
    progress_.note(fmt::format("{} of {} points are there already", there, counts.all()));
  }

  /// Those that are open, each once, as long as the budget lasts.
  void evaluate(const std::vector<DesignPoint>& designs, const std::vector<std::string>& hashes) {
    std::vector<SweepPoint> points;
    std::vector<Overrides> overrides;
    std::set<std::string> chosen;
    for (std::size_t i = 0; i < designs.size(); ++i) {
      if (left_ && static_cast<std::int64_t>(points.size()) >= *left_) break;
      if (status_.at(hashes[i]) != PointStatus::kOpen || !chosen.insert(hashes[i]).second) continue;
      points.push_back(
          {.id = ids_.at(hashes[i]), .hash = hashes[i], .values = labels_of(spec_, designs[i])});
      overrides.push_back(overrides_of(spec_, designs[i]));
    }
    if (left_) *left_ -= static_cast<std::int64_t>(points.size());
    if (points.empty()) return;
    engine_.evaluate(spec_, points, overrides, store_, progress_);
    for (const SweepPoint& point : store_.points()) status_[point.hash] = point.status;
  }

  const SweepSpec& spec_;
  PointHasher& hasher_;
  Engine& engine_;
  ProgressListener& progress_;
  SweepStore store_;
  std::map<std::string, PointStatus> status_;  ///< by hash
  /// By hash: of this call's points, of a search also of earlier ones.
  std::map<std::string, std::int64_t> ids_;
  std::int64_t next_id_ = 0;
  std::optional<std::int64_t> left_;  ///< evaluations of the budget
};

}  // namespace

SweepResult run_sweep(const SweepSpec& spec, const SweepOptions& options, Engine& engine,
                      ProgressListener& progress) {
  refuse_what_is_there(options);
  // Wrong input shows before there is anything to clean up.
  const auto* search = std::get_if<Nsga2Strategy>(&spec.strategy);
  std::vector<DesignPoint> plan;
  if (search == nullptr) plan = planned_points(spec);
  FileHashes files(options.output / kHashesFile);
  PointHasher hasher(spec, options.tool_version, &files);
  tell_equal_clips(hasher, progress);
  const OutputFolder folder(options.output);
  const FolderLock lock(options.output, options.use);
  require_no_jobs(ClusterFolder(options.output), progress);
  remove_partial_files(options.output, kFolderDepth);
  files.save();
  Sweep sweep(spec, hasher, options, engine, progress);
  try {
    if (search != nullptr) {
      sweep.search(*search);
    } else {
      sweep.evaluate_plan(plan);
    }
  } catch (const Interrupted&) {
    const PointCounts counts = sweep.store().counts();
    throw Interrupted(fmt::format("interrupted: {} of {} points are done; --resume goes on",
                                  counts.done, counts.all()));
  }
  return read_sweep(options.output / kStoreFile);
}

}  // namespace deltasim
