/** Shipped: its text and checksum never change. */
export const sql = `-- Names of recipients that are stored as keyed hashes, sealed.
CREATE TABLE recipient_names (
	hash text COLLATE "C" NOT NULL PRIMARY KEY,
	sealed text COLLATE "C" NOT NULL
);`;
