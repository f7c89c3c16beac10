"""Build the sample apps from their sources, byte for byte the same each time.

    python samples/build.py                      # fetches the tools with pip and npm, about 115 MB
    python samples/build.py --wheel mobsf-4.5.3-py3-none-any.whl --hermes hermes-compiler-0.14.1.tgz
    python samples/build.py --only rrjeti        # one sample; may be given more than once
    python samples/build.py --check              # builds elsewhere and compares

A sample is a folder with `source/AndroidManifest.xml`. Beside it in `source/`:

    java/  res/       the app's own code and resources
    libraries.txt     which folders of `sdk-stubs/` are packed into the app
    abis.txt          optional: processor types; then a bundle, splits and an XAPK are built too
    assets/           optional: packed as they are
    native/*.so.txt   optional: libraries for arm64, described for `elf.py`
    js/index.js       optional: JavaScript, bundled by `jsbundle.py`; as bytecode in app.apk, as it is in
                      app-plain.apk

Needed: Python 3.12, a JDK 17 or newer, npm for JavaScript, Linux or macOS. Every other tool comes out of one
wheel. Zip members are stored, sorted and undated, so that no clock and no zlib shows in the files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import elf
import jsbundle

HERE = Path(__file__).resolve().parent
WHEEL = "mobsf==4.5.3"
TOOLS = "mobsf/StaticAnalyzer/tools/"
HERMES = "hermes-compiler@0.14.1"
HERMES_SHA256 = "47e3aedfe7c87a1682164e4066b5e7bf0eea0884168baaf35d6eb05ae75b0cca"
HERMESC = {"linux": "package/hermesc/linux64-bin/hermesc", "darwin": "package/hermesc/osx-bin/hermesc"}
BUNDLE = "assets/index.android.bundle"
AAPT2 = {"linux": "prebuilt/linux/aapt2", "darwin": "prebuilt/macosx/aapt2"}
PASSWORD = "throwaway"  # noqa: S105  a throw-away key; the password is meant to be read
"""Of `throwaway.p12`, which protects nothing: it only makes the files installable."""
SIGNING = (
    f"--ks-type PKCS12 --ks-pass pass:{PASSWORD} --min-sdk-version 24 "
    "--v1-signing-enabled false --v4-signing-enabled false"
)
ANDROID = "{http://schemas.android.com/apk/res/android}"


class BuildError(Exception):
    """Nothing could be built; the message is one sentence for the person at the keyboard."""


@dataclass(frozen=True)
class Given:
    """What need not be fetched."""

    wheel: Path | None
    hermes: Path | None


@dataclass(frozen=True)
class Tools:
    """Where the programs lie that were taken out of the wheel."""

    bundletool: Path
    """Also holds D8, the compiler from class files to DEX."""
    apksigner: Path
    aapt2: Path
    framework: Path
    """Android's own resources, API 36."""
    work: Path
    hermes: Path | None
    """The npm package with the compiler for JavaScript, when it was given."""

    @cached_property
    def hermesc(self) -> Path:
        """The compiler for JavaScript, fetched when the first sample wants it."""
        return unpack_hermes(self.hermes or download_hermes(self.work), self.work)


@dataclass(frozen=True)
class Sample:
    """One app: where its sources are, and a folder for everything half done."""

    source: Path
    work: Path

    def lines(self, name: str) -> list[str]:
        """The lines of a list file in the sources; none if there is no such file."""
        path = self.source / name
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def libraries(self) -> list[Path]:
        """The stand-in libraries packed into this app."""
        return [HERE / "sdk-stubs" / name for name in self.lines("libraries.txt")]


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 when all is well, 1 with a sentence when not."""
    parser = argparse.ArgumentParser(description="Build the sample apps from their sources.")
    parser.add_argument("--wheel", type=Path, help=f"the wheel of {WHEEL}, if you have it already")
    parser.add_argument("--hermes", type=Path, help=f"the npm package of {HERMES}, if you have it already")
    parser.add_argument("--only", action="append", metavar="SAMPLE", help="build this sample alone")
    parser.add_argument(
        "--check", action="store_true", help="build elsewhere and compare with the files in place"
    )
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as work:
            given = Given(options.wheel, options.hermes)
            return build_all(given, options.only, options.check, Path(work))
    except BuildError as problem:
        print(problem, file=sys.stderr)
        return 1


def build_all(given: Given, only: list[str] | None, check: bool, work: Path) -> int:
    """Build every sample, or `only` some; put the files in place, or compare them with what is there."""
    sources = {path.parts[-3]: path for path in sorted(HERE.glob("*/source/AndroidManifest.xml"))}
    if unknown := set(only or ()) - set(sources):
        raise BuildError(f"{', '.join(sorted(unknown))}: no such sample; expected {', '.join(sources)}.")
    tools = unpack(given.wheel or download(work), given.hermes, work)
    answer = 0
    for name, source in sources.items():
        if only and name not in only:
            continue
        sample = Sample(source.parent, work / name)
        out = sample.work / "out"
        out.mkdir(parents=True)
        build(tools, sample, out)
        finish = compare if check else install
        answer |= finish(out, source.parent.parent)
    return answer


def build(tools: Tools, sample: Sample, out: Path) -> None:
    """Build one sample into `out`: the APK, and what is asked for beside it."""
    linked = link(tools, sample)
    code = {"classes.dex": compile_java(tools, sample)}
    native = {f"lib/{abi}/libmodel.so": elf.header(abi) for abi in sample.lines("abis.txt")}
    parts = {**members(linked), **code, **native, **described(sample), **assets(sample)}
    bundles = compile_javascript(tools, sample)
    for name, bundle in bundles.items() or [("app.apk", {})]:
        sign(tools, parts | bundle, out / name)
    if native:
        bundle = build_bundle(tools, sample, code | native)
        write_zip(out / "app.aab", members(bundle))
        build_splits(tools, sample, bundle, out / "splits")
        write_xapk(sample, out / "splits", out / f"{sample.source.parent.name}.xapk")


# Tools


def download(work: Path) -> Path:
    """Fetch the wheel with pip."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    run(*pip, "--dest", str(work / "wheel"), WHEEL)
    return next((work / "wheel").glob("*.whl"))


def download_hermes(work: Path) -> Path:
    """Fetch the compiler for JavaScript with npm."""
    if not shutil.which("npm"):
        raise BuildError(f"npm is missing, which fetches {HERMES}; install it, or use --hermes.")
    run("npm", "pack", "--prefer-offline", "--pack-destination", work, HERMES)
    return next(work.glob("hermes-compiler-*.tgz"))


def unpack_hermes(package: Path, work: Path) -> Path:
    """Take the compiler for this machine out of the npm package."""
    if digest(package) != HERMES_SHA256:
        raise BuildError(f"{package.name} is not the package of {HERMES}.")
    with tarfile.open(package) as opened:
        opened.extract(HERMESC[sys.platform], work, filter="data")
    return work / HERMESC[sys.platform]


def unpack(wheel: Path, hermes: Path | None, work: Path) -> Tools:
    """Take the tools out of the wheel. Raises BuildError when one is missing."""
    for program in ("java", "javac"):
        if not shutil.which(program):
            hint = "install a JDK 17 (Debian: openjdk-17-jdk-headless)"
            raise BuildError(f"{program} is missing; {hint}.")
    if sys.platform not in AAPT2:
        raise BuildError(f"{WHEEL} has no aapt2 for {sys.platform}; build on Linux or macOS.")
    apktool = extract(wheel, TOOLS + "apktool_3.0.3.jar", work)
    aapt2 = extract(apktool, AAPT2[sys.platform], work)
    aapt2.chmod(0o755)
    return Tools(
        bundletool=extract(wheel, TOOLS + "bundletool-all-1.17.2.jar", work),
        apksigner=extract(wheel, TOOLS + "apksigner.jar", work),
        aapt2=aapt2,
        framework=extract(apktool, "prebuilt/android-framework.jar", work),
        work=work,
        hermes=hermes,
    )


def extract(archive: Path, member: str, into: Path) -> Path:
    """Take one file out of a zip archive."""
    try:
        with zipfile.ZipFile(archive) as opened:
            target = into / Path(member).name
            target.write_bytes(opened.read(member))
    except (OSError, KeyError, zipfile.BadZipFile) as problem:
        raise BuildError(f"{archive.name} is not the wheel of {WHEEL}: {problem}.") from problem
    return target


def run(*command: str | Path, beside: Path | None = None) -> None:
    """Run a program quietly, in the folder `beside`; raises BuildError with its last words."""
    asked = [str(part) for part in command]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=beside)
    if done.returncode:
        words = (done.stderr or done.stdout).strip()[-2000:]
        raise BuildError(f"{Path(command[0]).name} failed: {words}")


# Resources and code


def link(tools: Tools, sample: Sample, *, proto: bool = False) -> Path:
    """Link manifest and resources; `proto` gives the form bundles want, without our paths in it."""
    target = sample.work / ("proto.zip" if proto else "binary.zip")
    binary = ["--java", str(sample.work / "r")]
    options = ["--proto-format", "--exclude-sources"] if proto else binary
    options += ["-I", str(tools.framework), "-o", str(target)]
    manifest = sample.source / "AndroidManifest.xml"
    run(tools.aapt2, "link", *options, "--manifest", manifest, *compile_resources(tools, sample))
    return target


def compile_resources(tools: Tools, sample: Sample) -> list[Path]:
    """Compile the resources of the libraries and of the app, one archive for each."""
    folders = [folder / "res" for folder in (*sample.libraries(), sample.source)]
    compiled = []
    for folder in filter(Path.exists, folders):
        archive = sample.work / f"{folder.parent.name}-res.zip"
        run(tools.aapt2, "compile", "--dir", folder, "-o", archive)
        compiled.append(archive)
    return compiled


def compile_java(tools: Tools, sample: Sample) -> bytes:
    """Turn app, libraries and generated R class into one DEX file; the stubs stay outside."""
    stubs, classes, dex = (sample.work / name for name in ("stubs", "classes", "dex"))
    javac(java_files(HERE / "stubs"), stubs)
    folders = [sample.source / "java", sample.work / "r", *sample.libraries()]
    javac(java_files(*folders), classes, "-classpath", stubs)
    dex.mkdir()
    d8 = ["java", "-cp", str(tools.bundletool), "com.android.tools.r8.D8", "--release"]
    options = ["--min-api", "24", "--classpath", str(stubs), "--output", str(dex)]
    run(*d8, *options, *sorted(classes.rglob("*.class")))
    return (dex / "classes.dex").read_bytes()


def javac(sources: Iterable[Path], target: Path, *options: str | Path) -> None:
    """Compile Java sources to class files, the same under every JDK."""
    run(
        "javac",
        "-nowarn",
        "-g:none",
        "--release",
        "8",
        "-encoding",
        "UTF-8",
        "-d",
        target,
        *options,
        *sources,
    )


def java_files(*folders: Path) -> list[Path]:
    """Every Java file below the folders, in a fixed order."""
    return [path for folder in folders for path in sorted(folder.rglob("*.java"))]


def described(sample: Sample) -> dict[str, bytes]:
    """Libraries made from their descriptions."""
    texts = sorted((sample.source / "native").glob("*.so.txt"))
    return {
        f"lib/arm64-v8a/{path.stem}": elf.library(path.stem, path.read_text(encoding="utf-8"))
        for path in texts
    }


def assets(sample: Sample) -> dict[str, bytes]:
    """Files that are packed as they are."""
    folder = sample.source / "assets"
    return {path.relative_to(sample.source).as_posix(): path.read_bytes() for path in files(folder)}


def compile_javascript(tools: Tools, sample: Sample) -> dict[str, dict[str, bytes]]:
    """The same bundle for two apps: as bytecode, and as it is."""
    if not (sample.source / "js").exists():
        return {}
    plain, compiled = sample.work / "index.android.bundle", sample.work / "bytecode"
    plain.write_text(jsbundle.bundle(sample.source / "js"), encoding="utf-8")
    # the compiler writes down the name of what it reads, so it is started beside it
    run(tools.hermesc, "-w", "-emit-binary", "-O", "-out", compiled, plain.name, beside=sample.work)
    return {"app.apk": {BUNDLE: compiled.read_bytes()}, "app-plain.apk": {BUNDLE: plain.read_bytes()}}


# Packages


def build_bundle(tools: Tools, sample: Sample, payload: dict[str, bytes]) -> Path:
    """An Android App Bundle with one module; `payload` is the DEX file and the libraries."""
    work, parts = sample.work, members(link(tools, sample, proto=True))
    parts["manifest/AndroidManifest.xml"] = parts.pop("AndroidManifest.xml")
    parts |= {f"dex/{name}" if name.endswith(".dex") else name: payload[name] for name in payload}
    write_zip(work / "base.zip", parts)
    one_variant = {"optimizations": {"uncompressDexFiles": {"enabled": False}}}
    (work / "config.json").write_text(json.dumps(one_variant))
    options = [f"--modules={work}/base.zip", f"--config={work}/config.json"]
    bundletool = ["java", "-jar", str(tools.bundletool)]
    run(*bundletool, "build-bundle", *options, f"--output={work}/made.aab")
    return work / "made.aab"


def build_splits(tools: Tools, sample: Sample, bundle: Path, out: Path) -> None:
    """The APKs a store makes of the bundle, under the names a phone gives them."""
    made, split = sample.work / "made.apks", sample.work / "split.apk"
    options = [f"--bundle={bundle}", f"--output={made}", f"--aapt2={tools.aapt2}"]
    run("java", "-jar", tools.bundletool, "build-apks", *options)
    out.mkdir()
    for name, data in members(made).items():
        if name.startswith("splits/"):
            split.write_bytes(data)
            part = Path(name).stem.removeprefix("base-")
            target = "base.apk" if part == "master" else f"split_config.{part}.apk"
            sign(tools, members(split), out / target)


def write_xapk(sample: Sample, splits: Path, target: Path) -> None:
    """The splits in one archive, with the list file that mirror sites add."""
    package = describe(sample)["package_name"]
    names = {path: path.stem.removeprefix("split_") for path in sorted(splits.iterdir())}
    files = {f"{package if name == 'base' else name}.apk": path for path, name in names.items()}
    listing = describe(sample) | {
        "split_configs": [name for name in names.values() if name != "base"],
        "split_apks": [{"file": file, "id": names[path]} for file, path in files.items()],
        "total_size": sum(path.stat().st_size for path in names),
    }
    parts = {file: path.read_bytes() for file, path in files.items()}
    write_zip(target, parts | {"manifest.json": json.dumps(listing, indent=2).encode()})


def describe(sample: Sample) -> dict[str, object]:
    """What an XAPK says about the app, read from its manifest."""
    root = ET.parse(sample.source / "AndroidManifest.xml").getroot()  # noqa: S314  our own sources
    sdk = next(root.iter("uses-sdk"))
    return {
        "xapk_version": 2,
        "package_name": root.get("package"),
        "version_code": root.get(ANDROID + "versionCode"),
        "version_name": root.get(ANDROID + "versionName"),
        "min_sdk_version": sdk.get(ANDROID + "minSdkVersion"),
        "target_sdk_version": sdk.get(ANDROID + "targetSdkVersion"),
        "permissions": [node.get(ANDROID + "name") for node in root.iter("uses-permission")],
    }


def sign(tools: Tools, parts: Mapping[str, bytes], target: Path) -> None:
    """Pack, align and sign (schemes v2 and v3); apksigner aligns what is stored."""
    unsigned = target.with_suffix(".unsigned")
    write_zip(unsigned, parts)
    apksigner = ["java", "-jar", str(tools.apksigner), "sign", "--ks", str(HERE / "throwaway.p12")]
    run(*apksigner, *SIGNING.split(), "--out", target, unsigned)
    unsigned.unlink()


def members(archive: Path) -> dict[str, bytes]:
    """The files inside a zip archive, without folders."""
    with zipfile.ZipFile(archive) as opened:
        return {info.filename: opened.read(info) for info in opened.infolist() if not info.is_dir()}


def write_zip(target: Path, parts: Mapping[str, bytes]) -> None:
    """A zip archive that depends on its members alone."""
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name, (1981, 1, 1, 1, 1, 2))
            info.create_system = 0
            archive.writestr(info, parts[name])


# Putting in place, or comparing


def install(built: Path, place: Path) -> int:
    """Copy the built files beside their sources and list them."""
    shutil.rmtree(place / "splits", ignore_errors=True)
    for path in files(built):
        target = place / path.relative_to(built)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)
        print(f"{digest(target)}  {target.relative_to(HERE)}  {target.stat().st_size} bytes")
    return 0


def compare(built: Path, place: Path) -> int:
    """Say which files in place differ from the ones just built; 1 if any does."""
    names = [path.relative_to(built) for path in files(built)]
    differing = [name for name in names if digest(built / name) != digest(place / name)]
    for path in differing:
        print(
            f"{place.name}/{path} is not what its sources build; run python samples/build.py.",
            file=sys.stderr,
        )
    return int(bool(differing))


def files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in a fixed order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def digest(path: Path) -> str:
    """The SHA-256 of a file; empty if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
