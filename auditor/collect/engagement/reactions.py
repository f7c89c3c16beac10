"""Likes, likes taken back, comments and shares that are put on record at the app's own server.

Every social app keeps likes of its own posts: that alone is only possible. It counts when what is liked is a
post of a social network, when it earns points in the same recording, or when a list tells who liked what.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from auditor.collect.engagement.actions import Act, Actions
from auditor.collect.engagement.exchange import Exchange, Thing, number
from auditor.collect.engagement.identified import Identified
from auditor.collect.engagement.people import People
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE, Shown, Sign
from auditor.collect.networks import Asked, Networks
from auditor.collect.words import words
from auditor.decode import Leaf

REACTIONS = ("like", "comment", "share")
SCORING = ("award like", "award unlike", "award comment", "award share")
"""Points for what a person does with posts: games and lessons give them for other things."""
BESIDE = (*SCORING, "award follow", "task", "proof")
"""Structures beside which a reaction to the app's own posts counts: it earns points, or is a task."""
FEWEST = 3
"""Rows of a list that tells who liked what."""
MOST_TARGETS = 5_000
SHARE = 0.8
_IDS = frozenset({"id", "url", "uri", "link", "pk", "permalink"})
_SAID = {
    OBSERVED: "on a post of a social network, at the app's own server",
    INFERRED: "on a post of a social network, without a word on who did it",
    POSSIBLE: "on the app's own content",
}


@dataclass(slots=True)
class Group:
    """One kind of reaction, as surely as it is shown."""

    shown: Shown = field(default_factory=Shown)
    targets: set[int] = field(default_factory=set)


class Reactions:
    """Detector of reactions."""

    def __init__(self, actions: Actions, people: People, networks: Networks) -> None:
        self._actions, self._people, self._networks = actions, people, networks
        self._families = actions.families
        self._identified = Identified(actions.families)
        self._groups: dict[tuple[str, bool, str, str], Group] = {}
        self._liked: set[int] = set()
        self._undone = self._known = 0
        self._lists: dict[str, Shown] = {}

    def look(self, exchange: Exchange) -> None:
        """What the request tells the app's own side or a vendor; never what the network itself is told."""
        for rows in exchange.lists_received.values():
            self._list(exchange, rows)
        if self._networks.acted(Asked(exchange.method, exchange.host, exchange.path, exchange.sent)):
            return
        for act in self._actions.of(exchange):
            if act.action in REACTIONS and not _is_only_marked(act, exchange):
                self._note(exchange, act)

    def _note(self, exchange: Exchange, act: Act) -> None:
        self._compare(act)
        level = self._level(exchange, act)
        group = self._groups.setdefault((act.action, act.undone, level, exchange.who), Group())
        group.shown.add(exchange, act.place)
        if act.target and len(group.targets) < MOST_TARGETS:
            group.targets.add(hash(act.target))

    def _compare(self, act: Act) -> None:
        """Whether a like that is taken back was seen being given."""
        if act.action == "like" and act.target and len(self._liked) < MOST_TARGETS:
            if not act.undone:
                self._liked.add(hash(act.target))
            else:
                self._undone += 1
                self._known += hash(act.target) in self._liked

    def _level(self, exchange: Exchange, act: Act) -> str:
        """On what, and whether the request says by whom."""
        if not self._is_of_network(exchange, act):
            return POSSIBLE
        return OBSERVED if self._identified.how(exchange) else INFERRED

    def _is_of_network(self, exchange: Exchange, act: Act) -> bool:
        """An address of a post, a key such as `fb_post_id`, or the network's name beside the like."""
        if any(self._networks.posts(exchange.sent)) or self._networks.post(act.target):
            return True
        if any(self._is_post_key(leaf) for leaf in exchange.sent if not leaf.place.startswith("header")):
            return True
        return act.action != "share" and bool(act.target) and any(map(self._names_network, exchange.sent))

    def _is_post_key(self, leaf: Leaf) -> bool:
        """`fb_post_id`: a network and what the id is of; not `facebook_id`, `fb_page_id`, `vk_app_id`."""
        held = self._families.hinted(leaf.key)
        told = leaf.value not in (None, "", 0) and not isinstance(leaf.value, bool)
        return told and {"social", "post"} <= held and bool(_IDS & set(words(leaf.key)))

    def _names_network(self, leaf: Leaf) -> bool:
        """`"network": "facebook"`; with a share it may only say where to."""
        told = isinstance(leaf.value, str) and len(leaf.value) < 30 and "header" not in leaf.place
        named = told and "social" in self._families.of(str(leaf.value))
        return named and "social" in self._families.hinted(leaf.key)

    # lists of who did what ------------------------------------------------------------------------

    def _list(self, exchange: Exchange, rows: Sequence[Thing]) -> None:
        """Rows that hold a person, with a post of a network and an action, or a unit and several counts."""
        if len(rows) < FEWEST:
            return
        for action in REACTIONS:
            fits = sum(self._tells(row, action) for row in rows)
            if fits >= max(FEWEST, SHARE * len(rows)):
                self._lists.setdefault(action, Shown()).add(exchange)

    def _tells(self, row: Thing, action: str) -> bool:
        if self._people.name(row) is None:
            return False
        posts = any(self._networks.post(leaf.value) for leaf in row.values.values())
        named = (self._actions.named(str(leaf.value)) for leaf in row.values.values())
        if posts and any(told and told[0] == action for told in named):
            return True
        counts = self._counts(row)
        return action in counts and len(counts) > 1 and self._people.institution(row) is not None

    def _counts(self, row: Thing) -> set[str]:
        """Reactions of which the row holds a number."""
        keys = [path.rpartition(".")[2] for path, leaf in row.values.items() if number(leaf) is not None]
        held = set[str]().union(*(self._families.hinted(key) for key in keys))
        return held & set(REACTIONS)

    # conclusion -----------------------------------------------------------------------------------

    def signs(self) -> Iterator[Sign]:
        """One sign for each kind of reaction, level and receiver; and for the lists."""
        for (action, undone, level, _), group in self._groups.items():
            yield self._sign(action, level, group, undone=undone)
        for action, shown in self._lists.items():
            note = f"a list tells by person who did: {action}"
            yield shown.sign("reaction", INFERRED, note, traits={"action": action, "undone": "no"})

    def _sign(self, action: str, level: str, group: Group, *, undone: bool) -> Sign:
        taken = f"{action} taken back" if undone else action
        counter = ["a server of the social network instead of the app's own: no"]
        if undone and action == "like":
            counter.append(f"likes before on the same target: {self._known} of {self._undone}")
        return group.shown.sign(
            "reaction",
            level,
            f"{taken} {_SAID[level]}, {group.shown.total} times",
            traits={"action": action, "undone": "yes" if undone else "no"},
            figures={"times": group.shown.total, "targets": len(group.targets)},
            counter=counter,
            beside=BESIDE,
        )


def _is_only_marked(act: Act, exchange: Exchange) -> bool:
    """Whether nothing but the examiner's mark says so: any request of these seconds could be meant."""
    return bool(exchange.source.mark) and not act.target and act.place == "path"
