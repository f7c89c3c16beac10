"""Runs beside a device, leaves a file behind, judges nothing; imports nothing of auditor."""
