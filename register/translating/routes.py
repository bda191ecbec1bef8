"""The rooms of translating: what is to be translated, one text, and one translation that waits for confirmation."""

import json
from typing import Any

from flask import request

from register import i18n
from register.errors import BadParameter, FieldError, NotHere
from register.guards import Go, Page, Rooms, Visit, requires
from register.guards.serving import DONE
from register.ledger import read
from register.ledger.documents import BODIES
from register.models import Account
from register.models.moments import new_id
from register.translating import queries, service
from register.translating.forms import (
    SAVE,
    SUBMIT,
    ConfirmForm,
    DropForm,
    ReturnForm,
    TranslationForm,
    form_of,
    name_of,
)
from register.translating.queries import Text
from register.web.forms import Form
from register.words.vocabulary import Standing

rooms = Rooms("translating")


@rooms.open("translations")
@requires("see", "translation")
def translations(visit: Visit) -> Page:
    """Published texts whose translation is missing, out of date or not agreed; and translations that wait."""
    topics = {
        row.record: getattr(row, f"title_{visit.language}")
        for row in read.cards(visit.session.connection(), "topic", "place")
    }
    asked = _asked(
        {"standing": [each.value for each in queries.SHOWN], "topic": list(topics), "kind": list(BODIES)}, "after"
    )
    after = asked.pop("after")
    if after and not (after.isascii() and after.isdigit() and len(after) < 10):
        raise BadParameter("after", after[:40], "key")
    listing = queries.Listing(**asked, after=int(after or 0))
    context = {
        "listing": listing,
        "page": queries.page(visit.session, visit.language, listing),
        "waiting": queries.under_way(visit.session, visit.person, visit.language),
        "topics": topics,
        "standings": queries.SHOWN,
    }
    return Page("translating/list.html", context)


@rooms.open("translations", "/<kind>/<reference>", methods=("GET", "POST"))
@requires("write", "translation")
def translate(visit: Visit, kind: str, reference: str) -> Page | Go:
    """One text beside its translation, to be written; kept as it is typed, or submitted."""
    _asked({})
    about = queries.text(visit.session, visit.language, kind, reference)
    if not visit.writes:
        return _written(visit, about)
    form = _form(visit, about)
    act = form.act.data or SAVE
    if act not in (SAVE, SUBMIT):
        raise BadParameter("act", str(act)[:40], "value", (SAVE, SUBMIT))
    made = service.Made(str(form.key.data), str(form.seq.data), str(form.version.data))
    fits = form.ok() or not form.standing.errors  # what is too long or cannot be shown is kept until it is submitted
    if not fits:
        return _page(visit, about, form, status=422)
    try:
        row = service.save(
            visit.session, visit.person, about, made, Standing(form.standing.data), form.words(about), visit.now
        )
        if act == SUBMIT and not form.faults:
            service.submit(visit.session, row, about, visit.now)
    except service.Stale as stale:
        return _too_late(visit, about, form, stale)
    except FieldError as error:
        field = name_of(error.field)
        form.fail(FieldError(field, error.message) if field in form else error)
    visit.saved()
    if act == SUBMIT and form.faults:
        form.key.data, form.seq.data, form.version.data = row.key, str(row.target), str(row.version)
        page = _page(visit, about, form, status=422)
        page.keep = True  # it is no translation yet, but what was typed is kept
        return page
    if act == SUBMIT:
        return Go(visit.path("translations", "text", row.id), "submitted")
    return Go(visit.path("translations", kind, reference), "translation-saved")


@rooms.open("translations", "/text/<translation_id>")
@requires("see", "translation")
def translation(visit: Visit, translation_id: str) -> Page:
    """A translation on its way, beside the authentic text."""
    _asked({})
    return _one(visit, translation_id)


@rooms.open("translations", "/text/<translation_id>/drop", methods=("POST",))
@requires("write", "translation")
def translation_drop(visit: Visit, translation_id: str) -> Go:
    """Give up a translation of one's own."""
    DropForm(visit.language, visit.posted)
    service.drop(visit.session, visit.person, translation_id, visit.now)
    return Go(visit.path("translations"), "translation-dropped")


@rooms.open("translations", "/text/<translation_id>/confirm", methods=("GET", "POST"))
@requires("confirm", "record", fresh=True)
def translation_confirm(visit: Visit, translation_id: str) -> Page | Go:
    """Turn the key of one's own side on the translation whose digest the form carries."""
    if not visit.writes:
        visit.kept = None  # nothing was typed
        return _one(visit, translation_id)
    form = ConfirmForm(visit.language, visit.posted)
    try:
        if form.ok():
            service.confirm(visit.trail, _me(visit), translation_id, str(form.digest.data))
    except FieldError as error:
        form.fail(error)
    if form.faults:
        return _one(visit, translation_id, form, status=409)
    visit.saved()
    return Go(visit.path("translations", "text", translation_id), "confirmed")


@rooms.open("translations", "/text/<translation_id>/send-back", methods=("GET", "POST"))
@requires("confirm", "record")
def translation_send_back(visit: Visit, translation_id: str) -> Page | Go:
    """Send a translation back to its author, with the reason."""
    form = ReturnForm(visit.language, visit.posted if visit.writes else None, visit.kept)
    if not visit.writes:
        return _one(visit, translation_id, returning=form)
    try:
        if form.ok():
            service.send_back(visit.trail, _me(visit), translation_id, form.reason.data)
    except FieldError as error:
        form.fail(error)
    if form.faults:
        return _one(visit, translation_id, returning=form, status=422)
    visit.saved()
    return Go(visit.path("translations", "text", translation_id), "sent-back")


def _written(visit: Visit, about: Text) -> Page:
    """The form, with what one is writing oneself, else with what is public now."""
    mine = queries.mine(visit.session, visit.person, about)
    form = _form(visit, about)
    if visit.kept is None:
        form.seq.data = str(about.seq)
        form.key.data, form.version.data = (mine.key, str(mine.version)) if mine else (new_id(), "")
        offered = service.offered(visit.person)
        form.standing.data = mine.standing if mine else offered[0].value
        form.fill({part.path: part.told for part in about.parts} | (json.loads(mine.typed) if mine else {}))
    return _page(visit, about, form, mine=mine)


def _too_late(visit: Visit, about: Text, form: TranslationForm, stale: service.Stale) -> Page:
    """What was typed, beside what was saved meanwhile; the form is of what stands now."""
    theirs = json.loads(stale.row.typed) if stale.row else {}
    mine = form.words(about)
    open_still = stale.row is None or stale.row.state in ("draft", "returned")
    form.seq.data = str(about.seq)
    form.version.data = str(stale.row.version) if stale.row and open_still else ""
    form.key.data = stale.row.key if stale.row and open_still else new_id()
    differing = {path: theirs[path] for path in mine if theirs.get(path, "") != mine[path] and path in theirs}
    page = _page(visit, about, form, status=409)
    page.context |= {"stale": stale, "differing": {} if stale.text_changed else differing}
    return page


def _page(visit: Visit, about: Text, form: TranslationForm, *, mine: Any = None, status: int = 200) -> Page:
    context = {
        "about": about,
        "form": form,
        "mine": mine,
        "fields": [(part, form[name_of(part.path)]) for part in about.parts],
        "others": [
            each
            for each in queries.under_way(visit.session, visit.person, visit.language, about)
            if mine is None or each.row.id != mine.id
        ],
        "stale": None,
        "differing": {},
        "rooms": i18n.KINDS,
    }
    return Page("translating/text.html", context, status=status)


def _one(
    visit: Visit, translation_id: str, form: Form | None = None, *, returning: Form | None = None, status: int = 200
) -> Page:
    found, keys = queries.one(visit.session, visit.person, visit.language, translation_id)
    typed, obstacle = json.loads(found.row.typed), queries.obstacle(visit.session, found.row.target)
    context = {
        "found": found,
        "keys": keys,
        "parts_": [
            (path, own, typed.get(path, "")) for path, own in queries.originals(visit.session, found.row.target).items()
        ],
        "obstacle": i18n.translations(visit.language).gettext(obstacle) if obstacle else "",
        "mine": found.row.author_id == visit.person.id,
        "form": form or ConfirmForm(visit.language),
        "returning": returning or ReturnForm(visit.language),
        "rooms": i18n.KINDS,
    }
    return Page("translating/one.html", context, status=status)


def _form(visit: Visit, about: Text) -> TranslationForm:
    offered = service.offered(visit.person)
    kind = form_of(about, offered, i18n.labels(visit.language)["Standing"])
    return kind(visit.language, visit.posted if visit.writes else None, visit.kept)


def _me(visit: Visit) -> Account:
    if visit.signed_in is None:
        raise NotHere
    return visit.signed_in.account


def _asked(offered: dict[str, list[str]], *free: str) -> dict[str, str]:
    """The parameters of the address. Raises BadParameter for one that the page does not take, or of another value."""
    found = dict.fromkeys((*offered, *free), "")
    for name, values in request.args.to_dict(flat=False).items():
        if name not in (*found, DONE):
            raise BadParameter(name, values[0][:40], "unknown", tuple(found))
        if len(values) > 1:
            raise BadParameter(name, values[1][:40], "repeated")
        if values[0] and name in offered and values[0] not in offered[name]:
            raise BadParameter(name, values[0][:40], "value", tuple(offered[name]))
        found[name] = values[0]
    found.pop(DONE, None)
    return found
