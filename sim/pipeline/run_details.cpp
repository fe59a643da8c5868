#include "sim/pipeline/run_details.h"

#include <fmt/format.h>

#include "arch/resources.h"

namespace deltasim {

void tell_files(const RunSpec& spec, const std::filesystem::path& trace, const TraceHeader& header,
                std::int64_t frames, ProgressListener& progress) {
  if (!progress.wants_detail()) return;
  progress.detail("shipped configurations: " + configs_folder().string());
  progress.detail("accelerator: " + spec.accelerator.string());
  if (spec.baseline) progress.detail("baseline: " + spec.baseline->string());
  progress.detail("energy table: " + spec.energy.string());
  progress.detail(fmt::format("trace: {}, streams: {}, frames of each: {}", trace.string(),
                              header.streams.size(), frames));
}

void tell_mapping(const ModeSetup& setup, const std::vector<std::string>& streams,
                  ProgressListener& progress) {
  if (!progress.wants_detail()) return;
  for (std::size_t s = 0; s < setup.streams.size(); ++s) {
    const StreamProgram& stream = setup.streams[s];
    for (std::size_t i = 0; i < stream.programs.size(); ++i) {
      const LayerPlan& layer = stream.plan.layers[i];
      const TileProgram& program = stream.programs[i];
      progress.detail(fmt::format(
          "mapping of {} execution, {} stream, layer {}: {}, {}; best of {}, about {:.3g} cycles",
          setup.name, streams.at(s), layer.layer.name, to_string(layer.mode), mapping_text(program),
          program.candidates, program.estimate.cycles));
    }
  }
}

}  // namespace deltasim
