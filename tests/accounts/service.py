"""A sign-in service over HTTP, and a proxy before it that tampers with what the service itself cannot forge.

The service believes to be what the proxy is called, so that everything it says is right until a test changes it.
"""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey
from oidc_provider_mock import User, run_server_in_thread

KEY = RSAKey.generate_key(2048, {"kid": "of-the-proxy", "use": "sig"})
BROWSER = httpx2.Client(trust_env=False, verify=False, follow_redirects=False)  # all on this machine, over http
SUBJECT = "jan"
PERSON = {"email": "jan@voorbeeld.example", "email_verified": True, "name": "Jan de Wit"}
JSON = {"Content-Type": "application/json"}

Answer = tuple[int, dict[str, str], bytes]


class Proxy(ThreadingHTTPServer):
    """Hands everything on to the service; `tampering` maps a path to what is done with the answer."""

    daemon_threads = True

    def __init__(self, service_port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.service_port = service_port
        self.issuer = f"http://localhost:{self.server_port}"
        self.tampering: dict[str, Callable[[Answer], Answer]] = {}
        self.seen: list[tuple[str, dict[str, str], dict[str, str]]] = []  # path, headers, form
        self.released = threading.Event()

    def tamper(self, path: str, change: Callable[[dict[str, Any]], Any]) -> None:
        """Change the JSON that the service answers at `path`."""

        def act(answer: Answer) -> Answer:
            status, headers, body = answer
            return status, headers, json.dumps(change(json.loads(body))).encode()

        self.tampering[path] = act

    def token(self, change: Callable[[str], str]) -> None:
        """Change the identity token."""
        self.tamper("/oauth2/token", lambda found: {**found, "id_token": change(found["id_token"])})

    def sign_anew(self, **claims: Any) -> None:
        """Sign the identity token anew with a key that the service is said to have; None takes a claim out."""
        self.tamper("/jwks", lambda _: {"keys": [KEY.as_dict(private=False)]})
        self.token(lambda token: signed({**payload(token), **claims}))

    def reset(self) -> None:
        """Be honest again."""
        self.tampering.clear()
        self.seen.clear()
        self.released.clear()


class _Handler(BaseHTTPRequestHandler):
    server: Proxy

    def _pass_on(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        self.server.seen.append((path, dict(self.headers), dict(parse_qsl(sent.decode()))))
        answer = BROWSER.request(
            self.command,
            f"http://127.0.0.1:{self.server.service_port}{self.path}",
            content=sent,
            headers={**dict(self.headers), "Host": f"localhost:{self.server.server_port}"},
        )
        kept = {name: answer.headers[name] for name in ("content-type", "location") if name in answer.headers}
        act = self.server.tampering.get(path, lambda found: found)
        status, headers, body = act((answer.status_code, kept, answer.content))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:  # the register has had enough
            self.close_connection = True

    do_GET = do_POST = _pass_on  # noqa: N815

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def running() -> Iterator[Proxy]:
    """A service that knows one person, behind the proxy."""
    with run_server_in_thread(require_nonce=True, user_claims=[User(sub=SUBJECT, claims=PERSON)]) as service:
        proxy = Proxy(service.server_port)
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.released.set()
            proxy.shutdown()
            proxy.server_close()
            thread.join(5)


def sign_in(url: str, subject: str = SUBJECT, action: str = "") -> dict[str, str]:
    """What a person does in the browser: choose who they are. Gives what the browser brings back."""
    sent = {"action": action} if action else {"sub": subject}
    answer = BROWSER.post(url, data=sent)
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def signed(claims: dict[str, Any], alg: str = "RS256", key: Any = KEY, **header: Any) -> str:
    """A token with these claims; None takes one out."""
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": alg, "kid": "of-the-proxy", **header}, kept, key, [alg])


def payload(token: str) -> dict[str, Any]:
    """The claims of a token, unchecked."""
    found: dict[str, Any] = json.loads(_decoded(token.split(".")[1]))
    return found


def part(content: dict[str, Any]) -> str:
    """One part of a token."""
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
