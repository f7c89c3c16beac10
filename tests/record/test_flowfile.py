"""Our flow files beside mitmproxy's own writer and reader."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.record.flowfile import Connections, packed

pytest.importorskip("mitmproxy.test.taddons")  # mitmproxy warns about its own parser when imported first

from mitmproxy.io import FlowReader, tnetstring
from mitmproxy.test import tflow

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(VALUES)
def test_mitmproxy_reads_every_value(value: Any) -> None:
    assert value == tnetstring.loads(packed(value))


@pytest.mark.parametrize(
    "flow",
    [
        tflow.tflow(resp=True),
        tflow.tflow(err=True),
        tflow.twebsocketflow(),
        tflow.ttcpflow(),
        tflow.tudpflow(),
        tflow.tdnsflow(resp=True),
    ],
    ids=lambda flow: type(flow).__name__,
)
def test_a_flow_comes_back_as_mitmproxy_would_write_it(flow: Any) -> None:
    connections = Connections()
    twice = packed(connections.state(flow)) + packed(connections.state(flow))
    first, second = FlowReader(io.BytesIO(twice)).stream()

    assert flow.get_state() == first.get_state() == second.get_state()


def test_a_connection_that_changed_is_told_anew() -> None:
    connections, flow = Connections(), tflow.tflow()
    packed(connections.state(flow))
    flow.client_conn.timestamp_end = 12.5
    (after,) = FlowReader(io.BytesIO(packed(connections.state(flow)))).stream()

    assert 12.5 == after.client_conn.timestamp_end


def test_what_the_form_does_not_know() -> None:
    with pytest.raises(TypeError, match="set has no place in a flow file"):
        packed([{1}])
