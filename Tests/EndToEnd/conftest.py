"""Marks and tools of the end-to-end tests. They run one after another, each on loopback addresses of its own."""
import os
import shutil
import subprocess
import sys
import wave
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

TOOLS = {"sipp": "sip-tester", "baresip": "baresip-core", "linphonec": "linphone-cli", "tshark": "tshark",
         "ping": "iputils-ping", "ip": "iproute2", "nsenter": "util-linux", "iperf3": "iperf3"}


def pytest_addoption(parser):
    parser.addoption("--interop", action="store_true", help="the whole matrix, which takes longer")
    parser.addoption("--soak", action="store_true", help="what runs for hours")


def pytest_configure(config):
    config.addinivalue_line("markers", "interop: part of the whole matrix, not of `make test`")
    config.addinivalue_line("markers", "soak: hours long")
    config.addinivalue_line("markers", "needs(*tools): executables without which the test skips")
    if config.getoption("--interop"):
        from interop import InteropReport
        config.pluginmanager.register(InteropReport())


def pytest_collection_modifyitems(config, items):
    for item in items:
        if item.get_closest_marker("soak") and not config.getoption("--soak"):
            item.add_marker(pytest.mark.skip(reason="hours long: `make soak`"))
        elif item.get_closest_marker("interop") and not config.getoption("--interop"):
            item.add_marker(pytest.mark.skip(reason="part of the whole matrix: `make interop`"))


def pytest_runtest_setup(item):
    for mark in item.iter_markers("needs"):
        for tool in mark.args:
            if shutil.which(tool) is None:
                pytest.skip(f"{tool} is not installed (Debian package {TOOLS.get(tool, tool)})")


@pytest.fixture(scope="session")
def speech(tmp_path_factory) -> Path:
    """Twelve seconds of 8 kHz speech from espeak-ng, with silence behind it."""
    folder = tmp_path_factory.mktemp("speech")
    raw, path = folder / "raw.wav", folder / "speech.wav"
    text = ("Good morning. This line is used to measure voice gateways. The quick brown fox jumps over the lazy dog, "
            "and seven wizards quickly mixed five dozen jugs.")
    subprocess.run(["espeak-ng", "-s", "150", "-w", str(raw), text], check=True)
    subprocess.run(["sox", str(raw), "-r", "8000", "-b", "16", "-c", "1", str(path), "norm", "-6", "pad", "0.3", "1.5"],
                   check=True)
    with wave.open(str(path)) as sound:
        assert sound.getframerate() == 8000
    return path


@pytest.fixture(autouse=True)
def room():
    """File descriptors for hundreds of sockets."""
    import resource
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 20000), hard))
    yield
    os.environ.pop("TANDEM_TRACE", None)
