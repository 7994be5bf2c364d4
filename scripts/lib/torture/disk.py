"""Every n-th call that changes the index fails: a full disk, an I/O error, no descriptors left, a short write.

  disk.py PROGRAMS SHIM [STEP]   STEP > 1 tries each STEP-th n, and the last calls
For every n of a small job: it is done, or ends with a documented status and one line that says why; what was committed
before is whole; the next job completes it to the same index.
"""
import os
import shutil
import sys
import tempfile
import time

from archive import DOCUMENTED, Programs, acknowledged, fail, write_articles

ARTICLES = 24
NEVER = 10**9
PUBLICATION = 12  # the last calls, which put the work before readers' eyes, are all tried
programs = Programs(sys.argv[1])
shim = os.path.abspath(sys.argv[2])
step = int(sys.argv[3]) if len(sys.argv) > 3 else 1


def main():
    work = tempfile.mkdtemp(prefix="dateline-disk-")
    base, archive = os.path.join(work, "base"), os.path.join(work, "in")
    os.mkdir(archive)
    write_articles(f"{archive}/a.jsonl", range(ARTICLES), 0)
    # Sealed: what goes from it goes another way than what Xapian wrote.
    assert programs.index("add", "-d", base, "--no-actors", "--rebuild", archive).returncode == 0
    write_articles(f"{archive}/a.jsonl", range(ARTICLES), 1)
    expected_index = os.path.join(work, "expected")
    assert programs.index("add", "-d", expected_index, "--no-actors", archive).returncode == 0
    expected = programs.dump(expected_index)
    begin = time.time()
    figures = []
    for what, arguments in {
        "update": ["add", "--no-actors", "--batch", "8", archive],
        "rebuild": ["add", "--no-actors", "--batch", "8", "--rebuild", archive],
        "compact": ["compact"],
    }.items():
        for error, sticky in [("ENOSPC", False), ("ENOSPC", True), ("EIO", False), ("EMFILE", False), ("SHORT", False)]:
            tried = failed = total = 0
            n = NEVER  # first to count the calls
            while True:
                index = os.path.join(work, "index")
                shutil.rmtree(index, ignore_errors=True)
                shutil.copytree(base, index)
                count = os.path.join(work, "count")
                done = programs.index(arguments[0], "-d", index, *arguments[1:], env={
                    "LD_PRELOAD": shim, "FAULT_FOLDER": index, "FAULT_AT": str(n), "FAULT_ERROR": error,
                    "FAULT_COUNT": count, **({"FAULT_STICKY": "1"} if sticky else {})})
                calls = int(open(count).read())
                if total == 0:
                    total, n = calls, 1
                    continue
                if calls < n:
                    break
                tried += 1
                where = f"{what}, {error}{' from then on' if sticky else ''} at call {n} of {calls}"
                if done.returncode not in DOCUMENTED:
                    fail(f"{where}: status {done.returncode}: {done.stderr}")
                if done.returncode != 0:
                    failed += 1
                    if len(done.stderr.strip().splitlines()) != 1:
                        fail(f"{where}: not one line: {done.stderr!r}")
                if programs.count(index, "*") != ARTICLES:
                    fail(f"{where}: articles lost")
                if what != "compact" and programs.count(index, "edition1") < acknowledged(done.stdout):
                    fail(f"{where}: acknowledged articles lost")
                again = programs.index("add", "-d", index, "--no-actors", archive)
                if again.returncode != 0:
                    fail(f"{where}: the next job: {again.stderr}")
                programs.check(index)
                if programs.dump(index) != expected:
                    fail(f"{where}: not the same index after the next job")
                n += step if n + step < total - PUBLICATION else 1
            figures.append(f"{what} {error}{'+' if sticky else ''} {tried}/{failed}")
    print(f"disk: calls failed/of these ended the job: {', '.join(figures)}; 0 lost, all as documented; {time.time() - begin:.0f} s")
    shutil.rmtree(work)


main()
