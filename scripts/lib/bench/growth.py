"""What an incremental job costs beside the full one, and what shards cost beside one index; started by
scripts/bench-growth."""
import argparse
import glob
import itertools
import json
import multiprocessing
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
import corpus as corpora
import queries as drawn

A_FILE = 1000  # articles
CHANGED = 100


def run(command, **more):
    """Seconds of wall and CPU, peak memory in MB."""
    begin = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL, **more)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 2):
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return {"wall": time.monotonic() - begin, "cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024}


def apart(function, *arguments):
    """In a process of its own: what this one once had in memory would count as the peak of each program it starts."""
    with multiprocessing.Pool(1) as pool:
        return pool.apply(function, arguments)


def draw(corpus, each):
    return list(drawn.draw(corpus, each))


def size_of(folder):
    return sum(f.stat().st_size for f in pathlib.Path(folder).rglob("*") if f.is_file())


def split(corpus, folder):
    """The corpus as files of A_FILE articles."""
    folder.mkdir(parents=True)
    with open(corpus, "rb") as lines:
        for number in itertools.count():
            part = list(itertools.islice(lines, A_FILE))
            if not part:
                return
            (folder / f"{number:05}.jsonl").write_bytes(b"".join(part))


def change(path, numbers, edition):
    lines = path.read_bytes().splitlines(keepends=True)
    for number in numbers:
        article = json.loads(lines[number % len(lines)])
        article["body"] = f"{article['body']}\n\nEdition {edition} of this text."
        lines[number % len(lines)] = (json.dumps(article, ensure_ascii=False) + "\n").encode()
    path.write_bytes(b"".join(lines))


def bench_update(options, work, corpus):
    inputs, index = work / "in", work / "index"
    for folder in (inputs, index):
        shutil.rmtree(folder, ignore_errors=True)
    split(corpus, inputs)
    job = [f"{options.bin}/dateline-index", "-q", "-d", index] + ([] if options.actors else ["--no-actors"]) + [inputs]
    full = run(job)
    files = sorted(inputs.iterdir())
    extra = inputs / "99999.jsonl"

    def arrive():
        with open(files[0], encoding="utf-8") as lines:
            articles = [json.loads(line) for line in itertools.islice(lines, CHANGED)]
        extra.write_text("".join(json.dumps(a | {"id": f"new-{n}", "url": f"https://new.example/{n}"}) + "\n"
                                 for n, a in enumerate(articles)))

    steps = {
        "nothing changed": lambda n: None,
        f"{CHANGED} new, in a file of their own": lambda n: arrive(),
        f"these {CHANGED} changed": lambda n: change(extra, range(CHANGED), n),
        f"{CHANGED} changed in one file of {A_FILE}": lambda n: change(files[len(files) // 2], range(CHANGED), n),
        f"{CHANGED} changed all over the archive": lambda n: [
            change(files[i % len(files)], [7 * i + n], n) for i in range(0, CHANGED)],
    }
    print(f"{options.docs or 'all'} articles in {len(files)} files; the full job: {full['wall']:.1f} s, {full['cpu']:.1f} s of CPU, "
          f"peak {full['peak']:.0f} MB")
    for name, step in steps.items():
        runs = []
        for n in range(3):
            if n > 0 and "new, in" in name:
                break
            step(n)
            runs.append(run(job))
        wall, cpu = (statistics.median(r[k] for r in runs) for k in ("wall", "cpu"))
        print(f"  {name:<40} {wall:6.2f} s  {cpu:6.2f} s of CPU  1/{full['cpu'] / cpu:.0f} of the full job's  "
              f"peak {max(r['peak'] for r in runs):.0f} MB", flush=True)
    print()


def text_of(query):
    words, what = query["words"], query["class"]
    text = {"phrase": lambda: f'"{words[0]} {words[1]}"', "near": lambda: f"={words[0]} NEAR/5 ={words[1]}",
            "wildcard": lambda: words[0] + "*", "actor": lambda: "*"}.get(
                what, lambda: (" OR " if what.startswith("or") else " ").join("=" + word for word in words))()
    if "source" in query:
        text += f' source:"{query["source"]}"'
    if "since" in query:
        text += f' date:{query["since"]}..{query["until"]}'
    if "actor" in query:
        text += f' actor:"{query["actor"]}"'
    return text


class Servers:
    def __init__(self, shards):
        self.processes, self.places = [], []
        for shard in shards:
            with socket.socket() as s:
                s.bind(("127.0.0.1", 0))
                port = s.getsockname()[1]
            self.processes.append(subprocess.Popen(["xapian-tcpsrv", "--interface", "127.0.0.1", "--port", str(port), "--quiet", shard],
                                                   stderr=subprocess.DEVNULL))
            self.places.append(f"remote 127.0.0.1:{port}\n")
            for _ in range(100):
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except OSError:
                    time.sleep(0.05)

    def stop(self):
        for process in self.processes:
            process.kill()
            process.wait()


def bench_shards(options, work, corpus):
    index = work / "whole"
    if not index.exists():
        run([f"{options.bin}/dateline-index", "-q", "--no-actors", "-d", index, corpus])
    asked = apart(draw, corpus, options.each)
    classes = {name: work / f"{name}.tsv" for name in drawn.CLASSES if name not in ("facets", "snippets", "newest", "page100")}
    for name, path in classes.items():
        path.write_text("".join(f"{n}\t{text_of(q)}\n" for n, q in enumerate(q for q in asked if q["class"] == name)))

    def ask(target):
        """Milliseconds a query, by class, and the peak memory of one process with them all."""
        spent, peak = {}, 0
        for name, path in classes.items():
            empty = run([f"{options.bin}/dateline-search", "-d", target, "--operators", "--batch", os.devnull])
            used = run([f"{options.bin}/dateline-search", "-d", target, "--operators", "--verify-limit", 10**6, "--limit", 10,
                        "--deadline", 10**7, "--batch", path])
            spent[name], peak = (used["wall"] - empty["wall"]) * 1e3 / options.each, max(peak, used["peak"])
        return spent, peak

    rows = {"one index": (size_of(index), *ask(index))}
    for count in map(int, options.shards.split(",")):
        folder = work / f"shards-{count}"
        shutil.rmtree(folder, ignore_errors=True)
        run([f"{options.bin}/dateline-index", "shard", "-d", index, "--by", "hash", "--shards", count, folder])
        shards = sorted(f for f in folder.iterdir() if f.is_dir())
        rows[f"{count} here"] = (size_of(folder), *ask(folder))
        front = pathlib.Path(tempfile.mkdtemp())
        servers = Servers(shards)
        (front / "XAPIANDB").write_text("".join(servers.places))
        try:
            rows[f"{count} on {count} servers"] = (size_of(folder), *ask(front))
        finally:
            servers.stop()
            shutil.rmtree(front)
    print(f"{options.docs or 'all'} articles; milliseconds a query, {options.each} a class; the client's peak memory")
    print(f"{'':<16}{'MB':>7}{'peak MB':>9}" + "".join(f"{name:>10}" for name in classes))
    for name, (size, spent, peak) in rows.items():
        print(f"{name:<16}{size / 1e6:>7.0f}{peak:>9.0f}" + "".join(f"{spent[c]:>10.2f}" for c in classes), flush=True)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench-growth")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--docs", type=int, default=0)
    parser.add_argument("--each", type=int, default=25, help="queries a class")
    parser.add_argument("--parts", default="update,shards")
    parser.add_argument("--shards", default="2,4,8", help="how many, in turn")
    parser.add_argument("--actors", action="store_true", help="look for actors, too")
    parser.add_argument("--cache", default=".bench")
    parser.add_argument("jsonl", nargs="*")
    options = parser.parse_args()
    given = options.jsonl or sorted(glob.glob("corpus/**/*.jsonl", recursive=True))
    work = pathlib.Path(options.cache) / f"growth-{options.docs}"
    work.mkdir(parents=True, exist_ok=True)
    corpus = work / "corpus.jsonl"
    if not corpus.exists():
        unfinished = corpus.with_suffix(".tmp")
        if options.docs:
            apart(corpora.generate, given, options.docs, unfinished)
        else:
            unfinished.write_bytes(b"".join(pathlib.Path(path).read_bytes() for path in given))
        unfinished.rename(corpus)
    if "update" in options.parts:
        bench_update(options, work, corpus)
    if "shards" in options.parts:
        bench_shards(options, work, corpus)


main()
