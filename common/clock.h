// The time, so that tests can hold it still.
#pragma once

#include "dateline/clock.h"
