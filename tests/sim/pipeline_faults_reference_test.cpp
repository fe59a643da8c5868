// With trained weights and a real clip: few flips change no answer, many destroy it.

#include <boost/test/unit_test.hpp>

#include "arch/resources.h"
#include "sim/pipeline/fault_study.h"
#include "tests/support/shared_data.h"

BOOST_AUTO_TEST_SUITE(pipeline_faults_reference_test)

using namespace deltasim;

BOOST_AUTO_TEST_CASE(resnet50_on_vtest) {
  const auto weights = test::shared_data_or_skip("weights/resnet50_v1_tfofficial_u8.npz");
  const auto pictures = test::shared_data_or_skip("golden/reference/vtest_frames.npy");
  if (!weights || !pictures) return;
  FaultStudySpec spec;
  spec.name = "reference";
  spec.recording.network.network = "resnet50";
  spec.recording.network.weights = *weights;
  spec.recording.video.file = *pictures;
  spec.recording.video.frames = FrameRange{10, 4, 1};
  spec.recording.video.transform = {.resize_short = 224, .crop = 224};
  spec.recording.quantizer = parse_quantizer("fixed_point:8");
  spec.accelerator = find_resource("accelerators", "delta_event_256");
  for (const double rate : {1e-8, 1e-2}) {
    FaultPoint point;
    point.faults.weight_bit_error_rate = rate;
    spec.points.push_back(point);
  }
  ProgressListener nobody;
  const FaultStudyResult result = study_faults(spec, "1", nobody);
  BOOST_TEST(result.undisturbed.front().weights == "trained");
  BOOST_TEST(result.points[0].top1_agreement == 1);
  BOOST_TEST(result.points[0].streams.front().logits.mean_relative < 0.05);
  BOOST_TEST(result.points[1].top1_agreement == 0);
  BOOST_TEST(result.points[1].streams.front().logits.mean_relative > 0.5);
}

BOOST_AUTO_TEST_SUITE_END()
