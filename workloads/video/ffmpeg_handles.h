#pragma once
// Owners of FFmpeg's objects, and its error messages. Only sources under workloads/video include
// this: FFmpeg's headers stay out of the rest of the project.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

namespace deltasim::ffmpeg {

struct FormatDeleter {
  void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
};
struct CodecDeleter {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct PacketDeleter {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
struct FrameDeleter {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct ScalerDeleter {
  void operator()(SwsContext* context) const { sws_freeContext(context); }
};

using FormatHandle = std::unique_ptr<AVFormatContext, FormatDeleter>;
using CodecHandle = std::unique_ptr<AVCodecContext, CodecDeleter>;
using PacketHandle = std::unique_ptr<AVPacket, PacketDeleter>;
using FrameHandle = std::unique_ptr<AVFrame, FrameDeleter>;
using ScalerHandle = std::unique_ptr<SwsContext, ScalerDeleter>;

/// AVDictionary with an owner; av_dict_set() and the open functions want a pointer to pointer.
class Options {
 public:
  Options() = default;
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;
  ~Options() { av_dict_free(&dictionary_); }

  void set(const char* key, const char* value) { av_dict_set(&dictionary_, key, value, 0); }
  AVDictionary** get() { return &dictionary_; }

 private:
  AVDictionary* dictionary_ = nullptr;
};

/// @throws std::bad_alloc where FFmpeg returned no object
template <typename Handle, typename Pointer>
Handle checked(Pointer* object) {
  if (object == nullptr) throw std::bad_alloc();
  return Handle(object);
}

/// Keeps FFmpeg's messages off the terminal and remembers the last error of each thread instead.
/// The hook is one per process; installing it again does nothing.
void capture_log();

/// Forgets this thread's last message.
void clear_log();

/// This thread's last captured message, "" where there is none.
const std::string& last_log();

/// FFmpeg's text for an error code, with the last captured message where there is one:
/// "Invalid data found when processing input (moov atom not found)".
std::string error_text(int code);

}  // namespace deltasim::ffmpeg
