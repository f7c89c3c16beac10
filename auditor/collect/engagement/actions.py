"""What a person did, as far as a request tells: liked, shared, commented ..., and on what.

Told by the words of the path, of short values (`"type": "LIKE"`), of truth values (`"liked": false`), of
events, writes and marks, in every language of `rules/languages`; never by free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from auditor.collect.engagement.exchange import Exchange, in_list
from auditor.collect.words import Families, words
from auditor.decode import Leaf, Scalar, Write

ACTIONS = (
    "downvote",
    "like",
    "share",
    "comment",
    "follow",
    "attend",
    "watch",
    "proof",
    "task",
    "invite",
    "signup",
    "open",
)
"""Word families that are actions; of several in one name the first one counts (`share task`: share)."""
WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
MOST_WORDS = 4
"""Words of a value that can be the name of an action; more is text."""
MOST_LENGTH = 60
KEPT = 1 << 14
"""Names whose meaning is remembered."""
LONGEST_TARGET = 500
MOST_MADE = 20_000
MOST_ANSWER = 50
"""Values of an answer that may be the id of what was done."""
VERBS = frozenset({"add", "create", "new", "toggle", "set", "send", "submit", "save", "post", "put", "batch"})
ALONG = frozenset({"signup", "open"})
"""Actions whose words stand beside others: a like that is `created` in an open app."""
SHORTEST_ID = 3
"""Characters; shorter ids meet by chance."""
_NAME = re.compile(r"[^\s@/]{1,60}(?: [^\s@/]{1,30}){0,2}")
_ID = re.compile(r"(?i)[0-9a-f]{8,64}|[0-9a-f-]{32,40}|\d{1,24}|[\w.:-]{0,40}\d[\w.:-]{0,40}")


class Act(NamedTuple):
    """One action in one request."""

    action: str
    """One of ACTIONS."""
    undone: bool
    """Whether it was taken back."""
    target: str
    """Hash-free key of what it was done to, for comparing inside one recording; empty when not told."""
    place: str


class Actions:
    """Reads actions out of requests."""

    def __init__(self, families: Families) -> None:
        self.families = families
        self.named = lru_cache(KEPT)(self._named)
        """(action, taken back) that a name stands for: `unlike_post`, `pelqim`, `лайк`; None for others."""
        self._made: dict[str, Act] = {}
        self._last: tuple[Exchange | None, list[Act]] = (None, [])

    def of(self, exchange: Exchange) -> list[Act]:
        """Every action a request tells, the surest source first; at most one per action and target."""
        if self._last[0] is not exchange:
            acts = self._told(exchange)
            self._remember(exchange, acts)
            self._last = (exchange, acts)
        return self._last[1]

    def _remember(self, exchange: Exchange, acts: list[Act]) -> None:
        """Ids that the answer gives to what was done: deleting such an id takes it back."""
        if len(acts) == 1 and not acts[0].undone and len(self._made) < MOST_MADE:
            for leaf in exchange.received[:MOST_ANSWER]:
                text = str(leaf.value)
                if (
                    not isinstance(leaf.value, bool | float)
                    and len(text) > SHORTEST_ID
                    and _ID.fullmatch(text)
                ):
                    self._made.setdefault(text, acts[0])

    def _told(self, exchange: Exchange) -> list[Act]:
        found: dict[tuple[str, str], Act] = {}
        for act in (
            *self._writes(exchange),
            *self._events(exchange),
            *self._request(exchange),
            *self._deleted(exchange),
            *self._marked(exchange),
        ):
            found.setdefault((act.action, act.target), act)
        return _told_apart(list(found.values()))

    def first(self, exchange: Exchange) -> Act | None:
        """The action a request is about; None when it tells none."""
        return next(iter(self.of(exchange)), None)

    def _named(self, name: str) -> tuple[str, bool] | None:
        if len(name) > MOST_LENGTH or not _NAME.fullmatch(name) or len(words(name)) > MOST_WORDS:
            return None
        held = self.families.hinted(name)
        action = next((action for action in ACTIONS if action in held), "")
        undone = "undo" in held
        if (
            not action
            and undone
            and "like" in self.families.hinted(re.sub(r"(?i)^(?:un|dis|c|sh)", "", name))
        ):
            action = "like"
        return (action, undone) if action else None

    def _writes(self, exchange: Exchange) -> Iterator[Act]:
        """Documents and fields: `posts/p1/likes/u1` set or deleted, `liked: true`."""
        for write in exchange.source.writes:
            field = [write.field] if write.field and _is_state(write) else []
            path = [*write.path.split("/"), *field]
            named = [(at, self.named(part)) for at, part in enumerate(path)]
            at, told = next(((at, told) for at, told in reversed(named) if told), (0, None))
            if told and write.op != "increment":
                undone = told[1] or write.op in ("delete", "remove") or write.value is False
                yield Act(told[0], undone, "/".join(path[:at])[:200], write.place)

    def _events(self, exchange: Exchange) -> Iterator[Act]:
        for event in exchange.events:
            if told := self.named(event.name):
                yield Act(*told, _aim(event.values.items()), event.place)

    def _request(self, exchange: Exchange) -> Iterator[Act]:
        if exchange.method not in WRITING and not exchange.source.record.frames:
            return
        target = _target(exchange.sent) or _target_in(exchange.segments)
        acts = [*self._values(exchange, target), *self._path(exchange, target)]
        single = [act for act in acts if not in_list(act.place)]
        yield from (act for act in acts if in_list(act.place))
        yield from sorted(single, key=lambda act: ACTIONS.index(act.action))[:1]

    def _values(self, exchange: Exchange, target: str) -> Iterator[Act]:
        """`"action": "like"`, `likePost` of GraphQL; `"liked": false` of something: alone it is a setting."""
        for leaf in exchange.sent:
            if leaf.place.startswith(("header", "cookie", "path")):
                continue
            if isinstance(leaf.value, bool):
                told = self.named(leaf.key) if target else None
                if told and told[0] in ("like", "follow", "share"):
                    yield Act(told[0], told[1] == leaf.value, target, leaf.place)
            elif isinstance(leaf.value, str) and (told := self.worded(leaf)):
                yield Act(*told, target, leaf.place)

    def worded(self, leaf: Leaf) -> tuple[str, bool] | None:
        """A short value that is the name of an action, under a key that is not somebody's words or name."""
        value = str(leaf.value)
        if len(value) < 3 or not re.search(r"[^\W\d_]", value):
            return None
        held = self.families.hinted(leaf.key)
        if held & {"name", "institution", "person", "identity"} and not held & {"open", "action"}:
            return None
        return self.named(value)

    def _path(self, exchange: Exchange, target: str) -> Iterator[Act]:
        """`POST /posts/7/like`; DELETE takes it back. The last part that is no id and no mere verb counts.

        The address of a socket says nothing of each of its messages.
        """
        parts = () if exchange.source.record.frames else exchange.segments[-4:]
        for segment in islice((part for part in reversed(parts) if not _is_plain(part)), 1):
            if told := self.named(segment):
                undone = told[1] or exchange.method == "DELETE" or _is_off(exchange)
                yield Act(told[0], undone, target, f"path$.{segment}" if segment.isidentifier() else "path")

    def _deleted(self, exchange: Exchange) -> Iterator[Act]:
        """`DELETE /actions/6156840`, where 6156840 was given to a like."""
        if exchange.method == "DELETE":
            for segment in reversed(exchange.segments):
                if segment in self._made:
                    made = self._made[segment]
                    yield made._replace(undone=True, place="path")
                    return

    def _marked(self, exchange: Exchange) -> Iterator[Act]:
        """What the examiner did just before, by the marks of the recording."""
        told = self.named(exchange.source.mark) if exchange.source.mark else None
        if told and exchange.method in WRITING:
            yield Act(*told, "", "path")


def _is_state(write: Write) -> bool:
    """Whether a field can be an action (`liked: true`, `likes/u1` deleted), and no text somebody wrote."""
    return write.op in ("union", "remove", "delete", "server-time") or not isinstance(
        write.value, str | bytes
    )


def _is_plain(segment: str) -> bool:
    """Whether a part of a path is an id, a version, or a verb that says nothing of what is done."""
    ided = re.search(r"\d", segment) is not None and _ID.fullmatch(segment) is not None
    return ided or segment.lower().removesuffix(".json") in VERBS


def _is_off(exchange: Exchange) -> bool:
    """Whether the only truth value of the body is false: a switch that was turned off."""
    values = [leaf.value for leaf in exchange.sent if isinstance(leaf.value, bool)]
    return values == [False]


def _told_apart(acts: list[Act]) -> list[Act]:
    """Without those of no target where the same action has one, and without what goes along with others."""
    aimed = {act.action for act in acts if act.target}
    joined = any(act.action == "signup" for act in acts)  # whoever signs up names the inviter
    acts = [act for act in acts if not (joined and act.action == "invite")]
    strong = any(act.action not in ALONG for act in acts)
    kept = (act for act in acts if act.target or act.action not in aimed)
    return [act for act in kept if not strong or act.action not in ALONG]


def _target_in(segments: Sequence[str]) -> str:
    """The last part of a path that is an id, with what stands before it."""
    for at in range(len(segments) - 1, -1, -1):
        if re.search(r"\d", segments[at]) and _ID.fullmatch(segments[at]) and not _is_version(segments[at]):
            return segments[at]
    return ""


def _is_version(segment: str) -> bool:
    return re.fullmatch(r"v\d{1,3}(?:\.\d{1,3})?", segment) is not None


_TARGET_KEY = re.compile(
    r"(?i)(?:post|target|object|content|item|media|article|lajm|postim|status|entity|video|live|story|news|"
    r"publication|subject|node|ref|link|url|href)[_-]?(?:id|url|uri|link|key|ref|pk)?"
)


def _target(leaves: Sequence[Leaf]) -> str:
    """The id or address of what an action is done to."""
    return _aim((leaf.key, leaf.value) for leaf in leaves if not leaf.place.startswith("header"))


def _aim(pairs: Iterable[tuple[str, Scalar]]) -> str:
    for key, value in pairs:
        if isinstance(value, str | int) and not isinstance(value, bool) and _TARGET_KEY.fullmatch(key):
            text = str(value)
            if 0 < len(text) < LONGEST_TARGET:
                return text
    return ""
