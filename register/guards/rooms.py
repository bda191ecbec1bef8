"""The doors of the workspace: each room says which verb it needs, and everything else is done once, in serving.

A room whose view names no verb cannot be opened.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint

from register import i18n
from register.guards import serving
from register.guards.visit import Need


class Rooms:
    """The rooms of one feature, as a blueprint: `@rooms.open("people", "/<reference>")` above `@requires(...)`."""

    def __init__(self, name: str) -> None:
        self.blueprint = Blueprint(name, __name__)

    def open(
        self, room: str, rule: str = "", methods: tuple[str, ...] = ("GET",)
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Open a view under the path of `room` in every language. Raises TypeError when it names no verb."""

        def opened(view: Callable[..., Any]) -> Callable[..., Any]:
            need = getattr(view, "need", None)
            if not isinstance(need, Need):
                raise TypeError(f"{view.__name__} does not say which verb it needs")
            for language in i18n.LANGUAGES:
                self.blueprint.add_url_rule(
                    i18n.path(language, room) + rule,
                    endpoint=f"{view.__name__}_{language}",
                    view_func=partial(serving.serve, view, need, room, rule, language),
                    methods=list(methods),
                    strict_slashes=False,
                )
            return view

        return opened

    def open_once(self, address: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Open a view at one address for readers of every language: for machines elsewhere that must know it.

        Its answer leads onward to a page in the reader's language. Raises TypeError when the view names no verb.
        """

        def opened(view: Callable[..., Any]) -> Callable[..., Any]:
            need = getattr(view, "need", None)
            if not isinstance(need, Need):
                raise TypeError(f"{view.__name__} does not say which verb it needs")
            serve = partial(serving.serve, view, need, "", address, "")
            self.blueprint.add_url_rule(address, endpoint=view.__name__, view_func=serve, methods=["GET"])
            return view

        return opened
