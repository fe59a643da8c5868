#include "explore/slurm/chunks.h"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numeric>

BOOST_AUTO_TEST_SUITE(slurm_chunks_test)

using namespace deltasim;

namespace {

using Chunks = std::vector<std::vector<std::size_t>>;

constexpr std::size_t kNoLimit = 1'000'000;

/// So many groups of so many points and seconds each.
std::vector<WorkGroup> groups_of(std::size_t groups, std::size_t points, double seconds) {
  std::vector<WorkGroup> all(groups);
  std::size_t next = 0;
  for (WorkGroup& group : all) {
    group.seconds = seconds;
    for (std::size_t i = 0; i < points; ++i) group.points.push_back(next++);
  }
  return all;
}

std::vector<std::size_t> flat(const Chunks& chunks) {
  std::vector<std::size_t> points;
  for (const auto& chunk : chunks) points.insert(points.end(), chunk.begin(), chunk.end());
  return points;
}

}  // namespace

BOOST_AUTO_TEST_CASE(equal_groups_fill_chunks_as_division_says) {
  rc::check("floor(target / seconds) groups a chunk, at least one", [] {
    const auto groups = *rc::gen::inRange<std::size_t>(1, 200);
    const auto points = *rc::gen::inRange<std::size_t>(1, 4);
    const auto seconds = *rc::gen::inRange(1, 50);
    const auto target = *rc::gen::inRange(1, 300);
    const Chunks chunks = chunks_of(groups_of(groups, points, seconds), target, kNoLimit);
    const auto a_chunk = static_cast<std::size_t>(std::max(1, target / seconds));
    RC_ASSERT(chunks.size() == (groups + a_chunk - 1) / a_chunk);
    RC_ASSERT(chunks.front().size() == std::min(groups, a_chunk) * points);
    std::vector<std::size_t> all(groups * points);
    std::iota(all.begin(), all.end(), 0);
    RC_ASSERT(flat(chunks) == all);
  });
}

BOOST_AUTO_TEST_CASE(a_sum_of_tenths_is_not_more_than_their_number) {
  BOOST_TEST(chunks_of(groups_of(10, 1, 0.1), 1.0, kNoLimit).size() == 1);
}

BOOST_AUTO_TEST_CASE(a_group_beyond_the_target_is_a_chunk_of_its_own) {
  const std::vector<WorkGroup> groups{{.points = {0, 3}, .seconds = 1},
                                      {.points = {1, 2, 5}, .seconds = 100},
                                      {.points = {4}, .seconds = 1}};
  const Chunks expected{{0, 3}, {1, 2, 5}, {4}};
  BOOST_TEST((chunks_of(groups, 10, kNoLimit) == expected));
}

BOOST_AUTO_TEST_CASE(too_many_chunks_are_enlarged_and_lose_nothing) {
  rc::check("never more than the limit, and within twice of what it takes", [] {
    const auto groups = *rc::gen::inRange<std::size_t>(1, 300);
    const auto most = *rc::gen::inRange<std::size_t>(1, 40);
    const Chunks chunks = chunks_of(groups_of(groups, 2, 60), 60, most);
    const std::size_t together = (groups + most - 1) / most;
    RC_ASSERT(chunks.size() <= most);
    RC_ASSERT(chunks.size() == (groups + together - 1) / together);
    RC_ASSERT(flat(chunks).size() == groups * 2);
  });
}

BOOST_AUTO_TEST_CASE(nothing_to_do_is_no_chunk) { BOOST_TEST(chunks_of({}, 600, 1).empty()); }

BOOST_AUTO_TEST_CASE(points_that_differ_in_energy_share_a_group) {
  const std::vector<Overrides> points{
      {{"accelerator.pe_array.fifo_depth", "1"}, {"energy", "horowitz_45nm"}},
      {{"accelerator.pe_array.fifo_depth", "4"}, {"energy", "horowitz_45nm"}},
      {{"accelerator.pe_array.fifo_depth", "1"}, {"energy", "seneca_22nm"}}};
  const std::vector<WorkGroup> groups =
      work_groups(points, {.simulation_s = 10, .accounting_s = 0.5});
  BOOST_REQUIRE(groups.size() == 2);
  BOOST_TEST(groups[0].points == (std::vector<std::size_t>{0, 2}),
             boost::test_tools::per_element());
  BOOST_TEST(groups[0].seconds == 10.5);
  BOOST_TEST(groups[1].points == std::vector<std::size_t>{1}, boost::test_tools::per_element());
  BOOST_TEST(groups[1].seconds == 10.0);
}

BOOST_AUTO_TEST_SUITE_END()
