"""Real softphones and a switch for them, on loopback addresses of their own."""
import subprocess

import pytest

from .phones import compare, softphone, tandem_call
from .switch import Switch

CLIENTS = ["baresip", "linphone", "pjsua"]
# All phones stand on 127.0.0.1: baresip sends media from there whatever address it is given.
SWITCH, PHONES = "127.0.8.1", {"1001": "127.0.0.1:15160", "1002": "127.0.0.1:15170"}
TOOLS = {"baresip": ["baresip"], "linphone": ["linphonec"], "pjsua": []}
PASSWORDS = {"1001": "p1", "1002": "p2"}


def marks(*clients, always=False) -> list:
    """What a test with these clients needs; it belongs to the whole matrix alone unless `always`."""
    tools = sorted({tool for client in clients for tool in TOOLS[client]})
    return [pytest.mark.needs(*tools)] + ([] if always else [pytest.mark.interop])


def switch_for(*clients, **sip) -> Switch:
    """A switch whose challenges these clients understand: baresip 1.0 gives up on any algorithm but MD5."""
    algorithms = ["MD5"] if "baresip" in clients else ["SHA-256", "MD5"]
    sip = {"auth": {"algorithms": algorithms}, **sip}
    return Switch(ip=SWITCH, sip=sip)


def phone(client, switch, user, codec="PCMU", **options):
    """A registered softphone on the address of its account."""
    options = {"password": PASSWORDS[user], "registrar": switch.address, "domain": switch.ip, **options}
    return bare_phone(client, user, codec, **options)


def bare_phone(client, user, codec, **options):
    """The same softphone without a switch."""
    ports = {"1001": "16000-16198", "1002": "16200-16398"}[user]
    return softphone(client, bind=PHONES[user], user=user, codec=codec, rtp_ports=ports,
                     **{"wait": 45, **options})


def headless(switch, user, uri=None, **options):
    """A registered `tandem call`."""
    return tandem_call(uri, registrar=switch.address, user=user, password=PASSWORDS[user],
                       **{"wait": 40, **options})


def number(switch, user):
    return f"sip:{user}@{switch.address}"


def call(client, role, switch, phone_options, other_options):
    """One call between a softphone, in that role, and `tandem call`: the outcomes of the softphone and the other."""
    if role == "caller":
        other = headless(switch, "1002", answer=True, **other_options)
        real = phone(client, switch, "1001", call=number(switch, "1002"), **phone_options)
    else:
        real = phone(client, switch, "1002", answer=True, **phone_options)
        other = headless(switch, "1001", number(switch, "1002"), **other_options)
    return real.result(), other.result()


def quality(speech, tmp_path, caller, callee) -> dict:
    """PESQ of what both softphones of one call hear; `caller` and `callee` start them."""
    heard_a, heard_b = tmp_path / "heard-a.wav", tmp_path / "heard-b.wav"
    b = callee(answer=True, play=speech, record=heard_b)
    a = caller(play=speech, record=heard_a, seconds=11)
    a, b = a.result(), b.result()
    assert a["established"] and b["established"], (a, b)
    return {"a": compare(speech, heard_a).get("pesq") or 0.0, "b": compare(speech, heard_b).get("pesq") or 0.0}


def converted(speech, tmp_path, *codecs):
    """The speech after an ideal coder of each codec in turn: what remains of it on the best possible path."""
    current = speech
    for codec in codecs:
        coding = {"PCMU": "mu-law", "PCMA": "a-law"}[codec]
        raw, path = tmp_path / "coded.raw", tmp_path / f"coded-{'-'.join(codecs)}-{codec}.wav"
        subprocess.run(["sox", "-D", str(current), "-t", "raw", "-e", coding, "-b", "8", str(raw)], check=True)
        subprocess.run(["sox", "-D", "-t", "raw", "-e", coding, "-b", "8", "-r", "8000", "-c", "1", str(raw),
                        "-e", "signed", "-b", "16", str(path)], check=True)
        current = path
    return current


def conversion_cost(speech, tmp_path, said, heard) -> float:
    """PESQ that an ideal conversion from the codec `said` to the codec `heard` costs, against `said` alone."""
    if said == heard:
        return 0.0
    once = compare(speech, converted(speech, tmp_path, said))["pesq"]
    return max(0.0, once - compare(speech, converted(speech, tmp_path, said, heard))["pesq"])
