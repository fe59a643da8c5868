#include "sim/components/delta_unit/delta_unit_module.h"

#include <algorithm>
#include <utility>

#include "sim/components/dma/dma_chunks.h"
#include "sim/components/glb/glb_regions.h"
#include "sim/mapping/layer_extent.h"

namespace deltasim {
namespace {

/// Outputs between two looks at the buffer.
constexpr std::int64_t kChunkOutputs = 4096;

/// What one tile brings past the delta unit.
struct DrainWork {
  std::int64_t outputs = 0;
  std::int64_t lane_work = 0;  ///< additions and outputs that lanes spend a slot on
  std::vector<std::pair<DataKind, EncodedSize>> reads, writes;

  DrainWork(const LayerJob& job, const Tile& tile, const LayerJob::Pooling& pooling)
      : outputs(job.outputs(tile)), lane_work(outputs + pooling.outputs + pooling.additions) {
    for (const Traffic& t : job.state_read(tile)) reads.emplace_back(t.kind, t.in_buffer);
    for (const Traffic& t : job.joined(tile)) reads.emplace_back(t.kind, t.in_buffer);
    reads.emplace_back(DataKind::kState, EncodedSize{pooling.state_read, 0});
    for (const Traffic& t : job.state_written(tile)) writes.emplace_back(t.kind, t.in_buffer);
    for (const Traffic& t : job.encoded_outputs(tile)) writes.emplace_back(t.kind, t.in_buffer);
    writes.emplace_back(DataKind::kState, EncodedSize{pooling.state_written, 0});
  }
};

}  // namespace

DeltaUnitModule::DeltaUnitModule(sc_core::sc_module_name name)
    : sc_module(name), to_buffer("to_buffer") {}

void DeltaUnitModule::start(const AcceleratorSpec& spec, const ClockDomain& clock) {
  spec_ = &spec;
  clock_ = clock;
  activity_ = {};
  busy_ = 0;
}

void DeltaUnitModule::process(const LayerJob& job, const Tile& tile, const SumSource& sums) {
  const LayerJob::Pooling pooling = job.pooling(tile);
  const DrainWork work(job, tile, pooling);
  count(job, tile, pooling);
  const std::int64_t chunks = std::max<std::int64_t>(1, ceil_div(work.lane_work, kChunkOutputs));
  const auto pass = [&](const auto& transfers, tlm::tlm_command command, std::int64_t chunk) {
    std::int64_t end = clock_.now();
    for (const auto& [kind, size] : transfers) {
      TransferInfo info;
      info.kind = kind;
      info.size = share_of(size, chunk, chunk + 1, chunks);
      if (info.size.total() == 0) continue;
      info.address = glb_address(spec_->glb, region_of(kind), std::int64_t{tile.pixels.begin});
      end = std::max(end, clock_.now(initiator_.send(to_buffer, info, command)));
    }
    return end;
  };
  for (std::int64_t chunk = 0; chunk < chunks; ++chunk) {
    const std::int64_t begin = clock_.now();
    const auto part = [&](std::int64_t whole) {
      return share_up_to(whole, chunk + 1, chunks) - share_up_to(whole, chunk, chunks);
    };
    const std::int64_t came = clock_.now(sums(part(work.outputs)));
    const std::int64_t read = pass(work.reads, tlm::TLM_READ_COMMAND, chunk);
    const std::int64_t busy = ceil_div<std::int64_t>(part(work.lane_work), spec_->delta_unit.lanes);
    busy_ += busy;
    wait_until(clock_, std::max({came, read, begin + busy}));
    pass(work.writes, tlm::TLM_WRITE_COMMAND, chunk);
  }
  if (work.lane_work > 0) {
    wait_until(clock_, clock_.now() + spec_->delta_unit.pipeline_depth.value());
  }
}

void DeltaUnitModule::count(const LayerJob& job, const Tile& tile,
                            const LayerJob::Pooling& pooling) {
  const std::int64_t outputs = job.outputs(tile);
  const auto add = [&](Action action, DataKind kind, std::int64_t n) {
    activity_.at(Component::kDeltaUnit, action, kind) += n;
  };
  if (job.plan().keeps_sum) add(Action::kAccumulate, DataKind::kState, outputs);
  for (const Traffic& joined : job.joined(tile)) {
    const std::int64_t bits = joined.kind == DataKind::kPartialSum
                                  ? spec_->pe_array.partial_sum_bits.value()
                                  : spec_->pe_array.activation_bits.value();
    add(Action::kAccumulate, joined.kind, joined.in_buffer.value_bits / bits);
  }
  add(Action::kAccumulate, DataKind::kActivation, pooling.additions);
  if (!job.plan().emits || job.plan().sink < 0) return;
  add(Action::kQuantize, DataKind::kActivation, outputs + pooling.outputs);
  add(Action::kEncode, DataKind::kActivation, outputs + pooling.outputs);
}

}  // namespace deltasim
