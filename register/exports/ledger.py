"""The ledger, whole: JSON Lines, an entry a line, in order, to be checked and to be gone on with later."""

import json
from collections.abc import Iterator

from flask import Response, request

from register import i18n
from register.door import Stream, Visit, absolute, blueprint, stream
from register.errors import BadParameter
from register.i18n import mark as _
from register.ledger import whole
from register.web.addressing import check_parameters
from register.words.files import SERVED

MIMETYPE = "application/jsonl"


@blueprint.get("/data/ledger.jsonl")
def ledger_download() -> Response:
    """Every entry, or those from the position `from` on. Raises BadParameter."""
    check_parameters("from")
    first = _first()
    return stream("", lambda visit: Stream(_written(visit, first), MIMETYPE, _name(visit, first)))


def _first() -> int:
    found = request.args.get("from", "1")
    if not (found.isascii() and found.isdigit() and len(found) <= 12 and int(found) > 0):
        raise BadParameter("from", found[:40], "value", called=_("Register position"))
    return int(found)


def _name(visit: Visit, first: int) -> str:
    return f"schakel-ledger-{first}-{visit.revision.seq}.jsonl"


def _written(visit: Visit, first: int) -> Iterator[bytes]:
    for stretch in whole.entries(visit.connection, first):
        yield "".join(_line(entry) for entry in stretch).encode()


def _line(entry: whole.Given) -> str:
    said = entry._asdict()
    del said["taken_by"], said["files"]
    if entry.taken_by:
        said["taken_by"] = entry.taken_by
    if entry.files:
        said["files"] = [
            {
                "sha256": sha256,
                "size": file.size,
                "type": SERVED[file.type][0],
                "address": absolute(i18n.path(i18n.LANGUAGES[0], "files", file.name)),
            }
            for sha256, file in entry.files.items()
        ]
    return json.dumps(said, ensure_ascii=False) + "\n"
