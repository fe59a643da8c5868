#include "sim/mapping/row_stationary.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "sim/mapping/footprint.h"

namespace deltasim {
namespace {

/// A dimension in equal pieces, and what is left over.
struct Pieces {
  int size;
  std::int64_t count;
};
std::array<Pieces, 2> pieces_of(int extent, int size) {
  return {{{size, extent / size}, {extent % size, extent % size > 0 ? 1 : 0}}};
}

std::int64_t bus_cycles(std::int64_t words, int word_bits, int bus_bits) {
  return ceil_div(words * word_bits, std::int64_t{bus_bits});
}

/// Sum over the strips that cut `extent` into pieces of `size`.
template <typename Reach>
std::int64_t reach_of_strips(int extent, int size, Reach reach) {
  std::int64_t sum = 0;
  for (const Pieces& strip : pieces_of(extent, size)) {
    if (strip.count > 0) sum += strip.count * reach(strip.size);
  }
  return sum;
}

}  // namespace

RowStationaryArray row_stationary_array(const AcceleratorSpec& spec) {
  const PeArraySpec& pe = spec.pe_array;
  const auto words = [](Bytes memory, Bits word) {
    return static_cast<int>(to_bits(memory).value() / word.value());
  };
  const GlbPartition& parts = spec.glb.partition;
  RowStationaryArray array;
  array.rows = pe.rows;
  array.columns = pe.columns;
  array.lanes = pe.mac_lanes;
  array.filter_words = words(pe.weight_memory, pe.weight_bits);
  array.input_words = pe.fifo_depth;
  array.sum_words = words(pe.partial_sum_memory, pe.partial_sum_bits);
  array.filter_bits = static_cast<int>(pe.weight_bits.value());
  array.input_bits = static_cast<int>(pe.activation_bits.value());
  array.sum_bits = static_cast<int>(pe.partial_sum_bits.value());
  array.bank_bits = to_bits(spec.glb.capacity).value() / spec.glb.banks;
  array.banks =
      static_cast<int>(to_bits(parts.activations + parts.partial_sums).value() / array.bank_bits);
  array.bus_bits = static_cast<int>(spec.noc.link_width.value());
  array.pipeline = static_cast<int>(pe.pipeline_depth.value());
  return array;
}

std::string to_string(const RowStationaryMapping& m) {
  return fmt::format("m{} n{} e{} f{} p{} q{} r{} t{}", m.m, m.n, m.e, m.f, m.p, m.q, m.r, m.t);
}

std::int64_t PassCycles::total() const {
  return filters + first_inputs + std::max({compute, sums, inputs}) + drain;
}

void RowStationaryWork::add(const RowStationaryWork& other, std::int64_t times) {
  active_pes = std::max(active_pes, other.active_pes);
  for (const auto counter : {&RowStationaryWork::passes, &RowStationaryWork::cycles,
                             &RowStationaryWork::compute_cycles, &RowStationaryWork::start_cycles,
                             &RowStationaryWork::sums_read, &RowStationaryWork::sums_written,
                             &RowStationaryWork::inputs_read, &RowStationaryWork::filters_read,
                             &RowStationaryWork::input_fills, &RowStationaryWork::filter_fills,
                             &RowStationaryWork::sum_hops, &RowStationaryWork::dram_weights,
                             &RowStationaryWork::dram_inputs, &RowStationaryWork::dram_outputs}) {
    this->*counter += times * other.*counter;
  }
}

RowStationaryModel::RowStationaryModel(const RowStationaryArray& array, const LayerExtent& extent,
                                       int images)
    : array_(array), extent_(extent), images_(images) {}

int RowStationaryModel::input_rows(int output_rows) const {
  const Window& w = extent_.window;
  return (output_rows - 1) * w.stride_h + (w.kernel_h - 1) * w.dilation_h + 1;
}

int RowStationaryModel::input_columns(int output_columns) const {
  const Window& w = extent_.window;
  return (output_columns - 1) * w.stride_w + (w.kernel_w - 1) * w.dilation_w + 1;
}

int RowStationaryModel::array_rows() const {
  return ceil_div(extent_.window.kernel_h, kernel_folds());
}

int RowStationaryModel::segments(int e) const { return ceil_div(e, array_.columns); }

int RowStationaryModel::sets(int e) const {
  const int high = array_.rows / array_rows();
  return e > array_.columns ? high / segments(e) : high * (array_.columns / e);
}

int RowStationaryModel::active_pes(const RowStationaryMapping& m) const {
  return array_rows() * m.e * m.r * m.t;
}

std::int64_t RowStationaryModel::banks_for(std::int64_t words, int bits) const {
  return ceil_div(words * bits, array_.bank_bits);
}

/// A segment's input rows of one image stream out of one bank. A single channel may need more.
bool RowStationaryModel::inputs_fit_a_bank(int e, int f, int channels) const {
  const std::int64_t rows = input_rows(ceil_div(e, segments(e)));
  return banks_for(rows * input_columns(f) * channels, array_.input_bits) <= 1;
}

std::array<RowStationaryModel::Limit, 9> RowStationaryModel::limits(
    const RowStationaryMapping& m) const {
  const int channels = m.q * m.r;
  const int taps = extent_.window.kernel_w;
  const std::int64_t sums = std::int64_t{m.n} * m.m * m.e * m.f;
  const std::int64_t inputs = std::int64_t{m.n} * input_rows(m.e) * input_columns(m.f) * channels;
  const std::int64_t banks =
      banks_for(sums, array_.sum_bits) + banks_for(inputs, array_.input_bits);
  const bool streams = channels == 1 || inputs_fit_a_bank(m.e, m.f, channels);
  return {
      {{"pe_array.rows", "sets of e output rows (r t)", m.r * m.t, sets(m.e)},
       {"mapping.q", "input channels of a pass (q r)", channels, extent_.c_per_group},
       {"pe_array.partial_sum_memory", "partial sums of a PE (p)", m.p, array_.sum_words},
       {"pe_array.fifo_depth", "inputs of a PE (q S)", m.q * taps, array_.input_words},
       {"pe_array.weight_memory", "weights of a PE (p q S)", m.p * m.q * taps, array_.filter_words},
       {"mapping.m", "filters left over where p t cut m", m.m % (m.p * m.t), 0},
       {"mapping.m", "filters left over where m cuts the group's", extent_.k_per_group % m.m, 0},
       {"glb.banks", "banks of a segment's inputs", streams ? 1 : 2, 1},
       {"glb.banks", "banks of inputs and partial sums", banks, array_.banks}}};
}

bool RowStationaryModel::legal(const RowStationaryMapping& m) const {
  for (const Limit& limit : limits(m)) {
    if (limit.needed > limit.there) return false;
  }
  return true;
}

std::vector<Fault> RowStationaryModel::faults(const RowStationaryMapping& m,
                                              const std::string& layer) const {
  std::vector<Fault> faults;
  for (const auto& [key, value, largest] : {std::tuple{"mapping.m", m.m, extent_.k_per_group},
                                            {"mapping.n", m.n, images_},
                                            {"mapping.e", m.e, extent_.height},
                                            {"mapping.f", m.f, extent_.width},
                                            {"mapping.p", m.p, extent_.k_per_group},
                                            {"mapping.q", m.q, extent_.c_per_group},
                                            {"mapping.r", m.r, extent_.c_per_group},
                                            {"mapping.t", m.t, extent_.k_per_group}}) {
    if (value >= 1 && value <= largest) continue;
    faults.push_back({.key_path = key,
                      .found = fmt::format("layer {}: {}", layer, value),
                      .expected = fmt::format("1 to {}", largest)});
  }
  if (!faults.empty()) return faults;
  for (const Limit& limit : limits(m)) {
    if (limit.needed <= limit.there) continue;
    faults.push_back({.key_path = limit.key,
                      .found = fmt::format("layer {}: {} {}", layer, limit.needed, limit.subject),
                      .expected = fmt::format("at most {}", limit.there)});
  }
  return faults;
}

PassCycles RowStationaryModel::pass(const RowStationaryMapping& m, int rows, int columns,
                                    int channels, int images) const {
  const int height = array_rows();
  const int taps = extent_.window.kernel_w;
  const int interleaved = ceil_div(channels, m.r);
  const std::int64_t filters = std::int64_t{m.p} * m.t;
  const std::int64_t input_lines = std::int64_t{input_rows(rows)} * channels;
  const std::int64_t first = std::min(taps, input_columns(columns));
  PassCycles cycles;
  cycles.filters =
      bus_cycles(filters * channels * height * taps, array_.filter_bits, array_.bus_bits);
  cycles.first_inputs = input_lines * first;
  cycles.compute =
      std::int64_t{m.p} * ceil_div(interleaved * taps, array_.lanes) * columns * images;
  cycles.sums = bus_cycles(filters * rows * columns * images, array_.sum_bits, array_.bus_bits);
  cycles.inputs = input_lines * (std::int64_t{input_columns(columns)} * images - first);
  cycles.drain = array_.pipeline + std::int64_t{height} * m.r - 1 +
                 bus_cycles(filters * rows, array_.sum_bits, array_.bus_bits);
  return cycles;
}

RowStationaryWork RowStationaryModel::pass_work(const RowStationaryMapping& m, int rows,
                                                int columns, int channels, int images) const {
  const int height = array_rows();
  const std::int64_t filters = std::int64_t{m.p} * m.t;
  const std::int64_t line = std::int64_t{input_columns(columns)} * images;
  const PassCycles cycles = pass(m, rows, columns, channels, images);
  RowStationaryWork work;
  work.passes = 1;
  work.cycles = cycles.total();
  work.compute_cycles = cycles.compute;
  work.start_cycles = cycles.filters + cycles.first_inputs;
  work.active_pes = active_pes(m);
  work.sums_read = work.sums_written = filters * rows * columns * images;
  work.inputs_read = line * input_rows(rows) * channels;
  work.filters_read = filters * channels * height * extent_.window.kernel_w;
  work.input_fills = line * channels * height * rows * m.t;
  work.filter_fills = work.filters_read * rows;
  work.sum_hops = work.sums_read * height * std::min(m.r, channels);
  return work;
}

RowStationaryWork RowStationaryModel::block(const RowStationaryMapping& m, int rows,
                                            int images) const {
  const std::int64_t repeats = std::int64_t{m.m / (m.p * m.t)} * kernel_folds();
  RowStationaryWork work;
  for (const Pieces& x : pieces_of(extent_.width, m.f)) {
    for (const Pieces& c : pieces_of(extent_.c_per_group, m.q * m.r)) {
      if (x.count * c.count == 0) continue;
      work.add(pass_work(m, rows, x.size, c.size, images), repeats * x.count * c.count);
    }
  }
  return work;
}

RowStationaryWork RowStationaryModel::work(const RowStationaryMapping& m) const {
  RowStationaryWork work;
  for (const Pieces& y : pieces_of(extent_.height, m.e)) {
    for (const Pieces& n : pieces_of(images_, m.n)) {
      if (y.count * n.count == 0) continue;
      work.add(block(m, y.size, n.size), extent_.k / m.m * y.count * n.count);
    }
  }
  work.dram_weights = extent_.weights() * strips(m) * ceil_div(images_, m.n);
  work.dram_inputs = input_words(m);
  work.dram_outputs = extent_.outputs() * images_;
  return work;
}

std::int64_t RowStationaryModel::strips(const RowStationaryMapping& m) const {
  return std::int64_t{ceil_div(extent_.height, m.e)} * ceil_div(extent_.width, m.f);
}

std::int64_t RowStationaryModel::input_words(const RowStationaryMapping& m) const {
  const std::int64_t rows =
      reach_of_strips(extent_.height, m.e, [this](int size) { return input_rows(size); });
  const std::int64_t columns =
      reach_of_strips(extent_.width, m.f, [this](int size) { return input_columns(size); });
  return rows * columns * extent_.c * (extent_.k_per_group / m.m) * images_;
}

double RowStationaryModel::dram_words(const RowStationaryMapping& m, double density) const {
  const auto inputs = static_cast<double>(input_words(m));
  const double coded =
      expected_bits(ActivationFormat::kRunLength, inputs, density, array_.input_bits) /
      array_.input_bits;
  return static_cast<double>(extent_.weights() * strips(m) * ceil_div(images_, m.n)) +
         std::min(inputs, coded);
}

template <typename Visit>
void RowStationaryModel::for_each_outer(Visit visit) const {
  const int most_rows = std::min(extent_.height, array_.columns * (array_.rows / array_rows()));
  for (int m = extent_.k_per_group; m >= 1; --m) {
    if (extent_.k_per_group % m != 0) continue;
    for (int e = most_rows; e >= 1; --e) {
      int cuts = 1;
      while (cuts < extent_.width && !inputs_fit_a_bank(e, ceil_div(extent_.width, cuts), 1)) {
        ++cuts;
      }
      // Whole maps pass one after the other through a set, pieces of maps do not.
      const int most_images = e == extent_.height && segments(e) == 1 ? images_ : 1;
      for (const int f : {extent_.width, ceil_div(extent_.width, cuts)}) {
        for (int n = most_images; n >= 1; --n) {
          RowStationaryMapping mapping;
          mapping.m = m;
          mapping.n = n;
          mapping.e = e;
          mapping.f = f;
          if (legal(mapping)) visit(mapping);
        }
        if (cuts == 1) break;
      }
    }
  }
}

template <typename Visit>
void RowStationaryModel::for_each_inner(const RowStationaryMapping& outer, Visit visit) const {
  const int places = sets(outer.e);
  RowStationaryMapping m = outer;
  for (m.p = std::min(array_.sum_words, m.m); m.p >= 1; --m.p) {
    if (m.m % m.p != 0) continue;
    for (m.t = std::min(places, m.m / m.p); m.t >= 1; --m.t) {
      if (m.m % (m.p * m.t) != 0) continue;
      for (m.r = std::min(places / m.t, extent_.c_per_group); m.r >= 1; --m.r) {
        for (m.q = std::min(array_.input_words, ceil_div(extent_.c_per_group, m.r)); m.q >= 1;
             --m.q) {
          if (legal(m)) visit(m);
        }
      }
    }
  }
}

std::vector<RowStationaryMapping> RowStationaryModel::legal_mappings() const {
  std::vector<RowStationaryMapping> mappings;
  for_each_outer([&](const RowStationaryMapping& outer) {
    for_each_inner(outer, [&](const RowStationaryMapping& m) { mappings.push_back(m); });
  });
  return mappings;
}

std::optional<RowStationaryMapping> RowStationaryModel::best(double input_density) const {
  constexpr double kNearlyAll = 0.9;
  std::vector<RowStationaryMapping> mappings = legal_mappings();
  int most = 0;
  for (const RowStationaryMapping& m : mappings) most = std::max(most, active_pes(m));
  std::erase_if(mappings, [&](const auto& m) { return active_pes(m) < kNearlyAll * most; });
  double least_dram = std::numeric_limits<double>::infinity();
  for (const RowStationaryMapping& m : mappings) {
    least_dram = std::min(least_dram, dram_words(m, input_density));
  }
  std::erase_if(mappings, [&](const auto& m) { return dram_words(m, input_density) > least_dram; });
  std::optional<RowStationaryMapping> best;
  std::tuple<std::int64_t, std::int64_t> least;
  for (const RowStationaryMapping& m : mappings) {
    const RowStationaryWork cost = work(m);
    const std::tuple now{cost.cycles, cost.glb_words()};
    if (best && now >= least) continue;
    best = m;
    least = now;
  }
  return best;
}

}  // namespace deltasim
