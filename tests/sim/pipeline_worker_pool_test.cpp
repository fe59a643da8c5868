#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <numeric>
#include <thread>

#include "arch/errors.h"
#include "sim/pipeline/worker_pool.h"

BOOST_AUTO_TEST_SUITE(pipeline_worker_pool_test)

using namespace deltasim;

using Work = std::function<std::string(std::size_t)>;

std::vector<std::size_t> first(std::size_t count) {
  std::vector<std::size_t> items(count);
  std::iota(items.begin(), items.end(), std::size_t{0});
  return items;
}

/// Outcomes by item; each item ends once.
std::vector<ItemOutcome> outcomes(std::size_t count, int jobs, const Work& work) {
  std::vector<ItemOutcome> all(count);
  std::vector<int> seen(count, 0);
  run_in_workers(first(count), jobs, work, [&](ItemOutcome outcome) {
    ++seen.at(outcome.item);
    all[outcome.item] = std::move(outcome);
  });
  BOOST_TEST(std::count(seen.begin(), seen.end(), 1) == static_cast<std::ptrdiff_t>(count));
  return all;
}

BOOST_AUTO_TEST_CASE(any_number_of_jobs_gives_the_same) {
  for (const int jobs : {1, 2, 7, 64}) {
    const auto all = outcomes(20, jobs, [](std::size_t i) { return std::to_string(i * i); });
    for (std::size_t i = 0; i < all.size(); ++i) {
      BOOST_TEST(all[i].fault == "");
      BOOST_TEST(all[i].bytes == std::to_string(i * i));
    }
  }
}

BOOST_AUTO_TEST_CASE(many_items) {
  const auto all = outcomes(500, 8, [](std::size_t i) { return std::string(i, 'x'); });
  for (std::size_t i = 0; i < all.size(); ++i) BOOST_TEST(all[i].bytes.size() == i);
}

BOOST_AUTO_TEST_CASE(no_items) { BOOST_TEST(outcomes(0, 4, {}).empty()); }

BOOST_AUTO_TEST_CASE(items_may_have_any_numbers) {
  std::vector<std::size_t> ended;
  run_in_workers(
      {7, 3, 1000}, 2, [](std::size_t) { return std::string(); },
      [&](const ItemOutcome& outcome) {
        BOOST_TEST(outcome.fault == "");
        ended.push_back(outcome.item);
      });
  std::sort(ended.begin(), ended.end());
  BOOST_TEST(ended == (std::vector<std::size_t>{3, 7, 1000}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(results_larger_than_a_pipe) {
  const auto all = outcomes(4, 3, [](std::size_t i) {
    return std::string(3'000'000 + i, static_cast<char>('\0' + static_cast<int>(i)));
  });
  for (std::size_t i = 0; i < all.size(); ++i) {
    BOOST_TEST(all[i].bytes.size() == 3'000'000 + i);
    BOOST_TEST(all[i].bytes.back() == static_cast<char>(i));
  }
}

BOOST_AUTO_TEST_CASE(the_slow_do_not_hold_up_the_quick) {
  std::vector<std::size_t> order;
  run_in_workers(
      first(3), 3,
      [](std::size_t i) {
        if (i == 0) std::this_thread::sleep_for(std::chrono::milliseconds(500));
        return std::string("done");
      },
      [&](const ItemOutcome& outcome) { order.push_back(outcome.item); });
  BOOST_TEST(order.back() == 0U);
}

BOOST_AUTO_TEST_CASE(faults_fail_their_item_alone) {
  const auto all = outcomes(8, 2, [](std::size_t i) -> std::string {
    switch (i) {
      case 0:
        throw ConfigError("a.yaml", "is wrong");
      case 1:
        throw IoError("a.item", "write", ENOSPC);
      case 2:
        throw InternalError("a promise was broken");
      case 3:
        throw std::runtime_error("anything");
      case 4:
        std::raise(SIGKILL);
        break;
      case 5:
        std::signal(SIGSEGV, SIG_DFL);  // not to Boost.Test
        std::raise(SIGSEGV);
        break;
      case 6:
        ::_exit(7);
      default:
        break;
    }
    return "well";
  });
  BOOST_TEST(all[0].fault == "a.yaml: is wrong");
  BOOST_TEST(all[1].fault == "a.item: cannot write: No space left on device");
  BOOST_TEST(all[2].fault == "a promise was broken");
  BOOST_TEST(all[3].fault == "anything");
  BOOST_TEST(all[4].fault == "its process was ended by signal 9 (Killed)");
  BOOST_TEST(all[5].fault == "its process was ended by signal 11 (Segmentation fault)");
  BOOST_TEST(all[6].fault == "its process ended with status 7 and no result");
  BOOST_TEST(all[7].fault == "");
  BOOST_TEST(all[7].bytes == "well");
  for (std::size_t i = 0; i < all.size(); ++i) BOOST_TEST(all[i].user_fault == (i < 2));
}

BOOST_AUTO_TEST_CASE(half_a_result_is_none) {
  const auto all = outcomes(1, 1, [](std::size_t) -> std::string { ::_exit(0); });
  BOOST_TEST(all[0].fault == "its process ended with status 0 and no result");
}

BOOST_AUTO_TEST_CASE(a_fault_of_the_caller_leaves_no_children) {
  const auto begin = std::chrono::steady_clock::now();
  BOOST_CHECK_THROW(run_in_workers(
                        first(4), 4,
                        [](std::size_t i) {
                          if (i > 0) std::this_thread::sleep_for(std::chrono::seconds(100));
                          return std::string();
                        },
                        [](const ItemOutcome&) { throw IoError("a.item", "write", ENOSPC); }),
                    IoError);
  // Not a measure of speed: the others would have slept on for as long as CTest waits.
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(90)));
}

BOOST_AUTO_TEST_CASE(what_takes_too_long_is_ended_and_the_others_go_on) {
  std::vector<ItemOutcome> all(4);
  run_in_workers(
      first(4), 2,
      [](std::size_t i) {
        if (i % 2 == 0) std::this_thread::sleep_for(std::chrono::seconds(100));
        return std::string("well");
      },
      [&](ItemOutcome outcome) { all[outcome.item] = std::move(outcome); },
      std::chrono::milliseconds(300));
  for (const std::size_t late : {0U, 2U}) {
    BOOST_TEST(all[late].timed_out);
    BOOST_TEST(!all[late].user_fault);
    BOOST_TEST(all[late].fault == "took longer than 0.3 s and was ended");
  }
  for (const std::size_t quick : {1U, 3U}) {
    BOOST_TEST(!all[quick].timed_out);
    BOOST_TEST(all[quick].bytes == "well");
  }
}

BOOST_AUTO_TEST_CASE(parts_come_whole_and_in_order_before_the_end) {
  std::vector<std::string> parts;
  std::vector<ItemOutcome> ended;
  run_in_workers(first(1), 1,
                 {.work =
                      [](std::size_t, const SendPart& send) {
                        for (const std::size_t size : {0U, 1U, 300'000U, 2U}) {
                          send(std::string(size, 'p'));
                        }
                        return std::string("well");
                      },
                  .take =
                      [&](std::size_t item, const std::vector<std::string>& come) {
                        BOOST_TEST(item == 0U);
                        BOOST_TEST(ended.empty());
                        parts.insert(parts.end(), come.begin(), come.end());
                      },
                  .done = [&](ItemOutcome outcome) { ended.push_back(std::move(outcome)); }});
  BOOST_REQUIRE(parts.size() == 4U);
  BOOST_TEST(parts[0].empty());
  BOOST_TEST(parts[2] == std::string(300'000, 'p'));
  BOOST_TEST(parts[3] == "pp");
  BOOST_REQUIRE(ended.size() == 1U);
  BOOST_TEST(ended[0].bytes == "well");
}

BOOST_AUTO_TEST_CASE(what_was_sent_outlives_the_process) {
  std::vector<std::string> parts;
  run_in_workers(first(1), 1,
                 {.work = [](std::size_t, const SendPart& send) -> std::string {
                    send("kept");
                    std::raise(SIGKILL);
                    return {};
                  },
                  .take = [&](std::size_t, const std::vector<std::string>& come) { parts = come; },
                  .done =
                      [](const ItemOutcome& outcome) {
                        BOOST_TEST(outcome.fault == "its process was ended by signal 9 (Killed)");
                      }});
  BOOST_TEST(parts == std::vector<std::string>{"kept"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_limit_is_one_of_each_part) {
  std::vector<std::size_t> parts(2, 0);
  std::vector<ItemOutcome> all(2);
  run_in_workers(first(2), 2,
                 {.work =
                      [](std::size_t i, const SendPart& send) {
                        for (int part = 0; part < 4; ++part) {
                          std::this_thread::sleep_for(std::chrono::milliseconds(300));
                          send("part");
                        }
                        if (i == 1) std::this_thread::sleep_for(std::chrono::seconds(100));
                        return std::string("well");
                      },
                  .take = [&](std::size_t item,
                              const std::vector<std::string>& come) { parts[item] += come.size(); },
                  .done = [&](ItemOutcome outcome) { all[outcome.item] = std::move(outcome); }},
                 std::chrono::seconds(1));
  BOOST_TEST(parts == (std::vector<std::size_t>{4, 4}), boost::test_tools::per_element());
  BOOST_TEST(all[0].fault == "");
  BOOST_TEST(all[0].bytes == "well");
  BOOST_TEST(all[1].timed_out);
}

/// A pipe's reader sees its end only when nobody is left who could write.
BOOST_AUTO_TEST_CASE(who_is_ended_takes_its_own_workers_along) {
  int ends[2];
  BOOST_REQUIRE(::pipe(ends) == 0);
  const Work sleeps = [](std::size_t) {
    std::this_thread::sleep_for(std::chrono::seconds(100));
    return std::string();
  };
  const auto begin = std::chrono::steady_clock::now();
  run_in_workers(
      first(1), 1,
      [&](std::size_t) {
        run_in_workers(first(2), 2, sleeps, [](const ItemOutcome&) {});
        return std::string();
      },
      [](const ItemOutcome& outcome) { BOOST_TEST(outcome.timed_out); },
      std::chrono::milliseconds(500));
  ::close(ends[1]);
  char byte = 0;
  BOOST_TEST(::read(ends[0], &byte, 1) == 0);
  // Not a measure of speed: they would have slept on.
  BOOST_TEST((std::chrono::steady_clock::now() - begin < std::chrono::seconds(90)));
  ::close(ends[0]);
}

BOOST_AUTO_TEST_SUITE_END()
