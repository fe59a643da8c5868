#include "workloads/video/rgb_conversion.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <stdexcept>

#include "workloads/video/ffmpeg_handles.h"

namespace deltasim {
namespace {

/// Coefficients of one colour matrix and range, scaled by 2^13.
struct YuvMatrix {
  int black = 0;  ///< 8 times the luma of black
  int y = 0, red_v = 0, green_u = 0, green_v = 0, blue_u = 0;
};

int to_13_bits(std::int64_t coefficient_16_bits) {
  return static_cast<int>((coefficient_16_bits * (1 << 13) + (1 << 15)) >> 16);
}

bool is_full_range(const AVFrame& frame) {
  switch (frame.format) {  // the formats of the JPEG family carry their range in their name
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
      return true;
    default:
      return frame.color_range == AVCOL_RANGE_JPEG;
  }
}

const int* matrix_of(const AVFrame& frame) { return sws_getCoefficients(frame.colorspace); }

YuvMatrix yuv_matrix(const AVFrame& frame) {
  // Four 16-bit fractions: V to red, U to blue, U to green, V to green; for limited range.
  const int* table = matrix_of(frame);
  const bool full = is_full_range(frame);
  const auto chroma = [full](int value) {
    return to_13_bits(full ? std::int64_t{value} * 224 / 255 : std::int64_t{value});
  };
  YuvMatrix matrix;
  matrix.black = full ? 0 : 16 * 8;
  matrix.y = to_13_bits(full ? 65536 : std::int64_t{65536} * 255 / 219);
  matrix.red_v = chroma(table[0]);
  matrix.blue_u = chroma(table[1]);
  matrix.green_u = -chroma(table[2]);
  matrix.green_v = -chroma(table[3]);
  return matrix;
}

std::uint8_t clip(int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); }

void convert_row(const std::uint8_t* luma, const std::uint8_t* u_row, const std::uint8_t* v_row,
                 int width, int chroma_shift, const YuvMatrix& m, std::uint8_t* rgb) {
  for (int x = 0; x < width; ++x, rgb += 3) {
    const int y = ((luma[x] * 8 - m.black) * m.y) >> 16;
    const int u = u_row[x >> chroma_shift] * 8 - 1024;
    const int v = v_row[x >> chroma_shift] * 8 - 1024;
    rgb[0] = clip(y + ((v * m.red_v) >> 16));
    rgb[1] = clip(y + ((u * m.green_u) >> 16) + ((v * m.green_v) >> 16));
    rgb[2] = clip(y + ((u * m.blue_u) >> 16));
  }
}

bool is_planar_yuv_8(const AVPixFmtDescriptor& format) {
  constexpr std::uint64_t kOther = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL |
                                   AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BITSTREAM;
  if ((format.flags & kOther) != 0 || (format.flags & AV_PIX_FMT_FLAG_PLANAR) == 0) return false;
  if (format.nb_components < 3) return false;
  for (int c = 0; c < 3; ++c) {
    const AVComponentDescriptor& component = format.comp[c];
    if (component.plane != c || component.step != 1 || component.depth != 8) return false;
  }
  return true;
}

void convert_planar(const AVFrame& frame, const AVPixFmtDescriptor& format, Image& image) {
  const YuvMatrix matrix = yuv_matrix(frame);
  for (int y = 0; y < image.height; ++y) {
    const int chroma_y = y >> format.log2_chroma_h;
    convert_row(frame.data[0] + std::ptrdiff_t{y} * frame.linesize[0],
                frame.data[1] + std::ptrdiff_t{chroma_y} * frame.linesize[1],
                frame.data[2] + std::ptrdiff_t{chroma_y} * frame.linesize[2], image.width,
                format.log2_chroma_w, matrix,
                image.rgb.data() + static_cast<std::size_t>(y) * image.width * 3);
  }
}

}  // namespace

struct RgbConverter::Scaler {
  ffmpeg::ScalerHandle context;

  void convert(const AVFrame& frame, Image& image) {
    const auto format = static_cast<AVPixelFormat>(frame.format);
    constexpr int kFlags =
        SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT;
    context.reset(sws_getCachedContext(context.release(), frame.width, frame.height, format,
                                       frame.width, frame.height, AV_PIX_FMT_RGB24, kFlags, nullptr,
                                       nullptr, nullptr));
    if (!context) throw std::runtime_error("its pixel format cannot be converted to RGB");
    // Returns -1 for formats that have neither matrix nor range (RGB): nothing to set there.
    sws_setColorspaceDetails(context.get(), matrix_of(frame), is_full_range(frame) ? 1 : 0,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
    // libswscale writes whole vectors: rows need room behind their last pixel.
    const int row = (image.width * 3 + 63) / 64 * 64;
    std::vector<std::uint8_t> padded(static_cast<std::size_t>(row) * image.height + 64);
    std::uint8_t* planes[4] = {padded.data()};
    const int strides[4] = {row};
    if (sws_scale(context.get(), frame.data, frame.linesize, 0, frame.height, planes, strides) < 0)
      throw std::runtime_error("its pictures cannot be converted to RGB");
    for (int y = 0; y < image.height; ++y)
      std::copy_n(padded.data() + static_cast<std::size_t>(y) * row, image.width * 3,
                  image.rgb.data() + static_cast<std::size_t>(y) * image.width * 3);
  }
};

RgbConverter::RgbConverter() : scaler_(std::make_unique<Scaler>()) {}
RgbConverter::~RgbConverter() = default;

Image RgbConverter::convert(const AVFrame& frame) {
  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (format == nullptr) throw std::runtime_error("its pixel format is unknown");
  Image image{frame.height, frame.width, {}};
  image.rgb.resize(static_cast<std::size_t>(frame.height) * frame.width * 3);
  if (is_planar_yuv_8(*format)) {
    convert_planar(frame, *format, image);
  } else {
    scaler_->convert(frame, image);
  }
  return image;
}

}  // namespace deltasim
