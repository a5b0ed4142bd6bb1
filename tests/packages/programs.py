"""The package managers' own programs, where they are at hand: what ours is compared with."""

import shutil
import subprocess

import pytest

_DPKG = """
use strict; use Dpkg::Version;
while (<STDIN>) {
    chomp;
    my ($x, $y) = map { Dpkg::Version->new($_) } split /\\t/;
    print $x <=> $y, "\\n";
}
"""


def dpkg_orders(pairs):
    """What dpkg's own code says of each pair of versions, in one process."""
    if not shutil.which("dpkg-architecture"):
        pytest.skip("dpkg-dev is not at hand")
    text = "".join(f"{a}\t{b}\n" for a, b in pairs)
    ran = subprocess.run(
        ["perl", "-e", _DPKG], input=text, capture_output=True, text=True, check=True
    )
    return [int(line) for line in ran.stdout.split()]


def dpkg_program_orders(pairs):
    """The same of the `dpkg` program itself: three processes a pair, so for a few only."""
    loop = (
        'while IFS="\t" read -r a b; do r=1; dpkg --compare-versions "$a" lt "$b" && r=-1; '
        'dpkg --compare-versions "$a" eq "$b" && r=0; echo $r; done'
    )
    text = "".join(f"{a}\t{b}\n" for a, b in pairs)
    ran = subprocess.run(["sh", "-c", loop], input=text, capture_output=True, text=True, check=True)
    return [int(line) for line in ran.stdout.split()]


def rpm_orders(pairs):
    """What rpm says of each pair of versions."""
    if not shutil.which("rpm"):
        pytest.skip("rpm is not at hand")
    orders = []
    for start in range(0, len(pairs), 2000):
        table = ",".join(f'{{"{a}","{b}"}}' for a, b in pairs[start : start + 2000])
        script = f'%{{lua: for _, p in ipairs({{{table}}}) do print(rpm.vercmp(p[1], p[2]) .. "\\n") end}}'
        ran = subprocess.run(["rpm", "--eval", script], capture_output=True, text=True, check=True)
        orders += [int(line) for line in ran.stdout.split()]
    return orders
