/** Shipped: its text and checksum never change. */
export const sql = `-- How far the contacts of a slot were read, and who reads them now.
CREATE TABLE reading_marks (
	spine text COLLATE "C" NOT NULL,
	space text COLLATE "C" NOT NULL,
	slot text COLLATE "C" NOT NULL,
	position text COLLATE "C",
	pass bigint NOT NULL,
	ended_at bigint,
	token bigint NOT NULL,
	lease_until bigint,
	PRIMARY KEY (spine, space, slot)
);

-- What a run was handed a moment ago, so that another one at the same time is handed others. One row for a run.
CREATE TABLE hand_outs (
	spine text COLLATE "C" NOT NULL,
	space text COLLATE "C" NOT NULL,
	slot text COLLATE "C" NOT NULL,
	token bigint NOT NULL,
	until bigint NOT NULL,
	recipients text COLLATE "C" NOT NULL,
	PRIMARY KEY (spine, space, slot, token)
);`;
