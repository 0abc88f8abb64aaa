import { gateError, ReleaseGateError } from '../../core/errors';
import { readableDiff, type ReadableChange } from '../../core/release/diff/readable';
import { diffWorkflows } from '../../core/release/diff/workflow';
import { hostIn } from '../snapshot/ports';
import { namedVersions } from '../snapshot/proven';
import { candidateOf, type Candidate, type PreparePorts } from './candidate';

/** Letters of a hash that tell it from others on one page. */
const LETTERS = 16;

/** What a page shows beside the draft, in the order of {@link besideOf}; as people read that it changed. */
const BESIDE = [
	'another version runs now',
	'the settings of the spine are others',
	'the contact properties that it uses are others',
	'its flags are others',
] as const;

/** Names what a draft is shown beside: the version that runs, the settings, properties and flags it comes to. */
const besideOf = ({ serving, artifacts: { policy, schema, flags } }: Candidate): readonly string[] => [
	serving.workflow.published.versionId,
	...[policy, schema, flags].map((hash = '') => hash.slice(0, LETTERS)),
];

/**
 * Names a draft as people saw it: its version in n8n, the hash of all that runs with it, and what it was shown beside.
 */
export const shownOf = (candidate: Candidate): string => {
	const { serving, artifacts } = candidate;
	return `${serving.workflow.draft.versionId} ${artifacts.workflow ?? ''} ${besideOf(candidate).join('/')}`;
};

/** The parts of what {@link shownOf} wrote; a page that an earlier version showed has no `beside`. @throws `prepare-shown-unreadable` */
function partsOf(shown: string): {
	readonly version: string;
	readonly hash: string;
	readonly beside: readonly string[];
} {
	const [version, hash, beside = '', ...more] = shown.split(' ');
	const parts = beside === '' ? [] : beside.split('/');
	if (!version || !hash || more.length > 0 || ![0, BESIDE.length].includes(parts.length))
		throw gateError('prepare-shown-unreadable');
	return { version, hash, beside: parts };
}

const without = (what: string): ReadableChange => ({ what, surfaces: [], before: null, after: null });

/** What the draft was shown beside and is another now; what could not be read then or now says nothing. */
const changedBeside = (candidate: Candidate, beside: readonly string[]): readonly ReadableChange[] => {
	const now = besideOf(candidate);
	return BESIDE.flatMap((what, at) => {
		const [then = '', is = ''] = [beside[at], now[at]];
		return then === '' || is === '' || then === is ? [] : [without(what)];
	});
};

/**
 * What became of the draft since it was shown, place by place; nothing where it does the same beside the same. Where n8n keeps
 * the version that was shown no longer, or something beside the nodes changed, one line says so without values.
 */
async function sinceShown(
	ports: PreparePorts,
	candidate: Candidate,
	shown: string,
): Promise<readonly ReadableChange[]> {
	const { version, hash, beside } = partsOf(shown);
	if (candidate.artifacts.workflow === hash) return changedBeside(candidate, beside);
	const named = { id: candidate.serving.workflow.id, version, with: [] };
	try {
		const then = await namedVersions(hostIn(ports), `of ${candidate.spine.settings.spine}`, named, new Map());
		const changes = diffWorkflows(then.workflow, candidate.after, ports.knowledge);
		if (changes.length === 0) return [without('its settings, or a workflow that it calls, changed')];
		return readableDiff(changes, then.workflow, candidate.after, ports.knowledge);
	} catch (error) {
		if (error instanceof ReleaseGateError && error.code === 'ship-version-gone')
			return [without('n8n keeps the version that was shown no longer')];
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
