#include "cli/reference_text.h"

#include <fmt/format.h>

namespace deltasim::cli {

const std::vector<ReferenceSection>& reference_sections() {
  static const std::vector<ReferenceSection> sections{
      {"Exit status",
       {{"0", "Done."},
        {"1", "A validation or verification fell short."},
        {"2",
         "The command line, a file or the machine is not as it should be; the message says "
         "what and where."},
        {"3", "A fault of deltasim itself."},
        {"130", "Interrupted. The same command goes on from what is done."}}},
      {"Environment",
       {{"DELTASIM_CONFIGS",
         "Folder of the shipped configurations, where it is not found by itself."},
        {"DELTASIM_DATA", "Folder of reference data for validate."},
        {"PATH", "Where gnuplot is looked for, which draws the figures."},
        {"SLURM_CPUS_PER_TASK",
         "Worker processes of a sweep's task on a cluster, which Slurm sets."},
        {"NO_COLOR", "Where it is not empty, nothing is coloured, on a terminal neither."},
        {"TERM", "Where it is dumb or not set, progress is told in plain lines without colours."}}},
      {"Files",
       {{"PREFIX/share/deltasim/configs",
         "Shipped accelerators, energy tables, memories, DRAM parts, experiments and traces."},
        {"results/NAME", "Result of the experiment NAME, unless --out says otherwise."}}},
      {"Examples",
       {{"deltasim doctor", "Is everything there, and how fast is this machine?"},
        {"deltasim run two_stream_sample --out results/sample",
         "Simulate the shipped experiment on the shipped trace."},
        {"deltasim trace record --video clip.avi --network two_stream_resnet50 --weights "
         "resnet50.npz --quantizer fixed_point:8 -o clip.dtrace",
         "Record a video of your own."},
        {"source <(deltasim completion bash)", "Complete commands, options and names with Tab."}}}};
  return sections;
}

std::string reference_footer() {
  std::string text;
  for (const ReferenceSection& section : reference_sections()) {
    text += fmt::format("{}{}:\n", text.empty() ? "" : "\n", section.title);
    for (const ReferenceEntry& entry : section.entries) {
      text += entry.term.size() <= 20 ? fmt::format("  {:<20} {}\n", entry.term, entry.text)
                                      : fmt::format("  {}\n{:23}{}\n", entry.term, "", entry.text);
    }
  }
  return text;
}

}  // namespace deltasim::cli
