#include "workloads/video/video_source.h"

extern "C" {
#include <libavutil/display.h>
}

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

#include "arch/errors.h"
#include "workloads/video/ffmpeg_handles.h"
#include "workloads/video/rgb_conversion.h"

namespace deltasim {
namespace {

/// Larger pictures are taken for damage: twice an 8K frame.
constexpr std::int64_t kMaxPixels = std::int64_t{1} << 26;

/// FFmpeg draws text files and would play lists of further files and addresses: neither is a
/// video that the user recorded.
bool is_no_video_format(std::string_view format) {
  constexpr std::array<std::string_view, 9> kFormats = {"tty", "ansi",   "bin",  "xbin", "idf",
                                                        "hls", "concat", "dash", "adf"};
  for (const std::string_view name : kFormats)
    if (format == name) return true;
  return false;
}

ffmpeg::FormatHandle open_container(const std::filesystem::path& path) {
  ffmpeg::capture_log();
  ffmpeg::clear_log();
  ffmpeg::Options options;
  options.set("protocol_whitelist", "file");
  options.set("pattern_type", "none");  // a '%' or '*' in an image's name is no pattern
  AVFormatContext* raw = nullptr;
  // "file:" keeps names such as "concat:a" or "http:b" what they are: names of files.
  const int opened =
      avformat_open_input(&raw, ("file:" + path.string()).c_str(), nullptr, options.get());
  if (opened < 0)
    throw ConfigError(path.string(),
                      "is no video or image that can be read: " + ffmpeg::error_text(opened));
  ffmpeg::FormatHandle container(raw);
  if (is_no_video_format(container->iformat->name))
    throw ConfigError(path.string(), fmt::format("is no video or image (it looks like the format "
                                                 "\"{}\")",
                                                 container->iformat->long_name));
  const int found = avformat_find_stream_info(container.get(), nullptr);
  if (found < 0)
    throw ConfigError(path.string(), "its streams cannot be read: " + ffmpeg::error_text(found));
  return container;
}

AVStream& video_stream(AVFormatContext& container, const std::string& file) {
  const int best = av_find_best_stream(&container, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (best < 0 || (container.streams[best]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0)
    throw ConfigError(file, fmt::format("holds no video (format {}, {} streams)",
                                        container.iformat->name, container.nb_streams));
  return *container.streams[best];
}

ffmpeg::CodecHandle open_codec(const AVStream& stream, const std::string& file) {
  const AVCodecParameters& parameters = *stream.codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters.codec_id);
  if (codec == nullptr)
    throw ConfigError(file, fmt::format("there is no decoder for its codec \"{}\"",
                                        avcodec_get_name(parameters.codec_id)));
  auto context = ffmpeg::checked<ffmpeg::CodecHandle>(avcodec_alloc_context3(codec));
  avcodec_parameters_to_context(context.get(), &parameters);
  context->pkt_timebase = stream.time_base;
  context->thread_count = 1;  // the pictures of a damaged stream depend on the threads
  context->flags |= AV_CODEC_FLAG_BITEXACT;  // else the inverse DCT follows the processor
  context->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM | AV_EF_BUFFER;
  context->error_concealment = 0;  // a guessed picture would pass for a measured one
  context->max_pixels = kMaxPixels;
  const int opened = avcodec_open2(context.get(), codec, nullptr);
  if (opened < 0)
    throw ConfigError(file, fmt::format("its codec \"{}\" cannot be opened: {}", codec->name,
                                        ffmpeg::error_text(opened)));
  return context;
}

double frame_rate(const AVStream& stream) {
  const AVRational rate =
      stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
  return rate.num > 0 && rate.den > 0 ? av_q2d(rate) : 0.0;
}

std::string rotation_note(const AVStream& stream) {
  const std::uint8_t* matrix = av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr);
  if (matrix == nullptr) return {};
  const double angle = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix));
  if (std::isnan(angle) || std::abs(angle) < 0.5) return {};
  return fmt::format(
      "says that its pictures are to be shown rotated by {:.0f} degrees; they are "
      "used as they are stored",
      -angle);
}

}  // namespace

class VideoSource::Decoder {
 public:
  explicit Decoder(const std::filesystem::path& path)
      : file_(path.string()),
        container_(open_container(path)),
        stream_(video_stream(*container_, file_)),
        codec_(open_codec(stream_, file_)),
        packet_(ffmpeg::checked<ffmpeg::PacketHandle>(av_packet_alloc())),
        frame_(ffmpeg::checked<ffmpeg::FrameHandle>(av_frame_alloc())) {
    ffmpeg::clear_log();  // what probing the streams said is no damage of a frame
    const std::string rotation = rotation_note(stream_);
    if (!rotation.empty()) warnings_.push_back(rotation);
    holds_frame_ = receive();
    if (!holds_frame_)
      throw ConfigError(file_, "not one picture of it can be decoded" +
                                   (damage_.empty() ? std::string() : ": " + damage_));
    const bool still = std::string_view(container_->iformat->name).ends_with("_pipe") ||
                       std::string_view(container_->iformat->name) == "image2";
    info_ = {avcodec_get_name(stream_.codecpar->codec_id), frame_->width, frame_->height,
             still ? 0.0 : frame_rate(stream_), std::nullopt};
  }

  const SourceInfo& info() const { return info_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

  /// Moves on to the next picture; false at the end.
  bool advance() {
    if (ended_) return false;
    if (!holds_frame_ && !receive()) {
      finish();
      return false;
    }
    holds_frame_ = false;
    if (frame_->width != info_.width || frame_->height != info_.height)
      throw ConfigError(
          file_, fmt::format("frame {} is {}x{}, but frame 0 is {}x{}", frames_, frame_->width,
                             frame_->height, info_.width, info_.height));
    ++frames_;
    return true;
  }

  Image picture() {
    try {
      return converter_.convert(*frame_);
    } catch (const std::runtime_error& error) {
      throw ConfigError(file_, error.what());
    }
  }

 private:
  /// Decodes until there is a whole picture in frame_; false when the stream is drained.
  /// Damage may be the mere end of a file that was cut short: it becomes an error only when a
  /// picture follows it.
  bool receive() {
    for (;;) {
      const int result = avcodec_receive_frame(codec_.get(), frame_.get());
      if (result == AVERROR_EOF) return false;
      if (result == AVERROR(EAGAIN)) {
        feed();
      } else if (result < 0) {
        note_damage(ffmpeg::error_text(result));
        if (drained_ && ++failures_while_draining_ > kMaxFailures) return false;
      } else if (is_damaged(*frame_)) {
        note_damage(ffmpeg::error_text(AVERROR_INVALIDDATA));
      } else {
        if (!damage_.empty())
          throw ConfigError(file_, fmt::format("frame {} is damaged, and more frames follow it: {}",
                                               damaged_frame_, damage_));
        note_complaint();
        return true;
      }
    }
  }

  static bool is_damaged(const AVFrame& frame) {
    return frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
  }

  /// Hands the next packet of the stream to the decoder, or the order to drain.
  void feed() {
    for (;;) {
      const int result = av_read_frame(container_.get(), packet_.get());
      if (result < 0) {
        if (result != AVERROR_EOF) note_damage(ffmpeg::error_text(result));
        drained_ = true;
        avcodec_send_packet(codec_.get(), nullptr);
        return;
      }
      if (packet_->stream_index == stream_.index) break;
      av_packet_unref(packet_.get());
    }
    send();
    av_packet_unref(packet_.get());
  }

  void send() {
    if ((packet_->flags & AV_PKT_FLAG_CORRUPT) != 0) {
      note_damage("a packet is incomplete");
      return;
    }
    const int result = avcodec_send_packet(codec_.get(), packet_.get());
    if (result < 0) note_damage(ffmpeg::error_text(result));
  }

  void note_damage(const std::string& what) {
    if (!damage_.empty()) return;
    damage_ = what;
    damaged_frame_ = frames_;
  }

  /// Some decoders mend a damaged picture, log an error and report success (ffv1 does).
  void note_complaint() {
    if (ffmpeg::last_log().empty()) return;
    if (complaints_++ == 0)
      first_complaint_ = fmt::format("first at frame {}: {}", frames_, ffmpeg::last_log());
    ffmpeg::clear_log();
  }

  void finish() {
    ended_ = true;
    if (complaints_ > 0)
      warnings_.push_back(fmt::format("the decoder complained at {} of {} frames, {}", complaints_,
                                      frames_, first_complaint_));
    if (!damage_.empty()) {
      warnings_.push_back(fmt::format("ends within frame {}: read up to the last whole frame ({})",
                                      damaged_frame_, damage_));
    } else if (stream_.nb_frames > frames_) {
      warnings_.push_back(fmt::format("its header announces {} frames, but it holds {}",
                                      stream_.nb_frames, frames_));
    }
  }

  static constexpr int kMaxFailures = 64;  ///< a decoder that fails for ever must not hang us

  std::string file_;
  ffmpeg::FormatHandle container_;
  AVStream& stream_;
  ffmpeg::CodecHandle codec_;
  ffmpeg::PacketHandle packet_;
  ffmpeg::FrameHandle frame_;
  RgbConverter converter_;
  SourceInfo info_;
  std::vector<std::string> warnings_;
  std::string damage_;
  std::int64_t damaged_frame_ = 0;
  std::int64_t frames_ = 0;      ///< handed out so far
  std::int64_t complaints_ = 0;  ///< frames at which an error was logged
  std::string first_complaint_;
  int failures_while_draining_ = 0;
  bool holds_frame_ = false;  ///< frame_ is decoded but not yet handed out
  bool drained_ = false;
  bool ended_ = false;
};

VideoSource::VideoSource(const std::filesystem::path& path)
    : decoder_(std::make_unique<Decoder>(path)) {}
VideoSource::~VideoSource() = default;

const SourceInfo& VideoSource::info() const { return decoder_->info(); }

std::optional<Image> VideoSource::next() {
  if (!decoder_->advance()) return std::nullopt;
  return decoder_->picture();
}

bool VideoSource::skip() { return decoder_->advance(); }

std::vector<std::string> VideoSource::warnings() const { return decoder_->warnings(); }

}  // namespace deltasim
