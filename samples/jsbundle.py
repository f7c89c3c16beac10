"""One JavaScript file out of several, in the shape React Native's bundler gives an app.

Each file becomes a numbered module, `index.js` the first; `require` of another file becomes a look-up of its
number. The few lines in front that define and start modules are our own.
"""

from __future__ import annotations

import re
from pathlib import Path

FRONT = """\
var __DEV__ = false, __modules = {};
function __d(factory, id, needs) {
  __modules[id] = {factory: factory, needs: needs, started: false, module: {exports: {}}};
}
function __r(id) {
  var known = __modules[id];
  if (!known.started) {
    known.started = true;
    known.factory(globalThis, __r, known.module, known.module.exports, known.needs);
  }
  return known.module.exports;
}
"""
_REQUIRE = re.compile(r"require\('(\.[^']+)'\)")


def bundle(folder: Path) -> str:
    """The bundle of `index.js` in `folder` and of everything it needs."""
    found: list[Path] = [folder / "index.js"]
    texts = [FRONT]
    for number, path in enumerate(found):  # grows while it is read
        texts.append(_module(number, path, found))
    return "".join(texts) + "__r(0);\n"


def _module(number: int, path: Path, found: list[Path]) -> str:
    """One file as a module; files it needs that are new join `found`."""
    needs: list[int] = []

    def look_up(match: re.Match[str]) -> str:
        wanted = (path.parent / f"{match[1]}.js").resolve()
        if wanted not in found:
            found.append(wanted)
        needs.append(found.index(wanted))
        return f"require(_needs[{len(needs) - 1}])"

    text = _REQUIRE.sub(look_up, _without_comments(path.read_text(encoding="utf-8")))
    return f"__d(function (global, require, module, exports, _needs) {{\n{text}}}, {number}, {needs});\n"


def _without_comments(text: str) -> str:
    """Without the lines that only a person reads."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("//"))
