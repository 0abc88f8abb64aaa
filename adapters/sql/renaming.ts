import type { OutboxNames, RenamedKey, RenamingTransaction } from '../../app/ledger/hashes/port';
import type { Session } from './dialect';
import { raw, sql } from './statement';
import { outboxState } from './tables';
import type { Witness } from './witness';

const state = raw(outboxState.join(', '));

/** What it takes, beside erasing, to turn names into hashes, within the transaction of the session. */
export class SqlRenaming implements RenamingTransaction {
	constructor(
		private readonly session: Session,
		private readonly witness: Witness,
	) {}

	async outbox(after: number, limit: number): Promise<readonly OutboxNames[]> {
		const rows = await this.session.all(sql`SELECT id, recipient, object_id, reason FROM outbox
			WHERE id > ${after} ORDER BY id LIMIT ${limit}`);
		return rows.map(([id, recipient, objectId, reason = null]) => ({
			id: Number(id),
			recipient: String(recipient),
			objectId: String(objectId),
			reason: reason === null ? null : String(reason),
		}));
	}

	async renameOutbox(rows: readonly OutboxNames[]): Promise<void> {
		for (const { id, recipient, objectId, reason } of rows) {
			const [before] = await this.session.all(
				sql`SELECT ${state} FROM outbox WHERE id = ${id} ${this.session.dialect.lock('update')}`,
			);
			if (before === undefined) continue;
			this.witness.saw('outbox', [String(id)], before);
			const [after = before] = await this.session.all(sql`UPDATE outbox
				SET recipient = ${recipient}, object_id = ${objectId}, reason = ${reason}
				WHERE id = ${id} RETURNING ${state}`);
			this.witness.wrote('outbox', [String(id)], after);
		}
	}

	async forgetReaders(): Promise<void> {
		await this.session.run(sql`UPDATE reading_marks SET position = NULL`);
		await this.session.run(sql`DELETE FROM hand_outs`);
	}

	async keyDigest(scope: string, key: string): Promise<string | null> {
		const [row] = await this.session.all(
			sql`SELECT digest FROM key_claims WHERE scope = ${scope} AND key = ${key}`,
		);
		const digest = row?.[0] ?? null;
		return digest === null ? null : String(digest);
	}

	async renameKey(scope: string, key: string, { name, digest, result }: RenamedKey): Promise<void> {
		const own = sql`scope = ${scope} AND key = ${key}`;
		await this.session.run(sql`UPDATE key_claims SET key = ${name}, digest = ${digest} WHERE ${own}`);
		if (result === null) return;
		await this.session.run(sql`UPDATE key_results SET key = ${name}, text = ${result} WHERE ${own}`);
	}
}
