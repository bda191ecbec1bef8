"""The points of a session: its agenda, its papers, and its outcomes, between what was typed and the body."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from register.drafting import showing
from register.errors import FieldError
from register.i18n import mark as _
from register.records.forms import OUTCOME, OUTCOMES, PAPERS
from register.records.reading import BOTH_OR_NONE, Reader, Shown, dumped
from register.records.series import Carried

OPEN = "open"
ROWS = showing.Rows("paper", "paper_link", PAPERS)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})")
_ABOUT = re.compile(r"(.*\S)\s*\[([^\[\]]+)\]")
MOST_IN_A_LINE = 1000


def clock(reader: Reader, field: str) -> str:
    """A time of day as 09:30; empty where none was typed, or none can be read, which is said."""
    typed = reader.typed.get(field, "")
    found = _CLOCK.fullmatch(typed)
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return f"{int(found[1]):02}:{found[2]}"
    if typed:
        reader.faults.append(FieldError(field, _("This is not a time of day. Write it as 14:30.")))
    return ""


def agenda(reader: Reader, open_points: Sequence[Carried]) -> list[dict[str, Any]]:
    """The points of the agenda: those carried over from the session before, then those typed, one on each line."""
    carried, found = set(reader.ticked("carried")), []
    for each in open_points:
        if each.key in carried:
            words = each.words(reader.language, reader.second)
            found.append({"text": words[0], "agreement": each.agreement, "action": each.action})
            if words[1]:
                reader.other[f"agenda.{len(found) - 1}.text"] = words[1]
    lines, others = _lines(reader.typed.get("agenda", "")), _lines(reader.typed.get("agenda_other", ""))
    if others and len(others) != len(lines):
        told = _("There are %(others)s lines here and %(lines)s in the agenda itself: write each point in both.")
        reader.faults.append(FieldError("agenda_other", told, others=len(others), lines=len(lines)))
    for place, line in enumerate(lines):
        text, about = _parted(line)
        if len(text) > MOST_IN_A_LINE:
            told = _("A point of the agenda is too long: %(length)s signs, where %(most)s fit.")
            reader.faults.append(FieldError("agenda", told, length=len(text), most=MOST_IN_A_LINE))
        named = reader.named("agenda", ("agreement", "action"), about) if about else None
        point: dict[str, Any] = {"text": text, "agreement": None, "action": None}
        if named:
            point[named.kind] = named.record
        if place < len(others):
            reader.other[f"agenda.{len(found)}.text"] = _parted(others[place])[0]
        found.append(point)
    return found


def papers(reader: Reader) -> list[dict[str, Any]]:
    """The pages and files to be read for a session, a row each; their titles stand in every language as they are."""
    found = showing.shown(reader.typed, ROWS, reader.sent, reader.faults)
    reader.other |= {f"evidence.{place}.title": paper.title for place, paper in enumerate(found)}
    return [dumped(paper) for paper in found]


def outcomes(reader: Reader) -> list[dict[str, Any]]:
    """The outcomes, a row each."""
    found: list[dict[str, Any]] = []
    for row in OUTCOMES:
        text, kind = reader.line(f"outcome_{row}"), reader.line(f"outcome_kind_{row}")
        agreements = reader.many(f"outcome_agreements_{row}", "agreement")
        action = reader.one(f"outcome_action_{row}", "action")
        if not text:
            if any(reader.typed.get(f"{name}_{row}") for name in OUTCOME):
                reader.faults.append(FieldError(f"outcome_{row}", _("Say what the outcome is.")))
            continue
        if not kind:
            reader.faults.append(
                FieldError(f"outcome_kind_{row}", _("Say what it is: information, a decision or an action."))
            )
        if other := reader.line(f"outcome_other_{row}"):
            reader.other[f"outcomes.{len(found)}.text"] = other
        found.append(
            {
                "kind": kind,
                "text": text,
                "agreements": agreements,
                "action": action.record if action else None,
                "open": reader.line(f"outcome_open_{row}") == OPEN,
            }
        )
    return found


def in_both_languages(reader: Reader, body: Mapping[str, Any]) -> None:
    """The other language has all points or none, so that no page mixes two languages."""
    typed = reader.typed
    rows = [row for row in OUTCOMES if typed.get(f"outcome_{row}")]
    given = [name for name in ("title_other", "summary_other", "agenda_other") if typed.get(name)]
    given += [f"outcome_other_{row}" for row in rows if typed.get(f"outcome_other_{row}")]
    if not given:
        return
    wanted = [
        name
        for name in ("title_other", "summary_other")
        if not (typed.get("title_other") or typed.get("summary_other"))
    ]
    wanted += ["agenda_other"] if typed.get("agenda") and not typed.get("agenda_other") else []
    wanted += [f"outcome_other_{row}" for row in rows if not typed.get(f"outcome_other_{row}")]
    reader.faults.extend(FieldError(name, BOTH_OR_NONE) for name in wanted)
    if any(f"agenda.{place}.text" not in reader.other for place in range(len(body["agenda"]))) and not wanted:
        told = _("An open point has no words in the other language yet: untick it, and write it on the agenda in both.")
        reader.faults.append(FieldError("carried", told))


def shown(shown: Shown, body: Mapping[str, Any]) -> dict[str, str]:
    """The agenda, the papers and the outcomes as they would be typed."""
    told, found = shown.told, {}
    lines = [(point["text"], _about(shown, point)) for point in body["agenda"]]
    found["agenda"] = "\n".join(f"{_one(text)} {about}".strip() for text, about in lines)
    others = [told.get(f"agenda.{place}.text", "") for place in range(len(lines))]
    found["agenda_other"] = "\n".join(_one(other) for other in others) if all(others) else ""
    for row, paper in zip(PAPERS, body["evidence"], strict=False):
        found |= {f"paper_{row}": paper["title"], f"paper_link_{row}": paper["url"] or ""}
        found[f"file_{row}"] = paper["sha256"] or ""
    for row, outcome in zip(OUTCOMES, body["outcomes"], strict=False):
        found |= {
            f"outcome_{row}": outcome["text"],
            f"outcome_other_{row}": told.get(f"outcomes.{row - 1}.text", ""),
            f"outcome_kind_{row}": outcome["kind"],
            f"outcome_agreements_{row}": shown.names_of("agreement", outcome["agreements"]),
            f"outcome_action_{row}": shown.names_of("action", [outcome["action"]] if outcome["action"] else []),
            f"outcome_open_{row}": OPEN if outcome["open"] else "",
        }
    return found


def _about(shown: Shown, point: Mapping[str, Any]) -> str:
    for kind in ("agreement", "action"):
        if point[kind]:
            named = shown.names.get((kind, point[kind]))
            return f"[{named.reference if named else point[kind]}]"
    return ""


def _lines(text: str) -> list[str]:
    return [line for line in (each.strip() for each in text.split("\n")) if line]


def _parted(line: str) -> tuple[str, str]:
    """A point and, in brackets at its end, what it is about."""
    found = _ABOUT.fullmatch(line)
    return (found[1], found[2]) if found else (line, "")


def _one(text: str) -> str:
    """A text in one line."""
    return " ".join(text.split())
