/** Shipped: its text and checksum never change. */
export const sql = `-- What the minimum gap needs of recipients that were erased, under keyed names, for as long as it needs it.
CREATE TABLE erased (
	digest TEXT NOT NULL PRIMARY KEY,
	salt TEXT NOT NULL,
	spine TEXT NOT NULL,
	last_sent_at INTEGER,
	last_slot TEXT,
	last_opens_at INTEGER,
	doubtful_at INTEGER,
	erased_at INTEGER NOT NULL,
	until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX erased_until ON erased (until);`;
