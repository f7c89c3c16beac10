"""A test person: made, planted, and searched for in whatever an app sends."""
