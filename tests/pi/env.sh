# Where things are kept; sourced by the scripts beside it. Everything can be set from outside.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
PI_CACHE=${PI_CACHE:-$ROOT/tests/.cache/pi}
# The kernel of this suite is 6.12, as Raspberry Pi OS has it.
SUITE=bookworm-backports
KERNEL=$PI_CACHE/kernel
RUST=$PI_CACHE/rust
OUT=$PI_CACHE/out
APP=$ROOT/target/pi/aarch64-unknown-linux-gnu/release
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
