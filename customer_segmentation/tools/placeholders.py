"""Texts with placeholders such as "Call {{ object.partner_id.name }}", written by managers, filled for customers.

Odoo's own placeholders, but read by a small interpreter instead of Python: only what is listed below exists, so that
no text can do or reveal anything else, whoever fills it in.

    object.field.field             a field of the customer, checked against the models when the text is saved
    "text", 1, 2.5                 constants
    a + b, a - b, a * b, a / b     of numbers
    a or b, a and b, not a, a if b else c, a < b, a == b …
    round(x), abs(x), min(x, y), max(x, y), format_date(x), format_amount(x, currency)
    a ||| text                     the text, when there is nothing to show
"""

import ast
import operator
from typing import NamedTuple

from odoo.tools.rendering_tools import parse_inline_template

FUNCTIONS = {
    "round": (1, 2), "abs": (1, 1), "min": (2, 9), "max": (2, 9), "format_date": (1, 1), "format_amount": (2, 2),
}  # fmt: skip
ARITHMETIC = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
COMPARISONS = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}  # fmt: skip


class PlaceholderError(ValueError):
    """A placeholder that cannot be used; `expression` is what was typed."""

    def __init__(self, expression):
        super().__init__(expression)
        self.expression = expression


class Part(NamedTuple):
    """Text, then what a placeholder stands for (a node, or None at the end), then the text when that is nothing."""

    text: str
    node: ast.expr | None
    default: str


def parse(text):
    """The parts of a text.

    :raise PlaceholderError: when a placeholder is not made of what is listed above
    """
    parts = []
    for literal, expression, default in parse_inline_template(text or ""):
        parts.append(Part(literal, _parse_expression(expression) if expression else None, default))
    return parts


def _parse_expression(expression):
    try:
        node = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise PlaceholderError(expression) from error
    try:
        known = _is_known(node)
    except RecursionError as error:
        raise PlaceholderError(expression) from error
    if not known:
        raise PlaceholderError(expression)
    return node


def path_of(node):
    """The names after `object.`, or None when the node is no such path."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return tuple(reversed(names)) if names and isinstance(node, ast.Name) and node.id == "object" else None


def paths(parts):
    """Every path of a text."""
    for part in parts:
        for node in ast.walk(part.node) if part.node else ():
            if isinstance(node, ast.Attribute) and path_of(node):
                yield path_of(node)


def _is_known(node):
    match node:
        case ast.Attribute():
            return path_of(node) is not None
        case ast.Constant():
            return isinstance(node.value, (str, int, float)) or node.value is None
        case ast.Call(func=ast.Name(id=name), keywords=[]) if name in FUNCTIONS:
            least, most = FUNCTIONS[name]
            return least <= len(node.args) <= most and all(map(_is_known, node.args))
        case ast.BinOp():
            return type(node.op) in ARITHMETIC and _is_known(node.left) and _is_known(node.right)
        case ast.BoolOp():
            return all(map(_is_known, node.values))
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            return _is_known(node.operand)
        case ast.IfExp():
            return all(map(_is_known, (node.test, node.body, node.orelse)))
        case ast.Compare(ops=[comparison]):
            return type(comparison) in COMPARISONS and _is_known(node.left) and _is_known(node.comparators[0])
    return False


def evaluate(node, record, functions):
    """What a node stands for.

    :param record: the customer, whose fields paths begin with
    :param functions: those of `FUNCTIONS` that are not Python's own, by name
    :return: None when it cannot be worked out, such as a division by zero
    """
    try:
        return _evaluate(node, record, functions)
    except (ArithmeticError, TypeError, ValueError):
        return None


def _evaluate(node, record, functions):
    def value(child):
        return _evaluate(child, record, functions)

    match node:
        case ast.Attribute():
            found = record
            for name in path_of(node):
                found = found[name]
            return found
        case ast.Constant():
            return node.value
        case ast.Call():
            builtins = {"round": round, "abs": abs, "min": min, "max": max}
            return (builtins | functions)[node.func.id](*map(value, node.args))
        case ast.BinOp():
            left, right = _number(value(node.left)), _number(value(node.right))
            return ARITHMETIC[type(node.op)](left, right)
        case ast.BoolOp():
            return _first(map(value, node.values), isinstance(node.op, ast.Or))
        case ast.UnaryOp():
            return not value(node.operand) if isinstance(node.op, ast.Not) else -_number(value(node.operand))
        case ast.IfExp():
            return value(node.body) if value(node.test) else value(node.orelse)
        case ast.Compare():
            return COMPARISONS[type(node.ops[0])](value(node.left), value(node.comparators[0]))
    raise TypeError(node)


def _number(value):
    """Only numbers are calculated with: a text times a number could fill the memory."""
    if not isinstance(value, (int, float)):
        raise TypeError(value)
    return value


def _first(values, wanted):
    """The first value that decides an "or" (wanted True) or an "and", else the last."""
    result = None
    for result in values:
        if bool(result) is wanted:
            break
    return result
