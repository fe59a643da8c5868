#pragma once
// What was made of the last few files, for who reads the same ones thousands of times.

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace deltasim {

/// The same text of the same file gives the same value, so that it need not be made again. Files
/// are told apart by all of their text: one that changes meanwhile is never taken for what it was.
template <typename T>
class ParseCache {
 public:
  explicit ParseCache(std::size_t most) : most_(most) {}

  /// @param make a T; what it throws is thrown again each time
  template <typename Make>
  T get(std::string_view file, std::string_view text, const Make& make) {
    const std::lock_guard guard(mutex_);
    for (const Made& made : made_) {
      if (made.file == file && made.text == text) return made.value;
    }
    T value = make();
    if (made_.size() == most_) made_.pop_front();
    made_.push_back({std::string(file), std::string(text), value});
    return value;
  }

 private:
  struct Made {
    std::string file, text;
    T value;
  };
  std::size_t most_;
  std::mutex mutex_;
  std::deque<Made> made_;
};

}  // namespace deltasim
