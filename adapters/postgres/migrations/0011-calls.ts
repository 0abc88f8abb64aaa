/** Shipped: its text and checksum never change. */
export const sql = `-- What was given out of a vendor's rate in the last seconds, by a digest of address and token. Not logged: after a crash
-- nothing was given out.
CREATE UNLOGGED TABLE call_budgets (
	account text COLLATE "C" NOT NULL PRIMARY KEY,
	given text COLLATE "C" NOT NULL
) WITH (fillfactor = 50);`;
