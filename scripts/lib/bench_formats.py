"""Reads every sample of a folder by `dateline-index formats` and prints what became of them as a Markdown table: a line a
folder, with --each a line a sample.

bench_formats.py PROGRAM SAMPLES_DIR [--each]
"""
import collections
import html
import json
import pathlib
import re
import subprocess
import sys
from datetime import datetime, timezone

PROGRAM, SAMPLES = sys.argv[1], pathlib.Path(sys.argv[2])
FIELDS = ["id", "title", "body", "published", "modified", "source", "url", "authors", "lang", "section", "place",
          "keywords", "actors", "embargo_until", "status", "version", "summary", "subjects", "extra"]


def read(path):
    done = subprocess.run([PROGRAM, "formats", "-v", "--articles", str(path)], capture_output=True, text=True)
    articles = [json.loads(line) for line in done.stdout.splitlines()]
    said = [re.sub(r"^dateline-index: ", "", line).replace(str(path), "").lstrip(":") for line in done.stderr.splitlines()]
    return articles, said


def normal(text):
    """Words alone: mark-up, entities, control characters and white space are matters of taste."""
    text = re.sub(r"<[^>]*>", " ", html.unescape(html.unescape(text or "")))
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f​﻿]+", "", text)


def moment(written):
    at = datetime.fromisoformat(written.replace("Z", "+00:00"))
    return at if at.tzinfo else at.replace(tzinfo=timezone.utc)


def differences(expected, article):
    """Names of the fields in which an article is not what the other parser says."""
    found = []
    if normal(expected.get("title")) != normal(article.get("title")):
        found.append("title")
    link = (expected.get("link") or "").strip()
    if link and not article.get("url", "").endswith(link):
        found.append("link")
    if expected.get("isoDate"):
        published = article.get("published", "")
        if len(published) < 11 or abs((moment(published) - moment(expected["isoDate"])).total_seconds()) > 1:
            found.append("date")
    creator = expected.get("creator") or expected.get("author")
    if isinstance(creator, str) and creator.strip():
        names = lambda s: normal(re.sub(r"[,;&]|\band\b|\bBy\b", " ", s))
        if names(creator) != names(" ".join(article.get("authors", []))):
            found.append("creator")
    content = expected.get("content:encoded") or expected.get("content")
    if isinstance(content, str) and normal(content) and normal(content) != normal(" ".join(article.get("body", []))):
        # The other parser puts the texts of XHTML in another order, or drops some: the letters decide.
        # Mark-up is taken off before entities are read: "&lt;b&gt;" is text.
        theirs = re.sub(r"\s+", "", html.unescape(re.sub(r"<[^>]*>", " ", content)))
        ours = re.sub(r"\s+", "", "".join(article.get("body", [])))
        if collections.Counter(c for c in theirs if c.isalnum()) - collections.Counter(c for c in ours if c.isalnum()):
            found.append("content")
    # An expected answer that lost its encoding, or stands for nothing, says nothing.
    return [f for f in found if "\ufffd" not in str(expected) and not (f == "content" and content == "EMPTY")]


def compare_feeds():
    feeds = items = 0
    differing = {}
    for path in sorted((SAMPLES / "rss-parser/test/input").glob("*")):
        answer = SAMPLES / "rss-parser/test/output" / (path.stem + ".json")
        if not answer.exists():
            continue
        raw = answer.read_bytes()
        try:
            expected = json.loads(raw.decode("utf-8"))["feed"]["items"]
        except UnicodeDecodeError:
            expected = json.loads(raw.decode("latin-1"))["feed"]["items"]
        # An entry without title and content is no article.
        expected = [e for e in expected if e.get("title") or e.get("content") or e.get("content:encoded") or e.get("summary")]
        articles, _ = read(path)
        feeds += 1
        items += len(expected)
        if len(expected) != len(articles):
            differing.setdefault(path.name, {})["items"] = f"{len(articles)} of {len(expected)}"
        for one, article in zip(expected, articles):
            for field in differences(one, article):
                counts = differing.setdefault(path.name, {})
                counts[field] = counts.get(field, 0) + 1
    print(f"\nFeeds beside rss-parser: {feeds} feeds, {items} items; differing: {json.dumps(differing) if differing else 'none'}")


def main():
    each = "--each" in sys.argv
    if each:
        print("| sample | articles | fields | refused or passed over |\n|---|---|---|---|")
    total = with_something = 0
    folders = {}
    for path in sorted(p for p in SAMPLES.rglob("*") if p.is_file() and p.name != "LICENSE"):
        if "rss-parser/test/output" in str(path):
            continue
        total += 1
        articles, said = read(path)
        fields = [f for f in FIELDS if any(f in a for a in articles)]
        with_something += bool(articles or said)
        folder = folders.setdefault(path.relative_to(SAMPLES).parts[0], {"samples": 0, "read": 0, "articles": 0, "fields": [], "said": {}})
        folder["samples"] += 1
        folder["read"] += bool(articles)
        folder["articles"] += len(articles)
        folder["fields"] += [f for f in fields if f not in folder["fields"]]
        for line in said:
            reason = re.sub(r"^\d+: ", "", line)
            reason = re.sub(r"passed over: (\d+) × ", "passed over: ", reason)
            reason = re.sub(r"\b\d+\b", "N", reason).strip()
            folder["said"][reason] = folder["said"].get(reason, 0) + 1
        if each:
            note = "; ".join(dict.fromkeys(said)).replace("|", "/")
            print(f"| {path.relative_to(SAMPLES)} | {len(articles)} | {', '.join(fields)} | {note if len(note) < 160 else note[:157] + '…'} |")
    if not each:
        print("| samples | files | with articles | articles | fields that occur | refused or passed over, how often |\n|---|---|---|---|---|---|")
        for name, folder in folders.items():
            reasons = "; ".join(f"{reason} ({count})" for reason, count in sorted(folder["said"].items(), key=lambda r: -r[1])[:8])
            fields = ", ".join(f for f in FIELDS if f in folder["fields"])
            print(f"| {name} | {folder['samples']} | {folder['read']} | {folder['articles']} | {fields} | {reasons.replace('|', '/')} |")
    print(f"\n{total} samples; {with_something} read or refused with a reason.")
    if (SAMPLES / "rss-parser").is_dir():
        compare_feeds()


main()
