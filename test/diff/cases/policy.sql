-- case: policies come
-- needs: role app_user; role app_owner
CREATE TABLE t (a integer, b text);
-- to
CREATE TABLE t (a integer, b text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY one ON t USING (a > 0);
CREATE POLICY two ON t AS RESTRICTIVE FOR UPDATE TO app_user, app_owner USING (true) WITH CHECK (b = 'x' OR a = 1);
CREATE POLICY three ON t FOR INSERT TO CURRENT_USER WITH CHECK (true);
COMMENT ON POLICY one ON t IS 'the first';

-- case: policies change in place
-- needs: role app_user; role app_owner
CREATE TABLE t (a integer, b text);
CREATE POLICY one ON t USING (a > 0);
CREATE POLICY two ON t FOR UPDATE TO app_user USING (true) WITH CHECK (b = 'x');
CREATE POLICY three ON t FOR SELECT TO app_user, app_owner USING (a > 0);
CREATE POLICY four ON t USING (true);
-- to
CREATE TABLE t (a integer, b text);
CREATE POLICY one ON t USING (a > 1);
CREATE POLICY two ON t FOR UPDATE TO app_owner USING (false) WITH CHECK (b = 'y');
CREATE POLICY three ON t FOR SELECT USING (a > 0);
CREATE POLICY four ON t USING (true) WITH CHECK (a > 0);

-- case: command and kind of policies
CREATE TABLE t (a integer);
CREATE POLICY one ON t USING (a > 0);
CREATE POLICY two ON t FOR SELECT USING (a > 0);
CREATE POLICY three ON t FOR UPDATE USING (a > 0);
COMMENT ON POLICY one ON t IS 'kept';
-- to
CREATE TABLE t (a integer);
CREATE POLICY one ON t FOR DELETE USING (a > 0);
CREATE POLICY two ON t AS RESTRICTIVE FOR SELECT USING (a > 0);
CREATE POLICY three ON t FOR INSERT WITH CHECK (a > 0);
COMMENT ON POLICY one ON t IS 'kept';

-- case: a policy needs other tables, views and functions that change
CREATE TABLE t (a integer, owner name);
CREATE TABLE u (a integer, name text);
CREATE VIEW v AS SELECT a FROM u;
CREATE FUNCTION f() RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
CREATE POLICY one ON t USING (a IN (SELECT u.a FROM u WHERE u.name = t.owner));
CREATE POLICY two ON t USING (a IN (SELECT v.a FROM v));
CREATE POLICY three ON t USING (a = f());
-- to
CREATE TABLE t (a integer, owner name);
CREATE TABLE u (a bigint, name text);
CREATE VIEW v AS SELECT name, a FROM u;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 1::bigint';
CREATE POLICY one ON t USING (a IN (SELECT u.a FROM u WHERE u.name = t.owner));
CREATE POLICY two ON t USING (a IN (SELECT v.a FROM v));
CREATE POLICY three ON t USING (a = f());

-- case: the column of a policy changes its type
CREATE TABLE t (a integer, b text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY one ON t USING (a > 0) WITH CHECK (a > 1);
CREATE POLICY two ON t USING (b <> '');
COMMENT ON POLICY one ON t IS 'kept';
-- to
CREATE TABLE t (a bigint, b text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY one ON t USING (a > 0) WITH CHECK (a > 1);
CREATE POLICY two ON t USING (b <> '');
COMMENT ON POLICY one ON t IS 'kept';

-- case: policies of two tables that need each other's table
-- to
CREATE TABLE t (a integer);
CREATE TABLE u (a integer);
CREATE POLICY one ON t USING (a IN (SELECT u.a FROM u));
CREATE POLICY one ON u USING (a IN (SELECT t.a FROM t));

-- case: a policy's names need quotes
-- needs: role App "role"
CREATE TABLE "T able" ("a;" integer);
CREATE POLICY "Pol ""icy'" ON "T able" USING ("a;" > 0 AND current_user <> ';');
-- to
CREATE TABLE "T able" ("a;" integer);
CREATE POLICY "Pol ""icy'" ON "T able" USING ("a;" > 0 AND current_user <> ''')');
CREATE POLICY q ON "T able" TO "App ""role""" USING ((("a;" > 0)) OR (("a;" < 0)));
COMMENT ON POLICY "Pol ""icy'" ON "T able" IS 'it''s';

-- case: a policy's expression is a subquery
CREATE TABLE t (a integer);
CREATE TABLE u (a integer, b boolean);
CREATE POLICY two ON t USING ((SELECT u.b FROM u WHERE u.a = t.a LIMIT 1)) WITH CHECK (true);
-- to
CREATE TABLE t (a integer);
CREATE TABLE u (a integer, b boolean);
CREATE POLICY one ON t USING ((VALUES (true)));
CREATE POLICY two ON t USING ((SELECT u.b FROM u LIMIT 1)) WITH CHECK ((WITH w AS (SELECT true) SELECT * FROM w));
