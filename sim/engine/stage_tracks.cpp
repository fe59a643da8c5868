#include "sim/engine/stage_tracks.h"

#include <fmt/format.h>

#include "sim/components/module_tracks.h"

namespace deltasim {
namespace {

constexpr std::array kStageNames{"load", "fill", "compute", "drain", "store"};
static_assert(kStageNames.size() == kStages);

}  // namespace

StageTracks::StageTracks(FrameObserver& observer)
    : observer_(observer), epoch_(sc_core::sc_time_stamp()) {
  TimelineRecorder& recorder = observer.recorder();
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    tracks_[stage] = recorder.add_track({kSequencerPart, kStageNames[stage], "tiles"},
                                        TimelineRecorder::Touching::kKeepApart);
  }
  inputs_ = recorder.add_counter({kSequencerPart, "input buffers in use"});
  outputs_ = recorder.add_counter({kSequencerPart, "output buffers in use"});
}

std::int64_t StageTracks::now() const {
  return static_cast<std::int64_t>((sc_core::sc_time_stamp() - epoch_).value());
}

void StageTracks::begin(Stage stage, std::size_t tile) {
  TimelineRecorder& recorder = observer_.recorder();
  recorder.begin(tracks_[static_cast<std::size_t>(stage)],
                 recorder.label(fmt::format("tile {}", tile)), now());
  if (stage == Stage::kLoad) {
    observer_.tile_begins(tile, now());
    recorder.change(inputs_, now(), 1);
  } else if (stage == Stage::kDrain) {
    recorder.change(outputs_, now(), 1);
  }
}

void StageTracks::end(Stage stage, std::size_t tile) {
  TimelineRecorder& recorder = observer_.recorder();
  recorder.end(tracks_[static_cast<std::size_t>(stage)], now(), 1);
  if (stage == Stage::kCompute) {
    recorder.change(inputs_, now(), -1);
  } else if (stage == Stage::kStore) {
    recorder.change(outputs_, now(), -1);
    observer_.tile_ends(tile, now());
  }
}

}  // namespace deltasim
