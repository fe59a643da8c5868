// Cost of the DRAM model per burst of 64 bytes: long streams in closed form and burst by burst,
// random bursts, chunks as a DMA asks for them, gathers of short ranges.

#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "sim/components/dram/dram_model.h"
#include "sim/validation/dram_patterns.h"

namespace {

using namespace deltasim::dram;

constexpr std::int64_t kBurst = 64;
constexpr std::int64_t kStream = 1 << 18;  // bursts: 16 MiB

DramPart part() { return load_dram_part(DELTASIM_SOURCE_DIR "/configs/dram", "ddr4_2400_8gb_x8"); }

DramChannel channel(std::string_view mapping, bool closed_form) {
  ChannelOptions options;
  options.closed_form = closed_form;
  const DramPart p = part();
  return DramChannel(std::make_shared<const ChannelSetup>(
      p, AddressMapping(mapping, p.organisation, 1, 1), options));
}

DramModel model() {
  const DramPart p = part();
  return DramModel(p, AddressMapping("row_bank_column_bankgroup", p.organisation, 1, 1));
}

void per_burst(benchmark::State& state, std::int64_t bursts) {
  state.counters["time_per_burst"] = benchmark::Counter(
      static_cast<double>(bursts),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
  state.counters["requests_per_second"] = benchmark::Counter(
      static_cast<double>(bursts), benchmark::Counter::kIsIterationInvariantRate);
}

void stream(benchmark::State& state, std::string_view mapping, bool closed_form) {
  const DramChannel empty = channel(mapping, closed_form);
  for (auto _ : state) {
    DramChannel c = empty;
    c.offer(0, kStream, false, 0);
    c.run_until_idle();
    benchmark::DoNotOptimize(c.data_end());
  }
  per_burst(state, kStream);
}
BENCHMARK_CAPTURE(stream, bank_groups_closed_form, "row_bank_column_bankgroup", true);
BENCHMARK_CAPTURE(stream, bank_groups_burst_by_burst, "row_bank_column_bankgroup", false);
BENCHMARK_CAPTURE(stream, one_bank_closed_form, "bankgroup_bank_row_column", true);
BENCHMARK_CAPTURE(stream, one_bank_burst_by_burst, "bankgroup_bank_row_column", false);

std::vector<std::int64_t> random_bursts(std::int64_t count) {
  std::vector<std::int64_t> bursts;
  std::uint64_t x = 88172645463325252;
  for (std::int64_t i = 0; i < count; ++i) {
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    bursts.push_back(static_cast<std::int64_t>(x % (1 << 24)));
  }
  return bursts;
}

/// The request patterns of the reference simulators, all offered at once.
template <typename Channel>
void pattern(benchmark::State& state, std::string_view name) {
  const std::vector<deltasim::DramRequest> requests = deltasim::dram_pattern(name);
  const DramPart p = part();
  const Channel empty(std::make_shared<const ChannelSetup>(
      p, AddressMapping("row_bank_column_bankgroup", p.organisation, 1, 1), ChannelOptions{}));
  for (auto _ : state) {
    Channel c = empty;
    for (const auto& request : requests) {
      c.offer(request.address / kBurst, 1, request.write, 0);
    }
    c.run_until_idle();
    benchmark::DoNotOptimize(c.data_end());
  }
  per_burst(state, static_cast<std::int64_t>(requests.size()));
}
void window(benchmark::State& state, std::string_view name) { pattern<DramChannel>(state, name); }
BENCHMARK_CAPTURE(window, seqr, "seqr");
BENCHMARK_CAPTURE(window, seqw, "seqw");
BENCHMARK_CAPTURE(window, mix, "mix");
BENCHMARK_CAPTURE(window, rndr, "rndr");
BENCHMARK_CAPTURE(window, rndw, "rndw");

void bank_queues(benchmark::State& state, std::string_view name) {
  pattern<QueuedChannel>(state, name);
}
BENCHMARK_CAPTURE(bank_queues, seqr, "seqr");
BENCHMARK_CAPTURE(bank_queues, rndr, "rndr");

/// A stream in chunks of so many bytes; the next one is offered when the one before the last is
/// there, as a DMA with two buffers does.
void chunks(benchmark::State& state) {
  const std::int64_t bytes = state.range(0);
  const DramModel empty = model();
  for (auto _ : state) {
    DramModel m = empty;
    Clock ready = 0;
    Clock before = 0;
    for (std::int64_t at = 0; at < kStream * kBurst; at += bytes) {
      const Clock done = m.serve({at, bytes}, false, before).completed;
      before = ready;
      ready = done;
    }
    benchmark::DoNotOptimize(m.finish());
  }
  per_burst(state, kStream);
}
BENCHMARK(chunks)->Arg(1 << 10)->Arg(1 << 12)->Arg(1 << 14);

/// Two reading streams and a writing one, 4 KiB in turn.
void interleaved_chunks(benchmark::State& state) {
  constexpr std::int64_t kChunk = 4096;
  constexpr std::int64_t kGap = std::int64_t{1} << 28;
  const DramModel empty = model();
  for (auto _ : state) {
    DramModel m = empty;
    Clock clock = 0;
    for (std::int64_t at = 0; at < kStream * kBurst / 4; at += kChunk) {
      m.serve({at, kChunk}, false, clock);
      m.serve({kGap + at, kChunk}, true, clock);
      clock = m.serve({2 * kGap + at, kChunk}, false, clock).completed;
    }
    benchmark::DoNotOptimize(m.finish());
  }
  per_burst(state, kStream / 4 * 3);
}
BENCHMARK(interleaved_chunks);

/// Transactions of 64 ranges of two bursts each, anywhere.
void gather(benchmark::State& state) {
  const std::vector<std::int64_t> bursts = random_bursts(64 * 512);
  const DramModel empty = model();
  for (auto _ : state) {
    DramModel m = empty;
    Clock clock = 0;
    std::vector<ByteRange> ranges(64);
    for (std::size_t i = 0; i < bursts.size(); i += ranges.size()) {
      for (std::size_t k = 0; k < ranges.size(); ++k) {
        ranges[k] = {bursts[i + k] * kBurst, 2 * kBurst};
      }
      clock = m.serve(ranges, false, clock).completed;
    }
    benchmark::DoNotOptimize(clock);
  }
  per_burst(state, static_cast<std::int64_t>(bursts.size()) * 2);
}
BENCHMARK(gather);

}  // namespace

BENCHMARK_MAIN();
