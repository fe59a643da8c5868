// Recordings that several runs share.

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "sim/pipeline/experiment_trace.h"
#include "tests/support/temporary_directory.h"
#include "tests/workloads/npy_support.h"
#include "traces/reader.h"

BOOST_AUTO_TEST_SUITE(pipeline_shared_trace_test)

using namespace deltasim;

class Recordings : public ProgressListener {
 public:
  void begin(std::string_view what, std::int64_t, std::string_view) override {
    if (what == "recording") ++count;
  }
  int count = 0;
};

struct Shared {
  Shared() {
    std::string pixels(std::size_t{4} * 224 * 224 * 3, '\0');
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<char>(i * 7 % 251);
    spec.recording.video.file =
        folder.write("v.npy", test::npy(test::npy_dictionary("|u1", "(4, 224, 224, 3)"), pixels));
    spec.recording.network.network = "mobilenet_v2";
    spec.recording.fidelity = false;
    options.output = folder.path() / "never_made";
    options.tool_version = "1";
    options.shared = folder.path() / "shared";
  }

  /// @return how many recordings it took
  int need_trace() {
    Recordings recordings;
    trace = experiment_trace(spec, options, recordings);
    return recordings.count;
  }

  /// In a process of its own, whose exit status is the number of recordings.
  pid_t start_needing_trace() {
    const pid_t process = ::fork();
    if (process == 0) ::_exit(need_trace());
    return process;
  }

  test::TemporaryDirectory folder;
  RunSpec spec;
  RunOptions options;
  std::filesystem::path trace;
};

BOOST_FIXTURE_TEST_CASE(equal_recordings_are_made_once, Shared) {
  BOOST_TEST(need_trace() == 1);
  const std::filesystem::path first = trace;
  BOOST_TEST(first.parent_path() == *options.shared / "traces");
  options.output = folder.path() / "another";
  BOOST_TEST(need_trace() == 0);
  BOOST_TEST(trace == first);
  spec.recording.quantizer.kind = FixedPointSpec{6};
  BOOST_TEST(need_trace() == 1);
  BOOST_TEST(trace != first);
  BOOST_TEST(TraceReader(first).frames(0) == 4);
}

BOOST_FIXTURE_TEST_CASE(of_two_processes_at_once_one_records, Shared) {
  const std::vector<pid_t> processes{start_needing_trace(), start_needing_trace()};
  int recordings = 0;
  for (const pid_t process : processes) {
    int status = 0;
    ::waitpid(process, &status, 0);
    BOOST_TEST(WIFEXITED(status));
    recordings += WEXITSTATUS(status);
  }
  BOOST_TEST(recordings == 1);
  BOOST_TEST(need_trace() == 0);
}

BOOST_FIXTURE_TEST_CASE(who_is_killed_while_recording_leaves_it_to_the_next, Shared) {
  const pid_t process = start_needing_trace();
  const auto has_begun = [&] {
    const std::filesystem::path traces = *options.shared / "traces";
    if (!std::filesystem::exists(traces)) return false;
    for (const auto& file : std::filesystem::directory_iterator(traces)) {
      if (file.path().extension() == ".key") return true;
    }
    return false;
  };
  while (!has_begun()) ::usleep(1000);
  ::kill(process, SIGKILL);
  ::waitpid(process, nullptr, 0);
  BOOST_TEST(need_trace() == 1);
  BOOST_TEST(TraceReader(trace).frames(0) == 4);
}

/// Six frames, of which the last is the brightest: a calibration that left it out would show.
struct Brightening : Shared {
  Brightening() {
    std::string pixels(std::size_t{6} * 224 * 224 * 3, '\0');
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      const std::size_t frame = i / (std::size_t{224} * 224 * 3);
      pixels[i] = static_cast<char>(i * 7 % 40 * (frame + 1));
    }
    spec.recording.video.file =
        folder.write("b.npy", test::npy(test::npy_dictionary("|u1", "(6, 224, 224, 3)"), pixels));
    spec.recording.quantizer.kind = FixedPointSpec{6};
  }
};

BOOST_FIXTURE_TEST_CASE(first_frames_are_those_of_the_whole_recording, Brightening) {
  spec.recording.first_frames = 4;
  BOOST_TEST(need_trace() == 1);
  const std::filesystem::path some = trace;
  TraceReader first(some);
  BOOST_TEST(first.frames(0) == 4);
  BOOST_TEST(first.header().video.count == 4);
  spec.recording.first_frames.reset();
  BOOST_TEST(need_trace() == 1);
  TraceReader whole(trace);
  BOOST_TEST(whole.frames(0) == 6);
  for (std::int64_t frame = 0; frame < 4; ++frame) {
    FrameRecord a, b;
    first.read(0, frame, a);
    whole.read(0, frame, b);
    BOOST_REQUIRE(a.maps.size() == b.maps.size());
    for (std::size_t map = 0; map < a.maps.size(); ++map) {
      BOOST_TEST(
          (a.maps[map].active == b.maps[map].active && a.maps[map].delta == b.maps[map].delta),
          "frame " << frame << ", map " << map);
    }
  }
  // Now that all are there, they serve.
  spec.recording.first_frames = 5;
  BOOST_TEST(need_trace() == 0);
  BOOST_TEST(TraceReader(trace).frames(0) == 6);
  spec.recording.first_frames = 9;  // than there are
  BOOST_TEST(need_trace() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
