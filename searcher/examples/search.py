#!/usr/bin/env python3
"""Searches an index from Python, by ctypes:  search.py INDEX QUERY"""

import ctypes
import json
import sys

lib = ctypes.CDLL("libdateline.so.0")
for name in ("search", "article", "related", "timeline", "cite", "suggest"):
    getattr(lib, "dateline_" + name).argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]
lib.dateline_open.argtypes = [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_void_p)]
lib.dateline_close.argtypes = lib.dateline_free.argtypes = [ctypes.c_void_p]
lib.dateline_close.restype = lib.dateline_free.restype = None


def take(answer):
    """The text of an answer, which is freed."""
    text = ctypes.string_at(answer).decode("utf-8")
    lib.dateline_free(answer)
    return text


class Index:
    def __init__(self, folder):
        self.handle, problem = ctypes.c_void_p(), ctypes.c_void_p()
        if lib.dateline_open(folder.encode(), self.handle, problem) != 0:
            raise OSError(json.loads(take(problem))["detail"])

    def ask(self, what, **request):
        answer = ctypes.c_void_p()
        status = getattr(lib, "dateline_" + what)(self.handle, json.dumps(request).encode(), answer)
        body = json.loads(take(answer))
        if status != 0:
            raise ValueError(body["detail"])
        return body

    def close(self):
        lib.dateline_close(self.handle)


if __name__ == "__main__":
    index = Index(sys.argv[1])
    found = index.ask("search", q=sys.argv[2], limit=5)
    print(found["total"], "articles")
    for hit in found["hits"]:
        print(hit["date"], hit["source"], hit["title"], sep=" · ")
    index.close()
