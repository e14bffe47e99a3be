#!/bin/sh
# apt.sh PACKAGE... : install Debian packages, as root or by sudo without a password;
# else say which are missing and how to install them.
set -eu

if [ "$(id -u)" -ne 0 ] && command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
    exec sudo -n sh "$0" "$@"
fi
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "缺少:$*" >&2
    echo "请以 root 运行:apt-get update && apt-get install -y --no-install-recommends $*" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
case " $* " in *" postgresql"*)
    # The tests bring their own cluster; a new server package must not make and start one too.
    clusters=/etc/postgresql-common/createcluster.d
    ours=$clusters/yizhan-no-main-cluster.conf
    trap 'rm -f "$ours"' EXIT
    trap 'exit 130' INT TERM
    mkdir -p "$clusters"
    echo "create_main_cluster = false" >"$ours"
    ;;
esac

install() {
    apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" </dev/null
}
# The lists may be absent, or name versions that are gone.
install "$@" || { apt-get update || true; install "$@"; }
