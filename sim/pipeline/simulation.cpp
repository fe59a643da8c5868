#include "sim/pipeline/simulation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>

#include "arch/atomic_file.h"
#include "arch/errors.h"
#include "arch/interrupt.h"
#include "arch/sha256.h"
#include "sim/pipeline/worker_pool.h"
#include "traces/reader.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

/// Counts up whenever a change of the simulator makes earlier items worthless.
constexpr int kItemsVersion = 4;

struct Item {
  std::size_t mode = 0;
  std::size_t stream = 0;
  std::int64_t step = 0;
  std::string key{};
  fs::path file{};
};

/// How every layer runs. The mapping follows from densities that were seen in some frames, so it
/// is no function of what else is in an item's key.
std::string program_text(const StreamProgram& program) {
  std::string text = program.batch > 1 ? fmt::format("batch {}\n", program.batch) : "";
  for (std::size_t i = 0; i < program.programs.size(); ++i) {
    const LayerPlan& layer = program.plan.layers[i];
    text += fmt::format("{} {}", to_string(layer.mode), to_string(program.programs[i].mapping));
    // Where nothing is placed, state lives where the machine's text says.
    if (layer.state_place) text += fmt::format(" state {}", to_string(*layer.state_place));
    text += '\n';
  }
  return text;
}

std::string item_key(const ModeSetup& setup, const Item& item, const std::string& trace_sha256,
                     const std::string& frames, const std::string& tool_version) {
  Sha256 hash;
  hash.update(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", kItemsVersion, tool_version, trace_sha256,
                          setup.machine, item.stream, frames,
                          program_text(setup.streams[item.stream])));
  return hash.finish();
}

std::string content_of(const fs::path& file) {
  if (fs::is_directory(file)) throw IoError(file.string(), "read", EISDIR);
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

class Simulation {
 public:
  Simulation(const std::vector<ModeSetup>& setups, const SimulationOptions& options)
      : setups_(setups), options_(options), results_(setups.size()) {
    for (std::size_t mode = 0; mode < setups.size(); ++mode) {
      results_[mode].resize(setups[mode].streams.size());
      for (std::size_t stream = 0; stream < setups[mode].streams.size(); ++stream) {
        const std::int64_t steps = options.frames / options.batch;
        results_[mode][stream].resize(static_cast<std::size_t>(steps));
        for (std::int64_t step = 0; step < steps; ++step) add({mode, stream, step});
      }
    }
  }

  std::vector<ModeResults> run(ProgressListener& progress) {
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!load(items_[i])) open.push_back(i);
    }
    if (open.size() < items_.size()) {
      progress.note(fmt::format("{} of {} work items were simulated before",
                                items_.size() - open.size(), items_.size()));
    }
    progress.detail(fmt::format("{} work items: {} read from {}, {} to simulate in {} at a time",
                                items_.size(), items_.size() - open.size(), options_.items.string(),
                                open.size(), options_.jobs));
    if (open.empty()) return std::move(results_);
    progress.begin("simulating", static_cast<std::int64_t>(open.size()), "frames");
    run_in_workers(
        open, options_.jobs, [this](std::size_t i) { return simulate(items_[i]); },
        [&](ItemOutcome outcome) {
          take(std::move(outcome));
          progress.advance();
        });
    progress.end();
    report_faults();
    return std::move(results_);
  }

 private:
  void add(Item item) {
    item.key = item_key(setups_[item.mode], item, options_.trace_sha256, frames_text(item),
                        options_.tool_version);
    item.file = options_.items / (item.key + ".item");
    items_.push_back(std::move(item));
  }

  FrameResult& result_of(const Item& item) {
    return results_[item.mode][item.stream][static_cast<std::size_t>(item.step)];
  }

  std::vector<std::int64_t> frames_of(const Item& item) const {
    return frames_of_step(item.step, options_.frames, options_.batch);
  }

  std::string frames_text(const Item& item) const {
    return fmt::format("{}", fmt::join(frames_of(item), ", "));
  }

  bool load(const Item& item) {
    if (!fs::exists(item.file)) return false;
    // The name alone is no proof: a file can be copied over another.
    const std::string content = content_of(item.file);
    if (!content.starts_with(item.key)) return false;
    auto result = frame_result_from(std::string_view(content).substr(item.key.size()));
    if (!result) return false;
    result_of(item) = std::move(*result);
    return true;
  }

  /// In a worker process.
  std::string simulate(const Item& item) const {
    TraceReader reader(options_.trace);
    const std::vector<std::int64_t> numbers = frames_of(item);
    std::vector<FrameRecord> records(numbers.size());
    std::vector<BatchFrame> frames;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      reader.read(static_cast<int>(item.stream), numbers[i], records[i]);
      frames.push_back({&records[i], numbers[i] == 0});
    }
    return to_bytes(simulate_batch(setups_[item.mode].streams[item.stream], frames));
  }

  void take(ItemOutcome outcome) {
    const Item& item = items_[outcome.item];
    std::string fault = outcome.fault;
    auto result = fault.empty() ? frame_result_from(outcome.bytes) : std::nullopt;
    if (fault.empty() && !result) fault = "its result came damaged";
    if (!fault.empty()) {
      faults_.push_back(fmt::format("{} execution, stream {}, frame {}: {}",
                                    setups_[item.mode].name, item.stream, frames_text(item),
                                    fault));
      users_ = users_ && outcome.user_fault;
      return;
    }
    result_of(item) = std::move(*result);
    write_file_atomically(item.file, item.key + outcome.bytes);
  }

  void report_faults() const {
    if (faults_.empty()) return;
    const std::string text = fmt::format(
        "{} of {} work items failed; the others are kept, and the same command tries "
        "these again:\n  {}",
        faults_.size(), items_.size(), fmt::join(faults_, "\n  "));
    if (users_) throw ConfigError(options_.trace.string(), text);
    throw InternalError(text);
  }

  const std::vector<ModeSetup>& setups_;
  const SimulationOptions& options_;
  std::vector<ModeResults> results_;
  std::vector<Item> items_;
  std::vector<std::string> faults_;
  bool users_ = true;  ///< all faults are the user's
};

}  // namespace

bool keeps_state(const ModeSetup& setup) {
  return std::ranges::any_of(setup.streams, [](const StreamProgram& stream) {
    for (std::size_t i = 0; i < stream.plan.layers.size(); ++i) {
      const StatePlace home = stream.accelerator.state.place;
      if (state_place_of(stream.accelerator, stream.plan.layers[i]) != home) continue;
      if (state_footprint(stream.accelerator, stream.plan, i, stream.previous_recomputable) > 0) {
        return true;
      }
    }
    return false;
  });
}

namespace {

void require_memory_holds_state(const ModeSetup& setup) {
  const AcceleratorSpec& spec = setup.streams.front().accelerator;
  const MemorySpec* memory = spec.state_memory();
  if (memory == nullptr) return;
  std::int64_t bytes = 0;
  for (const StreamProgram& stream : setup.streams) bytes += stream.layout.memory_end;
  if (bytes <= memory->capacity.value()) return;
  throw ConfigError(Fault{.file = fmt::format("accelerator {}", spec.name),
                          .key_path = fmt::format("memories ({}).capacity", memory->name),
                          .found = print(memory->capacity),
                          .expected = fmt::format("room for the {} that all streams keep in "
                                                  "{} execution, or state.place: dram",
                                                  print(Bytes(bytes)), setup.name)});
}

}  // namespace

void require_state_fits(const ModeSetup& setup) {
  require_memory_holds_state(setup);
  const AcceleratorSpec& spec = setup.streams.front().accelerator;
  std::int64_t bytes = 0;
  for (const StreamProgram& stream : setup.streams) {
    bytes += stream.batch * glb_state_bytes(spec, stream.plan, stream.previous_recomputable);
  }
  if (bytes <= spec.glb.partition.state.value()) return;
  throw ConfigError(Fault{.key_path = "glb.partition.state",
                          .found = print(spec.glb.partition.state),
                          .expected = fmt::format("room for the {} bytes that all streams keep in "
                                                  "{} execution, or state.place: dram",
                                                  bytes, setup.name)});
}

std::vector<std::int64_t> frames_of_step(std::int64_t step, std::int64_t frames, int batch) {
  std::vector<std::int64_t> numbers;
  for (std::int64_t piece = 0; piece < batch; ++piece) {
    numbers.push_back(piece * (frames / batch) + step);
  }
  return numbers;
}

std::vector<ModeResults> simulate_modes(const std::vector<ModeSetup>& setups,
                                        const SimulationOptions& options,
                                        ProgressListener& progress) {
  make_folder(options.items);
  return Simulation(setups, options).run(progress);
}

}  // namespace deltasim
