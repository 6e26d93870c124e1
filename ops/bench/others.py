"""How much of the machine was used by neither the servers nor the generators: what the figures suffered from."""

import os

import servers


class Others:
    """From its beginning to its end; a share of all cores' time."""

    def __init__(self, run):
        self.run = run

    def __enter__(self):
        self.busy, self.total = self.machine()
        self.own = self.ours()
        return self

    def __exit__(self, *_):
        pass

    @staticmethod
    def machine():
        """Ticks in use, stolen by the host included, and all."""
        with open("/proc/stat") as file:
            user, nice, system, idle, iowait, irq, soft, steal = map(int, file.readline().split()[1:9])
        busy = user + nice + system + steal  # the network's own is nobody's in particular
        return busy, busy + irq + soft + idle + iowait

    def ours(self):
        """Of this process, those it started, and theirs."""
        ticks = 0
        for pid in servers.family(os.getpid()):
            try:
                ticks += sum(map(int, servers.stat(pid)[11:15]))
            except FileNotFoundError:
                pass
        return ticks

    def share(self):
        busy, total = self.machine()
        return max(0, (busy - self.busy) - (self.ours() - self.own)) / (total - self.total)
