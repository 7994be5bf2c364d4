"""Queries by class, drawn from the corpus itself with a fixed seed."""
import collections
import itertools
import json
import random
import re

WORD = re.compile(r"[A-Za-z]+")
CLASSES = ("frequent", "rare", "and", "or2", "or5", "phrase", "near", "wildcard", "filter", "actor", "facets",
           "snippets", "newest", "page100", "plain")
# Dateline leaves these out of plain queries, and they are no fair test of anybody's index.
DULL = set("""the of and to a in is it that for on was with as by at be this have from or an are not but which his they
would he she has had its said were been their will more than who about we you i if no when there what all can one out up
so into them do some could our my him her these those then over after also two new first other only most many such under
against between while where how because through may us last any off like just before since during very per did mln dlrs
pct cts net shr vs inc corp co ltd""".split())


def draw(corpus, each, seed=7):
    rng = random.Random(seed)
    frequency = collections.Counter()
    texts, sources, names = [], collections.Counter(), collections.Counter()
    dates = collections.defaultdict(list)  # by source
    with open(corpus, encoding="utf-8") as lines:
        for line in itertools.islice(lines, 20000):
            article = json.loads(line)
            words = [w.lower() for w in WORD.findall(article["title"] + "\n" + article["body"])]
            frequency.update(set(words))
            if len(texts) < 2000:
                texts.append(article["body"])
            sources[article.get("source", "")] += 1
            date = str(article.get("published") or article.get("date") or "")[:10]
            if re.fullmatch(r"\d{4}-\d\d-\d\d", date):
                dates[article.get("source", "")].append(date)
            names.update(a["name"] for a in article.get("actors", []) if isinstance(a, dict))
            total = sum(sources.values())
    words = sorted(w for w in frequency if w not in DULL and len(w) > 3 and w.isascii())

    def between(low, high):
        return [w for w in words if low <= frequency[w] / total <= high]

    # Of few articles recombined, every word is in many.
    frequent, middle = between(.08, .5) or between(.02, 1), between(.005, .08) or words
    rare = [w for w in words if 2 <= frequency[w] <= max(3, total // 2000)]
    rare = rare or sorted(words, key=frequency.get)[:100]
    pairs = []
    for text in texts:
        for sentence in re.split(r"[.!?\n]", text):
            found = re.findall(r"\b([a-z]{4,}) ([a-z]{4,})\b", sentence)
            pairs += [p for p in found if p[0] not in DULL and p[1] not in DULL]
    pairs = sorted(set(p for p in pairs if frequency[p[0]] > total / 200 and frequency[p[1]] > total / 200))
    sources.pop("", None)
    common = [s for s, _ in sources.most_common(20) if dates[s]] or [""]
    prominent = [n for n, _ in names.most_common(200)] or ["Nobody Known"]
    for name, _ in ((c, i) for c in CLASSES for i in range(each)):
        query = {"class": name, "words": [rng.choice(middle)]}
        if name in ("frequent", "snippets", "newest", "page100", "facets", "plain"):
            query["words"] = [rng.choice(frequent)]
        elif name == "rare":
            query["words"] = [rng.choice(rare)]
        elif name in ("and", "or2"):
            query["words"] = rng.sample(middle, 2)
        elif name == "or5":
            query["words"] = rng.sample(middle, 5)
        elif name in ("phrase", "near"):
            query["words"] = list(rng.choice(pairs))
        elif name == "wildcard":
            query["words"] = [rng.choice([w for w in middle if len(w) > 6])[:5]]
        elif name == "filter":
            # Days on which the source has articles: what finds nothing takes no time.
            source = rng.choice(common)
            days = sorted(dates[source]) or ["1987-03-01"]
            at = rng.randrange(len(days))
            until = days[min(at + len(days) // 10, len(days) - 1)]
            query.update(words=[rng.choice(frequent)], source=source, since=days[at], until=until)
        elif name == "actor":
            query.update(words=[], actor=rng.choice(prominent))
        yield query
