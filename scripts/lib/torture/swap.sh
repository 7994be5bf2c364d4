# Generations swapped under querying threads.
DATELINE_SWAPS="${DATELINE_SWAPS:-200}" build/release/bin/test_crash --run_test=swap_test --log_level=message
