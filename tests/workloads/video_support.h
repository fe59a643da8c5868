#pragma once
// Small videos and images with known pictures, made by the tests that read them.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "workloads/video/frame_source.h"

namespace deltasim::test {

/// A picture in which every pixel and every `seed` differs.
inline Image patterned_image(int height, int width, int seed) {
  Image image{height, width, {}};
  image.rgb.reserve(static_cast<std::size_t>(height) * width * 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        image.rgb.push_back(static_cast<std::uint8_t>(x * 7 + y * 13 + c * 71 + seed * 29));
  return image;
}

inline void must(bool condition, const char* what) {
  if (!condition) throw std::runtime_error(std::string("test video: ") + what);
}

struct VideoSpec {
  std::string codec = "ffv1";
  AVPixelFormat format = AV_PIX_FMT_BGR0;
  int width = 32;
  int height = 24;
  int frames = 12;
  int key_interval = 1;
  int rotation_degrees = 0;
};

/// Writes a video whose container follows the file name; `fill` draws frame n.
inline void write_video(const std::filesystem::path& path, const VideoSpec& spec,
                        const std::function<void(AVFrame&, int)>& fill) {
  AVFormatContext* container = nullptr;
  must(avformat_alloc_output_context2(&container, nullptr, nullptr, path.c_str()) >= 0, "format");
  const AVCodec* codec = avcodec_find_encoder_by_name(spec.codec.c_str());
  must(codec != nullptr, "encoder");
  AVStream* stream = avformat_new_stream(container, nullptr);
  AVCodecContext* context = avcodec_alloc_context3(codec);
  context->width = spec.width;
  context->height = spec.height;
  context->pix_fmt = spec.format;
  context->time_base = {1, 25};
  context->framerate = {25, 1};
  context->gop_size = spec.key_interval;
  context->thread_count = 1;
  if (spec.codec == "ffv1") context->level = 3;  // a checksum a picture
  if ((container->oformat->flags & AVFMT_GLOBALHEADER) != 0)
    context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  must(avcodec_open2(context, codec, nullptr) >= 0, "opening the encoder");
  avcodec_parameters_from_context(stream->codecpar, context);
  stream->time_base = context->time_base;
  stream->avg_frame_rate = context->framerate;
  if (spec.rotation_degrees == 90) {
    auto* matrix = reinterpret_cast<std::int32_t*>(
        av_stream_new_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(std::int32_t)));
    const std::int32_t quarter_turn[9] = {0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30};
    std::copy(std::begin(quarter_turn), std::end(quarter_turn), matrix);
  }
  must(avio_open(&container->pb, path.c_str(), AVIO_FLAG_WRITE) >= 0, "opening the file");
  must(avformat_write_header(container, nullptr) >= 0, "header");

  AVFrame* frame = av_frame_alloc();
  AVPacket* packet = av_packet_alloc();
  for (int n = 0; n <= spec.frames; ++n) {
    if (n < spec.frames) {
      frame->format = spec.format;
      frame->width = spec.width;
      frame->height = spec.height;
      must(av_frame_get_buffer(frame, 0) >= 0, "frame");
      frame->pts = n;
      fill(*frame, n);
    }
    must(avcodec_send_frame(context, n < spec.frames ? frame : nullptr) >= 0, "encoding");
    while (avcodec_receive_packet(context, packet) >= 0) {
      av_packet_rescale_ts(packet, context->time_base, stream->time_base);
      packet->stream_index = 0;
      must(av_interleaved_write_frame(container, packet) >= 0, "writing");
    }
    av_frame_unref(frame);
  }
  must(av_write_trailer(container) >= 0, "trailer");
  avio_closep(&container->pb);
  av_packet_free(&packet);
  av_frame_free(&frame);
  avcodec_free_context(&context);
  avformat_free_context(container);
}

/// Fills a frame of format BGR0 with an image.
inline void draw(AVFrame& frame, const Image& image) {
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      std::uint8_t* pixel = frame.data[0] + std::ptrdiff_t{y} * frame.linesize[0] + x * 4;
      const std::uint8_t* rgb =
          image.rgb.data() + (static_cast<std::size_t>(y) * image.width + x) * 3;
      pixel[0] = rgb[2];
      pixel[1] = rgb[1];
      pixel[2] = rgb[0];
      pixel[3] = 0;
    }
}

/// A lossless video of patterned_image(height, width, n) for n = 0, 1, ...
inline void write_patterned_video(const std::filesystem::path& path, const VideoSpec& spec = {}) {
  write_video(path, spec, [&](AVFrame& frame, int n) {
    draw(frame, patterned_image(spec.height, spec.width, n));
  });
}

/// An mpeg4 video with motion, of few key frames.
inline void write_lossy_video(const std::filesystem::path& path, VideoSpec spec) {
  spec.codec = "mpeg4";
  spec.format = AV_PIX_FMT_YUV420P;
  write_video(path, spec, [&](AVFrame& frame, int n) {
    for (int plane = 0; plane < 3; ++plane)
      for (int y = 0; y < spec.height >> (plane > 0); ++y)
        for (int x = 0; x < spec.width >> (plane > 0); ++x)
          frame.data[plane][std::ptrdiff_t{y} * frame.linesize[plane] + x] =
              static_cast<std::uint8_t>(60 + ((x + 3 * n) * (y + 5) / 4 + plane * 40) % 120);
  });
}

inline void write_ppm(const std::filesystem::path& path, const Image& image) {
  std::ofstream file(path, std::ios::binary);
  file << "P6\n" << image.width << ' ' << image.height << "\n255\n";
  file.write(reinterpret_cast<const char*>(image.rgb.data()),
             static_cast<std::streamsize>(image.rgb.size()));
}

/// A .npy file, version 1.0, of any dtype and shape text: ("|u1", "(3, 4, 5, 3)").
inline void write_npy(const std::filesystem::path& path, const std::string& dtype,
                      const std::string& shape, const std::vector<std::uint8_t>& bytes,
                      bool fortran_order = false) {
  std::string header = "{'descr': '" + dtype +
                       "', 'fortran_order': " + (fortran_order ? "True" : "False") +
                       ", 'shape': " + shape + ", }";
  header.append(63 - (header.size() + 10) % 64, ' ');
  header += '\n';
  std::ofstream file(path, std::ios::binary);
  file.write("\x93NUMPY\x01\x00", 8);
  file.put(static_cast<char>(header.size() & 255)).put(static_cast<char>(header.size() >> 8));
  file << header;
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

inline std::vector<Image> read_all(FrameSource& source) {
  std::vector<Image> images;
  while (std::optional<Image> image = source.next()) images.push_back(std::move(*image));
  return images;
}

/// Holds where `error.what()` contains all of these.
inline std::function<bool(const std::exception&)> says(std::vector<std::string> parts) {
  return [parts = std::move(parts)](const std::exception& error) {
    const std::string text = error.what();
    for (const std::string& part : parts)
      if (text.find(part) == std::string::npos) return false;
    return true;
  };
}

}  // namespace deltasim::test
