/** Shipped: its text and checksum never change. */
export const sql = `-- Documents with revisions: releases, evidence, approvals, policies, snapshots, flags, verdicts. seq keeps the order of creation.
CREATE TABLE records (
	seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	kind text COLLATE "C" NOT NULL,
	id text COLLATE "C" NOT NULL,
	spine text COLLATE "C",
	parent text COLLATE "C",
	body text COLLATE "C" NOT NULL,
	revision bigint NOT NULL,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	UNIQUE (kind, id)
);
CREATE INDEX records_kind ON records (kind, seq);
CREATE INDEX records_spine ON records (kind, spine, seq);
CREATE INDEX records_parent ON records (kind, parent, seq);

-- Bytes under their SHA-256.
CREATE TABLE blobs (
	hash text COLLATE "C" NOT NULL PRIMARY KEY,
	bytes bytea NOT NULL
);

-- Finds the slots of a stretch of time.
CREATE INDEX slots_opening ON slots (spine, space, opens_at);`;
