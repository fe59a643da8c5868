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

/// State on its way from or to a memory of its own, in as many parts as a tile has chunks.
class StateTrain {
 public:
  StateTrain(std::span<const dram::ByteRange> ranges, std::int64_t chunks, std::int64_t word_bytes)
      : pieces_(ranges, piece_bytes(ranges, chunks, word_bytes), word_bytes) {}

  /// Calls send(ranges) until what falls to the chunks up to this one has been sent.
  template <typename Send>
  void advance(std::int64_t chunk, std::int64_t chunks, Send send) {
    const std::int64_t due = share_up_to(pieces_.bytes_in_all(), chunk + 1, chunks);
    while (pieces_.bytes_so_far() < due && pieces_.next()) send(pieces_.ranges());
  }

 private:
  /// Whole words, so that no word falls into two pieces.
  static std::int64_t piece_bytes(std::span<const dram::ByteRange> ranges, std::int64_t chunks,
                                  std::int64_t word_bytes) {
    std::int64_t bytes = 0;
    for (const dram::ByteRange& range : ranges) bytes += range.bytes;
    return std::max<std::int64_t>(1, ceil_div(bytes, chunks * word_bytes)) * word_bytes;
  }

  DmaChunks pieces_;
};

}  // namespace

/// What one tile brings past the delta unit.
struct DeltaUnitModule::DrainWork {
  using Transfers = std::vector<std::pair<DataKind, EncodedSize>>;

  std::int64_t outputs = 0;
  std::int64_t lane_work = 0;  ///< additions and outputs that lanes spend a slot on
  std::int64_t chunks = 1;
  std::vector<Traffic> state_read, state_written;
  Transfers reads, writes;  ///< of the buffer
  std::vector<StateTrain> memory_reads, memory_writes;

  DrainWork(const LayerJob& job, const Tile& tile, const LayerJob::Pooling& pooling,
            std::int64_t word_bytes)
      : outputs(job.outputs(tile)),
        lane_work(outputs + pooling.outputs + pooling.additions),
        chunks(std::max<std::int64_t>(1, ceil_div(lane_work, kChunkOutputs))),
        state_read(job.state_read(tile)),
        state_written(job.state_written(tile)) {
    add_state(state_read, word_bytes, reads, memory_reads);
    for (const Traffic& t : job.joined(tile)) reads.emplace_back(t.kind, t.in_buffer);
    reads.emplace_back(DataKind::kState, EncodedSize{pooling.state_read, 0});
    add_state(state_written, word_bytes, writes, memory_writes);
    for (const Traffic& t : job.encoded_outputs(tile)) writes.emplace_back(t.kind, t.in_buffer);
    writes.emplace_back(DataKind::kState, EncodedSize{pooling.state_written, 0});
  }

 private:
  void add_state(const std::vector<Traffic>& state, std::int64_t word_bytes, Transfers& buffer,
                 std::vector<StateTrain>& memory) const {
    for (const Traffic& t : state) {
      if (t.memory_ranges.empty()) {
        buffer.emplace_back(t.kind, t.in_buffer);
      } else {
        memory.emplace_back(t.memory_ranges, chunks, word_bytes);
      }
    }
  }
};

DeltaUnitModule::DeltaUnitModule(sc_core::sc_module_name name)
    : sc_module(name), to_buffer("to_buffer"), to_state_memory("to_state_memory") {}

void DeltaUnitModule::start(const AcceleratorSpec& spec, const ClockDomain& clock) {
  spec_ = &spec;
  clock_ = clock;
  activity_ = {};
  busy_ = 0;
  writes_accepted_ = 0;
  lanes_.reset();
}

void DeltaUnitModule::observe(TimelineRecorder& recorder) {
  lanes_.emplace(recorder, recorder.add_track({kDeltaUnitPart, "lanes", "outputs"}));
}

std::int64_t DeltaUnitModule::pass_buffer(const DrainWork& work, const Tile& tile,
                                          const Chunk& chunk, tlm::tlm_command direction) {
  std::int64_t end = clock_.now();
  for (const auto& [kind, size] : direction == tlm::TLM_READ_COMMAND ? work.reads : work.writes) {
    TransferInfo info;
    info.kind = kind;
    info.size = share_of(size, chunk.index, chunk.index + 1, chunk.of);
    if (info.size.total() == 0) continue;
    info.address = glb_address(spec_->glb, region_of(kind), std::int64_t{tile.pixels.begin});
    end = std::max(end, clock_.now(initiator_.send(to_buffer, info, direction)));
  }
  return end;
}

std::int64_t DeltaUnitModule::pass_state_memory(DrainWork& work, const Chunk& chunk,
                                                tlm::tlm_command direction) {
  const bool read = direction == tlm::TLM_READ_COMMAND;
  std::int64_t end = clock_.now();
  for (StateTrain& train : read ? work.memory_reads : work.memory_writes) {
    train.advance(chunk.index, chunk.of, [&](std::span<const dram::ByteRange> ranges) {
      TransferInfo info;
      info.kind = DataKind::kState;
      info.ranges = ranges;
      end = std::max(end, clock_.now(initiator_.send(to_state_memory, info, direction)));
      if (!read) writes_accepted_ = std::max(writes_accepted_, clock_.now(info.accepted));
    });
  }
  return end;
}

void DeltaUnitModule::process(const LayerJob& job, const Tile& tile, const SumSource& sums) {
  const LayerJob::Pooling pooling = job.pooling(tile);
  const MemorySpec* memory = spec_->state_memory();
  DrainWork work(job, tile, pooling, memory == nullptr ? 1 : memory->width.value() / 8);
  count(job, tile, pooling);
  for (std::int64_t index = 0; index < work.chunks; ++index) {
    const Chunk chunk{index, work.chunks};
    // There is room for one chunk that waits to be written.
    wait_until(clock_, writes_accepted_);
    const std::int64_t begin = clock_.now();
    const auto part = [&](std::int64_t whole) {
      return share_up_to(whole, index + 1, work.chunks) - share_up_to(whole, index, work.chunks);
    };
    const std::int64_t came = clock_.now(sums(part(work.outputs)));
    const std::int64_t read = std::max(pass_buffer(work, tile, chunk, tlm::TLM_READ_COMMAND),
                                       pass_state_memory(work, chunk, tlm::TLM_READ_COMMAND));
    const std::int64_t busy = ceil_div<std::int64_t>(part(work.lane_work), spec_->delta_unit.lanes);
    busy_ += busy;
    if (lanes_) {
      lanes_->busy(clock_, begin, begin + busy, job.is_delta() ? "delta" : "activation",
                   part(work.outputs));
    }
    wait_until(clock_, std::max({came, read, begin + busy}));
    pass_buffer(work, tile, chunk, tlm::TLM_WRITE_COMMAND);
    pass_state_memory(work, chunk, tlm::TLM_WRITE_COMMAND);
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
    if (joined.buffer_format != ActivationFormat::kDense) {
      add(Action::kDecode, joined.kind, joined.in_buffer.value_bits / bits);
    }
  }
  add(Action::kAccumulate, DataKind::kActivation, pooling.additions);
  if (!job.plan().emits || job.plan().sink < 0) return;
  add(Action::kQuantize, DataKind::kActivation, outputs + pooling.outputs);
  add(Action::kEncode, DataKind::kActivation, outputs + pooling.outputs);
}

}  // namespace deltasim
