"""A small service on loopback, an app's user, and a log of what was really done; see samples/README.md."""
