import type { Instant } from '../../../../core/delivery/types';
import { gateError } from '../../../../core/errors';
import type { ClaimTerms, KeyClaimResult, KeyRecord, KeyRequest } from '../../../../core/once/record';
import { claim, claimedAlike } from '../../../../core/once/transitions';
import type { LedgerContext } from '../../context';
import { asNamed } from '../../erasure/key-names';
import { KeyEvents } from '../../key-events';
import type { StoreTransaction } from '../../store';
import { refuseUnsealedResults } from '../unsealed';
import { openResult } from './results';

/** How often a key that is gone at each second look is claimed anew; prune removes only what is long forgotten. */
const mostRounds = 5;

/** Claims of one chunk whose keys are known: decided one by one, written at once. Returns those that are gone. */
async function claimKnown(
	tx: StoreTransaction,
	context: LedgerContext,
	terms: ClaimTerms,
	known: readonly KeyRequest[],
	now: Instant,
	events: KeyEvents,
	results: Map<string, KeyClaimResult>,
): Promise<readonly KeyRequest[]> {
	const { scope } = terms;
	const loaded = await tx.keys.lockKeys(
		scope,
		known.map(({ key }) => key),
	);
	const changed: KeyRecord[] = [];
	const done: { readonly row: KeyRecord; readonly stored: boolean }[] = [];
	const gone: KeyRequest[] = [];
	known.forEach((request, at) => {
		const { key } = request;
		const stored = loaded[at] ?? null;
		if (stored === null) {
			gone.push(request);
			return;
		}
		const decision = claim(stored, terms, request, now);
		const row = decision.row ?? stored;
		if (decision.row !== undefined) changed.push(row);
		if (decision.kind === 'first' || decision.kind === 'asked') {
			events.note(decision.kind === 'first' ? 'claimed' : 'asked', key, row.token);
			results.set(key, { status: decision.kind, token: row.token, leaseUntil: row.leaseUntil });
			return;
		}
		if (decision.kind === 'done') {
			if (decision.row !== undefined) events.note('assumed', key, row.token);
			done.push({ row, stored: row.state === 'done' });
			return;
		}
		const { reason } = decision;
		if (decision.row !== undefined) events.note('in-doubt', key, row.token);
		events.note('refused', key, row.token, reason);
		results.set(key, { status: 'held', reason, owner: row.owner, leaseUntil: row.leaseUntil });
	});
	if (changed.length > 0) await tx.keys.writeKeys(scope, changed);
	if (done.length === 0) return gone;
	const texts = await tx.keys.readResults(
		scope,
		done.map(({ row }) => row.key),
	);
	await refuseUnsealedResults(tx, context, scope, texts);
	done.forEach(({ row: { key, changedAt }, stored }, at) => {
		const text = stored ? (texts[at] ?? null) : null;
		const result = text === null ? null : openResult(context, scope, key, text);
		results.set(key, { status: 'done', doneAt: changedAt, result, assumed: !stored });
	});
	return gone;
}

/** Claims sorted keys in one transaction: those nobody knows at once, the others one by one. */
export async function claimChunk(
	tx: StoreTransaction,
	context: LedgerContext,
	terms: ClaimTerms,
	given: readonly KeyRequest[],
): Promise<readonly KeyClaimResult[]> {
	const batch = await asNamed(tx, terms.scope, given);
	const events = new KeyEvents('claim', terms.owner, terms.scope);
	const results = new Map<string, KeyClaimResult>();
	let open = batch;
	for (let round = 0; open.length > 0; round += 1) {
		if (round === mostRounds) throw gateError('ledger-contended', { attempts: round });
		const token = await tx.now();
		const inserted = await tx.keys.insertKeys(terms.scope, claimedAlike(terms, token), open);
		const granted = { status: 'first', token, leaseUntil: token + terms.leaseMs } as const;
		if (inserted === null && round === 0) {
			events.claimedAnew(
				open.map(({ key }) => key),
				token,
			);
			await tx.addEvents(events.rows(token));
			return open.map(() => granted);
		}
		const fresh: string[] = [];
		const known: KeyRequest[] = [];
		open.forEach((request, at) => {
			if (inserted === null || inserted[at] === true) fresh.push(request.key);
			else known.push(request);
		});
		// The first round tells its keys at once; later rounds hold what a prune removed in between.
		if (round === 0) events.claimedAnew(fresh, token);
		for (const key of fresh) {
			results.set(key, granted);
			if (round > 0) events.note('claimed', key, token);
		}
		if (known.length === 0) break;
		// Read again: the lock may have been waited for.
		open = await claimKnown(tx, context, terms, known, await tx.now(), events, results);
	}
	await tx.addEvents(events.rows(await tx.now()));
	return batch.map(({ key }) => results.get(key) as KeyClaimResult);
}
