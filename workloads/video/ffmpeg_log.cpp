#include <cstdarg>
#include <cstdio>
#include <mutex>

#include "workloads/video/ffmpeg_handles.h"

namespace deltasim::ffmpeg {
namespace {

thread_local std::string last_message;

void remember(void* /*context*/, int level, const char* format, va_list arguments) {
  // Without the usual "[mpeg4 @ 0x55...]" in front: an address would make error texts differ
  // from run to run.
  if (level > AV_LOG_ERROR) return;
  char line[512];
  if (std::vsnprintf(line, sizeof line, format, arguments) <= 0) return;
  std::string text(line);
  while (!text.empty() && (text.back() == '\n' || text.back() == '.')) text.pop_back();
  if (!text.empty()) last_message = std::move(text);
}

}  // namespace

void capture_log() {
  static std::once_flag installed;
  std::call_once(installed, [] { av_log_set_callback(remember); });
}

void clear_log() { last_message.clear(); }

const std::string& last_log() { return last_message; }

std::string error_text(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return last_message.empty() ? std::string(text) : std::string(text) + " (" + last_message + ")";
}

}  // namespace deltasim::ffmpeg
