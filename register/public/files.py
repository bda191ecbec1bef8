"""Files that published reports show as evidence: to be taken along, never shown as a page of the register."""

from functools import partial

from flask import Response, request

from register import i18n
from register.door import blueprint, database
from register.errors import BadParameter, NotPublished
from register.ledger import files
from register.web.addressing import check_encoding
from register.words.files import SERVED


def _file(language: str, name: str) -> Response:
    """A file by the random name that it was given when it was published, as long as its report is in view."""
    check_encoding()
    for parameter, value in request.args.items():
        raise BadParameter(parameter, value[:40], "unknown")
    with database().public() as connection:
        found = files.served(connection, name)
        if found is None:
            raise NotPublished("file", name)
        known = request.if_none_match.contains(found.sha256)
        data = b"" if known else files.data(connection, name)
    media, ending = SERVED[found.type]
    if known:
        response = Response(status=304)
    else:  # passed on as it is: neither copied nor packed once more
        response = Response([data], mimetype=media, direct_passthrough=True)
        response.content_length = len(data)
        response.headers["Content-Disposition"] = f'attachment; filename="{found.stem}.{ending}"'
    response.set_etag(found.sha256)
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    response.headers["Content-Language"] = language
    return response


for _language in i18n.LANGUAGES:
    blueprint.add_url_rule(
        i18n.path(_language, "files") + "/<name>", endpoint=f"file_{_language}", view_func=partial(_file, _language)
    )
