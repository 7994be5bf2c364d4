"""SQLite FTS5 as a peer: fts5.py index DATABASE CORPUS | fts5.py query DATABASE < QUERIES"""
import json
import sqlite3
import sys
import time


def index(path, corpus):
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE facts(id TEXT, source TEXT, section TEXT, day TEXT)")
    db.execute("CREATE TABLE actors(name TEXT, article INTEGER)")
    db.execute("CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize='unicode61 remove_diacritics 2')")
    with open(corpus, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            a = json.loads(line)
            day = str(a.get("date") or "")[:10] or None
            db.execute("INSERT INTO facts(rowid,id,source,section,day) VALUES(?,?,?,?,?)",
                       (number, a["id"], a.get("source"), a.get("section"), day))
            db.execute("INSERT INTO texts(rowid,title,body) VALUES(?,?,?)", (number, a["title"], a["body"]))
            db.executemany("INSERT INTO actors VALUES(?,?)", [(x["name"], number) for x in a.get("actors", [])])
    db.execute("CREATE INDEX by_source ON facts(source, day)")
    db.execute("CREATE INDEX by_actor ON actors(name, article)")
    db.execute("INSERT INTO texts(texts) VALUES('optimize')")
    db.commit()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def match(query):
    words = [f'"{w}"' for w in query["words"]]
    name = query["class"]
    if name == "phrase":
        return '"' + " ".join(query["words"]) + '"'
    if name == "near":
        return f"NEAR({' '.join(words)}, 4)"
    if name == "wildcard":
        return words[0] + "*"
    return (" OR " if name.startswith("or") else " AND ").join(words)


def statement(query, what):
    """SQL and its parameters: the hits of a query, or their number."""
    name = query["class"]
    if name == "actor":  # the newest, as ours
        order = "" if "count" in what else " ORDER BY day DESC LIMIT 10"
        return f"SELECT {what} FROM actors JOIN facts ON facts.rowid=article WHERE name=?" + order, (query["actor"],)
    where, given = "texts MATCH ?", [match(query)]
    source = "texts"
    if name in ("filter", "newest"):  # words first: to ask for the words in each row of a source takes seconds
        source = "texts CROSS JOIN facts ON facts.rowid=texts.rowid"
    if name == "filter":
        where += " AND facts.source=? AND facts.day BETWEEN ? AND ?"
        given += [query["source"], query["since"], query["until"]]
    if "count" in what:
        return f"SELECT count(*) FROM {source} WHERE {where}", given
    column = "snippet(texts,1,'[',']','…',40)" if name == "snippets" else "texts.rowid"
    order = "facts.day DESC" if name == "newest" else "rank"
    return f"SELECT {column} FROM {source} WHERE {where} ORDER BY {order} LIMIT 10 OFFSET {990 if name == 'page100' else 0}", given


def facets(db, query):
    for column in ("source", "section"):
        db.execute(f"SELECT {column}, count(*) n FROM texts JOIN facts ON facts.rowid=texts.rowid WHERE texts MATCH ? "
                   f"GROUP BY {column} ORDER BY n DESC LIMIT 10", (match(query),)).fetchall()
    db.execute("SELECT name, count(*) n FROM texts JOIN actors ON actors.article=texts.rowid WHERE texts MATCH ? "
               "GROUP BY name ORDER BY n DESC LIMIT 10", (match(query),)).fetchall()


def query(path):
    db = sqlite3.connect(path)
    for line in sys.stdin:
        asked = json.loads(line)
        asked["matches"] = db.execute(*statement(asked, "count(*)")).fetchone()[0]
        if asked["class"] == "facets":
            db.execute("CREATE INDEX IF NOT EXISTS by_article ON actors(article)")
        times = []
        for _ in range(3):  # it is slow, and steady
            begin = time.thread_time_ns()
            db.execute(*statement(asked, "article" if asked["class"] == "actor" else "rowid")).fetchall()
            if asked["class"] == "facets":
                facets(db, asked)
            times.append(time.thread_time_ns() - begin)
        asked["ns"] = sorted(times)[1]
        print(json.dumps(asked))


if __name__ == "__main__":
    index(*sys.argv[2:]) if sys.argv[1] == "index" else query(sys.argv[2])
