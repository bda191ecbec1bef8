#!/bin/sh
# Writes deploy/lock/*.txt: every dependency at one version, with its hashes and without index addresses, so that
# the same files are valid with any mirror. Options, such as --upgrade, go on to uv.
set -eu
export UV_SYSTEM_CERTS=1 # as in install.sh
htmx_wheel="django-htmx==1.29.0" # carries htmx 2.0.10; a new version also needs the new digest in deploy/build.py

compile() {
    output=deploy/lock/$1
    shift
    echo "Locking $output …"
    .venv/bin/python -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --custom-compile-command "make lock" --output-file "$output" "$@" >/dev/null
}

compile run.txt "$@" pyproject.toml
compile postgres.txt "$@" --extra postgres --constraint deploy/lock/run.txt pyproject.toml
compile oidc.txt "$@" --extra oidc --constraint deploy/lock/run.txt pyproject.toml
compile all.txt "$@" --all-extras --constraint deploy/lock/postgres.txt --constraint deploy/lock/oidc.txt pyproject.toml
compile test.txt "$@" --all-extras --group test --constraint deploy/lock/all.txt pyproject.toml
echo "uv" | compile tools.txt "$@" -
echo "$htmx_wheel" | compile htmx.txt --no-deps -
