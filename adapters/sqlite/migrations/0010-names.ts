/** Shipped: its text and checksum never change. */
export const sql = `-- Names of recipients that are stored as keyed hashes, sealed.
CREATE TABLE recipient_names (
	hash TEXT NOT NULL PRIMARY KEY,
	sealed TEXT NOT NULL
) WITHOUT ROWID;`;
