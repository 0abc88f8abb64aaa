import { artifactHashes, parseManifest } from '../../core/release/manifest';
import type { Strictness } from '../../core/release/policy/schema';
import { heldTo, strictnessOf } from '../../core/release/policy/strictness';
import { decide } from '../../core/release/decision';
import { evaluateRelease } from '../../core/release/self-test';
import type { CheckResult } from '../../core/release/checks';
import { classify, type Classification } from '../../core/release/classify';
import { readableDiff, type ReadableChange } from '../../core/release/diff/readable';
import { carriedOver, manifestFor, oneLine, type Said } from '../../core/release/prepare/manifest';
import {
	questionsFor,
	type EarlierYes,
	type MissingText,
	type Question,
} from '../../core/release/prepare/questions';
import type { Stage } from '../../core/release/stages';
import {
	evidenceFor,
	inputFor,
	knownRelease,
	observedIn,
	openRelease,
	policyOf,
	releasesOf,
	type ServicePorts,
	type StoredRelease,
} from '../release';
import { candidateOf, type PreparePorts } from './candidate';
import { followedBy } from './follows';
import { sameAsShown, shownOf } from './shown';
import { newRehearsal } from './rehearsal';
import { askedBefore, assertOnlyOne, newIdFor, standing, supersede, supersededBy } from './standing';
import { runSteps, unrehearsed, type StepResult } from './steps';

export { lookAgain, type LookedAgain } from './look';
export { changedSinceShown } from './shown';
export type { PreparePorts } from './candidate';
export type { StepResult } from './steps';

/** What is asked for: which spine, and what a person says of its draft. */
export interface PrepareRequest {
	readonly spine: string;
	readonly said: Said;
	/** Whose release it is: only the same account or key prepares it again. */
	readonly owner: string;
	/** The draft that people were shown, as {@link Prepared.shown} named it: another one is held. Empty: whatever is there. */
	readonly shown?: string;
	/** Why the rehearsal of the draft could not be done, as whoever called it was told; empty where it was, or was not called yet. */
	readonly rehearsalError?: string;
}

/** What a preparation came to. */
export interface Prepared {
	readonly release: string;
	readonly stage: Stage;
	readonly spine: string;
	readonly policy: string;
	readonly strictness: Strictness;
	/** What the spine is held to, in sentences for a page. */
	readonly heldTo: readonly string[];
	readonly workflow: {
		readonly id: string;
		readonly name: string;
		readonly runs: string;
		readonly draft: string;
	};
	readonly classification: Classification;
	readonly differences: readonly ReadableChange[];
	/** Names the draft that this shows. */
	readonly shown: string;
	readonly steps: readonly StepResult[];
	/** Every check of the gate as it stands now. */
	readonly checks: readonly CheckResult[];
	readonly questions: readonly Question[];
	readonly texts: readonly MissingText[];
	/** Releases whose draft was given up for this one. */
	readonly supersedes: readonly { readonly release: string; readonly title: string }[];
	readonly releaseHash: string;
	/** Label of the dry run in which the draft of a live spine is rehearsed as a shadow, new each time; empty for a spine in dry run. */
	readonly rehearsal: string;
	/** The draft as n8n stores it, to rehearse it. */
	readonly draft: object;
}

/** Most earlier releases whose answers are looked at. */
const MOST_EARLIER = 20;

/** What people said yes to in earlier releases that changed the same surfaces under the same class; newest first. */
async function earlierYes(
	ports: ServicePorts,
	releases: readonly StoredRelease[],
	{ riskClass, surfaces }: Classification,
	release: string,
): Promise<readonly EarlierYes[]> {
	const found: EarlierYes[] = [];
	for (const { id, body } of releases.slice(0, MOST_EARLIER)) {
		if (id === release) continue;
		const { policy } = await policyOf(ports, body.manifest.subject);
		const then = classify(policy, body.manifest, observedIn(body));
		if (then.riskClass !== riskClass || then.surfaces.join() !== surfaces.join()) continue;
		const evidence = await evidenceFor(ports, id);
		const yes = evidence.filter(({ by, status }) => status === 'pass' && !('machine' in by));
		found.push(
			...[...yes].sort((a, b) => b.at - a.at).map((one): EarlierYes => ({ release: id, evidence: one })),
		);
	}
	return found;
}

/**
 * Prepares the release of a spine's draft: finds the workflow that serves the spine, compares its draft with what runs,
 * opens the release with a manifest written from both, and lets every machine that can look do so. Nothing live is
 * touched. Done again it goes on with the same release: what was said of what has not changed stands. A draft that was
 * given up for another one (another change, under another title) is closed as superseded.
 *
 * @throws what finding the draft throws, `prepare-draft-changed`, `prepare-release-open`, `prepare-release-under-way`, `prepare-no-follow-up`, `release-other-owner`, the manifest's errors, and
 * `release-records-disagree`
 */
export async function prepareRelease(
	ports: PreparePorts,
	{ spine: name, said: written, owner, shown = '', rehearsalError = '' }: PrepareRequest,
): Promise<Prepared> {
	const service: ServicePorts = { ledger: ports.ledger, now: ports.clock };
	const said = { ...written, title: oneLine(written.title), why: oneLine(written.why) };
	const candidate = await candidateOf(ports, name);
	await sameAsShown(ports, candidate, shown);
	const { serving, spine, changes, before: runs, after, surfaces, artifacts, wanted } = candidate;
	const { workflow } = serving;
	const releases = await releasesOf(service, name);
	const { before, given } = standing(releases, candidate, said, owner);
	const release = before?.id ?? newIdFor(releases, said.title, workflow.draft.versionId);
	const unchanged = before?.body.manifest.artifacts.workflow === artifacts.workflow;
	const { policy, version } = await policyOf(service, name);
	const own = { ...said, follows: followedBy(releases, policy, name, said.follows, release) };
	const lines = before && unchanged ? carriedOver(own, before.body.manifest) : own;
	const manifest = manifestFor(release, policy, lines, {
		spine: name,
		workflow,
		version: workflow.draft.versionId,
		runs: workflow.published.versionId,
		surfaces,
		artifacts,
		brings: wanted.brings,
		flags: wanted.flags.keys,
		askedBefore: before === undefined ? [] : askedBefore(before, said.requestedBy),
		shiftsCadence: wanted.shiftsCadence,
		holdsUngated: wanted.holdsUngated,
	});
	parseManifest(manifest);
	for (const old of given) await supersede(service, old, release, version, ports.by);
	await openRelease(service, manifest, ports.by, owner, true);
	await assertOnlyOne(service, name, release, workflow.id);
	const steps = [...(await runSteps({ ports, release, candidate })), ...unrehearsed(spine, rehearsalError)];

	const stored = await knownRelease(service, release);
	const { classification, checks } = evaluateRelease(await inputFor(service, stored, {}), decide);
	const earlier = await earlierYes(service, releases, classification, release);
	const { draft, settings, id, name: title } = workflow;
	return {
		release,
		stage: stored.body.stage,
		spine: name,
		policy: policy.name,
		strictness: strictnessOf(policy),
		heldTo: heldTo(policy),
		workflow: { id, name: title, runs: workflow.published.versionId, draft: draft.versionId },
		classification,
		differences: [...wanted.lines, ...readableDiff(changes, runs, after, ports.knowledge)],
		shown: shownOf(candidate),
		steps,
		checks,
		...questionsFor(policy, checks, earlier),
		rehearsal: await newRehearsal(service, release, candidate),
		supersedes: supersededBy(await releasesOf(service, name), release),
		releaseHash: artifactHashes(stored.body.manifest).release ?? '',
		draft: { id, name: title, nodes: draft.nodes, connections: draft.connections, settings },
	};
}
