"""Run a command and say on stderr, in its last line, how much memory it held at most, in KiB.

A program of its own, and a small one: a process inherits the peak of the one that started it.
"""

import os
import subprocess
import sys

if __name__ == "__main__":
    started = subprocess.Popen(sys.argv[1:])
    _, status, usage = os.wait4(started.pid, 0)
    kibibytes = usage.ru_maxrss // 1024 if sys.platform == "darwin" else usage.ru_maxrss
    print(kibibytes, file=sys.stderr)
    sys.exit(os.waitstatus_to_exitcode(status))
