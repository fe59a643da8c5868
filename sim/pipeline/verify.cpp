#include "sim/pipeline/verify.h"

#include <fmt/format.h>

#include <algorithm>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "sim/pipeline/prepare.h"
#include "workloads/weights.h"

namespace deltasim {
namespace {

/// Contradictions beyond these are only more of the same.
constexpr std::size_t kMostListed = 20;

/// Whether some element is a non-zero in one frame and a zero in the other without an event.
bool changed_without_event(const MapBits& before, const MapBits& now) {
  const auto was = before.active.words();
  const auto is = now.active.words();
  const auto delta = now.delta.words();
  for (std::size_t w = 0; w < is.size(); ++w) {
    if (((was[w] ^ is[w]) & ~delta[w]) != 0) return true;
  }
  return false;
}

/// An event whose element is zero before and after would be the difference of two zeros.
bool event_from_nothing(const MapBits& before, const MapBits& now) {
  const auto was = before.active.words();
  const auto is = now.active.words();
  const auto delta = now.delta.words();
  for (std::size_t w = 0; w < is.size(); ++w) {
    if ((delta[w] & ~(was[w] | is[w])) != 0) return true;
  }
  return false;
}

std::string contradiction(const FrameRecord& record, const std::vector<MapBits>* before) {
  for (std::size_t m = 0; m < record.maps.size(); ++m) {
    const MapBits& now = record.maps[m];
    if (before == nullptr) {
      if (!(now.active == now.delta)) return fmt::format("map {}: first delta is not its map", m);
    } else if (changed_without_event((*before)[m], now)) {
      return fmt::format("map {}: an element came or went without an event", m);
    } else if (event_from_nothing((*before)[m], now)) {
      return fmt::format("map {}: an event at an element that was zero and stayed zero", m);
    }
  }
  return {};
}

void require_same(const TraceHeader& header, const Preparation& prepared,
                  const std::string& disturbed, const std::filesystem::path& file) {
  std::vector<Fault> faults;
  const auto differs = [&](std::string what, std::string found, std::string expected) {
    faults.push_back({.file = file.string(),
                      .key_path = std::move(what),
                      .found = std::move(found),
                      .expected = std::move(expected) + ", of which the trace was recorded"});
  };
  if (disturbed != header.faults) {
    differs("faults", disturbed.empty() ? "none" : disturbed,
            header.faults.empty() ? "none" : header.faults);
  }
  if (prepared.video.sha256 != header.video.sha256) {
    differs("video", "SHA-256 " + prepared.video.sha256, header.video.sha256);
  }
  for (std::size_t i = 0; i < header.streams.size(); ++i) {
    const PreparedStream& stream = prepared.streams.at(i);
    const StreamInfo& recorded = header.streams[i];
    if (!(stream.graph == recorded.graph)) {
      differs(recorded.name + " network", stream.graph.name + " of other layers",
              recorded.graph.name);
      continue;
    }
    const std::string sha = weights_sha256(stream.graph, stream.weights);
    if (sha != recorded.weights_sha256) {
      differs(recorded.name + " weights", "SHA-256 " + sha, recorded.weights_sha256);
    }
  }
  if (!faults.empty()) throw ConfigError(std::move(faults));
}

class StreamVerification {
 public:
  StreamVerification(const Preparation& prepared, std::size_t index, const RecordingSpec& spec)
      : stream_(prepared.streams[index]),
        backend_(make_onednn_backend()),
        input_(stream_, spec.video),
        recorder_(stream_, static_cast<int>(index), spec, prepared.calibrations[index],
                  prepared.workers),
        verifier_(
            stream_.graph, stream_.read_weights(), stream_.maps,
            [this, &spec, &prepared, index] {
              return make_site_quantizers(spec.quantizer, stream_.graph, stream_.maps,
                                          prepared.calibrations[index]);
            },
            *backend_, prepared.workers,
            spec.backend == BackendKind::kInt8 ? Precision::kInteger8 : Precision::kFloat32) {}

  void take(const ClipFrame& frame, const FrameRecord& recorded) {
    const FrameRecord again = recorder_.record(frame);
    for (std::size_t m = 0; m < again.maps.size() && differences_.size() < kMostListed; ++m) {
      if (again.maps[m].active == recorded.maps[m].active &&
          again.maps[m].delta == recorded.maps[m].delta) {
        continue;
      }
      differences_.push_back(fmt::format("frame {}: {}", frame.frame, stream_.maps[m].name));
    }
    verifier_.step(input_.of(frame));
  }

  StreamRecursion result(std::int64_t frames) const {
    return {.stream = stream_.name,
            .frames = frames,
            .integer_layers = verifier_.dense().integer_layers(),
            .report = verifier_.report(),
            .differences = differences_};
  }

 private:
  const PreparedStream& stream_;
  std::unique_ptr<Backend> backend_;
  StreamInput input_;
  StreamRecorder recorder_;
  RecursionVerifier verifier_;
  std::vector<std::string> differences_;
};

}  // namespace

TraceCheck check_trace(const std::filesystem::path& file, ProgressListener& progress) {
  TraceReader reader(file);
  TraceCheck check;
  // Events of an activation that only its memory changed are what was asked for.
  const bool forgets = reader.header().faults.find(kDisturbedActivations) != std::string::npos;
  std::int64_t total = 0;
  for (std::size_t s = 0; s < reader.header().streams.size(); ++s) {
    total += reader.frames(static_cast<int>(s));
  }
  progress.begin("verifying", total, "records");
  std::vector<std::vector<MapBits>> previous(reader.header().streams.size());
  FrameRecord record;
  while (reader.next(record)) {
    if (interrupted()) throw Interrupted("interrupted");
    auto& before = previous[static_cast<std::size_t>(record.stream)];
    const std::string found =
        forgets ? "" : contradiction(record, record.frame == 0 ? nullptr : &before);
    if (!found.empty() && check.contradictions.size() < kMostListed) {
      check.contradictions.push_back(
          fmt::format("stream {}, frame {}, {}", record.stream, record.frame, found));
    }
    before = record.maps;
    ++check.records;
    progress.advance();
  }
  progress.end();
  check.damage = reader.damage();
  return check;
}

RecordingSpec complete_from(const TraceHeader& header, RecordingSpec spec, bool quantizer_given) {
  const FrameRange recorded{header.video.start, header.video.count, header.video.stride};
  // A run of the first frames records no more than these, and calibrates on all.
  const std::optional<FrameRange>& all = spec.video.frames;
  const bool begins_alike = all && all->start == recorded.start && all->stride == recorded.stride;
  if (!spec.calibration && begins_alike && all->count > recorded.count) spec.calibration = all;
  spec.video.frames = recorded;
  if (!quantizer_given) {
    const bool input = spec.quantizer.quantize_input;
    const bool output = spec.quantizer.quantize_output;
    spec.quantizer = parse_quantizer(header.quantizer);
    spec.quantizer.quantize_input = input;
    spec.quantizer.quantize_output = output;
  }
  spec.backend = parse_backend(header.backend);
  spec.fidelity = false;
  spec.values = false;
  if (spec.network.network == NetworkSpec{}.network) {
    spec.network.network = header.streams.front().graph.name;
  }
  spec.network.streams.clear();
  spec.network.sites.clear();
  for (const StreamInfo& stream : header.streams) spec.network.streams.push_back(stream.name);
  for (const RecordedMap& map : header.streams.front().maps) {
    if (map.kind == RecordedMap::Kind::kSite) spec.network.sites.push_back(map.name);
  }
  return spec;
}

std::vector<StreamRecursion> verify_recursion(const std::filesystem::path& file,
                                              const RecordingSpec& spec,
                                              ProgressListener& progress) {
  TraceReader reader(file);
  const Preparation prepared = prepare_recording(spec, progress);
  require_same(reader.header(), prepared, to_string(spec.faults), file);
  std::vector<std::unique_ptr<StreamVerification>> streams;
  for (std::size_t i = 0; i < prepared.streams.size(); ++i) {
    streams.push_back(std::make_unique<StreamVerification>(prepared, i, spec));
  }
  ClipReader clip = open_clip(spec.video, prepared.frames, prepared.history);
  progress.begin("running the recursion", prepared.frames.count, "frames");
  FrameRecord recorded;
  std::int64_t frames = 0;
  while (const auto frame = clip.next()) {
    if (interrupted()) throw Interrupted("interrupted");
    for (std::size_t i = 0; i < streams.size(); ++i) {
      reader.read(static_cast<int>(i), frame->frame, recorded);
      streams[i]->take(*frame, recorded);
    }
    ++frames;
    progress.advance();
  }
  progress.end();
  std::vector<StreamRecursion> results;
  for (const auto& stream : streams) results.push_back(stream->result(frames));
  return results;
}

}  // namespace deltasim
