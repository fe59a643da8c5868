#include <boost/test/unit_test.hpp>

#include "arch/errors.h"
#include "explore/slurm/cluster.h"
#include "explore/slurm/external_command.h"

BOOST_AUTO_TEST_SUITE(slurm_queue_test)

using namespace deltasim;

namespace {

// Printed by squeue and scontrol of Slurm 22.05.8 (the latter cut after its first fields), with
// tasks that were started where their output could not be written, ran out of time, killed
// themselves, were cancelled and were requeued.
constexpr const char* kQueue =
    "15|0|FAILED|JobLaunchFailure|node1\n"
    "15|1|FAILED|JobLaunchFailure|node3\n"
    "17|N/A|FAILED|JobLaunchFailure|node1\n"
    "18|N/A|FAILED|BadConstraints|\n"
    "19|N/A|FAILED|NonZeroExitCode|node1\n"
    "16|2|TIMEOUT|TimeLimit|node3\n"
    "8|1|PENDING|BeginTime|\n"
    "9|N/A|PENDING|Dependency|\n"
    "8|5|RUNNING|None|node1\n"
    "8|0|COMPLETED|None|node1\n";
constexpr const char* kJobs =
    "JobId=15 ArrayJobId=15 ArrayTaskId=1 JobName=t.sh Requeue=1 Restarts=0 ExitCode=0:53 "
    "RunTime=00:00:00 NodeList=node3\n"
    "JobId=20 ArrayJobId=15 ArrayTaskId=0 JobName=t.sh Requeue=1 Restarts=0 ExitCode=0:53 "
    "RunTime=00:00:00 NodeList=node1\n"
    "JobId=17 JobName=wrap Restarts=0 BatchFlag=1 Reboot=0 ExitCode=0:9 RunTime=00:00:00\n"
    "JobId=19 JobName=wrap Restarts=0 BatchFlag=1 Reboot=0 ExitCode=3:0 RunTime=00:00:01\n";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_queue_is_read_as_it_is_printed) {
  const std::vector<ClusterTask> tasks = parse_queue(kQueue);
  BOOST_REQUIRE(tasks.size() == 10);
  BOOST_TEST(tasks[1].job == "15");
  BOOST_TEST((tasks[1].task == 1));
  BOOST_TEST(tasks[1].state == "FAILED");
  BOOST_TEST(tasks[1].reason == "JobLaunchFailure");
  BOOST_TEST(tasks[1].node == "node3");
  BOOST_TEST(!tasks[2].task);
  BOOST_TEST((phase_of(tasks[1]) == TaskPhase::kFailed));
  BOOST_TEST((phase_of(tasks[5]) == TaskPhase::kFailed));
  BOOST_TEST((phase_of(tasks[6]) == TaskPhase::kWaiting));
  BOOST_TEST((phase_of(tasks[8]) == TaskPhase::kRunning));
  BOOST_TEST((phase_of(tasks[9]) == TaskPhase::kCompleted));
}

BOOST_AUTO_TEST_CASE(an_empty_queue_and_the_heading_of_a_cluster_are_no_tasks) {
  BOOST_TEST(parse_queue("").empty());
  BOOST_TEST(parse_queue("CLUSTER: big\n").empty());
  BOOST_TEST(parse_queue("CLUSTER: big\n1|2|RUNNING|None|a\n").size() == 1);
}

BOOST_AUTO_TEST_CASE(causes_tell_what_helps) {
  std::vector<ClusterTask> tasks = parse_queue(kQueue);
  add_exit_codes(kJobs, tasks);
  BOOST_TEST(tasks[0].exit == "0:53");
  BOOST_TEST(tasks[1].exit == "0:53");
  BOOST_TEST(tasks[8].exit.empty());
  BOOST_TEST(contains(cause_of(tasks[1]), "on node3"));
  BOOST_TEST(contains(cause_of(tasks[1]), "file system that all nodes share"));
  BOOST_TEST(contains(cause_of(tasks[2]), "by signal 9"));
  BOOST_TEST(contains(cause_of(tasks[4]), "with status 3"));
  BOOST_TEST(contains(cause_of(tasks[5]), "on node3 (TIMEOUT): --time"));
  BOOST_TEST(contains(cause_of({.state = "OUT_OF_MEMORY", .node = "a"}), "--memory"));
  BOOST_TEST(contains(cause_of({.state = "CANCELLED"}), "cancelled"));
  for (const char* exit : {"127:0", "126:0"}) {
    BOOST_TEST(contains(cause_of({.state = "FAILED", .node = "a", .exit = exit}), "same path"));
  }
}

BOOST_AUTO_TEST_CASE(a_job_is_a_number_and_perhaps_a_cluster) {
  BOOST_TEST((parse_job_id("12\n") == JobId{"12"}));
  BOOST_TEST((parse_job_id("12;big\n") == JobId{"12", "big"}));
  BOOST_TEST(parse_job_id("12;big\n")->text() == "12;big");
  for (const char* text : {"", "\n", "Submitted batch job 12", "12;a;b", "-1"}) {
    BOOST_TEST(!parse_job_id(text), text);
  }
}

BOOST_AUTO_TEST_CASE(the_largest_array_is_what_the_controller_says) {
  BOOST_TEST(parse_max_array_size("MaxDBDMsgs = 2\nMaxArraySize            = 5000\nMaxJob = 1\n") ==
             5000);
  BOOST_TEST(parse_max_array_size("MaxJobCount = 10000\n") == 1001);
}

BOOST_AUTO_TEST_CASE(a_program_is_run_with_all_that_it_prints) {
  const CommandOutput output =
      run_command({"sh", "-c", "seq 100000; seq 100000 >&2; exit 7"}, "a test");
  BOOST_TEST(output.status == 7);
  BOOST_TEST(output.output.size() == 588895);
  BOOST_TEST(output.errors == output.output);
  BOOST_TEST(run_command({"sh", "-c", "kill -9 $$"}, "a test").status == 137);
  BOOST_TEST(run_command({"cat"}, "a test").output.empty());
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_said_to_be_needed) {
  BOOST_CHECK_EXCEPTION(
      run_command({"no_such_program"}, "Slurm has it"), ConfigError, [](const ConfigError& fault) {
        return contains(fault.what(), "no_such_program") && contains(fault.what(), "Slurm has it");
      });
}

BOOST_AUTO_TEST_SUITE_END()
