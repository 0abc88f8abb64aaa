/** Shipped: its text and checksum never change. */
export const sql = `-- What keys share that were changed together: absent in batches that were claimed and not changed since.
ALTER TABLE key_batches ADD COLUMN state TEXT;
ALTER TABLE key_batches ADD COLUMN changed_at INTEGER;`;
