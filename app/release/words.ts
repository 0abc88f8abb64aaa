import type { Approval, Evidence } from '../../core/release/evidence';
import { objectionsIn, placesTaken, type SaidBefore } from '../../core/release/objections';
import { approvalsFor, evidenceFor, releasesOf, type ServicePorts, type StoredRelease } from './store';

/**
 * What counts for and against a release: what was said of it, and each no to a release whose place it takes that nobody took
 * back.
 *
 * @param known the releases of its subject, newest first, where they were read already
 */
export async function wordsFor(
	ports: ServicePorts,
	release: StoredRelease,
	known?: readonly StoredRelease[],
): Promise<{ readonly approvals: readonly Approval[]; readonly evidence: readonly Evidence[] }> {
	const { id, body } = release;
	const own = { approvals: await approvalsFor(ports, id), evidence: await evidenceFor(ports, id) };
	if (body.manifest.workflow === undefined) return own;
	const all = known ?? (await releasesOf(ports, body.manifest.subject));
	const at = all.findIndex((one) => one.id === id);
	const before: SaidBefore[] = [];
	for (const other of placesTaken(release, at < 0 ? [] : all.slice(at + 1)))
		before.push({
			release: other,
			approvals: await approvalsFor(ports, other),
			evidence: await evidenceFor(ports, other),
		});
	const earlier = objectionsIn(before);
	return {
		approvals: [...own.approvals, ...earlier.approvals],
		evidence: [...own.evidence, ...earlier.evidence],
	};
}
