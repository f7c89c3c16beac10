"""auditor audits mobile apps that score people's political or social engagement.

The library in verbs:

    rules = auditor.catalogue.load()
    dossier = auditor.collect.collect([Path("app.apk")], rules)
    findings = auditor.judge.judge(dossier, rules, "2026-11-21")
    report = auditor.report.compose(dossier, findings, rules, "2026-11-21")
    page = auditor.report.render(report, "sq")
"""

__version__ = "0.1.0"
