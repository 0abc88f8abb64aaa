import { createHash } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
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
