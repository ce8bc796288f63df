"""Has this process get SIGKILL when the one that started it is gone."""

import ctypes
import signal

PR_SET_PDEATHSIG = 1


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
