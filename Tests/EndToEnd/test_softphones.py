"""Real softphones register, call each other through the switch and hear each other."""
import itertools
import wave

import pytest

from harness.lab import (
    CLIENTS, PHONES, bare_phone, conversion_cost, headless, marks, number, phone, quality, switch_for)
from harness.phones import compare

CODECS = [("PCMU", "PCMU"), ("PCMA", "PCMA"), ("PCMU", "PCMA"), ("PCMA", "PCMU")]
ALLOWED = 0.2
ATTEMPTS = 3


def expect_answered(rows):
    """Both legs of one answered call, closed, with what was heard counted."""
    assert len(rows) == 2, rows
    assert len({row["call_id"] for row in rows}) == 1
    for row in rows:
        assert (row["state"], row["disposition"]) == ("closed", "answered"), row
        assert row["t_invite"] <= row["t_answer"] < row["t_end"]
        assert abs(row["talk_ms"] - (row["t_end"] - row["t_answer"]) / 1000) < 300, row


def in_make_test(caller, callee, codecs):
    return caller == callee == "baresip" and codecs == ("PCMU", "PCMA")


MATRIX = [
    pytest.param(a, b, codecs, id=f"{a}-{b}-{codecs[0]}-{codecs[1]}",
                 marks=marks(a, b, always=in_make_test(a, b, codecs)))
    for a, b, codecs in itertools.product(CLIENTS, CLIENTS, CODECS)
]
ONE_CLIENT = [pytest.param(client, marks=marks(client, always=client == "baresip")) for client in CLIENTS]


@pytest.fixture(scope="session")
def yardsticks():
    """Direct calls measured so far."""
    return {}


def direct(yardsticks, caller, callee, codec, speech, tmp_path) -> dict:
    """PESQ of the same two phones without a switch, measured once."""
    key = (caller, callee, codec)
    if key not in yardsticks:
        yardsticks[key] = quality(
            speech, tmp_path,
            lambda **options: bare_phone(caller, "1001", codec, call=f"sip:1002@{PHONES['1002']}", **options),
            lambda **options: bare_phone(callee, "1002", codec, **options))
    return yardsticks[key]


def yardstick(yardsticks, caller, callee, codecs, speech, tmp_path) -> dict:
    """What each hears of the other without a switch, less what an ideal conversion between two codecs costs."""
    ours, theirs = codecs
    a = direct(yardsticks, caller, callee, theirs, speech, tmp_path)["a"]
    b = direct(yardsticks, caller, callee, ours, speech, tmp_path)["b"]
    return {"a": a - conversion_cost(speech, tmp_path, theirs, ours),
            "b": b - conversion_cost(speech, tmp_path, ours, theirs)}


def through_switch(caller, callee, codecs, speech, tmp_path) -> dict:
    with switch_for(caller, callee) as switch:
        heard = quality(
            speech, tmp_path,
            lambda **options: phone(caller, switch, "1001", codecs[0], call=number(switch, "1002"), **options),
            lambda **options: phone(callee, switch, "1002", codecs[1], **options))
        rows = switch.closed_records(2)
    expect_answered(rows)
    assert (rows[0]["codec_in"], rows[1]["codec_in"]) == codecs, rows
    return heard


@pytest.mark.parametrize("caller,callee,codecs", MATRIX)
def test_two_phones_talk(caller, callee, codecs, speech, tmp_path, yardsticks, record_property):
    """Both directions sound within 0.2 PESQ of the direct call of the same phones.

    Between PCMU and PCMA an ideal conversion already costs about 0.2 with this voice; it is allowed for. A busy
    machine costs gaps, in the phones too: a call that scores too low is repeated.
    """
    entry = {"case": "talk", "caller": caller, "callee": callee, "codecs": codecs}
    record_property("interop", entry)
    wanted = yardstick(yardsticks, caller, callee, codecs, speech, tmp_path)
    best = {"a": 0.0, "b": 0.0}
    for attempt in range(1, ATTEMPTS + 1):
        heard = through_switch(caller, callee, codecs, speech, tmp_path)
        best = {side: max(best[side], heard[side]) for side in best}
        entry.update(heard=best, direct=wanted, attempts=attempt)
        if all(best[side] >= wanted[side] - ALLOWED for side in best):
            return
    raise AssertionError(f"worse than the direct call: {entry}")


@pytest.mark.parametrize("client", ONE_CLIENT)
def test_registration_over_udp_and_tcp_and_wrong_password(client, record_property):
    record_property("interop", {"case": "registration", "client": client})
    with switch_for(client) as switch:
        for transport in ("udp", "tcp"):
            good = phone(client, switch, "1001", transport=transport).result()
            assert good["registered"], good
        assert switch.status()["failed_authentications"] == 0
        bad = phone(client, switch, "1001", password="wrong").result()
        assert bad["registered"] is False and bad["exit"] == 1, bad
        assert switch.status()["failed_authentications"] >= 1


@pytest.mark.parametrize("client", ONE_CLIENT)
def test_call_is_heard_as_echo(client, speech, tmp_path, record_property):
    entry = {"case": "echo", "client": client}
    record_property("interop", entry)
    heard = tmp_path / "echo.wav"
    for attempt in range(ATTEMPTS):
        with switch_for(client) as switch:
            a = phone(client, switch, "1001", call=number(switch, "600"), play=speech, record=heard,
                      seconds=11).result()
            assert a["established"], a
            assert len(switch.closed_records(1)) == 1
        score = compare(speech, heard)
        if score["ok"] and score["pesq"] >= 3.0:
            return
    raise AssertionError(score)


def test_recording_is_a_sound_file(speech, tmp_path):
    """`tandem call` records what the echo application sends back."""
    heard = tmp_path / "heard.wav"
    with switch_for() as switch:
        done = headless(switch, "1001", number(switch, "600"), play=speech, record=heard, seconds=10).result()
    assert done["outcome"] == "completed" and done["mos"] > 4, done
    with wave.open(str(heard)) as sound:
        assert sound.getframerate() == 8000
    assert compare(speech, heard)["pesq"] >= 4.0, compare(speech, heard)
