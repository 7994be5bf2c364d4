#include "indexer/jobs/ordered_work.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <stdexcept>

using namespace dateline::indexer;

BOOST_AUTO_TEST_SUITE(ordered_work_test)

BOOST_AUTO_TEST_CASE(results_are_taken_in_order_whatever_the_number_of_threads) {
  for (const unsigned threads : {1U, 2U, 3U, 8U}) {
    BOOST_TEST_CONTEXT(threads << " threads") {
      std::vector<int> taken;
      std::vector<int> made(500);
      OrderedWork work(threads, 4000);
      for (int i = 0; i < 500; ++i) {
        work.add(
            100,
            [&made, i, threads](unsigned thread) {
              if (thread >= threads) throw std::logic_error("no such thread");
              if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
              made[static_cast<std::size_t>(i)] = i + 1;
            },
            [&, i] { taken.push_back(made[static_cast<std::size_t>(i)] == i + 1 ? i : -1); });
        if (i % 50 == 0) work.then([&, i] { taken.push_back(1000 + i); });
      }
      work.drain();
      std::vector<int> expected;
      for (int i = 0; i < 500; ++i) {
        expected.push_back(i);
        if (i % 50 == 0) expected.push_back(1000 + i);
      }
      BOOST_TEST(taken == expected, boost::test_tools::per_element());
    }
  }
}

BOOST_AUTO_TEST_CASE(no_more_is_under_way_than_allowed) {
  std::atomic<int> held{0};
  int most = 0;
  OrderedWork work(4, 1000);
  for (int i = 0; i < 200; ++i) {
    most = std::max(most, ++held);
    work.add(
        100, [](unsigned) { std::this_thread::sleep_for(std::chrono::microseconds(100)); }, [&] { --held; });
  }
  work.drain();
  BOOST_TEST(held == 0);
  BOOST_TEST(most <= 12);  // 10 of 100 bytes, and the one that is being added
}

BOOST_AUTO_TEST_CASE(what_a_work_throws_is_thrown_where_its_result_is_taken) {
  for (const unsigned threads : {1U, 3U}) {
    int taken = 0;
    OrderedWork work(threads, 1 << 20);
    const auto add_all = [&] {
      for (int i = 0; i < 10; ++i) {
        work.add(
            1,
            [i](unsigned) {
              if (i == 5) throw std::runtime_error("five");
            },
            [&] { ++taken; });
      }
      work.drain();
    };
    BOOST_CHECK_THROW(add_all(), std::runtime_error);
    BOOST_TEST(taken == 5);
  }
}

BOOST_AUTO_TEST_CASE(what_is_done_beside_keeps_nobody_waiting) {
  const auto owner = std::this_thread::get_id();
  for (const unsigned threads : {1U, 2U, 4U}) {
    std::atomic<int> begun{0};
    std::atomic<bool> by_owner{false};
    std::atomic<bool> go_on{false};
    int taken = 0;
    {
      OrderedWork work(threads, 1 << 20, [&] {
        if (std::this_thread::get_id() == owner) by_owner = true;
        ++begun;
        while (!go_on && !by_owner) std::this_thread::sleep_for(std::chrono::microseconds(50));
      });
      for (int i = 0; i < 1000; ++i)
        work.add(
            1, [](unsigned) {}, [&] { ++taken; });
      work.drain();  // all others are held up
      BOOST_TEST(taken == 1000);
      go_on = true;
    }
    BOOST_TEST(!by_owner);
    if (threads == 1) BOOST_TEST(begun == 0);
  }
}

BOOST_AUTO_TEST_CASE(what_is_left_is_dropped) {
  int taken = 0;
  {
    OrderedWork work(2, 1 << 20);
    for (int i = 0; i < 20; ++i)
      work.add(
          1, [](unsigned) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }, [&] { ++taken; });
  }
  BOOST_TEST(taken <= 20);
}

BOOST_AUTO_TEST_SUITE_END()
