#include "traces/synth.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "arch/errors.h"
#include "arch/random_bits.h"
#include "traces/synth_maps.h"
#include "traces/synth_region.h"

namespace deltasim {

class SyntheticTrace::Implementation {
 public:
  explicit Implementation(SynthOptions options) : options_(std::move(options)) {
    check_options();
    for (std::size_t i = 0; i < options_.streams.size(); ++i) {
      header_.streams.push_back(options_.streams[i].info);
      maps_.push_back(make_maps(i));
    }
    // One field for all streams: what moves in the picture moves in its differences.
    region_.emplace(options_.blob, options_.persistence, random_key(options_.seed, 'r'));
    header_.quantizer = options_.name;
    header_.backend = "synthetic";
    header_.tool_version = options_.tool_version;
    header_.video.file = "synthetic";
    header_.video.count = options_.frames;
  }

  const TraceHeader& header() const { return header_; }

  bool next(FrameRecord& record) {
    if (frame_ == options_.frames) return false;
    if (stream_ == 0) region_->advance();
    record = FrameRecord{};
    record.stream = static_cast<int>(stream_);
    record.frame = frame_;
    record.source_frame = frame_;
    for (SynthMap& map : maps_[stream_]) record.maps.push_back(next_map(map));
    if (++stream_ == maps_.size()) {
      stream_ = 0;
      ++frame_;
    }
    return true;
  }

 private:
  void check_options() const {
    const auto require = [](bool condition, const std::string& what) {
      if (!condition) throw ConfigError("synthetic trace", what);
    };
    require(!options_.streams.empty(), "has no stream");
    require(options_.frames > 0, fmt::format("has {} frames", options_.frames));
    require(options_.still_pixels >= 0 && options_.still_pixels < 1,
            fmt::format("{} of the pixels cannot be still", options_.still_pixels));
    require(options_.blob > 0 && options_.blob <= 1,
            fmt::format("blobs of {} of the map do not fit in it", options_.blob));
    require(options_.persistence >= 0 && options_.persistence <= 1,
            fmt::format("a persistence of {} is no correlation", options_.persistence));
    require(!options_.exact || options_.still_pixels == 0,
            "exact counts cannot be had together with still pixels");
  }

  std::vector<SynthMap> make_maps(std::size_t stream) const {
    const SynthStream& in = options_.streams[stream];
    std::vector<SynthMap> maps;
    for (std::size_t i = 0; i < in.info.maps.size(); ++i) {
      const RecordedMap& recorded = in.info.maps[i];
      SynthMap map;
      map.shape = recorded.shape;
      const auto own = in.maps.find(recorded.name);
      map.density = own == in.maps.end() ? in.density : own->second;
      map.region = map.shape.pixels() == 1 ? 1 : 1 - options_.still_pixels;
      map.rates = change_rates(recorded.name, map.density, map.region);
      map.key = random_key(options_.seed, stream, i);
      map.active = Bitmap(static_cast<std::size_t>(map.shape.elements()));
      maps.push_back(std::move(map));
    }
    check_names(in);
    return maps;
  }

  static void check_names(const SynthStream& stream) {
    std::vector<std::string> names;
    for (const RecordedMap& map : stream.info.maps) names.push_back(map.name);
    for (const auto& [name, density] : stream.maps) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        throw ConfigError(Fault{"", 0, "synthetic trace", name, "a recorded map of the network",
                                nearest_name(name, names)});
      }
    }
  }

  MapBits next_map(SynthMap& map) {
    MapBits bits;
    if (frame_ == 0) {
      options_.exact ? select_first(map) : draw_first(map);
      bits.delta = map.active;  // against nothing
    } else if (options_.exact) {
      bits.delta = select_changes(map, frame_);
    } else if (map.region < 1) {
      const Bitmap region = elements_of_pixels(
          map.shape, region_->pixels(map.shape, map.region, random_key(map.key, frame_, 'p')));
      bits.delta = draw_changes(map, frame_, &region);
    } else {
      bits.delta = draw_changes(map, frame_, nullptr);
    }
    bits.active = map.active;
    return bits;
  }

  SynthOptions options_;
  TraceHeader header_;
  std::vector<std::vector<SynthMap>> maps_;
  std::optional<ChangingRegion> region_;
  std::int64_t frame_ = 0;
  std::size_t stream_ = 0;
};

SyntheticTrace::SyntheticTrace(SynthOptions options)
    : implementation_(std::make_unique<Implementation>(std::move(options))) {}
SyntheticTrace::SyntheticTrace(SyntheticTrace&&) noexcept = default;
SyntheticTrace::~SyntheticTrace() = default;

const TraceHeader& SyntheticTrace::header() const { return implementation_->header(); }
bool SyntheticTrace::next(FrameRecord& record) { return implementation_->next(record); }

}  // namespace deltasim
