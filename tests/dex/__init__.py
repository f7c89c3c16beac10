"""The code engine: exact on real files, equal to a naive reading, and never lost on hostile bytes."""
