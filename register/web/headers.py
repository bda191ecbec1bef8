"""Security headers on every answer, static files and errors among them, and compression of pages."""

from wsgiref.headers import Headers

import brotli
from flask import Flask, Response, request
from whitenoise import WhiteNoise

from register.web.rendering import STATIC

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"  # of what is taken along: it may do nothing here
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_COMPRESSED = (
    "text/html", "text/plain", "text/calendar", "application/json", "application/ld+json", "application/xml",
    "application/atom+xml", "image/svg+xml",
)  # fmt: skip
_SMALLEST = 500
_VARY = ("Accept-Encoding", "HX-Request")


def init(app: Flask, *, secure: bool) -> None:
    """Set the headers after every request; `secure` when the register is served over https."""

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers.update(HEADERS)
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            response.headers["Content-Security-Policy"] = FILE_POLICY
        if secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        if "Vary" in response.headers:
            response.vary.update(_VARY)
        else:
            response.headers["Vary"] = ", ".join(_VARY)
        return _compress(response)

    # Static files are served before Flask, in the form that the build precompressed.
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=STATIC,
        prefix="static/",
        max_age=31_536_000,
        allow_all_origins=False,
        add_headers_function=_static,
    )


def _static(found: Headers, _path: str, _url: str) -> None:
    for name, value in HEADERS.items():
        found[name] = value


def _compress(response: Response) -> Response:
    if (
        response.status_code != 200
        or response.mimetype not in _COMPRESSED
        or response.direct_passthrough
        or response.is_streamed
        or request.accept_encodings["br"] <= 0
        or "Content-Encoding" in response.headers
    ):
        return response
    data = response.get_data()
    if len(data) > _SMALLEST:
        response.set_data(brotli.compress(data, mode=brotli.MODE_TEXT, quality=2))
        response.headers["Content-Encoding"] = "br"
    return response
