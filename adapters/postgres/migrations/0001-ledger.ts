/** Shipped: its text and checksum never change. */
export const sql = `-- Spines: the settings in force and every version of them.
CREATE TABLE spines (
	spine text COLLATE "C" NOT NULL PRIMARY KEY,
	settings text COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	paused bigint NOT NULL,
	pause_reason text COLLATE "C",
	paused_at bigint,
	created_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	swept_until bigint NOT NULL
);

CREATE TABLE spine_versions (
	spine text COLLATE "C" NOT NULL,
	version bigint NOT NULL,
	settings text COLLATE "C" NOT NULL,
	configured_by text COLLATE "C" NOT NULL,
	configured_at bigint NOT NULL,
	PRIMARY KEY (spine, version)
);

-- Slots somebody asked about. Settled ones hold nothing that waits.
CREATE TABLE slots (
	spine text COLLATE "C" NOT NULL,
	space text COLLATE "C" NOT NULL,
	slot text COLLATE "C" NOT NULL,
	opens_at bigint NOT NULL,
	closes_at bigint NOT NULL,
	settled bigint NOT NULL DEFAULT 0,
	PRIMARY KEY (spine, space, slot)
);
CREATE INDEX slots_unsettled ON slots (spine, opens_at) WHERE settled = 0;
CREATE INDEX slots_closed ON slots (closes_at);

-- Deliveries, clustered by slot: a batch touches neighbours. Half-filled pages and no index on what changes keep
-- every update within its page.
CREATE TABLE deliveries (
	spine text COLLATE "C" NOT NULL,
	space text COLLATE "C" NOT NULL,
	slot text COLLATE "C" NOT NULL,
	recipient text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL CHECK (state IN ('due', 'held', 'claimed', 'sending', 'committed', 'failed', 'in-doubt', 'missed')),
	opens_at bigint NOT NULL,
	closes_at bigint NOT NULL,
	cadence_index bigint NOT NULL,
	input_digest text COLLATE "C" NOT NULL,
	token bigint NOT NULL,
	owner text COLLATE "C",
	lease_until bigint,
	attempts bigint NOT NULL,
	sending_since bigint,
	sent_at bigint,
	committed_at bigint,
	provider text COLLATE "C",
	provider_message_id text COLLATE "C",
	failure_class text COLLATE "C",
	retryable bigint NOT NULL,
	reason text COLLATE "C",
	outcome text COLLATE "C",
	outcome_at bigint,
	release text COLLATE "C",
	variant text COLLATE "C",
	registered_at bigint NOT NULL,
	updated_at bigint NOT NULL,
	PRIMARY KEY (spine, space, slot, recipient)
) WITH (fillfactor = 50);

-- Frozen inputs, apart, so that the rows that change stay small.
CREATE TABLE inputs (
	spine text COLLATE "C" NOT NULL,
	space text COLLATE "C" NOT NULL,
	slot text COLLATE "C" NOT NULL,
	recipient text COLLATE "C" NOT NULL,
	text text COLLATE "C" NOT NULL,
	PRIMARY KEY (spine, space, slot, recipient)
);

-- What is known of each recipient; outlives the deliveries.
CREATE TABLE recipients (
	spine text COLLATE "C" NOT NULL,
	space text COLLATE "C" NOT NULL,
	recipient text COLLATE "C" NOT NULL,
	last_sent_at bigint,
	last_slot text COLLATE "C",
	last_opens_at bigint,
	sending_slot text COLLATE "C",
	sending_from bigint,
	sending_until bigint,
	doubtful_at bigint,
	committed_count bigint NOT NULL,
	PRIMARY KEY (spine, space, recipient)
) WITH (fillfactor = 50);

-- Finds a delivery by the provider's message id.
CREATE TABLE messages (
	provider text COLLATE "C" NOT NULL,
	message_id text COLLATE "C" NOT NULL,
	spine text COLLATE "C" NOT NULL,
	space text COLLATE "C" NOT NULL,
	slot text COLLATE "C" NOT NULL,
	recipient text COLLATE "C" NOT NULL,
	PRIMARY KEY (provider, message_id)
);
CREATE INDEX messages_delivery ON messages (spine, space, slot, recipient);

-- Writes to other systems that follow a commit.
CREATE TABLE outbox (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	target text COLLATE "C" NOT NULL,
	object_id text COLLATE "C" NOT NULL,
	payload text COLLATE "C" NOT NULL,
	spine text COLLATE "C" NOT NULL,
	space text COLLATE "C" NOT NULL,
	slot text COLLATE "C" NOT NULL,
	recipient text COLLATE "C" NOT NULL,
	status text COLLATE "C" NOT NULL CHECK (status IN ('waiting', 'would-be', 'done', 'refused', 'superseded')),
	attempts bigint NOT NULL DEFAULT 0,
	created_at bigint NOT NULL,
	not_before bigint NOT NULL DEFAULT 0,
	lease_until bigint,
	reason text COLLATE "C"
) WITH (fillfactor = 70);
CREATE INDEX outbox_waiting ON outbox (target, object_id, id) WHERE status = 'waiting';
CREATE INDEX outbox_would_be ON outbox (space, id) WHERE status = 'would-be';
CREATE INDEX outbox_refused ON outbox (target) WHERE status = 'refused';
CREATE INDEX outbox_created ON outbox (created_at);

-- Events, and the chain over them. Position and hash are set by the sealer.
CREATE TABLE events (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	at bigint NOT NULL,
	kind text COLLATE "C" NOT NULL,
	spine text COLLATE "C",
	subject text COLLATE "C",
	sentence text COLLATE "C" NOT NULL,
	data text COLLATE "C" NOT NULL,
	position bigint UNIQUE,
	hash text COLLATE "C"
);
CREATE INDEX events_unsealed ON events (id) WHERE position IS NULL;

CREATE TABLE chain (
	one bigint NOT NULL PRIMARY KEY CHECK (one = 1),
	head_position bigint NOT NULL,
	head_hash text COLLATE "C" NOT NULL,
	foot_position bigint NOT NULL,
	foot_hash text COLLATE "C" NOT NULL
);
INSERT INTO chain VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0, '0000000000000000000000000000000000000000000000000000000000000000');`;
