"""Every RFC 4475 and RFC 5118 message over a real socket, OPTIONS answered after each."""
import json
import subprocess
import sys

import pytest

from harness.switch import ROOT, Switch

TORTURE = ROOT / "Tests/EndToEnd/phones/torture.py"
MESSAGES = ROOT / "Tests/SIPMessageTests/Torture"


@pytest.mark.parametrize("folder,least", [("rfc4475", 48), ("rfc5118", 10)])
@pytest.mark.parametrize("transport", [[], ["--tcp"]], ids=["own", "tcp"])
def test_every_message_gets_its_verdict(folder, least, transport):
    with Switch(ip="127.0.0.1", sip={"trusted": ["127.0.0.9/32"]}) as switch:
        done = subprocess.run(
            [sys.executable, str(TORTURE), str(MESSAGES / folder), switch.address, "--json", *transport],
            capture_output=True, text=True, timeout=300)
        rows = json.loads(done.stdout)
        failed = [row for row in rows if row["verdict"] == "FAIL"]
        assert not failed, "\n".join(f"{row['name']}: got {row['got']}, allowed {row['allowed']}: {row['note']}"
                                     for row in failed)
        assert len(rows) >= least
        assert switch.process.poll() is None
