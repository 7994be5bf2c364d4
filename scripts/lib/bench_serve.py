"""Parts of scripts/bench-serve: articles recombined from corpus/, a mix of requests, measuring with wrk."""

import json
import pathlib
import random
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

SEED = 20220115


def corpus_paragraphs():
    titles, paragraphs = [], []
    for path in sorted(pathlib.Path("corpus/text").glob("*.txt")):
        blocks = [" ".join(b.split()) for b in path.read_text(encoding="utf-8", errors="ignore").split("\n\n")]
        titles.append(blocks[0])
        paragraphs += [b for b in blocks[1:] if len(b) > 80]
    return titles, paragraphs


def articles(count):
    """Sentences of the corpus shuffled, with invented names among them, so that the vocabulary grows as in real news."""
    rng = random.Random(SEED)
    titles, paragraphs = corpus_paragraphs()
    sentences = [s for p in paragraphs for s in re.split(r"(?<=[.!?]) ", p)]
    title_words = [w for t in titles for w in t.split()]
    syllables = [a + b for a in "bcdfgklmnprstvz" for b in "aeiou"]
    names = ["".join(rng.choices(syllables, k=rng.randint(2, 4))).capitalize() for _ in range(60000)]
    sources = [f"The {n} {k}" for n, k in zip(names[:40], ["Post", "Courier", "Ledger", "Times"] * 10)]
    for i in range(count):
        body = []
        for _ in range(rng.randint(3, 7)):
            paragraph = rng.choices(sentences, k=rng.randint(2, 4))
            paragraph.append(f"{rng.choice(names)} {rng.choice(names)} of {rng.choice(names)} said so.")
            body.append(" ".join(paragraph))
        # Few articles of long ago, many of lately.
        days = int(5000 * rng.random() ** 2)
        day = time.strftime("%Y-%m-%d", time.gmtime(1_700_000_000 - 86400 * days))
        print(json.dumps({"id": f"r{i}", "title": " ".join(rng.choices(title_words, k=8)), "body": "\n\n".join(body), "date": day,
                          "source": sources[int(40 * rng.random() ** 2)], "section": rng.choice(["World", "Economy", "Politics", "Culture"])}))


def mixed_paths():
    """What a newsroom asks: mostly searches of a few words, with facets in every tenth; pages; completions as one types."""
    rng = random.Random(SEED)
    titles, paragraphs = corpus_paragraphs()
    words = [w.strip(".,;:“”\"'()") for p in paragraphs for w in p.split()]
    words = [w for w in words if len(w) > 4 and w.isalpha()]
    quote = urllib.parse.quote_plus
    out = []
    for _ in range(4000):
        some = rng.sample(words, rng.choice([1, 2, 2, 2, 3, 3]))
        kind = rng.random()
        if kind < 0.45:
            out.append("/v1/search?q=" + quote(" ".join(some)))
        elif kind < 0.55:
            out.append(f"/v1/search?q={quote(' '.join(some))}&sort=date&date={rng.randint(2015, 2023)}")
        elif kind < 0.60:
            begin = rng.randrange(len(words) - 2)
            out.append("/v1/search?q=" + quote('"' + " ".join(words[begin:begin + 2]) + '"'))
        elif kind < 0.70:
            out.append(f"/v1/search?q={quote(' '.join(some))}&facet=source,section,date:year")
        elif kind < 0.90:
            out.append("/v1/suggest?q=" + quote(some[0][:rng.randint(2, 6)]))
        else:
            out.append(f"/v1/article?id=r{rng.randrange(10000)}&q={quote(some[0])}")
    return out


def facet_paths():
    return [p.split("&")[0] + "&facet=source,actors,date:month" for p in mixed_paths() if p.startswith("/v1/search")]


def page_paths():
    return ["/search?q=" + p.split("q=")[1].split("&")[0] for p in mixed_paths() if p.startswith("/v1/search")]


class Server:
    def __init__(self, index):
        self.process = subprocess.Popen(["build/release/bin/dateline-serve", "-q", "-d", index, "--port", "0"],
                                        stderr=subprocess.PIPE, text=True)
        self.base = self.process.stderr.readline().split()[2].rstrip("/")
        for _ in range(600):
            try:
                urllib.request.urlopen(self.base + "/readyz").read()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("dateline-serve did not become ready")

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) // 1024


def wrk(base, paths, connections, seconds, work):
    script = pathlib.Path(work) / "paths.lua"
    listed = ",".join(json.dumps(p) for p in paths)
    script.write_text("local paths = {" + listed + "}\nmath.randomseed(7)\n"
                      "request = function() return wrk.format('GET', paths[math.random(#paths)]) end\n"
                      "done = function(s, l, r) io.write(string.format('RESULT %f %f %f %d\\n', s.requests / s.duration * 1e6,"
                      " l:percentile(50) / 1000, l:percentile(99) / 1000, s.errors.status + s.errors.timeout + s.errors.read)) end\n",
                      encoding="utf-8")
    ran = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), base + "/"], check=True,
                         capture_output=True, text=True)
    return [float(x) for x in re.search(r"RESULT (\S+) (\S+) (\S+) (\S+)", ran.stdout).groups()]


def hold(base, idle, slow):
    host = base.split("//")[1].split(":")
    held = [socket.create_connection((host[0], int(host[1]))) for _ in range(idle + slow)]
    for connection in held[:slow]:
        connection.sendall(b"GET /v1/search?q=oil HTTP/1.1\r\nHost: loc")
    return held


def measure(index, work, seconds):
    server = Server(index)
    print("| load | connections | requests/s | p50 ms | p99 ms | errors |\n|---|---:|---:|---:|---:|---:|")

    def row(name, paths, connections):
        rate, median, worst, errors = wrk(server.base, paths, connections, seconds, work)
        print(f"| {name} | {connections} | {rate:.0f} | {median:.1f} | {worst:.1f} | {errors:.0f} |", flush=True)

    try:
        wrk(server.base, mixed_paths(), 4, 3, work)  # warms the page cache
        for connections in (1, 8, 64):
            row("mixed", mixed_paths(), connections)
        row("three exact facets", facet_paths(), 8)
        row("the page, eight facets", page_paths(), 8)
        held = hold(server.base, 2000, 200)
        row("mixed behind 2,000 idle and 200 slow clients", mixed_paths(), 1)
        for connection in held:
            connection.close()
        print(f"\nresident: {server.resident_mib()} MiB")
    finally:
        server.process.terminate()
        server.process.wait()


if __name__ == "__main__":
    if sys.argv[1] == "articles":
        articles(int(sys.argv[2]))
    else:
        measure(sys.argv[2], sys.argv[3], int(sys.argv[4]))
