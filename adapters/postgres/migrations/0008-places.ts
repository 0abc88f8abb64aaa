/** Shipped: its text and checksum never change. */
export const sql = `-- Who runs a spine again and again while more is due: as many at once as it has places.
CREATE TABLE run_places (
	spine text COLLATE "C" NOT NULL,
	place bigint NOT NULL,
	owner text COLLATE "C",
	until bigint NOT NULL,
	turns bigint NOT NULL,
	served bigint NOT NULL,
	PRIMARY KEY (spine, place)
);`;
