"""A web server for the site, on the loopback interface only."""

from __future__ import annotations

import contextlib
import re
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from website.files import SourceError

TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/json",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".whl": "application/zip",
    ".woff2": "font/woff2",
    ".zip": "application/zip",
}


LASTING = re.compile(r"/static/python-[0-9a-f]+/")
"""Paths of files whose place changes with their content."""


class Handler(SimpleHTTPRequestHandler):
    """Serves files with the types that browsers insist on."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | TYPES
    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Let a browser keep what never changes under its name, and ask again for the rest."""
        lasting = LASTING.search(self.path)
        self.send_header("Cache-Control", "max-age=31536000, immutable" if lasting else "no-cache")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server that does not complain when a browser goes away in the middle of a file."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Report what went wrong, unless the other side only closed the connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextlib.contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[str]:
    """Serve a folder in a thread; gives the address. Port 0 takes a free one."""
    if not (folder / "index.html").is_file():
        raise SourceError(f"{folder} holds no site; `make site` builds it")
    with Server(("127.0.0.1", port), partial(Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def serve(folder: Path, port: int) -> None:
    """Serve a folder until interrupted from the keyboard."""
    with serving(folder, port) as address, contextlib.suppress(KeyboardInterrupt):
        print(f"site: {address} (stop with Ctrl-C)", flush=True)
        threading.Event().wait()
