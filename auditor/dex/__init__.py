"""Fast reading of whole programs in DEX files. Imports nothing of auditor.

`analyse` is the way in; `docs/dex.md` explains how it works.
"""
