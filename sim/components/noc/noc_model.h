#pragma once
// The network between the global buffer and the PEs: flits, hops, multicast trees and contended
// links, in cycles. No SystemC.

#include <cstdint>
#include <memory>
#include <vector>

#include "arch/accelerator.h"
#include "sim/components/glb/glb_model.h"
#include "sim/timeline/timeline_recorder.h"

namespace deltasim {

/// PEs that one transfer goes to: `groups` blocks of `pes_per_group` neighbours, spread evenly
/// over the array in row-major order.
struct Destinations {
  int groups = 1;
  int pes_per_group = 1;
  int pes() const { return groups * pes_per_group; }
};

/// Requests of each direction come in the order of their time; a transfer holds the links that it
/// shares with others for its flits. Partial sums enter and leave along the array's columns, one
/// link a column and direction, whatever the topology: the delta unit and the buffer's ports lie
/// at the edge.
class NocModel {
 public:
  NocModel(const NocSpec& spec, int rows, int columns);
  virtual ~NocModel() = default;

  /// The same bits to all destinations (one multicast where the network has it, one copy after
  /// the other where not), offered at cycle `time`. `end` is when the last flit has arrived.
  Service multicast(std::int64_t time, std::int64_t bits, const Destinations& to);
  /// Different bits to every destination, `bits` in all.
  Service scatter(std::int64_t time, std::int64_t bits, const Destinations& to);

  /// Every bit to all PEs of one group, the groups sharing the bits evenly.
  Service to_one_group(std::int64_t time, std::int64_t bits, const Destinations& to);

  /// Sums, `bits` in all, from all PEs alike out of the array.
  Service collect(std::int64_t time, std::int64_t bits);
  /// Sums into the array, to all PEs alike.
  Service distribute(std::int64_t time, std::int64_t bits);

  /// Bits x hops so far.
  std::int64_t bit_hops() const { return bit_hops_; }
  /// Cycles so far in which the way into the array was in use.
  std::int64_t busy_cycles() const { return inward_.flits / injection_ports(); }
  /// Tells of the flits that its ways carry from here on: as calendars, the way into the array,
  /// that of sums into it and that of sums out of it. nullptr: nobody wants to know.
  void tell(CalendarTracks* listener) { listener_ = listener; }
  /// Cycles from the buffer to the destination farthest away.
  virtual std::int64_t latency(const Destinations& to) const = 0;

 protected:
  /// Links that a multicast to these PEs crosses.
  virtual std::int64_t tree_links(const Destinations& to) const = 0;
  /// Links on the way to one of these PEs, on the average, times their number.
  virtual std::int64_t path_links(const Destinations& to) const = 0;
  /// Links that a multicast to one group crosses, summed over the groups.
  virtual std::int64_t group_links(const Destinations& to) const {
    return to.groups * tree_links({.groups = 1, .pes_per_group = to.pes_per_group});
  }
  /// Transfers that can be under way at once from the buffer's side.
  virtual int injection_ports() const { return 1; }

  NocSpec spec_;
  int rows_, columns_;

 private:
  /// Some links side by side.
  struct Way {
    std::size_t number = 0;
    std::int64_t free = 0;   ///< first free slot; every cycle has one a link
    std::int64_t flits = 0;  ///< so far
  };
  Service send(Way& way, std::int64_t links, std::int64_t time, std::int64_t flits,
               std::int64_t latency);

  std::int64_t bit_hops_ = 0;
  Service along_columns(Way& way, std::int64_t time, std::int64_t bits);

  Way inward_{.number = 0}, sums_in_{.number = 1}, sums_out_{.number = 2};
  CalendarTracks* listener_ = nullptr;
};

/// The topology that the spec names, for an array of rows x columns.
///
///   bus       every PE hangs on one line: a broadcast and a single transfer both drive it once,
///             over a length that counts as one hop a row and one a column
///   mesh      XY routing from a port beside PE (0, 0); a multicast goes along the tree
///   crossbar  one hop; a port an array row, so that rows are served side by side
///   systolic  neighbour links: a transfer enters at the edge and is handed on row by row
std::unique_ptr<NocModel> make_noc(const NocSpec& spec, int rows, int columns);

}  // namespace deltasim
