"""Takes one article of many down and proves it.

  takedown.py PROGRAMS ARTICLES
"""
import itertools
import json
import os
import random
import shutil
import sys
import tempfile
import time

from archive import SEED, Programs, fail

programs = Programs(sys.argv[1])
articles = int(sys.argv[2])


def main():
    work = tempfile.mkdtemp(prefix="dateline-takedown-")
    index, archive = os.path.join(work, "index"), os.path.join(work, "in.jsonl")
    rng = random.Random(SEED)
    words = ["".join(rng.choice("bcdfglmnprst") + rng.choice("aeiou") for _ in range(rng.randint(2, 5))) for _ in range(50_000)]
    weights = list(itertools.accumulate(1 / (i + 1) for i in range(len(words))))
    with open(archive, "w") as out:
        for n in range(articles):
            sentences = [" ".join(rng.choices(words, cum_weights=weights, k=14)).capitalize() + "." for _ in range(12)]
            if n == articles // 2:
                sentences.insert(6, "The lord of Vandervoortshire was seen with a quizzlewhomp at midnight.")
                sentences += [" ".join(rng.choices(words, cum_weights=weights, k=2000)) + "."]  # a tag that is cut over blocks
            out.write(json.dumps({"id": f"article-{n}", "source": "Wire", "title": " ".join(rng.choices(words, cum_weights=weights, k=7)),
                                  "url": f"https://wire.example/{n}/{rng.choice(words)}", "body": sentences}) + "\n")
    begin = time.time()
    assert programs.index("add", "-d", index, "--no-actors", archive, timeout=3000).returncode == 0
    built = time.time() - begin
    target = f"article-{articles // 2}"
    # An update first: its old text lies about in freed blocks and among the earlier versions.
    lines = open(archive).read().splitlines()
    changed = json.loads(lines[articles // 2])
    changed["body"][0] = "A sentence that was put in later, about Vandervoortshire."
    lines[articles // 2] = json.dumps(changed)
    open(archive, "w").write("\n".join(lines) + "\n")
    begin = time.time()
    assert programs.index("add", "-d", index, "--no-actors", archive, timeout=3000).returncode == 0
    updated = time.time() - begin
    done = programs.index("remove", "-d", index, "--id", target, "--verify", "--json", timeout=3000)
    if done.returncode != 0:
        fail(done.stdout + done.stderr)
    receipt = json.loads(done.stdout)
    if receipt["pieces_found_before"] != receipt["pieces"] or receipt["pieces"] < 50 or receipt["pieces_found_after"] != 0:
        fail(f"the scan: {receipt}")
    if programs.count(index, "quizzlewhomp") != 0 or programs.count(index, "*") != articles - 1:
        fail("it is still found, or others are not")
    # Nothing of ours: what grep sees. And the next job leaves it out.
    if os.system(f"grep -rqaiE 'vandervoortshire|quizzlewhomp' {index}") == 0:
        fail("grep finds it")
    assert programs.index("add", "-d", index, "--no-actors", archive, timeout=3000).returncode == 0
    if programs.count(index, "quizzlewhomp") != 0:
        fail("the next job brought it back")
    print(f"takedown: one of {articles}: gone from searches after {receipt['seconds_to_hide']:.2f} s, purged after "
          f"{receipt['seconds_to_purge']:.0f} s; {receipt['pieces']} pieces, {receipt['pieces_found_before']} found before, "
          f"{receipt['pieces_found_after']} after, {receipt['bytes_scanned'] / 1e9:.2f} GB read in {receipt['files_scanned']} files; "
          f"built in {built:.0f} s, one article updated in {updated:.1f} s")
    shutil.rmtree(work)


main()
