/** Shipped: its text and checksum never change. */
export const sql = `-- Spines: the settings in force and every version of them.
CREATE TABLE spines (
	spine TEXT NOT NULL PRIMARY KEY,
	settings TEXT NOT NULL,
	version INTEGER NOT NULL,
	paused INTEGER NOT NULL,
	pause_reason TEXT,
	paused_at INTEGER,
	created_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	swept_until INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE spine_versions (
	spine TEXT NOT NULL,
	version INTEGER NOT NULL,
	settings TEXT NOT NULL,
	configured_by TEXT NOT NULL,
	configured_at INTEGER NOT NULL,
	PRIMARY KEY (spine, version)
) WITHOUT ROWID;

-- Slots somebody asked about. Settled ones hold nothing that waits.
CREATE TABLE slots (
	spine TEXT NOT NULL,
	space TEXT NOT NULL,
	slot TEXT NOT NULL,
	opens_at INTEGER NOT NULL,
	closes_at INTEGER NOT NULL,
	settled INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (spine, space, slot)
) WITHOUT ROWID;
CREATE INDEX slots_unsettled ON slots (spine, opens_at) WHERE settled = 0;
CREATE INDEX slots_closed ON slots (closes_at);

-- Deliveries, clustered by slot: a batch touches neighbours.
CREATE TABLE deliveries (
	spine TEXT NOT NULL,
	space TEXT NOT NULL,
	slot TEXT NOT NULL,
	recipient TEXT NOT NULL,
	state TEXT NOT NULL CHECK (state IN ('due', 'held', 'claimed', 'sending', 'committed', 'failed', 'in-doubt', 'missed')),
	opens_at INTEGER NOT NULL,
	closes_at INTEGER NOT NULL,
	cadence_index INTEGER NOT NULL,
	input_digest TEXT NOT NULL,
	token INTEGER NOT NULL,
	owner TEXT,
	lease_until INTEGER,
	attempts INTEGER NOT NULL,
	sending_since INTEGER,
	sent_at INTEGER,
	committed_at INTEGER,
	provider TEXT,
	provider_message_id TEXT,
	failure_class TEXT,
	retryable INTEGER NOT NULL,
	reason TEXT,
	outcome TEXT,
	outcome_at INTEGER,
	release TEXT,
	variant TEXT,
	registered_at INTEGER NOT NULL,
	updated_at INTEGER NOT NULL,
	PRIMARY KEY (spine, space, slot, recipient)
) WITHOUT ROWID;

-- Frozen inputs, apart, so that the rows that change stay small.
CREATE TABLE inputs (
	spine TEXT NOT NULL,
	space TEXT NOT NULL,
	slot TEXT NOT NULL,
	recipient TEXT NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (spine, space, slot, recipient)
) WITHOUT ROWID;

-- What is known of each recipient; outlives the deliveries.
CREATE TABLE recipients (
	spine TEXT NOT NULL,
	space TEXT NOT NULL,
	recipient TEXT NOT NULL,
	last_sent_at INTEGER,
	last_slot TEXT,
	last_opens_at INTEGER,
	sending_slot TEXT,
	sending_from INTEGER,
	sending_until INTEGER,
	doubtful_at INTEGER,
	committed_count INTEGER NOT NULL,
	PRIMARY KEY (spine, space, recipient)
) WITHOUT ROWID;

-- Finds a delivery by the provider's message id.
CREATE TABLE messages (
	provider TEXT NOT NULL,
	message_id TEXT NOT NULL,
	spine TEXT NOT NULL,
	space TEXT NOT NULL,
	slot TEXT NOT NULL,
	recipient TEXT NOT NULL,
	PRIMARY KEY (provider, message_id)
) WITHOUT ROWID;
CREATE INDEX messages_delivery ON messages (spine, space, slot, recipient);

-- Writes to other systems that follow a commit.
CREATE TABLE outbox (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	target TEXT NOT NULL,
	object_id TEXT NOT NULL,
	payload TEXT NOT NULL,
	spine TEXT NOT NULL,
	space TEXT NOT NULL,
	slot TEXT NOT NULL,
	recipient TEXT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('waiting', 'would-be', 'done', 'refused', 'superseded')),
	attempts INTEGER NOT NULL DEFAULT 0,
	created_at INTEGER NOT NULL,
	not_before INTEGER NOT NULL DEFAULT 0,
	lease_until INTEGER,
	reason TEXT
);
CREATE INDEX outbox_waiting ON outbox (target, object_id, id) WHERE status = 'waiting';
CREATE INDEX outbox_would_be ON outbox (space, id) WHERE status = 'would-be';
CREATE INDEX outbox_refused ON outbox (target) WHERE status = 'refused';
CREATE INDEX outbox_created ON outbox (created_at);

-- Events, and the chain over them. Position and hash are set by the sealer.
CREATE TABLE events (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,
	kind TEXT NOT NULL,
	spine TEXT,
	subject TEXT,
	sentence TEXT NOT NULL,
	data TEXT NOT NULL,
	position INTEGER UNIQUE,
	hash TEXT
);
CREATE INDEX events_unsealed ON events (id) WHERE position IS NULL;

CREATE TABLE chain (
	one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
	head_position INTEGER NOT NULL,
	head_hash TEXT NOT NULL,
	foot_position INTEGER NOT NULL,
	foot_hash TEXT NOT NULL
);
INSERT INTO chain VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0, '0000000000000000000000000000000000000000000000000000000000000000');`;
