"""Proof that a person did what was asked for.

A picture or the address of an own post that goes to a task, and reads of what the person did in a network.
Receipts, identity cards and homework are uploaded too: without tasks or points that is only possible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.collect.engagement.actions import WRITING, Actions
from auditor.collect.engagement.exchange import Exchange
from auditor.collect.engagement.reactions import SCORING
from auditor.collect.engagement.sign import INFERRED, POSSIBLE, Shown, Sign
from auditor.collect.networks import Asked, Networks
from auditor.decode import Leaf

SHARED = ("like", "share", "comment")
WITHIN = 600.0
"""Seconds after a share or like in which an upload may prove it."""
MOST_NAMED = 10_000
BESIDE = (*SCORING, "task", "award proof", "award task")
"""Structures beside which an upload proves something that was asked for."""
_NUMBER = re.compile(r"\d{1,24}")
_DATA = re.compile(r"data:image/|/9j/|iVBORw0KGgo|R0lGOD|UklGR")
"""Beginnings of pictures in base64: a data address, JPEG, PNG, GIF, WebP."""


class Proofs:
    """Detector of proofs."""

    def __init__(self, actions: Actions, networks: Networks) -> None:
        self._actions, self._networks, self._families = actions, networks, actions.families
        self._uploads: dict[str, Shown] = {}
        self._posts: dict[str, Shown] = {}
        self._reads = Shown()
        self._last = float("-inf")
        self._named: set[int] = set()

    def look(self, exchange: Exchange) -> None:
        """Uploads, addresses of posts, and reads; a post that the app was told of is not the person's own."""
        for leaf, _ in self._networks.posts(exchange.received):
            if len(self._named) < MOST_NAMED:
                self._named.add(hash(leaf.value))
        asked = Asked(exchange.method, exchange.host, exchange.path, exchange.sent)
        if self._networks.reads(asked):
            self._reads.who = exchange.host  # the network is asked as a place, not as somebody's product
            self._reads.add(exchange)
        elif exchange.method in WRITING and not self._networks.of_host(exchange.host):
            self._written(exchange)

    def _written(self, exchange: Exchange) -> None:
        words = self._families.hinted(" ".join(self._names(exchange))[:1_000])
        told = bool({"proof", "screenshot"} & words) and "task" in words
        acts = self._acts(exchange)
        self._picture(exchange, words, told=told)
        self._post(exchange, words, told=told, acts=acts)
        if acts:
            self._last = exchange.at

    def _picture(self, exchange: Exchange, words: frozenset[str], *, told: bool) -> None:
        """A picture for a task, or soon after a share."""
        picture = next((leaf for leaf in exchange.sent if _is_picture(leaf)), None)
        recent = 0 <= exchange.at - self._last <= WITHIN
        if picture and (told or recent or "task" in words):
            named = {"proof", "screenshot"} & self._families.of(exchange.path)
            level = INFERRED if named and "task" in words and recent else POSSIBLE
            self._uploads.setdefault(level, Shown()).add(exchange, picture.place)

    def _post(self, exchange: Exchange, words: frozenset[str], *, told: bool, acts: bool) -> None:
        """The address of a post for a task; or with a share, of a post that is the person's own."""
        post = next((leaf for leaf, _ in self._networks.posts(exchange.sent)), None)
        if post is None:
            return
        own = acts and hash(post.value) not in self._named and self._says_what(exchange)
        if told or own or ("task" in words and not acts):
            self._posts.setdefault(INFERRED if told else POSSIBLE, Shown()).add(exchange, post.place)

    def _says_what(self, exchange: Exchange) -> bool:
        """Whether an id stands beside the address that is no person's: of what was shared."""
        told = (leaf for leaf in exchange.sent if leaf.place.startswith(("body", "frame")))
        ided = (leaf for leaf in told if _NUMBER.fullmatch(str(leaf.value)))
        return any("person" not in self._families.hinted(leaf.key) for leaf in ided)

    def _names(self, exchange: Exchange) -> Iterator[str]:
        yield from exchange.segments
        for leaf in exchange.sent:
            if leaf.place.startswith(("body", "frame", "query")):
                yield leaf.key
                if isinstance(leaf.value, str) and len(leaf.value) < 30:
                    yield leaf.value

    def _acts(self, exchange: Exchange) -> bool:
        return any(act.action in SHARED for act in self._actions.of(exchange))

    def signs(self) -> Iterator[Sign]:
        """Pictures, addresses and reads."""
        counter = ("a receipt, an identity card or homework: looked for a task to share or like beside it",)
        for level, shown in self._uploads.items():
            note = f"a picture goes to a task or follows a share, {shown.total} times"
            yield shown.sign("proof", level, note, counter=counter, beside=BESIDE)
        for level, shown in self._posts.items():
            note = f"the address of a post is reported, {shown.total} times"
            yield shown.sign("proof", level, note, counter=counter, beside=BESIDE)
        if self._reads.total:
            note = f"what persons did in a social network is read, {self._reads.total} times"
            yield self._reads.sign("proof", POSSIBLE, note, beside=BESIDE)


def _is_picture(leaf: Leaf) -> bool:
    if not isinstance(leaf.value, str):
        return False
    stated = leaf.key in ("media", "type") and leaf.value.startswith("image/") and "multipart" in leaf.place
    return stated or (len(leaf.value) > 64 and _DATA.match(leaf.value) is not None)
