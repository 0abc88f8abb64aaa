INSERT INTO events (at, kind, spine, subject, sentence, data) VALUES (?, ?, ?, ?, ?, ?)
