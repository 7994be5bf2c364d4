# One index against four shards, local and on two servers; a server that goes away.
PYTHONDONTWRITEBYTECODE=1 python3 scripts/lib/torture/shards.py build/release/bin "${DATELINE_SHARD_QUERIES:-1000}"
