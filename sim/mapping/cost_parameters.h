#pragma once
// What the mapping search takes an action to cost. It only ranks mappings; what a run reports
// comes from the simulated counts and the energy table.

namespace deltasim {

/// Energy of one action. The default is Eyeriss's ratio of register file : MAC : NoC : global
/// buffer : DRAM = 1 : 1 : 2 : 6 : 200 for a 16-bit word (Chen, Emer, Sze, ISCA 2016, Table IV),
/// one MAC being 1.
struct MappingEnergies {
  double mac = 1;
  double register_file_bit = 1.0 / 16;
  double noc_bit_hop = 2.0 / 16;
  double glb_bit = 6.0 / 16;
  double dram_bit = 200.0 / 16;
};

struct CostParameters {
  MappingEnergies energy;
  /// Of all channels together; where 0, that of `kDramBytesPerSecond` for each channel.
  double dram_bytes_per_second = 0;
  /// Beside its value, an event carries where it belongs.
  int event_index_bits = 16;
  /// Between two tiles of an event-driven or row-stationary array: the first word of the next
  /// tile comes from DRAM or the buffer, and groups that were done early wait for the last.
  double tile_overhead_cycles = 64;
  /// Share of the shorter of array time and DRAM time that double buffering does not hide. Also
  /// breaks ties: where DRAM is the limit, a faster array is still the better one.
  double overlap_loss = 0.1;
};

/// What one channel of DDR4-2400 x 64 sustains: 64 bytes in 4.2 clocks of 0.833 ns.
inline constexpr double kDramBytesPerSecond = 64 / (4.2 * 0.8333e-9);

}  // namespace deltasim
