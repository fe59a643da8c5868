#pragma once
// Memory that a thread uses over and over for the block at hand.

#include <cstddef>

#include "workloads/execution/aligned_array.h"

namespace deltasim {

/// What a piece of scratch memory is for: two that are in use at once need two names.
enum class Scratch {
  kPrimitive,
  kSums,
  kSecondSums,
  kPlane,
  kValues,
  kRow,
  kDecoded,
  kBlockedInput,
  kBlockedOutput
};

/// At least `elements` of this thread's memory for that purpose, content undefined. Valid until
/// the same thread asks for the same purpose and type again.
template <Scratch purpose, typename T>
T* borrow(std::size_t elements) {
  thread_local AlignedArray<T> own;
  if (own.size() < elements) own = AlignedArray<T>(elements);
  return own.data();
}

}  // namespace deltasim
