# SPDX-License-Identifier: GPL-2.0-or-later
# children.py: the processes of a soak: started, waited for and ended so that none is left, however it ends.
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time

ENDING_S = 60  # what was told to end, and has not, is killed
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

LIBC = ctypes.CDLL(None, use_errno=True)


class Children:
    """Processes of ours, and the signals that end us; these are only ever taken in wait()."""

    def __init__(self):
        self.ended_by = 0
        self.ends = [s for s in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM) if signal.getsignal(s) != signal.SIG_IGN]
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD, *self.ends])
        LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # so that no orphan gets away

    def start(self, command, log):
        """In a process group of its own; it is told to end when this process dies. In the same session:
        the kernel's autogroups (sched_autogroup_enabled) make nice count only within one."""
        parent = os.getpid()

        def prepare():
            os.setpgid(0, 0)
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD, *self.ends])
            if os.getppid() != parent:
                os._exit(127)

        return subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                preexec_fn=prepare)

    def wait(self, child, limit):
        """Until it ended: True. False: its time is over, or a signal came."""
        until = time.monotonic() + limit
        while child.poll() is None:
            left = until - time.monotonic()
            if left <= 0:
                return False
            came = signal.sigtimedwait([signal.SIGCHLD, *self.ends], left)
            if came and came.si_signo != signal.SIGCHLD:
                self.ended_by = self.ended_by or came.si_signo
                return False
        return True

    def end(self, child):
        """Politely; with its group and not so after a while, or when a second signal comes."""
        if child.poll() is None:
            child.terminate()
            if not self.wait(child, ENDING_S):
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def interrupted(self):
        """Whether a signal came meanwhile."""
        came = self.ends and signal.sigtimedwait(self.ends, 0)
        if came:
            self.ended_by = self.ended_by or came.si_signo
        return bool(self.ended_by)

    @staticmethod
    def pids():
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as f:
            return [int(pid) for pid in f.read().split()]

    def orphans(self, known):
        """Ends whoever a child that is gone has left behind; how many there were."""
        left = 0
        while True:
            pids = [pid for pid in self.pids() if pid not in known]
            if not pids:
                return left
            for pid in pids:
                running = os.waitpid(pid, os.WNOHANG) == (0, 0)
                left += running
                if running:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)


class Load:
    """A program beside a run, with a scratch folder for what it writes; without a command nothing."""

    def __init__(self, children, command, folder, log):
        self.children = children
        self.child = self.scratch = None
        if command:
            self.scratch = tempfile.mkdtemp(prefix="load-", dir=folder)
            self.child = children.start([*command, "--temp-path", self.scratch], log)

    def pids(self):
        return [self.child.pid] if self.child else []

    def end(self):
        """Why it was not there to the end of the run, or None."""
        why = None
        if self.child:
            if self.child.poll() is not None:
                why = f"the load ended before the run, with status {self.child.returncode}"
            self.children.end(self.child)
            self.children.orphans([])
            shutil.rmtree(self.scratch, ignore_errors=True)
        return why
