#pragma once
// What faults of the memories cost the reference network: plain values that sim/pipeline finds and
// report/ turns into text, JSON and CSV. Names are the keys of faults.json (deltasim.faults/1).

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/quantities.h"

namespace deltasim {

/// Logits of the disturbed network less those of the undisturbed one, over all frames and classes.
struct LogitChange {
  double mean = 0;           ///< of the magnitudes
  double max = 0;            ///< largest magnitude
  double mean_relative = 0;  ///< mean over the mean magnitude of the undisturbed logits
  double max_relative = 0;   ///< max over the largest magnitude of the undisturbed logits
};

/// Of all delta sites: 1 - non-zeros / elements.
struct SiteSparsity {
  double activation = 0;
  std::optional<double> temporal;  ///< of the frames after the first, where there are any
};

struct FlipFigures {
  std::int64_t stored_bits = 0;  ///< of weights, once; of state, in every gap between two frames
  std::int64_t flipped_bits = 0;
};

struct FaultStreamFigures {
  std::string name;
  double top1_agreement = 0;  ///< share of frames with the undisturbed network's top class
  LogitChange logits;
  SiteSparsity sparsity;
  FlipFigures weights, state;
  std::int64_t noisy_weights = 0;
};

/// The refresh of the accelerator's DRAM at a longer interval.
struct RefreshFigures {
  double interval_multiple = 1;    ///< of the standard interval
  double saved_share = 0;          ///< of the refresh commands: 1 - 1/multiple
  double commands_per_second = 0;  ///< of all channels and ranks, at this interval
  /// Above the standby beneath it; nothing where the part's file does not state its currents.
  std::optional<Watts> power;
  std::optional<Watts> saved_power;  ///< against the standard interval
};

struct FaultPointFigures {
  std::string faults;  ///< as text, empty for none
  double weight_bit_error_rate = 0;
  double state_bit_error_rate = 0;
  std::vector<double> noise_sigmas;
  std::optional<RefreshFigures> refresh;
  std::vector<FaultStreamFigures> streams;
  double top1_agreement = 0;  ///< of the streams' averaged class probabilities
};

struct UndisturbedStream {
  std::string name;
  std::string weights;  ///< kind of the weights
  SiteSparsity sparsity;
};

struct FaultStudyResult {
  std::vector<std::pair<std::string, std::string>> provenance;
  std::int64_t frames = 0;
  std::string execution;  ///< of all networks: "dense", or "delta" where state is disturbed
  std::vector<UndisturbedStream> undisturbed;
  std::vector<FaultPointFigures> points;
  std::vector<std::string> notes;
};

}  // namespace deltasim
