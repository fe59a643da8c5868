#include "sim/timeline/frame_observer.h"

namespace deltasim {

void FrameObserver::begin_layer(std::size_t layer, std::int64_t now) {
  layer_ = layer;
  wanted_ = wants(layer);
  recorder_.break_slices();
  if (wanted_ && selection_.all_tiles() && !recorder_.is_open()) recorder_.open(now);
}

void FrameObserver::tile_begins(std::size_t tile, std::int64_t now) {
  if (!wanted_ || recorder_.is_open()) return;
  if (static_cast<std::int64_t>(tile) == selection_.first_tile) recorder_.open(now);
}

void FrameObserver::tile_ends(std::size_t tile, std::int64_t now) {
  recorder_.advance(now);
  const std::int64_t done = static_cast<std::int64_t>(tile) + 1 - selection_.first_tile;
  if (wanted_ && !selection_.all_tiles() && done == selection_.tiles) recorder_.close(now);
}

void FrameObserver::end_layer(std::int64_t now) {
  const bool goes_on = selection_.all_tiles() && wants(layer_ + 1);
  if (!goes_on) recorder_.close(now);
}

}  // namespace deltasim
