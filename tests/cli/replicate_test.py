"""Copies of shards by xapian-replicate, shard by shard as docs/SCALING.md says: the answers over the copies are those of
one index, after the first copy, an update, a new generation, and a takedown.

  replicate_test.py PROGRAMS
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

programs = sys.argv[1]
work = tempfile.mkdtemp(prefix="dateline-replicate-")
one, shards, copies, front = (os.path.join(work, name) for name in ("one", "shards", "copies", "front"))
NAMES = ("s1", "s2")
QUERIES = (["oil"], ["word7*"], ["gas", "--sort", "date"], ["--any", "oil word12 fresh"], ["fresh"], ["word5 NEAR/5 gas"],
           ["*", "--facet", "source,actors,date:month", "--limit", "5"])


def index(*arguments, **environment):
    subprocess.run([f"{programs}/dateline-index", *arguments], check=True, capture_output=True, text=True,
                   env={**os.environ, **environment})


def answer(where, query):
    done = subprocess.run([f"{programs}/dateline-search", "-d", where, "--format", "json", *query], check=True,
                          capture_output=True, text=True)
    result = json.loads(done.stdout)
    result.pop("took_ms", None)
    for hit in result["hits"]:
        hit["score"] = round(hit["score"], 6)
    return result


def equal(when):
    matched = 0
    for query in QUERIES:
        expected, found = answer(one, query), answer(front, query)
        assert expected == found, f"{when}: {query}\n{expected}\n{found}"
        matched += expected["total"] > 0
    assert matched > len(QUERIES) // 2, f"{when}: the queries find nothing"


def articles(name, numbers, word):
    path = os.path.join(work, name)
    with open(path, "w") as out:
        for n in numbers:
            out.write(json.dumps({"id": f"a{n}", "source": f"Source {n % 3}", "title": f"Title {n}",
                                  "date": f"2021-{1 + n % 12:02}-{1 + n % 28:02}", "actors": [f"Ada Roe {n % 4}"],
                                  "body": f"{word} word{n} about oil and gas"}) + "\n")
    return path


def generation(name):
    with open(os.path.join(shards, name, "XAPIANDB")) as stub:
        return stub.read().split()[1].split("/")[0]


def replicate():
    """Each shard's current generation into a folder of its own, then the front is pointed at them. Gives what was done."""
    said, lines = [], []
    for name in NAMES:
        current = generation(name)
        copy = os.path.join(copies, name, current)
        os.makedirs(os.path.dirname(copy), exist_ok=True)
        done = subprocess.run(["xapian-replicate", "--verbose", "--one-shot", "--host", "127.0.0.1", "--port", str(port),
                               "--reader-time", "0", "--master", f"{name}/{current}/s0", copy], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        said.append((done.stdout + done.stderr).strip().splitlines()[-1])
        lines.append(f"auto {copy}\n")
    os.makedirs(front, exist_ok=True)
    with open(f"{front}/XAPIANDB.tmp", "w") as stub:
        stub.writelines(lines)
    os.rename(f"{front}/XAPIANDB.tmp", f"{front}/XAPIANDB")
    for name in NAMES:
        for old in os.listdir(os.path.join(copies, name)):
            if old != generation(name):
                shutil.rmtree(os.path.join(copies, name, old))
    return said


index("add", "-d", one, "--no-actors", articles("in.jsonl", range(300), "common"))
index("shard", "-d", one, "--by", "hash", "--shards", str(len(NAMES)), shards)
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    port = s.getsockname()[1]
server = subprocess.Popen(["xapian-replicate-server", "--interface", "127.0.0.1", "--port", str(port), shards],
                          stdout=subprocess.DEVNULL)
try:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    assert all("1 copies, 0 changesets" in line for line in replicate())
    equal("the first copy")

    fresh = articles("fresh.jsonl", range(300, 320), "fresh")
    index("add", "-d", one, "--no-actors", fresh)
    index("add", "-d", f"{shards}/s1", "--no-actors", fresh, XAPIAN_MAX_CHANGESETS="50")
    assert answer(front, ["fresh"])["total"] == 0
    said = replicate()
    assert "0 copies, 1 changesets" in said[0] and "0 copies, 0 changesets" in said[1], said
    equal("an update")

    index("compact", "-d", f"{shards}/s1")
    assert "1 copies" in replicate()[0]
    equal("a new generation")

    for where in (one, f"{shards}/s1"):
        index("remove", "-d", where, "--id", "a305", "--reason", "a test")
    assert answer(front, ["word305"])["total"] == 1, "a copy follows when it is told to"
    replicate()
    assert answer(front, ["word305"])["total"] == 0
    equal("a takedown")
finally:
    server.kill()
    server.wait()
print("replicate: the copies answer as one index")
shutil.rmtree(work)
