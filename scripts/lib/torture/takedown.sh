# One of 100,000 taken down, with proof.
PYTHONDONTWRITEBYTECODE=1 python3 scripts/lib/torture/takedown.py build/release/bin "${DATELINE_TAKEDOWN_ARTICLES:-100000}"
