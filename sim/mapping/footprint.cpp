#include "sim/mapping/footprint.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace deltasim {
namespace {

struct ConstraintText {
  std::string_view key;      ///< of the accelerator file, or of the mapping
  std::string_view subject;  ///< what is needed
  std::string_view unit;
};
constexpr std::array<ConstraintText, kConstraints> kTexts{{
    {"pe_array", "PEs", ""},
    {"pe_array.weight_memory", "the weights of one PE", " bits"},
    {"pe_array.partial_sum_memory", "the partial sums of one PE", " bits"},
    {"glb.partition.weights", "the weights of a tile, double buffered,", " bits"},
    {"glb.partition.activations", "the input of a tile, double buffered,", " bits"},
    {"mapping", "the tiles of the layer", ""},
}};

std::int64_t tile_count(const LayerExtent& e, const Mapping& m) {
  const std::int64_t k = m.tile_k <= e.k_per_group
                             ? std::int64_t{e.groups} * ceil_div(e.k_per_group, m.tile_k)
                             : ceil_div(e.k, m.tile_k);
  return k * e.batch * ceil_div(e.height, m.tile_y) * ceil_div(e.c_per_group, m.tile_c);
}

/// Of the whole layer where that is less: then everything stays and nothing is replaced.
std::int64_t double_buffered(std::int64_t tile_bits, std::int64_t all_bits) {
  return std::min(2 * tile_bits, all_bits);
}

}  // namespace

int whole_groups(const LayerExtent& e, int tile_k) {
  const bool whole = tile_k > e.k_per_group && tile_k % e.k_per_group == 0;
  return whole ? tile_k / e.k_per_group : 0;
}

PeShare pe_share(const LayerExtent& e, const Mapping& mapping, const TileSize& tile) {
  const int y = ceil_div(tile.y, mapping.groups_y);
  if (const int groups = whole_groups(e, tile.k)) {
    const int own = ceil_div(groups, mapping.groups_c);
    return {ceil_div(e.k_per_group, mapping.groups_k), y, own * e.c_per_group, own};
  }
  return {ceil_div(tile.k, mapping.groups_k), y, ceil_div(tile.c, mapping.groups_c), 1};
}

std::int64_t dense_bound_bits(ActivationFormat format, std::int64_t elements, int activation_bits) {
  switch (format) {
    case ActivationFormat::kDense:
      return elements * activation_bits;
    case ActivationFormat::kBitmask:
      return elements * (activation_bits + 1);
    case ActivationFormat::kRunLength:
      return ceil_div(elements, std::int64_t{3}) * 64;
    case ActivationFormat::kCoordinate:
      return elements * (activation_bits + 16);
  }
  return 0;
}

double expected_bits(ActivationFormat format, double elements, double density,
                     int activation_bits) {
  switch (format) {
    case ActivationFormat::kDense:
      return elements * activation_bits;
    case ActivationFormat::kBitmask:
      return elements * (density * activation_bits + 1);
    case ActivationFormat::kRunLength:
      return elements * density * 64 / 3;
    case ActivationFormat::kCoordinate:
      return elements * density * (activation_bits + 16);
  }
  return 0;
}

Footprint::Footprint(const AcceleratorSpec& accelerator, const MappingRequest& request)
    : accelerator_(accelerator),
      layer_name_(request.layer.name),
      format_(request.format),
      extent_(request),
      limits_{},
      all_weight_bits_(extent_.weights() * accelerator.pe_array.weight_bits.value()),
      all_input_bits_(0) {
  const PeArraySpec& array = accelerator.pe_array;
  const GlbPartition& glb = accelerator.glb.partition;
  all_input_bits_ =
      extent_.batch *
      dense_bound_bits(format_,
                       std::int64_t{extent_.input_height} * extent_.input_width * extent_.c,
                       static_cast<int>(array.activation_bits.value()));
  limits_ = {array.pes(),
             to_bits(array.weight_memory).value(),
             to_bits(array.partial_sum_memory).value(),
             to_bits(glb.weights).value(),
             to_bits(glb.activations).value(),
             kMaximumTiles};
}

Needs Footprint::needs(const Mapping& m) const {
  const PeArraySpec& array = accelerator_.pe_array;
  const PeShare share = pe_share(extent_, m, {m.tile_k, m.tile_y, m.tile_c});
  const std::int64_t pes = std::int64_t{m.groups_k} * m.groups_y * m.groups_c;
  const int groups = std::max(1, whole_groups(extent_, m.tile_k));
  const std::int64_t tile_input = dense_bound_bits(
      format_,
      std::int64_t{extent_.input_rows_under(m.tile_y)} * extent_.input_width * m.tile_c * groups,
      static_cast<int>(array.activation_bits.value()));
  const std::int64_t tile_weights =
      std::int64_t{m.tile_k} * m.tile_c * extent_.taps * array.weight_bits.value();
  return {pes,
          2 * share.weights(extent_) * array.weight_bits.value(),
          share.sums(extent_) * array.partial_sum_bits.value(),
          double_buffered(tile_weights, all_weight_bits_),
          double_buffered(tile_input, all_input_bits_),
          tile_count(extent_, m)};
}

bool Footprint::fits(const Mapping& mapping) const {
  const Needs need = needs(mapping);
  for (std::size_t i = 0; i < kConstraints; ++i) {
    if (need[i] > limits_[i]) return false;
  }
  return true;
}

std::vector<Fault> Footprint::faults(const Mapping& mapping) const {
  std::vector<Fault> faults;
  const Needs need = needs(mapping);
  for (std::size_t i = 0; i < kConstraints; ++i) {
    if (need[i] <= limits_[i]) continue;
    const ConstraintText& text = kTexts[i];
    faults.push_back({.key_path = std::string(text.key),
                      .found = fmt::format("layer {}: {} need {}{}, {} too many", layer_name_,
                                           text.subject, need[i], text.unit, need[i] - limits_[i]),
                      .expected = fmt::format("at most {}{}", limits_[i], text.unit)});
  }
  return faults;
}

std::vector<Fault> malformed(const LayerExtent& e, const Mapping& m) {
  std::vector<Fault> faults;
  const auto check = [&](std::string_view key, int value, int largest) {
    if (value >= 1 && value <= largest) return;
    faults.push_back({.key_path = fmt::format("mapping.{}", key),
                      .found = std::to_string(value),
                      .expected = fmt::format("1 to {}", largest)});
  };
  check("tile_k", m.tile_k, e.k);
  check("tile_y", m.tile_y, e.height);
  check("tile_c", m.tile_c, e.c_per_group);
  if (!faults.empty()) return faults;
  const int groups = whole_groups(e, m.tile_k);
  if (groups == 0 && m.tile_k > e.k_per_group) {
    faults.push_back({.key_path = "mapping.tile_k",
                      .found = std::to_string(m.tile_k),
                      .expected = fmt::format("at most {} or a multiple of it (the output channels "
                                              "of one convolution group)",
                                              e.k_per_group)});
  }
  if (groups > 0 && m.tile_c != e.c_per_group) {
    faults.push_back({.key_path = "mapping.tile_c",
                      .found = std::to_string(m.tile_c),
                      .expected = fmt::format("{} where a tile covers several convolution groups",
                                              e.c_per_group)});
  }
  check("groups_k", m.groups_k, groups > 0 ? e.k_per_group : m.tile_k);
  check("groups_y", m.groups_y, m.tile_y);
  check("groups_c", m.groups_c, groups > 0 ? groups : m.tile_c);
  return faults;
}

}  // namespace deltasim
