import { describe, expect, it } from '@jest/globals';
import { postgresParser } from '../../../../adapters/sql/parser';
import { readMigration } from '../../../../core/release/expand-contract/migration';

const read = async (sql: string) => readMigration('h', await postgresParser.parse(sql));
const contracts = async (sql: string) =>
	(await read(sql)).contracts.map(({ name, how, of }) => `${how} ${of} ${name}`);

describe('what a migration adds', () => {
	it.each([
		['ALTER TABLE users ADD COLUMN a text, ADD COLUMN b text', ['users.a', 'users.b']],
		['ALTER TABLE public.users ADD COLUMN a text', ['users.a']],
		['ALTER TABLE archive.users ADD COLUMN a text', ['archive.users.a']],
		['CREATE TABLE live_pages (id int, title text)', ['live_pages', 'live_pages.id', 'live_pages.title']],
		['CREATE TABLE copy AS SELECT * FROM users', ['copy']],
		['CREATE VIEW people AS SELECT * FROM users', ['people']],
		[
			'CREATE FUNCTION sync() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION sync()',
			['function sync', 'trigger t on users'],
		],
		['CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS $$ SELECT n * 2 $$', []],
		["DO $$ BEGIN EXECUTE 'ALTER TABLE users ADD COLUMN a text'; END $$", []],
		['', []],
	])('%s', async (sql, expected) => {
		expect((await read(sql)).expands).toEqual(expected);
	});
});

describe('what a migration fills a new column from', () => {
	const added = 'ALTER TABLE users ADD COLUMN b text;';
	it.each([
		['UPDATE users SET b = a', ['users.a']],
		['UPDATE users u SET b = lower(u.a)', ['users.a']],
		['UPDATE users SET b = coalesce(b, a)', ['users.a']],
		['UPDATE users SET b = a FROM plans p', undefined],
		['UPDATE users SET b = p.name FROM plans p', undefined],
		["UPDATE users SET b = 'x'", undefined],
		['UPDATE users SET c = a', undefined],
	])('%s', async (sql, from) => {
		expect((await read(added + sql)).fills).toEqual(from ? [{ column: 'users.b', from }] : []);
	});

	it('a generated column is filled from what it is computed of', async () => {
		const sql = 'ALTER TABLE users ADD COLUMN b text GENERATED ALWAYS AS (lower(a)) STORED';
		expect((await read(sql)).fills).toEqual([{ column: 'users.b', from: ['users.a'] }]);
	});
});

describe('what a migration takes away', () => {
	it.each([
		['ALTER TABLE users DROP COLUMN a', ['dropped column users.a']],
		['ALTER TABLE users RENAME COLUMN a TO b', ['renamed column users.a']],
		['ALTER TABLE users ALTER COLUMN a TYPE int', ['retyped column users.a']],
		['ALTER TABLE users ALTER COLUMN a SET NOT NULL', ['not-null column users.a']],
		['ALTER TABLE users RENAME TO people', ['renamed table users']],
		['DROP TABLE users, archive.users', ['dropped table users', 'dropped table archive.users']],
		['DROP VIEW people', ['dropped table people']],
		['DROP TRIGGER t ON users', ['dropped trigger trigger t on users']],
		['DROP FUNCTION sync()', ['dropped function function sync']],
		['CREATE TABLE t (a int); ALTER TABLE t DROP COLUMN a; DROP TABLE t', []],
		['ALTER TABLE users ADD COLUMN a text', []],
	])('%s', async (sql, expected) => {
		expect(await contracts(sql)).toEqual(expected);
	});

	// What it takes along nobody named, and what shares its name nobody can tell apart.
	it.each([
		'DROP TABLE users CASCADE',
		'ALTER TABLE users DROP COLUMN a CASCADE',
		'DROP TRIGGER t ON users CASCADE',
		'DROP FUNCTION twice(int)',
		'DROP SCHEMA reporting',
		'TRUNCATE users',
		'ALTER TABLE users DROP CONSTRAINT c',
	])('%s cannot be tracked', async (sql) => {
		expect(await contracts(sql)).toEqual([]);
	});
});
