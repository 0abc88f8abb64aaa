import { canonicalJson, sha256 } from '../../core/delivery/canonical';
import type { Json } from '../../core/delivery/types';
import type { EventRow } from './store';

/** The hash before the first event. */
export const genesis = '0'.repeat(64);

/**
 * Hash of one event at a position of the chain: SHA-256 (hex) over the hash before it, a line feed, and the canonical
 * JSON (RFC 8785) of the event with its position.
 */
export function eventHash(previous: string, position: number, event: EventRow): string {
	const { id, at, kind, spine, subject, sentence, data } = event;
	return sha256(
		`${previous}\n${canonicalJson({ id, position, at, kind, spine, subject, sentence, data: JSON.parse(data) as Json })}`,
	);
}

/** What is wrong with a sealed event that should follow `previous` at `position`, or `null`. */
export function linkProblem(previous: string, position: number, event: EventRow): string | null {
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
