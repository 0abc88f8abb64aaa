import { gateError } from '../../core/errors';
import { durationMs } from '../../core/release/checks';
import type { Evidence } from '../../core/release/evidence';
import { artifactHashes } from '../../core/release/manifest';
import type { Policy } from '../../core/release/policy/schema';
import type { Stage } from '../../core/release/stages';
import type { Instant } from '../../core/delivery/types';
import { evidenceFor, knownRelease, policyOf, type ServicePorts } from '../release';
import { candidateOf, type PreparePorts } from './candidate';
import { newRehearsal } from './rehearsal';
import { runSteps, type StepResult } from './steps';

/** How long before an answer of a machine goes stale it is looked at again: three looks of a schedule of five minutes. */
const AHEAD_MS = 15 * 60_000;

const OPEN: readonly Stage[] = ['draft', 'prepared', 'dry-run', 'approved'];

/** What a look came to. */
export interface LookedAgain {
	readonly release: string;
	/** Whether any machine looked: none does while all of its answers are fresh. */
	readonly looked: boolean;
	readonly steps: readonly StepResult[];
	/** The version to rehearse again, as n8n stores it, and the label of a new dry run; `null` where that is fresh too. */
	readonly rehearse: { readonly workflow: object; readonly shadow: boolean; readonly label: string } | null;
}

/** Checks of which the newest yes of a machine is about to go stale. */
function ageing(
	policy: Policy,
	hashes: ReturnType<typeof artifactHashes>,
	evidence: readonly Evidence[],
	now: Instant,
): readonly { readonly machine: string }[] {
	return policy.checks.flatMap(({ id, boundTo, freshFor }) => {
		const given = evidence.filter((one) => one.check === id && one.hash === hashes[boundTo]);
		const [newest] = [...given].sort((a, b) => b.at - a.at);
		if (newest === undefined || !('machine' in newest.by) || newest.status !== 'pass') return [];
		return now - newest.at > durationMs(freshFor) - AHEAD_MS ? [{ machine: newest.by.machine }] : [];
	});
}

/**
 * Lets machines look again at the version that a release names, where their answers are about to go stale: a release that
 * waits for its moment longer than they count is not held for that alone. What people said is theirs to renew. Nothing
 * live is touched, and the release stays as it is.
 *
 * @throws `release-unknown`, `ship-nothing-named`, `look-not-open`, `look-other-change`, `ship-other-base`, `ship-version-gone`, and what
 * finding the workflow throws
 */
export async function lookAgain(ports: PreparePorts, id: string): Promise<LookedAgain> {
	const service: ServicePorts = { ledger: ports.ledger, now: ports.clock };
	const { body } = await knownRelease(service, id);
	const { manifest, stage } = body;
	if (!OPEN.includes(stage)) throw gateError('look-not-open', { release: id, stage });
	const { policy } = await policyOf(service, manifest.subject);
	const hashes = artifactHashes(manifest);
	const old = ageing(policy, hashes, await evidenceFor(service, id), ports.clock());
	if (old.length === 0) return { release: id, looked: false, steps: [], rehearse: null };
	if (manifest.workflow?.version === undefined) throw gateError('ship-nothing-named', { release: id });
	const candidate = await candidateOf(ports, manifest.subject, manifest.workflow.version);
	const { published } = candidate.serving.workflow;
	const { replaces } = manifest.workflow;
	if (replaces !== undefined && replaces !== published.versionId)
		throw gateError('ship-other-base', {
			release: id,
			workflow: manifest.workflow.id,
			compared: replaces,
			runs: `version ${published.versionId}`,
		});
	const other = (['workflow', 'policy', 'schema', 'flags'] as const).find(
		// What cannot be read now is the step’s failure: its answers stay as old as they are.
		(name) =>
			candidate.artifacts[name] !== undefined && candidate.artifacts[name] !== manifest.artifacts[name],
	);
	if (other !== undefined) throw gateError('look-other-change', { release: id, artifact: other });
	const steps = await runSteps({ ports, release: id, candidate });
	const { draft, settings, id: workflow, name } = candidate.serving.workflow;
	const again = old.some(({ machine }) => machine === 'dry-run');
	const label = again ? await newRehearsal(service, id, candidate) : '';
	return {
		release: id,
		looked: true,
		steps,
		rehearse: again
			? {
					workflow: { id: workflow, name, nodes: draft.nodes, connections: draft.connections, settings },
					shadow: label !== '',
					label,
				}
			: null,
	};
}
