-- case: a rule comes
CREATE TABLE t (a integer);
-- to
CREATE TABLE t (a integer);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
COMMENT ON RULE r ON t IS 'never';

-- case: a rule changes in every way
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);
CREATE RULE r AS ON INSERT TO t DO ALSO INSERT INTO log VALUES (new.a);
CREATE RULE s AS ON UPDATE TO t WHERE old.a > 0 DO INSTEAD NOTHING;
CREATE RULE u AS ON DELETE TO t DO ALSO NOTIFY gone;
COMMENT ON RULE u ON t IS 'kept';
-- to
CREATE TABLE t (a integer, b text);
CREATE TABLE log (a integer);
CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO log VALUES (new.a); NOTIFY "it's;";);
CREATE RULE s AS ON UPDATE TO t WHERE old.a > 1 AND new.b = ';' DO INSTEAD NOTHING;
CREATE RULE u AS ON INSERT TO t DO ALSO NOTIFY gone;
COMMENT ON RULE u ON t IS 'kept';

-- case: enabled state of rules
CREATE TABLE t (a integer);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE RULE s AS ON UPDATE TO t DO INSTEAD NOTHING;
ALTER TABLE t DISABLE RULE s;
-- to
CREATE TABLE t (a integer);
CREATE RULE r AS ON DELETE TO t WHERE old.a = 1 DO INSTEAD NOTHING;
ALTER TABLE t ENABLE REPLICA RULE r;
CREATE RULE s AS ON UPDATE TO t DO INSTEAD NOTHING;
ALTER TABLE t ENABLE ALWAYS RULE s;

-- case: rules that make a view writable
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t ORDER BY a;
CREATE RULE ins AS ON INSERT TO v DO INSTEAD INSERT INTO t (a, b) VALUES (new.a, new.b) RETURNING *;
-- to
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT a, b FROM t ORDER BY a;
CREATE RULE ins AS ON INSERT TO v DO INSTEAD INSERT INTO t (a, b) VALUES (new.a, upper(new.b)) RETURNING t.a, t.b;
CREATE RULE "Up date" AS ON UPDATE TO v DO INSTEAD UPDATE t SET b = new.b WHERE t.a = old.a;

-- case: a column that a rule needs changes its type
CREATE TABLE t (a integer);
CREATE TABLE log (a integer, at timestamp);
CREATE RULE r AS ON INSERT TO t WHERE new.a > 0 DO ALSO INSERT INTO log VALUES (new.a, now());
ALTER TABLE t DISABLE RULE r;
COMMENT ON RULE r ON t IS 'kept';
-- to
CREATE TABLE t (a bigint);
CREATE TABLE log (a bigint, at timestamp);
CREATE RULE r AS ON INSERT TO t WHERE new.a > 0 DO ALSO INSERT INTO log VALUES (new.a, now());
ALTER TABLE t DISABLE RULE r;
COMMENT ON RULE r ON t IS 'kept';

-- case: a rule needs a view that needs the rule's table
-- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT max(a) AS a FROM t;
CREATE RULE r AS ON INSERT TO t WHERE new.a <= (SELECT v.a FROM v) DO INSTEAD NOTHING;
