"""Decoding steps: pure, and a clause instead of a crash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode.wire import DecodeError, Field, protobuf


def varint(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def encode(fields: list[Field]) -> bytes:
    def one(field: Field) -> bytes:
        if isinstance(field.value, int):
            return varint(field.number << 3) + varint(field.value)
        return varint(field.number << 3 | 2) + varint(len(field.value)) + field.value

    return b"".join(map(one, fields))


FIELDS = st.builds(Field, st.integers(1, 1000), st.integers(0, 2**63) | st.binary(max_size=20))


@given(st.lists(FIELDS, max_size=8))
def test_protobuf_fields_come_out_as_they_went_in(fields: list[Field]) -> None:
    assert fields == list(protobuf(encode(fields)))


def test_fixed_width_numbers() -> None:
    assert [Field(1, 1), Field(2, 258)] == list(protobuf(b"\x0d\x01\0\0\0\x11\x02\x01\0\0\0\0\0\0"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x0a\x05ab", "5 bytes announced at byte 2, 2 left"),
        (b"\x08\x80", "cut off"),
        (b"\x08" + b"\xff" * 11, "longer than 10 bytes"),
        (b"\x0b", "wire type 3"),
    ],
)
def test_what_is_no_protobuf_ends_in_a_clause(data: bytes, said: str) -> None:
    with pytest.raises(DecodeError) as error:
        list(protobuf(data))

    assert said in str(error.value)


@given(st.binary(max_size=200))
def test_any_bytes_end_in_fields_or_in_a_clause(data: bytes) -> None:
    try:
        assert all(field.number >= 0 for field in protobuf(data))
    except DecodeError as error:
        assert str(error)
