/** Shipped: its text and checksum never change. */
export const sql = `-- Documents with revisions: releases, evidence, approvals, policies, snapshots, flags, verdicts. seq keeps the order of creation.
CREATE TABLE records (
	seq INTEGER PRIMARY KEY AUTOINCREMENT,
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	spine TEXT,
	parent TEXT,
	body TEXT NOT NULL,
	revision INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	UNIQUE (kind, id)
);
CREATE INDEX records_kind ON records (kind, seq);
CREATE INDEX records_spine ON records (kind, spine, seq);
CREATE INDEX records_parent ON records (kind, parent, seq);

-- Bytes under their SHA-256.
CREATE TABLE blobs (
	hash TEXT NOT NULL PRIMARY KEY,
	bytes BLOB NOT NULL
);

-- Finds the slots of a stretch of time.
CREATE INDEX slots_opening ON slots (spine, space, opens_at);`;
