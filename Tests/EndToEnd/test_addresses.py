"""Both families of addresses, and addresses that peers know us by."""
import re
import socket

import pytest

from harness.phones import compare, tandem_call
from harness.switch import Switch

FOUR, SIX, PUBLIC = "127.0.0.1", "::1", "203.0.113.7"


@pytest.fixture
def both_families():
    with Switch(sip={"domain": FOUR, "listen": [f"udp://{FOUR}:5060", f"udp://[{SIX}]:5060"]},
                media={"address": FOUR, "address6": SIX}) as switch:
        yield switch


def phone_of(family, user, password, **options):
    host = FOUR if family == 4 else f"[{SIX}]"
    return tandem_call(options.pop("uri", None), bind=FOUR if family == 4 else SIX, registrar=f"{host}:5060", user=user,
                       password=password, wait=30, **options)


@pytest.mark.parametrize("caller,callee", [(4, 6), (6, 4), (6, 6)])
def test_call_between_address_families(both_families, caller, callee, speech, tmp_path):
    """Each hears the other although one speaks IPv4 and the other IPv6."""
    heard = {side: tmp_path / f"{side}.wav" for side in "ab"}
    b = phone_of(callee, "1002", "p2", answer=True, play=speech, record=heard["b"])
    a = phone_of(caller, "1001", "p1", uri=f"sip:1002@{FOUR}", play=speech, record=heard["a"], seconds=11)
    a, b = a.result(), b.result()
    assert (a["outcome"], b["outcome"]) == ("completed", "completed"), (a, b)
    assert a["mos"] > 4 and b["mos"] > 4, (a, b)
    for side in heard.values():
        assert compare(speech, side)["pesq"] >= 3.8, compare(speech, side)
    rows = both_families.closed_records(2)
    assert [row["disposition"] for row in rows] == ["answered", "answered"], rows
    assert all(row["packets_rx"] > 500 for row in rows), rows


def exchange(server, request):
    """Sends a request; the first final answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.bind((FOUR, 0))
        near.settimeout(5)
        near.sendto(request(near.getsockname()[1]).encode(), server)
        while True:
            answer = near.recv(65535).decode()
            if not answer.startswith("SIP/2.0 1"):
                return answer


def test_behind_one_to_one_nat_the_public_address_is_told():
    """Contact and session description of an answer, and Via of a call to a trunk, carry what peers can reach."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trunk:
        trunk.bind((FOUR, 15999))
        trunk.settimeout(5)
        with Switch(sip={"advertise": PUBLIC}, media={"advertise": PUBLIC},
                    trunks=[{"name": "in", "from": [FOUR]}, {"name": "out", "to": f"{FOUR}:15999"}],
                    routes=[{"prefix": "b", "trunk": "out"}, {"number": "600", "application": "echo"}]):
            answer = exchange((FOUR, 5060), lambda port: invite("600", port))
            assert answer.startswith("SIP/2.0 200"), answer
            assert re.search(rf"^Contact: .*@{re.escape(PUBLIC)}[:;>]", answer, re.M), answer
            assert f"c=IN IP4 {PUBLIC}" in answer and FOUR not in answer.split("\r\n\r\n", 1)[1], answer
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
                near.bind((FOUR, 0))
                near.sendto(invite("b1", near.getsockname()[1]).encode(), (FOUR, 5060))
                call = trunk.recv(65535).decode()
            assert re.search(rf"^Via: SIP/2.0/UDP {re.escape(PUBLIC)}[:;]", call, re.M), call
            assert re.search(rf"^Contact: .*@{re.escape(PUBLIC)}[:;>]", call, re.M), call
            assert f"c=IN IP4 {PUBLIC}" in call, call


def invite(number, port):
    body = (f"v=0\r\no=- 1 1 IN IP4 {FOUR}\r\ns=-\r\nc=IN IP4 {FOUR}\r\nt=0 0\r\n"
            "m=audio 17000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n")
    return (f"INVITE sip:{number}@{FOUR} SIP/2.0\r\nVia: SIP/2.0/UDP {FOUR}:{port};branch=z9hG4bK{number}{port};rport\r\n"
            f"From: <sip:x@{FOUR}>;tag=f{port}\r\nTo: <sip:{number}@{FOUR}>\r\nCall-ID: {number}{port}\r\n"
            f"CSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:x@{FOUR}:{port}>\r\n"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}")
