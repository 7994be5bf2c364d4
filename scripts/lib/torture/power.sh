# Power cuts, simulated from a record of all calls.
mkdir -p build/torture
cc -O1 -Wall -Wextra -shared -fPIC -o build/torture/fault.so tests/torture/fault.c -ldl -lpthread
PYTHONDONTWRITEBYTECODE=1 python3 scripts/lib/torture/power.py build/release/bin build/torture/fault.so "${DATELINE_POWER_STATES:-510}"
