#!/bin/sh
# Makes .venv hold exactly the locked packages; a second run with nothing changed takes an instant.
#
#   deploy/setup.sh        what the product needs to run
#   deploy/setup.sh dev    the same, with what the tests and checks need
#
# PYTHON=/path/to/python3 chooses the interpreter (3.11, 3.12 or 3.13).
set -eu
cd "$(dirname "$0")/.."
venv=.venv
wanted=${1:-run}
log=$venv/setup.log

say() { printf '%s\n' "$*" >&2; }
fail() { say "zhuce: $*"; exit 1; }

case $wanted in
    run) locks="requirements.lock requirements-fonts.lock" ;;
    dev) locks="requirements-dev.lock requirements-fonts.lock" ;;
    *) fail "deploy/setup.sh knows 'run' and 'dev', not '$wanted'." ;;
esac

# The checkout's path is part of the stamp: a virtual environment does not survive being moved.
stamp="$(pwd) $(cat $locks pyproject.toml | cksum)"
if [ -x $venv/bin/python ] && [ "$(cat "$venv/ready-$wanted" 2>/dev/null)" = "$stamp" ]; then exit 0; fi

suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

python=${PYTHON:-}
if [ -n "$python" ]; then
    suits "$python" || fail "PYTHON=$python is not Python 3.11, 3.12 or 3.13."
else
    for candidate in python3 python3.13 python3.12 python3.11; do
        if suits "$candidate"; then python=$candidate; break; fi
    done
fi
[ -n "$python" ] || fail "Python 3.11, 3.12 or 3.13 is needed. On Debian or Ubuntu: apt-get install python3 python3-venv"

# --- the virtual environment -------------------------------------------------------------------------------------
if ! [ -x $venv/bin/python ] || ! suits $venv/bin/python || ! $venv/bin/python -m pip --version >/dev/null 2>&1 \
    || [ "$(cat $venv/checkout 2>/dev/null)" != "$(pwd)" ]; then
    rm -rf $venv
    # Debian ships python3 without ensurepip; the venv module is there but cannot put pip in what it makes.
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
            say "Installing $package (Debian keeps Python's venv module in a package of its own) ..."
            { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
                apt-get install -y -qq --no-install-recommends "$package"; } >/tmp/zhuce-apt.$$ 2>&1 \
                || { tail -n 5 /tmp/zhuce-apt.$$ >&2; rm -f /tmp/zhuce-apt.$$; fail "could not install $package."; }
            rm -f /tmp/zhuce-apt.$$
        else
            fail "$python cannot make virtual environments. As root: apt-get install $package   then run this again."
        fi
    fi
    say "Making a virtual environment in $venv with $("$python" -V) ..."
    "$python" -m venv $venv || fail "could not make a virtual environment in $(pwd)/$venv"
    pwd > $venv/checkout
fi

# --- the packages ------------------------------------------------------------------------------------------------
total=$(cat $locks | grep -c '==')
say "Installing $total packages into $venv (exact versions, checked by hash) ..."

args=
for lock in $locks; do args="$args -r $lock"; done
# --no-deps: the locks are complete, and mplfonts would otherwise bring matplotlib for the sake of its fonts.
# shellcheck disable=SC2086
$venv/bin/python -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes --progress-bar off \
    $args >"$log" 2>&1 &
pip=$!
trap 'kill $pip 2>/dev/null; exit 130' INT TERM
while kill -0 $pip 2>/dev/null; do
    if [ -t 2 ]; then
        seen=$(grep -c -E '^(Collecting|Requirement already)' "$log" || true)
        doing=fetched; if grep -q '^Installing collected' "$log"; then doing="fetched; unpacking"; fi
        printf '\r\033[K  %s of %s %s' "$seen" "$total" "$doing" >&2
    fi
    sleep 0.3
done
trap - INT TERM
if [ -t 2 ]; then printf '\r\033[K' >&2; fi
if ! wait $pip; then
    grep -E '^ *(ERROR|error)' "$log" | tail -n 5 >&2 || tail -n 5 "$log" >&2
    fail "installing the packages failed; all of it is in $log.
  Behind a proxy or with a mirror, pip's own settings apply (https_proxy, PIP_INDEX_URL, pip.conf)."
fi

# The `zhuce` command, without asking the network again: its build tool is in the lock.
$venv/bin/python -m pip install --disable-pip-version-check --no-input --no-deps --no-build-isolation --no-index \
    --quiet --editable . >>"$log" 2>&1 || { tail -n 5 "$log" >&2; fail "installing zhuce itself failed; see $log"; }

printf '%s' "$stamp" > "$venv/ready-$wanted"
# What the tests need includes what the product needs, so that going from one to the other installs nothing.
if [ "$wanted" = dev ]; then
    printf '%s' "$(pwd) $(cat requirements.lock requirements-fonts.lock pyproject.toml | cksum)" > $venv/ready-run
fi
say "Ready."
