import { fingerprintOf, type SparseParameters } from '../../core/audit/fingerprint';
import type { WorkflowJson } from '../../core/audit/types';
import type { Instant } from '../../core/delivery/types';
import { standingOf, type Released } from '../../core/release/released';

/** How what is published of a spine stands to what the gate let through. */
export type PublishedStanding =
	| { readonly status: 'as-released' }
	| { readonly status: 'unpublished' }
	| { readonly status: 'ungated'; readonly differences: readonly string[] };

/**
 * Compares what is published of a spine's workflow and of those it calls with what was released, by content, and tells nobody:
 * `lookAtPublished` compares the same and writes it down. `read` gives what is published of a workflow, `null` where nothing is.
 * Throws what `read` throws.
 */
export async function comparePublished(
	released: Released,
	read: (id: string) => Promise<WorkflowJson | null>,
	sparse: SparseParameters | undefined,
	now: Instant,
): Promise<PublishedStanding> {
	const { workflow: own, workflows: wanted } = released.now;
	const differences: string[] = [];
	for (const id of Object.keys(wanted)) {
		const json = await read(id);
		if (json === null) {
			if (id === own) return { status: 'unpublished' };
			differences.push(`the workflow ${id} that it calls is not published`);
			continue;
		}
		const standing = standingOf(released, id, fingerprintOf(json, sparse), now);
		if (standing.status === 'ungated') differences.push(...standing.differences);
	}
	return differences.length === 0 ? { status: 'as-released' } : { status: 'ungated', differences };
}
