#include "sim/components/noc/noc_model.h"

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Calls `visit` with the index of every destination among `pes`.
template <typename Visit>
void for_each_destination(const Destinations& to, int pes, Visit visit) {
  const int pitch = std::max(pes / std::max(to.groups, 1), to.pes_per_group);
  for (int group = 0; group < to.groups; ++group) {
    for (int i = 0; i < to.pes_per_group; ++i) visit(std::min(group * pitch + i, pes - 1));
  }
}

class Bus : public NocModel {
 public:
  using NocModel::NocModel;
  std::int64_t latency(const Destinations&) const override { return spec_.hop_latency.value(); }

 protected:
  std::int64_t tree_links(const Destinations&) const override { return rows_ + columns_; }
  std::int64_t path_links(const Destinations& to) const override {
    return std::int64_t{rows_ + columns_} * to.pes();
  }
};

class Mesh : public NocModel {
 public:
  using NocModel::NocModel;

  std::int64_t latency(const Destinations& to) const override {
    std::int64_t farthest = 0;
    for_each_destination(to, rows_ * columns_,
                         [&](int pe) { farthest = std::max<std::int64_t>(farthest, hops_to(pe)); });
    return farthest * spec_.hop_latency.value();
  }

 protected:
  std::int64_t tree_links(const Destinations& to) const override {
    Depths depth(static_cast<std::size_t>(columns_), -1);
    for_each_destination(to, rows_ * columns_, [&](int pe) { reach(depth, pe); });
    return links_of(depth);
  }
  std::int64_t group_links(const Destinations& to) const override {
    std::int64_t links = 0;
    Depths depth(static_cast<std::size_t>(columns_), -1);
    int in_group = 0;
    for_each_destination(to, rows_ * columns_, [&](int pe) {
      reach(depth, pe);
      if (++in_group < to.pes_per_group) return;
      links += links_of(depth);
      std::fill(depth.begin(), depth.end(), -1);
      in_group = 0;
    });
    return links;
  }
  std::int64_t path_links(const Destinations& to) const override {
    std::int64_t links = 0;
    for_each_destination(to, rows_ * columns_, [&](int pe) { links += hops_to(pe); });
    return links;
  }

 private:
  using Depths = std::vector<int>;  ///< farthest row of each column, -1 where it is not needed
  void reach(Depths& depth, int pe) const {
    int& deepest = depth[static_cast<std::size_t>(pe % columns_)];
    deepest = std::max(deepest, pe / columns_);
  }
  /// XY: along row 0 to the farthest column in use, then down each column as far as needed.
  std::int64_t links_of(const Depths& depth) const {
    std::int64_t links = 0;
    int farthest = 0;
    for (int column = 0; column < columns_; ++column) {
      const int deepest = depth[static_cast<std::size_t>(column)];
      if (deepest < 0) continue;
      links += deepest;
      farthest = column;
    }
    return links + farthest + 1;
  }
  int hops_to(int pe) const { return pe % columns_ + pe / columns_ + 1; }
};

class Crossbar : public NocModel {
 public:
  using NocModel::NocModel;
  std::int64_t latency(const Destinations&) const override { return spec_.hop_latency.value(); }

 protected:
  std::int64_t tree_links(const Destinations& to) const override { return to.pes(); }
  std::int64_t path_links(const Destinations& to) const override { return to.pes(); }
  int injection_ports() const override { return rows_; }
};

class SystolicLinks : public NocModel {
 public:
  using NocModel::NocModel;
  std::int64_t latency(const Destinations&) const override { return spec_.hop_latency.value(); }

 protected:
  std::int64_t tree_links(const Destinations& to) const override { return to.pes(); }
  std::int64_t path_links(const Destinations& to) const override {
    return to.pes() * ceil_divide(rows_, 2);
  }
  int injection_ports() const override { return rows_; }
};

}  // namespace

NocModel::NocModel(const NocSpec& spec, int rows, int columns)
    : spec_(spec), rows_(rows), columns_(columns) {}

Service NocModel::send(Way& way, std::int64_t links, std::int64_t time, std::int64_t flits,
                       std::int64_t latency) {
  const std::int64_t slot = std::max(way.free, time * links);
  way.free = slot + flits;
  way.flits += flits;
  if (listener_ != nullptr) listener_->taken(way.number, slot, way.free, links, flits);
  return {slot / links, ceil_divide(way.free, links) + latency};
}

Service NocModel::multicast(std::int64_t time, std::int64_t bits, const Destinations& to) {
  // A multicast takes the slots of a single transfer: the tree's branches carry copies.
  const std::int64_t copies = spec_.multicast ? 1 : to.pes();
  bit_hops_ += bits * (spec_.multicast ? tree_links(to) : path_links(to));
  return send(inward_, injection_ports(), time,
              copies * ceil_divide(bits, spec_.link_width.value()), latency(to));
}

Service NocModel::to_one_group(std::int64_t time, std::int64_t bits, const Destinations& to) {
  const std::int64_t copies = spec_.multicast ? 1 : to.pes_per_group;
  bit_hops_ += ceil_divide(bits * (spec_.multicast ? group_links(to) : path_links(to)),
                           std::max(to.groups, 1));
  return send(inward_, injection_ports(), time,
              copies * ceil_divide(bits, spec_.link_width.value()), latency(to));
}

Service NocModel::scatter(std::int64_t time, std::int64_t bits, const Destinations& to) {
  bit_hops_ += ceil_divide(bits * path_links(to), std::max(to.pes(), 1));
  return send(inward_, injection_ports(), time, ceil_divide(bits, spec_.link_width.value()),
              latency(to));
}

Service NocModel::collect(std::int64_t time, std::int64_t bits) {
  return along_columns(sums_out_, time, bits);
}

Service NocModel::distribute(std::int64_t time, std::int64_t bits) {
  return along_columns(sums_in_, time, bits);
}

Service NocModel::along_columns(Way& way, std::int64_t time, std::int64_t bits) {
  bit_hops_ += ceil_divide(bits * (rows_ + 1), 2);  // of a column's PEs, on the average
  return send(way, columns_, time, ceil_divide(bits, spec_.link_width.value()),
              rows_ * spec_.hop_latency.value());
}

std::unique_ptr<NocModel> make_noc(const NocSpec& spec, int rows, int columns) {
  switch (spec.topology) {
    case NocTopology::kBus:
      return std::make_unique<Bus>(spec, rows, columns);
    case NocTopology::kMesh:
      return std::make_unique<Mesh>(spec, rows, columns);
    case NocTopology::kCrossbar:
      return std::make_unique<Crossbar>(spec, rows, columns);
    case NocTopology::kSystolic:
      return std::make_unique<SystolicLinks>(spec, rows, columns);
  }
  throw InternalError("unknown NoC topology");
}

}  // namespace deltasim
