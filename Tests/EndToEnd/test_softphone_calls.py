"""Every way a call of a real softphone can go: the right code on both sides, the right record."""
import itertools

import pytest

from harness.lab import CLIENTS, call, marks, number, phone, switch_for

ROLES = ["caller", "callee"]
NO_ANSWER_SECONDS = 4
ONE_PHONE = pytest.mark.parametrize("client,role", [
    pytest.param(client, role, id=f"{client}-{role}", marks=marks(client, always=client == "baresip"))
    for client, role in itertools.product(CLIENTS, ROLES)])
TWO_PHONES = pytest.mark.parametrize("client,callee", [
    pytest.param(client, callee, id=f"{client}-{callee}", marks=marks(client, callee))
    for client, callee in itertools.product(CLIENTS, CLIENTS)])


@pytest.fixture
def switch(client):
    with switch_for(client, no_answer_s=NO_ANSWER_SECONDS) as switch:
        yield switch


@pytest.fixture
def note(client, role, record_property):
    """Names the case for the report."""
    return lambda case: record_property("interop", {"case": case, "client": client, "role": role})


def expect(rows, disposition, sip_code, q850=None):
    """Both legs of one call, final, with this outcome; no talk time unless answered."""
    assert len(rows) == 2 and {row["state"] for row in rows} == {"closed"}, rows
    assert (rows[0]["disposition"], rows[0]["sip_code"]) == (disposition, sip_code), rows
    assert q850 is None or rows[0]["q850"] == q850, rows
    if disposition != "answered":
        assert all(row["talk_ms"] == 0 and row["t_answer"] is None for row in rows), rows


@ONE_PHONE
def test_caller_or_callee_hangs_up(client, role, switch, speech, note):
    """The phone hangs up in one call, the other side in the next."""
    note("hang up")
    phone_side, other_side = ("a", "b") if role == "caller" else ("b", "a")
    real, other = call(client, role, switch, {"play": speech, "seconds": 2}, {"seconds": 0})
    assert real["established"] and other["outcome"] == "completed", (real, other)
    rows = switch.closed_records(2)
    expect(rows, "answered", 200, 16)
    assert {row["released_by"] for row in rows} == {phone_side}, rows
    assert all(1500 <= row["talk_ms"] <= 3000 for row in rows), rows
    real, other = call(client, role, switch, {"play": speech, "seconds": 9}, {"seconds": 2})
    assert real["established"] and other["outcome"] == "completed", (real, other)
    assert real["duration_s"] < 5, real
    rows = switch.closed_records(4)[2:]
    expect(rows, "answered", 200, 16)
    assert {row["released_by"] for row in rows} == {other_side}, rows


@ONE_PHONE
def test_busy(client, role, switch, note):
    """486, or what the phone's own refusal is: linphone declines with 603."""
    note("busy")
    code, disposition, cause = (603, "rejected", 21) if (client, role) == ("linphone", "callee") else (486, "busy", 17)
    if role == "caller":
        real, other = call(client, role, switch, {}, {"reject": 486})
        assert real["code"] == 486 and not real["established"], (real, other)
    else:
        real, other = call(client, role, switch, {"reject": True}, {})
        assert (other["outcome"], other["sip_code"]) == ("rejected", code), (real, other)
    expect(switch.closed_records(2), disposition, code, cause)


@ONE_PHONE
def test_cancel_before_answer(client, role, switch, note):
    note("cancel")
    if role == "caller":
        real, other = call(client, role, switch, {"cancel_after": 1.5}, {"ring": 20})
        assert not real["established"] and real["code"] in (487, None), real
        assert other["outcome"] == "cancelled", other
    else:
        real, other = call(client, role, switch, {"ring_only": True}, {"cancel_after": 1.5})
        assert real["incoming"] and not real["established"] and real["error"] is None, real
        assert (other["outcome"], other["sip_code"]) == ("cancelled", 487), other
    expect(switch.closed_records(2), "cancelled", 487)


@ONE_PHONE
def test_no_answer(client, role, switch, note):
    note("no answer")
    if role == "caller":
        real, other = call(client, role, switch, {}, {"ring": 20})
        assert real["code"] in (408, 480) and not real["established"], real
        code = real["code"]
    else:
        real, other = call(client, role, switch, {"ring_only": True}, {})
        assert real["incoming"] and not real["established"] and real["error"] is None, real
        code = other["sip_code"]
        assert code in (408, 480), other
    expect(switch.closed_records(2), "no_answer", code, 19)


@ONE_PHONE
def test_hold_and_resume(client, role, switch, speech, note):
    """The phone holds for two seconds and goes on; the other is silent meanwhile, and speaks again."""
    note("hold")
    real, other = call(client, role, switch, {"play": speech, "seconds": 6, "hold_at": 1.5, "resume_at": 3.5},
                       {"play": speech, "seconds": 0})
    assert real["established"] and real["held"] and real["resumed"], real
    assert other["outcome"] == "completed" and other["held_by_peer"] == 1, (real, other)
    assert 120 < other["packets_sent"] < 260, (real, other)
    rows = switch.closed_records(2)
    expect(rows, "answered", 200, 16)
    assert any(1500 <= (row["hold_ms"] or 0) <= 2700 for row in rows), rows


@pytest.mark.interop
@ONE_PHONE
def test_call_over_tcp(client, role, switch, speech, note):
    """The phone's whole call over its TCP connection; the other side uses UDP."""
    note("TCP")
    real, other = call(client, role, switch, {"play": speech, "seconds": 3, "transport": "tcp"}, {"seconds": 0})
    assert real["established"] and other["outcome"] == "completed" and other["packets_received"] > 100, (real, other)
    rows = switch.closed_records(2)
    expect(rows, "answered", 200, 16)
    legs = ("tcp", "udp") if role == "caller" else ("udp", "tcp")
    assert tuple(row["transport"] for row in rows) == legs, rows


@ONE_PHONE
def test_digits_arrive_once_each_way(client, role, switch, speech, note):
    """RFC 4733 digits of the phone at `tandem call`, and back."""
    note("digits")
    real, other = call(client, role, switch, {"play": speech, "seconds": 8, "dtmf": "12345#"},
                       {"seconds": 0, "dtmf": "9870*", "dtmf_delay": 1.2})
    assert (other["digits_received"], real["dtmf_rx"]) == ("12345#", "9870*"), (real, other)
    expect(switch.closed_records(2), "answered", 200, 16)


@TWO_PHONES
def test_digits_from_phone_to_phone(client, callee, speech, record_property):
    record_property("interop", {"case": "phone to phone", "client": client, "callee": callee})
    with switch_for(client, callee) as switch:
        b = phone(callee, switch, "1002", answer=True, play=speech, seconds=11)
        a = phone(client, switch, "1001", call=number(switch, "1002"), play=speech, seconds=7, dtmf="159#")
        a, b = a.result(), b.result()
    assert b["dtmf_rx"] == "159#", (a, b)
