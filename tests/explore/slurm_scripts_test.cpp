#include "explore/slurm/scripts.h"

#include <boost/test/unit_test.hpp>

#include "arch/errors.h"

BOOST_AUTO_TEST_SUITE(slurm_scripts_test)

using namespace deltasim;

namespace {

ScriptFacts made_up_facts() {
  return {.sweep = "state_place",
          .tool_version = "1.2.3",
          .program = "/opt/bin/deltasim",
          .folder = "/home/u/results/state_place",
          .log_folder = "/home/u/results/state_place/slurm/logs/1",
          .first_chunk = 16,
          .chunks = 8,
          .request = {}};
}

std::string refusal(const std::string& argument) {
  ScriptFacts facts = made_up_facts();
  facts.request.sbatch_arguments = {argument};
  try {
    return "not refused: " + array_script(facts);
  } catch (const ConfigError& fault) {
    return fault.what();
  }
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_array_has_a_task_a_chunk) {
  BOOST_TEST(array_script(made_up_facts()) ==
             "#!/bin/bash\n"
             "# Evaluates points of a sweep, one chunk a task. A task that is requeued goes on\n"
             "# where it was. Written by deltasim 1.2.3.\n"
             "#SBATCH --job-name=state_place\n"
             "#SBATCH --array=0-7\n"
             "#SBATCH --requeue\n"
             "#SBATCH --nodes=1\n"
             "#SBATCH --ntasks=1\n"
             "#SBATCH --output=/home/u/results/state_place/slurm/logs/1/%a.log\n"
             "#SBATCH --open-mode=append\n"
             "exec /opt/bin/deltasim sweep work /home/u/results/state_place --chunk "
             "\"$((16 + SLURM_ARRAY_TASK_ID))\"\n");
}

BOOST_AUTO_TEST_CASE(the_merge_is_one_task) {
  BOOST_TEST(merge_script(made_up_facts()) ==
             "#!/bin/bash\n"
             "# Takes the results of the tasks together; may be run again. Written by deltasim "
             "1.2.3.\n"
             "#SBATCH --job-name=state_place-merge\n"
             "#SBATCH --requeue\n"
             "#SBATCH --nodes=1\n"
             "#SBATCH --ntasks=1\n"
             "#SBATCH --output=/home/u/results/state_place/slurm/logs/1/merge.log\n"
             "#SBATCH --open-mode=append\n"
             "exec /opt/bin/deltasim sweep merge /home/u/results/state_place\n");
}

BOOST_AUTO_TEST_CASE(what_the_user_asks_of_the_cluster_is_in_both) {
  ScriptFacts facts = made_up_facts();
  facts.request = {.partition = "long",
                   .account = "a1",
                   .time = "1-12:00:00",
                   .memory = "4G",
                   .sbatch_arguments = {"--qos=high", "--exclusive", "--comment=a \"b\" #c"}};
  const std::string expected =
      "#SBATCH --partition=long\n"
      "#SBATCH --account=a1\n"
      "#SBATCH --time=1-12:00:00\n"
      "#SBATCH --mem=4G\n"
      "#SBATCH --qos=high\n"
      "#SBATCH --exclusive\n"
      "#SBATCH --comment=\"a \\\"b\\\" #c\"\n";
  BOOST_TEST(contains(array_script(facts), expected));
  BOOST_TEST(contains(merge_script(facts), expected));
}

BOOST_AUTO_TEST_CASE(names_with_spaces_and_signs_stay_one_word) {
  ScriptFacts facts = made_up_facts();
  facts.sweep = "my sweep";
  facts.folder = "/home/u/it's 50%";
  facts.log_folder = "/home/u/it's 50%/slurm/logs/1";
  const std::string script = array_script(facts);
  BOOST_TEST(contains(script, "--job-name=\"my sweep\"\n"));
  BOOST_TEST(contains(script, "--output=\"/home/u/it's 50%%/slurm/logs/1/%a.log\"\n"));
  BOOST_TEST(contains(script, "sweep work '/home/u/it'\\''s 50%' --chunk"));
}

BOOST_AUTO_TEST_CASE(arguments_that_are_no_options_are_refused) {
  for (const char* argument : {"qos=long", "-p", "", "--qos long", "--a\n#SBATCH --b"}) {
    BOOST_TEST(contains(refusal(argument), "--sbatch-arg"), argument);
  }
  BOOST_TEST(contains(refusal("--comment=a\nrm -rf /"), "one line"));
}

BOOST_AUTO_TEST_SUITE_END()
