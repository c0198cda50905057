"""`kill -9` at random moments under call load: no record is lost, doubled or left open."""
import random
import subprocess
import threading
import time
from pathlib import Path

import pytest

from harness import sipp
from harness.phones import tandem_call
from harness.switch import Switch

SWITCH, CALLER, CALLEE = "127.0.5.1", "127.0.5.2", "127.0.5.3"
TRUNKS = {
    "trunks": [{"name": "in", "from": [CALLER]}, {"name": "out", "to": f"{CALLEE}:5060"}],
    "routes": [{"prefix": "b", "trunk": "out"}, {"number": "600", "application": "echo"}],
    "log": {"level": "warning"},
}

# Rounds until the phone registers again, as it would before its registration runs out.
REFRESH = 100


def register(switch):
    """One account registered, as a phone would be."""
    done = sipp.call(f"{SWITCH}:5060", "127.0.5.4", "x", 1, 10, switch.directory, scenario="register.xml",
                     extra=["-inf", str(switch.directory / "users.csv")])
    assert done["successful"] == 1, done


def crash_rounds(rounds, seed, directory):
    """Kills and restarts the same switch; after each start checks the whole database."""
    chance = random.Random(seed)
    switch = Switch(directory=directory / "switch", ip=SWITCH, **TRUNKS)
    (switch.directory / "users.csv").write_text("SEQUENTIAL\n1001;[authentication username=1001 password=p1]\n")
    try:
        with sipp.Callee(CALLEE, scenario="uas-hold.xml", directory=directory):
            for number in range(rounds):
                one_round(switch, chance, number)
            switch.start()
            check(switch)
            switch.stop()
    finally:
        if switch.process and switch.process.poll() is None:
            switch.kill()


def one_round(switch, chance, number):
    switch.start()
    check(switch, first=number == 0)
    if number % REFRESH == 0:
        register(switch)
    load = subprocess.Popen(
        ["sipp", f"{SWITCH}:5060", "-sf", str(sipp.SCENARIOS / "uac-hold.xml"), "-i", CALLER, "-p", "5060",
         "-s", "b1000", "-r", "40", "-l", "400", "-nostdin", "-timeout", "60"],
        cwd=switch.directory, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(chance.uniform(0.3, 2.5))
        switch.kill()
    finally:
        load.kill()
        load.wait()


def check(switch, first=False):
    rows = switch.records()
    assert all(row["state"] in ("closed", "recovered") for row in rows), "an open record was left"
    assert len({row["cdr_id"] for row in rows}) == len(rows), "a record stands twice"
    numbers = [row["seq"] for row in rows]
    assert numbers == list(range(1, len(rows) + 1)) or first, "a record is missing"
    legs = {}
    for row in rows:
        legs.setdefault(row["call_id"], []).append(row["leg_no"])
        assert row["t_end"] is None or row["t_end"] >= row["t_invite"], row
    assert all(sorted(found) == list(range(min(found), min(found) + len(found))) for found in legs.values())
    if not first:
        assert switch.status()["registrations"] == 1


@pytest.mark.needs("sipp")
def test_five_crashes(tmp_path):
    crash_rounds(5, seed=1, directory=tmp_path)


@pytest.mark.needs("sipp")
@pytest.mark.interop
def test_twenty_five_crashes(tmp_path):
    crash_rounds(25, seed=2, directory=tmp_path)


@pytest.mark.needs("sipp")
@pytest.mark.soak
def test_a_thousand_crashes(tmp_path):
    crash_rounds(1000, seed=3, directory=tmp_path)


def test_recovered_record_ends_with_the_last_packet(tmp_path, speech):
    """After `kill -9` the record ends within a second of the last packet, not at the restart."""
    switch = Switch(directory=tmp_path / "switch").start()
    phone = tandem_call(f"sip:600@{switch.address}", registrar=switch.address, user="1001", password="p1",
                        play=speech, seconds=30, wait=12)
    time.sleep(4)
    switch.kill()
    killed_at = time.time()
    time.sleep(2.5)
    switch.start()
    rows = switch.records()
    switch.stop()
    phone.process.terminate()
    assert [row["state"] for row in rows] == ["recovered"], rows
    assert abs(rows[0]["t_end"] / 1e6 - killed_at) < 1.0, (rows[0]["t_end"] / 1e6, killed_at)
    assert 1000 < rows[0]["talk_ms"] < 5000, rows


def runs(process_id) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process_id}/stat").read_text().rsplit(")")[1].split()[0]
    except FileNotFoundError:
        return False


def test_media_process_ends_with_the_switch(tmp_path):
    with Switch(directory=tmp_path, media={"process": "child"}) as switch:
        child = int((switch.data / "media.pid").read_text())
        assert runs(child)
        began = time.monotonic()
        assert switch.stop() == 0
        assert time.monotonic() - began < 2 and not runs(child)


@pytest.mark.parametrize("process", ["child", "thread"])
def test_orphan_media_process_is_ended_by_the_next_start(tmp_path, process):
    switch = Switch(directory=tmp_path, media={"process": "child"}).start()
    orphan = int((switch.data / "media.pid").read_text())
    switch.kill()
    assert runs(orphan)
    with Switch(directory=tmp_path, media={"process": process}):
        assert not runs(orphan)
