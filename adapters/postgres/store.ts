import { setTimeout as wait } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import type { Instant } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { Pseudonyms } from '../../app/ledger/erasure/port';
import type { StateSeal } from '../../app/ledger/history/state';
import type { LedgerStore, ScrubReport, StoreTransaction } from '../../app/ledger/store';
import { isTransient, lockTimeoutMs, postgresError, statementTimeoutMs } from './errors';
import { quoteName } from './migrate';
import { PostgresSession } from './session';
import { PostgresTransaction } from './transaction';

/** How often a transaction is run before its caller hears of it. */
export const mostAttempts = 6;

/** The store over a pool of connections; any number of processes may share the database. */
export class PostgresStore implements LedgerStore {
	readonly kind = 'postgres';
	readonly chunkRows = 20_000;
	private readonly begin: string;
	private open = true;

	constructor(
		private readonly pool: Pool,
		schema: string,
		private readonly clock: (() => Instant) | null,
		private readonly seal: StateSeal | null = null,
		private readonly pseudonyms?: Pseudonyms,
		access: 'READ WRITE' | 'READ ONLY' = 'READ WRITE',
	) {
		// SET LOCAL, not the connection's options: those do not pass through a transaction pooler.
		this.begin = [
			`BEGIN ISOLATION LEVEL READ COMMITTED ${access}`,
			`SET LOCAL search_path TO ${quoteName(schema)}`,
			`SET LOCAL lock_timeout = ${lockTimeoutMs}`,
			`SET LOCAL statement_timeout = ${statementTimeoutMs}`,
			`SET LOCAL idle_in_transaction_session_timeout = ${statementTimeoutMs}`,
			'SET LOCAL synchronous_commit = on',
			// Every statement goes by a key. Without statistics, as in a fresh ledger, the planner would scan instead.
			...['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'enable_material', 'jit'].map(
				(setting) => `SET LOCAL ${setting} = off`,
			),
		].join('; ');
	}

	async transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
		if (!this.open) throw gateError('ledger-closed');
		for (let attempt = 1; ; attempt += 1) {
			try {
				return await this.attempt(work);
			} catch (error) {
				if (!isTransient(error)) throw postgresError(error);
				if (attempt >= mostAttempts) throw gateError('ledger-contended', { attempts: attempt }, error);
				await wait(Math.random() * 20 * 2 ** attempt);
			}
		}
	}

	private async attempt<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T> {
		const client = await this.pool.connect();
		let broken: Error | undefined;
		const note = (error: Error): void => {
			broken = error;
		};
		client.on('error', note);
		try {
			await client.query(this.begin);
			const tx = new PostgresTransaction(new PostgresSession(client, this.clock), this.pseudonyms);
			const result = await work(tx);
			await tx.finish(this.seal);
			await client.query('COMMIT');
			return result;
		} catch (error) {
			broken ??= await rollback(client);
			throw error;
		} finally {
			client.off('error', note);
			client.release(broken);
		}
	}

	async breathe(): Promise<void> {
		return;
	}

	/** Old versions of rows are Postgres's own to remove (VACUUM), and so are its log and whoever copies it. */
	async scrub(): Promise<ScrubReport> {
		return { remains: 'out-of-reach' };
	}

	async close(): Promise<void> {
		if (!this.open) return;
		this.open = false;
		await this.pool.end();
	}
}

/** Rolls back; returns the error when the connection is of no use any more. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
	try {
		await client.query('ROLLBACK');
		return undefined;
	} catch (error) {
		return error instanceof Error ? error : new Error('rollback failed');
	}
}
