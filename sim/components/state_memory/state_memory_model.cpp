#include "sim/components/state_memory/state_memory_model.h"

#include <algorithm>
#include <cmath>

namespace deltasim {
namespace {

constexpr std::int64_t kBitsPerByte = 8;

std::int64_t rounded_up(Seconds time, Hertz clock) {
  // A time that is a whole number of cycles must not become one more by rounding.
  const double cycles = time.value() * clock.value();
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(cycles * (1 - 1e-9))));
}

}  // namespace

StateMemoryTimes cycles_of(const AccessTimes& times, Hertz clock) {
  return {.read = rounded_up(times.read, clock),
          .read_cycle = rounded_up(times.read_cycle, clock),
          .write = rounded_up(times.write, clock),
          .write_cycle = rounded_up(times.write_cycle, clock)};
}

StateMemoryModel::StateMemoryModel(const MemorySpec& spec, const StateMemoryTimes& times)
    : width_(spec.width.value()),
      ports_(spec.ports),
      times_(times),
      free_(static_cast<std::size_t>(spec.banks), 0) {}

std::int64_t StateMemoryModel::busy_cycles() const {
  return held_ / (ports_ * static_cast<std::int64_t>(free_.size()));
}

StateMemoryService StateMemoryModel::access(std::int64_t time,
                                            std::span<const dram::ByteRange> ranges, bool write) {
  StateMemoryService service{.words = 0, .accepted = time, .end = time};
  for (const dram::ByteRange& range : ranges) access(time, range, write, service);
  finish_ = std::max(finish_, service.end);
  return service;
}

void StateMemoryModel::access(std::int64_t time, const dram::ByteRange& range, bool write,
                              StateMemoryService& service) {
  if (range.bytes == 0) return;
  const std::int64_t first = range.address * kBitsPerByte / width_;
  const std::int64_t last = ((range.address + range.bytes) * kBitsPerByte - 1) / width_;
  const std::int64_t words = last - first + 1;
  const std::int64_t held = write ? times_.write_cycle : times_.read_cycle;
  const std::int64_t latency = write ? times_.write : times_.read;
  const auto banks = static_cast<std::int64_t>(free_.size());
  for (std::int64_t i = 0; i < std::min(words, banks); ++i) {
    const auto bank = static_cast<std::size_t>((first + i) % banks);
    std::int64_t& free = free_[bank];
    const std::int64_t slot = std::max(free, time * ports_);
    const std::int64_t in_bank = (words - i + banks - 1) / banks;
    free = slot + in_bank * held;
    if (listener_ != nullptr) listener_->taken(bank, slot, free, ports_, in_bank);
    const std::int64_t last_begin = (free - held + ports_ - 1) / ports_;
    service.accepted = std::max(service.accepted, last_begin);
    service.end = std::max(service.end, last_begin + latency);
  }
  service.words += words;
  held_ += words * held;
}

}  // namespace deltasim
