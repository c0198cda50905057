"""SIPp as caller and callee through the switch."""
import pytest

from harness import sipp
from harness.farend import FarEnd
from harness.switch import Switch

SWITCH, CALLER, CALLEE = "127.0.5.1", "127.0.5.2", "127.0.5.3"
TRUNKS = {
    "trunks": [{"name": "in", "from": [CALLER]}, {"name": "out", "to": f"{CALLEE}:5060"}],
    "routes": [{"prefix": "b", "trunk": "out"}, {"number": "600", "application": "echo"}],
    "log": {"level": "warning"},
}


def basic_calls(tmp_path, calls, rate):
    with Switch(ip=SWITCH, **TRUNKS) as switch, sipp.Callee(CALLEE, directory=tmp_path):
        result = sipp.call(f"{SWITCH}:5060", CALLER, "b1000", calls, rate, tmp_path, timeout=calls / rate + 40)
        rows = switch.closed_records(2 * calls, timeout=20)
        status = switch.status()
    assert result["successful"] == calls and result["failed"] == 0, result
    assert status["retransmitted_requests"] == 0 and status["retransmitted_responses"] == 0, status
    assert len(rows) == 2 * calls
    assert len({row["call_id"] for row in rows}) == calls
    assert [row["seq"] for row in rows] == list(range(rows[0]["seq"], rows[0]["seq"] + 2 * calls))
    assert all(row["disposition"] == "answered" and row["state"] == "closed" for row in rows)
    assert all(0 <= row["talk_ms"] < 5000 and row["t_end"] >= row["t_answer"] for row in rows)


@pytest.mark.needs("sipp")
def test_two_thousand_calls(tmp_path):
    basic_calls(tmp_path, 2000, 200)


@pytest.mark.needs("sipp")
@pytest.mark.interop
def test_ten_thousand_calls(tmp_path):
    basic_calls(tmp_path, 10_000, 200)


def test_two_hundred_calls_of_one_far_endpoint():
    """All calls of a side use one media address and port, as SIPp's do: SSRCs tell their audio apart."""
    with Switch(ip=SWITCH, **TRUNKS) as switch:
        far = FarEnd((SWITCH, 5060), CALLER, CALLEE, calls=200, rate=20, seconds=3).run()
        rows = switch.closed_records(400, timeout=20)
    assert {call["state"] for call in far.calls.values()} == {"over"}, [call["state"] for call in far.calls.values()]
    assert far.foreign == 0, far.foreign
    for number, call in far.calls.items():
        assert call["heard"]["a"] > 80 and call["heard"]["b"] > 80, (number, call)
    assert len(rows) == 400 and all(row["disposition"] == "answered" for row in rows)


@pytest.mark.needs("sipp")
def test_registrations_with_digest(tmp_path):
    accounts = [{"user": f"u{n}", "password": "secret"} for n in range(50)]
    users = tmp_path / "users.csv"
    users.write_text("SEQUENTIAL\n" + "".join(
        f"u{n};[authentication username=u{n} password=secret]\n" for n in range(50)))
    with Switch(ip=SWITCH, accounts=accounts, routes=[]) as switch:
        result = sipp.call(f"{SWITCH}:5060", "127.0.5.4", "x", 200, 100, tmp_path, scenario="register.xml",
                           extra=["-inf", str(users)])
        assert result["successful"] == 200, result
        assert switch.status()["registrations"] == 50
