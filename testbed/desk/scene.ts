import { openRelease } from '../../app/release';
import type { Ledger } from '../../app/ledger/api';
import { parseCadence, slotByIndex } from '../../core/delivery/cadence';
import { parseSpineSettings } from '../../core/delivery/spine';
import type { FailureClass } from '../../core/delivery/types';

const minute = 60_000;

/** The spine of the scene. */
export const sceneSpine = 'content-delivery';

/** Every other day at nine in New York, open for a day. */
export const sceneCadence = {
	every: 'P2D',
	anchor: '2026-11-02T09:00',
	timeZone: 'America/New_York',
	window: 'P1D',
};

const parsed = parseCadence(sceneCadence);

/** Opening of a slot of the scene. */
export const sceneSlot = (index: number) => slotByIndex(parsed, index);

/** What a scene is played on: a ledger, and the clock that it lives by. */
export interface SceneWorld {
	readonly ledger: Ledger;
	readonly clock: { at: number };
}

const idOf = (at: number): string => String(10_400 + at);

/** Registers deliveries of a slot; those with a hold are registered as held. */
export async function owe(
	{ ledger, clock }: SceneWorld,
	slotIndex: number,
	from: number,
	count: number,
	hold?: string,
): Promise<void> {
	const { id: slot, opensAt, closesAt } = sceneSlot(slotIndex);
	clock.at = Math.max(clock.at, opensAt);
	await ledger.deliveries.register(
		Array.from({ length: count }, (_, at) => ({
			ref: { spine: sceneSpine, space: 'live' as const, slot, recipient: idOf(from + at) },
			opensAt,
			closesAt,
			cadenceIndex: slotIndex,
			input: { id: idOf(from + at) },
			...(hold === undefined ? {} : { hold }),
		})),
	);
}

/** How the deliveries of a batch end. */
export type End =
	| { readonly how: 'sent' | 'claimed' | 'sending' }
	| { readonly how: 'failed'; readonly failureClass: FailureClass; readonly reason: string };

/** Claims deliveries and brings them to an end. */
export async function serve(
	{ ledger, clock }: SceneWorld,
	slotIndex: number,
	from: number,
	count: number,
	end: End,
): Promise<void> {
	const { id: slot } = sceneSlot(slotIndex);
	const refs = Array.from({ length: count }, (_, at) => ({
		spine: sceneSpine,
		space: 'live' as const,
		slot,
		recipient: idOf(from + at),
	}));
	const claims = await ledger.deliveries.claim(
		refs.map((ref) => ({ ref })),
		'execution 311 / Claim Delivery',
	);
	const tokens = refs.flatMap((ref, at) => {
		const claim = claims[at];
		return claim?.status === 'granted' ? [{ ref, token: claim.token }] : [];
	});
	if (end.how === 'claimed') return;
	if (end.how === 'failed') {
		const { failureClass, reason } = end;
		await ledger.deliveries.fail(
			tokens.map((token) => ({ ...token, failureClass, reason, sent: 'no' as const, retryable: true })),
		);
		return;
	}
	await ledger.deliveries.confirm(tokens);
	if (end.how === 'sending') return;
	await ledger.deliveries.commit(
		tokens.map((token) => ({
			...token,
			provider: 'postmark',
			providerMessageId: `${slot}-${token.ref.recipient}`,
		})),
	);
	clock.at += minute;
}

/** Two slots in which everybody was served, the second of them open. */
export async function playCalm(world: SceneWorld): Promise<void> {
	const { ledger, clock } = world;
	clock.at = sceneSlot(0).opensAt - 60 * minute;
	await ledger.spines.configure(
		parseSpineSettings({
			spine: sceneSpine,
			cadence: sceneCadence,
			mode: 'live',
			inDoubt: 'wait-for-a-person',
			provider: 'postmark',
		}),
		'ada@example.com',
	);
	await owe(world, 0, 0, 700);
	for (let from = 0; from < 700; from += 70) await serve(world, 0, from, 70, { how: 'sent' });
	clock.at = sceneSlot(1).opensAt + 20 * minute;
	await ledger.deliveries.sweep(sceneSpine);
	await owe(world, 1, 0, 690);
	for (let from = 0; from < 690; from += 30) await serve(world, 1, from, 30, { how: 'sent' });
	await drain(world);
}

/** Writes all that waits, as a working outbox does. */
async function drain({ ledger }: SceneWorld): Promise<void> {
	for (;;) {
		const entries = await ledger.outbox.take('hubspot:contacts', 500, minute);
		if (entries.length === 0) return;
		await ledger.outbox.settle(entries.map(({ id }) => ({ id, status: 'done' as const })));
	}
}

/** The manifest of the release that waits in the scene. */
const manifest = {
	id: 'warmer-opening-3f2a',
	title: 'A warmer opening line',
	subject: sceneSpine,
	kind: 'regular',
	requestedBy: 'engineer@example.com',
	changes: [
		{
			id: 'draft',
			title: 'A warmer opening line',
			kind: 'improvement',
			surfaces: ['prompt-text'],
			author: 'engineer@example.com',
		},
	],
	recoveryPath: 'Publish the version that runs now again.',
};

/**
 * As calm, and then everything at once: the generator is down, two are held, one send is in doubt, the contacts cannot be
 * read, writes wait, a release waits for people, and another spine is paused.
 */
export async function playTrouble(world: SceneWorld): Promise<void> {
	const { ledger, clock } = world;
	await playCalm(world);
	clock.at = sceneSlot(2).opensAt + 5 * minute;
	await ledger.deliveries.sweep(sceneSpine);
	await owe(world, 2, 0, 57);
	await owe(world, 2, 57, 9, 'The topic is missing.');
	await owe(world, 2, 66, 3, 'The contact opted out.');
	await serve(world, 2, 0, 1, { how: 'sending' });
	await serve(world, 2, 1, 6, { how: 'sent' });
	await serve(world, 2, 7, 48, {
		how: 'failed',
		failureClass: 'generation',
		reason: 'The generator did not answer (503).',
	});
	await openRelease({ ledger, now: () => clock.at }, manifest, 'engineer@example.com');
	await ledger.spines.configure(
		parseSpineSettings({ spine: 'partner-news', cadence: sceneCadence, mode: 'live' }),
		'ada@example.com',
	);
	await ledger.spines.pause('partner-news', 'the partner changes its address', 'ada@example.com');
	clock.at += 25 * minute;
	await ledger.events.append([
		{
			kind: 'contacts.unread',
			spine: sceneSpine,
			subject: sceneSlot(2).id,
			sentence: 'Reading contacts ended early; who cannot be asked about waits.',
			data: { reason: 'hubspot-token-refused', unread: 0, handedOut: 0 },
		},
	]);
}
