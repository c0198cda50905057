"""Real softphones register, call each other through the switch and hear each other."""
import itertools
import wave

import pytest

from harness.phones import compare, softphone, tandem_call
from harness.switch import Switch

CLIENTS = ["baresip", "linphone", "pjsua"]
PAIRS = [pair for pair in itertools.product(CLIENTS, CLIENTS)]
CODECS = [("PCMU", "PCMU"), ("PCMA", "PCMA"), ("PCMU", "PCMA"), ("PCMA", "PCMU")]


def ports(index):
    return f"{16000 + 200 * index}-{16098 + 200 * index}"


def phone(client, switch, user, codec, bind, index, **options):
    """A registered phone on an address of its own."""
    password = {"1001": "p1", "1002": "p2"}[user]
    options = {"password": password, "registrar": switch.address, "domain": switch.ip, **options}
    return softphone(
        client, bind=bind, user=user, codec=codec, rtp_ports=ports(index), wait=60, **options)


def pair(switch, caller, callee, codecs, speech, tmp_path, transport="udp", seconds=11, **caller_options):
    """One answered call with both playing and recording; both outcomes."""
    heard_a, heard_b = tmp_path / "heard-a.wav", tmp_path / "heard-b.wav"
    b = phone(callee, switch, "1002", codecs[1], "127.0.0.1:15170", 1, answer=True, play=speech, record=heard_b)
    a = phone(caller, switch, "1001", codecs[0], "127.0.0.1:15160", 2, call=f"sip:1002@{switch.address}",
              play=speech, record=heard_a, seconds=seconds, transport=transport, **caller_options)
    return a.result(), b.result(), heard_a, heard_b


def direct_quality(caller, callee, codec, speech, tmp_path):
    """PESQ in both directions of the same two phones without a switch, the yardstick."""
    heard_a, heard_b = tmp_path / "direct-a.wav", tmp_path / "direct-b.wav"
    b = softphone(callee, bind="127.0.0.1:15170", user="1002", codec=codec, rtp_ports=ports(3), answer=True,
                  play=speech, record=heard_b, wait=60)
    a = softphone(caller, bind="127.0.0.1:15160", user="1001", codec=codec, rtp_ports=ports(4),
                  call="sip:1002@127.0.0.1:15170", play=speech, record=heard_a, seconds=11, wait=60)
    a.result(), b.result()
    return compare(speech, heard_a)["pesq"], compare(speech, heard_b)["pesq"]


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
                 marks=[] if in_make_test(a, b, codecs) else [pytest.mark.interop])
    for (a, b), codecs in itertools.product(PAIRS, CODECS)
]


@pytest.mark.needs("baresip", "linphonec")
@pytest.mark.parametrize("caller,callee,codecs", MATRIX)
def test_two_phones_talk(caller, callee, codecs, speech, tmp_path):
    """Both directions sound within 0.2 PESQ of the direct call of the same phones."""
    with Switch() as switch:
        a, b, heard_a, heard_b = pair(switch, caller, callee, codecs, speech, tmp_path)
        assert a["established"] and b["established"], (a, b)
        rows = switch.closed_records(2)
    expect_answered(rows)
    assert rows[0]["codec_in"] == codecs[0] and rows[1]["codec_in"] == codecs[1], rows
    direct_a, direct_b = direct_quality(caller, callee, codecs[0], speech, tmp_path)
    quality_a, quality_b = compare(speech, heard_a), compare(speech, heard_b)
    assert quality_a["pesq"] >= direct_a - 0.2, (quality_a, direct_a)
    assert quality_b["pesq"] >= direct_b - 0.2, (quality_b, direct_b)


@pytest.mark.needs("baresip")
@pytest.mark.parametrize("client", [
    pytest.param(client, marks=[] if client == "baresip" else [pytest.mark.interop]) for client in CLIENTS])
def test_registration_over_udp_and_tcp_and_wrong_password(client, speech):
    with Switch() as switch:
        for transport in ("udp", "tcp"):
            good = phone(client, switch, "1001", "PCMU", "127.0.0.1:15160", 1, transport=transport).result()
            assert good["registered"], good
        bad = phone(client, switch, "1001", "PCMU", "127.0.0.1:15160", 1, password="wrong").result()
        assert not bad["registered"] and "401" in str(bad["register_error"]) or bad["registered"] is False, bad
        assert switch.status()["failed_authentications"] >= 1


@pytest.mark.needs("baresip")
@pytest.mark.parametrize("client", [
    pytest.param(client, marks=[] if client == "baresip" else [pytest.mark.interop]) for client in CLIENTS])
def test_digits_arrive_once(client, speech, tmp_path):
    """RFC 4733 digits of a real phone arrive at `tandem call` once each."""
    with Switch() as switch:
        b = tandem_call(answer=True, registrar=switch.address, user="1002", password="p2", wait=40)
        a = phone(client, switch, "1001", "PCMU", "127.0.0.1:15160", 1, call=f"sip:1002@{switch.address}",
                  play=speech, seconds=9, dtmf="12345#")
        a, b = a.result(), b.result()
        assert b["digits_received"] == "12345#", (a, b)


@pytest.mark.needs("baresip")
@pytest.mark.parametrize("client", [
    pytest.param(client, marks=[] if client == "baresip" else [pytest.mark.interop]) for client in CLIENTS])
def test_call_is_heard_as_echo(client, speech, tmp_path):
    heard = tmp_path / "echo.wav"
    with Switch() as switch:
        a = phone(client, switch, "1001", "PCMU", "127.0.0.1:15160", 1, call=f"sip:600@{switch.address}",
                  play=speech, record=heard, seconds=11).result()
        assert a["established"], a
        assert len(switch.closed_records(1)) == 1
    quality = compare(speech, heard)
    assert quality["ok"] and quality["pesq"] >= 3.0, quality


def test_recording_is_a_sound_file(speech, tmp_path):
    """`tandem call` records what the echo application sends back."""
    heard = tmp_path / "heard.wav"
    with Switch() as switch:
        done = tandem_call(f"sip:600@{switch.address}", registrar=switch.address, user="1001", password="p1",
                           play=speech, record=heard, seconds=10).result()
    assert done["outcome"] == "completed" and done["mos"] > 4, done
    with wave.open(str(heard)) as sound:
        assert sound.getframerate() == 8000
    assert compare(speech, heard)["pesq"] >= 4.0, compare(speech, heard)
