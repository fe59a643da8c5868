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
  Bus(const NocSpec& spec, int rows, int columns) : NocModel(spec), length_(rows + columns) {}
  std::int64_t latency(const Destinations&) const override { return spec_.hop_latency.value(); }

 protected:
  std::int64_t tree_links(const Destinations&) const override { return length_; }
  std::int64_t path_links(const Destinations& to) const override { return length_ * to.pes(); }

 private:
  std::int64_t length_;
};

class Mesh : public NocModel {
 public:
  Mesh(const NocSpec& spec, int rows, int columns)
      : NocModel(spec), rows_(rows), columns_(columns) {}

  std::int64_t latency(const Destinations& to) const override {
    std::int64_t farthest = 0;
    for_each_destination(to, rows_ * columns_,
                         [&](int pe) { farthest = std::max<std::int64_t>(farthest, hops_to(pe)); });
    return farthest * spec_.hop_latency.value();
  }

 protected:
  /// XY: along row 0 to the farthest column in use, then down each column as far as needed.
  std::int64_t tree_links(const Destinations& to) const override {
    std::vector<int> depth(static_cast<std::size_t>(columns_), -1);
    for_each_destination(to, rows_ * columns_, [&](int pe) {
      int& deepest = depth[static_cast<std::size_t>(pe % columns_)];
      deepest = std::max(deepest, pe / columns_);
    });
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
  std::int64_t path_links(const Destinations& to) const override {
    std::int64_t links = 0;
    for_each_destination(to, rows_ * columns_, [&](int pe) { links += hops_to(pe); });
    return links;
  }

 private:
  int hops_to(int pe) const { return pe % columns_ + pe / columns_ + 1; }
  int rows_, columns_;
};

class Crossbar : public NocModel {
 public:
  Crossbar(const NocSpec& spec, int rows) : NocModel(spec), rows_(rows) {}
  std::int64_t latency(const Destinations&) const override { return spec_.hop_latency.value(); }

 protected:
  std::int64_t tree_links(const Destinations& to) const override { return to.pes(); }
  std::int64_t path_links(const Destinations& to) const override { return to.pes(); }
  int injection_ports() const override { return rows_; }

 private:
  int rows_;
};

class SystolicLinks : public NocModel {
 public:
  SystolicLinks(const NocSpec& spec, int rows) : NocModel(spec), rows_(rows) {}
  std::int64_t latency(const Destinations&) const override { return spec_.hop_latency.value(); }

 protected:
  std::int64_t tree_links(const Destinations& to) const override { return to.pes(); }
  std::int64_t path_links(const Destinations& to) const override {
    return to.pes() * ceil_divide(rows_, 2);
  }
  int injection_ports() const override { return rows_; }

 private:
  int rows_;
};

}  // namespace

NocModel::NocModel(const NocSpec& spec) : spec_(spec), link_bits_(spec.link_width.value()) {}

void NocModel::reset() {
  bit_hops_ = 0;
  free_ = 0;
}

Service NocModel::send(std::int64_t time, std::int64_t flits, std::int64_t latency) {
  const std::int64_t ports = injection_ports();
  const std::int64_t slot = std::max(free_, time * ports);
  free_ = slot + flits;
  return {slot / ports, ceil_divide(free_, ports) + latency};
}

Service NocModel::multicast(std::int64_t time, std::int64_t bits, const Destinations& to) {
  const std::int64_t flits = ceil_divide(bits, link_bits_);
  if (!spec_.multicast) {
    bit_hops_ += bits * path_links(to);
    return send(time, flits * to.pes(), latency(to));
  }
  bit_hops_ += bits * tree_links(to);
  // A multicast takes the same slots as a single transfer: the tree's branches carry copies.
  return send(time, flits, latency(to));
}

Service NocModel::scatter(std::int64_t time, std::int64_t bits, const Destinations& to) {
  bit_hops_ += ceil_divide(bits * path_links(to), std::max(to.pes(), 1));
  return send(time, ceil_divide(bits, link_bits_), latency(to));
}

std::unique_ptr<NocModel> make_noc(const NocSpec& spec, int rows, int columns) {
  switch (spec.topology) {
    case NocTopology::kBus:
      return std::make_unique<Bus>(spec, rows, columns);
    case NocTopology::kMesh:
      return std::make_unique<Mesh>(spec, rows, columns);
    case NocTopology::kCrossbar:
      return std::make_unique<Crossbar>(spec, rows);
    case NocTopology::kSystolic:
      return std::make_unique<SystolicLinks>(spec, rows);
  }
  throw InternalError("unknown NoC topology");
}

}  // namespace deltasim
