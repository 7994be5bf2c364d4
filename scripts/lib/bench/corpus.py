"""A deterministic corpus of any size: bodies of sentences drawn from given articles, everything else kept."""
import json
import random
import re

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"])")
NAME = re.compile(r"\b([A-Z][a-z]{2,} [A-Z][a-z]{2,})\b")


TITLES = ("title", "headline")
BODIES = ("body", "text", "content")


def articles(paths):
    """Articles with a body, under whichever name; it is called "body" from here on, a title "title"."""
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                try:
                    article = json.loads(line)
                except ValueError:
                    continue
                if not isinstance(article, dict):
                    continue
                for own, names in (("title", TITLES), ("body", BODIES)):
                    article[own] = next((article[n] for n in names if isinstance(article.get(n), str)), "")
                if article["body"].strip():
                    yield article


def actors(article):
    """Those given; otherwise pairs of capitalised words, so that filters and facets have something to count."""
    if article.get("actors"):
        return article["actors"]
    names = dict.fromkeys(NAME.findall(article["body"]))
    return [{"name": name, "kind": "person"} for name in list(names)[:4]]


def generate(paths, count, out, seed=20211230):
    """Writes `count` articles; the same for the same paths, count and seed."""
    base = list(articles(paths))
    if not base:
        raise SystemExit(f"no articles in {' '.join(map(str, paths)) or 'corpus/'}")
    sentences = []
    for article in base:
        article["_length"] = 0
        for sentence in SENTENCE.split(" ".join(article["body"].split())):
            if 20 <= len(sentence) <= 600:
                sentences.append(sentence)
                article["_length"] += 1
        article["_actors"] = actors(article)
    rng = random.Random(seed)
    with open(out, "w", encoding="utf-8") as file:
        for number in range(count):
            article = base[rng.randrange(len(base))]
            drawn = rng.choices(sentences, k=max(article["_length"], 1))
            paragraphs = [" ".join(drawn[i:i + 3]) for i in range(0, len(drawn), 3)]
            made = {"id": f"b{number}", "title": rng.choice(base)["title"] or drawn[0], "body": "\n\n".join(paragraphs)}
            for field in ("date", "published", "source", "author", "authors", "section", "lang"):
                if article.get(field):
                    made[field] = article[field]
            made["actors"] = article["_actors"]
            file.write(json.dumps(made, ensure_ascii=False) + "\n")
