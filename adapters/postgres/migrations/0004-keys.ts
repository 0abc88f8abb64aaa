/** Shipped: its text and checksum never change. */
export const sql = `-- Keys that are done once, by scope. What many keys of one claim share stands once, in their batch: such a key is as
-- cheap as a plain row. A key that changes, or that was claimed among few, holds all of it itself. No index on what changes.
CREATE TABLE key_claims (
	scope text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	batch bigint,
	digest text COLLATE "C",
	state text COLLATE "C",
	token bigint,
	lease_until bigint,
	expires_at bigint,
	owner text COLLATE "C",
	claimed_at bigint,
	changed_at bigint,
	PRIMARY KEY (scope, key)
) WITH (fillfactor = 90);

CREATE TABLE key_batches (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	token bigint NOT NULL,
	lease_until bigint NOT NULL,
	expires_at bigint NOT NULL,
	owner text COLLATE "C" NOT NULL,
	claimed_at bigint NOT NULL
);
CREATE INDEX key_batches_expiry ON key_batches (expires_at);

-- What the first run of a key gave, apart, so that the rows that change stay small.
CREATE TABLE key_results (
	scope text COLLATE "C" NOT NULL,
	key text COLLATE "C" NOT NULL,
	text text COLLATE "C" NOT NULL,
	PRIMARY KEY (scope, key)
);`;
