INSERT INTO inputs (spine, space, slot, recipient, text) VALUES (?, ?, ?, ?, ?)
