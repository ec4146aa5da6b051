"""alembic_plan.py DIRECTORY REVISIONS: time Alembic's planning, without a database.

"read" is reading all files into Alembic's map of revisions, "plan" is making
the list of steps from base to head out of it, which is what a run of "alembic
upgrade head" does next.
"""

import sys
import time

from alembic.config import Config
from alembic.script import ScriptDirectory

config = Config()
config.set_main_option("script_location", sys.argv[1])
script = ScriptDirectory.from_config(config)
begin = time.perf_counter()
script.revision_map._revision_map
read = time.perf_counter()
steps = script._upgrade_revs("head", None)
end = time.perf_counter()
assert len(steps) == int(sys.argv[2])
print("read=%f plan=%f" % (read - begin, end - read))
