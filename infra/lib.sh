# shellcheck shell=bash
# What infra/test and infra/up share: headings, and installing what a machine lacks. Sourced by bash, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Downloaded tools live outside the sources' history; delete the folder to start afresh.
tools=${MUSTER_TEST_TOOLS:-$root/.test-tools}
export DEBIAN_FRONTEND=noninteractive

say() { printf '%s\n' "$*"; }

die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a command as root: directly, or through sudo where that asks for no password.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif have sudo && sudo -n true 2>/dev/null; then
        sudo -n --preserve-env=DEBIAN_FRONTEND "$@"
    else
        return 1
    fi
}

apt_updated=no

# apt_install PACKAGE...: installs Debian packages; fails, without asking anything, where that cannot be done.
apt_install() {
    have apt-get || return 1
    if [ "$apt_updated" = no ]; then
        say "reading the package lists"
        as_root apt-get update -qq || return 1
        apt_updated=yes
    fi
    say "installing $*"
    as_root apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" >"$tools/apt.log" 2>&1 </dev/null || {
        tail -n 20 "$tools/apt.log" >&2
        return 1
    }
}

# need COMMAND PACKAGE...: installs the packages when the command is missing, and gives up when that fails.
need() {
    local command=$1
    shift
    have "$command" && return 0
    apt_install "$@" && have "$command" && return 0
    die "$command is missing and could not be installed; install it (Debian: apt-get install $*) and run this again"
}

# A compiler cannot be had from Debian 12 in the version needed, so this one is asked for.
need_rust() {
    [ -d "$HOME/.cargo/bin" ] && PATH="$HOME/.cargo/bin:$PATH"
    have cargo || die "cargo is missing; install Rust 1.95 or newer with rustup and run this again"
    # rusqlite and ring compile a little C
    need cc gcc libc6-dev
}

# node_packages FOLDER: installs exactly what its package-lock.json names; nothing to do when that was done before.
node_packages() {
    local folder=$1 mark=$1/node_modules/.package-lock.json
    if [ -e "$mark" ] && [ ! "$folder/package-lock.json" -nt "$mark" ]; then
        return 0
    fi
    say "installing the npm packages of ${folder#"$root"/}"
    (cd "$folder" && npm ci --omit=dev --omit=peer --no-audit --no-fund --loglevel=error </dev/null) || return 1
    touch "$mark"
}
