"""dateline-index --fetch, against a small server that says what each test wants it to say and notes what it was asked."""

import email.utils
import gzip
import http.server
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time
import unittest

BIN = pathlib.Path(os.environ["DATELINE_BIN"])


def feed(*numbers):
    items = "".join(
        f"<item><title>Report {n}</title><link>https://paper.example/{n}</link>"
        f"<pubDate>Mon, 0{n} Mar 2021 10:00:00 GMT</pubDate><description>The council met for day {n}.</description></item>"
        for n in numbers)
    return f'<rss version="2.0"><channel><title>Paper</title>{items}</channel></rss>'.encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        self.server.answer(self)

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 304:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class FetchTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.index = pathlib.Path(self.folder.name) / "index"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a client that has had enough goes
        self.server.asked = []
        self.url = f"http://127.0.0.1:{self.server.server_port}/feed"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()

    def answer(self, function):
        self.server.answer = function

    def fetch(self, *options, url=None, private=True):
        """Runs a job; gives its exit status, its report and what it complained of."""
        command = [BIN / "dateline-index", "--report", "json", "--no-actors", "-d", self.index, "--fetch", url or self.url]
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        done = subprocess.run([*command, *(["--fetch-private"] if private else []), *options], capture_output=True,
                              text=True, env=environment, timeout=300)
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    def count(self, query="*"):
        return int(subprocess.run([BIN / "dateline-search", "-d", self.index, "--count", query], capture_output=True,
                                  text=True, check=True).stdout)

    def test_only_what_has_changed_is_sent_and_read(self):
        modified = "Mon, 01 Mar 2021 12:00:00 GMT"
        self.answer(lambda r: r.reply(200, feed(1, 2), ETag='"one"', Last_Modified=modified))
        status, report, _ = self.fetch()
        self.assertEqual((status, report["added"]), (0, 2))
        self.assertNotIn("If-None-Match", self.server.asked[0][1])
        self.assertRegex(self.server.asked[0][1]["User-Agent"], r"^Dateline/\d")

        self.answer(lambda r: r.reply(304))
        status, report, _ = self.fetch()
        self.assertEqual((status, report["added"], report["unchanged"], report["inputs_unchanged"]), (0, 0, 2, 1))
        self.assertEqual(self.server.asked[1][1]["If-None-Match"], '"one"')
        self.assertEqual(self.server.asked[1][1]["If-Modified-Since"], modified)

        # A feed forgets; the index does not. What it still has is not written anew.
        self.answer(lambda r: r.reply(200, feed(2, 3), ETag='W/"two"'))
        status, report, _ = self.fetch()
        self.assertEqual((status, report["added"], report["replaced"], report["unchanged"], report["removed"]), (0, 1, 0, 1, 0))
        self.assertEqual(self.count(), 3)
        self.answer(lambda r: r.reply(304))
        self.fetch()
        self.assertEqual(self.server.asked[3][1]["If-None-Match"], 'W/"two"')
        self.assertNotIn("If-Modified-Since", self.server.asked[3][1])

    def test_a_server_without_validators_is_known_by_its_content(self):
        self.answer(lambda r: r.reply(200, feed(1)))
        self.fetch()
        status, report, _ = self.fetch()
        self.assertEqual((status, report["inputs_unchanged"], report["unchanged"]), (0, 1, 1))

    def test_under_other_options_all_is_asked_for_again(self):
        self.answer(lambda r: r.reply(200, feed(1), ETag='"one"'))
        self.fetch()
        self.fetch("--filter", "pdf=cat")
        self.assertNotIn("If-None-Match", self.server.asked[1][1])
        status, report, _ = self.fetch("--rebuild")
        self.assertNotIn("If-None-Match", self.server.asked[2][1])
        self.assertEqual((status, self.count()), (0, 1))

    def test_a_server_that_wants_to_be_left_alone_is(self):
        self.answer(lambda r: r.reply(429, Retry_After="3600"))
        status, report, complaint = self.fetch()
        self.assertEqual((status, report["refused"]), (2, 1))
        self.assertIn("429", complaint)
        self.assertIn("3600 s", complaint)
        self.answer(lambda r: r.reply(200, feed(1)))
        status, report, complaint = self.fetch("-v")
        self.assertEqual((status, report["refused"], len(self.server.asked)), (0, 0, 1))
        self.assertIn("left alone", complaint)

    def test_retry_after_may_be_a_date_and_validators_stay(self):
        self.answer(lambda r: r.reply(200, feed(1), ETag='"one"'))
        self.fetch()
        self.answer(lambda r: r.reply(503, Retry_After=email.utils.formatdate(time.time() + 7200, usegmt=True)))
        status, _, complaint = self.fetch()
        self.assertEqual(status, 2)
        seconds = int(complaint.split("again for ")[1].split()[0])
        self.assertTrue(7000 < seconds <= 7200, complaint)
        self.assertEqual(self.count(), 1)

    def test_other_failures_are_named_and_do_not_stop_the_job(self):
        paper = pathlib.Path(self.folder.name) / "a.txt"
        paper.write_text("A headline\n\nA paragraph of some length about the council.\n", encoding="utf-8")
        for status, word in ((404, "404"), (500, "500"), (401, "password"), (410, "gone")):
            self.answer(lambda r, status=status: r.reply(status))
            result, _, complaint = self.fetch(paper)
            self.assertEqual(result, 2)
            self.assertIn(word, complaint)
            self.assertIn(self.url, complaint)
        self.assertEqual(self.count(), 1)
        self.answer(lambda r: r.reply(200, b"\x00\x01\x02 no feed"))
        self.assertEqual(self.fetch()[0], 2)
        self.answer(lambda r: r.reply(200, feed(1)))
        self.assertEqual(self.fetch()[0], 0)
        self.assertEqual(self.count(), 2)

    def test_a_rebuild_that_cannot_ask_is_not_published(self):
        self.answer(lambda r: r.reply(200, feed(1, 2)))
        self.fetch()
        self.answer(lambda r: r.reply(500))
        status, _, complaint = self.fetch("--rebuild")
        self.assertEqual(status, 5)
        self.assertIn("index stays as it was", complaint)
        self.assertEqual(self.count(), 2)

    def test_redirects_are_followed_within_bounds(self):
        def moved(r):
            r.reply(200, feed(1), ETag='"end"') if r.path == "/there" else r.reply(301, Location="/there", ETag='"begin"')
        self.answer(moved)
        self.assertEqual(self.fetch()[0], 0)
        self.answer(lambda r: r.reply(304))
        self.fetch()
        self.assertEqual(self.server.asked[-1][1]["If-None-Match"], '"end"')

        self.answer(lambda r: r.reply(302, Location="/again"))
        before = len(self.server.asked)
        status, _, complaint = self.fetch()
        self.assertEqual((status, len(self.server.asked) - before), (2, 6))
        self.assertIn("redirects", complaint)
        secret = pathlib.Path(self.folder.name) / "secret.xml"
        secret.write_bytes(feed(9))
        for place in (f"file://{secret}", "gopher://127.0.0.1/1", "ftp://127.0.0.1/feed"):
            self.answer(lambda r, place=place: r.reply(302, Location=place))
            status, _, complaint = self.fetch()
            self.assertEqual(status, 2, place)
            self.assertIn("neither http nor https", complaint)
        self.assertEqual(self.count("title:9"), 0)

    def test_nothing_is_asked_of_this_machine_unless_allowed(self):
        self.answer(lambda r: r.reply(200, feed(1)))
        port = self.server.server_port
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
                     "[::ffff:169.254.169.254]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[fe80::1]", "[fd00::1]"):
            status, _, complaint = self.fetch(url=f"http://{host}:{port}/feed", private=False)
            self.assertEqual(status, 2, host)
            self.assertIn("its networks", complaint, host)
        self.assertEqual(self.server.asked, [])

    def test_answers_are_bounded_packed_or_not(self):
        self.answer(lambda r: r.reply(200, gzip.compress(feed(1, 2, 3)), Content_Encoding="gzip"))
        self.assertEqual(self.fetch()[1]["added"], 3)
        bomb = gzip.compress(b" " * (80 << 20), 9)
        self.answer(lambda r: r.reply(200, bomb, Content_Encoding="gzip"))
        status, _, complaint = self.fetch()
        self.assertEqual(status, 2)
        self.assertIn("longer than 64 MiB", complaint)

        def claims(r):
            r.send_response(200)
            r.send_header("Content-Length", str(1 << 40))
            r.end_headers()
        self.answer(claims)
        self.assertIn("longer than 64 MiB", self.fetch()[2])
        self.answer(lambda r: (r.send_response(200), r.send_header("Content-Length", "100000"), r.end_headers(),
                               r.wfile.write(feed(4)), r.wfile.flush(), r.connection.close()))
        status, _, complaint = self.fetch()
        self.assertEqual((status, self.count("title:4")), (2, 0))

    def test_a_signal_ends_the_waiting(self):
        waiting = threading.Event()

        def wait(r):
            waiting.set()
            time.sleep(20)
        self.answer(wait)
        job = subprocess.Popen([BIN / "dateline-index", "-q", "--no-actors", "-d", self.index, "--fetch", self.url,
                                "--fetch-private"])
        self.assertTrue(waiting.wait(60))
        job.terminate()
        self.assertEqual(job.wait(15), 143)

    def test_addresses_that_make_no_sense_are_refused_at_once(self):
        for url in ("file:///etc/passwd", "paper.example/feed", "https://name:word@paper.example/feed"):
            status, _, complaint = self.fetch(url=url)
            self.assertEqual(status, 1, url)
            self.assertIn("--fetch", complaint)
        self.assertFalse(self.index.exists())

    def test_a_job_of_the_configuration_fetches(self):
        self.answer(lambda r: r.reply(200, feed(1)))
        config = pathlib.Path(self.folder.name) / "dateline.toml"
        config.write_text(f'index = "{self.index}"\n[jobs.feeds]\nactors = false\nfetch = ["{self.url}"]\nfetch_private = true\n',
                          encoding="utf-8")
        command = [BIN / "dateline-index", "run", "-c", config]
        dry = subprocess.run([*command, "--dry-run"], capture_output=True, text=True, check=True)
        self.assertIn("would ask 1 address", dry.stdout)
        self.assertEqual(self.server.asked, [])
        subprocess.run(command, check=True, capture_output=True)
        self.assertEqual(self.count(), 1)


if __name__ == "__main__":
    unittest.main()
