#pragma once
// The parts of an accelerator, as a timeline calls them.

namespace deltasim {

inline constexpr const char* kSequencerPart = "sequencer";
inline constexpr const char* kDmaPart = "DMA";
inline constexpr const char* kDramPart = "DRAM";
inline constexpr const char* kGlobalBufferPart = "global buffer";
inline constexpr const char* kNocPart = "NoC";
inline constexpr const char* kPeArrayPart = "PE array";
inline constexpr const char* kDeltaUnitPart = "delta unit";
inline constexpr const char* kStateMemoryPart = "state memory";

}  // namespace deltasim
