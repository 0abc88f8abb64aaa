/** Shipped: its text and checksum never change. */
export const sql = `-- Id of what is delivered, kept from the confirmation on: a settlement writes it outside as a commit does.
ALTER TABLE deliveries ADD COLUMN asset_id text COLLATE "C";`;
