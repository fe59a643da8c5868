#pragma once
// Proof that the delta recursion and the dense network are the same thing.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "workloads/execution/quantized_network.h"

namespace deltasim {

/// One linear operation (layer with its join, average pool, sum) in one frame.
struct RecursionEntry {
  std::string name;
  int frame = 0;
  bool integer = false;            ///< runs in integers: Y must be equal to the bit
  double max_error = 0;            ///< largest |Y_delta - Y_dense|
  double max_magnitude = 0;        ///< largest |Y_dense|
  std::int64_t flipped_codes = 0;  ///< float32: quantized outputs that rounding put elsewhere
  bool holds = false;              ///< exact, or within kRecursionTolerance * max_magnitude
};

struct RecursionReport {
  std::vector<RecursionEntry> entries;  ///< by frame, then in execution order
  bool holds() const;
  /// The entry with the largest error relative to max |Y|, nullptr where there are none.
  const RecursionEntry* worst() const;
};

constexpr double kRecursionTolerance = 1e-4;

/// Runs the same frames through two networks, Y = W*X + B and Y += W*dX, and compares Y after
/// every linear operation: an identity of one operation, Y[t] = W*X[t] + B, so both must be given
/// the same X. In integers that is so by itself, since equal Y give equal X. In float32 a sum in
/// another order may round to another code now and then, and from there on the two would be
/// compared on different inputs: so the delta network goes on with the dense one's X (that many
/// codes are counted), while every state Y is its own from the first frame to the last.
class RecursionVerifier {
 public:
  /// @param make_quantizers called twice: a quantizer remembers its own frames
  RecursionVerifier(const Graph& graph, const Weights& weights, std::span<const RecordedMap> maps,
                    const std::function<SiteQuantizers()>& make_quantizers, const Backend& backend,
                    std::shared_ptr<Workers> workers, Precision precision);

  /// Compares one more frame.
  void step(std::span<const float> input);
  const RecursionReport& report() const { return report_; }
  const QuantizedNetwork& dense() const { return dense_; }

 private:
  QuantizedNetwork dense_;
  QuantizedNetwork delta_;
  RecursionReport report_;
  int frame_ = 0;
};

/// All frames at once.
RecursionReport verify_recursion(const Graph& graph, const Weights& weights,
                                 std::span<const RecordedMap> maps,
                                 const std::function<SiteQuantizers()>& make_quantizers,
                                 const Backend& backend, std::shared_ptr<Workers> workers,
                                 Precision precision, std::span<const std::vector<float>> frames);

}  // namespace deltasim
