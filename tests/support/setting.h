// Settings of a test run in the environment, as DATELINE_TEST_SEED, which repeats one.
#pragma once

#include <cstdlib>

namespace dateline::test {

inline unsigned long setting(const char* name, unsigned long otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoul(value, nullptr, 10);
}

inline unsigned seed(unsigned otherwise) {
  return static_cast<unsigned>(setting("DATELINE_TEST_SEED", otherwise));
}

}  // namespace dateline::test
