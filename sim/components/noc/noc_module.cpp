#include "sim/components/noc/noc_module.h"

namespace deltasim {

NocModule::NocModule(sc_core::sc_module_name name, const NocSpec& spec, int rows, int columns,
                     const ClockDomain& clock)
    : sc_module(name),
      from_array("from_array"),
      to_buffer("to_buffer"),
      clock_(clock),
      inward_(make_noc(spec, rows, columns)),
      outward_(make_noc(spec, rows, columns)) {
  from_array.register_b_transport(this, &NocModule::b_transport);
}

Service NocModule::carry(NocModel& network, std::int64_t cycle, const TransferInfo& info) {
  const std::int64_t before = network.bit_hops();
  const Service service = info.spread == Spread::kMulticast
                              ? network.multicast(cycle, info.total_bits(), info.to)
                              : network.scatter(cycle, info.total_bits(), info.to);
  const std::int64_t hops = network.bit_hops() - before;
  const std::int64_t index_hops =
      info.total_bits() > 0 ? hops * info.index_bits / info.total_bits() : 0;
  activity_.at(Component::kNoc, Action::kTransfer, info.kind) += hops - index_hops;
  activity_.at(Component::kNoc, Action::kTransfer, DataKind::kIndex) += index_hops;
  return service;
}

void NocModule::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  TransferInfo& info = transfer_of(payload);
  if (payload.is_write()) {
    // To the buffer: first the way, then the write.
    const Service service = carry(*outward_, clock_.now(delay), info);
    delay = clock_.until(service.end);
    to_buffer->b_transport(payload, delay);
    return;
  }
  // From the buffer: flits follow the words as these are read, so the way begins with the first
  // word and ends no earlier than the last word's read and its latency.
  to_buffer->b_transport(payload, delay);
  const std::int64_t read_end = clock_.now(delay);
  const Service service = carry(*inward_, clock_.now(info.first_arrival), info);
  info.first_arrival = clock_.until(service.begin + 1 + inward_->latency(info.to));
  delay = clock_.until(std::max(service.end, read_end + inward_->latency(info.to)));
}

}  // namespace deltasim
