import { EMPTY_POLICY } from '../../core/audit';
import { gateError } from '../../core/errors';
import { classify, type Classification } from '../../core/release/classify';
import { readableDiff, type ReadableChange } from '../../core/release/diff/readable';
import type { Strictness } from '../../core/release/policy/schema';
import { heldTo, strictnessOf } from '../../core/release/policy/strictness';
import { decide } from '../../core/release/decision';
import { broughtLines } from '../../core/release/prepare/brought';
import { questionsFor, type Question } from '../../core/release/prepare/questions';
import { evaluateRelease } from '../../core/release/self-test';
import { diffWorkflows, type NodeKnowledge } from '../../core/release/diff/workflow';
import {
	inputFor,
	knownRelease,
	observedIn,
	policyOf,
	type ServicePorts,
	type StoredRelease,
} from '../release';
import { hostIn, type SnapshotPorts } from '../snapshot/ports';
import { hashOf, namedVersions, publishedNow } from '../snapshot/proven';

/** What a release would change now. */
export interface Comparison {
	readonly release: StoredRelease;
	readonly classification: Classification;
	readonly strictness: Strictness;
	/** What the spine is held to, in sentences for a page. */
	readonly heldTo: readonly string[];
	readonly differences: readonly ReadableChange[];
	/** Whether the version that the release names is still what was proven. */
	readonly asProven: boolean;
	/** What people must still answer. */
	readonly questions: readonly Question[];
}

/**
 * Compares the version of the workflow that a release names with what runs, so that whoever approves it sees the values.
 *
 * @throws `release-unknown`, `ship-nothing-named`, `ship-version-gone`, `release-records-disagree`, and what the ports throw
 */
export async function compareRelease(
	ports: SnapshotPorts & { readonly knowledge?: NodeKnowledge },
	id: string,
): Promise<Comparison> {
	const service: ServicePorts = { ledger: ports.ledger, now: ports.clock };
	const release = await knownRelease(service, id);
	const { workflow, artifacts, subject } = release.body.manifest;
	if (workflow === undefined) throw gateError('ship-nothing-named', { release: id });
	const host = hostIn(ports);
	const named = await namedVersions(host, id, workflow, new Map());
	const running = await publishedNow(host, workflow.id);
	const { policy } = await policyOf(service, subject);
	const after = named.workflow;
	const spine = await ports.ledger.spines.get(subject);
	const before = running?.workflow ?? { ...after, nodes: [], connections: {} };
	return {
		release,
		strictness: strictnessOf(policy),
		heldTo: heldTo(policy),
		classification: classify(policy, release.body.manifest, observedIn(release.body)),
		differences: [
			...(spine === null ? [] : broughtLines(spine.settings, release.body.manifest.brings ?? {})),
			...readableDiff(diffWorkflows(before, after, ports.knowledge), before, after, ports.knowledge),
		],
		questions: questionsFor(policy, evaluateRelease(await inputFor(service, release, {}), decide).checks, [])
			.questions,
		asProven: hashOf(named, { policy: EMPTY_POLICY }, artifacts.workflow) === artifacts.workflow,
	};
}
