import { Names, namesIn } from '../../../core/delivery/identifiers';
import { type DeliveryRow, inTheWay, iso, type SpineFacts } from '../../../core/delivery/transitions';
import type { Instant, JsonObject } from '../../../core/delivery/types';
import { gateError, ReleaseGateError } from '../../../core/errors';
import type { ErasureRequest } from '../api/upkeep';
import { factsOf, type LedgerContext } from '../context';
import type { StoreTransaction } from '../store';
import type { NamingKey } from './texts';

/** Who is to be erased: the ids they are stored under, and the names they go by. */
export interface Person {
	readonly ids: readonly string[];
	readonly names: Names;
}

/** What rules need of each spine, by its name. */
export async function spinesIn(tx: StoreTransaction): Promise<ReadonlyMap<string, SpineFacts>> {
	return new Map((await tx.spines()).map((row) => [row.settings.spine, factsOf(row)]));
}

/** Throws where somebody may be sending to the person this moment. @throws `ledger-erase-in-flight`, `ledger-erase-in-doubt` */
export function refuseInTheWay(row: DeliveryRow, spine: SpineFacts | null, now: Instant): void {
	const state = inTheWay(row, spine, now);
	if (state === null) return;
	const { spine: name, slot } = row.ref;
	if (state === 'in-doubt') throw gateError('ledger-erase-in-doubt', { spine: name, slot });
	throw gateError('ledger-erase-in-flight', { spine: name, slot, until: iso(row.leaseUntil ?? now) });
}

/** When the person was erased before, as far as that is remembered still. */
export async function erasedBefore(tx: StoreTransaction, ids: readonly string[]): Promise<Instant | null> {
	const refs = (await tx.spines()).flatMap(({ settings: { spine } }) =>
		ids.map((recipient) => ({ spine, space: 'live' as const, recipient })),
	);
	const found = await tx.erasure.remembered(refs);
	const times = found.flatMap((one) => (one === null ? [] : [one.erasedAt]));
	return times.length === 0 ? null : Math.max(...times);
}

/** The names in a frozen input; none where the key it was sealed with is not at hand. */
function namesOfInput({ codec }: LedgerContext, row: DeliveryRow, input: string | null): readonly string[] {
	if (input === null) return [];
	try {
		return namesIn(JSON.parse(codec.open(row.ref, input)) as JsonObject);
	} catch (error) {
		if (error instanceof ReleaseGateError) return [];
		throw error;
	}
}

/**
 * Looks whether a person can be erased now and by which names they go. Changes nothing. `null` where the ledger has nothing of
 * them as a recipient.
 *
 * @throws `ledger-erase-in-flight`, `ledger-erase-in-doubt`, `ledger-erase-tester`
 */
export async function lookAt(context: LedgerContext, request: ErasureRequest): Promise<Person | null> {
	const ids = [...new Set([request.recipient, ...request.alsoKnownAs])];
	return await context.store.transaction(async (tx) => {
		const now = await tx.now();
		const spines = await spinesIn(tx);
		const found: string[] = [];
		let known = false;
		for (const id of ids) {
			const deliveries = await tx.erasure.deliveriesOf(id);
			const facts = await tx.erasure.factsOf(id);
			known ||= deliveries.length > 0 || facts.length > 0;
			for (const { row, input } of deliveries) {
				refuseInTheWay(row, spines.get(row.ref.spine) ?? null, now);
				found.push(...namesOfInput(context, row, input));
			}
		}
		for (const { settings } of await tx.spines())
			if (settings.testRecipients.some((tester) => ids.includes(tester)))
				throw gateError('ledger-erase-tester', { spine: settings.spine });
		return known ? { ids, names: new Names([...ids, ...(request.inTexts ?? []), ...found]) } : null;
	});
}

/** Throws where somebody works on a key that names the person, or where nobody knows how it ended. @throws `ledger-erase-key-open` */
export async function refuseOpenKeys(context: LedgerContext, keys: readonly NamingKey[]): Promise<void> {
	for (const { scope, key } of keys) {
		const [row = null] = await context.store.transaction((tx) => tx.keys.readKeys(scope, [key]));
		if (row !== null && ['claimed', 'asking', 'in-doubt'].includes(row.state))
			throw gateError('ledger-erase-key-open', { scope, state: row.state });
	}
}
