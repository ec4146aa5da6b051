# Parts shared by the scripts here; source it, with top set to the tree.
#
# The scripts come in two layers.  The outer one (test, demo) runs as whoever
# called it: it installs packages, makes chroots, and copies the tree to a
# working directory of its own.  The inner one (suites, demo-session) runs in
# that copy as an ordinary user, since PostgreSQL refuses to run as root, with
# an environment that holds nothing from outside.
#
# A working directory $work holds tree/ (the copy), dest/ (what "make install"
# gave), data/ and sock/ (the private cluster) and out/ (results).

export LC_ALL=C.UTF-8

say()
{
	printf '== %s\n' "$*"
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

#----------------------------------------------------------------------------
# Outer layer
#----------------------------------------------------------------------------

as_root()
{
	if [ "$EUID" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "\"$1\" must run as root, and there is no sudo"
	fi
}

# The Debian release that ships a given major version of the server.
codename_of()
{
	case $1 in
		15) echo bookworm ;;
		17) echo trixie ;;
		18) echo forky ;;
		*) die "no Debian release is known for PostgreSQL $1" ;;
	esac
}

# The server version that this machine's own release ships; empty if none.
local_version()
{
	local codename version

	# shellcheck disable=SC1091
	codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	for version in 15 17 18; do
		if [ "$(codename_of "$version")" = "$codename" ]; then
			echo "$version"
		fi
	done
}

# What building needs, and what the tests need beyond that.
build_packages()
{
	echo "postgresql-$1 postgresql-server-dev-$1 make gcc libc6-dev"
}

test_packages()
{
	echo "postgresql-$1-pgtap libtap-parser-sourcehandler-pgtap-perl" \
		"libipc-run-perl python3-psycopg2 graphviz pgbouncer tmux"
}

missing_packages()
{
	local package

	for package in "$@"; do
		if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
			echo "$package"
		fi
	done
}

# install_packages PACKAGE...
#		Install those that are missing.
#
# A server package makes a cluster of its own and starts it, as PgBouncer's
# starts a pooler; we want neither, so that is switched off while we install,
# and only then.
install_packages()
{
	local missing conf_dir=/etc/postgresql-common/createcluster.d policy=/usr/sbin/policy-rc.d

	missing=$(missing_packages "$@" | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	say "installing $missing"
	# shellcheck disable=SC2086,SC2064
	(
		[ ! -e "$policy" ] || policy=
		trap "as_root rm -f '$conf_dir/migrator-test.conf' $policy
			as_root rmdir --ignore-fail-on-non-empty '$conf_dir'" EXIT
		trap 'exit 130' INT TERM HUP
		as_root mkdir -p "$conf_dir"
		echo "create_main_cluster = false" |
			as_root tee "$conf_dir/migrator-test.conf" >/dev/null
		if [ -n "$policy" ]; then
			printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
			as_root chmod 755 "$policy"
		fi
		apt_get update || true
		apt_get install -y --no-install-recommends $missing
	)
}

apt_get()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q \
		-o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

# The user who owns the work and runs the servers: ourselves, unless we are
# root.  Wants the server package to be installed.
worker()
{
	if [ "$EUID" -eq 0 ]; then
		echo postgres
	else
		id -un
	fi
}

cache_dir()
{
	if [ -n "${MIGRATOR_CACHE:-}" ]; then
		echo "$MIGRATOR_CACHE"
	elif [ "$EUID" -eq 0 ]; then
		echo /var/cache/migrator
	else
		echo "${XDG_CACHE_HOME:-$HOME/.cache}/migrator"
	fi
}

# copy_tree DIRECTORY
#		Copy the tree, less git's and the compiler's files, to DIRECTORY.
copy_tree()
{
	mkdir -p "$1"
	tar -C "$top" --exclude=.git --exclude-from="$top/.gitignore" -cf - . |
		tar -C "$1" --no-same-owner -xf -
}

# copy_shared DIRECTORY
#		Copy the test data that may lie beside the tree; it is not ours to ship.
copy_shared()
{
	local shared=${MIGRATOR_SHARED:-$top/../shared} part

	mkdir -p "$1"
	for part in alembic corpora diff; do
		if [ -d "$shared/$part" ]; then
			cp -R "$shared/$part" "$1/"
		fi
	done
	chmod -R u+w "$1"
}

# in_copy WORK COMMAND...
#		Run a command of the inner layer in WORK/tree, as the worker.
in_copy()
{
	local dir=$1 user
	shift

	user=$(worker)
	local clean=(env -i "HOME=$dir" "TMPDIR=$dir/tmp" "USER=$user" "LC_ALL=$LC_ALL"
		"TERM=${TERM:-dumb}" PATH=/usr/sbin:/usr/bin:/sbin:/bin
		bash -c 'cd "$1/tree" && shift && exec "$@"' bash "$dir" "$@")

	mkdir -p "$dir/tmp"
	if [ "$EUID" -eq 0 ]; then
		chown -R "$user:" "$dir"
		setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups "${clean[@]}"
	else
		"${clean[@]}"
	fi
}

#----------------------------------------------------------------------------
# Inner layer.  Wants $work and $version; bash here may lack /dev/fd, so no
# process substitution.
#----------------------------------------------------------------------------

use_server()
{
	bindir=/usr/lib/postgresql/$version/bin
	pg_config=$bindir/pg_config
	[ -x "$pg_config" ] || die "PostgreSQL $version is not installed"
	pgxs_dir=$(dirname "$(dirname "$("$pg_config" --pgxs)")")/..
	pgxs_dir=$(cd "$pgxs_dir" && pwd)
	export PATH=$bindir:$PATH
}

# Build with warnings as errors, and install below $work/dest.
build_extension()
{
	make -s -j"$(nproc)" CHECKED=1 PG_CONFIG="$pg_config" &&
	make -s install CHECKED=1 PG_CONFIG="$pg_config" DESTDIR="$work/dest"
}

# Settings with which a server finds the extension below $work/dest: a patch
# of Debian's up to 17, and a feature of PostgreSQL from 18 on.
extension_conf()
{
	if [ "$version" -ge 18 ]; then
		echo "extension_control_path = '$work/dest$("$pg_config" --sharedir):\$system'"
		echo "dynamic_library_path = '$work/dest$("$pg_config" --pkglibdir):\$libdir'"
	else
		echo "extension_destdir = '$work/dest'"
	fi
}

# A cluster that only its socket leads to.
cluster_start()
{
	export PGHOST=$work/sock PGPORT=5432 PGUSER=postgres

	mkdir -p "$work/out" "$PGHOST"
	initdb --no-sync --no-locale --encoding=UTF8 --auth=trust \
		--username="$PGUSER" --pgdata="$work/data" >"$work/out/initdb.log" 2>&1 ||
		{ cat "$work/out/initdb.log"; return 1; }
	{
		echo "listen_addresses = ''"
		echo "port = $PGPORT"
		echo "unix_socket_directories = '$PGHOST'"
		echo "fsync = off"
		echo "max_connections = 50"
		echo "log_line_prefix = '%m [%p] %q%a '"
		extension_conf
	} >>"$work/data/postgresql.conf"
	pg_ctl --silent --wait --timeout=120 --pgdata="$work/data" \
		--log="$work/out/server.log" start >/dev/null ||
		{ cat "$work/out/server.log"; return 1; }
}

# Stop the cluster, and whatever servers the tests left below $work.
cluster_stop()
{
	local file

	find "$work" -name postmaster.pid 2>/dev/null | while read -r file; do
		pg_ctl --silent --wait --mode=fast --timeout=30 \
			--pgdata="$(dirname "$file")" stop >/dev/null 2>&1 ||
		pg_ctl --silent --wait --mode=immediate \
			--pgdata="$(dirname "$file")" stop >/dev/null 2>&1 || true
	done
}
