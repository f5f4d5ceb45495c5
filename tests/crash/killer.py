"""kill -9 at random moments, and azud started again each time."""

import time

from harness.azud import wait_until

EARLY_SECONDS = 0.3  # a start takes less: opening, recovery, the first checkpoint


class Killer:
    """`dice` decides when. Of the kills a share comes early: within the first moments of a start, ready or not."""

    def __init__(self, azud, dice, every=2.0, early_share=0.25):
        self.azud = azud
        self.dice = dice
        self.every = every
        self.early_share = early_share
        self.kills = self.early_kills = 0

    def kill(self, times, until=lambda: False):
        """Kills so often; `until()` true cuts a wait short, not the kills. azud runs and is ready afterwards."""
        for _ in range(times):
            self._wait(self.dice.uniform(0.05, self.every), until)
            self.azud.kill9()
            while self.dice.random() < self.early_share:
                self.kill_starts(1)
            self.azud.start(120)
            self.kills += 1

    def kill_starts(self, times):
        """Starts azud so often and kills it within the first moments, whether it was ready or not. It does not run afterwards."""
        for _ in range(times):
            self.azud.spawn()
            self._wait(self.dice.uniform(0, EARLY_SECONDS), lambda: False)
            self.azud.kill9()
            self.early_kills += 1

    @staticmethod
    def _wait(seconds, until):
        end = time.monotonic() + seconds
        wait_until(lambda: time.monotonic() >= end or until(), seconds + 5, pause=0.005)
