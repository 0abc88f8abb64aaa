import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import type { Ledger } from '../../app/ledger/api';
import { databaseFile } from './instance';

/**
 * Sets the history of a Remove Duplicates node to so many keys, in n8n's own database, in the form the node writes:
 * one row per node, all MD5 hashes in one JSON text. Growing it by running the node would take minutes.
 */
export function setSeenKeys(userFolder: string, workflowId: string, nodeId: string, count: number): void {
	const db = new DatabaseSync(databaseFile(userFolder), { timeout: 30_000 });
	try {
		db.prepare('DELETE FROM processed_data WHERE workflowId = ?').run(workflowId);
		if (count === 0) return;
		const data = Array.from({ length: count }, (_none, index) =>
			createHash('md5').update(`seen-${index}`).digest('base64'),
		);
		db.prepare('INSERT INTO processed_data (workflowId, context, value) VALUES (?, ?, ?)').run(
			workflowId,
			`n:${nodeId}`,
			JSON.stringify({ mode: 'entries', data }),
		);
	} finally {
		db.close();
	}
}

/** Scope of the claims that have a history. */
export const grownScope = 'bench-keys';

/** Puts so many keys that are done into {@link grownScope}, and closes the ledger. */
export async function growKeys(ledger: Ledger, count: number): Promise<void> {
	const terms = {
		scope: grownScope,
		leaseMs: 900_000,
		rememberMs: 30 * 86_400_000,
		whenUnknown: 'hold',
		owner: 'history',
	} as const;
	try {
		const batch = Array.from({ length: count }, (_none, at) => ({ key: `seen-${at}`, digest: null }));
		const held = (await ledger.keys.claim(terms, batch)).flatMap((claimed, at) =>
			claimed.status === 'first'
				? [{ scope: grownScope, key: `seen-${at}`, token: claimed.token, result: null }]
				: [],
		);
		await ledger.keys.complete(held, 'history');
	} finally {
		await ledger.close();
	}
}
