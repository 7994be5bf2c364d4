"""One index against four shards: local ones, and on two servers of Xapian's own. The same hits, order, totals, facets,
snippets and suggestions for random queries; a server that goes away in between.

  shards.py PROGRAMS QUERIES
"""
import itertools
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from archive import SEED, Programs, fail

ARTICLES = 3000
programs = Programs(sys.argv[1])
wanted = int(sys.argv[2])
rng = random.Random(SEED)
WORDS = ["".join(rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(rng.randint(2, 4))) for _ in range(3000)]
WEIGHTS = list(itertools.accumulate(1 / (i + 1) for i in range(len(WORDS))))
SOURCES = ["Post", "Wire", "Gazette", "Herald"]


def write(path):
    with open(path, "w") as out:
        for n in range(ARTICLES):
            body = [" ".join(rng.choices(WORDS, cum_weights=WEIGHTS, k=12)).capitalize() + "." for _ in range(rng.randint(2, 12))]
            article = {"id": f"a{n}", "title": " ".join(rng.choices(WORDS, cum_weights=WEIGHTS, k=6)), "body": body, "source": rng.choice(SOURCES),
                       "section": rng.choice(["World", "Sport", "Money"]), "lang": rng.choice(["en", "en", "es"]),
                       "actors": rng.sample(["Ada Roe", "Ben Poe", "Cy Low", "Dee Moe"], rng.randint(0, 3))}
            if rng.random() < 0.95:
                article["published"] = f"{rng.randint(2015, 2022)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
            out.write(json.dumps(article) + "\n")


def random_query():
    word = lambda: rng.choices(WORDS, cum_weights=WEIGHTS)[0]
    kinds = [lambda: word(), lambda: f"{word()} {word()}", lambda: f"{word()} OR {word()}", lambda: f"{word()} NOT {word()}",
             lambda: f'"{word()} {word()}"', lambda: word()[:4] + "*", lambda: f"title:{word()}", lambda: f"{word()} source:{rng.choice(SOURCES)}",
             lambda: f"{word()} date:{rng.randint(2015, 2022)}", lambda: f"{word()} MAYBE {word()}", lambda: f'actor:"Ada Roe" {word()}',
             lambda: f"{word()} XOR {word()}", lambda: word()[:-1] + "zz", lambda: "*",
             lambda: f"{word()} {word()} {word()}", lambda: f"{word()[:3]}* {word()}", lambda: f"{word()}~1",
             lambda: f"{word()} NEAR/5 {word()}", lambda: f"{word()} /s {word()}", lambda: f"atleast2 {word()}",
             lambda: f"{word()} -({word()[:4]}* /p {word()})"]
    arguments = [rng.choice(kinds)(), "--verify-limit", str(ARTICLES), "--deadline", "600000", "--limit", str(rng.choice([5, 10, 50])),
                 "--facet", "source,actors,date:year,section,lang"]
    if rng.random() < 0.3:
        arguments += ["--sort", rng.choice(["date", "-date"])]
    if rng.random() < 0.2:
        arguments += ["--offset", str(rng.randint(0, 30))]
    if rng.random() < 0.1:
        arguments += ["--any"]
    if rng.random() < 0.1:
        arguments += ["--expand"]
    if rng.random() < 0.1:
        arguments += ["--recency", "1y"]
    return arguments


def answer(index, arguments):
    done = programs.search("-d", index, "--format", "json", *arguments)
    if done.returncode != 0:
        return {"status": done.returncode, "error": done.stderr}
    result = json.loads(done.stdout)
    result.pop("took_ms", None)
    for hit in result["hits"]:
        hit["score"] = round(hit["score"], 6)
    return result


def first_difference(one, four):
    if "error" in one or "error" in four:
        return f"{one.get('error', 'an answer')}\n{four.get('error', 'an answer')}"
    for member in one:
        if one[member] != four.get(member):
            if member != "hits":
                return f"{member}: {one[member]}\n{four.get(member)}"
            pairs = zip(one["hits"], four["hits"])
            return next((f"{a}\n{b}" for a, b in pairs if a != b), f"{len(one['hits'])} hits and {len(four['hits'])}")
    return f"only in the second: {set(four) - set(one)}"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def serve(databases):
    port = free_port()
    process = subprocess.Popen(["xapian-tcpsrv", "--interface", "127.0.0.1", "--port", str(port), "--quiet", *databases])
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return process, port
        except OSError:
            time.sleep(0.05)
    fail("xapian-tcpsrv does not start")


def over_the_network(index, arguments):
    """What a front answers that knows `index` by a server alone."""
    process, port = serve([index])
    front = tempfile.mkdtemp(dir=os.path.dirname(index))
    try:
        with open(os.path.join(front, "XAPIANDB"), "w") as stub:
            stub.write(f"remote 127.0.0.1:{port}\n")
        return answer(front, arguments)
    finally:
        process.kill()
        process.wait()


def service_of(front, total):
    """The service over remote shards is ready, though they give it no completions, and finds what one index does."""
    port = free_port()
    process = subprocess.Popen([os.path.join(sys.argv[1], "dateline-serve"), "-q", "-d", front, "--port", str(port)],
                               stderr=subprocess.DEVNULL)
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                urllib.request.urlopen(base + "/readyz").read()
                break
            except OSError:
                time.sleep(0.05)
        else:
            fail("dateline-serve over remote shards is never ready")
        found = json.load(urllib.request.urlopen(f"{base}/v1/search?q={WORDS[0]}"))["total"]
        if found != total:
            fail(f"dateline-serve over remote shards finds {found}, not {total}")
    finally:
        process.kill()
        process.wait()


def main():
    work = tempfile.mkdtemp(prefix="dateline-shards-")
    index, archive = os.path.join(work, "index"), os.path.join(work, "in.jsonl")
    write(archive)
    assert programs.index("add", "-d", index, "--no-actors", "--rebuild", archive).returncode == 0
    begin = time.time()
    figures = []
    for how in ["hash", "source", "date"]:
        folder = os.path.join(work, how)
        done = programs.index("shard", "-d", index, "--by", how, "--shards", 4, folder)
        if done.returncode != 0:
            fail(done.stderr)
        for i in range(1, 5):
            programs.check(f"{folder}/s{i}")
        for n in range(wanted // 10):
            arguments = random_query()
            one, four = answer(index, arguments), answer(folder, arguments)
            if one != four:
                fail(f"local shards by {how}, query {n}: {arguments}\n{first_difference(one, four)}")
        figures.append(f"{wanted // 10} over 4 local ones by {how}")
    shards = [os.path.join(work, "hash", f"s{i}") for i in range(1, 5)]
    front = os.path.join(work, "front")
    os.mkdir(front)
    servers = [serve(shards[:2]), serve(shards[2:])]
    try:
        with open(os.path.join(front, "XAPIANDB"), "w") as stub:
            stub.writelines(f"remote 127.0.0.1:{port}\n" for _, port in servers)
        matched = 0
        for n in range(wanted):
            arguments = random_query()
            one, four = answer(index, arguments), answer(front, arguments)
            matched += one.get("total", 0) > 0
            if one != four:
                fail(f"remote shards, query {n}: {arguments}\n{first_difference(one, four)}")
        figures.append(f"{wanted} over 4 on 2 servers ({matched} with hits)")
        service_of(front, answer(index, [WORDS[0]])["total"])
        # What the servers lack is looked up at the front, so far and no further.
        frequent = f"{WORDS[0]} NEAR/9 {WORDS[1]}"
        done = programs.search("-d", front, "--verify-limit", 10, frequent)
        if done.returncode != 1 or "--verify-limit" not in done.stderr:
            fail(f"beyond the limit of verification: status {done.returncode}: {done.stderr}")
        # A server goes away: an error, or an answer that says that it is partial.
        servers[1][0].kill()
        servers[1][0].wait()
        done = programs.search("-d", front, WORDS[0])
        if done.returncode not in (4, 5) or "Traceback" in done.stderr:
            fail(f"a dead shard: status {done.returncode}: {done.stderr}")
        partial = answer(front, ["--partial", WORDS[0]])
        if not any("partial answer" in warning for warning in partial["warnings"]):
            fail(f"a partial answer that does not say so: {partial}")
        if not 0 < partial["total"] < answer(index, [WORDS[0]])["total"]:
            fail("a partial answer is not a part")
        # A whole index: as it is rebuilt for readers here, and for other machines.
        refused = over_the_network(index, ["--limit", "5", WORDS[0]])
        if "--remote" not in refused.get("error", ""):
            fail(f"a rebuilt index is not refused with what to do: {refused}")
        served = os.path.join(work, "served")
        assert programs.index("add", "-d", served, "--no-actors", "--rebuild", "--remote", archive).returncode == 0
        phrase = ["--limit", "20", f'"{WORDS[0]} {WORDS[1]}"']
        if over_the_network(served, phrase) != answer(index, phrase) or answer(index, phrase)["total"] == 0:
            fail("an index rebuilt with --remote gives another answer")
    finally:
        for process, _ in servers:
            process.kill()
    print(f"shards: 0 differences in {', '.join(figures)}; a dead server is an error, or a partial answer that says so; "
          f"{time.time() - begin:.0f} s")
    shutil.rmtree(work)


main()
