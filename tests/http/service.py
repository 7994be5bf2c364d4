"""Starts dateline-serve over an index of corpus/ and asks it, for the tests beside this file."""

import http.client
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.parse

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("DATELINE_BIN", SOURCE / "build/release/bin"))


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.body)


def index_articles(index, *inputs, options=()):
    subprocess.run([BIN / "dateline-index", "-q", "-d", index, *options, *inputs], check=True)


class Service:
    """A running server. `with Service(index) as s: s.get("/v1/search", q="x")`"""

    def __init__(self, index=None, options=(), articles=SOURCE / "corpus"):
        self.folder = tempfile.TemporaryDirectory()
        self.index = index or pathlib.Path(self.folder.name) / "index"
        if index is None:
            index_articles(self.index, articles)
        self.log = open(pathlib.Path(self.folder.name) / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([BIN / "dateline-serve", "-d", self.index, "--port", "0", *options],
                                        stderr=self.log)
        self.port = self._port()
        self.wait_until_ready()

    def _port(self):
        for _ in range(600):
            for line in self.log_lines():
                if line.startswith("listening on "):
                    return int(line.rstrip("/").rsplit(":", 1)[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("dateline-serve did not start: " + "".join(self.log_lines()))

    def wait_until_ready(self):
        for _ in range(600):
            if self.ask("GET", "/readyz").status == 200:
                return
            time.sleep(0.05)
        raise RuntimeError("dateline-serve did not become ready")

    def log_lines(self):
        with open(self.log.name, encoding="utf-8") as file:
            return file.read().splitlines()

    def ask(self, method, path, headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            with connection.getresponse() as response:
                return Answer(response, response.read())
        finally:
            connection.close()

    def get(self, path, headers=None, **parameters):
        query = urllib.parse.urlencode(parameters, doseq=True)
        return self.ask("GET", path + ("?" + query if query else ""), headers)

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))

    def stop(self, sig=signal.SIGTERM):
        """Ends the server and says how it ended."""
        if self.process.poll() is None:
            self.process.send_signal(sig)
        return self.process.wait(timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop(signal.SIGKILL)
        self.log.close()
        self.folder.cleanup()
