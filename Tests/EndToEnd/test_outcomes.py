"""Every way a call can end: the right code on both sides, the right record."""
import pytest

from harness.phones import tandem_call
from harness.switch import Switch


@pytest.fixture(scope="module")
def switch():
    with Switch(sip={"no_answer_s": 4}) as switch:
        yield switch


class Book:
    """The records that a test adds to a shared switch."""

    def __init__(self, switch):
        self.switch, self.before = switch, len(switch.records())

    def rows(self, count):
        return self.switch.closed_records(self.before + count)[self.before:]


@pytest.fixture
def book(switch):
    return Book(switch)


def callee(switch, **options):
    return tandem_call(answer=True, registrar=switch.address, user="1002", password="p2", wait=30, **options)


def caller(switch, number="1002", **options):
    return tandem_call(f"sip:{number}@{switch.address}", registrar=switch.address, user="1001", password="p1",
                       wait=30, **options)


def check(rows, disposition, sip_code, q850=None):
    assert rows, "no record"
    assert {row["state"] for row in rows} == {"closed"}, rows
    first = rows[0]
    assert first["disposition"] == disposition, rows
    assert first["sip_code"] == sip_code, rows
    if q850 is not None:
        assert first["q850"] == q850, rows
    if disposition != "answered":
        assert all(row["talk_ms"] == 0 and row["t_answer"] is None for row in rows), rows


def test_caller_hangs_up(switch, book):
    b = callee(switch, seconds=0)
    a = caller(switch, seconds=2).result()
    b = b.result()
    assert (a["outcome"], b["outcome"]) == ("completed", "completed"), (a, b)
    rows = book.rows(2)
    check(rows, "answered", 200, 16)
    assert {row["released_by"] for row in rows} == {"a"}, rows
    assert all(1800 <= row["talk_ms"] <= 2600 for row in rows), rows


def test_callee_hangs_up(switch, book):
    b = callee(switch, seconds=2)
    a = caller(switch, seconds=0).result()
    assert b.result()["outcome"] == a["outcome"] == "completed"
    rows = book.rows(2)
    check(rows, "answered", 200, 16)
    assert {row["released_by"] for row in rows} == {"b"}, rows


def test_busy(switch, book):
    b = callee(switch, reject=486)
    a = caller(switch).result()
    b.result()
    assert (a["outcome"], a["sip_code"]) == ("rejected", 486), a
    check(book.rows(2), "busy", 486, 17)


def test_cancelled(switch, book):
    b = callee(switch, ring=20)
    a = caller(switch, cancel_after=1.5).result()
    b = b.result()
    assert a["outcome"] == "cancelled" and a["sip_code"] == 487, a
    assert b["outcome"] == "cancelled", b
    check(book.rows(2), "cancelled", 487)


def test_no_answer(switch, book):
    b = callee(switch, ring=20)
    a = caller(switch).result()
    b.result()
    assert a["sip_code"] in (408, 480), a
    check(book.rows(2), "no_answer", a["sip_code"], 19)


def test_nobody_registered(switch, book):
    a = caller(switch).result()
    assert a["sip_code"] == 480, a
    check(book.rows(1), "failed", 480)


def test_unknown_number(switch, book):
    a = caller(switch, number="99999").result()
    assert a["sip_code"] == 404, a
    check(book.rows(1), "failed", 404, 1)


def test_hold_and_resume(switch, book):
    b = callee(switch, seconds=0)
    a = caller(switch, seconds=6, hold_at=1.5, resume_at=3.5).result()
    b = b.result()
    assert a["outcome"] == b["outcome"] == "completed", (a, b)
    rows = book.rows(2)
    check(rows, "answered", 200)
    assert any(1500 <= (row["hold_ms"] or 0) <= 2600 for row in rows), rows


def test_late_offer(switch, book):
    b = callee(switch, seconds=0)
    a = caller(switch, seconds=3, late_offer=True).result()
    b = b.result()
    assert a["outcome"] == b["outcome"] == "completed", (a, b)
    assert a["packets_received"] > 100 and b["packets_received"] > 100, (a, b)
    check(book.rows(2), "answered", 200)


def test_digits_both_ways(switch, book):
    b = callee(switch, seconds=0, dtmf="987*")
    a = caller(switch, seconds=7, dtmf="0123456789*#ABCD").result()
    b = b.result()
    assert (a["digits_received"], b["digits_received"]) == ("987*", "0123456789*#ABCD"), (a, b)


def test_wrong_password(switch):
    a = tandem_call(registrar=switch.address, user="1001", password="wrong", register_only=True).result()
    assert a["exit"] == 1 and a["register"] == "failed" and a["register_code"] in (401, 403), a


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_registration(switch, transport):
    a = tandem_call(registrar=switch.address, user="1001", password="p1", register_only=True,
                    transport=transport).result()
    assert a["exit"] == 0, a


def test_milliwatt(switch, book, tmp_path):
    """601 sends 1004 Hz at 0 dBm0."""
    import numpy
    from scipy.io import wavfile
    heard = tmp_path / "tone.wav"
    a = caller(switch, number="601", seconds=3, record=heard).result()
    assert a["outcome"] == "completed", a
    rate, samples = wavfile.read(heard)
    middle = samples[rate:2 * rate].astype(float)
    spectrum = abs(numpy.fft.rfft(middle * numpy.hanning(len(middle))))
    assert abs(int(spectrum.argmax()) - 1004) <= 5
    level = 20 * numpy.log10(numpy.sqrt((middle ** 2).mean()) / 32768)
    assert -7.5 < level < -5, level
    check(book.rows(1), "answered", 200)
