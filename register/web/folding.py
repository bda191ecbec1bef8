"""Templates in which all that is the same on every page stands written out: fixed texts, paths of rooms, static files.

An environment is of one language (register/web/rendering.py), so these calls give the same at each rendering. They are
made once, while a template is compiled, and what they gave is joined with the markup around it.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

# Functions that depend on what they are given and on the language alone; texts are markup, as they are without this.
_TEXTS = {"_": "gettext", "gettext": "gettext", "pgettext": "pgettext"}
_PLAIN = frozenset({"path", "feed", "asset"})


class FoldingGenerator(CodeGenerator):
    """Compiles a template after `fold`."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - Jinja's name
        """Write the code of the whole template."""
        super().visit_Template(_Folding(self.environment).visit(node), frame)


class _Folding(NodeTransformer):
    def __init__(self, environment: Environment) -> None:
        self.known: Mapping[str, Any] = environment.globals

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        """The call, or what it gives where all that it is given stands in the template."""
        self.generic_visit(node)
        given = [*node.args, *(pair.value for pair in node.kwargs)]
        constant = all(isinstance(value, nodes.Const) for value in given) and not (node.dyn_args or node.dyn_kwargs)
        if not constant or not isinstance(node.node, nodes.Name):
            return node
        name = node.node.name
        values = [value.value for value in node.args if isinstance(value, nodes.Const)]
        named = {pair.key: pair.value.value for pair in node.kwargs if isinstance(pair.value, nodes.Const)}
        if name in _TEXTS and not named:
            catalogue = self.known["catalogue"]
            told = getattr(catalogue, _TEXTS[name])(*values)
            return nodes.Const(Markup(told) % {}, lineno=node.lineno)  # noqa: S704 - as Jinja's own gettext gives it
        if name in _PLAIN:
            return nodes.Const(self.known[name](*values, **named), lineno=node.lineno)
        return node
