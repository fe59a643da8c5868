#pragma once
// Zero-initialised, cache-line aligned storage of plain numbers.

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <span>

namespace deltasim {

template <typename T>
class AlignedArray {
 public:
  static constexpr std::align_val_t kAlignment{64};

  AlignedArray() = default;
  explicit AlignedArray(std::size_t size)
      : size_(size), data_(static_cast<T*>(::operator new(size * sizeof(T), kAlignment))) {
    clear();
  }

  std::size_t size() const { return size_; }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }
  void clear() {
    if (size_ > 0) std::memset(static_cast<void*>(data_.get()), 0, size_ * sizeof(T));
  }

 private:
  struct Release {
    void operator()(T* data) const { ::operator delete(data, kAlignment); }
  };
  std::size_t size_ = 0;
  std::unique_ptr<T, Release> data_;
};

}  // namespace deltasim
