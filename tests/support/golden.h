// Expected output in files: remade by DATELINE_UPDATE_EXPECTED=1 and read in the diff.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace dateline::test {

/// Compares `actual` with the file tests/data/`name`.
inline void check_golden(const std::string& name, const std::string& actual) {
  const std::filesystem::path path = std::filesystem::path{DATELINE_TEST_DATA} / name;
  if (std::getenv("DATELINE_UPDATE_EXPECTED") != nullptr) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  BOOST_TEST_REQUIRE(file.good(), path << " is missing; make it with DATELINE_UPDATE_EXPECTED=1");
  std::ostringstream expected;
  expected << file.rdbuf();
  BOOST_TEST(actual == expected.str(), name << ": differs\n--- expected\n"
                                            << expected.str() << "--- actual\n"
                                            << actual);
}

}  // namespace dateline::test
