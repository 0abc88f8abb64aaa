/** Shipped: its text and checksum never change. */
export const sql = `-- What was given out of a vendor's rate in the last seconds, by a digest of address and token.
CREATE TABLE call_budgets (
	account TEXT NOT NULL PRIMARY KEY,
	given TEXT NOT NULL
) WITHOUT ROWID;`;
