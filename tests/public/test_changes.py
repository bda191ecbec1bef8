"""The page of changes: since the last summit by default, every state an address, few queries, bad input named."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from register.i18n import path, today
from register.web.parameters import called

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], scope="session", indirect=True)
LINK = re.compile(r'href="([^"#]+)"')
SUMMIT = "2023-01-31"


@SQLITE
def test_since_the_last_summit(
    app: Flask, client: FlaskClient, queries: Callable[[Flask], AbstractContextManager[list[str]]]
) -> None:
    client.get(path("en", "changes"))  # topics and summits are read once for each revision
    with queries(app) as made:
        page = client.get(path("en", "changes"))
    assert len(made) <= 7
    assert "What came about after 31 January 2023" in page.text
    links = [unescape(found) for found in LINK.findall(page.text)]
    assert f"{path('en', 'changes')}?from={SUMMIT}&to={today()}" in links
    asked = {"from": SUMMIT, "to": "2024-06-30", "change": "moved", "words": "1"}
    with queries(app) as made:
        page = client.get(path("en", "changes", **asked))
    assert len(made) <= 12
    assert "Last report" in page.text
    assert path("nl", "changes", **asked) in [unescape(found) for found in LINK.findall(page.text)]
    following = re.search(r'rel="next nofollow" href="([^"]+)"', page.text)
    if following:
        assert client.get(unescape(following[1])).status_code == 200
    assert client.get(path("nl", "changes", by="published_on", **asked)).status_code == 200


BAD = [{"from": "31-1-2023"}, {"from": "vorige week"}, {"to": "9999-01-01"}, {"by": "now"}, {"topic": "vuur"}]
BAD += [{"from": "2024-01-01", "to": "2023-01-01"}, {"change": "kept"}, {"words": "2"}, {"after": "NLVL-1900-001"}]
BAD += [{"colour": "red"}]


@SQLITE
@pytest.mark.parametrize("asked", BAD, ids=str)
def test_what_it_cannot_read_is_named(client: FlaskClient, asked: dict[str, str]) -> None:
    answer = client.get(path("nl", "changes", **asked))
    assert answer.status_code == 400
    [name] = [name for name in asked if name != "to" or len(asked) == 1]
    onward = [unescape(found) for found in LINK.findall(answer.text.partition('class="allowed"')[2] or answer.text)]
    if len(asked) > 1:
        assert path("nl", "changes", **{"from": asked["to"], "to": asked["from"]}) in onward  # the other way round
    else:
        assert re.search(rf"[“„‘]{name if name == 'colour' else called('nl', name)}[”’]", answer.text)
    here = [address for address in onward if address.startswith(path("nl", "changes"))]
    assert here  # whatever is offered of the same page works
    for address in here:
        assert client.get(address).status_code == 200, address
