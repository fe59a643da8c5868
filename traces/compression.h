#pragma once
// zstd as the records need it. Bit streams of sparse maps hardly repeat, so frame records are
// entropy coded without any search for matches; everything written is an ordinary zstd frame.

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "traces/record_file.h"

namespace deltasim {

/// Text-like messages (header, index), with zstd's usual methods.
Bytes compress_message(std::string_view message);

/// Compresses bit streams; one object a thread.
class BitCompressor {
 public:
  BitCompressor();
  ~BitCompressor();
  /// Makes one zstd frame. A block ends behind each piece of some length, so that every bit stream
  /// gets an entropy table of its own; a block that would hardly become smaller stays as it is,
  /// which makes reading faster.
  /// @param pieces lengths of the bit streams in `content`, in order
  void compress(ByteView content, std::span<const std::size_t> pieces, Bytes& out);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Decompresses any record; one object a thread.
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
