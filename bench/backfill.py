"""A backfill beside the loop that one would write by hand.

Both go along the primary key in batches of the same size and commit after each; the loop
finds the end of a batch with OFFSET, as such loops do.  The table is as new each time.
"""

from statistics import median

from lib import alternate

ROWS = 300000
BATCH = 1000
ROUNDS = 7

LOOP = """
CREATE PROCEDURE by_hand() LANGUAGE plpgsql AS $$
DECLARE
    last bigint := 0;
    next bigint;
    greatest bigint;
BEGIN
    SELECT max(id) INTO greatest FROM item;
    WHILE last < greatest LOOP
        SELECT id INTO next FROM item WHERE id > last ORDER BY id OFFSET %d LIMIT 1;
        IF NOT FOUND THEN
            next := greatest;
        END IF;
        UPDATE item SET total = price * 2 WHERE id > last AND id <= next;
        COMMIT;
        last := next;
    END LOOP;
END $$
""" % (BATCH - 1)

OURS = """CALL migrator.backfill('item', 'item', 'UPDATE item SET total = price * 2',
    batch_size => %d, target_duration => 0, restart => true)""" % BATCH


def measure(bench, report):
    bench.create("backfill")
    bench.execute("CREATE EXTENSION migrator", database="backfill")
    bench.execute(LOOP, database="backfill")

    memory = []
    ours, loop = alternate(ROUNDS, lambda: timed(bench, OURS, ROWS, memory),
                           lambda: timed(bench, "CALL by_hand()", ROWS))
    report.ratio("backfill of 300,000 rows", ours, loop, "PL/pgSQL loop", most=1 / 0.9)

    small = []
    for _ in range(ROUNDS):
        timed(bench, OURS, ROWS // 10, small)
    report.verdict("  most memory of its session", "%d kB" % median(memory), "%d kB" % median(small),
                   "30,000 rows", "1 MB more", median(memory) <= median(small) + 1024)
    bench.drop("backfill")


def timed(bench, sql, rows, memory=None):
    connection = bench.connect("backfill")
    cursor = connection.cursor()
    cursor.execute("DROP TABLE IF EXISTS item")
    cursor.execute("CREATE TABLE item (id bigint PRIMARY KEY, price integer, total integer, note text)")
    cursor.execute("INSERT INTO item SELECT g, g, NULL, repeat('x', 60) FROM generate_series(1, %s) g", [rows])
    cursor.execute("VACUUM ANALYZE item")
    cursor.execute("CHECKPOINT")
    connection.close()

    # a session of its own: VmPeak is the most that it has had, shared memory included, which is constant
    connection = bench.connect("backfill")
    cursor = connection.cursor()
    begin = clock_ms(cursor)
    cursor.execute(sql)
    took = (clock_ms(cursor) - begin) / 1000
    if memory is not None:
        with open("/proc/%d/status" % connection.get_backend_pid()) as status:
            memory.extend(int(line.split()[1]) for line in status if line.startswith("VmPeak"))
    connection.close()
    return took


def clock_ms(cursor):
    cursor.execute("SELECT extract(epoch FROM pg_catalog.clock_timestamp()) * 1000")
    return float(cursor.fetchone()[0])
