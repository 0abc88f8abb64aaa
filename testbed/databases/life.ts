import type { Ledger } from '../../app/ledger/api';
import type { DeliveryRef } from '../../core/delivery/types';
import { refOf, registrationOf, type TestClock, testSettings } from './ledgers';

const hour = 3_600_000;
const by = 'ada';
const target = 'hubspot:contacts';

export const anna = '150829384756';
/** A recipient who is called by an address. */
export const bert = 'bert.lindqvist@example.test';
/** The address of the first, which is no recipient. */
export const email = 'anna.lindqvist@example.test';
export const tester = '150829380000';
export const people = [anna, bert, email, tester];

/** Who of these people stands in a text. */
export const namedIn = (text: string): readonly string[] => people.filter((name) => text.includes(name));

/** A delivery on spine `content`, `slots` slots after 2026-11-20, in the hands of a run. Throws where it is not granted. */
export async function claimed(
	ledger: Ledger,
	recipient: string,
	slots = 0,
): Promise<{ readonly ref: DeliveryRef; readonly token: number }> {
	const { ref } = registrationOf('content', recipient, slots);
	const [grant] = await ledger.deliveries.claim([{ ref }], 'run 1');
	if (grant?.status !== 'granted') throw new Error(JSON.stringify(grant));
	return { ref, token: grant.token };
}

/**
 * Everything that a ledger is ever told of people: spine `content`, its slot 2026-11-20, of the first the committed delivery
 * `message-1`, of the second one that is due again, a rehearsal of the tester, a key of scope `mails`, a verdict.
 */
export async function lifeOf(ledger: Ledger, clock: TestClock): Promise<void> {
	await ledger.spines.configure(testSettings('content', { testRecipients: [tester] }), by);
	await ledger.deliveries.register(
		[anna, bert].map((id) => registrationOf('content', id, 0, { input: { id, email } })),
	);
	await ledger.deliveries.register([
		registrationOf('content', tester, 0, {
			ref: refOf('content', tester, '2026-11-20', 'dry-run:rehearsal'),
		}),
	]);
	const of = { spine: 'content', space: 'live', slot: '2026-11-20' } as const;
	const reader = await ledger.reading.take(of);
	if (reader.status === 'held') throw new Error('Somebody reads.');
	await ledger.reading.move(of, reader.mark.token, { kind: 'read', position: anna });
	await ledger.reading.giveBack(of, reader.mark.token, [{ space: 'live', recipients: [anna, bert] }]);
	const first = await claimed(ledger, anna);
	await ledger.deliveries.confirm([first]);
	await ledger.deliveries.commit([
		{ ...first, provider: 'postmark', providerMessageId: 'message-1', assetId: 'asset-1' },
	]);
	const at = await claimed(ledger, bert);
	await ledger.deliveries.confirm([at]);
	await ledger.deliveries.fail([
		{
			...at,
			failureClass: 'send',
			retryable: true,
			sent: 'unknown',
			reason: `No answer for <${bert}>, contact ${anna}, reply to ${email}.`,
		},
	]);
	await ledger.deliveries.settle([
		{ ref: at.ref, verdict: 'not-sent', grounds: `Postmark knows no mail to ${bert}.`, by },
	]);
	await ledger.deliveries.recordOutcome([
		{
			provider: 'postmark',
			providerMessageId: 'message-1',
			outcome: 'bounced',
			at: clock.at,
			detail: `HardBounce: ${email} of ${anna} is unknown`,
		},
	]);
	await ledger.deliveries.absorb([{ ref: refOf('content', anna), former: [bert] }]);
	const [entry] = await ledger.outbox.take(target, 10, 1000);
	await ledger.outbox.settle([
		{ id: entry?.id ?? '', status: 'refused', reason: `no contact ${anna} with ${email}` },
	]);
	const terms = { scope: 'mails', leaseMs: hour, rememberMs: 1000 * hour, whenUnknown: 'hold' } as const;
	const [grant] = await ledger.keys.claim({ ...terms, owner: 'run 1' }, [
		{ key: `welcome:${email}`, digest: null },
	]);
	const token = grant?.status === 'first' ? grant.token : 0;
	await ledger.keys.complete(
		[{ scope: 'mails', key: `welcome:${email}`, token, result: `{"to":"${email}"}` }],
		by,
	);
	await ledger.records.write(
		[
			{
				...{ kind: 'verdict', id: 'v-1', spine: 'content', parent: null, expectedRevision: 0 },
				body: { sentence: `Mails to ${anna} and (${bert}) bounced.`, contacts: { [anna]: [bert] } },
			},
		],
		[
			{
				...{ kind: 'watch.looked', spine: 'content', subject: anna },
				sentence: `Contact ${anna} bounced.`,
				data: { contacts: [anna, bert] },
			},
		],
	);
	await ledger.spines.pause('content', `${bert} complained`, by);
	await ledger.spines.resume('content', `${bert} is content`, by);
	await ledger.deliveries.sweep('content');
	await ledger.events.seal();
}
