"""Findings -> report-v1 -> a page. Templates see the report and nothing else."""

from auditor.report.compose import compose
from auditor.report.page import StrangeReport, render

__all__ = ["StrangeReport", "compose", "render"]
