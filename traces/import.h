#pragma once
// Traces from masks that other tools left: one .npy of zeros and ones a layer, and a table.

#include <filesystem>
#include <memory>
#include <string>

#include "traces/trace.h"

namespace deltasim {

/// Reads a layer table and the masks beside it, frame by frame.
///
/// The table is CSV with a heading. Columns `layer`, `K` (output channels), `C`, `H`, `W` (input)
/// are needed; `R`, `S` (kernel), `stride`, `pad` and `groups` may be there (1, 1, 1, 0, 1);
/// `dense_macs` is compared where it is there; further columns are not read.
///
/// `<layer>_activation_mask.npy` holds the activations' non-zeros: [H][W][C] or [T][H][W][C] of
/// any number type (zero or not), or their bits in uint8, most significant first, in one dimension.
/// With more than one frame `<layer>_delta_mask.npy` of the same form is needed: which elements
/// changed cannot be told from where the zeros are. Its first frame is not read.
///
/// Layers of a table need not follow each other in a network, so each becomes a stream of its own,
/// named as the layer, with a graph of an input and one convolution.
class MaskImport {
 public:
  /// @throws ConfigError naming the table's line or the mask and what is wrong with it
  MaskImport(const std::filesystem::path& table, std::string tool_version);
  MaskImport(MaskImport&&) noexcept;
  ~MaskImport();

  const TraceHeader& header() const;
  /// Frame 0 of every stream, then frame 1, ...
  /// @return false at the end
  bool next(FrameRecord& record);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace deltasim
