"""What asks: a plain load generator and a visitor with cookies and forms, both of the standard library alone.

Every request opens a connection of its own, since gunicorn's plain workers close theirs. The generator shares the
cores with the servers and costs more the faster a server is, so the ratios are on the careful side.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
import urllib.parse
from dataclasses import dataclass, field
from html.parser import HTMLParser

PATIENCE = 60  # seconds for one answer


@dataclass
class Measured:
    """Seconds of every good answer, how long was measured, and how many answers were no 200."""

    seconds: list[float] = field(default_factory=list)
    clock: float = 0.0
    faults: int = 0

    def add(self, other: Measured) -> None:
        self.seconds += other.seconds
        self.clock += other.clock
        self.faults += other.faults


def ask(port: int, request: bytes) -> int:
    """Send a request and read the answer to its end; its status."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        first = piece = connection.recv(65536)
        while piece:
            piece = connection.recv(65536)
    return int(first[9:12] or 0)


def hammer(port: int, path: str, cookie: str, seconds: float, connections: int) -> Measured:
    """GET one page again and again, over so many connections at a time."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close", "Accept-Language: ko"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    found = Measured()
    started = time.perf_counter()

    def work() -> None:
        while (now := time.perf_counter()) < started + seconds:
            if ask(port, request) == 200:
                found.seconds.append(time.perf_counter() - now)
            else:
                found.faults += 1

    workers = [threading.Thread(target=work, daemon=True) for _ in range(connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found.clock = time.perf_counter() - started
    return found


class Form(HTMLParser):
    """The fields of all forms of a page with the values they start with."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        name = got.get("name", "")
        if tag == "input" and name and got.get("type", "text") not in ("file", "submit", "checkbox", "radio", "image"):
            self.fields[name] = got.get("value", "")
        elif tag == "button" and name:
            self.fields.setdefault(name, got.get("value", ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in got or (got.get("value") and self._select not in self.fields):
                self.fields[self._select] = got.get("value", "")
        elif tag == "textarea" and name:
            self._area = name
            self.fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data


def fields_of(page: str) -> dict[str, str]:
    form = Form()
    form.feed(page)
    return form.fields


class Visitor:
    """Someone with a browser: keeps cookies, follows redirects, counts every request."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port = port
        self.cookies = dict(part.split("=", 1) for part in cookie.split("; ") if part)
        self.requests = 0

    def send(self, method: str, path: str, data: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, path and text of the page that the request ends at."""
        body = urllib.parse.urlencode(data) if data is not None else None
        for _ in range(5):
            self.requests += 1
            headers = {
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
                "Referer": f"http://127.0.0.1:{self.port}{path}",
                "Accept-Language": "ko",
            }
            if body is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            page = answer.read().decode("utf-8", "replace")
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.split(";")[0]
            connection.close()
            place = answer.getheader("Location")
            if not place or answer.status not in (301, 302, 303):
                return answer.status, path, page
            parts = urllib.parse.urlsplit(urllib.parse.urljoin(path, place))
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            method, body = "GET", None
        raise RuntimeError(f"too many redirects at {path}")

    def get(self, path: str) -> str:
        return self.must(*self.send("GET", path))

    def post(self, path: str, data: dict[str, str]) -> tuple[str, str]:
        """Path and text of the page that a form led to."""
        status, path, page = self.send("POST", path, data)
        return path, self.must(status, path, page)

    @staticmethod
    def must(status: int, path: str, page: str) -> str:
        if status != 200:
            raise RuntimeError(f"{path} answered {status}:\n{page[:2000]}")
        return page
