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
	['WITH g AS (DELETE FROM users RETURNING *) INSERT INTO archive SELECT * FROM g', 'destructive'],
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

describe.each([
	['data loss inside another statement (D1)', hiddenInside],
	['names that hide others (D2)', shadowed],
	['what was let pass silently, and locks (D9)', silent],
	['what a trigger does with the rows of the old version', triggers],
	['what was refused for nothing (D12)', falsely],
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
