# SIGKILLs at random instants, under readers; two indexers at once; a clock that goes back.
PYTHONDONTWRITEBYTECODE=1 python3 scripts/lib/torture/kill.py build/release/bin "${DATELINE_KILLS:-1000}"
