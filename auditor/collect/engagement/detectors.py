"""All detectors. A new one is named here and nowhere else."""

from __future__ import annotations

from auditor.catalogue import STRUCTURES, Catalogue
from auditor.collect.engagement.accounts import Accounts
from auditor.collect.engagement.actions import Actions
from auditor.collect.engagement.addressbook import AddressBook
from auditor.collect.engagement.attendance import Attendance
from auditor.collect.engagement.automatic import Automatic
from auditor.collect.engagement.awards import Awards
from auditor.collect.engagement.belonging import Belonging
from auditor.collect.engagement.openings import Openings
from auditor.collect.engagement.people import People
from auditor.collect.engagement.proofs import Proofs
from auditor.collect.engagement.rankings import Rankings
from auditor.collect.engagement.reactions import Reactions
from auditor.collect.engagement.readings import Readings
from auditor.collect.engagement.recruiting import Recruiting
from auditor.collect.engagement.sign import Detector
from auditor.collect.engagement.tasks import Tasks
from auditor.collect.engagement.topics import Topics
from auditor.collect.engagement.unitreports import UnitReports
from auditor.collect.engagement.watching import Watching
from auditor.collect.networks import Networks
from auditor.collect.words import Families

NAMES = STRUCTURES
"""What was looked for, for the report: a recording in which nothing is told was still asked all of it."""


def all_of(rules: Catalogue) -> list[Detector]:
    """Every detector, fresh."""
    families = Families(rules)
    actions, people, networks = Actions(families), People(families), Networks(rules)
    readings = Readings()
    return [
        Awards(actions, people),
        Rankings(people),
        Belonging(people),
        UnitReports(people),
        AddressBook(families),
        Topics(people),
        Accounts(people),
        Reactions(actions, people, networks),
        Watching(families, readings),
        Attendance(actions, people),
        Openings(actions, readings),
        Tasks(actions, networks),
        Proofs(actions, networks),
        Automatic(actions, networks),
        Recruiting(people),
    ]
