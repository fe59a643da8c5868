#include "arch/sha256.h"
#include "sim/pipeline/record_source.h"
#include "sim/pipeline/trace_frames.h"
#include "traces/reader.h"

namespace deltasim {
namespace {

class StoredRecords final : public RecordSource {
 public:
  StoredRecords(const std::filesystem::path& trace, const SourceOptions& options)
      : trace_(trace), options_(options) {
    TraceReader reader(trace);
    summary_ = summarise(reader);
    header_ = reader.header();
    frames_ = frames_to_run(trace, reader, options.frames);
    require_whole_batches(trace, frames_, frames_to_run(trace, reader, {}), options.batch);
    samples_ = sample_frames(reader);
  }

  const TraceHeader& header() const override { return header_; }
  std::int64_t frames() const override { return frames_; }
  int batch() const override { return options_.batch; }
  const SampleFrames& samples() const override { return samples_; }
  const TraceSummary& summary() const override { return summary_; }
  std::string trace_name() const override { return trace_.filename().string(); }
  std::filesystem::path file() const override { return trace_; }

  std::string trace_sha256() override {
    if (sha256_.empty()) sha256_ = sha256_of_file(trace_);
    return sha256_;
  }

  std::vector<ModeResults> simulate(const std::vector<ModeSetup>& setups,
                                    ProgressListener& progress) override {
    return simulate_modes(setups,
                          {.trace = trace_,
                           .trace_sha256 = trace_sha256(),
                           .tool_version = options_.tool_version,
                           .items = options_.items,
                           .frames = frames_,
                           .batch = options_.batch,
                           .jobs = options_.jobs},
                          progress);
  }

 private:
  std::filesystem::path trace_;
  SourceOptions options_;
  TraceSummary summary_;
  TraceHeader header_;
  std::int64_t frames_ = 0;
  SampleFrames samples_;
  std::string sha256_;
};

}  // namespace

std::unique_ptr<RecordSource> stored_records(const std::filesystem::path& trace,
                                             const SourceOptions& options) {
  return std::make_unique<StoredRecords>(trace, options);
}

}  // namespace deltasim
