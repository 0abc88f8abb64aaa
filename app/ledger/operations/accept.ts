import { z } from 'zod';
import { canonicalJson, sha256 } from '../../../core/delivery/canonical';
import type { JsonObject } from '../../../core/delivery/types';
import { gateError } from '../../../core/errors';
import type { Acceptance, AcceptanceRequest } from '../api/upkeep';
import type { LedgerContext } from '../context';
import { documentOf } from '../documents';
import { compareInputsAndStrays, type Disagreement, everyDisagreement } from '../history/compare';
import { keyOfText } from '../history/state';
import { walkChain } from '../history/walk';
import type { StoreTransaction } from '../store';
import { seal } from './seal';

const KIND = 'acceptance';
/** Records named by one event. */
const page = 500;
const most = 1000;

const schema = z.object({
	person: z.string(),
	account: z.object({ id: z.string(), email: z.string() }).optional(),
	reason: z.string(),
	records: z.array(z.object({ record: z.string(), was: z.string() })),
});

/** See `EventLedger.acceptances`. */
export async function acceptances({ store }: LedgerContext): Promise<readonly Acceptance[]> {
	const stored = await store.transaction((tx) => tx.records.listRecords({ kind: KIND, limit: most }));
	return stored.map((one) => {
		const { person, reason, records } = documentOf(one, schema);
		return { id: one.id, at: one.createdAt, person, reason, records };
	});
}

/** One page of records as they stand now, with the event and the record that name them. */
async function acceptPage(
	tx: StoreTransaction,
	{ by, reason }: AcceptanceRequest,
	found: readonly (readonly [string, Disagreement])[],
): Promise<Acceptance> {
	const entries = [];
	for (const [key] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
		const at = keyOfText(key);
		entries.push({ ...at, after: await tx.stateOf(at), before: undefined });
	}
	const at = await tx.now();
	const records = found.map(([, { record, explanation }]) => ({ record, was: explanation }));
	const { person, account } = by;
	const body: JsonObject = { person, ...(account === undefined ? {} : { account }), reason, records };
	const id = `${new Date(at).toISOString()}-${sha256(canonicalJson(body)).slice(0, 12)}`;
	tx.markState({ accepted: true }, entries);
	await tx.records.insertRecord({
		...{ kind: KIND, id, spine: null, parent: null, body, revision: 1 },
		...{ createdAt: at, updatedAt: at },
	});
	await tx.addEvents([
		{
			...{ at, kind: 'ledger.accepted', spine: null, subject: id },
			sentence: `${person} accepted ${records.length} ${records.length === 1 ? 'record' : 'records'} that disagreed with the history, as they stood: ${reason}`,
			data: canonicalJson(body),
		},
	]);
	return { id, at, person, reason, records };
}

/** See `EventLedger.accept`. */
export async function acceptState(
	context: LedgerContext,
	request: AcceptanceRequest,
): Promise<Acceptance | null> {
	const { store } = context;
	if (request.reason.trim() === '') throw gateError('ledger-accept-no-reason');
	await seal(context, Number.MAX_SAFE_INTEGER);
	const ends = await store.transaction((tx) => tx.chain());
	const { broken, position, hash, replay } = await walkChain(context, ends);
	if (broken !== null) throw gateError('ledger-accept-chain', { explanation: broken.explanation });
	if (position !== ends.headPosition || hash !== ends.headHash)
		throw gateError('ledger-accept-chain', { explanation: 'it does not end where its head says.' });
	const found = [...(await everyDisagreement(context, replay, position))];
	const pages: Acceptance[] = [];
	for (let start = 0; start < found.length; start += page) {
		const some = found.slice(start, start + page);
		pages.push(await store.transaction((tx) => acceptPage(tx, request, some)));
	}
	await seal(context, Number.MAX_SAFE_INTEGER);
	const left = await compareInputsAndStrays(context);
	if (left !== null) throw gateError('ledger-accept-input', { explanation: left.explanation });
	const [first] = pages;
	return first === undefined ? null : { ...first, records: pages.flatMap(({ records }) => records) };
}
