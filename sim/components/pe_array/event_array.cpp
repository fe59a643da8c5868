#include "sim/components/pe_array/event_array.h"

#include <algorithm>
#include <numeric>

#include "sim/components/bit_range.h"

namespace deltasim {
namespace {

int ceil_divide(int a, int b) { return (a + b - 1) / b; }

/// Share i of `shares` contiguous, equally large (but for the last) shares.
Range share_of(const Range& whole, int shares, int i) {
  const int size = ceil_divide(whole.size(), shares);
  const int begin = std::min(whole.begin + i * size, whole.end);
  return {begin, std::min(begin + size, whole.end)};
}

/// Outputs of `outputs` whose window has a tap on input position `at`.
int count_taps(int at, const Range& outputs, int kernel, int stride, int pad, int dilation) {
  int taps = 0;
  for (int k = 0; k < kernel; ++k) {
    const int shifted = at + pad - k * dilation;
    if (shifted < 0 || shifted % stride != 0) continue;
    const int output = shifted / stride;
    taps += output >= outputs.begin && output < outputs.end ? 1 : 0;
  }
  return taps;
}

}  // namespace

EventArray::EventArray(const PeArraySpec& spec, const Mapping& mapping, const Layer& layer,
                       int slots_per_cycle, Cycles hop_latency)
    : spec_(spec),
      mapping_(mapping),
      layer_(layer),
      queues_(mapping.groups_y * mapping.groups_c, spec.fifo_depth, slots_per_cycle,
              hop_latency.value()),
      taps_x_(static_cast<std::size_t>(layer.input.width)) {
  const Window& w = layer.window;
  for (int x = 0; x < layer.input.width; ++x) {
    taps_x_[static_cast<std::size_t>(x)] =
        count_taps(x, {0, layer.output.width}, w.kernel_w, w.stride_w, w.pad_left, w.dilation_w);
  }
}

void EventArray::begin(const Tile& tile, const Bitmap* operands, std::int64_t now) {
  tile_ = &tile;
  operands_ = operands;
  begin_ = now;
  work_ = {};
  counted_ = -1;
  queues_.start(now);
  own_rows();
  make_streams();
}

void EventArray::own_rows() {
  const Window& w = layer_.window;
  rows_of_group_.assign(static_cast<std::size_t>(mapping_.groups_y), {});
  row_targets_.assign(static_cast<std::size_t>(tile_->input_rows.size()), {});
  const int share = ceil_divide(tile_->y.size(), mapping_.groups_y);
  const int half_window = (w.kernel_h - 1) * w.dilation_h / 2;
  for (int row = tile_->input_rows.begin; row < tile_->input_rows.end; ++row) {
    const int centre =
        std::clamp((row + w.pad_top - half_window) / w.stride_h, tile_->y.begin, tile_->y.end - 1);
    const auto owner = static_cast<std::size_t>((centre - tile_->y.begin) / share);
    rows_of_group_[owner].push_back(row);
    auto& targets = row_targets_[static_cast<std::size_t>(row - tile_->input_rows.begin)];
    for (int group = 0; group < mapping_.groups_y; ++group) {
      const int taps = count_taps(row, share_of(tile_->y, mapping_.groups_y, group), w.kernel_h,
                                  w.stride_h, w.pad_top, w.dilation_h);
      if (taps > 0) targets.push_back({group, taps});
    }
  }
  std::size_t most = 0;
  for (const auto& rows : rows_of_group_) most = std::max(most, rows.size());
  sub_trains_ = static_cast<int>(most);
}

void EventArray::make_streams() {
  const int group_outputs = layer_.output.channels / layer_.groups;
  const int group_inputs = layer_.input.channels / layer_.groups;
  // Units that groups_c shares out: whole convolution groups, or channels of the one there is.
  const bool whole_groups = layer_.groups > 1 && mapping_.tile_k > group_outputs;
  const int unit = whole_groups ? group_inputs : 1;
  outputs_ = whole_groups ? group_outputs : tile_->k.size();
  service_ =
      ceil_divide(ceil_divide(static_cast<int>(outputs_), mapping_.groups_k), spec_.mac_lanes);
  streams_.clear();
  for (int group = 0; group < mapping_.groups_c; ++group) {
    const Range units = share_of({0, tile_->c.size() / unit}, mapping_.groups_c, group);
    if (units.size() == 0) continue;
    streams_.push_back(
        {group, {tile_->c.begin + units.begin * unit, tile_->c.begin + units.end * unit}});
  }
}

std::vector<int> EventArray::sub_train_rows(int i) const {
  std::vector<int> rows;
  for (const auto& group : rows_of_group_) {
    if (i < static_cast<int>(group.size())) rows.push_back(group[static_cast<std::size_t>(i)]);
  }
  return rows;
}

void EventArray::count_events(int i) {
  if (counted_ == i) return;
  counted_ = i;
  counts_.clear();
  const std::vector<int> rows = sub_train_rows(i);
  const auto channels = static_cast<std::size_t>(layer_.input.channels);
  for (int x = 0; x < layer_.input.width; ++x) {
    for (const int row : rows) {
      const std::size_t first = static_cast<std::size_t>(row * layer_.input.width + x) * channels;
      for (const Stream& stream : streams_) {
        const std::int64_t count = operands_ == nullptr
                                       ? stream.channels.size()
                                       : ones_in(operands_->words(), first + stream.channels.begin,
                                                 first + stream.channels.end);
        counts_.push_back(static_cast<std::int32_t>(count));
      }
    }
  }
}

std::int64_t EventArray::events_in(int i) {
  count_events(i);
  return std::accumulate(counts_.begin(), counts_.end(), std::int64_t{0});
}

void EventArray::run(int i, std::int64_t available) {
  queues_.supply_from(available);
  count_events(i);
  const std::vector<int> rows = sub_train_rows(i);
  auto events = counts_.begin();
  for (int x = 0; x < layer_.input.width; ++x) {
    pixel_.clear();
    for (const int row : rows) {
      for (const Stream& stream : streams_) add_active(stream, row, x, *events++);
    }
    if (pixel_.streams.empty()) continue;
    if (joins_held()) {
      const std::int64_t more = pixel_.streams.front().events;
      for (Active& stream : held_.streams) stream.events += more;
    } else {
      send_held();
      std::swap(pixel_, held_);
    }
  }
  send_held();
}

void EventArray::add_active(const Stream& stream, int row, int x, std::int64_t events) {
  if (events == 0) return;
  const std::int64_t columns = taps_x_[static_cast<std::size_t>(x)];
  const std::size_t first = pixel_.targets.size();
  std::int64_t taps = 0;
  if (columns > 0) {
    for (const RowTarget& target :
         row_targets_[static_cast<std::size_t>(row - tile_->input_rows.begin)]) {
      taps += target.taps * columns;
      pixel_.targets.push_back(
          {target.group * mapping_.groups_c + stream.group, target.taps * columns * service_});
    }
  }
  const std::size_t targets = pixel_.targets.size() - first;
  pixel_.streams.push_back({events, first, targets});
  work_.events += events;
  work_.deliveries += events * static_cast<std::int64_t>(targets);
  work_.macs += events * taps * outputs_;
}

/// Whether the pixel's events continue the ones held back, round by round.
bool EventArray::joins_held() const {
  const auto& mine = pixel_.streams;
  const auto& theirs = held_.streams;
  if (mine.size() != theirs.size() || pixel_.targets != held_.targets) return false;
  for (std::size_t i = 0; i < mine.size(); ++i) {
    if (mine[i].events != mine[0].events || theirs[i].events != theirs[0].events ||
        mine[i].first_target != theirs[i].first_target) {
      return false;
    }
  }
  return true;
}

void EventArray::send_held() {
  std::vector<Active>& streams = held_.streams;
  while (!streams.empty()) {
    std::int64_t rounds = streams.front().events;
    round_.clear();
    for (const Active& stream : streams) {
      rounds = std::min(rounds, stream.events);
      round_.emplace_back(held_.targets.data() + stream.first_target, stream.targets);
    }
    queues_.dispatch_rounds(round_, rounds);
    for (Active& stream : streams) stream.events -= rounds;
    std::erase_if(streams, [](const Active& stream) { return stream.events == 0; });
  }
  held_.clear();
}

TileWork EventArray::finish(std::int64_t last_arrival) {
  const std::int64_t pipeline = work_.deliveries > 0 ? spec_.pipeline_depth.value() : 0;
  const std::int64_t left = std::max(queues_.finish() + pipeline, queues_.dispatched());
  work_.cycles = std::max(left, last_arrival) - begin_;
  add_stalls(work_.cycles);
  return work_;
}

void EventArray::add_stalls(std::int64_t cycles) {
  const std::int64_t lanes_of_queue = std::int64_t{mapping_.groups_k} * spec_.mac_lanes;
  std::int64_t busy = 0;
  std::int64_t fifo_full = 0;
  const std::vector<QueueStatistics> queues = queues_.statistics();
  for (const QueueStatistics& queue : queues) {
    busy += queue.busy * lanes_of_queue;
    fifo_full += queue.fifo_full * lanes_of_queue;
  }
  const auto mapped = static_cast<std::int64_t>(queues.size()) * lanes_of_queue * cycles;
  const std::int64_t all = std::int64_t{spec_.pes()} * spec_.mac_lanes * cycles;
  work_.stalls[static_cast<std::size_t>(Stall::kFifoFull)] = fifo_full;
  work_.stalls[static_cast<std::size_t>(Stall::kNoEvent)] = mapped - busy - fifo_full;
  work_.stalls[static_cast<std::size_t>(Stall::kUnmapped)] = all - mapped + busy - work_.macs;
}

std::int64_t EventArray::effectual_macs(const Layer& layer, const Tile& tile,
                                        const Bitmap& operands) {
  const Window& w = layer.window;
  const int group_outputs = layer.output.channels / layer.groups;
  const std::int64_t outputs = std::min(tile.k.size(), group_outputs);
  std::int64_t macs = 0;
  for (int y = tile.input_rows.begin; y < tile.input_rows.end; ++y) {
    const std::int64_t rows =
        count_taps(y, tile.y, w.kernel_h, w.stride_h, w.pad_top, w.dilation_h);
    for (int x = 0; x < layer.input.width; ++x) {
      const std::int64_t columns =
          count_taps(x, {0, layer.output.width}, w.kernel_w, w.stride_w, w.pad_left, w.dilation_w);
      const auto pixel = static_cast<std::size_t>(y * layer.input.width + x);
      const std::size_t first = pixel * static_cast<std::size_t>(layer.input.channels);
      const auto events =
          static_cast<std::int64_t>(operands.count(first + tile.c.begin, first + tile.c.end));
      macs += events * rows * columns * outputs;
    }
  }
  return macs;
}

}  // namespace deltasim
