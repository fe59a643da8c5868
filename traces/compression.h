#pragma once
// zstd as the frame records need it: entropy coding of bit streams, hardly any search for matches.

#include <memory>
#include <optional>
#include <span>

#include "traces/record_file.h"

namespace deltasim {

/// Compresses payloads; one object a thread.
class Compressor {
 public:
  Compressor();
  ~Compressor();
  /// One zstd frame of all pieces together. A block ends behind each piece of some length, so
  /// that every bit stream gets an entropy table of its own.
  void compress(std::span<const ByteView> pieces, Bytes& out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Decompresses payloads; one object a thread.
class Decompressor {
 public:
  Decompressor();
  ~Decompressor();
  /// @param most longest content that makes sense; nothing longer is allocated
  /// @param slack bytes that `out` gets behind the content
  /// @return length of the content, or nothing where the payload is damaged or longer than `most`
  std::optional<std::size_t> decompress(ByteView payload, std::size_t most, std::size_t slack,
                                        Bytes& out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace deltasim
