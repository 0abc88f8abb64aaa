INSERT OR REPLACE INTO inputs (spine, space, slot, recipient, text) VALUES (?, ?, ?, ?, ?)
