#!/bin/sh
# Prints the path of a Chromium for the browser tests. When there is none, installs Debian's package where that is
# allowed (as root, or with a sudo that asks no password); otherwise says what to install and fails.
set -eu

find_chromium() {
    for candidate in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
        # Some systems ship a `chromium` that only says how to get the real one: ask for a version.
        if path=$(command -v "$candidate") && "$path" --version >/dev/null 2>&1; then
            printf '%s\n' "$path"
            return 0
        fi
    done
    return 1
}

find_chromium && exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root=none
fi
if command -v apt-get >/dev/null && [ "$as_root" != none ]; then
    echo "Installing Chromium for the browser tests (apt-get) …" >&2
    log=$(mktemp)
    if { $as_root apt-get update && $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends chromium fonts-dejavu-core; } >"$log" 2>&1; then
        rm -f "$log"
        find_chromium && exit 0
    else
        tail -n 15 "$log" >&2
        rm -f "$log"
    fi
fi
cat >&2 <<'END'

The browser tests need Chromium, and it could not be installed here.
Install it (Debian: apt install chromium; elsewhere Chromium or Google Chrome), or say where it is:
    make test CHROMIUM=/path/to/chromium
END
exit 1
