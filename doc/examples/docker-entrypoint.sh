#!/bin/sh
# In the Dockerfile:  COPY migrations /app/migrations
#                     ENTRYPOINT ["/docker-entrypoint.sh"]
#                     CMD ["my-application"]
# Where the database is comes from DATABASE_URL, or PGHOST and the like.  Every
# container may do this at its start: what has to be done is done once.

set -eu
migrator setup --wait "${MIGRATOR_WAIT:-60}" --directory "${MIGRATOR_DIRECTORY:-/app/migrations}"
exec "$@"
