import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openSqliteLedger } from '../../adapters/sqlite';
import { digest } from '../../core/delivery/canonical';
import { executionOf } from '../../core/stability/failed-run';
import { createSpineFixture, SPINE, type SpineFixture } from './fixture';

let fixture: SpineFixture;
beforeEach(async () => {
	fixture = await createSpineFixture(30);
});
afterEach(async () => await fixture.close());

/** What happened to one delivery, as the ledger tells it. */
interface Told {
	readonly kind: string;
	readonly at: number;
	/** Execution that claimed it. */
	readonly execution: string | null;
}

/** All that the file of a ledger tells of what was delivered, read without n8n. */
async function reconstructed(file: string) {
	const ledger = await openSqliteLedger({ file, clock: Date.now });
	try {
		const events = await ledger.events.list({ spine: SPINE, limit: 1_000 });
		const told = (recipient: string): readonly Told[] =>
			events.flatMap(({ kind, at, data }) => {
				const { deliveries = [], owner } = data as { deliveries?: readonly unknown[][]; owner?: string };
				const execution = owner === undefined ? null : executionOf(owner);
				return deliveries.some(([of]) => of === recipient) ? [{ kind, at, execution }] : [];
			});
		const committed = await ledger.deliveries.list({
			spine: SPINE,
			states: ['committed'],
			withInput: true,
			limit: 1_000,
		});
		return {
			verdict: await ledger.events.verify(),
			deliveries: committed.map((one) => ({ ...one, told: told(one.ref.recipient) })),
		};
	} finally {
		await ledger.close();
	}
}

const spine = async () =>
	await fixture.runTemplate('content-delivery-spine.json', { startNode: 'Check Every 15 Minutes' });
const kindsOf = (told: readonly Told[]): readonly string[] => told.map(({ kind }) => kind);

it('tells from the ledger alone when, by which execution, from which input and as which message each delivery left', async () => {
	await fixture.configure();
	const { hubspot, postmark, generator } = fixture.standIns;
	const eligible = fixture.standIns.story?.eligible ?? [];
	const topics = new Map(eligible.map((id) => [id, hubspot.admin.values(id)?.['cc_profile_topic']]));
	generator.admin.fault('outage', { times: 3 });
	const first = await spine();
	// What is known of people afterwards is not what was sent.
	for (const id of eligible) hubspot.admin.foreignWrite(id, { cc_profile_topic: 'something else' });
	const second = await spine();
	expect([first.error, second.error]).toEqual([undefined, undefined]);

	const { file } = fixture.credentials['releaseGateLedgerApi'] as { file: string };
	const { verdict, deliveries } = await reconstructed(file);
	expect(verdict.status).toBe('intact');
	expect(deliveries.map(({ ref }) => ref.recipient).sort()).toEqual([...eligible].sort());
	const mails = new Map(postmark.admin.received().map((mail) => [mail.messageId, mail]));
	expect(mails.size).toBe(eligible.length);
	const late: string[] = [];
	for (const { ref, owner, input, inputDigest, sentAt, committedAt, told, ...sent } of deliveries) {
		const mail = mails.get(sent.providerMessageId ?? '');
		expect([sent.provider, mail?.metadata['delivery_key']]).toEqual([
			'postmark',
			`${SPINE}:${ref.recipient}:${ref.slot}`,
		]);
		// When: between the last look and the commit, as Postmark took it.
		const at = (kind: string): number => told.findLast((one) => one.kind === kind)?.at ?? NaN;
		expect(at('deliveries.confirmed')).toBeLessThanOrEqual(mail?.acceptedAt ?? NaN);
		expect(at('deliveries.committed')).toBeGreaterThanOrEqual(mail?.acceptedAt ?? NaN);
		expect(sentAt).toBeLessThanOrEqual(committedAt ?? NaN);
		// By which execution: the last one that claimed it.
		const execution = executionOf(owner ?? '');
		expect(told.findLast(({ kind }) => kind === 'deliveries.claimed')?.execution).toBe(execution);
		expect([first.executionId, second.executionId]).toContain(execution);
		if (execution === second.executionId) late.push(ref.recipient);
		// From which input: the contact as it was frozen, whose digest stands in the chain's records.
		const { properties } = input as { properties: Record<string, string> };
		expect(properties['cc_profile_topic']).toBe(topics.get(ref.recipient));
		expect(digest(input ?? null)).toBe(inputDigest);
		expect(mail?.to).toBe(properties['email']);
	}
	// What failed first says so, and by whom.
	expect(late).toHaveLength(3);
	for (const { ref, told } of deliveries)
		expect(kindsOf(told)).toEqual([
			'deliveries.due',
			...(late.includes(ref.recipient) ? ['deliveries.claimed', 'deliveries.failed'] : []),
			'deliveries.claimed',
			'deliveries.confirmed',
			'deliveries.committed',
		]);
});
