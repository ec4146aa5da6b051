#!/usr/bin/python3
"""startup.py DSN DIRECTORY: bring the database to what the files of an application say."""

import json
import pathlib
import sys
from contextlib import closing

import psycopg2


def migrate(dsn, directory):
    files = {str(path.relative_to(directory)): path.read_text(encoding="utf-8")
             for path in pathlib.Path(directory).rglob("*.sql")}
    with closing(psycopg2.connect(dsn)) as connection, connection, connection.cursor() as cursor:
        # the others wait here while one of them migrates
        cursor.execute("SET LOCAL migrator.lock_timeout = '10min'")
        cursor.execute("SELECT FROM migrator.import(%s::jsonb)", (json.dumps(files),))
        cursor.execute("SELECT revision, message FROM migrator.upgrade()")
        return cursor.fetchall()


if __name__ == "__main__":
    for revision, message in migrate(sys.argv[1], sys.argv[2]):
        print(f"upgraded to {revision}: {message}")
