import { describe, expect, it } from '@jest/globals';
import { postgresParser } from '../../../../adapters/sql/parser';
import type { Hazard } from '../../../../core/release/sql/finding';
import { lintMigration } from '../../../../core/release/sql/lint';

const hazards = async (sql: string, postgres?: number) =>
	[
		...new Set(lintMigration(await postgresParser.parse(sql), { postgres }).map(({ hazard }) => hazard)),
	].sort();
type Case = readonly [sql: string, ...hazards: Hazard[]];

const hiddenInside: readonly Case[] = [
	['WITH g AS (DELETE FROM users RETURNING *) INSERT INTO archive SELECT * FROM g', 'destructive', 'opaque'],
	['WITH g AS (DELETE FROM users RETURNING *) INSERT INTO archive (who) SELECT email FROM g', 'destructive'],
	["WITH g AS (DELETE FROM users RETURNING id) UPDATE alembic_version SET version_num = 'a'", 'destructive'],
	['WITH g AS (DELETE FROM users RETURNING id) DELETE FROM alembic_version', 'destructive'],
	['CREATE TABLE kept AS WITH g AS (DELETE FROM users RETURNING *) SELECT * FROM g', 'destructive'],
	["WITH g AS (UPDATE users SET email = '' RETURNING *) SELECT count(*) FROM g", 'destructive'],
	['EXPLAIN ANALYZE DELETE FROM users', 'destructive'],
	['EXPLAIN DELETE FROM users'],
	['COPY (DELETE FROM users RETURNING *) TO STDOUT', 'destructive', 'opaque'],
	['INSERT INTO plans SELECT tidy_up()', 'opaque'],
	['CREATE TABLE kept AS SELECT tidy_up()', 'opaque'],
	['SELECT 1 FROM users WHERE tidy_up()', 'opaque'],
	["SELECT query_to_xml('DELETE FROM users', true, true, '')", 'opaque'],
	[
		"CREATE FUNCTION lower(users) RETURNS text LANGUAGE sql AS 'SELECT 1::text'; SELECT lower(u) FROM users u",
		'opaque',
	],
	['SELECT 1 OPERATOR(evil.+) 2', 'opaque'],
	['PREPARE p AS DELETE FROM users; EXECUTE p', 'opaque'],
];

const shadowed: readonly Case[] = [
	['CREATE TEMP TABLE users (a int); DROP TABLE public.users', 'destructive'],
	['CREATE TEMP TABLE users (a int); DROP TABLE users'],
	['CREATE TEMP TABLE users (a int); DROP TABLE users; DROP TABLE users', 'destructive'],
	['CREATE TEMP TABLE users (a int) ON COMMIT DROP; DROP TABLE users', 'destructive'],
	['BEGIN; CREATE TEMP TABLE users (a int) ON COMMIT DROP; COMMIT; DROP TABLE users', 'destructive'],
	['CREATE TEMP TABLE users (email text); ALTER TABLE public.users DROP COLUMN email', 'destructive'],
	[
		'CREATE SCHEMA a; SET search_path = a; CREATE TABLE users (a int); SET search_path = public; DROP TABLE users',
		'destructive',
	],
	[
		'CREATE SCHEMA a; SET search_path = a; CREATE TABLE users (a int); DROP TABLE public.users',
		'destructive',
	],
	[
		"CREATE TABLE users (a int); SELECT set_config('search_path', 'other', false); DROP TABLE users",
		'destructive',
	],
	[
		"CREATE TABLE users (a int); SELECT set_config('search_path', version(), false); DROP TABLE users",
		'destructive',
		'opaque',
	],
	['CREATE TABLE users (a int); SET search_path = other, public; DROP TABLE users', 'destructive'],
	['BEGIN; CREATE TABLE users (a int); ROLLBACK; DROP TABLE users', 'destructive'],
	['BEGIN; SAVEPOINT s; CREATE TABLE users (a int); ROLLBACK TO s; DROP TABLE users; COMMIT', 'destructive'],
	['BEGIN; SAVEPOINT s; CREATE TABLE t (a int); RELEASE s; DROP TABLE t; COMMIT'],
	['BEGIN; SET LOCAL search_path = a; CREATE TABLE users (a int); COMMIT; DROP TABLE users', 'destructive'],
	[
		'CREATE TABLE t (a int); ALTER TABLE t RENAME TO t2; ALTER TABLE users RENAME TO t; DROP TABLE t',
		'destructive',
		'renaming',
	],
	['CREATE TABLE t (a int); ALTER TABLE t RENAME TO t2; DROP TABLE t2'],
	['CREATE TABLE t (a int); DROP TABLE t; DROP TABLE t', 'destructive'],
	[
		'CREATE TABLE t (a int) PARTITION BY LIST (a); ALTER TABLE t ATTACH PARTITION users DEFAULT; DROP TABLE t',
		'destructive',
		'narrowing',
	],
	['CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA archive; DROP TABLE t', 'destructive'],
	["ALTER TABLE users ADD COLUMN IF NOT EXISTS nickname text; UPDATE users SET nickname = ''", 'destructive'],
	[
		'ALTER TABLE users ADD COLUMN tmp text; ALTER TABLE users RENAME COLUMN tmp TO tmp2; ALTER TABLE users DROP COLUMN tmp',
		'destructive',
	],
];

const silent: readonly Case[] = [
	["SELECT setval('users_id_seq', 1)", 'narrowing'],
	["CREATE TABLE t (id serial); SELECT setval('t_id_seq', 7)"],
	["CREATE SEQUENCE s; SELECT setval('s', 7)"],
	["SELECT setval('users_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM users))"],
	["SELECT setval('users_id_seq', (SELECT max(id) FROM users WHERE id < 3))", 'narrowing'],
	['ALTER SEQUENCE users_id_seq RESTART', 'narrowing'],
	['ALTER SEQUENCE users_id_seq CACHE 5'],
	['ALTER SEQUENCE ticket OWNED BY users.id'],
	['ALTER TABLE users ADD COLUMN plan_id int REFERENCES plans', 'locking', 'narrowing'],
	['CREATE TABLE tiers (id int PRIMARY KEY); ALTER TABLE users ADD COLUMN tier int REFERENCES tiers'],
	['ALTER TABLE users ADD COLUMN code text UNIQUE', 'locking'],
	['ALTER TABLE users ADD COLUMN code text UNIQUE NULLS NOT DISTINCT', 'locking', 'narrowing'],
	["ALTER TABLE users ADD COLUMN code text UNIQUE DEFAULT 'x'", 'locking', 'narrowing'],
	['ALTER TABLE users ADD COLUMN age int CHECK (age IS NOT NULL)', 'narrowing'],
	['ALTER TABLE users ADD COLUMN age int CHECK (coalesce(age, 0) > 1)', 'narrowing'],
	['ALTER TABLE users ADD COLUMN age int CHECK (age > 0)'],
	['ALTER TABLE users ALTER COLUMN plan SET DEFAULT NULL', 'narrowing'],
	['ALTER TABLE users ADD COLUMN extra json', 'narrowing'],
	['ALTER TABLE users ADD COLUMN extra jsonb'],
	['ALTER TABLE users ADD COLUMN code int DEFAULT next_code()', 'opaque'],
	['CREATE OR REPLACE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f()', 'opaque'],
	["COPY plans FROM PROGRAM 'curl x'", 'opaque'],
	['COPY plans FROM STDIN'],
	["SET session_replication_role = 'replica'", 'opaque'],
	['ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY', 'narrowing'],
	['ALTER TABLE users ADD COLUMN n int GENERATED BY DEFAULT AS IDENTITY', 'locking'],
	['ALTER TABLE users ADD COLUMN n serial', 'locking', 'narrowing'],
	["ALTER TABLE users ADD COLUMN n int DEFAULT nextval('ticket')", 'locking', 'narrowing'],
	['VACUUM FULL users', 'locking'],
	['VACUUM users'],
	['CLUSTER users', 'locking'],
	['REFRESH MATERIALIZED VIEW totals', 'locking'],
	['CREATE TABLE orders (id int, person int REFERENCES users (id))', 'locking'],
	['BEGIN; CREATE INDEX CONCURRENTLY i ON users (plan); COMMIT', 'opaque'],
	['BEGIN; DROP INDEX CONCURRENTLY i; COMMIT', 'locking', 'opaque'],
	['BEGIN; REINDEX INDEX CONCURRENTLY i; COMMIT', 'opaque'],
	['BEGIN; VACUUM users; COMMIT', 'opaque'],
];

const vanishing = (name: string, body: string, events: string): string =>
	`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$; CREATE TRIGGER t BEFORE ${events} ON users FOR EACH ROW EXECUTE FUNCTION ${name}()`;

const triggers: readonly Case[] = [
	[vanishing('a', 'RETURN NULL;', 'INSERT'), 'opaque'],
	[vanishing('b', 'RETURN NEW;', 'INSERT OR UPDATE')],
	[vanishing('c', 'RETURN NEW;', 'DELETE'), 'opaque'],
	[vanishing('d', 'DELETE FROM plans; RETURN NEW;', 'INSERT'), 'opaque'],
	[vanishing('e', "NEW.email := 'x'; RETURN NEW;", 'INSERT'), 'opaque'],
	[vanishing('f', 'IF NEW.email IS NULL THEN NEW.email := NEW.plan; END IF; RETURN NEW;', 'INSERT')],
	[vanishing('g', "EXECUTE 'x'; RETURN NEW;", 'INSERT'), 'opaque'],
	[vanishing('h', "RAISE EXCEPTION 'no'; RETURN NEW;", 'INSERT'), 'opaque'],
	[vanishing('j', 'NEW := OLD; RETURN NEW;', 'UPDATE'), 'opaque'],
	[vanishing('k', 'ASSERT false; RETURN NEW;', 'UPDATE'), 'opaque'],
	[vanishing('l', 'IF NEW.age = 0 THEN RETURN NEW; END IF;', 'UPDATE'), 'opaque'],
	[vanishing('m', "/* it's */ DELETE FROM plans; /* it's */ RETURN NEW;", 'UPDATE'), 'opaque'],
	[vanishing('n', "IF NEW.plan = E'\\'' THEN NULL; END IF; RETURN NEW;", 'UPDATE'), 'opaque'],
	[vanishing('o', "NEW.tags[1] := 'x'; RETURN NEW;", 'UPDATE'), 'opaque'],
	[vanishing('p', 'IF 1000 / NEW.age > 1 THEN NULL; END IF; RETURN NEW;', 'UPDATE'), 'opaque'],
	[vanishing('q', 'IF tidy_up() THEN NULL; END IF; RETURN NEW;', 'UPDATE'), 'opaque'],
	[
		`ALTER TABLE users ADD COLUMN a text; ${vanishing('r', 'NEW.a := lower(NEW.email); RETURN NEW;', 'UPDATE')}`,
	],
	[
		`ALTER TABLE users ADD COLUMN a varchar(9); ${vanishing('s', 'NEW.a := NEW.email; RETURN NEW;', 'UPDATE')}`,
		'opaque',
	],
	[vanishing('i', '/* x */ NEW.email -- x\n := NEW.plan; RETURN NEW;', 'INSERT'), 'opaque'],
];

const falsely: readonly Case[] = [
	['ALTER TABLE users ADD COLUMN a varchar(10); ALTER TABLE users ALTER COLUMN a TYPE varchar(20)'],
	["ALTER TABLE users ADD COLUMN tier text NOT NULL DEFAULT 'free' CHECK (tier IN ('free', 'pro'))"],
	[
		"ALTER TABLE users ADD COLUMN tier text NOT NULL DEFAULT 'gold' CHECK (tier IN ('free', 'pro'))",
		'narrowing',
	],
	['ALTER TABLE users ADD COLUMN n int NOT NULL DEFAULT 5 CHECK (n BETWEEN 1 AND 9 AND n <> 7)'],
	['ALTER TABLE users ADD COLUMN n int NOT NULL DEFAULT 7 CHECK (n BETWEEN 1 AND 9 AND n <> 7)', 'narrowing'],
	['CREATE TABLE t (a int); TRUNCATE t'],
	['CREATE TABLE t (a int); TRUNCATE t, users', 'destructive'],
	['CREATE TABLE t (a int); TRUNCATE t CASCADE', 'destructive'],
	['ALTER TABLE users ADD CONSTRAINT u UNIQUE USING INDEX users_email'],
	[
		"ALTER TABLE users ADD COLUMN tier text NOT NULL DEFAULT 'free'; ALTER TABLE users ALTER COLUMN tier SET NOT NULL",
	],
	['ALTER TABLE users ADD COLUMN a text; ALTER TABLE users DROP COLUMN a'],
	['CREATE VIEW v AS SELECT 1; DROP VIEW v'],
	["INSERT INTO plans (name, made) VALUES (upper('pro'), now())"],
];

const further: readonly Case[] = [
	['ALTER TABLE users ADD COLUMN code must', 'opaque'],
	['ALTER TABLE users ADD COLUMN code public.text', 'opaque'],
	['SET search_path = evil, pg_catalog; ALTER TABLE users ADD COLUMN code text', 'opaque'],
	["CREATE DOMAIN d AS text CHECK (VALUE <> ''); ALTER TABLE users ADD COLUMN code d", 'locking'],
	['CREATE DOMAIN d AS text NOT NULL; ALTER TABLE users ADD COLUMN code d', 'locking', 'narrowing'],
	["CREATE DOMAIN d AS text NOT NULL DEFAULT 'x'; ALTER TABLE users ADD COLUMN code d", 'locking'],
	['CREATE DOMAIN d AS must; ALTER TABLE users ADD COLUMN code d', 'opaque'],
	['ALTER TABLE users ADD COLUMN code text; ALTER TABLE users ALTER COLUMN code TYPE must', 'opaque'],
	["CREATE TYPE mood AS ENUM ('calm'); ALTER TABLE users ADD COLUMN mood mood"],
	["BEGIN; CREATE TYPE mood AS ENUM ('a'); ROLLBACK; ALTER TABLE users ADD COLUMN mood mood", 'opaque'],
	['CREATE TYPE addr AS (place json); ALTER TABLE users ADD COLUMN home addr', 'narrowing'],
	['ALTER TABLE users ADD COLUMN extra json[]', 'narrowing'],
	[
		"ALTER TABLE users ADD COLUMN a text NOT NULL DEFAULT 'x'; ALTER TABLE public.users ALTER COLUMN a DROP DEFAULT",
		'narrowing',
	],
	[
		"ALTER TABLE users ADD COLUMN a text NOT NULL DEFAULT 'x'; ALTER TABLE users RENAME COLUMN a TO b; ALTER TABLE users ALTER COLUMN b DROP DEFAULT",
		'narrowing',
	],
	["ALTER TABLE users ADD COLUMN a text DEFAULT 'x'; ALTER TABLE users ALTER COLUMN a DROP DEFAULT"],
	[
		'ALTER TABLE users ADD COLUMN a int CHECK (a > 0); ALTER TABLE users ALTER COLUMN a SET DEFAULT -5',
		'opaque',
	],
	['CREATE TABLE t AS SELECT 1 AS a; ALTER TABLE t ALTER COLUMN a TYPE boolean USING tidy_up()', 'opaque'],
	['CREATE TABLE t (a boolean DEFAULT tidy_up())'],
	['CREATE TABLE t (a boolean DEFAULT tidy_up()); INSERT INTO t DEFAULT VALUES', 'opaque'],
	['CREATE VIEW v AS SELECT tidy_up() AS t; CREATE VIEW w AS SELECT * FROM v; SELECT * FROM w', 'opaque'],
	['CREATE TABLE t (u int REFERENCES users); INSERT INTO t VALUES (2)', 'locking', 'narrowing'],
	['CREATE TABLE t (u int REFERENCES users ON DELETE SET NULL); INSERT INTO t VALUES (2)', 'locking'],
	['ALTER TABLE users ADD COLUMN per int GENERATED ALWAYS AS (1000 / age) STORED', 'locking', 'opaque'],
	['CREATE INDEX CONCURRENTLY i ON users ((note::int))', 'opaque'],
	['CREATE INDEX CONCURRENTLY i ON users ((lower(email)))'],
	['CREATE TEMP TABLE users (a int); DISCARD TEMP; DROP TABLE users', 'destructive'],
	['CREATE TEMP TABLE users (a int); DISCARD PLANS; DROP TABLE users'],
	['CREATE TEMP TABLE users (a int); ROLLBACK; DROP TABLE users', 'destructive'],
	['CREATE TABLE t (a int); SET LOCAL search_path = a; DROP TABLE t', 'destructive'],
	['CREATE TEMP SEQUENCE ticket; DROP SEQUENCE public.ticket', 'destructive'],
	['CREATE TEMP VIEW v AS SELECT 1; DROP VIEW public.v', 'destructive'],
	["CREATE TABLE users_id (a int); SELECT setval('users_id_seq', 1)", 'narrowing'],
	['CREATE TABLE t (a int); ALTER SEQUENCE ticket OWNED BY t.a; DROP TABLE t', 'narrowing'],
	['REVOKE editor FROM app', 'narrowing'],
	['REFRESH MATERIALIZED VIEW totals WITH NO DATA', 'destructive'],
	['ALTER TABLE users ENABLE TRIGGER sleeping', 'opaque'],
	['ALTER VIEW v SET (security_invoker = true)', 'narrowing'],
	['ALTER TYPE place ADD ATTRIBUTE z int', 'narrowing'],
	['CREATE SCHEMA AUTHORIZATION app', 'opaque'],
	['CREATE SCHEMA x CREATE TABLE t (a int)', 'opaque'],
	["CREATE FUNCTION upper(varchar) RETURNS text LANGUAGE sql AS 'SELECT 1::text'", 'opaque'],
	['CREATE FUNCTION f(int DEFAULT 1) RETURNS int LANGUAGE sql AS $$ SELECT 2 $$', 'opaque'],
	['SELECT 1 === 2', 'opaque'],
	['CREATE DOMAIN d AS boolean CHECK (tidy_up())', 'opaque'],
	['DROP INDEX users_id_email', 'locking', 'opaque'],
	['CREATE INDEX i ON users (plan); DROP INDEX i', 'locking'],
	['ALTER TABLE plans RENAME CONSTRAINT a TO b', 'opaque'],
	["INSERT INTO users (id, email) VALUES (21, 'x')", 'opaque'],
	["INSERT INTO users (email) VALUES ('x')"],
	['CREATE TABLE p PARTITION OF visits (CHECK (a > 1)) FOR VALUES FROM (1) TO (2)', 'locking', 'narrowing'],
	['CREATE TABLE p (LIKE visits); ALTER TABLE visits ATTACH PARTITION p FOR VALUES FROM (1) TO (2)'],
	[
		'CREATE TABLE p (LIKE visits); ALTER TABLE p ADD CHECK (a > 1); ALTER TABLE visits ATTACH PARTITION p FOR VALUES FROM (1) TO (2)',
		'opaque',
	],
];

describe.each([
	['data loss inside another statement (D1)', hiddenInside],
	['names that hide others (D2)', shadowed],
	['what was let pass silently, and locks (D9)', silent],
	['what a trigger does with the rows of the old version', triggers],
	['what was refused for nothing (D12)', falsely],
	['what a later attack let pass (beside D1, D2, D9)', further],
])('%s', (_title, cases) => {
	it.each(cases)('%s', async (sql, ...expected) => {
		expect(await hazards(sql)).toEqual([...expected].sort());
	});
});

describe('the version of PostgreSQL', () => {
	const check =
		'ALTER TABLE users ADD CONSTRAINT c CHECK (email IS NOT NULL) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT c; ALTER TABLE users ALTER COLUMN email SET NOT NULL; ALTER TABLE users DROP CONSTRAINT c';

	it('spares the scan of SET NOT NULL after a validated CHECK, from 12 on', async () => {
		expect(await hazards(check, 12)).toEqual(['narrowing']);
		expect(await hazards(check, 11)).toEqual(['locking', 'narrowing']);
	});

	it('lets an enum take a value inside a transaction, from 12 on', async () => {
		const add = "BEGIN; ALTER TYPE status ADD VALUE 'x'; COMMIT";
		expect(await hazards(add, 12)).toEqual([]);
		expect(await hazards(add, 11)).toEqual(['opaque']);
	});
});
