/** Shipped: its text and checksum never change. */
export const sql = `-- Keys that are done once, by scope. What many keys of one claim share stands once, in their batch: such a key is as
-- cheap as a plain row. A key that changes, or that was claimed among few, holds all of it itself. No index on what changes.
CREATE TABLE key_claims (
	scope TEXT NOT NULL,
	key TEXT NOT NULL,
	batch INTEGER,
	digest TEXT,
	state TEXT,
	token INTEGER,
	lease_until INTEGER,
	expires_at INTEGER,
	owner TEXT,
	claimed_at INTEGER,
	changed_at INTEGER,
	PRIMARY KEY (scope, key)
) WITHOUT ROWID;

CREATE TABLE key_batches (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	token INTEGER NOT NULL,
	lease_until INTEGER NOT NULL,
	expires_at INTEGER NOT NULL,
	owner TEXT NOT NULL,
	claimed_at INTEGER NOT NULL
);
CREATE INDEX key_batches_expiry ON key_batches (expires_at);

-- What the first run of a key gave, apart, so that the rows that change stay small.
CREATE TABLE key_results (
	scope TEXT NOT NULL,
	key TEXT NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (scope, key)
) WITHOUT ROWID;`;
