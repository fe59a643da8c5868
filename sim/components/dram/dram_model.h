#pragma once
// The DRAM of an accelerator as a resource: all channels, asked in the order of time.

#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "arch/accelerator.h"
#include "sim/components/dram/dram_channel.h"
#include "sim/components/dram/queued_channel.h"

namespace deltasim::dram {

/// [address, address + bytes) of the DRAM.
struct ByteRange {
  std::int64_t address = 0;
  std::int64_t bytes = 0;
};

/// When a transaction was served, in DRAM clocks.
struct Service {
  /// The clock after the last of its bursts entered a window: a write may be forgotten then.
  Clock accepted = 0;
  /// The clock after its last data beat, for a read; for a write, which is posted, `accepted`.
  Clock completed = 0;
};

/// Bursts that `range` touches; a part of a burst costs a whole one.
std::int64_t bursts_of(const ByteRange& range, std::int64_t burst_bytes);

/// Serves transactions in the order in which they are offered.
///
/// The bursts of all transactions share the windows, so FR-FCFS works across them, and the
/// commands, the counters and the final time are those of a controller that sees the same bursts
/// arrive, however they are cut into transactions. The one approximation: a read's completion is
/// foretold when it is offered, as if nothing came after it. What comes after cannot change it
/// before the read's last burst is in its window; from there on it can overtake with row hits, or
/// start a drain of writes. So `completed` may be early, by at most what the bursts that follow
/// take while the last window of the read is served.
class DramModel {
 public:
  DramModel(DramPart part, AddressMapping mapping, ChannelOptions options = {});
  /// Of an accelerator's description, the part being read from `part_folder`.
  DramModel(const DramSpec& spec, const std::filesystem::path& part_folder);

  /// Offers the bursts of `ranges`, which hold data of `kind`, in this order at clock `offered`.
  /// What is offered queues behind what was offered before; an earlier clock than that of the last
  /// call counts as that.
  /// @throws ConfigError where a range does not lie in the DRAM
  Service serve(std::span<const ByteRange> ranges, bool write, Clock offered,
                DataKind kind = DataKind::kActivation);
  Service serve(const ByteRange& range, bool write, Clock offered,
                DataKind kind = DataKind::kActivation) {
    return serve(std::span(&range, 1), write, offered, kind);
  }

  /// Serves all that was offered and lets time pass to `clock` or, where it is later, to the last
  /// data beat, refreshes included.
  /// @return the clock after the last data beat, 0 where there was none
  Clock finish(Clock clock = 0);
  /// Of all channels: commands when all that was offered so far is served, background states up to
  /// `now`, to the clock up to which time has passed by finish(), or (each channel for itself) up
  /// to its last command that nothing offered later can change, whichever is the latest.
  Counters counters(Clock now = 0) const;

  // For whoever draws the channels.
  int channels() const { return setup_->mapping.channels(); }
  /// Lets every channel keep its BusRecords from here on.
  void log_bus();
  /// A channel's records since the last call. A read that is still under way is told of when the
  /// commands for it can no longer change.
  std::vector<BusRecord> take_bus_log(int channel);
  /// What take_bus_log() does not tell of yet, but whose commands come before `now` and cannot
  /// change any more. It is told of again later.
  std::vector<BusRecord> bus_log_until(int channel, Clock now) const;

  const DramPart& part() const { return setup_->part; }
  std::int64_t capacity_bytes() const;

 private:
  template <typename Controller>
  struct Channel {
    explicit Channel(const std::shared_ptr<const ChannelSetup>& setup)
        : settled(setup), foretold(setup) {}
    Controller settled;   ///< as far as nothing offered later can change it
    Controller foretold;  ///< a copy that went on to the end of the latest read
    bool has_foretold = false;
  };
  template <typename Controller>
  using Channels = std::vector<Channel<Controller>>;
  using AnyChannels = std::variant<Channels<DramChannel>, Channels<QueuedChannel>>;

  explicit DramModel(std::shared_ptr<const ChannelSetup> setup);
  template <typename Controller>
  Service serve(Channels<Controller>& channels, std::span<const ByteRange> ranges, bool write,
                Clock offered, DataKind kind) const;
  template <typename Controller>
  void offer(Channels<Controller>& channels, const ByteRange& range, bool write, Clock offered,
             DataKind kind) const;

  std::shared_ptr<const ChannelSetup> setup_;
  AnyChannels channels_;
  Clock last_offered_ = 0;
  Clock finished_ = 0;  ///< time has passed up to here in all channels
};

}  // namespace deltasim::dram
