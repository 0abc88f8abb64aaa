import { gateError, ReleaseGateError } from '../../core/errors';
import { readableDiff, type ReadableChange } from '../../core/release/diff/readable';
import { diffWorkflows } from '../../core/release/diff/workflow';
import { hostIn } from '../snapshot/ports';
import { namedVersions } from '../snapshot/proven';
import { candidateOf, type Candidate, type PreparePorts } from './candidate';

/** Names a draft as people saw it: its version in n8n, and the hash of all that runs with it. */
export const shownOf = ({ serving, artifacts }: Candidate): string =>
	`${serving.workflow.draft.versionId} ${artifacts.workflow ?? ''}`;

/** The two parts of what {@link shownOf} wrote. @throws `prepare-shown-unreadable` */
function partsOf(shown: string): { readonly version: string; readonly hash: string } {
	const [version, hash, ...more] = shown.split(' ');
	if (!version || !hash || more.length > 0) throw gateError('prepare-shown-unreadable');
	return { version, hash };
}

/**
 * What became of the draft since it was shown, place by place; nothing where it does the same. Where n8n keeps the
 * version that was shown no longer, or something beside the nodes changed, one line says so without values.
 */
async function sinceShown(
	ports: PreparePorts,
	candidate: Candidate,
	shown: string,
): Promise<readonly ReadableChange[]> {
	const { version, hash } = partsOf(shown);
	if (candidate.artifacts.workflow === hash) return [];
	const without = (what: string): readonly ReadableChange[] => [
		{ what, surfaces: [], before: null, after: null },
	];
	const named = { id: candidate.serving.workflow.id, version, with: [] };
	try {
		const then = await namedVersions(hostIn(ports), `of ${candidate.spine.settings.spine}`, named, new Map());
		const changes = diffWorkflows(then.workflow, candidate.after, ports.knowledge);
		if (changes.length === 0) return without('its settings, or a workflow that it calls, changed');
		return readableDiff(changes, then.workflow, candidate.after, ports.knowledge);
	} catch (error) {
		if (error instanceof ReleaseGateError && error.code === 'ship-version-gone')
			return without('n8n keeps the version that was shown no longer');
		throw error;
	}
}

/** Sees that the draft still does what was shown. @throws `prepare-draft-changed`, `prepare-shown-unreadable` */
export async function sameAsShown(ports: PreparePorts, candidate: Candidate, shown: string): Promise<void> {
	if (shown === '') return;
	const changes = await sinceShown(ports, candidate, shown);
	if (changes.length === 0) return;
	throw gateError('prepare-draft-changed', {
		workflow: candidate.serving.workflow.name,
		changes: changes.map(({ what }) => what).join('; '),
	});
}

/** What changed in the draft of a spine since it was shown, with the values. @throws what finding the draft throws */
export async function changedSinceShown(
	ports: PreparePorts,
	spine: string,
	shown: string,
): Promise<readonly ReadableChange[]> {
	return await sinceShown(ports, await candidateOf(ports, spine), shown);
}
