"""SIGKILL at random instants of jobs, rebuilds, compactions, takedowns and backups, under readers.

  kill.py PROGRAMS KILLS
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from archive import SEED, Programs, acknowledged, fail, write_articles

ARTICLES = 300
programs = Programs(sys.argv[1])
wanted = int(sys.argv[2])
rng = random.Random(SEED)
reader_errors = []
queries = 0
whole_job = 0.3  # seconds


def read_for_ever(index, stop):
    global queries
    while not stop.is_set():
        done = programs.search("-d", index, "--facet", "source", "--format", "json", "word1 OR word2 OR article")
        queries += 1
        if done.returncode != 0:
            reader_errors.append(done.stderr)


def kill_in_the_middle(arguments, most):
    """Starts the program and kills it within `most` times what a whole job takes on this machine at this time, however
    busy it is; gives its output, and whether it was killed before it ended."""
    process = subprocess.Popen([programs.index_program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(rng.uniform(0.001, most * whole_job))
    process.send_signal(signal.SIGKILL)
    out, _ = process.communicate()
    return out, process.returncode == -signal.SIGKILL


def main():
    global whole_job
    work = tempfile.mkdtemp(prefix="dateline-kill-")
    index, archive, backup = (os.path.join(work, name) for name in ("index", "in", "backup"))
    os.mkdir(archive)
    edition = 0
    write_articles(f"{archive}/a.jsonl", range(ARTICLES), edition)
    begin = time.time()
    assert programs.index("add", "-d", index, "--no-actors", "--batch", "20", archive).returncode == 0
    whole_job = time.time() - begin
    stop = threading.Event()
    readers = [threading.Thread(target=read_for_ever, args=(index, stop)) for _ in range(2)]
    for reader in readers:
        reader.start()
    kills = {}
    between = 0
    gone = set()
    begin = time.time()
    try:
        while sum(kills.values()) < wanted:
            what = rng.choices(["add", "rebuild", "compact", "backup", "remove"], [12, 3, 2, 2, 1])[0]
            add = ["add", "-d", index, "--no-actors", "--batch", "20", "--max-shrink", "100", archive]
            if what == "add":
                edition += 1
                write_articles(f"{archive}/a.jsonl", range(ARTICLES), edition)
                out, killed = kill_in_the_middle(add, 1.2)
                promised = acknowledged(out)
                between += killed and 0 < promised < ARTICLES - len(gone)
                # The first N of the walk are durable; those that were taken down are none of them.
                there = programs.count(index, f"edition{edition}")
                if there < min(promised, ARTICLES - len(gone)):
                    fail(f"{promised} articles acknowledged, {there} there")
            elif what == "rebuild":
                _, killed = kill_in_the_middle([*add, "--rebuild"], 1.6)
            elif what == "compact":
                _, killed = kill_in_the_middle(["compact", "-d", index], 0.5)
            elif what == "backup":
                _, killed = kill_in_the_middle(["backup", "-d", index, backup], 0.7)
                if os.path.exists(backup) and (done := programs.index("check", "-d", backup)).returncode != 0:
                    fail(f"a backup that was there is not whole: {done.stdout}{done.stderr}")
            else:
                if len(gone) > ARTICLES // 3:
                    continue
                number = rng.choice([n for n in range(ARTICLES) if n not in gone])
                gone.add(number)
                arguments = ["remove", "-d", index, "--id", f"n{number}"]
                _, killed = kill_in_the_middle(arguments, 0.7)
                # Asked for again it is done, whatever the first one came to.
                again = programs.index(*arguments)
                if again.returncode not in (0, 1):
                    fail(f"the takedown after a kill: {again.stderr}")
                if programs.count(index, f'title:"article {number}"') != 0:
                    fail(f"article {number} is there after its takedown")
            if killed:
                kills[what] = kills.get(what, 0) + 1
            # Which of the articles were there before stays: none lost, none doubled.
            total = programs.count(index, "*")
            if total not in (ARTICLES - len(gone), ARTICLES - len(gone) + 1) and what != "remove":
                fail(f"{total} articles after a kill in {what}, {ARTICLES - len(gone)} were there")
            if sum(kills.values()) % 50 == 0 and killed:
                done = programs.index(*add)
                if done.returncode != 0:
                    fail(f"the job after a kill: {done.stderr}")
                programs.check(index)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    # Rerun: the same index as one built at once.
    assert programs.index(*add).returncode == 0
    programs.index("gc", "-d", index)
    programs.check(index)
    fresh = os.path.join(work, "fresh")
    assert programs.index("add", "-d", fresh, "--no-actors", archive).returncode == 0
    expected = {id: hit for id, hit in programs.dump(fresh).items() if int(id[1:]) not in gone}
    if programs.dump(index) != expected:
        fail("after all kills and a last job the index is not that of a rebuild")
    if reader_errors:
        fail(f"{len(reader_errors)} reader errors, the first: {reader_errors[0]}")
    racing(work, archive)
    print(f"kill: {sum(kills.values())} kills ({', '.join(f'{n} in {what}' for what, n in sorted(kills.items()))}), {between} between "
          f"two commits, {queries} queries meanwhile; 0 acknowledged lost, 0 doubled, 0 reader errors; {time.time() - begin:.0f} s")
    shutil.rmtree(work)


def racing(work, archive):
    """Two indexers at once: one does the work, the other is told to come back; then a clock that goes back."""
    index = os.path.join(work, "raced")
    command = [programs.index_program, "add", "-d", index, "--no-actors", archive]
    for _ in range(10):
        both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
        statuses = sorted(process.wait() for process in both)
        if statuses not in ([0, 0], [0, 4]):
            fail(f"two indexers at once ended with {statuses}")
        programs.check(index)
    if shutil.which("faketime"):
        write_articles(f"{archive}/b.jsonl", range(ARTICLES, ARTICLES + 10), 1)
        done = subprocess.run(["faketime", "2001-01-01 00:00:00", *command], capture_output=True, text=True)
        if done.returncode != 0:
            fail(f"under a clock that went back: {done.stderr}")
        programs.check(index)
        if programs.count(index, "*") != ARTICLES + 10:
            fail("articles lost under a clock that went back")


main()
