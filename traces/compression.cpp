#define ZSTD_STATIC_LINKING_ONLY  // for ZSTD_c_literalCompressionMode
#include "traces/compression.h"

#include <zstd.h>

#include <fmt/format.h>

#include "arch/errors.h"

namespace deltasim {
namespace {

// Bits of sparse maps hardly repeat: entropy coding of the bytes does nearly all the work, so the
// search for matches is the fastest there is, and literals are always entropy coded (at negative
// levels zstd would not).
constexpr int kLevel = -1000;
/// A block's entropy table costs about 100 bytes; shorter pieces share one.
constexpr std::size_t kShortestBlock = 2048;

std::size_t check(std::size_t result) {
  if (ZSTD_isError(result) != 0) {
    throw InternalError(fmt::format("zstd: {}", ZSTD_getErrorName(result)));
  }
  return result;
}

}  // namespace

struct Compressor::Context {
  std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> zstd{ZSTD_createCCtx(), ZSTD_freeCCtx};
};

Compressor::Compressor() : context_(std::make_unique<Context>()) {
  ZSTD_CCtx* zstd = context_->zstd.get();
  check(ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, kLevel));
  check(ZSTD_CCtx_setParameter(zstd, ZSTD_c_literalCompressionMode, ZSTD_ps_enable));
}
Compressor::~Compressor() = default;

void Compressor::compress(std::span<const ByteView> pieces, Bytes& out) {
  ZSTD_CCtx* zstd = context_->zstd.get();
  std::size_t total = 0;
  for (const ByteView piece : pieces) total += piece.size();
  check(ZSTD_CCtx_reset(zstd, ZSTD_reset_session_only));
  check(ZSTD_CCtx_setPledgedSrcSize(zstd, total));
  out.resize(ZSTD_compressBound(total) + 16 * pieces.size() + 64);
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  std::size_t pending = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    ZSTD_inBuffer from{pieces[i].data(), pieces[i].size(), 0};
    pending += pieces[i].size();
    const bool block = pending >= kShortestBlock;
    check(ZSTD_compressStream2(zstd, &to, &from, block ? ZSTD_e_flush : ZSTD_e_continue));
    if (block) pending = 0;
  }
  ZSTD_inBuffer none{nullptr, 0, 0};
  const std::size_t left = check(ZSTD_compressStream2(zstd, &to, &none, ZSTD_e_end));
  DELTASIM_INVARIANT(left == 0, "the compressed payload fits its bound");
  out.resize(to.pos);
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
