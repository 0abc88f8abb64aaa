import { gateError } from '../../core/errors';
import { involved } from '../../core/release/people';
import { releaseIdFor, type Said } from '../../core/release/prepare/manifest';
import { moveStage, type Stage } from '../../core/release/stages';
import {
	releaseEvent,
	releasesOf,
	updateRelease,
	type ServicePorts,
	type StoredRelease,
} from '../release/store';
import type { Candidate } from './candidate';

const OPEN: readonly Stage[] = ['draft', 'prepared', 'dry-run', 'approved'];
const UNDER_WAY: readonly Stage[] = ['deploying', 'monitoring'];

const words = (title: string): string => title.trim().toLowerCase().replace(/\s+/g, ' ');

/** What a preparation goes on with, and what it takes the place of. */
export interface Standing {
	/** The open release that is prepared again; none where a new one is opened. */
	readonly before: StoredRelease | undefined;
	/** Open releases whose draft was given up. */
	readonly given: readonly StoredRelease[];
}

/**
 * Whether a release is open for what is prepared now: the draft still does what it was opened for, or it still has its title.
 * Where both are others, its draft was given up. Whoever did not open it takes no place of it.
 */
const goesOn = (
	{ body: { manifest, owner = '' } }: StoredRelease,
	{ artifacts }: Candidate,
	{ title }: Said,
	asking: string,
): boolean =>
	manifest.artifacts.workflow === artifacts.workflow ||
	words(manifest.title) === words(title) ||
	owner !== asking;

/** The releases of this spine and workflow that are open already. @throws `prepare-release-under-way` */
export function standing(
	releases: readonly StoredRelease[],
	candidate: Candidate,
	said: Said,
	owner: string,
): Standing {
	const busy = releases.find(({ body }) => UNDER_WAY.includes(body.stage));
	// A hotfix mends what is under way; the gate decides whether it may.
	if (busy && said.kind !== 'hotfix')
		throw gateError('prepare-release-under-way', { release: busy.id, stage: busy.body.stage });
	const open = releases.filter(
		({ body: { stage, manifest } }) =>
			OPEN.includes(stage) && manifest.workflow?.id === candidate.serving.workflow.id,
	);
	const before = open.find((one) => goesOn(one, candidate, said, owner));
	return { before, given: open.filter((one) => !goesOn(one, candidate, said, owner)) };
}

/** An id that no release of the spine has yet: the same title and version may have been released and taken back before. */
export function newIdFor(releases: readonly StoredRelease[], title: string, version: string): string {
	const id = releaseIdFor(title, version);
	const taken = new Set(releases.map((one) => one.id));
	for (let again = 2; ; again += 1) {
		const next = again === 2 && !taken.has(id) ? id : `${id}-${again}`;
		if (!taken.has(next)) return next;
	}
}

/** Everybody who asked for a release before somebody else does. */
export const askedBefore = ({ body: { manifest } }: StoredRelease, asking: string): readonly string[] =>
	involved(manifest).filter((name) => name !== asking);

/** Closes a release whose draft was given up, and says for which one. @throws `stage-move-illegal`, `release-contended` */
export async function supersede(
	service: ServicePorts,
	{ id }: StoredRelease,
	release: string,
	policyVersion: number,
	by: string,
): Promise<void> {
	await updateRelease(service, id, ({ body }) => {
		if (body.stage === 'closed') return null;
		const stage = moveStage(id, body.stage, 'closed');
		const next = {
			...body,
			stage,
			supersededBy: release,
			history: [...body.history, { stage, at: service.now(), by }],
		};
		return {
			body: next,
			events: [
				releaseEvent(
					'release.closed',
					next,
					`Release ${id} is superseded by ${release}: its draft was given up.`,
					{ by, from: body.stage, to: stage, policyVersion },
				),
			],
		};
	});
}

/** The releases that one took the place of. */
export const supersededBy = (
	releases: readonly StoredRelease[],
	release: string,
): readonly { readonly release: string; readonly title: string }[] =>
	releases
		.filter(({ body }) => body.supersededBy === release)
		.map(({ id, body }) => ({ release: id, title: body.manifest.title }));

/**
 * Sees that no other release of the workflow is open: two that were begun at once would each be proven against what runs
 * now, and the second one ship over the first. @throws `prepare-release-open`
 */
export async function assertOnlyOne(
	service: ServicePorts,
	spine: string,
	release: string,
	workflow: string,
): Promise<void> {
	const other = (await releasesOf(service, spine)).find(
		({ id, body: { stage, manifest } }) =>
			id !== release && OPEN.includes(stage) && manifest.workflow?.id === workflow,
	);
	if (other) throw gateError('prepare-release-open', { release: other.id, other: release });
}
