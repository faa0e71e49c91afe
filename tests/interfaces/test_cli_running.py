"""A command that runs until somebody stops it: it ends when it has finished, or at once where somebody insists."""

import signal
import subprocess
import sys
from time import sleep

WAITING = """
from time import sleep
from interfaces.cli.running import stopped_by_signals
with stopped_by_signals() as stopping:
    print("running", flush=True)
    while not stopping():
        sleep(0.01)
    print("finishing", flush=True)
    sleep(60)
"""


def test_who_asks_a_second_time_need_not_wait() -> None:
    with subprocess.Popen([sys.executable, "-c", WAITING], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "finishing\n"
        process.send_signal(signal.SIGTERM)
        sleep(1.2)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == -signal.SIGTERM
