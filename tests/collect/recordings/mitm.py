"""mitmproxy for tests; its imports warn of what its own libraries are about to drop."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from mitmproxy import flow, http, tcp, udp
    from mitmproxy.addons.savehar import SaveHar
    from mitmproxy.io import FlowReader, FlowWriter, compat
    from mitmproxy.net import encoding
    from mitmproxy.test import tflow, tutils

__all__ = [
    "FlowReader",
    "FlowWriter",
    "SaveHar",
    "compat",
    "encoding",
    "flow",
    "http",
    "tcp",
    "tflow",
    "tutils",
    "udp",
]
