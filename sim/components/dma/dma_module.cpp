#include "sim/components/dma/dma_module.h"

#include "sim/components/dma/dma_chunks.h"
#include "sim/components/glb/glb_regions.h"

namespace deltasim {
namespace {

/// After so much another stream may have its turn.
constexpr std::int64_t kChunkBytes = 16384;

}  // namespace

DmaModule::DmaModule(sc_core::sc_module_name name)
    : sc_module(name), to_dram("to_dram"), to_buffer("to_buffer") {}

void DmaModule::start(const AcceleratorSpec& spec, std::int64_t burst_bytes) {
  spec_ = &spec;
  burst_bytes_ = burst_bytes;
  activity_ = {};
  loads_.reset();
  stores_.reset();
}

void DmaModule::observe(TimelineRecorder& recorder) {
  loads_.emplace(recorder, recorder.add_track({kDmaPart, "load", "bytes"}));
  stores_.emplace(recorder, recorder.add_track({kDmaPart, "store", "bytes"}));
}

sc_core::sc_time DmaModule::load(const Traffic& traffic) {
  if (!traffic.ranges.empty()) {
    activity_.at(Component::kDeltaUnit, Action::kDecode, traffic.kind) +=
        traffic.decoded(spec_->pe_array.activation_bits.value());
  }
  return copy(traffic, true);
}

void DmaModule::store(const Traffic& traffic) { copy(traffic, false); }

sc_core::sc_time DmaModule::copy(const Traffic& traffic, bool load) {
  DmaChunks chunks(traffic.ranges, kChunkBytes, burst_bytes_);
  TransferInfo in_dram;
  TransferInfo in_buffer;
  in_dram.kind = in_buffer.kind = traffic.kind;
  sc_core::sc_time done = sc_core::sc_time_stamp();
  std::optional<ModuleTracks>& tracks = load ? loads_ : stores_;
  while (chunks.next()) {
    if (tracks) tracks->begin(to_string(traffic.kind));
    const std::int64_t from = chunks.bytes_before();
    const std::int64_t to = chunks.bytes_so_far();
    in_dram.ranges = chunks.ranges();
    in_dram.size = share_of(traffic.in_dram, from, to, chunks.bytes_in_all());
    in_buffer.size = share_of(traffic.in_buffer, from, to, chunks.bytes_in_all());
    in_buffer.address = glb_address(spec_->glb, region_of(traffic.kind), from);
    if (load) {
      done = sc_core::sc_time_stamp() + initiator_.send(to_dram, in_dram, tlm::TLM_READ_COMMAND);
      sc_core::wait(in_dram.accepted);
      // Words are written as they come; the last ones are still on their way.
      initiator_.send(to_buffer, in_buffer, tlm::TLM_WRITE_COMMAND);
    } else {
      sc_core::wait(initiator_.send(to_buffer, in_buffer, tlm::TLM_READ_COMMAND));
      done = sc_core::sc_time_stamp() + initiator_.send(to_dram, in_dram, tlm::TLM_WRITE_COMMAND);
      sc_core::wait(in_dram.accepted);
    }
    if (tracks) tracks->end(to - from);
  }
  return done;
}

}  // namespace deltasim
