"""Queries that are meant to take for ever: each must end within its deadline and 10 %, and in 256 MB.

  queries_of_death.py PROGRAMS NUMBER [FILE…]   an index of the files, or of generated articles without any
DATELINE_TEST_SEED=n repeats a run. DATELINE_DEADLINE=ms; DATELINE_SLACK: what may be used of it, 1.1 unless told;
DATELINE_ARTICLES=n generated; DATELINE_VERBOSE=1 prints the worst of each kind.
"""
import collections
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

DEADLINE_MS = int(os.environ.get("DATELINE_DEADLINE", "1000"))
MEMORY_MB = 256
SLACK = float(os.environ.get("DATELINE_SLACK", "1.1"))
ARTICLES = int(os.environ.get("DATELINE_ARTICLES", "20000"))
STATUSES = {0, 1, 2, 4}  # answered; refused; a line of a batch refused; out of time


def generate(path, rng):
    """Articles of a natural distribution of words (Zipf), with function words as frequent as in life."""
    words = "the of to and in a is that for it on was with as by at from".split()
    words += ["".join(rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(rng.randint(1, 4))) for _ in range(60_000)]
    weights = [1 / (i + 1) for i in range(len(words))]
    with open(path, "w") as out:
        for number in range(ARTICLES):
            text = rng.choices(words, weights, k=rng.choice([100, 300, 300, 1000]))
            sentences = [" ".join(text[i:i + 15]).capitalize() + "." for i in range(0, len(text), 15)]
            body = "\n\n".join(" ".join(sentences[i:i + 4]) for i in range(0, len(sentences), 4))
            date = f"{rng.randint(1990, 2024)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            out.write(json.dumps({"id": f"g{number}", "title": " ".join(text[:6]), "body": body, "date": date,
                                  "source": rng.choice(["Post", "Wire", "Gazette"])}) + "\n")


def frequent_words(files):
    counts = collections.Counter()
    for path in files:
        with open(path) as lines:
            for line, _ in zip(lines, range(3000)):
                counts.update(re.findall(r"[a-z]{2,}", (json.loads(line).get("body") or "").lower()))
    return [word for word, _ in counts.most_common(5000)]


class Deaths:
    """Kinds of queries of death; each method yields one."""

    def __init__(self, words, rng):
        self.frequent, self.common, self.rng = words[:60], words[:400], rng
        self.prefixes = sorted({word[:3] for word in words if len(word) > 4})
        self.rare = words

    def many(self, words, low=2, high=250):
        return [self.rng.choice(words) for _ in range(self.rng.randint(low, high))]

    def nesting(self):
        depth = self.rng.choice([5, 30, 60, 64, 65, 500, 100_000])
        return "(" * depth + self.rng.choice(self.frequent) + ")" * self.rng.choice([depth, depth - 1])

    def nested_nots(self):
        text = "+" + self.frequent[0]
        for word in self.many(self.frequent, 5, 30):
            text = f"{word} NOT ({text})"
        return text

    def nested_groups(self):
        text = self.rng.choice(self.frequent)
        for _ in range(self.rng.randint(5, 60)):
            op = self.rng.choice(["AND", "OR", "XOR", "MAYBE", "NOT"])
            text = f"(={self.rng.choice(self.frequent)} {op} {text})"
        return text

    def wildcards(self):
        return self.rng.choice([" OR ", " "]).join(prefix + "*" for prefix in self.many(self.prefixes))

    def leading_wildcards(self):
        return self.rng.choice([" OR ", " "]).join("*" + prefix for prefix in self.many(self.prefixes))

    def starry(self):
        return " OR ".join(prefix + "*" + "*".join(prefix) + "*" for prefix in self.many(self.prefixes))

    def fuzzy(self):
        return " OR ".join(f"{word}~2" for word in self.many([w for w in self.rare if len(w) > 4]))

    def unknown(self):
        return " OR ".join("q" + word + "x" for word in self.many(self.rare))

    def near_chain(self):
        return f" NEAR/{self.rng.choice([5, 50, 500])} ".join("=" + word for word in self.many(self.frequent, 3, 60))

    def near_of_groups(self):
        group = lambda: "(" + " OR ".join("=" + word for word in self.many(self.frequent, 2, 30)) + ")"
        return f" w/{self.rng.choice([5, 500])} ".join(group() for _ in range(self.rng.randint(2, 6)))

    def near_wildcards(self):
        return " w/500 ".join(prefix + "*" for prefix in self.many(self.prefixes, 2, 30))

    def loose_phrase(self):
        return '"' + " ".join(self.many(self.frequent, 3, 100)) + f'"~{self.rng.choice([5, 100, 500])}'

    def phrase(self):
        return '"' + " ".join(self.many(self.frequent[:12], 2, 200)) + '"'

    def phrases(self):
        return " OR ".join('"' + " ".join(self.many(self.frequent[:12], 2, 4)) + '"' for _ in range(self.rng.randint(2, 60)))

    def phrase_of_wildcards(self):
        return '"' + " ".join(prefix + "*" for prefix in self.many(self.prefixes, 2, 40)) + '"'

    def or_of_frequent(self):
        return " OR ".join("=" + word for word in self.many(self.common, 50, 256))

    def not_of_frequent(self):
        return "* " + " ".join("-" + word for word in self.many(self.common, 50, 250))

    def xor_of_frequent(self):
        return " XOR ".join("=" + word for word in self.many(self.common, 50, 250))

    def at_least(self):
        words = " OR ".join("=" + word for word in self.many(self.frequent, 2, 40))
        return f"atleast{self.rng.choice([2, 40, 400, 500])} ({words})"

    def at_least_near(self):
        return f"atleast{self.rng.choice([2, 500])} (={self.frequent[0]} w/500 ={self.frequent[1]} w/500 ={self.frequent[2]})"

    def first(self):
        words = " OR ".join("=" + word for word in self.many(self.frequent, 2, 40))
        return f"first{self.rng.choice([5, 500])}:({words})"

    def sentence(self):
        group = lambda: "(" + " OR ".join("=" + word for word in self.many(self.frequent, 2, 40)) + ")"
        return self.rng.choice([" /s ", " /p "]).join(group() for _ in range(self.rng.randint(2, 12)))

    def dates(self):
        return " OR ".join(f"date:{self.rng.randint(1000, 2900)}-01-02..{self.rng.randint(2900, 9999)}-05-07" for _ in range(200))

    def moments(self):
        return " OR ".join(f"date:{self.rng.randint(1000, 2900)}-01-02T05:00..9000" for _ in range(200))

    def lengths(self):
        return " XOR ".join(f"words:>{self.rng.randint(1, 900)}" for _ in range(250))

    def names(self):
        return " OR ".join(f'source:"{letter}*"' for letter in self.many("abcdefghijklmnopqrstuvwxyz", 2, 200))

    def megabyte(self):
        kind = self.rng.randrange(4)
        unit = ["(", self.frequent[0] + " ", '"' + self.frequent[1], "sanct* NEAR/9 "][kind]
        return (unit * (1_000_000 // len(unit) + 1))[:1_000_000]

    def rubbish(self):
        pieces = ["(", ")", '"', " NEAR/9 ", " OR ", " NOT ", "-", "+", "title:", "*", "~2", " /s ", "first9:", "\xe9", "\u5317\u4eac", "date:"]
        return "".join(self.rng.choice(pieces + self.common) for _ in range(self.rng.randint(10, 2000)))


def kinds():
    return [name for name, value in vars(Deaths).items() if callable(value) and name not in ("__init__", "many")]


def ask(programs, index, text, rng):
    """Runs one query; status, seconds, megabytes at the most, last line of the errors."""
    command = [programs + "/dateline-search", "-d", index, "--deadline", str(DEADLINE_MS)]
    by_batch = len(text) > 100_000
    if by_batch:
        command += ["--batch", "-", "--operators"]
    else:
        command += rng.choice([[], ["--facet", "source,date,lang,authors"], ["--explain"], ["--expand"], ["--count"],
                               ["--sort", "date"], ["--recency", "7d"], ["--any"], ["--limit", "1000", "--snippet-length", "2000"],
                               ["--max-bytes", "10000000", "--max-depth", "1000", "--max-words", "100000"]])
        command += ["--", text]
    start = time.monotonic()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
        if by_batch:
            try:
                child.stdin.write(b"q\t" + text.encode() + b"\n")
            except BrokenPipeError:
                pass
        child.stdin.close()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace").strip().splitlines()
    return child.returncode, seconds, usage.ru_maxrss / 1024, said[-1][:150] if said else "", command[5:-1]


def main():
    programs, number, *files = sys.argv[1:]
    seed = int(os.environ.get("DATELINE_TEST_SEED", "1"))
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as scratch:
        if not files:
            files = [scratch + "/articles.jsonl"]
            generate(files[0], rng)
        index = os.environ.get("DATELINE_TORTURE_INDEX") or scratch + "/index"
        if not os.path.exists(index):
            subprocess.run([programs + "/dateline-index", "-q", "-d", index, "--no-actors", *files], stderr=subprocess.DEVNULL)
        deaths = Deaths(frequent_words(files), rng)
        failures, slowest, largest = 0, 0.0, 0.0
        statuses = collections.Counter()
        by_kind = collections.defaultdict(lambda: [0.0, 0.0])
        for i in range(int(number)):
            kind = kinds()[i % len(kinds())]
            text = getattr(deaths, kind)()
            status, seconds, megabytes, said, options = ask(programs, index, text, rng)
            statuses[status] += 1
            slowest, largest = max(slowest, seconds), max(largest, megabytes)
            by_kind[kind] = [max(by_kind[kind][0], seconds), max(by_kind[kind][1], megabytes)]
            if status not in STATUSES or seconds > DEADLINE_MS / 1000 * SLACK or megabytes > MEMORY_MB:
                failures += 1
                print(f"FAILED seed {seed} query {i} {kind} {' '.join(options)}: status {status}, {seconds:.2f} s, "
                      f"{megabytes:.0f} MB, {said}\n  {text[:300]}", flush=True)
        if os.environ.get("DATELINE_VERBOSE"):
            for kind, (seconds, megabytes) in by_kind.items():
                print(f"  {kind:20} {seconds:5.2f} s {megabytes:4.0f} MB")
        print(f"queries of death: {number}, deadline {DEADLINE_MS} ms, slowest {slowest:.2f} s, largest {largest:.0f} MB, "
              f"statuses {dict(sorted(statuses.items()))}, failed {failures}")
        sys.exit(failures > 0)


main()
