#pragma once
// The transaction that the modules pass through their TLM-2.0 sockets: data on their way, by what
// they are, without their values.

#include <systemc>
#include <tlm>

#include <cstdint>
#include <span>

#include "arch/activity.h"
#include "sim/components/dram/dram_model.h"
#include "sim/components/encoder/activation_format.h"
#include "sim/components/noc/noc_model.h"
#include "sim/timeline/clock_period.h"

namespace deltasim {

/// How the network spreads a transfer.
enum class Spread : std::uint8_t {
  kMulticast,  ///< all destinations get the same
  kScatter,    ///< each gets its part
  kOneGroup,   ///< each bit goes to the PEs of one group, all groups alike
};

/// Rides on every payload. Whoever makes the transaction keeps what the span points to.
struct TransferInfo : tlm::tlm_extension<TransferInfo> {
  DataKind kind = DataKind::kActivation;
  EncodedSize size;
  std::span<const dram::ByteRange> ranges;  ///< in DRAM, or in the state's own memory
  std::int64_t address = 0;                 ///< in the global buffer, bytes

  // Through the network:
  EncodedSize carried;  ///< after decoding
  Destinations to;
  Spread spread = Spread::kMulticast;
  bool past_buffer = false;  ///< between the PEs and the delta unit

  /// Answer of the DRAM: when its controller has taken the last burst, after the call. Of the
  /// state's memory: when its last access has begun.
  sc_core::sc_time accepted;
  /// Answer of buffer and network: when the first bits have arrived, after the call.
  sc_core::sc_time first_arrival;

  tlm::tlm_extension_base* clone() const override { return new TransferInfo(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override {
    *this = static_cast<const TransferInfo&>(other);
  }
};

/// The transfer that rides on a payload.
inline TransferInfo& transfer_of(const tlm::tlm_generic_payload& payload) {
  return *payload.get_extension<TransferInfo>();
}

/// Adds a transfer to `counts` as reads or writes of a component.
inline void count_transfer(Activity& counts, Component component, Action action, DataKind kind,
                           const EncodedSize& size) {
  counts.at(component, action, kind) += size.value_bits;
  counts.at(component, action, DataKind::kIndex) += size.index_bits;
}

/// Makes transactions, one at a time: no target of this simulator suspends its caller.
class Initiator {
 public:
  Initiator() { payload_.set_data_length(0); }
  Initiator(const Initiator&) = delete;
  Initiator& operator=(const Initiator&) = delete;

  /// Sends `info` through a socket's b_transport.
  /// @return how long after now the transfer is done
  template <typename Socket>
  sc_core::sc_time send(Socket& socket, TransferInfo& info, tlm::tlm_command command) {
    payload_.set_command(command);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    payload_.set_extension(&info);
    sc_core::sc_time delay;
    socket->b_transport(payload_, delay);
    payload_.clear_extension(&info);
    return delay;
  }

 private:
  tlm::tlm_generic_payload payload_;
};

/// Whole periods of a clock that starts at a given moment of the simulation.
class ClockDomain {
 public:
  ClockDomain() = default;
  explicit ClockDomain(std::int64_t period_ps) : period_(period_ps), epoch_(now_ps()) {}
  /// The period is rounded to a whole number of picoseconds.
  explicit ClockDomain(Hertz frequency) : ClockDomain(clock_period_ps(frequency)) {}

  std::int64_t period_ps() const { return period_; }
  /// The cycle that begins now or next, or so long after now.
  std::int64_t now(const sc_core::sc_time& offset = sc_core::SC_ZERO_TIME) const {
    const std::int64_t since = now_ps() + ps(offset) - epoch_;
    return (since + period_ - 1) / period_;
  }
  /// How long it is from now until a cycle; nothing where that has passed.
  sc_core::sc_time until(std::int64_t cycle) const {
    const std::int64_t left = epoch_ + cycle * period_ - now_ps();
    return sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(left > 0 ? left : 0));
  }

 private:
  static std::int64_t ps(const sc_core::sc_time& time) {
    return static_cast<std::int64_t>(time.value());
  }
  static std::int64_t now_ps() { return ps(sc_core::sc_time_stamp()); }

  std::int64_t period_ = 1;
  std::int64_t epoch_ = 0;
};

/// Waits in a thread until a cycle of the clock, not at all where that has come.
inline void wait_until(const ClockDomain& clock, std::int64_t cycle) {
  const sc_core::sc_time left = clock.until(cycle);
  if (left != sc_core::SC_ZERO_TIME) sc_core::wait(left);
}

}  // namespace deltasim
