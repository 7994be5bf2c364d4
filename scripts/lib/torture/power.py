"""Power cuts: all calls of jobs are recorded, then the disk is laid out as it may be after a cut at any instant.

  power.py PROGRAMS SHIM STATES
The model is that of a strict journalling file system. What was synced is there. Of what was not, any part of the writes of
a file may be there, in any order, torn at 512 bytes; names that were made, renamed or removed and not synced (with their
folder, or with the file for a new one) are there up to some instant. For each state: the index opens, nothing that had
been acknowledged before the cut is lost, the next job completes it.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from archive import SEED, Programs, acknowledged, fail, write_articles

SECTOR = 512
ARTICLES = 60
programs = Programs(sys.argv[1])
shim = os.path.abspath(sys.argv[2])
wanted = int(sys.argv[3])
rng = random.Random(SEED)


def read_log(path):
    """(kind, offset, path, other path, data) in order; "say" is a line of the program's output."""
    calls = []
    with open(path, "rb") as log:
        while head := log.readline():
            kind, offset, size, rest = head.decode().rstrip("\n").split(" ", 3)
            first, second = rest.split("\t")
            data = log.read(int(size)) if kind in ("write", "say") else b""
            calls.append((kind, int(offset), first, second, data))
    return calls


class Disk:
    """Files by number, names by path; what is durable of each, and what is not yet."""

    def __init__(self, folder):
        self.names, self.content, self.pending = {}, {}, {}
        self.folders = set()
        self.name_calls = []  # not yet durable: (folder, kind, path, other, file)
        self.next = 0
        self.live = {}  # path -> file number as the program sees it
        for base, folders, files in os.walk(folder):
            self.folders.add(base)
            for name in files:
                path = os.path.join(base, name)
                number = self.new_file()
                self.content[number] = open(path, "rb").read()
                self.names[path] = self.live[path] = number

    def new_file(self):
        self.next += 1
        self.content[self.next], self.pending[self.next] = b"", []
        return self.next

    def apply(self, kind, offset, path, other, data):
        folder = os.path.dirname(path)
        if kind == "create":
            number = self.new_file()
            self.live[path] = number
            self.name_calls.append((folder, kind, path, other, number))
        elif kind == "link":
            self.live[other] = self.live[path]
            self.name_calls.append((os.path.dirname(other), "create", other, "", self.live[path]))
        elif kind == "mkdir":
            self.name_calls.append((folder, kind, path, other, None))
        elif kind == "unlink":
            self.live.pop(path, None)
            self.name_calls.append((folder, kind, path, other, None))
        elif kind == "rename":
            for old in [p for p in self.live if p == path or p.startswith(path + "/")]:
                self.live[other + old[len(path):]] = self.live.pop(old)
            self.name_calls.append((folder, kind, path, other, None))
        elif kind in ("write", "truncate") and path in self.live:
            self.pending[self.live[path]].append((kind, offset, data))
        elif kind == "sync":
            if path in self.live:
                number = self.live[path]
                for call in self.pending[number]:
                    self.content[number] = written(self.content[number], call)
                self.pending[number] = []
                # A new file that was synced has its name, and so have the folders above it.
                self.settle(lambda call: call[4] == number or (call[1] == "mkdir" and path.startswith(call[2] + "/")))
            else:
                self.settle(lambda call: call[0] == path)

    def settle(self, wanted):
        """Makes the calls durable that are wanted, and those of the same folder before each."""
        while pending := [call for call in self.name_calls if wanted(call)]:
            first = next(call for call in self.name_calls if call[0] == pending[0][0])
            at = self.name_calls.index(first)
            before, after = self.name_calls[:at], self.name_calls[at + 1:]
            rename_in(self.names, self.folders, first)
            # What was done before in a folder that another now stands for went with that folder.
            if first[1] == "rename":
                before = [call for call in before if not call[2].startswith(first[3] + "/")]
            self.name_calls = [moved(call, first) for call in before] + after

    def state(self):
        """One of the states that the disk may be in now: path -> bytes, and the folders."""
        names, folders = dict(self.names), set(self.folders)
        calls = self.name_calls[:rng.randint(0, len(self.name_calls))]
        while calls:
            call = calls.pop(0)
            rename_in(names, folders, call)
            calls = [moved(c, call) for c in calls]
        files = {}
        mood = rng.choice([0.0, 0.5, 0.9, 1.0])
        for path, number in names.items():
            bytes_now = self.content[number]
            kept = [call for call in self.pending[number] if rng.random() < mood]
            if rng.random() < 0.5:
                rng.shuffle(kept)
            for call in kept:
                if call[0] == "write" and rng.random() < 0.2:
                    sectors = rng.randint(0, len(call[2]) // SECTOR)
                    call = (call[0], call[1], call[2][:sectors * SECTOR])
                bytes_now = written(bytes_now, call)
            files[path] = bytes_now
        return files, folders


def written(content, call):
    kind, offset, data = call
    if kind == "truncate":
        return content[:offset].ljust(offset, b"\0")
    if not data:
        return content
    return content[:offset].ljust(offset, b"\0") + data + content[offset + len(data):]


def moved(call, renamed):
    """A name that was made in a folder before that was renamed is in the folder wherever that is now."""
    _, kind, old, new, _ = renamed
    if kind != "rename" or not call[2].startswith(old + "/"):
        return call
    at = lambda path: new + path[len(old):] if path == old or path.startswith(old + "/") else path
    return (at(call[0]), call[1], at(call[2]), at(call[3]), call[4])


def rename_in(names, folders, call):
    _, kind, path, other, number = call
    if kind == "create":
        names[path] = number
    elif kind == "mkdir":
        folders.add(path)
    elif kind == "unlink":
        names.pop(path, None)
        folders.discard(path)
    else:
        for old in [p for p in names if p == path or p.startswith(path + "/")]:
            names[other + old[len(path):]] = names.pop(old)
        for old in [f for f in folders if f == path or f.startswith(path + "/")]:
            folders.discard(old)
            folders.add(other + old[len(path):])


def record(index, log, command):
    """Runs a job; acknowledgements are put into the log where they were said."""
    environment = {**os.environ, "LD_PRELOAD": shim, "FAULT_FOLDER": index, "FAULT_LOG": log}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    with open(log, "ab", buffering=0) as out:
        for line in process.stdout:
            data = line.encode()
            out.write(f"say 0 {len(data)} -\t\n".encode() + data)
    if process.wait() != 0:
        fail(f"{command} ended with {process.returncode}")


def main():
    work = tempfile.mkdtemp(prefix="dateline-power-")
    index, archive, log = (os.path.join(work, name) for name in ("index", "in", "log"))
    os.mkdir(archive)
    write_articles(f"{archive}/a.jsonl", range(ARTICLES), 0)
    # A sealed index: what later goes from it goes another way than what Xapian wrote.
    assert programs.index("add", "-d", index, "--no-actors", "--rebuild", archive).returncode == 0
    add = [programs.index_program, "add", "-d", index, "--no-actors", "--batch", "10", archive]
    jobs = {"update": add, "rebuild": [*add, "--rebuild"], "compact": [programs.index_program, "compact", "-d", index]}
    begin = time.time()
    states = {}
    edition = 0
    for what, command in jobs.items():
        base = os.path.join(work, "base-" + what)
        edition += 1
        if what != "compact":
            write_articles(f"{archive}/a.jsonl", range(ARTICLES), edition)
        shutil.copytree(index, base)
        disk = Disk(index)
        if os.path.exists(log):
            os.unlink(log)
        record(index, log, command)
        calls = read_log(log)
        share = wanted // len(jobs) + 1
        cuts = sorted(rng.randrange(len(calls) + 1) for _ in range(share))
        done = promised = 0
        for cut in cuts:
            for kind, offset, path, other, data in calls[done:cut]:
                if kind == "say":
                    promised = acknowledged(data.decode()) or promised
                else:
                    disk.apply(kind, offset, path, other, data)
            done = max(done, cut)
            files, folders = disk.state()
            try_state(work, index, archive, files, folders, f"{what}, cut at call {cut} of {len(calls)}",
                      edition if what == "update" else None, promised)
            states[what] = states.get(what, 0) + 1
    print(f"power: {sum(states.values())} states after a cut ({', '.join(f'{n} in {what}' for what, n in states.items())}): "
          f"0 that do not open, 0 acknowledged lost, all completed by the next job; {time.time() - begin:.0f} s")
    shutil.rmtree(work)


def try_state(work, index, archive, files, folders, where, edition, promised):
    cut_index = os.path.join(work, "cut")
    shutil.rmtree(cut_index, ignore_errors=True)
    move = lambda path: cut_index + path[len(index):]
    os.mkdir(cut_index)
    for folder in sorted(folders):
        os.makedirs(move(folder), exist_ok=True)
    for path, content in files.items():
        os.makedirs(os.path.dirname(move(path)), exist_ok=True)
        if path.endswith("-shm"):  # never synced, made anew by whoever opens the log
            continue
        with open(move(path), "wb") as out:
            out.write(content)
    done = programs.search("-d", cut_index, "--count", "*")
    if done.returncode != 0:
        fail(f"{where}: does not open: {done.stderr}")
    if int(done.stdout) != ARTICLES:
        fail(f"{where}: {done.stdout.strip()} of {ARTICLES} articles")
    if edition is not None and programs.count(cut_index, f"edition{edition}") < promised:
        fail(f"{where}: {promised} acknowledged, {programs.count(cut_index, f'edition{edition}')} there")
    again = programs.index("add", "-d", cut_index, "--no-actors", archive)
    if again.returncode != 0:
        fail(f"{where}: the next job: {again.stderr}")
    programs.check(cut_index)


main()
