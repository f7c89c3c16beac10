"""What the text about the platform's types means."""

from auditor.dex.platform import OBJECT, Platform

TEXT = """\
# a comment < with a sign : x/1
java.lang.Object < : toString/0
java.lang.Runnable < : run/0
java.lang.Thread < java.lang.Object java.lang.Runnable : start/0
os.Looper$Thread < java.lang.Thread os.Quits :
os.Quits < os.Closes : quit/1 quit/0
os.Closes < : close/0
"""
PLATFORM = Platform(TEXT)
LOOPER = "Los/Looper$Thread;"


def test_lines_tell_supertypes_and_methods() -> None:
    assert PLATFORM.knows(LOOPER.encode())
    assert not PLATFORM.knows(b"La comment;")
    assert PLATFORM.overridable("Los/Quits;") == ("quit/1", "quit/0")
    assert PLATFORM.overridable("LStranger;") == ()
    assert PLATFORM.closure(LOOPER) == {
        LOOPER,
        "Ljava/lang/Thread;",
        OBJECT,
        "Ljava/lang/Runnable;",
        "Los/Quits;",
        "Los/Closes;",
    }
    assert PLATFORM.closure("LStranger;") == frozenset()


def test_types_that_the_program_does_not_name_are_passed_over() -> None:
    """Else what lies above them would be lost."""
    named = {b"Los/Closes;", b"Ljava/lang/Runnable;", OBJECT.encode()}

    assert PLATFORM.nearest(LOOPER, named) == (OBJECT, ["Los/Closes;", "Ljava/lang/Runnable;"])
    assert PLATFORM.nearest(LOOPER, {*named, b"Ljava/lang/Thread;"}) == (
        "Ljava/lang/Thread;",
        ["Los/Closes;"],
    )
    assert PLATFORM.nearest(LOOPER, set()) == ("", [])
    assert PLATFORM.nearest("Los/Quits;", {b"Los/Closes;"}) == ("", ["Los/Closes;"])
    assert PLATFORM.nearest("LStranger;", named) == ("", [])
