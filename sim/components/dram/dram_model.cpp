#include "sim/components/dram/dram_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "arch/errors.h"

namespace deltasim::dram {
namespace {

ChannelOptions options_of(const DramSpec& spec) {
  ChannelOptions options;
  static_cast<ControllerSpec&>(options) = spec.controller;
  return options;
}

std::shared_ptr<const ChannelSetup> setup_of(const DramSpec& spec,
                                             const std::filesystem::path& part_folder) {
  DramPart part = load_dram_part(part_folder, spec.part);
  AddressMapping mapping(spec.address_mapping, part.organisation, spec.channels, spec.ranks);
  return std::make_shared<const ChannelSetup>(std::move(part), std::move(mapping),
                                              options_of(spec));
}

}  // namespace

std::int64_t bursts_of(const ByteRange& range, std::int64_t burst_bytes) {
  if (range.bytes == 0) return 0;
  return (range.address + range.bytes - 1) / burst_bytes - range.address / burst_bytes + 1;
}

DramModel::DramModel(std::shared_ptr<const ChannelSetup> setup) : setup_(std::move(setup)) {
  const auto count = static_cast<std::size_t>(setup_->mapping.channels());
  if (setup_->options.queues == QueueStructure::kPerBank) {
    channels_ = Channels<QueuedChannel>(count, Channel<QueuedChannel>(setup_));
  } else {
    channels_ = Channels<DramChannel>(count, Channel<DramChannel>(setup_));
  }
}

DramModel::DramModel(DramPart part, AddressMapping mapping, ChannelOptions options)
    : DramModel(
          std::make_shared<const ChannelSetup>(std::move(part), std::move(mapping), options)) {}

DramModel::DramModel(const DramSpec& spec, const std::filesystem::path& part_folder)
    : DramModel(setup_of(spec, part_folder)) {}

Service DramModel::serve(std::span<const ByteRange> ranges, bool write, Clock offered,
                         DataKind kind) {
  offered = last_offered_ = std::max(offered, last_offered_);
  return std::visit([&](auto& channels) { return serve(channels, ranges, write, offered, kind); },
                    channels_);
}

template <typename Controller>
Service DramModel::serve(Channels<Controller>& channels, std::span<const ByteRange> ranges,
                         bool write, Clock offered, DataKind kind) const {
  for (Channel<Controller>& channel : channels) {
    // What was foretold has come true where nothing came in between.
    if (std::exchange(channel.has_foretold, false) && channel.foretold.now() <= offered) {
      std::swap(channel.settled, channel.foretold);
    }
    channel.settled.begin_transaction();
  }
  for (const ByteRange& range : ranges) offer(channels, range, write, offered, kind);
  Service service{offered, offered};
  for (Channel<Controller>& channel : channels) {
    if (!channel.settled.has_latest()) continue;
    channel.settled.run_until_taken();
    service.accepted = std::max(service.accepted, channel.settled.last_taken() + 1);
    if (write) continue;
    if (const std::optional<Clock> end = channel.settled.foretell()) {
      service.completed = std::max(service.completed, *end);
      continue;
    }
    channel.foretold = channel.settled;
    channel.foretold.bus_log().take();  // that is settled's to tell
    channel.foretold.run_until_served();
    channel.has_foretold = true;
    service.completed = std::max(service.completed, channel.foretold.latest_completed());
  }
  if (write) service.completed = service.accepted;
  return service;
}

template <typename Controller>
void DramModel::offer(Channels<Controller>& channels, const ByteRange& range, bool write,
                      Clock offered, DataKind kind) const {
  if (range.bytes == 0) return;
  if (range.address < 0 || range.bytes < 0 || range.address > capacity_bytes() - range.bytes) {
    throw ConfigError(part().name,
                      fmt::format("{} bytes at address {} do not lie in a DRAM of {} bytes",
                                  range.bytes, range.address, capacity_bytes()));
  }
  const std::int64_t burst_bytes = part().organisation.burst_bytes();
  const std::int64_t first = range.address / burst_bytes;
  const std::int64_t end = first + bursts_of(range, burst_bytes);
  for (std::size_t c = 0; c < channels.size(); ++c) {
    const std::int64_t from = setup_->mapping.first_in_channel(first, static_cast<int>(c));
    const std::int64_t to = setup_->mapping.first_in_channel(end, static_cast<int>(c));
    channels[c].settled.offer(from, to - from, write, offered, kind);
  }
}

Clock DramModel::finish(Clock clock) {
  const auto finish_all = [&](auto& channels) {
    Clock end = 0;
    for (auto& channel : channels) {
      channel.has_foretold = false;
      channel.settled.run_until_idle();
      end = std::max(end, channel.settled.data_end());
    }
    finished_ = std::max({finished_, clock, end});
    for (auto& channel : channels) channel.settled.run_until(finished_);
    return end;
  };
  last_offered_ = std::max(last_offered_, clock);
  return std::visit(finish_all, channels_);
}

Counters DramModel::counters(Clock now) const {
  const auto sum_all = [&](const auto& channels) {
    Counters sum;
    for (const auto& channel : channels) {
      auto rest = channel.settled;
      const Clock until = std::max({now, finished_, rest.now()});
      rest.run_until(until);
      sum.states += rest.states_until(until);
      rest.run_until_idle();
      sum += rest.counters();
    }
    return sum;
  };
  return std::visit(sum_all, channels_);
}

void DramModel::log_bus() {
  const auto turn_on = [](auto& channels) {
    for (auto& channel : channels) channel.settled.bus_log().turn_on();
  };
  std::visit(turn_on, channels_);
}

std::vector<BusRecord> DramModel::take_bus_log(int number) {
  const auto take = [&](auto& channels) {
    return channels[static_cast<std::size_t>(number)].settled.bus_log().take();
  };
  return std::visit(take, channels_);
}

std::vector<BusRecord> DramModel::bus_log_until(int number, Clock now) const {
  const auto run_ahead = [&](const auto& channels) {
    auto ahead = channels[static_cast<std::size_t>(number)].settled;
    ahead.bus_log().take();
    ahead.run_until(now);
    return ahead.bus_log().take();
  };
  return std::visit(run_ahead, channels_);
}

std::int64_t DramModel::capacity_bytes() const {
  return setup_->mapping.capacity_bursts() * part().organisation.burst_bytes();
}

}  // namespace deltasim::dram
