#include "traces/import.h"

#include <optional>

#include <fmt/format.h>

#include "arch/errors.h"
#include "traces/counts.h"
#include "traces/layer_table.h"
#include "traces/mask_file.h"

namespace deltasim {
namespace {

StreamInfo stream_of(const TableLayer& layer) {
  StreamInfo stream;
  stream.name = layer.name;
  stream.graph.name = "imported";
  const NodeId input = stream.graph.add("input", InputOp{layer.input}, {});
  // The layer's name may be "input" as well; inside the graph names differ.
  stream.graph.add(layer.name == "input" ? "input.conv" : layer.name, layer.convolution, {input});
  stream.maps = recorded_maps(stream.graph, {});
  return stream;
}

/// @throws ConfigError where the table's own number of MACs is another
void check_macs(const std::string& table, const TableLayer& layer, const StreamInfo& stream) {
  const std::int64_t macs = dense_macs(layers_of(stream.graph, stream.maps).front());
  if (layer.dense_macs < 0 || layer.dense_macs == macs) return;
  throw ConfigError(Fault{table, layer.line, "dense_macs", std::to_string(layer.dense_macs),
                          fmt::format("{}, as follows from the layer's other columns", macs), ""});
}

/// The masks of one layer.
struct LayerMasks {
  MaskFile active;
  std::optional<MaskFile> delta;
};

LayerMasks open_masks(const std::filesystem::path& folder, const TableLayer& layer) {
  LayerMasks masks{MaskFile(folder / (layer.name + "_activation_mask.npy"), layer.input), {}};
  if (masks.active.frames() == 1) return masks;
  const std::filesystem::path delta = folder / (layer.name + "_delta_mask.npy");
  masks.delta.emplace(delta, layer.input);
  if (masks.delta->frames() != masks.active.frames()) {
    throw ConfigError(delta.string(), fmt::format("has {} frames, the activation mask has {}",
                                                  masks.delta->frames(), masks.active.frames()));
  }
  return masks;
}

}  // namespace

class MaskImport::Implementation {
 public:
  Implementation(const std::filesystem::path& table, std::string tool_version) {
    for (const TableLayer& layer : read_layer_table(table)) {
      header_.streams.push_back(stream_of(layer));
      check_macs(table.string(), layer, header_.streams.back());
      masks_.push_back(open_masks(table.parent_path(), layer));
      if (masks_.back().active.frames() != masks_.front().active.frames()) {
        throw ConfigError(
            table.string(),
            fmt::format("layer {} has masks of {} frames, those above have {}", layer.name,
                        masks_.back().active.frames(), masks_.front().active.frames()));
      }
    }
    header_.tool_version = std::move(tool_version);
    header_.quantizer = "imported";
    header_.backend = "imported";
    header_.video.file = table.filename().string();
    header_.video.codec = "masks";
    header_.video.count = masks_.front().active.frames();
  }

  const TraceHeader& header() const { return header_; }

  bool next(FrameRecord& record) {
    if (frame_ == header_.video.count) return false;
    record = FrameRecord{};
    record.stream = static_cast<int>(stream_);
    record.frame = frame_;
    record.source_frame = frame_;
    record.maps.push_back(next_map(masks_[stream_]));
    if (++stream_ == masks_.size()) {
      stream_ = 0;
      ++frame_;
    }
    return true;
  }

 private:
  MapBits next_map(LayerMasks& masks) const {
    MapBits bits;
    bits.active = masks.active.next();
    if (masks.delta) bits.delta = masks.delta->next();
    if (frame_ == 0) bits.delta = bits.active;  // against nothing
    return bits;
  }

  TraceHeader header_;
  std::vector<LayerMasks> masks_;
  std::int64_t frame_ = 0;
  std::size_t stream_ = 0;
};

MaskImport::MaskImport(const std::filesystem::path& table, std::string tool_version)
    : implementation_(std::make_unique<Implementation>(table, std::move(tool_version))) {}
MaskImport::MaskImport(MaskImport&&) noexcept = default;
MaskImport::~MaskImport() = default;

const TraceHeader& MaskImport::header() const { return implementation_->header(); }
bool MaskImport::next(FrameRecord& record) { return implementation_->next(record); }

}  // namespace deltasim
