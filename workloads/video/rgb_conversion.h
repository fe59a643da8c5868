#pragma once
// Decoded pictures to 8-bit RGB, the same bytes on every machine.

#include <memory>

#include "workloads/video/frame_source.h"

struct AVFrame;

namespace deltasim {

/// Converts FFmpeg's frames to Image.
///
/// 8-bit planar YUV (nearly every video and JPEG) is converted by our own integer arithmetic:
/// each chroma sample serves its whole 2x1 or 2x2 block, and with 13-bit coefficients
///     y = ((8 Y - 8 Y0) cy) >> 16,  u = 8 U - 1024,  v = 8 V - 1024
///     R = y + (v crv >> 16),  G = y - (u cgu >> 16) - (v cgv >> 16),  B = y + (u cbu >> 16)
/// clipped to 0..255, every shift rounding down. This is what libswscale's vector code computes
/// by default, hence what OpenCV, PyAV and torchvision feed to networks on x86; libswscale itself
/// would give other bytes on machines without that vector code. Everything else (10 bit, RGB,
/// palettes) goes through libswscale with its accurate, bit-exact flags; alpha is dropped.
///
/// Matrix and range are those that the frame declares; a frame that declares none is taken as
/// BT.601 with limited range (16..235), as FFmpeg does whatever the picture's size.
class RgbConverter {
 public:
  RgbConverter();
  ~RgbConverter();
  RgbConverter(const RgbConverter&) = delete;
  RgbConverter& operator=(const RgbConverter&) = delete;

  /// @throws std::runtime_error where the pixel format cannot be converted
  Image convert(const AVFrame& frame);

 private:
  struct Scaler;
  std::unique_ptr<Scaler> scaler_;
};

}  // namespace deltasim
