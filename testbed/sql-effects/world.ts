/**
 * The schema of an old version, with data. `oldRole` is the role it runs as: no owner, so that row security and privileges
 * count. Everything the statements of the suite touch is here.
 */
export const schema = (oldRole: string): string => `
CREATE TYPE status AS ENUM ('old', 'busy');
CREATE TABLE plans (id serial PRIMARY KEY, name text UNIQUE, price int);
CREATE TABLE users (
	id serial PRIMARY KEY, email text NOT NULL, plan text DEFAULT 'free' CONSTRAINT users_plan_check CHECK (plan <> ''),
	plan_id int, age int, note varchar(20), parent int
);
CREATE INDEX users_plan ON users (plan);
CREATE UNIQUE INDEX users_id_email ON users (id, email);
CREATE TABLE archive (id int, email text);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users (id) ON DELETE CASCADE, total int);
CREATE TABLE jobs (id serial PRIMARY KEY, state status NOT NULL DEFAULT 'old');
CREATE TABLE events (at int NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM (2026) TO (2027);
CREATE TABLE alembic_version (version_num text PRIMARY KEY);
CREATE SEQUENCE ticket;
CREATE VIEW active_users AS SELECT id, email FROM users WHERE plan <> 'gone';
CREATE MATERIALIZED VIEW totals AS SELECT count(*) AS users FROM users;
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION tidy_up() RETURNS boolean LANGUAGE sql AS 'DELETE FROM users; SELECT true';
CREATE FUNCTION next_code() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no codes left'; END $$;
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := upper(NEW.note); RETURN NEW; END $$;
CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER users_shout BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION shout();
CREATE PROCEDURE wipe() LANGUAGE sql AS 'DELETE FROM users';
INSERT INTO plans (name, price) SELECT 'plan ' || n, n FROM generate_series(1, 5) n;
INSERT INTO users (email, plan, plan_id, age, note) SELECT 'p' || n || '@example.com', CASE WHEN n % 2 = 0 THEN 'pro' ELSE 'free' END,
	1 + n % 4, CASE WHEN n % 3 = 0 THEN NULL ELSE n END, 'note ' || n FROM generate_series(1, 20) n;
INSERT INTO archive VALUES (99, 'gone@example.com');
INSERT INTO orders (user_id, total) SELECT n, 10 * n FROM generate_series(1, 10) n;
INSERT INTO jobs (state) VALUES ('old'), ('busy');
INSERT INTO events VALUES (2026, 'begun');
INSERT INTO alembic_version VALUES ('1a2b');
SELECT nextval('ticket') FROM generate_series(1, 3);
REFRESH MATERIALIZED VIEW totals;
GRANT ALL ON SCHEMA public TO ${oldRole};
GRANT ALL ON ALL TABLES IN SCHEMA public TO ${oldRole};
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${oldRole};
`;

/** What the old version reads, as it reads it: columns by name. Every row must still be there, as it was. */
export const reads: Readonly<Record<string, string>> = {
	plans: 'SELECT id, name, price FROM plans ORDER BY id',
	users: 'SELECT id, email, plan, plan_id, age, note, parent FROM users ORDER BY id',
	archive: 'SELECT id, email FROM archive ORDER BY id',
	orders: 'SELECT id, user_id, total FROM orders ORDER BY id',
	jobs: 'SELECT id, state FROM jobs ORDER BY id',
	events: 'SELECT at, what FROM events ORDER BY at',
	active_users: 'SELECT id, email FROM active_users ORDER BY id',
	totals: 'SELECT users FROM totals',
};

/**
 * What the old version does, each in a transaction that is taken back: statements, the last of which is a question whose
 * answer must be what it was before the migration.
 */
export const statements: readonly (readonly string[])[] = [
	['SELECT count(*) FROM (SELECT DISTINCT * FROM users) u'],
	['SELECT count(*) FROM (SELECT * FROM users UNION SELECT * FROM users) u'],
	['SELECT count(*) FROM (SELECT DISTINCT * FROM plans) p'],
	[
		"INSERT INTO users (email) VALUES ('n1@example.com')",
		"INSERT INTO users (email) VALUES ('n2@example.com')",
		"SELECT email, plan, note FROM users WHERE email LIKE 'n_@%' ORDER BY 1",
	],
	[
		"INSERT INTO users (email, plan, note) VALUES ('same@example.com', 'pro', NULL), ('same@example.com', 'pro', 'loud')",
		"SELECT email, plan, note, age FROM users WHERE email = 'same@example.com' ORDER BY note",
	],
	[
		"INSERT INTO users (id, email) VALUES (1000, 'own@example.com')",
		'SELECT email FROM users WHERE id = 1000',
	],
	[
		"UPDATE users SET email = 'q@example.com', note = 'changed' WHERE id = 1",
		'SELECT email, plan, note FROM users WHERE id = 1',
	],
	["UPDATE users SET plan = 'a plan of another name' WHERE id = 4", 'SELECT plan FROM users WHERE id = 4'],
	['UPDATE users SET plan_id = 77, age = NULL WHERE id = 5', 'SELECT plan_id, age FROM users WHERE id = 5'],
	[
		'DELETE FROM users WHERE id = 2',
		'SELECT count(*) FROM users WHERE id = 2',
		'SELECT count(*) FROM orders WHERE user_id = 2',
	],
	['DELETE FROM plans WHERE id = 1', 'SELECT count(*) FROM plans WHERE id = 1'],
	["INSERT INTO plans (name) VALUES ('brand new')", "SELECT name, price FROM plans WHERE name = 'brand new'"],
	['INSERT INTO plans (name, price) VALUES (NULL, -5)', 'SELECT count(*) FROM plans WHERE price = -5'],
	[
		'INSERT INTO orders (user_id, total) VALUES (3, 1)',
		'SELECT total FROM orders WHERE user_id = 3 ORDER BY total',
	],
	['INSERT INTO jobs DEFAULT VALUES', 'SELECT state FROM jobs ORDER BY id'],
	[
		"INSERT INTO users (email, plan) VALUES ('nobody@example.com', NULL)",
		"SELECT plan FROM users WHERE email = 'nobody@example.com'",
	],
	[
		"INSERT INTO users (email, plan, note) VALUES ('x@example.com', 'x', 'exactly twenty chars')",
		"SELECT plan, note FROM users WHERE email = 'x@example.com'",
	],
	["INSERT INTO jobs (state) VALUES ('old')", "SELECT count(*) FROM jobs WHERE state = 'old'"],
	["INSERT INTO events VALUES (2026, 'more')", 'SELECT count(*) FROM events'],
	['SELECT one()'],
	["SELECT nextval('ticket') > 3"],
	['INSERT INTO archive SELECT id, email FROM users WHERE id = 7', 'SELECT count(*) FROM archive'],
	['CREATE TEMP TABLE mine AS SELECT id FROM users LIMIT 1', 'SELECT count(*) FROM mine'],
];
