#include "sim/validation/systolic_suite.h"

#include <fmt/format.h>

#include <utility>

#include "sim/mapping/systolic.h"
#include "sim/validation/scalesim_files.h"

namespace deltasim {
namespace {

/// An addition where the outputs of a fold, R x C, were to be multiplied: these are counted before.
constexpr const char* kOutputStationaryWrites =
    "known difference: SCALE-Sim counts R + C words more in every fold; the rest is equal";

/// What one SRAM's counts come to over the layers of a run.
struct Total {
  const char* what;
  std::int64_t ours = 0;
  std::int64_t theirs = 0;

  void add(std::int64_t our_count, std::int64_t their_count) {
    ours += our_count;
    theirs += their_count;
  }
};

/// Compares one run of SCALE-Sim, layer by layer, and adds up.
class RunComparison {
 public:
  explicit RunComparison(const ScaleSimRun& run) : run_(run) {}

  std::vector<ValidationRow> rows() {
    for (const ScaleSimLayer& layer : run_.layers) compare(layer);
    add_total(cycles_);
    if (run_.layers.front().accesses) {
      add_total(inputs_);
      add_total(filters_);
      add_total(outputs_);
    }
    return std::move(rows_);
  }

 private:
  void compare(const ScaleSimLayer& theirs) {
    const SystolicFolds ours = systolic_folds(run_.dataflow, run_.rows, run_.columns,
                                              matrix_shape(LayerExtent(theirs.layer)));
    const std::string& name = theirs.layer.name;
    rows_.push_back(equal_row(run_.name, name + " cycles", ours.total_cycles, theirs.cycles));
    cycles_.add(ours.total_cycles, theirs.cycles);
    if (!theirs.accesses) return;
    detail(name, inputs_, ours.input_reads, theirs.accesses->input_reads);
    detail(name, filters_, ours.filter_reads, theirs.accesses->filter_reads);
    detail(name, outputs_, ours.output_writes, theirs.accesses->output_writes);
    if (is_known_difference(ours, theirs.accesses->output_writes)) accept(rows_.back());
  }

  void detail(const std::string& layer, Total& total, std::int64_t ours, std::int64_t theirs) {
    rows_.push_back(equal_row(run_.name, layer + " " + total.what, ours, theirs));
    rows_.back().detail = true;
    total.add(ours, theirs);
  }

  bool is_known_difference(const SystolicFolds& ours, std::int64_t their_writes) const {
    const std::int64_t surplus = ours.folds() * (std::int64_t{run_.rows} + run_.columns);
    return run_.dataflow == Dataflow::kOutputStationary &&
           their_writes == ours.output_writes + surplus;
  }

  void accept(ValidationRow& row) {
    row.holds = true;
    row.bound.reset();
    row.note = kOutputStationaryWrites;
    has_known_difference_ = true;
  }

  void add_total(const Total& total) {
    rows_.push_back(
        equal_row(run_.name, fmt::format("all layers, {}", total.what), total.ours, total.theirs));
    if (&total == &outputs_ && has_known_difference_) accept(rows_.back());
  }

  const ScaleSimRun& run_;
  std::vector<ValidationRow> rows_;
  Total cycles_{"cycles"};
  Total inputs_{"SRAM input reads"};
  Total filters_{"SRAM filter reads"};
  Total outputs_{"SRAM output writes"};
  bool has_known_difference_ = false;
};

}  // namespace

DataNeed SystolicSuite::need() const {
  return {"scalesim",
          "NAME_topology.csv, NAME_ROWSxCOLUMNS_DATAFLOW_COMPUTE_REPORT.csv and, where there are "
          "any, ..._DETAILED_ACCESS_REPORT.csv",
          {"COMPUTE_REPORT.csv", "topology.csv"}};
}

SuiteResult SystolicSuite::run(const SuiteContext& context) const {
  SuiteResult result;
  for (const std::filesystem::path& report : scalesim_reports(context.data)) {
    const ScaleSimRun run = read_scalesim_run(report);
    if (!run.layers.front().accesses) {
      result.notes.push_back(run.name + ": no access report, so only cycles are compared");
    }
    for (ValidationRow& row : RunComparison(run).rows()) result.rows.push_back(std::move(row));
  }
  return result;
}

}  // namespace deltasim
