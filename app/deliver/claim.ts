import { refOf } from '../../core/delivery/envelope';
import { emailIdempotencyKey } from '../../core/delivery/key';
import type { ClaimResult, Registration } from '../../core/delivery/record';
import type { SpineRecord } from '../../core/delivery/spine-settings';
import type { Envelope } from '../../core/delivery/types';
import type { DeliverPorts } from './ports';

/** One delivery somebody wants to work on. */
export interface Wanted {
	readonly envelope: Envelope;
	readonly spine: SpineRecord;
	/** Registers it first, on a spine without Due Deliveries. */
	readonly register?: Omit<Registration, 'ref'>;
}

/** What became of one claim; a granted one with the envelope that carries its token and the email's key. */
export type Claimed =
	| (ClaimResult & { readonly status: 'granted'; readonly envelope: Envelope })
	| Exclude<ClaimResult, { readonly status: 'granted' }>;

const granted = (
	{ envelope, spine }: Wanted,
	{ token, inputDigest }: ClaimResult & { readonly status: 'granted' },
): Envelope => {
	return {
		...envelope,
		token,
		inputDigest,
		idempotencyKey:
			envelope.idempotencyKey ?? emailIdempotencyKey(refOf(envelope), spine.settings.templateVersion),
	};
};

/** What Release Flag has put on the envelope; nothing where it has not. */
const armOf = ({ variant, release }: Envelope) =>
	variant === undefined ? undefined : { variant, ...(release === undefined ? {} : { release }) };

/** Claims the deliveries of one batch. One result each, in order. Throws only what the ledger throws. */
export async function claimDeliveries(
	{ ledger, by }: Omit<DeliverPorts, 'now'>,
	wanted: readonly Wanted[],
): Promise<readonly Claimed[]> {
	const results = await ledger.deliveries.claim(
		wanted.map(({ envelope, register }) => ({ ref: refOf(envelope), register, arm: armOf(envelope) })),
		by,
	);
	return wanted.flatMap((entry, at): Claimed[] => {
		const result = results[at];
		if (result?.status === 'granted') return [{ ...result, envelope: granted(entry, result) }];
		return result ? [result] : [];
	});
}
