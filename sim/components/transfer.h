#pragma once
// The transaction that the modules pass through their TLM-2.0 sockets: data on their way, by what
// they are, without their values.

#include <systemc>
#include <tlm>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "arch/activity.h"
#include "sim/components/dram/dram_model.h"
#include "sim/components/noc/noc_model.h"

namespace deltasim {

/// How the NoC spreads a transfer.
enum class Spread : std::uint8_t { kMulticast, kScatter };

/// Rides on every payload. Whoever makes the transaction keeps what the spans point to.
struct TransferInfo : tlm::tlm_extension<TransferInfo> {
  DataKind kind = DataKind::kActivation;
  std::int64_t bits = 0;                    ///< of the data themselves
  std::int64_t index_bits = 0;              ///< counted as DataKind::kIndex
  std::int64_t address = 0;                 ///< in the global buffer, bytes
  std::span<const dram::ByteRange> ranges;  ///< in DRAM
  Destinations to;                          ///< on the NoC
  Spread spread = Spread::kMulticast;
  /// Answer of the DRAM: how long after the call the last burst has entered the controller.
  sc_core::sc_time accepted;
  /// Answer of the network: how long after the call the first bits have arrived.
  sc_core::sc_time first_arrival;

  std::int64_t total_bits() const { return bits + index_bits; }
  tlm::tlm_extension_base* clone() const override { return new TransferInfo(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override {
    *this = static_cast<const TransferInfo&>(other);
  }
};

/// Adds a transfer to `counts` as reads or writes of a component.
inline void count_transfer(Activity& counts, Component component, Action action,
                           const TransferInfo& info) {
  counts.at(component, action, info.kind) += info.bits;
  counts.at(component, action, DataKind::kIndex) += info.index_bits;
}

/// Sends `info` through a socket's b_transport.
/// @param offset how long after now the transfer is offered
/// @return how long after now it is done
template <typename Socket>
sc_core::sc_time send(Socket& socket, TransferInfo& info, tlm::tlm_command command,
                      sc_core::sc_time offset = sc_core::SC_ZERO_TIME) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(static_cast<sc_dt::uint64>(info.address));
  payload.set_data_length(0);
  payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  payload.set_extension(&info);
  socket->b_transport(payload, offset);
  payload.clear_extension(&info);
  return offset;
}

/// The transfer of a payload that send() made.
inline TransferInfo& transfer_of(const tlm::tlm_generic_payload& payload) {
  return *payload.get_extension<TransferInfo>();
}

/// Whole cycles of a clock in SystemC time, and back (rounded up).
class ClockDomain {
 public:
  /// The period is a whole number of picoseconds.
  explicit ClockDomain(Hertz frequency)
      : period_(std::max(1.0, std::round(1e12 / frequency.value())), sc_core::SC_PS) {}
  sc_core::sc_time period() const { return period_; }
  sc_core::sc_time time(std::int64_t cycles) const {
    return sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(cycles) * period_.value());
  }
  std::int64_t cycles(const sc_core::sc_time& time) const {
    return static_cast<std::int64_t>((time.value() + period_.value() - 1) / period_.value());
  }
  /// The cycle that it is now, or `offset` after now.
  std::int64_t now(const sc_core::sc_time& offset = sc_core::SC_ZERO_TIME) const {
    return cycles(sc_core::sc_time_stamp() + offset);
  }
  /// How long it is from now until a cycle; nothing where that has passed.
  sc_core::sc_time until(std::int64_t cycle) const {
    const sc_core::sc_time then = time(cycle);
    return then > sc_core::sc_time_stamp() ? then - sc_core::sc_time_stamp()
                                           : sc_core::SC_ZERO_TIME;
  }

 private:
  sc_core::sc_time period_;
};

}  // namespace deltasim
