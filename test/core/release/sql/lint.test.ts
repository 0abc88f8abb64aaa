import { describe, expect, it } from '@jest/globals';
import { postgresParser } from '../../../../adapters/sql/parser';
import type { Hazard } from '../../../../core/release/sql/finding';
import { lintMigration, migrationVerdict } from '../../../../core/release/sql/lint';

const lint = async (sql: string) => lintMigration(await postgresParser.parse(sql));
const hazards = async (sql: string) => [...new Set((await lint(sql)).map(({ hazard }) => hazard))].sort();

/** Statement -> hazards. Empty: additive. */
const single: readonly (readonly [sql: string, ...hazards: Hazard[]])[] = [
	['CREATE TABLE live_pages (id bigserial PRIMARY KEY, title text NOT NULL)'],
	['CREATE TABLE IF NOT EXISTS live_pages (id int)'],
	['CREATE TABLE copy AS SELECT * FROM users'],
	['ALTER TABLE users ADD COLUMN nickname text'],
	["ALTER TABLE users ADD COLUMN plan text NOT NULL DEFAULT 'free'"],
	['ALTER TABLE users ADD COLUMN seen timestamptz DEFAULT now()'],
	['ALTER TABLE users ADD COLUMN active boolean NOT NULL DEFAULT true'],
	['ALTER TABLE users ADD COLUMN IF NOT EXISTS nickname text'],
	["ALTER TABLE users ALTER COLUMN plan SET DEFAULT 'pro'", 'narrowing'],
	['ALTER TABLE users VALIDATE CONSTRAINT users_plan_check'],
	['CREATE INDEX CONCURRENTLY users_plan ON users (plan)'],
	["ALTER TYPE status ADD VALUE 'archived'"],
	["CREATE TYPE mood AS ENUM ('calm')"],
	['CREATE SEQUENCE ticket'],
	['CREATE SCHEMA reporting'],
	['CREATE EXTENSION IF NOT EXISTS pgcrypto'],
	['CREATE VIEW active_users AS SELECT * FROM users'],
	['CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'],
	["COMMENT ON TABLE users IS 'People'"],
	['GRANT SELECT ON users TO reader'],
	["INSERT INTO plans (name) VALUES ('pro')"],
	["INSERT INTO plans (name) VALUES ('pro') ON CONFLICT DO NOTHING"],
	["UPDATE alembic_version SET version_num = 'abc'"],
	["DELETE FROM alembic_version WHERE version_num = 'abc'"],
	["SET lock_timeout = '2s'"],
	['BEGIN'],
	['SELECT 1'],
	["SELECT pg_catalog.set_config('search_path', '', false)"],
	['ALTER TABLE users ATTACH PARTITION users_2026 FOR VALUES IN (2026)', 'opaque'],
	['DROP TABLE users', 'destructive'],
	['DROP TABLE IF EXISTS users CASCADE', 'destructive'],
	['ALTER TABLE users DROP COLUMN email', 'destructive'],
	['TRUNCATE users', 'destructive'],
	['DELETE FROM users', 'destructive'],
	['DELETE FROM users WHERE id = 1', 'destructive'],
	["UPDATE users SET email = 'x'", 'destructive'],
	[
		"INSERT INTO plans (name) VALUES ('pro') ON CONFLICT (name) DO UPDATE SET name = excluded.name",
		'destructive',
	],
	['DROP VIEW active_users', 'destructive'],
	['DROP FUNCTION one()', 'destructive'],
	['DROP TYPE mood', 'destructive'],
	['DROP SCHEMA reporting CASCADE', 'destructive'],
	['DROP DATABASE shop', 'destructive'],
	['DROP TRIGGER t ON users', 'destructive'],
	['ALTER TABLE users DETACH PARTITION users_2026', 'destructive'],
	[
		'MERGE INTO users u USING news n ON u.id = n.id WHEN MATCHED THEN UPDATE SET email = n.email',
		'destructive',
	],
	['ALTER TABLE users RENAME TO people', 'renaming'],
	['ALTER TABLE users RENAME COLUMN email TO email_address', 'renaming'],
	["ALTER TYPE status RENAME VALUE 'old' TO 'new'", 'renaming'],
	['ALTER TABLE users SET SCHEMA archive', 'renaming'],
	['ALTER SCHEMA reporting RENAME TO reports', 'renaming'],
	['ALTER TABLE users ADD COLUMN email_address text NOT NULL', 'not-null-without-default'],
	['ALTER TABLE users ADD COLUMN a text NOT NULL DEFAULT NULL', 'not-null-without-default'],
	['ALTER TABLE users ADD COLUMN id2 int PRIMARY KEY', 'locking', 'not-null-without-default'],
	['ALTER TABLE users ALTER COLUMN email TYPE varchar(20)', 'narrowing'],
	['ALTER TABLE users ALTER COLUMN email SET NOT NULL', 'locking', 'narrowing'],
	['ALTER TABLE users ALTER COLUMN email DROP NOT NULL', 'narrowing'],
	['ALTER TABLE users ALTER COLUMN plan DROP DEFAULT', 'narrowing'],
	["ALTER TABLE users ADD CONSTRAINT p CHECK (plan <> '') NOT VALID", 'narrowing'],
	["ALTER TABLE users ADD CONSTRAINT p CHECK (plan <> '')", 'locking', 'narrowing'],
	['ALTER TABLE users ADD CONSTRAINT f FOREIGN KEY (plan) REFERENCES plans (name)', 'locking', 'narrowing'],
	['ALTER TABLE users ADD CONSTRAINT u UNIQUE (email)', 'locking', 'narrowing'],
	['CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email)', 'narrowing'],
	['REVOKE SELECT ON users FROM reader', 'narrowing'],
	['ALTER TABLE users ENABLE ROW LEVEL SECURITY', 'narrowing'],
	['ALTER TABLE users DROP CONSTRAINT users_plan_check', 'narrowing'],
	['CREATE INDEX users_plan ON users (plan)', 'locking'],
	['DROP INDEX users_plan', 'locking', 'opaque'],
	['ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid()', 'locking'],
	['ALTER TABLE users ADD COLUMN upper_name text GENERATED ALWAYS AS (upper(name)) STORED', 'locking'],
	["DO $$ BEGIN EXECUTE 'DROP TABLE users'; END $$", 'opaque'],
	['CALL tidy_up()', 'opaque'],
	['SELECT tidy_up()', 'opaque'],
	['WITH gone AS (DELETE FROM users RETURNING *) SELECT * FROM gone', 'destructive'],
	['CREATE OR REPLACE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$', 'opaque'],
	['CREATE OR REPLACE VIEW active_users AS SELECT id FROM users', 'opaque'],
	['ALTER SYSTEM SET fsync = off', 'opaque'],
];

describe('the migration lint', () => {
	it('knows at least 60 statements', () => expect(single.length).toBeGreaterThanOrEqual(60));

	it.each(single)('%s', async (sql, ...expected) => {
		expect(await hazards(sql)).toEqual([...expected].sort());
	});

	it('lets a migration do as it likes with a table it created itself', async () => {
		expect(
			await hazards(
				'CREATE TABLE t (a int); ALTER TABLE t ALTER COLUMN a SET NOT NULL; CREATE UNIQUE INDEX i ON t (a); UPDATE t SET a = 1; DROP TABLE t',
			),
		).toEqual([]);
	});

	it('does not believe IF NOT EXISTS that a table is new', async () => {
		expect(
			await hazards('CREATE TABLE IF NOT EXISTS users (a int); ALTER TABLE users DROP COLUMN email'),
		).toEqual(['destructive']);
	});

	it('asks for dual writes when a new column is filled from an old one', async () => {
		const expand = 'ALTER TABLE users ADD COLUMN email_address text; UPDATE users SET email_address = email;';
		expect(await hazards(expand)).toEqual(['missing-dual-write']);
		const copies =
			'CREATE FUNCTION copy_email() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.email_address := NEW.email; RETURN NEW; END $$;';
		const trigger =
			'CREATE TRIGGER keep_both BEFORE INSERT OR UPDATE ON users FOR EACH ROW EXECUTE FUNCTION copy_email();';
		expect(await hazards(expand + copies + trigger)).toEqual([]);
		// A function from elsewhere may do anything with what the old version writes.
		expect(await hazards(expand + trigger)).toEqual(['opaque']);
		// What does not fit into a column with a length, the trigger would refuse the old version.
		expect(await hazards(expand.replace('text', 'varchar(255)') + copies + trigger)).toEqual(['opaque']);
		expect(await hazards("ALTER TABLE users ADD COLUMN plan text; UPDATE users SET plan = 'free'")).toEqual(
			[],
		);
	});

	const alembic = `-- Running upgrade 1a2b -> 3c4d
BEGIN;

-- Running upgrade 1a2b -> 3c4d

ALTER TABLE users ADD COLUMN email_address VARCHAR(255);

UPDATE users SET email_address = email;

ALTER TABLE users DROP COLUMN email;

UPDATE alembic_version SET version_num='3c4d' WHERE alembic_version.version_num = '1a2b';

COMMIT;
`;

	it('reads Alembic’s --sql output and names the lines', async () => {
		const found = await lint(alembic);
		expect(found.map(({ hazard, line }) => [hazard, line])).toEqual([
			['missing-dual-write', 8],
			['destructive', 10],
		]);
	});

	it('counts lines in characters that take several bytes', async () => {
		expect(
			await lint("INSERT INTO plans (name) VALUES ('✨🐛');\n-- größer\n\nDROP TABLE users;"),
		).toMatchObject([{ line: 4 }]);
	});

	it('refuses what does not parse, naming the remedy', async () => {
		await expect(postgresParser.parse('INFO  [alembic.runtime] Context impl')).rejects.toMatchObject({
			code: 'sql-unreadable',
			remedy: expect.stringContaining('--sql') as unknown,
		});
		await expect(postgresParser.parse('x'.repeat(5_000_001))).rejects.toMatchObject({
			code: 'sql-too-large',
		});
	});

	it('passes only additive migrations, holds opaque ones as unknown, and warns of locks only', async () => {
		const verdict = async (sql: string) => migrationVerdict(await lint(sql)).status;
		expect(await verdict('ALTER TABLE users ADD COLUMN a text')).toBe('pass');
		expect(await verdict('')).toBe('pass');
		expect(await verdict('CREATE INDEX i ON users (a)')).toBe('pass');
		expect(await verdict('CALL x()')).toBe('unknown');
		expect(await verdict('CALL x(); DROP TABLE users')).toBe('fail');
	});

	it('names what it drops, functions too', async () => {
		const found = await lint('DROP FUNCTION one(int), s.two(); DROP TRIGGER t ON users; DROP SCHEMA s');
		expect(found.map(({ what }) => what)).toEqual([
			'It drops function one, s.two.',
			'It drops trigger users.t.',
			'It drops schema s.',
		]);
	});

	it('stays linear: a dump of 3,000 tables', async () => {
		const dump = Array.from({ length: 3_000 }, (_, index) => `CREATE TABLE t${index} (id int);`).join('\n');
		expect(await lint(`${dump}\nDROP TABLE users;`)).toMatchObject([{ hazard: 'destructive', line: 3_001 }]);
	});
});
