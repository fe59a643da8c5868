#pragma once
// What the values of options are: the word that the help shows for them decides how a shell
// completes them.

#include <string>
#include <string_view>
#include <vector>

namespace deltasim::cli {

/// For CLI::Option::type_name().
namespace kind {
inline constexpr const char* kFile = "FILE";
inline constexpr const char* kFolder = "DIR";
inline constexpr const char* kExperiment = "EXPERIMENT";    ///< file, or name of a shipped one
inline constexpr const char* kAccelerator = "ACCELERATOR";  ///< file, or name of a shipped one
inline constexpr const char* kEnergy = "ENERGY_TABLE";      ///< file, or name of a shipped one
inline constexpr const char* kSram = "SRAM_MODEL";          ///< file, or name of a shipped one
inline constexpr const char* kMemory = "MEMORY";            ///< file, or name of a shipped one
inline constexpr const char* kNetwork = "NETWORK";          ///< built in, .onnx
inline constexpr const char* kNetworkOrTable = "NETWORK_OR_CSV";  ///< built in, .onnx, .csv
inline constexpr const char* kTrace = "TRACE";
inline constexpr const char* kVideo = "VIDEO";
inline constexpr const char* kWeights = "NPZ";
inline constexpr const char* kCsv = "CSV";
inline constexpr const char* kMode = "MODE";
inline constexpr const char* kOverride = "KEY=VALUE";
inline constexpr const char* kQuantizer = "QUANTIZER";
inline constexpr const char* kStreams = "STREAMS";
inline constexpr const char* kBackend = "BACKEND";
inline constexpr const char* kPadding = "PADDING";
inline constexpr const char* kPreset = "PRESET";
inline constexpr const char* kSuite = "SUITE";
inline constexpr const char* kShell = "SHELL";
inline constexpr const char* kFormats = "FORMATS";
inline constexpr const char* kFrames = "FRAMES";    ///< START:COUNT[:STRIDE]
inline constexpr const char* kPattern = "PATTERN";  ///< of names
inline constexpr const char* kMap = "MAP=SHARES";
inline constexpr const char* kSweep = "SWEEP";  ///< file, or name of a shipped study
inline constexpr const char* kEngine = "ENGINE";
inline constexpr const char* kGoal = "GOAL";  ///< of selective placement
inline constexpr const char* kSize = "SIZE";  ///< of a memory
inline constexpr const char* kArea = "MM2";
}  // namespace kind

/// Which files may stand for a value.
struct FileRule {
  enum Kind { kNone, kFolders, kFiles } kind = kNone;
  std::vector<std::string> endings{};  ///< of files, without the dot; none: all
};

struct ValueChoices {
  std::vector<std::string> names{};  ///< beside files
  FileRule files{};
};

/// What may stand for a value of this type, as far as it is known. Numbers: nothing. A type that
/// is not among the above: any file, as shells do by themselves.
/// @param begun what stands there already
ValueChoices choices_of(std::string_view type, std::string_view begun);

}  // namespace deltasim::cli
