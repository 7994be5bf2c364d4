"""Runs Dateline and its peers in turns over one corpus and prints figures and ratios; started by scripts/bench."""
import argparse
import collections
import glob
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
import corpus as corpora
import queries as drawn

HERE = pathlib.Path(__file__).parent
JARS = ("lucene-core", "lucene-analyzers-common", "lucene-facet", "lucene-highlighter", "lucene-memory", "lucene-queries")


class Peer:
    """`index(target)` and `query(target)` are command lines; what is indexed lies in `target`."""

    def __init__(self, name, index, query, most=1 << 60, without=()):
        self.name, self.index, self.query, self.most, self.without = name, index, query, most, without


def peers_of(options, corpus):
    def program(name):
        return os.path.join(options.bin, name)

    def dateline(jobs):
        return lambda target: [program("dateline-index"), "--no-actors", "-q", f"-j{jobs}", "-d", target, corpus]

    found = [Peer("dateline", dateline(1), lambda t: [program("bench_queries"), t]), Peer("dateline -j2", dateline(2), None)]
    if options.peers:
        jars = ":".join(p for jar in JARS for p in sorted(glob.glob(f"/usr/share/java/{jar}-8*.jar"))[:1])
        java = ["java", "-Xmx1g", "-cp", jars, str(HERE / "Peer.java")]
        # "plain" is a word with all its forms, as people type it: the others have the word itself alone.
        found.append(Peer("lucene", lambda t: java + ["index", t, corpus], lambda t: java + ["query", t], without=("plain",)))
        fts5 = [sys.executable, str(HERE / "fts5.py")]
        found.append(Peer("fts5", lambda t: fts5 + ["index", t + "/db", corpus], lambda t: fts5 + ["query", t + "/db"],
                          without=("plain",)))
        # Slow enough to know after a small corpus.
        found.append(Peer("xapian", lambda t: [program("bench_xapian"), "index", t, corpus],
                          lambda t: [program("bench_xapian"), "query", t], most=50_000,
                          without=("actor", "facets", "snippets", "newest", "plain")))
    return found


def run(command, **more):
    """Seconds of CPU and wall, peak memory in MB."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **more)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 2):
        sys.exit(f"failed: {' '.join(command)}")
    return {"cpu": used.ru_utime + used.ru_stime, "wall": time.monotonic() - begin, "peak": used.ru_maxrss / 1024}


def size_of(folder):
    return sum(f.stat().st_size for f in pathlib.Path(folder).rglob("*") if f.is_file())


def text_bytes(corpus):
    """What there is to search and to show: titles and bodies."""
    total = 0
    with open(corpus, encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            total += len((article.get("title") or "").encode()) + len((article.get("body") or "").encode())
    return total


def table(head, rows):
    widths = [max(len(str(row[i])) for row in [head] + rows) for i in range(len(head))]
    for row in [head] + rows:
        print("  ".join(str(cell).rjust(w) if i else str(cell).ljust(w) for i, (cell, w) in enumerate(zip(row, widths))))
    print(flush=True)


def bench_index(peers, cache, docs, megabytes, rounds):
    figures = collections.defaultdict(list)
    for _ in range(rounds):
        for peer in peers:
            if docs > peer.most:
                continue
            target = cache / "index" / peer.name.replace(" ", "")
            shutil.rmtree(target, ignore_errors=True)
            target.mkdir(parents=True)
            figures[peer.name].append(run(peer.index(str(target))) | {"size": size_of(target) / 1e6})
    rows, lucene = [], None
    medians = {name: {k: statistics.median(r[k] for r in runs) for k in runs[0]} for name, runs in figures.items()}
    lucene = medians.get("lucene")
    for name, m in medians.items():
        cpus = [r["cpu"] for r in figures[name]]
        rows.append([name, f"{megabytes / m['cpu']:.1f}", f"{megabytes / m['wall']:.1f}", f"{m['peak']:.0f}",
                     f"{m['size'] / megabytes:.2f}", f"{lucene['cpu'] / m['cpu']:.2f}" if lucene else "-",
                     f"±{(max(cpus) - min(cpus)) / 2 / m['cpu']:.0%}"])
    print(f"indexing {docs} articles, {megabytes:.0f} MB of text, median of {rounds}")
    table(["", "MB/CPU s", "MB/wall s", "peak MB", "size/text", "CPU vs lucene", "spread"], rows)


def bench_queries(peers, cache, docs, asked):
    answers = {}
    for peer in peers:
        target = cache / "index" / peer.name.replace(" ", "")
        if peer.query is None or docs > peer.most or not target.exists():
            continue
        out = subprocess.run(peer.query(str(target)), input="".join(json.dumps(q) + "\n" for q in asked), text=True,
                             stdout=subprocess.PIPE, check=True).stdout
        lines = [json.loads(line) for line in out.splitlines()]
        answers[peer.name] = [line for line in lines if line["class"] not in peer.without]
    if "dateline" not in answers:
        sys.exit("no index to ask yet; --parts index,query makes one")
    rows, agreement = [], []
    for name in drawn.CLASSES:
        row, medians = [name], {}
        for peer, lines in answers.items():
            times = sorted(line["ns"] for line in lines if line["class"] == name)
            if not times:
                row.append("-")
                continue
            medians[peer] = statistics.median(times)
            row.append(f"{medians[peer] / 1e3:.0f}/{times[min(len(times) - 1, round(len(times) * .99))] / 1e3:.0f}")
        ours = medians.get("dateline")
        row += [f"{ours / medians[peer]:.2f}" if peer in medians else "-" for peer in answers if peer != "dateline"]
        row.append(f"{statistics.median(l['first_ns'] for l in answers['dateline'] if l['class'] == name) / 1e3:.0f}")
        rows.append(row)
        if "lucene" in answers:
            pairs = [(a["matches"], b["matches"]) for a, b in zip(answers["dateline"], answers["lucene"]) if a["class"] == name]  # "plain" is the last
            a, b = sum(p[0] for p in pairs), sum(p[1] for p in pairs)
            agreement.append([name, a, b, f"{a / b:.3f}" if b else "-"])
    print(f"queries over {docs} articles, microseconds of thread CPU, p50/p99 of {len(asked) // len(drawn.CLASSES)} a class")
    table([""] + list(answers) + [f"dateline/{p}" for p in answers if p != "dateline"] + ["first time"], rows)
    if agreement:
        print("matches, to be equal within tokenisation")
        table(["", "dateline", "lucene", "ratio"], agreement)
        # A phrase or NEAR of ours ends with its sentence; the others' do not. A rare word is often part of a compound, which
        # is one word to Lucene ("O'Conner").
        apart = ("phrase", "near", "rare")
        wrong = [r for r in agreement if r[3] != "-" and r[0] not in apart and abs(float(r[3]) - 1) > .03]
        return [f"matches differ: {r}" for r in wrong]
    return []


def typed(query):
    """A query as it is typed."""
    words = query["words"] if query["class"] == "plain" else ["=" + word for word in query["words"]]
    text = (" OR " if query["class"].startswith("or") else " ").join(words)
    if query["class"] == "phrase":
        text = '"' + " ".join(query["words"]) + '"'
    if query["class"] == "filter":
        text += f' source:"{query["source"]}" date:{query["since"]}..{query["until"]}'
    return text


def bench_cold(options, cache, asked):
    program = os.path.join(options.bin, "dateline-search")
    target = str(cache / "index" / "dateline")
    rows = []
    for name in ("", "rare", "frequent", "plain", "and", "or2", "phrase", "filter"):
        row = [name or "--version"]
        for form in ("text", "json"):
            queries = [query for query in asked if query["class"] == name]
            commands = [[program, "-d", target, "--format", form, "--", typed(query)] for query in queries]
            runs = [run(command) for command in commands or [[program, "--version"]] * options.each for _ in range(3)]
            row += [f"{statistics.median(r[what] for r in runs) * 1e3:.1f}" for what in ("wall", "cpu")]
        rows.append(row)
    print("a process with one query, the index in the system's cache, p50 in ms")
    table(["", "text, wall", "CPU", "json, wall", "CPU"], rows)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--docs", type=int, default=200_000)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--each", type=int, default=25, help="queries a class")
    parser.add_argument("--parts", default="index,query,cold")
    parser.add_argument("--cache", default=".bench")
    parser.add_argument("jsonl", nargs="*")
    options = parser.parse_args()
    given = options.jsonl or sorted(glob.glob("corpus/**/*.jsonl", recursive=True))
    cache = pathlib.Path(options.cache) / str(options.docs)
    cache.mkdir(parents=True, exist_ok=True)
    corpus = cache / "corpus.jsonl"
    if not corpus.exists():
        unfinished = corpus.with_suffix(".tmp")
        if options.docs:
            corpora.generate(given, options.docs, unfinished)
        else:
            unfinished.write_bytes(b"".join(pathlib.Path(path).read_bytes() for path in given))
        unfinished.rename(corpus)
    with open(corpus, "rb") as lines:
        docs = sum(1 for _ in lines)
    megabytes = text_bytes(corpus) / 1e6
    peers = peers_of(options, str(corpus))
    if "index" in options.parts:
        bench_index(peers, cache, docs, megabytes, options.rounds)
    asked = list(drawn.draw(corpus, options.each)) if {"query", "cold"} & set(options.parts.split(",")) else []
    faults = bench_queries(peers, cache, docs, asked) if "query" in options.parts else []
    if "cold" in options.parts:
        bench_cold(options, cache, asked)
    if faults:
        sys.exit("\n".join(faults))


main()
