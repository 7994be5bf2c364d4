"""Measures the ranking; see scripts/bench-rank."""
import collections
import glob
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

# k1 and b of BM25, then what relevance feedback takes: hits, words, their weight, how much more the better hits say.
GRID_PLAIN = {"k1": [1.2, 1.6, 2, 2.4, 3], "b": [0.6, 0.7, 0.75, 0.8, 0.85, 0.9]}
GRID_EXPANDED = {"feedback_hits": [5, 10, 20], "feedback_words": [10, 20, 30, 40], "feedback_weight": [0.2, 0.4, 0.6],
                 "feedback_sharpness": [0, 2, 4, 6]}
FOLDS = 5
HEADLINES = 2000


def index(programs, folder, files):
    command = [programs + "/dateline-index", "-q", "-d", folder, "--no-actors"] + files
    status = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    if status not in (0, 2):  # 2: some inputs were refused (a collection's empty documents)
        sys.exit(f"{' '.join(command)}: status {status}")


def run(programs, folder, queries, *options):
    command = [programs + "/dateline-search", "-q", "-d", folder, "--any", "--batch", queries, *options]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


class Lucene:
    """Lucene as its users get it, where Debian's liblucene8-java and a Java are installed."""
    JARS = glob.glob("/usr/share/java/lucene-core-*.jar") + glob.glob("/usr/share/java/lucene-analyzers-common-*.jar")

    def __init__(self):
        self.there = len(self.JARS) >= 2 and shutil.which("java") is not None
        if not self.there:
            print("no Lucene to compare with: apt-get install liblucene8-java default-jdk-headless", flush=True)

    def call(self, *arguments):
        source = os.path.dirname(os.path.abspath(__file__)) + "/lucene/Baseline.java"
        command = ["java", "-cp", ":".join(self.JARS), source, *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def average_precisions(qrels, text):
    """Average precision of each query that has a relevant document, by trec_eval's definition."""
    relevant = collections.defaultdict(set)
    for line in open(qrels):
        query, _, document, relevance = line.split()
        if int(relevance) > 0:
            relevant[query].add(document)
    found = collections.Counter()
    sums = collections.Counter()
    for line in text.splitlines():
        query, _, document, rank, _, _ = line.split()
        if document in relevant[query]:
            found[query] += 1
            sums[query] += found[query] / int(rank)
    return {query: sums[query] / len(documents) for query, documents in relevant.items() if documents}


def mean(values):
    values = list(values)
    return sum(values) / len(values)


class Collection:
    def __init__(self, programs, folder, scratch):
        self.name = os.path.basename(folder)
        self.queries = folder + "/queries.tsv"
        self.qrels = folder + "/qrels.txt"
        self.programs = programs
        self.index = scratch + "/" + self.name
        self.documents = folder + "/docs.jsonl"
        index(programs, self.index, [self.documents])

    def run(self, *options):
        return run(self.programs, self.index, self.queries, *options)


    def run_lucene(self, lucene):
        lucene.call("index", self.index + ".lucene", self.documents)
        return lucene.call("search", self.index + ".lucene", self.queries, "1000")


def reciprocal_rank(text, queries):
    sum_ = 0
    for line in text.splitlines():
        query, _, document, rank, _, _ = line.split()
        if query == document:
            sum_ += 1 / int(rank)
    return sum_ / len(queries)


def assignments(grid):
    for values in itertools.product(*grid.values()):
        yield ",".join(f"{name}={value}" for name, value in zip(grid, values))


def cross_validate(collections_, grid, fixed, label):
    """Picks the parameters on four fifths of the queries, scores them on the fifth left out."""
    scores = {}
    for parameters in assignments(grid):
        options = fixed + ["--ranking", parameters]
        scores[parameters] = [average_precisions(c.qrels, c.run(*options)) for c in collections_]
    default = [average_precisions(c.qrels, c.run(*fixed)) for c in collections_]
    folds = []
    for c in range(len(collections_)):
        queries = sorted(default[c])
        random.Random(7).shuffle(queries)
        folds.append([queries[i::FOLDS] for i in range(FOLDS)])

    def quality(parameters, fold):
        # Each collection counts the same, relative to the default.
        total = 0
        for c in range(len(collections_)):
            left = [q for i, part in enumerate(folds[c]) if i != fold for q in part]
            total += mean(scores[parameters][c][q] for q in left) / mean(default[c][q] for q in left)
        return total

    held_out = [[] for _ in collections_]
    for fold in range(FOLDS):
        best = max(scores, key=lambda p: quality(p, fold))
        print(f"{label} fold {fold + 1}: {best}")
        for c in range(len(collections_)):
            held_out[c] += [scores[best][c][q] for q in folds[c][fold]]
    overall = max(scores, key=lambda p: quality(p, None))
    for c, collection in enumerate(collections_):
        print(f"{label} {collection.name}: held out {mean(held_out[c]):.4f}  default {mean(default[c].values()):.4f}  "
              f"best of all ({overall}) {mean(scores[overall][c].values()):.4f}")


def headlines(programs, files, scratch, lucene):
    """Headlines as queries for their own bodies, which are indexed without them."""
    queries = []
    with open(scratch + "/bodies.jsonl", "w") as bodies:
        for path in files:
            for line in open(path):
                article = json.loads(line)
                title = " ".join((article.pop("title", None) or "").split())
                document = f"d{bodies.tell()}"
                if not article.get("body"):
                    continue
                bodies.write(json.dumps({"id": document, "body": article["body"]}) + "\n")
                if len(title.split()) >= 3:
                    queries.append((document, title))
    random.Random(1).shuffle(queries)
    queries = queries[:HEADLINES]
    with open(scratch + "/headlines.tsv", "w") as out:
        out.writelines(f"{document}\t{title}\n" for document, title in queries)
    index(programs, scratch + "/bodies", [scratch + "/bodies.jsonl"])
    runs = [("", run(programs, scratch + "/bodies", scratch + "/headlines.tsv", "--limit", "10"))]
    runs += [("--expand", run(programs, scratch + "/bodies", scratch + "/headlines.tsv", "--limit", "10", "--expand"))]
    if lucene.there:
        lucene.call("index", scratch + "/bodies.lucene", scratch + "/bodies.jsonl")
        runs += [("Lucene", lucene.call("search", scratch + "/bodies.lucene", scratch + "/headlines.tsv", "10"))]
    for name, text in runs:
        print(f"headlines  {name:9} queries {len(queries)}  MRR@10 {reciprocal_rank(text, queries):.4f}", flush=True)


def main():
    programs, *arguments = sys.argv[1:]
    tune = arguments[:1] == ["--tune"]
    if tune:
        arguments.pop(0)
    if not arguments:
        sys.exit("usage: scripts/bench-rank [--tune] COLLECTIONS [NEWS…]")
    folder, *news = arguments
    with tempfile.TemporaryDirectory() as scratch:
        found = sorted(os.path.dirname(path) for path in glob.glob(folder + "/*/docs.jsonl"))
        if not found:
            sys.exit(f"{folder}: no collection (a folder with docs.jsonl, queries.tsv, qrels.txt)")
        collections_ = [Collection(programs, path, scratch) for path in found]
        if tune:
            cross_validate(collections_, GRID_PLAIN, [], "plain")
            cross_validate(collections_, GRID_EXPANDED, ["--expand"], "expanded")
            return
        lucene = Lucene()
        for collection in collections_:
            runs = [("", collection.run()), ("--expand", collection.run("--expand"))]
            if lucene.there:
                runs += [("Lucene", collection.run_lucene(lucene))]
            for name, text in runs:
                path = scratch + "/run"
                with open(path, "w") as out:
                    out.write(text)
                score = subprocess.run([sys.executable, folder + "/score_rank.py", collection.qrels, path], check=True,
                                       stdout=subprocess.PIPE, text=True).stdout.strip()
                print(f"{collection.name:10} {name:9} {score}", flush=True)
        if news:
            headlines(programs, news, scratch, lucene)


main()
