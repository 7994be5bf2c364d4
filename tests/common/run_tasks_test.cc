#include "common/run_tasks.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <latch>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace dateline;

BOOST_AUTO_TEST_SUITE(run_tasks_test)

BOOST_AUTO_TEST_CASE(each_task_is_done_once_and_one_thread_keeps_the_order) {
  for (const unsigned threads : {1U, 2U, 8U}) {
    std::vector<std::atomic<int>> done(20);
    std::vector<std::size_t> order;
    std::vector<std::function<void()>> tasks;
    for (std::size_t i = 0; i < done.size(); ++i) {
      tasks.emplace_back([&, i] {
        ++done[i];
        if (threads == 1) order.push_back(i);
      });
    }
    run_tasks(threads, tasks);
    for (const std::atomic<int>& times : done) BOOST_TEST(times == 1);
    std::vector<std::size_t> expected(threads == 1 ? done.size() : 0);
    std::iota(expected.begin(), expected.end(), std::size_t{0});
    BOOST_TEST(order == expected, boost::test_tools::per_element());
  }
  run_tasks(4, {});
}

BOOST_AUTO_TEST_CASE(as_many_run_at_once_as_there_are_threads) {
  std::latch all(3);
  const std::vector<std::function<void()>> tasks(3, [&all] { all.arrive_and_wait(); });
  run_tasks(3, tasks);  // would wait for ever with less
  BOOST_TEST(all.try_wait());
}

BOOST_AUTO_TEST_CASE(what_the_first_of_them_throws_is_thrown_when_all_are_done) {
  for (const unsigned threads : {1U, 3U}) {
    std::atomic<int> ended{0};
    std::vector<std::function<void()>> tasks;
    for (int i = 0; i < 3; ++i) {
      tasks.emplace_back([&ended, i] {
        if (i == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ++ended;
        throw std::runtime_error(std::to_string(i));
      });
    }
    std::string what;
    try {
      run_tasks(threads, tasks);
    } catch (const std::runtime_error& error) {
      what = error.what();
    }
    BOOST_TEST(what == "0");
    BOOST_TEST(ended >= 1);
    if (threads == 1) BOOST_TEST(ended == 1);  // the others are left out
  }
}

BOOST_AUTO_TEST_SUITE_END()
