#include "sim/engine/waveform.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <systemc>
#include <tuple>
#include <vector>

#include "arch/errors.h"
#include "arch/scratch_folder.h"

namespace deltasim {
namespace {

namespace fs = std::filesystem;

constexpr int kNoTile = -1;

/// "tile 12" is 12.
int tile_of(const std::string& label) {
  constexpr std::string_view kTile = "tile ";
  int tile = kNoTile;
  if (label.starts_with(kTile)) {
    std::from_chars(label.data() + kTile.size(), label.data() + label.size(), tile);
  }
  return tile;
}

/// Sets its signals to what they were at each time of a timeline.
class Player : public sc_core::sc_module {
 public:
  explicit Player(sc_core::sc_module_name name) : sc_module(name) {
    SC_HAS_PROCESS(Player);
    SC_THREAD(play);
  }

  void load(const Timeline& timeline) {
    const TimelineSpan& layer = layer_of(timeline);
    begin_ = layer.begin;
    set(add_bit(kLayerSignal), layer.begin, layer.end, 1, 0);
    load_tracks(timeline);
    for (const TimelineCounter& counter : timeline.counters) add_number(full_name(counter));
    const std::size_t first = numbers_.size() - timeline.counters.size();
    for (const TimelineSample& sample : timeline.samples) {
      const std::size_t number = first + static_cast<std::size_t>(sample.counter);
      changes_.push_back({sample.time, false, &numbers_[number], static_cast<int>(sample.value)});
    }
    // What ends at a time ends before what begins then.
    std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
      return std::tie(a.time, a.begins) < std::tie(b.time, b.begins);
    });
  }

  void trace(sc_core::sc_trace_file* file) const {
    for (std::size_t i = 0; i < bits_.size(); ++i) sc_trace(file, bits_[i], bit_names_[i]);
    for (std::size_t i = 0; i < numbers_.size(); ++i) sc_trace(file, numbers_[i], number_names_[i]);
  }

 private:
  struct Change {
    std::int64_t time;
    bool begins;
    int* number;
    int value;
    bool* bit = nullptr;
  };

  static const TimelineSpan& layer_of(const Timeline& timeline) {
    const auto is_layer = [](const TimelineSpan& span) { return span.level == "layer"; };
    DELTASIM_INVARIANT(std::count_if(timeline.spans.begin(), timeline.spans.end(), is_layer) == 1,
                       "waveforms are of one layer");
    return *std::find_if(timeline.spans.begin(), timeline.spans.end(), is_layer);
  }

  template <typename Named>
  static std::string full_name(const Named& named) {
    return signal_name(named.part) + "." + signal_name(named.name);
  }

  bool* add_bit(std::string name) {
    bit_names_.push_back(std::move(name));
    return &bits_.emplace_back(false);
  }
  int* add_number(std::string name, int value = 0) {
    number_names_.push_back(std::move(name));
    return &numbers_.emplace_back(value);
  }
  void set(bool* bit, std::int64_t begin, std::int64_t end, int on, int off) {
    changes_.push_back({begin, true, nullptr, on, bit});
    changes_.push_back({end, false, nullptr, off, bit});
  }

  void load_tracks(const Timeline& timeline) {
    std::vector<bool*> busy;
    std::vector<int*> tiles(timeline.tracks.size(), nullptr);
    for (const TimelineTrack& track : timeline.tracks) busy.push_back(add_bit(full_name(track)));
    for (const TimelineSlice& slice : timeline.slices) {
      const auto track = static_cast<std::size_t>(slice.track);
      set(busy[track], slice.begin, slice.end, 1, 0);
      const int tile = tile_of(timeline.labels[static_cast<std::size_t>(slice.label)]);
      if (tile == kNoTile) continue;
      if (tiles[track] == nullptr) {
        tiles[track] = add_number(full_name(timeline.tracks[track]) + "_tile", kNoTile);
      }
      changes_.push_back({slice.begin, true, tiles[track], tile});
      changes_.push_back({slice.end, false, tiles[track], kNoTile});
    }
  }

  void play() {
    std::int64_t now = begin_;
    for (const Change& change : changes_) {
      if (change.time > now) {
        sc_core::wait(sc_core::sc_time::from_value(static_cast<sc_dt::uint64>(change.time - now)));
        now = change.time;
      }
      if (change.bit != nullptr) *change.bit = change.value != 0;
      if (change.number != nullptr) *change.number = change.value;
    }
    // SystemC writes down what is at a time when the next one comes.
    sc_core::wait(sc_core::sc_time(1, sc_core::SC_PS));
  }

  // Deques: what is traced must stay where it is.
  std::deque<bool> bits_;
  std::deque<int> numbers_;
  std::vector<std::string> bit_names_, number_names_;
  std::vector<Change> changes_;
  std::int64_t begin_ = 0;
};

}  // namespace

std::string signal_name(const std::string& name) {
  std::string signal;
  for (const char c : name) {
    const auto letter = static_cast<unsigned char>(c);
    signal += std::isalnum(letter) != 0 ? static_cast<char>(std::tolower(letter)) : '_';
  }
  return signal;
}

std::string waveform(const Timeline& timeline) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  const ScratchFolder scratch("vcd");
  const fs::path written = scratch.path() / "layer.vcd";
  Player player("deltasim");
  player.load(timeline);
  sc_core::sc_trace_file* file =
      sc_core::sc_create_vcd_trace_file((scratch.path() / written.stem()).c_str());  // adds ".vcd"
  file->set_time_unit(1, sc_core::SC_PS);
  player.trace(file);
  sc_core::sc_start();
  const std::string afterwards = fmt::format("\n#{}\n", sc_core::sc_time_stamp().value());
  sc_core::sc_close_vcd_trace_file(file);
  std::ifstream stream(written, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(stream), {});
  // SystemC does not look whether it could write.
  if (!text.ends_with(afterwards)) throw IoError(written.string(), "write", 0);
  return text.substr(0, text.size() - afterwards.size());
}

}  // namespace deltasim
