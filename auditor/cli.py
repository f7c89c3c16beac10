"""The commands. Each only reads arguments, calls the library and shows the result.

Heavy imports stand inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from auditor.catalogue import Catalogue
    from auditor.collect.app import Progress, Wish
    from auditor.collect.runtime import Given
    from auditor.model import Dossier
    from auditor.reportmodel import Report

CLEAR, ERROR, USAGE, NOTHING, UNDETERMINED, FOUND = 0, 1, 2, 3, 10, 11
"""Exit codes; nothing-to-look-at is never confused with nothing-found."""

app = typer.Typer(
    help="Audit mobile apps that score people's political or social engagement. Reports facts and possible "
    "contraventions, in English or Albanian. Nothing is sent anywhere.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
rules_app = typer.Typer(
    help="The rule files: what is known about data, vendors, law and checks.", no_args_is_help=True
)
app.add_typer(rules_app, name="rules")
record_app = typer.Typer(help="Record what an app does while it runs.", no_args_is_help=True)
app.add_typer(record_app, name="record")
persona_app = typer.Typer(
    help="The test person whose values are planted in an app and searched for in its traffic.",
    no_args_is_help=True,
)
app.add_typer(persona_app, name="persona")

Inputs = Annotated[
    list[Path],
    typer.Argument(
        help="A case folder, a case.yml, an APK, XAPK, APKS, APKM, AAB or folder of splits, or recordings of "
        "traffic."
    ),
]
Language = Annotated[str, typer.Option("--lang", help="Language of the report: en or sq.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Excerpts = Annotated[
    bool, typer.Option("--excerpts/--no-excerpts", help="Decompile the methods that refer to personal data.")
]
PersonaFile = Annotated[
    Path | None,
    typer.Option("--persona", help="The test person whose values to look for in recordings: a persona file."),
]
Phase = Annotated[
    list[str] | None,
    typer.Option(
        "--phase",
        help="A phase of the recording, such as before-consent:00:00-00:42 from its first record, or with "
        "times such as 2026-01-01T10:00:00Z. May be given several times.",
    ),
]
AddressesFile = Annotated[
    Path | None,
    typer.Option("--addresses", help="A database of addresses and countries on this machine (.mmdb)."),
]
Day = Annotated[str, typer.Option("--date", help="Day of the report, YYYY-MM-DD; default: today.")]


@app.command()
def audit(
    inputs: Inputs,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for dossier.json, report.json, report.html; default: out/ beside the case."
        ),
    ] = None,
    lang: Language = "en",
    day: Day = "",
    excerpts: Excerpts = True,
    persona: PersonaFile = None,
    phase: Phase = None,
    addresses: AddressesFile = None,
    quiet: Quiet = False,
) -> None:
    """Collect, judge and render in one go: the main job."""
    from auditor import dossier as files
    from auditor import report as reports
    from auditor.collect.app import Wish
    from auditor.collect.runtime import Given

    with plainly():
        _check_language(lang)
        rules, today = _rules(), _day(day)
        folder = out or _beside(inputs[0])
        given = Given(persona, tuple(phase or ()), addresses)
        gathered = _collect(inputs, rules, quiet, Wish(excerpts=excerpts), given)
        _tell_losses(gathered, quiet)
        folder.mkdir(parents=True, exist_ok=True)
        files.save(gathered, folder / "dossier.json")
        made = _judge(gathered, rules, today)
        files.save_report(made, folder / "report.json")
        (folder / "report.html").write_text(reports.render(made, lang), encoding="utf-8")
        if not quiet:
            _summarise(made, folder / "report.html")
        raise typer.Exit(_code(made))


@app.command()
def collect(
    inputs: Inputs,
    into: Annotated[Path, typer.Option("--into", help="The dossier to write.")] = Path("dossier.json"),
    depth: Annotated[
        str,
        typer.Option(
            "--depth",
            help="How deep to look: manifest (no code), classes (which SDKs), code (who calls what).",
        ),
    ] = "code",
    excerpts: Excerpts = True,
    persona: PersonaFile = None,
    phase: Phase = None,
    addresses: AddressesFile = None,
    quiet: Quiet = False,
) -> None:
    """Gather evidence and gaps from artifacts into a dossier."""
    from auditor import dossier as files
    from auditor.collect.app import DEPTHS, Wish
    from auditor.collect.runtime import Given

    with plainly():
        if depth not in DEPTHS:
            raise _Usage(f"{depth!r} is no depth; expected one of {', '.join(DEPTHS)}")
        given = Given(persona, tuple(phase or ()), addresses)
        gathered = _collect(inputs, _rules(), quiet, Wish(depth, excerpts), given)
        _tell_losses(gathered, quiet)
        into.parent.mkdir(parents=True, exist_ok=True)
        files.save(gathered, into)
        if not quiet:
            typer.echo(f"{len(gathered.evidence)} lines of evidence, {len(gathered.gaps)} gaps: {into}")


@app.command("judge")
def judge_(
    dossier: Annotated[Path, typer.Argument(help="A dossier.json.")],
    into: Annotated[Path, typer.Option("--into", help="The report to write.")] = Path("report.json"),
    day: Day = "",
    quiet: Quiet = False,
) -> None:
    """Hold a dossier against checks and law."""
    from auditor import dossier as files

    with plainly():
        made = _judge(files.load(dossier), _rules(), _day(day))
        into.parent.mkdir(parents=True, exist_ok=True)
        files.save_report(made, into)
        if not quiet:
            _summarise(made, into)
        raise typer.Exit(_code(made))


@app.command()
def render(
    report: Annotated[Path, typer.Argument(help="A report.json.")],
    into: Annotated[
        Path | None, typer.Option("--into", help="The page to write; default: beside the report.")
    ] = None,
    lang: Language = "en",
) -> None:
    """Write a report as one HTML page that loads nothing."""
    from auditor import dossier as files
    from auditor import report as reports

    with plainly():
        _check_language(lang)
        try:
            page = reports.render(files.load_report(report), lang)
        except reports.StrangeReport as error:
            raise files.FileError(f"{report.name}: {error}") from error
        (into or report.with_suffix(".html")).write_text(page, encoding="utf-8")


@app.command("show")
def show_(
    file: Annotated[Path, typer.Argument(help="A dossier.json; with --where also a recording.")],
    where: Annotated[
        str,
        typer.Option(
            "--where",
            help="Only this place, such as flow:3/body:json$.mail; of a recording what stands there.",
        ),
    ] = "",
    fact: Annotated[
        str,
        typer.Option("--fact", help="Only facts that begin so, such as practice or practice:leaderboard."),
    ] = "",
) -> None:
    """Print evidence, gaps and writes to databases, a line each, or what stands at a place of a recording."""
    from auditor import dossier as files
    from auditor.collect.archive import printable

    with plainly():
        located = where and not files.is_dossier(file)
        for line in _located(file, where) if located else _lines(files.load(file), where, fact):
            typer.echo(printable(line, len(line)))  # a dossier may come from anybody


@app.command()
def schema(name: Annotated[str, typer.Argument(help="dossier or report.")] = "report") -> None:
    """Print the JSON Schema of dossier.json or report.json."""
    import json

    from auditor import dossier as files

    with plainly():
        if name not in ("dossier", "report"):
            raise _Usage(f"{name!r} has no schema; expected dossier or report")
        typer.echo(json.dumps(files.schema(name), indent=2))


@rules_app.command()
def lint() -> None:
    """Check every rule file; all mistakes at once, with file and line."""
    from auditor.lint import lint as mistakes_in
    from auditor.lint import unreviewed

    with plainly():
        rules = _rules()
        mistakes = mistakes_in(rules)
        for mistake in mistakes:
            typer.echo(str(mistake))
        if languages := unreviewed(rules):
            typer.echo(f"words not yet checked by somebody who speaks {', '.join(languages)}")
        typer.echo(f"{_size(rules)} rule files, {len(mistakes)} mistakes")
        raise typer.Exit(ERROR if mistakes else CLEAR)


@rules_app.command()
def test(
    only: Annotated[
        str, typer.Argument(help="Only rules whose name contains this, such as vendors/ or sms.")
    ] = "",
) -> None:
    """Run the tests inside the rule files."""
    from auditor.trial import trials

    with plainly():
        ran = [trial for trial in trials(_rules()) if only in trial.rule]
        failed = [trial for trial in ran if not trial.passed]
        for trial in failed:
            typer.echo(f"{trial.rule}: {trial.name}\n  expected {trial.expected}\n  got      {trial.got}")
        typer.echo(f"{len(ran) - len(failed)} passed, {len(failed)} failed")
        raise typer.Exit(ERROR if failed else CLEAR)


@rules_app.command("list")
def list_() -> None:
    """List every rule by folder."""
    with plainly():
        rules = _rules()
        for name, title in _titles(rules):
            typer.echo(f"{name:<44} {title}")


@rules_app.command()
def explain(
    rule: Annotated[
        str, typer.Argument(help="An id such as message-access, or a catalogue number such as PERM-03.")
    ],
    lang: Language = "en",
) -> None:
    """Print one rule whole: reasoning, provisions in every law, tests."""
    from auditor import explain as explaining

    with plainly():
        _check_language(lang)
        text = explaining.explain(rule, _rules(), lang)
        if not text:
            raise _Usage(f"no rule is called {rule!r}; `rules list` shows all")
        typer.echo(text)


@persona_app.command("new")
def new_persona(
    country: Annotated[str, typer.Option("--country", help="Country the person lives in: al.")] = "al",
    seed: Annotated[
        int | None, typer.Option("--seed", help="The same person again for the same number.", min=0)
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="The file to write.")] = Path("persona.yml"),
) -> None:
    """Make a test person with contacts, a position, device numbers, and decoys that no app is given."""
    import secrets

    from auditor.collect.persona import new

    with plainly():
        if country not in new.COUNTRIES:
            raise _Usage(f"{country!r} is no country here; expected {', '.join(new.COUNTRIES)}")
        if out.exists():
            raise _Usage(f"{out.name} is there already; a persona that was planted is not overwritten")
        number = secrets.randbelow(10**9) if seed is None else seed
        out.write_text(new.write(new.make(number)), encoding="utf-8")
        typer.echo(f"{out}: a test person, seed {number}")
        for note in new.NOTES:
            typer.echo(f"- {note}")


@record_app.command()
def traffic(
    into: Annotated[Path, typer.Option("--into", help="The case folder to record into.")],
    package: Annotated[
        str, typer.Option("--app", help="Package name; in a tunnel, only it and Google Play services.")
    ] = "",
    persona: Annotated[
        Path | None, typer.Option("--persona", help="The persona in use; only its name is noted.")
    ] = None,
    mode: Annotated[str, typer.Option("--mode", help="regular, wireguard or upstream:URL.")] = "regular",
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0: any.")
    ] = None,
    listen: Annotated[str, typer.Option("--listen", help="Address to listen on; default: all.")] = "",
    host: Annotated[
        list[str] | None, typer.Option("--host", help="Record only hosts in which this is found; repeatable.")
    ] = None,
    bodies: Annotated[bool, typer.Option("--bodies/--no-bodies", help="Record bodies.")] = True,
    authority: Annotated[
        Path, typer.Option("--authority", help="Folder of the certificate authority mitmproxy makes.")
    ] = Path("~/.mitmproxy"),
    quiet: Quiet = False,
) -> None:
    """Record an app's traffic with mitmproxy until Ctrl-C."""
    from auditor.record import session

    with plainly():
        plan = session.Plan(into, package, persona, mode, port, listen, tuple(host or ()), bodies, authority)
        with session.Session(plan) as running:
            if not quiet:
                typer.echo(session.instructions(plan, running.state()["listening"]))
            with _progress(quiet) as say:
                while running.alive():
                    say(session.summary(running.state()))
        typer.echo(f"{session.summary(running.state())}: {running.files.journal}")


@record_app.command()
def mark(
    case: Annotated[Path, typer.Argument(help="The case folder that is recorded into.")],
    phase: Annotated[str, typer.Argument(help="What begins now, such as 'before consent'.")],
) -> None:
    """Mark that a phase begins now, in marks.jsonl of the case; a running recording takes it over."""
    from auditor.record import marks

    with plainly():
        try:
            marks.note(case, phase)
        except marks.StrangePhase as error:
            raise _Usage(str(error)) from error
        typer.echo(f"{marks.phase(phase)}: {case / marks.SIDECAR}")


def main() -> None:
    """Entry point of the `auditor` command."""
    gc.set_threshold(500_000)  # a run builds much and drops little: collecting at 2,000 objects costs 15 %
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # numpy multiplies no matrix here, its threads only wait
    try:
        app()
    except SystemExit as done:
        _leave(done.code if isinstance(done.code, int) else int(done.code is not None))


# Helpers ----------------------------------------------------------------------


def _leave(code: int) -> None:
    """End the process; the system takes its memory back at once, Python object by object in 0.2 s."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


class _Usage(ValueError):
    """The command was called wrongly."""


@contextmanager
def plainly() -> Iterator[None]:
    """Turn every foreseen error into one sentence on stderr and the exit code the design names."""
    from auditor.collect import NothingToLookAt, Unreadable, Unusable
    from auditor.collect.case import CaseError
    from auditor.collect.runtime import Misused
    from auditor.dossier import FileError
    from auditor.forms import RuleError
    from auditor.record.session import SessionError

    try:
        yield
    except (_Usage, Misused) as error:
        _fail(str(error), USAGE)
    except NothingToLookAt as error:
        _fail(str(error), NOTHING)
    except (Unreadable, Unusable, CaseError, FileError, SessionError) as error:
        _fail(str(error), ERROR)
    except RuleError as error:
        _fail(f"{error}\n{len(error.mistakes)} mistakes in rule files", ERROR)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        _fail(f"{Path(error.filename or '').name}: {error.strerror}", ERROR)


def _fail(sentence: str, code: int) -> None:
    from auditor.collect.archive import printable

    for line in sentence.splitlines():
        typer.echo(f"auditor: {printable(line, 2000)}", err=True)
    raise typer.Exit(code)


def _rules() -> Catalogue:
    from auditor.catalogue import load

    return load()


def _collect(inputs: list[Path], rules: Catalogue, quiet: bool, wish: Wish, given: Given) -> Dossier:
    from dataclasses import replace

    from auditor import __version__
    from auditor.collect import collect as gather

    with _progress(quiet) as say:
        gathered = gather(inputs, rules, say, wish, given)
    return replace(gathered, tool={"auditor": __version__, **gathered.tool})


@contextmanager
def _progress(quiet: bool) -> Iterator[Progress]:
    """A line that follows the work, only on a terminal."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:
        yield status.update


def _lines(dossier: Dossier, where: str, fact: str) -> Iterator[str]:
    """Evidence at a place and of facts that begin so; gaps and writes only where neither is asked."""
    from auditor.notation import show, show_fact
    from auditor.report import written

    for item in dossier.evidence:
        if item.where.startswith(where) and show_fact(item.fact).startswith(fact):
            yield show(item)
    if not where and not fact:
        yield from map(show, dossier.gaps)
        yield from (line for item in dossier.artifacts for line in written.lines(item))


def _located(path: Path, where: str) -> Iterator[str]:
    from auditor.collect import Unreadable
    from auditor.collect.recordings.record import RecordingError
    from auditor.collect.traffic import located

    try:
        found = located.locate(path, where, _rules())
    except RecordingError as error:
        raise Unreadable(f"{path.name}: {error}") from error
    return located.lines(found)


def _judge(dossier: Dossier, rules: Catalogue, today: str) -> Report:
    from auditor import report as reports
    from auditor.judge import judge

    return reports.compose(dossier, judge(dossier, rules, today), rules, today)


def _summarise(report: Report, written: Path) -> None:
    counts = report.counts
    typer.echo(
        f"{counts['found']} found, {counts['undetermined']} undetermined, {counts['clear']} clear "
        f"({len(report.evidence)} lines of evidence, {len(report.gaps)} gaps): {written}"
    )


def _tell_losses(gathered: Dossier, quiet: bool) -> None:
    """One sentence for each recording that could not be read whole; the rest stands among the gaps."""
    for artifact in gathered.artifacts if not quiet else ():
        lost = list(artifact.about.get("lost", ()))
        if lost:
            more = f" (and {len(lost) - 1} more, see its gaps)" if len(lost) > 1 else ""
            typer.echo(f"auditor: {artifact.name}: read in part: {lost[0]}{more}", err=True)


def _code(report: Report) -> int:
    if report.counts["found"]:
        return FOUND
    return UNDETERMINED if report.counts["undetermined"] else CLEAR


def _beside(path: Path) -> Path:
    return (path if (path / "case.yml").is_file() else path.parent) / "out"


def _day(given: str) -> str:
    try:
        return (
            date.fromisoformat(given).isoformat() if given else datetime.now().astimezone().date().isoformat()
        )
    except ValueError as error:
        raise _Usage(f"{given!r} is no date; expected YYYY-MM-DD") from error


def _check_language(lang: str) -> None:
    from auditor.forms import LANGUAGES

    if lang not in LANGUAGES:
        raise _Usage(f"{lang!r} is no report language; expected one of {', '.join(LANGUAGES)}")


def _size(rules: Catalogue) -> int:
    return len(rules.raw)


def _titles(rules: Catalogue) -> Iterator[tuple[str, str]]:
    for name in rules.raw:
        folder, _, key = name.partition("/")
        item = getattr(rules, folder)[key]
        shown = item.title["en"] if folder == "checks" else getattr(item, "name", "")
        number = f"{item.number} " if folder == "checks" else ""
        yield name, number + (shown if isinstance(shown, str) else shown["en"])
