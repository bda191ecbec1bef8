"""Templates in which all that is the same on every page stands written out: fixed texts, paths of rooms, static files.

An environment is of one language (register/web/rendering.py), so these calls give the same at each rendering. They are
made once, while a template is compiled, and what they gave is joined with the markup around it. What is called
otherwise is called as it is: of our own functions and macros none asks for the context, so none has to be looked at.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape

# Functions that depend on what they are given and on the language alone.
_TEXTS = {"_": "gettext", "gettext": "gettext", "pgettext": "pgettext"}
_PLAIN = frozenset({"path", "feed", "asset"})
_IN_CONTEXT = frozenset({*_TEXTS, "ngettext", "npgettext", "super", "self"})  # these take the context, by Jinja's rules


def written(value: object) -> str:
    """`value` as it stands in a page: what is markup as it is, all else escaped.

    The same as `escape`, which makes markup of each text; most texts hold nothing to escape, and stay as they are.
    """
    if isinstance(value, Markup):
        return value
    if type(value) is str and not ("&" in value or "<" in value or ">" in value or '"' in value or "'" in value):
        return value
    return escape(value)


class FoldingGenerator(CodeGenerator):
    """Compiles a template after `fold`, for an environment with `written`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - Jinja's name
        """Write the code of the whole template."""
        super().visit_Template(_Folding(self.environment).visit(node), frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Write a call: without the detour over the context where what is called does not take one."""
        called = node.node
        while isinstance(called, (nodes.Getattr, nodes.Getitem)):
            called = called.node
        if forward_caller or node.dyn_args or not isinstance(called, nodes.Name) or called.name in _IN_CONTEXT:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        if node.kwargs:
            self.write("**{")
            for pair in node.kwargs:
                self.write(f"{pair.key!r}: ")
                self.visit(pair.value, frame)
                self.write(", ")
            self.write("}, ")
        if node.dyn_kwargs:
            self.write("**")
            self.visit(node.dyn_kwargs, frame)
        self.write(")")


class _Folding(NodeTransformer):
    def __init__(self, environment: Environment) -> None:
        self.known: Mapping[str, Any] = environment.globals
        # In a page the texts of the catalogue are markup, in which what is put is escaped; in mail they are plain.
        self.said: type[str] = Markup if environment.autoescape else str

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        """The call, or what it gives where all that it is given stands in the template."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        name = node.node.name
        values = [value.value for value in node.args if isinstance(value, nodes.Const)]
        if name in _TEXTS and len(values) == len(node.args):
            told = getattr(self.known["catalogue"], _TEXTS[name])(*values)
            return self._text(told, node)
        named = {pair.key: pair.value.value for pair in node.kwargs if isinstance(pair.value, nodes.Const)}
        if name in _PLAIN and (len(values), len(named)) == (len(node.args), len(node.kwargs)):
            return nodes.Const(self.known[name](*values, **named), lineno=node.lineno)
        return node

    def _text(self, told: str, node: nodes.Call) -> nodes.Node:
        """A text of the catalogue, with what the template gives it put in its places, as Jinja's own gettext does."""
        text = self.said(told)
        if not node.kwargs:
            return nodes.Const(text % {}, lineno=node.lineno)
        given = [nodes.Pair(nodes.Const(pair.key), pair.value) for pair in node.kwargs]
        return nodes.Mod(nodes.Const(text), nodes.Dict(given), lineno=node.lineno)
