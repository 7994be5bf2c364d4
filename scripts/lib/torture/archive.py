"""Shared by the parts: generated articles, the programs, what an index holds."""
import json
import os
import random
import subprocess
import sys

SEED = int(os.environ.get("DATELINE_TEST_SEED", "20220224"))
DOCUMENTED = {0, 1, 2, 3, 4, 5, 130, 143}  # exit statuses of the manual; 70 is a bug of ours


class Programs:
    def __init__(self, folder):
        self.index_program = os.path.join(folder, "dateline-index")
        self.search_program = os.path.join(folder, "dateline-search")

    def index(self, *arguments, env=None, timeout=600):
        return subprocess.run([self.index_program, *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                              env={**os.environ, **(env or {})})

    def search(self, *arguments, timeout=600):
        return subprocess.run([self.search_program, *map(str, arguments)], capture_output=True, text=True, timeout=timeout)

    def count(self, index, query):
        done = self.search("-d", index, "--count", query)
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    def dump(self, index):
        """Every article as stored, by id: what two indexes of the same articles must share."""
        done = self.search("-d", index, "--format", "jsonl", "--limit", "1000", "--sort", "date", "*")
        assert done.returncode == 0, done.stderr
        return dump_of(done.stdout)

    def check(self, index):
        done = self.index("check", "--deep", "-d", index)
        assert done.returncode == 0, done.stdout + done.stderr


def dump_of(lines):
    found = {}
    for line in lines.splitlines():
        hit = json.loads(line)
        if "id" not in hit:
            continue
        assert hit["id"] not in found, f"{hit['id']} is there twice"
        found[hit["id"]] = (hit["title"], hit.get("snippet"))
    return found


def write_articles(path, numbers, edition, words=60):
    with open(path, "w") as out:
        for n in numbers:
            rng = random.Random(n * 1000 + edition)
            text = " ".join(f"word{rng.randrange(5000)}" for _ in range(words))
            out.write(json.dumps({"id": f"n{n}", "source": "Desk", "title": f"Article {n}",
                                  "date": f"2021-{1 + n % 12:02}-{1 + n % 28:02}",
                                  "body": f"edition{edition} {text}"}) + "\n")


def acknowledged(output):
    """N of the last whole line "committed N"."""
    found = [line for line in output.splitlines(keepends=True) if line.startswith("committed ") and line.endswith("\n")]
    return int(found[-1].split()[1]) if found else 0


def fail(message):
    print(f"FAILED (seed {SEED}): {message}", file=sys.stderr)
    sys.exit(1)
