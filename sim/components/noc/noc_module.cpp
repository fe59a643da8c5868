#include "sim/components/noc/noc_module.h"

#include <algorithm>

#include "sim/components/module_tracks.h"

namespace deltasim {

NocModule::NocModule(sc_core::sc_module_name name)
    : sc_module(name), from_array("from_array"), to_buffer("to_buffer") {
  from_array.register_b_transport(this, &NocModule::b_transport);
}

void NocModule::start(const NocSpec& spec, int rows, int columns, const ClockDomain& clock) {
  clock_ = clock;
  model_ = make_noc(spec, rows, columns);
  activity_ = {};
  tracks_.reset();
}

void NocModule::observe(TimelineRecorder& recorder) {
  std::vector<int> tracks;
  for (const char* way : {"into the array", "sums in", "sums out"}) {
    tracks.push_back(recorder.add_track({kNocPart, way, "flits"}));
  }
  tracks_.emplace(recorder, std::move(tracks), clock_.period_ps());
  model_->tell(&*tracks_);
}

Service NocModule::carry_in(std::int64_t cycle, const TransferInfo& info) {
  const std::int64_t before = model_->bit_hops();
  const std::int64_t bits = info.carried.total();
  const Service service =
      info.kind == DataKind::kPartialSum  ? model_->distribute(cycle, bits)
      : info.spread == Spread::kMulticast ? model_->multicast(cycle, bits, info.to)
      : info.spread == Spread::kOneGroup  ? model_->to_one_group(cycle, bits, info.to)
                                          : model_->scatter(cycle, bits, info.to);
  count(info, model_->bit_hops() - before);
  return service;
}

void NocModule::count(const TransferInfo& info, std::int64_t bit_hops) {
  const std::int64_t bits = info.carried.total();
  if (bits == 0) return;
  // All bits go the same ways.
  const std::int64_t index_hops = bit_hops / bits * info.carried.index_bits;
  activity_.at(Component::kNoc, Action::kTransfer, info.kind) += bit_hops - index_hops;
  activity_.at(Component::kNoc, Action::kTransfer, DataKind::kIndex) += index_hops;
}

void NocModule::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  TransferInfo& info = transfer_of(payload);
  if (tracks_) tracks_->set_label(to_string(info.kind));
  if (payload.is_read()) {
    read(payload, info, delay);
  } else {
    write(payload, info, delay);
  }
}

void NocModule::read(tlm::tlm_generic_payload& payload, TransferInfo& info,
                     sc_core::sc_time& delay) {
  // Flits follow the words as these are read: the way begins with the first word and ends no
  // earlier than the last word's read and its latency.
  to_buffer->b_transport(payload, delay);
  const std::int64_t read_end = clock_.now(delay);
  const Service service = carry_in(clock_.now(info.first_arrival), info);
  const std::int64_t latency = model_->latency(info.to);
  info.first_arrival = clock_.until(service.begin + 1 + latency);
  delay = clock_.until(std::max(service.end, read_end + latency));
}

void NocModule::write(tlm::tlm_generic_payload& payload, TransferInfo& info,
                      sc_core::sc_time& delay) {
  const std::int64_t before = model_->bit_hops();
  const Service service = model_->collect(clock_.now(delay), info.carried.total());
  count(info, model_->bit_hops() - before);
  delay = clock_.until(service.end);
  if (info.past_buffer) {
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    return;
  }
  // Words are written as they come. The write is offered now, though the first comes later, for
  // the buffer is asked in the order of time.
  sc_core::sc_time written;
  to_buffer->b_transport(payload, written);
  delay = std::max(delay, written);
}

}  // namespace deltasim
