# A disk that is full or fails, and descriptors that run out, at each call of a small job.
mkdir -p build/torture
cc -O1 -Wall -Wextra -shared -fPIC -o build/torture/fault.so tests/torture/fault.c -ldl -lpthread
PYTHONDONTWRITEBYTECODE=1 python3 scripts/lib/torture/disk.py build/release/bin build/torture/fault.so "${DATELINE_DISK_STEP:-1}"
