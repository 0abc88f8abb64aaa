/** Shipped: its text and checksum never change. */
export const sql = `-- Digests of the rows that the transaction of an event changed, in the first event of each transaction.
ALTER TABLE events ADD COLUMN state TEXT;`;
