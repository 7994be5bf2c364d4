# Queries: engine and oracle on 100,000 pairs; 10,000 facet counts; 1,000 queries of death over a large index.
DATELINE_ORACLE_PAIRS=100000 build/release/bin/test_query --run_test=oracle_test
DATELINE_FACET_ARTICLES=10000 DATELINE_FACET_REQUESTS=100 build/release/bin/test_searcher --run_test=facet_oracle_test
read -ra texts <<<"${DATELINE_TORTURE_TEXTS:-}" || true
python3 scripts/lib/torture/queries_of_death.py build/release/bin 1000 "${texts[@]}"
