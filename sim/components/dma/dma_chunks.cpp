#include "sim/components/dma/dma_chunks.h"

#include <algorithm>

namespace deltasim {

DmaChunks::DmaChunks(std::span<const dram::ByteRange> ranges, std::int64_t largest,
                     std::int64_t alignment)
    : left_(ranges), largest_(largest), alignment_(alignment) {
  for (const dram::ByteRange& range : ranges) all_ += range.bytes;
}

bool DmaChunks::next() {
  piece_.clear();
  before_ = so_far_;
  std::int64_t room = largest_;
  while (!left_.empty() && room > 0) {
    const dram::ByteRange& range = left_.front();
    const std::int64_t begin = range.address + offset_;
    const std::int64_t end = range.address + range.bytes;
    const std::int64_t cut = (begin + room) / alignment_ * alignment_;
    const std::int64_t stop = end <= begin + room ? end : std::max(cut, begin);
    if (stop == begin && end > begin) break;  // too little room for a whole burst
    if (stop > begin) piece_.push_back({begin, stop - begin});
    so_far_ += stop - begin;
    room -= stop - begin;
    offset_ += stop - begin;
    if (offset_ == range.bytes) {
      left_ = left_.subspan(1);
      offset_ = 0;
    }
  }
  return !piece_.empty();
}

}  // namespace deltasim
