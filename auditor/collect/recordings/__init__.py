"""Recordings of traffic in every dialect, one module per family, in one record form."""
