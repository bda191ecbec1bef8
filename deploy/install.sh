#!/bin/sh
# Makes .venv and installs the locked dependencies into it. `deploy/install.sh run` installs what serving needs,
# `… postgres` the driver for PostgreSQL as well, `… oidc` what sign-in services need, `… all` both, `… test` all that
# developing needs. PYTHON chooses the interpreter.
#
# uv installs within seconds; where it cannot be had or fails, pip does the same more slowly.
# Both refuse a file whose hash is not in the lock.
set -eu
export UV_SYSTEM_CERTS=1 # where an organisation inspects traffic, its certificate stands in the system's store
lock="deploy/lock/$1.txt"
venv_python=.venv/bin/python

fail() {
    echo >&2
    printf '%s\n' "$@" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        new_enough "$PYTHON" || fail "PYTHON=$PYTHON is not a Python of version 3.11 or newer."
        printf '%s' "$PYTHON"
        return
    fi
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if new_enough "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    fail "Schakel needs Python 3.11 or newer; none was found." \
        "Install one (on Debian or Ubuntu: apt install python3 python3-venv), or say where it is: make PYTHON=/path/to/python3"
}

# A folder that was copied along, or whose Python has gone, is made anew.
if [ -d .venv ] && ! { new_enough $venv_python && $venv_python -m pip --version >/dev/null 2>&1; }; then
    rm -rf .venv
fi
if [ ! -d .venv ]; then
    python=$(find_python)
    echo "Making .venv with $("$python" --version) …"
    if ! output=$("$python" -m venv .venv 2>&1); then
        rm -rf .venv
        fail "$output" "" "That Python could not make a virtual environment." \
            "On Debian or Ubuntu: apt install python3-venv (or python3.12-venv and so on), then run the same command again."
    fi
fi

quiet_pip() {
    $venv_python -m pip --disable-pip-version-check --quiet "$@"
}

echo "Installing dependencies ($lock) …"
if quiet_pip install --require-hashes --only-binary :all: -r deploy/lock/tools.txt >/dev/null 2>&1 &&
    uv_output=$($venv_python -m uv pip install --python $venv_python --quiet --require-hashes -r "$lock" 2>&1); then
    exit 0
fi
echo "uv is not available here or could not install; going on with pip, which takes a minute or two …"
if ! quiet_pip install --require-hashes -r "$lock"; then
    fail "${uv_output:-}" "The dependencies could not be installed. What the installer says stands above." \
        "Most often the package index cannot be reached: check the network, or the proxy and index settings of pip" \
        "(environment variables HTTPS_PROXY and PIP_INDEX_URL), then run the same command again."
fi
