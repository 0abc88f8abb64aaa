/** What a look at a ledger saw, without touching it. */
export interface LedgerSight {
	/** Whether it is there; otherwise it is made at the first use. */
	readonly exists: boolean;
	readonly spines: number;
}
