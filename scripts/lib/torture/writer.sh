# The writer of sealed databases: 200 sets of random documents under sanitizers, and 200,000 articles (of corpus/, or of
# DATELINE_TORTURE_TEXTS, recombined) against what Xapian's own writer makes of them.
build sanitize with-tests --target test_store >/dev/null
ASAN_OPTIONS=new_delete_type_mismatch=0 DATELINE_TORTURE_SETS=${DATELINE_TORTURE_SETS:-200} \
  DATELINE_TEST_SEED=${DATELINE_TEST_SEED:-1000} build/sanitize/bin/test_store
build release with-tests --target compare_writers >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck disable=SC2086
python3 - "$work/corpus.jsonl" ${DATELINE_TORTURE_TEXTS:-corpus/*/*.jsonl} <<'PYTHON'
import sys
sys.path.insert(0, "scripts/lib/bench")
import corpus
corpus.generate(sys.argv[2:], 200_000, sys.argv[1])
PYTHON
build/release/bin/compare_writers "$work" "$work/corpus.jsonl"
