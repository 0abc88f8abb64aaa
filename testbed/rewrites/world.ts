import { createHash } from 'node:crypto';
import type { Ledger } from '../../app/ledger/api';
import type { RecordKind, RecordWrite } from '../../app/ledger/records';
import { registrationOf, slotOpens, testSettings, type TestClock } from '../databases/ledgers';

const hour = 3_600_000;

/** The recipient who is erased. */
const person = '150829384756';

const bytes = (text: string): { hash: string; bytes: Uint8Array } => {
	const content = Buffer.from(text);
	return { hash: createHash('sha256').update(content).digest('hex'), bytes: content };
};

const record = (
	kind: RecordKind,
	id: string,
	body: RecordWrite['body'],
	parent: string | null = null,
): RecordWrite => ({
	kind,
	id,
	spine: 'content',
	parent,
	body,
	expectedRevision: 0,
});

/**
 * Fills a ledger with something in every table and a delivery in every state, and prunes some of it, so that digests were
 * carried past the foot of the chain, and one person erased. The documents are only documents here: what they mean is not looked at.
 */
export async function fillLedger(ledger: Ledger, clock: TestClock): Promise<void> {
	const { deliveries, outbox, records, spines, blobs } = ledger;
	clock.at = slotOpens + hour;
	await spines.configure(testSettings('content'), 'ada');
	await spines.configure(testSettings('content', { replaysPerSlot: 2 }), 'ada');
	await spines.configure(testSettings('other', { mode: 'dry-run' }), 'ada');
	await spines.pause('other', 'not yet', 'ada');
	const names = ['committed', 'sending', 'failed', 'in-doubt', 'claimed', 'due', 'bounced'];
	const requests = names.map((name) => registrationOf('content', name));
	await deliveries.register([...requests, registrationOf('content', 'held', 0, { hold: 'no email' })]);
	await deliveries.register([
		{
			...registrationOf('content', 'rehearsed'),
			ref: { ...registrationOf('content', 'rehearsed').ref, space: 'dry-run:r1' },
		},
	]);
	const claimed = requests.filter(({ ref }) => ref.recipient !== 'due').map(({ ref }) => ({ ref }));
	await deliveries.claim(claimed, 'run 1');
	const sending = claimed
		.filter(({ ref }) => ref.recipient !== 'claimed')
		.map(({ ref }) => ({ ref, token: 1 }));
	await deliveries.confirm(sending);
	const of = (name: string) => ({ ...registrationOf('content', name), token: 1 });
	await deliveries.commit(
		['committed', 'bounced'].map((name) => ({
			...of(name),
			provider: 'postmark',
			providerMessageId: `m-${name}`,
		})),
	);
	const failure = { failureClass: 'send', retryable: true, reason: 'timed out' } as const;
	await deliveries.fail([
		{ ...of('failed'), ...failure, sent: 'no' },
		{ ...of('in-doubt'), ...failure, sent: 'unknown' },
	]);
	await deliveries.recordOutcome([
		{ ref: of('bounced').ref, outcome: 'bounced', at: clock.at, detail: 'HardBounce' },
	]);
	const [entry] = await outbox.take('hubspot:contacts', 1, hour);
	if (entry) await outbox.settle([{ id: entry.id, status: 'done' }]);
	await blobs.put([bytes('the workflow as it was'), bytes('the flags as they were')]);
	await records.write(
		[
			record('policy', 'content', { preset: 'quiet-content-delivery', version: 1, policy: { approvals: 2 } }),
			record('release', 'r-1', { stage: 'draft', decision: null, manifest: { subject: 'content' } }),
			record('evidence', 'r-1:a', { check: 'tests', status: 'pass' }, 'r-1'),
			record('evidence', 'r-1:b', { check: 'tests', status: 'fail' }, 'r-1'),
			record('approval', 'r-1:a', { person: 'ada', verdict: 'approved' }, 'r-1'),
			record('approval', 'r-1:b', { person: 'ben', verdict: 'rejected' }, 'r-1'),
			record('flag', 'new-text', { state: 'percentage', share: 10 }, 'r-1'),
			record('verdict', 'v-1', { verdict: 'watching', errorBudget: 'healthy' }, 'r-1'),
			record('snapshot', 's-1', { state: 'complete', parts: [] }, 'r-1'),
			record('drill', 'd-1', { restored: true }, 'r-1'),
			record('rollback', 'rb-1', { finishedAt: 5 }, 'r-1'),
			record('trigger', 'cursor', { after: 1 }),
		],
		[],
	);
	const [release] = await records.get('release', ['r-1']);
	await records.write(
		[
			{
				...record('release', 'r-1', { ...release?.body, stage: 'approved' }),
				expectedRevision: release?.revision ?? 0,
			},
		],
		[{ kind: 'gate.shipped', spine: 'content', subject: 'r-1', sentence: 'Ship.', data: {} }],
	);
	await ledger.events.seal();
	// A slot later: what is over is swept, and the events of the slot before are pruned.
	clock.at = slotOpens + 49 * hour;
	await deliveries.sweep('content');
	await ledger.prune({ inputsMs: hour, deliveriesMs: 1000 * hour, eventsMs: 2 * hour });
	await deliveries.register(['late', 'later', person].map((name) => registrationOf('content', name, 1)));
	// Somebody is served, and erased: events no longer say what they were sealed with, and the gap is remembered.
	const { ref } = registrationOf('content', person, 1);
	const [grant] = await deliveries.claim([{ ref }], 'run 2');
	const token = grant?.status === 'granted' ? grant.token : 0;
	await deliveries.confirm([{ ref, token }]);
	await deliveries.commit([{ ref, token, provider: 'postmark', providerMessageId: 'm-erased' }]);
	await ledger.events.seal();
	await ledger.erasure.erase({ recipient: person, alsoKnownAs: [], by: 'ada' });
	await deliveries.claim([{ ref: registrationOf('content', 'late', 1).ref }], 'run 2');
	await ledger.events.seal();
}
