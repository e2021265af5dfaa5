"""Statements: the body of a function or module, in order; branches are walked and joined."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from mscli.migrate.walk.calls import defining, parameters, protocols
from mscli.migrate.walk.calls.decorating import decorated
from mscli.migrate.walk.expressions.displays import turns
from mscli.migrate.walk.expressions.evaluate import Evaluation
from mscli.migrate.walk.expressions.operators import concatenated
from mscli.migrate.walk.graph.nodes import Region
from mscli.migrate.walk.statements import asking, branches, conditions, endings, patterns
from mscli.migrate.walk.statements.nested import local, local_class
from mscli.migrate.walk.values import newness
from mscli.migrate.walk.values.merging import NAMED, either, merged, shallow
from mscli.migrate.walk.values.values import (
    Items,
    Object,
    Row,
    Rows,
    Type,
    Value,
    vague,
)

METHODS = {kind: f"_do_{kind.__name__.lower()}" for kind in ast.stmt.__subclasses__()}
"""What runs each kind of statement."""


class Frame(Evaluation):
    """Runs statements."""

    def run_function(self) -> None:
        """Bind the parameters and run the body."""
        assert self.fn is not None  # noqa: S101
        parameters.bind(self, self.fn)
        node = self.fn.node
        if isinstance(node, ast.Lambda):
            self.whole.returns = self.evaluate(node.body)
            return
        if self.fn.decorators & {"atomic", "commit_on_success"}:
            self.regions = (self._region(node, "atomic"),)
        self.run(node.body)
        self.whole.surrounds |= self.yielded is not None and self.yielded.commits()
        if not self.whole.returns and node.returns is not None:
            value = self.annotated(node.returns)
            self.whole.returns = tuple(
                a for a in value if isinstance(a, Row | Rows | Items | Object)
            )

    # -- statements --------------------------------------------------------------------------

    def run(self, body: Sequence[ast.stmt]) -> bool:
        """Run statements one after another; whether what follows them is never reached."""
        outer = self.node
        ended = self._run(body)
        self.node = outer
        return ended

    def _run(self, body: Sequence[ast.stmt]) -> bool:
        for node in body:
            method: Callable[[ast.stmt], bool | None] | None = getattr(
                self, METHODS[type(node)], None
            )
            if method is None:
                continue
            here = self.node
            try:
                if method(node):
                    return True
            except (LookupError, TypeError, AttributeError, ValueError) as error:
                # A fault of ours in one statement must not cost the facts of all others.
                self.node = here
                self.lost("fault", f"{type(error).__name__}: {error}"[:80], self.site(node))
        return False

    def _do_expr(self, node: ast.Expr) -> None:
        self.evaluate(node.value)

    def _do_return(self, node: ast.Return) -> bool:
        value = vague(self.evaluate(node.value))
        self.whole.returns = shallow(merged(self.whole.returns, value), NAMED)
        return True

    def _do_continue(self, _: ast.Continue | ast.Break) -> bool:
        return True

    _do_break = _do_continue

    def _do_assign(self, node: ast.Assign) -> None:
        value = shallow(self.evaluate(node.value), NAMED)
        newness.note_answer(self, node)
        asking.note_alias(self, node)
        for target in node.targets:
            self.bind(target, value)

    def _do_annassign(self, node: ast.AnnAssign) -> None:
        given = self.evaluate(node.value)
        value = vague(given) or self.annotated(node.annotation) or given
        self.bind(node.target, value)

    def _do_typealias(self, node: ast.stmt) -> None:
        """`type X = ...`, from Python 3.12 on; what is older has it as an assignment."""
        self.bind(node.name, self.evaluate(node.value))  # type: ignore[attr-defined]

    def _do_augassign(self, node: ast.AugAssign) -> None:
        value = vague(self.evaluate(node.value))
        if isinstance(node.target, ast.Name):
            before = vague(self.name(node.target.id))
            self.env[node.target.id] = shallow(concatenated(before, value), NAMED)
        elif isinstance(node.target, ast.Attribute):
            before = vague(self.evaluate(node.target))
            self.bind(node.target, concatenated(before, value))
        else:
            self.evaluate(node.target)

    def _do_if(self, node: ast.If) -> bool:
        asked_for = self.asked(node.test)
        known = conditions.holds(self, node.test)
        before = {**self.env, **conditions.narrowed(self, node.test, False)}
        if known is False:
            return self.run(node.orelse)
        self.env.update(conditions.narrowed(self, node.test, True))
        if known:
            return self.run(node.body)
        return branches.both(self, node, before, asked_for)

    def other(
        self,
        before: dict[str, Value],
        body: Sequence[ast.stmt],
        *,
        ended: bool = False,
        rather: bool = False,
    ) -> bool:
        """Walk the other branch from the same start, and join both, unless one has ended.

        What names stand for in the likelier branch comes first.
        """
        one = dict(self.env)
        self._replace(before)
        if self.run(body):
            self._replace(one)
            return ended
        if ended:
            return False
        first, last = (self.env, one) if rather else (one, self.env)
        joined = {
            name: either(first.get(name, ()), last.get(name, ())) for name in {**one, **self.env}
        }
        self._replace(joined)
        return False

    def _replace(self, env: dict[str, Value]) -> None:
        env = dict(env)
        self.env.clear()
        self.env.update(env)

    def _do_for(self, node: ast.For | ast.AsyncFor) -> None:
        over = protocols.iterated(self, self.evaluate(node.iter), self.site(node))
        taken = turns(over, nested=self.loops, once=self.engine.instances.is_importing)
        before = self._vary(node)
        self.loops += 1
        for turn in taken:
            self.bind(node.target, turn)
            self.run(node.body)
        self.loops -= 1
        self._may_be_empty(before)
        self.run(node.orelse)

    _do_asyncfor = _do_for

    def _do_while(self, node: ast.While) -> None:
        self._vary(node)
        self.evaluate(node.test)
        self.run(node.body)
        self.run(node.orelse)

    def _may_be_empty(self, before: dict[str, Value]) -> None:
        """What a loop sets to something unknown is what it was where nothing is taken."""
        for name, value in before.items():
            self.env[name] = self.env.get(name) or value

    def _vary(self, loop: ast.For | ast.AsyncFor | ast.While) -> dict[str, Value]:
        """What a loop sets is not known to be what it was before, which is given back."""
        newness.before_loop(self, loop.body)
        if loop not in self.engine.set_in:
            self.engine.set_in[loop] = frozenset(
                part.id
                for statement in loop.body
                for part in ast.walk(statement)
                if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
            )
        before = {n: vague(self.env[n]) for n in self.engine.set_in[loop] & self.env.keys()}
        self.env.update(before)
        return before

    def _do_try(self, node: ast.Try) -> bool:
        before = dict(self.env)
        ended = self.run(node.body) or self.run(node.orelse)
        for handler in node.handlers:
            ended = self.other(before, handler.body, ended=ended)
        return self.run(node.finalbody) or ended

    _do_trystar = _do_try

    def _do_with(self, node: ast.With | ast.AsyncWith) -> bool:
        outer = self.regions
        for item in node.items:
            value = self.evaluate(item.context_expr)
            entered = protocols.entered(self, value, self.site(self.module.tree))
            ends = endings.left(self, value, self.site(item.context_expr))
            if ends or endings.is_transaction(value, item.context_expr):
                self.regions = (*self.regions, self._region(item.context_expr, "atomic"))
            if item.optional_vars is not None:
                self.bind(item.optional_vars, entered)
        ended = self.run(node.body)
        self.regions = outer
        return ended

    _do_asyncwith = _do_with

    def _region(self, node: ast.AST, kind: str) -> Region:
        region = Region(self.site(node), kind)
        self.node.regions[region] = None
        return region

    def _do_match(self, node: ast.Match) -> None:
        subject = vague(self.evaluate(node.subject))
        before = dict(self.env)
        for case in node.cases:
            after = dict(self.env)
            self._replace(before)
            patterns.bind(self, case.pattern, subject)
            self.evaluate(case.guard)
            inside = dict(self.env)
            self._replace(after)
            self.other(inside, case.body)

    def _do_import(self, node: ast.Import) -> None:
        if not self.is_module:
            self.bind_import(node)

    _do_importfrom = _do_import

    def _do_raise(self, node: ast.Raise) -> bool:
        self.evaluate(node.exc)
        return True

    def _do_assert(self, node: ast.Assert) -> None:
        self.evaluate(node.test)

    def _do_delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.evaluate(target)

    def _do_functiondef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        if self.is_module and node.name in self.module.functions:
            symbol = self.module.functions[node.name]
            if symbol.node is not node:
                symbol = local(self, node)
        else:
            symbol = local(self, node)
        self.env[node.name] = decorated(self, symbol)

    _do_asyncfunctiondef = _do_functiondef

    def _do_classdef(self, node: ast.ClassDef) -> None:
        cls = self.module.classes.get(node.name)
        if cls is None or cls.node is not node:
            if self.fn is None:
                return
            cls = local_class(self, node)
            self.env[node.name] = (Type(cls),)
        defining.define(self, cls)
