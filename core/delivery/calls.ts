/** What one call of a provider takes: messages, and bytes of their JSON in UTF-8. */
export interface CallLimits {
	readonly messages: number;
	readonly bytes: number;
}

/** Bytes that JSON needs around a list, and between two of its entries. */
const AROUND = 2;
const BETWEEN = 1;

/** Whether a message of this size fits into a call by itself. */
export const fitsAlone = (size: number, { bytes }: CallLimits): boolean => size + AROUND <= bytes;

/**
 * Puts messages into calls, in their order, as few as that allows: each call is a JSON list within the limits. Gives the
 * indexes of the messages of each call. What does not fit alone ({@link fitsAlone}) is in no call.
 *
 * @param sizes bytes of each message's JSON in UTF-8
 */
export function callsOf(
	sizes: readonly number[],
	limits: CallLimits,
): readonly (readonly [number, ...number[]])[] {
	const calls: [number, ...number[]][] = [];
	let held = 0;
	sizes.forEach((size, index) => {
		if (!fitsAlone(size, limits)) return;
		const last = calls.at(-1);
		if (last && last.length < limits.messages && held + BETWEEN + size <= limits.bytes) {
			last.push(index);
			held += BETWEEN + size;
		} else {
			calls.push([index]);
			held = AROUND + size;
		}
	});
	return calls;
}
