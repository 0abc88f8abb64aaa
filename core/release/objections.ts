import type { Instant } from '../delivery/types';
import { newestWords } from './approvals';
import { standingRefusals } from './checks';
import type { Approval, Evidence } from './evidence';
import type { Manifest } from './manifest';
import type { Stage } from './stages';

/** What is looked at of a release to know whose place it takes. */
export interface Placed {
	readonly id: string;
	readonly body: {
		readonly manifest: Pick<Manifest, 'workflow'>;
		readonly stage: Stage;
		readonly shippedAt: Instant | null;
	};
}

/**
 * The releases whose place one takes: those of the same workflow that were closed before it and never shipped, back to
 * the newest that did ship. A new title, a superseded draft or a closed release is no way around a no.
 *
 * @param older releases of the same spine or product that were opened before it, newest first
 */
export function placesTaken(
	{ body: { manifest } }: Pick<Placed, 'body'>,
	older: readonly Placed[],
): readonly string[] {
	const id = manifest.workflow?.id;
	if (id === undefined) return [];
	const same = older.filter(({ body }) => body.manifest.workflow?.id === id);
	const shipped = same.findIndex(({ body }) => body.shippedAt !== null);
	return same
		.slice(0, shipped < 0 ? same.length : shipped)
		.filter(({ body }) => body.stage === 'closed')
		.map((one) => one.id);
}

/** What people said of one release whose place another one takes. */
export interface SaidBefore {
	readonly release: string;
	readonly approvals: readonly Approval[];
	readonly evidence: readonly Evidence[];
}

/** The words against releases whose place another one takes that nobody took back; each says of which release it was. */
export function objectionsIn(before: readonly SaidBefore[]): {
	readonly approvals: readonly Approval[];
	readonly evidence: readonly Evidence[];
} {
	const words = before.flatMap(({ release, approvals }) =>
		approvals.map((word): Approval => ({ ...word, of: release })),
	);
	const answers = before.flatMap(({ release, evidence }) =>
		evidence.map((one): Evidence => ({
			...one,
			grounds: `${one.grounds.slice(0, 900)} (said of ${release}, whose place it takes)`,
		})),
	);
	return {
		approvals: newestWords(words).filter(({ verdict }) => verdict === 'rejected'),
		evidence: standingRefusals(answers),
	};
}
