#include "sim/pipeline/classify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <numeric>

#include "arch/errors.h"
#include "arch/interrupt.h"
#include "sim/pipeline/prepare.h"
#include "workloads/execution/fidelity.h"

namespace deltasim {
namespace {

/// Adds softmax(logits) to `scores`.
void add_softmax(std::span<const float> logits, std::vector<double>& scores) {
  const std::vector<float> probabilities = softmax(logits);
  scores.resize(logits.size(), 0);
  for (std::size_t i = 0; i < scores.size(); ++i) scores[i] += probabilities[i];
}

std::string without_number(const std::string& line) {
  std::size_t at = 0;
  while (at < line.size() && std::isdigit(static_cast<unsigned char>(line[at])) != 0) ++at;
  if (at == 0 || at >= line.size() || line[at] != ' ') return line;
  return line.substr(line.find_first_not_of(' ', at));
}

/// First output that has a label.
std::size_t label_offset(const std::vector<std::string>& labels, std::size_t outputs,
                         const std::filesystem::path& file) {
  if (labels.size() == outputs) return 0;
  if (labels.size() + 1 == outputs) return 1;
  throw ConfigError(Fault{.file = file.string(),
                          .found = fmt::format("{} labels", labels.size()),
                          .expected = fmt::format("as many as the network has classes, {} (or {} "
                                                  "and a background class)",
                                                  outputs, outputs - 1)});
}

std::string label_of(std::size_t output, const std::vector<std::string>& labels,
                     std::size_t offset) {
  if (labels.empty()) return {};
  return output < offset ? "background" : labels[output - offset];
}

}  // namespace

std::vector<std::string> read_labels(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw ConfigError(file.string(), "this file of labels cannot be read");
  std::vector<std::string> labels;
  for (std::string line; std::getline(stream, line);) {
    while (!line.empty() && std::isspace(static_cast<unsigned char>(line.back())) != 0) {
      line.pop_back();
    }
    if (!line.empty()) labels.push_back(without_number(line));
  }
  if (labels.empty()) throw ConfigError(file.string(), "this file of labels is empty");
  return labels;
}

Classification classify(const RecordingSpec& spec,
                        const std::optional<std::filesystem::path>& labels_file, int top,
                        ProgressListener& progress) {
  const std::vector<std::string> labels =
      labels_file ? read_labels(*labels_file) : std::vector<std::string>{};
  const Preparation prepared = prepare_recording(spec, progress);
  const auto backend = make_onednn_backend();
  Classification result{.frames = prepared.frames.count,
                        .weights_kind = prepared.streams.front().weights.kind,
                        .top = {}};
  std::vector<double> scores;
  for (const PreparedStream& stream : prepared.streams) {
    QuantizedNetwork network(stream.graph, stream.weights, stream.maps,
                             make_site_quantizers({}, stream.graph, stream.maps, {}), *backend,
                             prepared.workers);
    StreamInput input(stream, spec.video);
    ClipReader clip = open_clip(spec.video, prepared.frames, prepared.history);
    while (const auto frame = clip.next()) {
      if (interrupted()) throw Interrupted("interrupted");
      network.step(input.of(*frame));
      add_softmax(network.logits(), scores);
    }
  }
  const std::size_t offset = labels_file ? label_offset(labels, scores.size(), *labels_file) : 0;
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto count = std::min(static_cast<std::size_t>(top), order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end(),
                    [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  const double runs =
      static_cast<double>(prepared.frames.count) * static_cast<double>(prepared.streams.size());
  for (std::size_t i = 0; i < count; ++i) {
    result.top.push_back(
        {static_cast<int>(order[i]), label_of(order[i], labels, offset), scores[order[i]] / runs});
  }
  return result;
}

}  // namespace deltasim
