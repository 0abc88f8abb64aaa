/** Shipped: its text and checksum never change. */
export const sql = `-- Who runs a spine again and again while more is due: as many at once as it has places.
CREATE TABLE run_places (
	spine TEXT NOT NULL,
	place INTEGER NOT NULL,
	owner TEXT,
	until INTEGER NOT NULL,
	turns INTEGER NOT NULL,
	served INTEGER NOT NULL,
	PRIMARY KEY (spine, place)
) WITHOUT ROWID;`;
