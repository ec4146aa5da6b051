#!/bin/sh
# startup.sh DIRECTORY [PSQL-OPTION...]: bring the database to what the files of an
# application say, with nothing but psql.

set -eu
cd "$1"
shift
{
	echo "BEGIN;"
	echo "SET LOCAL migrator.lock_timeout = '10min';	-- the others wait while one of them migrates"
	for file in *.sql; do
		printf '\\set file `printf %%s "%s"`\n\\set script `cat "%s"`\n' "$file" "$file"
		echo "SELECT migrator.load(:'script', :'file') \\g /dev/null"
	done
	echo "SELECT 'upgraded to ' || revision || ': ' || message FROM migrator.upgrade();"
	echo "COMMIT;"
} | psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
