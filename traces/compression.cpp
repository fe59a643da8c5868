#define ZSTD_STATIC_LINKING_ONLY  // for ZSTD_compressSequences
#include "traces/compression.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>

#include "arch/errors.h"

namespace deltasim {
namespace {

constexpr int kMessageLevel = 9;
/// A block's entropy table costs about 100 bytes; shorter pieces share one.
constexpr std::size_t kShortestBlock = 1024;
/// A block keeps its plain bytes unless entropy coding makes it this much smaller: it saves a third
/// of the time of decompression for 5 % of the size.
constexpr double kWorthwhile = 0.7;

std::size_t check(std::size_t result) {
  if (ZSTD_isError(result) != 0) {
    throw InternalError(fmt::format("zstd: {}", ZSTD_getErrorName(result)));
  }
  return result;
}

/// Lengths of the blocks: pieces, together or cut so that they are neither short nor too long.
std::vector<std::size_t> block_lengths(std::span<const std::size_t> pieces) {
  std::vector<std::size_t> lengths;
  std::size_t pending = 0;
  for (const std::size_t piece : pieces) {
    for (pending += piece; pending > ZSTD_BLOCKSIZE_MAX; pending -= ZSTD_BLOCKSIZE_MAX) {
      lengths.push_back(ZSTD_BLOCKSIZE_MAX);
    }
    if (pending < kShortestBlock) continue;
    lengths.push_back(pending);
    pending = 0;
  }
  if (pending > 0) lengths.push_back(pending);
  return lengths;
}

/// A zstd block (RFC 8878, section 3.1.1.2): three bytes of head, then its content.
struct Block {
  enum Type : unsigned { kRaw = 0, kRunLength = 1, kCompressed = 2 };
  static constexpr std::size_t kHeadBytes = 3;

  explicit Block(const std::uint8_t* at) : bytes(at) {
    const unsigned head = at[0] | unsigned{at[1]} << 8U | unsigned{at[2]} << 16U;
    last = (head & 1U) != 0;
    type = (head >> 1U) & 3U;
    content = type == kRunLength ? 1 : head >> 3U;
  }
  std::size_t size() const { return kHeadBytes + content; }
  /// How its literals are coded (section 3.1.1.3.1.1); only for kCompressed.
  enum Literals : unsigned { kOwnTable = 2, kTableOfABlockBefore = 3 };
  bool codes_literals(Literals how) const {
    return type == kCompressed && (bytes[kHeadBytes] & 3U) == how;
  }

  const std::uint8_t* bytes;
  bool last;
  unsigned type;
  std::size_t content;
};

void append_raw(ByteView content, bool last, Bytes& out) {
  const auto head = static_cast<std::uint32_t>(content.size() << 3U) | (last ? 1U : 0U);
  for (unsigned i = 0; i < Block::kHeadBytes; ++i) {
    out.push_back(static_cast<std::uint8_t>(head >> (8 * i)));
  }
  out.insert(out.end(), content.begin(), content.end());
}

/// Which blocks stay compressed: those that became much smaller, and those whose table a block
/// behind them that stays needs.
std::vector<bool> kept_blocks(std::span<const Block> blocks, std::span<const std::size_t> lengths) {
  std::vector<bool> kept(blocks.size());
  bool table_needed = false;
  for (std::size_t i = blocks.size(); i-- > 0;) {
    const bool small =
        static_cast<double>(blocks[i].content) <= kWorthwhile * static_cast<double>(lengths[i]);
    const bool has_table = blocks[i].codes_literals(Block::kOwnTable);
    kept[i] = blocks[i].type != Block::kCompressed || small || (has_table && table_needed);
    if (has_table) table_needed = false;
    if (kept[i] && blocks[i].codes_literals(Block::kTableOfABlockBefore)) table_needed = true;
  }
  return kept;
}

/// Copies a zstd frame; blocks that hardly became smaller are replaced by what they stand for.
void copy_worthwhile(ByteView frame, ByteView content, std::span<const std::size_t> lengths,
                     Bytes& out) {
  const std::size_t head = check(ZSTD_frameHeaderSize(frame.data(), frame.size()));
  const std::uint8_t* at = frame.data() + head;
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    blocks.emplace_back(at);
    at += blocks.back().size();
  }
  DELTASIM_INVARIANT(at == frame.data() + frame.size(), "zstd makes the blocks it was asked for");
  const std::vector<bool> kept = kept_blocks(blocks, lengths);
  out.assign(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(head));
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    if (kept[i]) {
      out.insert(out.end(), blocks[i].bytes, blocks[i].bytes + blocks[i].size());
    } else {
      append_raw(content.first(lengths[i]), blocks[i].last, out);
    }
    content = content.subspan(lengths[i]);
  }
}

}  // namespace

Bytes compress_message(std::string_view message) {
  Bytes out(ZSTD_compressBound(message.size()));
  out.resize(
      check(ZSTD_compress(out.data(), out.size(), message.data(), message.size(), kMessageLevel)));
  return out;
}

struct BitCompressor::Context {
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> zstd{ZSTD_createCCtx(), ZSTD_freeCCtx};
  Bytes frame;
};

BitCompressor::BitCompressor() : context_(std::make_unique<Context>()) {
  ZSTD_CCtx* zstd = context_->zstd.get();
  check(ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, 1));
  check(ZSTD_CCtx_setParameter(zstd, ZSTD_c_hashLog, ZSTD_HASHLOG_MIN));
  check(ZSTD_CCtx_setParameter(zstd, ZSTD_c_literalCompressionMode, ZSTD_ps_enable));
  check(ZSTD_CCtx_setParameter(zstd, ZSTD_c_blockDelimiters, ZSTD_sf_explicitBlockDelimiters));
}
BitCompressor::~BitCompressor() = default;

void BitCompressor::compress(ByteView content, std::span<const std::size_t> pieces, Bytes& out) {
  if (content.empty()) {
    out = compress_message("");
    return;
  }
  auto& [zstd, frame] = *context_;
  const std::vector<std::size_t> lengths = block_lengths(pieces);
  std::vector<ZSTD_Sequence> blocks;  // each is literals only
  for (const std::size_t length : lengths) {
    blocks.push_back({0, static_cast<unsigned>(length), 0, 0});
  }
  frame.resize(ZSTD_compressBound(content.size()) + Block::kHeadBytes * blocks.size() + 64);
  const std::size_t size =
      check(ZSTD_compressSequences(zstd.get(), frame.data(), frame.size(), blocks.data(),
                                   blocks.size(), content.data(), content.size()));
  copy_worthwhile(ByteView(frame).first(size), content, lengths, out);
}

struct Decompressor::Context {
  std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> zstd{ZSTD_createDCtx(), ZSTD_freeDCtx};
};

Decompressor::Decompressor() : context_(std::make_unique<Context>()) {}
Decompressor::~Decompressor() = default;

std::optional<std::size_t> Decompressor::decompress(ByteView payload, std::size_t most,
                                                    std::size_t slack, Bytes& out) {
  const unsigned long long content = ZSTD_getFrameContentSize(payload.data(), payload.size());
  if (content == ZSTD_CONTENTSIZE_ERROR) return std::nullopt;
  // Whoever compressed without knowing the length gets the longest that makes sense.
  const bool unknown = content == ZSTD_CONTENTSIZE_UNKNOWN;
  if (!unknown && content > most) return std::nullopt;
  const std::size_t room = unknown ? most : static_cast<std::size_t>(content);
  if (out.size() < room + slack) out.resize(room + slack);
  const std::size_t length =
      ZSTD_decompressDCtx(context_->zstd.get(), out.data(), room, payload.data(), payload.size());
  if (ZSTD_isError(length) != 0) return std::nullopt;
  return length;
}

}  // namespace deltasim
