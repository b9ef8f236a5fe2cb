"""Machines for tests: made once, saved, then each started from the saved state with a disk of its own.

Three are saved: one that has booted, one on which the daemon heats, K1 closed, and one on which TENS is on. A fast one
cannot be started from what another saved, and boots.
"""
import contextlib
import subprocess
import tempfile
import time
from pathlib import Path

from device import Device
from emulator import OUT, EmulatorError, Pi, make_disk
from world import Pad, World

#: The worlds of the machines that were made, for whoever wants to know whether the host disturbed one.
worlds = []
BOOTED, HEATING, STIMULATING = OUT / "booted", OUT / "heating", OUT / "stimulating"
#: The level of the one on which TENS is on, mA.
LEVEL_MA = 3


def _state(of):
    return of.with_suffix(".state")


def _disk(of):
    return of.with_suffix(".img")


@contextlib.contextmanager
def _disk_like(of):
    """A disk with what that of a saved machine had on it, for as long as it is needed; an empty one without any."""
    with tempfile.TemporaryDirectory(prefix="soothe-disk-") as folder:
        disk = Path(folder) / "disk.img"
        if of is None:
            make_disk(disk)
        else:
            subprocess.run(["cp", "--sparse=always", _disk(of), disk], check=True)
        yield disk


def _make(of, begin):
    """Makes and saves a machine, unless it is there. `begin` gets the file of its disk and gives a running machine."""
    state = _state(of)
    if state.exists() and state.stat().st_mtime > (OUT / "initrd.gz").stat().st_mtime:
        return
    for left in reversed(range(6)):
        begin(_disk(of)).save(state)
        try:
            # A state can be one in which a CPU hangs: it was saved while an interrupt was pending.
            with _disk_like(of) as disk, Pi(disk, state):
                return
        except EmulatorError:
            state.unlink()
            if not left:
                raise


def _boot(disk):
    make_disk(disk)
    pi = Pi(disk).start()
    # What a boot leaves to be done is done: an idle machine seldom has an interrupt pending when it is saved.
    time.sleep(2.0)
    return pi


def _begun(disk, begin):
    """A machine that has booted, and on which that was begun since."""
    _make(BOOTED, _boot)
    subprocess.run(["cp", "--sparse=always", _disk(BOOTED), disk], check=True)
    pi = Pi(disk, _state(BOOTED)).start()
    world = World(pi).start()
    begin(Device(pi), world)
    time.sleep(0.5)
    world.end()
    return pi


def _heat(disk):
    def begin(device, world):
        device.heat_by_command()
        device.until(world.is_heated, 10, "K1 is closed")
    return _begun(disk, begin)


def _stimulate(disk):
    return _begun(disk, lambda device, world: device.stimulate_by_command(LEVEL_MA))


def make_all():
    """Makes them, so that tests can run side by side."""
    _make(BOOTED, _boot)
    _make(HEATING, _heat)
    _make(STIMULATING, _stimulate)


@contextlib.contextmanager
def started(fast=False, network=True, pad=None):
    """A Pi with everything wired to it, and the daemon not started: machine, world, daemon."""
    of = None if fast else BOOTED
    if not fast:
        make_all()
    with _machine(of, fast, network, pad) as parts:
        yield parts


@contextlib.contextmanager
def heating(network=False):
    """A Pi whose daemon heats, with K1 closed for a second: machine, world, daemon."""
    make_all()
    with _machine(HEATING, False, network, None) as parts:
        yield parts


@contextlib.contextmanager
def stimulating():
    """A Pi whose daemon gives TENS, somebody watching: machine, world, daemon."""
    make_all()
    with _machine(STIMULATING, False, False, None) as (pi, world, device):
        device.raise_to(LEVEL_MA)
        yield pi, world, device


@contextlib.contextmanager
def _machine(of, fast, network, pad):
    with _disk_like(of) as disk, Pi(disk, of and _state(of), fast) as pi:
        world = World(pi, pad or Pad(), k2_held=of in (HEATING, STIMULATING)).start()
        worlds.append(world)
        try:
            if network:
                pi.join_network()
            yield pi, world, Device(pi)
            if world.error is not None:
                raise world.error
        finally:
            world.end()
