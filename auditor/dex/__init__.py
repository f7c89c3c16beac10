"""Fast reading of DEX files. Imports nothing of auditor and nothing heavy."""

from auditor.dex.tables import Dex, DexError

__all__ = ["Dex", "DexError"]
