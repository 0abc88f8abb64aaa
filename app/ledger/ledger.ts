import type { Ledger } from './api';
import { type InputCodec, type LedgerContext, plainCodec } from './context';
import { absorb } from './operations/absorb';
import { callBudget } from './operations/calls';
import { claim } from './operations/claim';
import { commit } from './operations/commit';
import { confirm } from './operations/confirm';
import { deskLedger } from './operations/desk';
import { erasure } from './operations/erase';
import { eventLedger } from './operations/events';
import { fail } from './operations/fail';
import { figuresLedger } from './operations/figures';
import { recordOutcome } from './operations/outcome';
import { keyLedger } from './operations/keys';
import { outboxLedger } from './operations/outbox';
import { prune } from './operations/prune';
import { get, lastSent, list } from './operations/read';
import { readingLedger } from './operations/reading';
import { blobLedger, recordLedger } from './operations/records';
import { register } from './operations/register';
import { reseal } from './operations/reseal';
import { settle } from './operations/settle';
import { spineLedger } from './operations/spines';
import { sweep } from './operations/sweep';
import { turnLedger } from './operations/turns';
import { unsent } from './operations/unsent';
import type { RecipientsAs } from './hashes/port';
import type { HeadSigner } from './history/head';
import type { StateSeal } from './history/state';
import type { LedgerStore } from './store';

/** What knows and gives the signatures of a ledger. */
export interface LedgerSigning {
	readonly seal: StateSeal;
	readonly head: HeadSigner;
}

/**
 * Builds the ledger over a store. `codec` seals frozen inputs; without one they are stored as they are. `signing`
 * knows the signatures that the store gives to what events tell, and signs heads of the chain. Names of recipients are
 * made hashes, where they are, by who stands before it: see `hashes/open.ts`; \`storedDigest\` hashes digests of
 * inputs there.
 */
export function createLedger(
	store: LedgerStore,
	codec: InputCodec = plainCodec,
	signing: LedgerSigning | null = null,
	recipients: RecipientsAs = 'as-stored',
	storedDigest: (digest: string) => string = (digest) => digest,
): Ledger {
	const context: LedgerContext = {
		store,
		codec,
		seal: signing?.seal ?? null,
		signer: signing?.head ?? null,
		recipients,
		storedDigest,
	};
	return {
		spines: spineLedger(context),
		deliveries: {
			absorb: (batch) => absorb(context, batch),
			register: (batch) => register(context, batch),
			unsent: (spine, space, limit, after) => unsent(context, spine, space, limit, after),
			claim: (batch, owner) => claim(context, batch, owner),
			confirm: (batch) => confirm(context, batch),
			commit: (batch) => commit(context, batch),
			fail: (batch) => fail(context, batch),
			recordOutcome: (batch) => recordOutcome(context, batch),
			settle: (batch) => settle(context, batch),
			sweep: (spine) => sweep(context, spine),
			get: (refs, withInput = false) => get(context, refs, withInput),
			list: (query) => list(context, query),
			lastSent: (spine, space, recipients) => lastSent(context, spine, space, recipients),
			...figuresLedger(context),
		},
		outbox: outboxLedger(context),
		keys: keyLedger(context),
		reading: readingLedger(context),
		turns: turnLedger(context),
		calls: store.kind === 'postgres' ? callBudget(context) : null,
		events: eventLedger(context),
		records: recordLedger(context),
		blobs: blobLedger(context),
		desk: deskLedger(context),
		erasure: erasure(context),
		sign: (text) => signing && { keyId: signing.head.keyId, value: signing.head.sign(text) },
		prune: (retention) => prune(context, retention),
		reseal: (by) => reseal(context, by),
		close: () => store.close(),
	};
}
