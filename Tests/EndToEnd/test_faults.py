"""Bad configuration and bad machines: one clear sentence, the right exit status, nothing lost."""
import os
import shutil
import socket
import stat
import subprocess
import time
from pathlib import Path

import pytest

from harness import sipp
from harness.phones import tandem_call
from harness.switch import Switch, tandem_binary


def attempt(switch, *prefix, timeout=20):
    return subprocess.run([*prefix, str(tandem_binary()), "run", "--config", str(switch.config)],
                          capture_output=True, text=True, timeout=timeout)


def open_to_all(path):
    """Lets an unprivileged process reach a test's folder."""
    for folder in [path, *path.parents]:
        if folder != Path("/") and os.stat(folder).st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o055)
    path.chmod(0o777)


def one_sentence(done, *words):
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.startswith("Error:")]
    assert len(lines) == 1, done.stderr
    for word in words:
        assert word in lines[0], lines


def test_unknown_keys_are_all_named_with_the_nearest(tmp_path):
    switch = Switch(directory=tmp_path, media={"adress": "127.0.0.1"}, sip={"lisen": []})
    done = switch.cli("check", "--config", switch.config, check=False)
    assert done.returncode == 1
    assert "tandem.yaml:" in done.stderr and "address" in done.stderr and "listen" in done.stderr, done.stderr
    assert attempt(switch).returncode == 1


def test_check_tells_what_the_start_would_refuse(tmp_path):
    for media, word in (({"mode": "xdp", "interface": "lo"}, "media.mode xdp"),
                        ({"mode": "owned", "interface": "lo", "process": "child"}, "media.process child"),
                        ({"mode": "owned", "interface": "lo", "io_uring": "off"}, "media.io_uring")):
        switch = Switch(directory=tmp_path, media=media)
        done = switch.cli("check", "--config", switch.config, check=False)
        one_sentence(done, word)
        one_sentence(attempt(switch), word)


def test_an_interface_that_can_not_be_taken_over(tmp_path):
    for name, word in (("lo", "loopback"), ("nothere0", "no interface nothere0")):
        one_sentence(attempt(Switch(directory=tmp_path, media={"mode": "owned", "interface": name})), word)


def test_sip_port_in_use(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 5060))
        one_sentence(attempt(Switch(directory=tmp_path)), "5060", "in use")


def test_media_port_in_use(tmp_path):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 20006))
        one_sentence(attempt(Switch(directory=tmp_path)), "20006", "in use")


def test_database_that_is_none(tmp_path):
    switch = Switch(directory=tmp_path)
    switch.data.mkdir()
    (switch.data / "records.sqlite").write_text("not a database, but long enough to be taken for one" * 100)
    one_sentence(attempt(switch), "records.sqlite")
    assert "not a database" in (switch.data / "records.sqlite").read_text()


def test_data_folder_in_use_by_another_switch(tmp_path):
    with Switch(directory=tmp_path / "a") as first:
        second = Switch(directory=tmp_path / "b", port=5070, node={"data": str(first.data)})
        one_sentence(attempt(second), "in use")


def test_missing_configuration_file():
    done = subprocess.run([str(tandem_binary()), "run", "--config", "/nonexistent/tandem.yaml"],
                          capture_output=True, text=True)
    assert done.returncode == 1 and "/nonexistent/tandem.yaml" in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to drop privileges")
def test_real_time_required_without_the_privilege(tmp_path):
    switch = Switch(directory=tmp_path / "s", media={"realtime": "required"})
    open_to_all(switch.directory)
    done = attempt(switch, "setpriv", "--bounding-set=-sys_nice,-ipc_lock", "--inh-caps=-all",
                   "prlimit", "--rtprio=0:0", "setpriv", "--reuid=65534", "--clear-groups", "--")
    one_sentence(done, "real-time")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to drop privileges")
def test_missing_privilege_is_logged_and_the_switch_runs(tmp_path, monkeypatch):
    copy = tmp_path / "tandem"
    shutil.copy(tandem_binary(), copy)
    switch = Switch(directory=tmp_path / "s", env={},
                    prefix=["prlimit", "--rtprio=0:0", "setpriv", "--reuid=65534", "--clear-groups", "--"])
    open_to_all(switch.directory)
    monkeypatch.setenv("TANDEM", str(copy))
    with switch:
        assert "SCHED_FIFO" in switch.log_text(), switch.log_text()


def test_wrong_sound_file(tmp_path):
    wrong = tmp_path / "wrong.wav"
    wrong.write_text("no sound")
    done = subprocess.run([str(tandem_binary()), "call", "sip:600@127.0.0.1", "--play", str(wrong)],
                          capture_output=True, text=True)
    one_sentence(done, "wrong.wav")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a tmpfs")
def test_full_disk_refuses_new_calls_and_closes_running_ones(tmp_path):
    var = tmp_path / "var"
    var.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(var)], check=True)
    try:
        with Switch(directory=tmp_path, billing={"disk_min_mb": 8, "reserve_mb": 4}) as switch:
            phone = tandem_call(f"sip:600@{switch.address}", registrar=switch.address, user="1001", password="p1",
                                seconds=8, wait=30)
            time.sleep(2)
            with open(var / "filler", "wb", buffering=0) as filler:
                try:
                    while True:
                        filler.write(b"\0" * 65536)
                except OSError:
                    pass
            time.sleep(3)
            refused = tandem_call(f"sip:600@{switch.address}", registrar=switch.address, user="1002",
                                  password="p2", wait=10).result()
            assert refused["sip_code"] == 503, refused
            assert phone.result()["outcome"] == "completed"
            time.sleep(2)
            rows = switch.records()
            assert [row["state"] for row in rows if row["disposition"] == "answered"] == ["closed"], rows
    finally:
        subprocess.run(["umount", "-l", str(var)], check=False)


def test_ports_move_at_run_time(tmp_path):
    with Switch(directory=tmp_path) as switch:
        def ports():
            return [row["port"] for row in __import__("json").loads(
                switch.cli("ports", "list", "--json", "--config", switch.config).stdout)]
        assert 20000 in ports() and 30000 not in ports()
        switch.cli("ports", "claim", 30000, "--config", switch.config)
        end = time.monotonic() + 5
        while 30000 not in ports() and time.monotonic() < end:
            time.sleep(0.05)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            with pytest.raises(OSError):
                other.bind(("127.0.0.1", 30000))
        switch.cli("ports", "release", 30000, "--config", switch.config)
        end = time.monotonic() + 5
        while 30000 in ports() and time.monotonic() < end:
            time.sleep(0.05)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 30000))
        refused = switch.cli("ports", "release", 31000, "--config", switch.config, check=False)
        assert refused.returncode != 0 and "not reserved" in refused.stderr


def test_local_socket_is_its_owners_alone(tmp_path):
    with Switch(directory=tmp_path) as switch:
        assert stat.S_IMODE(os.stat(switch.data / "control.sock").st_mode) == 0o600


def test_asking_without_a_daemon(tmp_path):
    switch = Switch(directory=tmp_path)
    done = switch.cli("status", "--config", switch.config, check=False)
    one_sentence(done, "no switch answers")


@pytest.mark.needs("sipp")
def test_sigterm_drains(tmp_path):
    """503 to new calls, running ones may end by themselves, BYE after drain_s."""
    with Switch(directory=tmp_path, node={"drain_s": 3}) as switch:
        phone = tandem_call(f"sip:600@{switch.address}", registrar=switch.address, user="1001", password="p1",
                            seconds=0, wait=30)
        time.sleep(2)
        switch.process.terminate()
        time.sleep(0.5)
        late = tandem_call(f"sip:600@{switch.address}", registrar=None, user="1002", password="p2",
                           wait=5).result()
        assert late["sip_code"] == 503, late
        assert switch.process.wait(10) == 0
        assert phone.result()["outcome"] == "completed"
        rows = switch.records()
        assert [row["state"] for row in rows] == ["closed"], rows
