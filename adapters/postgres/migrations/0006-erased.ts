/** Shipped: its text and checksum never change. */
export const sql = `-- What the minimum gap needs of recipients that were erased, under keyed names, for as long as it needs it.
CREATE TABLE erased (
	digest text COLLATE "C" NOT NULL PRIMARY KEY,
	salt text COLLATE "C" NOT NULL,
	spine text COLLATE "C" NOT NULL,
	last_sent_at bigint,
	last_slot text COLLATE "C",
	last_opens_at bigint,
	doubtful_at bigint,
	erased_at bigint NOT NULL,
	until bigint NOT NULL
);
CREATE INDEX erased_until ON erased (until);`;
