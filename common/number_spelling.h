// Numbers as newspapers write them.
#pragma once

#include <string>

namespace dateline {

/// "1,000.5" and "1.000,5" become "1000.5", "2,5" becomes "2.5"; what is not clearly one of these stays.
void normalize_number(std::string& number);

}  // namespace dateline
