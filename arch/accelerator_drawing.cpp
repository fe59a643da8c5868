#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <vector>

#include "arch/accelerator_reader.h"

namespace deltasim {
namespace {

constexpr std::size_t kBoxWidth = 64;

using Lines = std::vector<std::string>;

std::string repeated(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

/// "1 port", "16 ports"
std::string counted(std::int64_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

/// "1.02 T", "19.2 G", "512 ".
std::string with_prefix(double value) {
  constexpr const char* kPrefixes[] = {"", "k", "M", "G", "T", "P"};
  std::size_t prefix = 0;
  for (; value >= 1000 && prefix + 1 < std::size(kPrefixes); ++prefix) value /= 1000;
  return fmt::format("{:.4g} {}", value, kPrefixes[prefix]);
}

/// A title, then its lines, in a frame; a line that is too long widens the frame.
std::string box(std::string_view title, const Lines& lines) {
  std::size_t width = std::max(kBoxWidth, title.size() + 4);
  for (const std::string& line : lines) width = std::max(width, line.size() + 2);
  std::string text = fmt::format("┌─ {} {}┐\n", title, repeated("─", width - title.size() - 3));
  for (const std::string& line : lines) text += fmt::format("│ {:<{}}│\n", line, width - 1);
  return text + "└" + repeated("─", width) + "┘\n";
}

std::string arrow(std::string_view label) { return fmt::format("        ▲▼  {}\n", label); }

double hertz(const AcceleratorSpec& spec) { return spec.clock.value(); }

std::string dram_box(const AcceleratorSpec& spec) {
  const DramSpec& dram = spec.dram;
  return box("DRAM", {fmt::format("{}, {} of {}", dram.part, counted(dram.channels, "channel"),
                                  counted(dram.ranks, "rank")),
                      fmt::format("{}, {} page", dram.address_mapping,
                                  dram.controller.open_page ? "open" : "closed")});
}

std::string dram_arrow(std::optional<double> bits_per_second) {
  if (!bits_per_second) return arrow("");
  return arrow(fmt::format("{}B/s peak", with_prefix(*bits_per_second / 8)));
}

std::string glb_box(const AcceleratorSpec& spec) {
  const GlbSpec& glb = spec.glb;
  const GlbPartition& part = glb.partition;
  return box(
      "Global buffer",
      {fmt::format("{} in {} of {}, {}", print(glb.capacity), counted(glb.banks, "bank"),
                   print(glb.width), counted(glb.ports, "port")),
       fmt::format("weights {}, activations {},", print(part.weights), print(part.activations)),
       fmt::format("partial sums {}, state {}", print(part.partial_sums), print(part.state))});
}

std::string glb_arrow(const AcceleratorSpec& spec) {
  const std::int64_t bits = spec.glb.width.value() * spec.glb.banks * spec.glb.ports;
  return arrow(fmt::format("{} bits a cycle, {}B/s peak", bits,
                           with_prefix(static_cast<double>(bits) / 8 * hertz(spec))));
}

std::string noc_box(const AcceleratorSpec& spec) {
  return box("Network on chip", {fmt::format("{}, {}", to_string(spec.noc.topology),
                                             spec.noc.multicast ? "multicast" : "unicast"),
                                 fmt::format("links of {}, {} a hop", print(spec.noc.link_width),
                                             print(spec.noc.hop_latency))});
}

std::string noc_arrow(const AcceleratorSpec& spec) {
  const double bits = static_cast<double>(spec.noc.link_width.value()) * hertz(spec);
  return arrow(fmt::format("{}B/s a link", with_prefix(bits / 8)));
}

std::string pe_array_box(const AcceleratorSpec& spec) {
  const PeArraySpec& array = spec.pe_array;
  std::string dataflow(to_string(array.dataflow));
  if (array.dataflow == Dataflow::kEventDriven) {
    dataflow += fmt::format(", partition {}", to_string(array.partition));
  }
  const double macs = static_cast<double>(array.pes()) * array.mac_lanes * hertz(spec);
  return box(
      "PE array",
      {fmt::format("{} x {} = {} PEs, {} each: {}MAC/s peak", array.rows, array.columns,
                   array.pes(), counted(array.mac_lanes, "MAC lane"), with_prefix(macs)),
       fmt::format("{}, zeros: {}", dataflow, to_string(array.zero_handling)),
       fmt::format("weights {}, activations {}, partial sums {}", print(array.weight_bits),
                   print(array.activation_bits), print(array.partial_sum_bits)),
       fmt::format("in a PE: weights {}, partial sums {}, FIFO of {},", print(array.weight_memory),
                   print(array.partial_sum_memory), array.fifo_depth),
       fmt::format("pipeline of {}", print(array.pipeline_depth))});
}

std::string delta_unit_box(const AcceleratorSpec& spec) {
  const double outputs = spec.delta_unit.lanes * hertz(spec);
  return box("Delta unit",
             {fmt::format("{}, {} deep: {}outputs/s peak", counted(spec.delta_unit.lanes, "lane"),
                          print(spec.delta_unit.pipeline_depth), with_prefix(outputs)),
              fmt::format("events as {}", to_string(spec.activation_format)),
              fmt::format("state: {} in {}, fetched by {}", print(spec.state.bits),
                          place_name(spec.state), to_string(spec.state.granularity))});
}

std::string memory_box(const MemorySpec& memory) {
  return box("State memory " + memory.name,
             {fmt::format("{}, {} in {} of {}, {}", memory.technology, print(memory.capacity),
                          counted(memory.banks, "bank"), print(memory.width),
                          counted(memory.ports, "port"))});
}

}  // namespace

std::string draw_accelerator(const AcceleratorSpec& spec,
                             std::optional<double> dram_bits_per_second) {
  std::string text = spec.name;
  if (!spec.description.empty()) text += ": " + spec.description;
  text += fmt::format("\nclock {}\n\n", print(spec.clock));
  text += dram_box(spec) + dram_arrow(dram_bits_per_second);
  text += glb_box(spec) + glb_arrow(spec);
  text += noc_box(spec) + noc_arrow(spec);
  text += pe_array_box(spec) + arrow("partial sums down, events up");
  text += delta_unit_box(spec);
  for (const MemorySpec& memory : spec.memories) text += arrow("state") + memory_box(memory);
  return text;
}

}  // namespace deltasim
