import { canonicalJson, sha256 } from '../../core/delivery/canonical';
import type { Json } from '../../core/delivery/types';
import type { LinkedRow } from './store';

/** The hash before the first event. */
export const genesis = '0'.repeat(64);

type Told = Omit<LinkedRow, 'position' | 'hash'>;

/** What the hash of an event covers, beside its place. */
const contentOf = ({ id, at, kind, spine, subject, sentence, data, state }: Told) => ({
	id,
	at,
	kind,
	spine,
	subject,
	sentence,
	data: JSON.parse(data) as Json,
	// Absent in events from before digests, and in all but the first event of a transaction.
	...(state === null ? {} : { state: sha256(state) }),
});

/**
 * Hash of one event at a position of the chain: SHA-256 (hex) over the hash before it, a line feed, and the canonical
 * JSON (RFC 8785) of the event with its position and the digest of what it tells of the state.
 */
export function eventHash(previous: string, position: number, event: Told): string {
	return sha256(`${previous}\n${canonicalJson({ ...contentOf(event), position })}`);
}

/** Digest of what stands in an event now, whatever it was sealed with: a redaction names it. */
export const contentDigest = (event: Told): string => sha256(canonicalJson(contentOf(event)));

/** What is wrong with a sealed event that should follow `previous` at `position`, or `null`. */
export function linkProblem(previous: string, position: number, event: LinkedRow): string | null {
	if (event.position !== position) return `The event at position ${position} is gone or moved.`;
	try {
		if (canonicalJson(JSON.parse(event.data) as Json) !== event.data) {
			return `The details of the event at position ${position} are not in canonical form.`;
		}
		if (eventHash(previous, position, event) !== event.hash) {
			return `The event at position ${position} does not have the hash it was sealed with.`;
		}
	} catch {
		return `The details of the event at position ${position} cannot be read.`;
	}
	return null;
}
