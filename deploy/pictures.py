"""Takes the pictures of README.md: `make pictures`, against the seeded register, in the Chromium that the tests use."""

import os
import socket
import sys
import tempfile

import serve
from playwright.sync_api import sync_playwright

PAGES = {"home": "/en/", "agreement": "/en/agreements/NLVL-2023-208"}
FOLDER = serve.ROOT / "docs" / "pictures"


def main() -> None:
    """Serve a fresh register and write a picture of each page to docs/pictures."""
    sys.path.insert(0, str(serve.ROOT))
    with tempfile.TemporaryDirectory() as data, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        os.environ |= {"SCHAKEL_DATA": data, "DATABASE_URL": ""}
        serve.prepare()
        server = serve.start("127.0.0.1", port)
        try:
            serve.wait(server, lambda: serve.answers("127.0.0.1", port))
            _take(f"http://localhost:{port}")
        finally:
            serve.stop(server)


def _take(base: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-background-networking"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=options)
        page = browser.new_page(viewport={"width": 1200, "height": 1000})
        for name, path in PAGES.items():
            page.goto(base + path)
            page.screenshot(path=FOLDER / f"{name}.png")
            print(f"docs/pictures/{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
