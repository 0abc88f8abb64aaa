/** Shipped: its text and checksum never change. */
export const sql = `-- How far the contacts of a slot were read, and who reads them now.
CREATE TABLE reading_marks (
	spine TEXT NOT NULL,
	space TEXT NOT NULL,
	slot TEXT NOT NULL,
	position TEXT,
	pass INTEGER NOT NULL,
	ended_at INTEGER,
	token INTEGER NOT NULL,
	lease_until INTEGER,
	PRIMARY KEY (spine, space, slot)
) WITHOUT ROWID;

-- What a run was handed a moment ago, so that another one at the same time is handed others. One row for a run.
CREATE TABLE hand_outs (
	spine TEXT NOT NULL,
	space TEXT NOT NULL,
	slot TEXT NOT NULL,
	token INTEGER NOT NULL,
	until INTEGER NOT NULL,
	recipients TEXT NOT NULL,
	PRIMARY KEY (spine, space, slot, token)
);`;
