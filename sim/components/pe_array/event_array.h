#pragma once
// The event-driven PE array as a plain model: which PE group an event goes to, how long it takes
// there, and what the array does meanwhile. No SystemC.

#include <array>
#include <cstdint>
#include <vector>

#include "arch/accelerator.h"
#include "arch/activity.h"
#include "arch/bitmap.h"
#include "sim/components/pe_array/event_queues.h"
#include "sim/mapping/tile_program.h"

namespace deltasim {

/// Lane cycles (PEs x lanes x cycles) lost to each cause.
using StallCycles = std::array<std::int64_t, kStalls>;

/// What the array did in one tile.
struct TileWork {
  std::int64_t events = 0;      ///< dispatched, each once however many groups it went to
  std::int64_t deliveries = 0;  ///< events times the PE groups that received them
  std::int64_t macs = 0;        ///< executed
  std::int64_t cycles = 0;      ///< from the tile's start to its last accumulation
  StallCycles stalls{};         ///< macs + sum(stalls) = PEs x lanes x cycles
};

/// The groups along the output rows own contiguous shares of the tile's rows, and the input rows
/// in the middle of their windows; an input row at a share's border goes to all groups that it
/// touches. The groups' row streams advance side by side: sub-train i sends every group's i-th own
/// row, pixel by pixel, and inside a pixel one event a group in turn. All PEs along the output
/// channels do the same, so one queue stands for them. In a tile of several whole convolution
/// groups these are shared out along groups_c, and an event concerns its own group's outputs.
class EventArray {
 public:
  /// @param slots_per_cycle events that the NoC brings in a cycle
  EventArray(const PeArraySpec& spec, const Mapping& mapping, const Layer& layer,
             int slots_per_cycle, Cycles hop_latency);

  /// @param operands the layer's input map; nullptr: every element is an event (dense execution)
  /// @param now cycle of the tile's start, after its weights have come
  void begin(const Tile& tile, const Bitmap* operands, std::int64_t now);
  /// Sub-trains of the tile; 0 where the tile reads no input row.
  int sub_trains() const { return sub_trains_; }
  /// Input rows that sub-train i carries, at most one a group.
  std::vector<int> sub_train_rows(int i) const;
  /// Its events, each counted once.
  std::int64_t events_in(int i);
  /// Runs sub-train i, the first of whose events reaches the dispatcher at cycle `available`.
  void run(int i, std::int64_t available);
  /// Cycle in which the last event so far left the dispatcher: the buffer behind it is free.
  std::int64_t dispatched() const { return queues_.dispatched(); }
  const EventQueues& queues() const { return queues_; }
  /// Drains the pipelines.
  /// @param last_arrival cycle in which the last of the tile's input came; it is not done before
  /// @return what the tile took, from begin()'s `now`
  TileWork finish(std::int64_t last_arrival);

  /// MACs of a tile of whole rows and channels whose operand is not zero and whose tap lies inside
  /// the map.
  static std::int64_t effectual_macs(const Layer& layer, const Tile& tile, const Bitmap& operands);

 private:
  struct RowTarget {
    int group = 0;          ///< along the rows
    std::int64_t taps = 0;  ///< output rows of the group that the input row contributes to
  };
  /// Input channels whose events all go to the same PEs along input and output channels.
  struct Stream {
    int group = 0;  ///< along the input channels
    Range channels;
  };

  void own_rows();
  void make_streams();
  void count_events(int i);
  void add_active(const Stream& stream, int row, int x, std::int64_t events);
  bool joins_held() const;
  void send_held();
  void add_stalls(std::int64_t cycles);

  const PeArraySpec& spec_;
  const Mapping& mapping_;
  const Layer& layer_;
  EventQueues queues_;
  std::vector<int> taps_x_;  ///< output columns that an input column contributes to

  const Tile* tile_ = nullptr;
  const Bitmap* operands_ = nullptr;
  std::int64_t begin_ = 0;
  int sub_trains_ = 0;
  std::vector<Stream> streams_;
  std::int64_t outputs_ = 0;  ///< output channels of the tile that an event contributes to
  std::int64_t service_ = 0;  ///< cycles a tap
  std::vector<std::vector<int>> rows_of_group_;
  std::vector<std::vector<RowTarget>> row_targets_;  ///< [row - input_rows.begin]
  TileWork work_;

  /// Of the sub-train that was counted last: [column][group with a row][stream].
  std::vector<std::int32_t> counts_;
  int counted_ = -1;
  /// A stream's events of one pixel, and where these go.
  struct Active {
    std::int64_t events = 0;
    std::size_t first_target = 0, targets = 0;
  };
  /// The streams that have events in one pixel. Where all have equally many, following pixels
  /// whose events go to the same places are added to them.
  struct Burst {
    std::vector<Active> streams;
    std::vector<EventTarget> targets;
    void clear() {
      streams.clear();
      targets.clear();
    }
  };
  Burst pixel_, held_;
  std::vector<EventTargets> round_;
};

}  // namespace deltasim
