import { checksFor } from './checks';
import { classify } from './classify';
import { decide, type Decision, type GateInput } from './decision';
import type { Evidence } from './evidence';
import { noTrail } from './expand-contract/report';
import { artifactHashes } from './manifest';

type Decider = (input: GateInput) => Decision;

/** The same release with nothing known about it: no evidence, no approval, no reading. */
function noData(input: GateInput): GateInput {
	return {
		...input,
		evidence: [],
		approvals: [],
		facts: {},
		migrations: noTrail,
		manifest: asRelease(input),
		policy: holding(input.policy),
	};
}

/** The same release with every check answered “no”, by whoever may answer it. */
function knownBad(input: GateInput): GateInput {
	const manifest = asRelease(input);
	const classification = classify(input.policy, manifest, input.observed);
	const hashes = artifactHashes(manifest);
	const scope = {
		riskClass: classification.riskClass,
		kind: manifest.kind,
		surfaces: classification.surfaces,
	};
	const evidence = checksFor(input.policy, 'before', scope).map((check): Evidence => {
		const machine = check.answeredBy.machines[0];
		return {
			check: check.id,
			status: 'fail',
			by: machine ? { machine } : { person: 'self-test', role: check.answeredBy.roles[0] ?? 'self-test' },
			at: input.now,
			artifact: check.boundTo,
			hash: hashes[check.boundTo] ?? '0'.repeat(64),
			grounds: 'Planted by the gate’s self-test.',
		};
	});
	return { ...input, policy: holding(input.policy), manifest, evidence };
}

/** The policy as one that holds: a spine that only observes is tested for what it would see. */
const holding = (policy: GateInput['policy']): GateInput['policy'] =>
	policy.strictness === 'observe' ? { ...policy, strictness: 'doctrine' } : policy;

/** A surface no policy exempts, so that the planted release is always a release. */
function asRelease(input: GateInput): GateInput['manifest'] {
	const [first, ...rest] = input.manifest.changes;
	const exempt = input.policy.notReleases;
	const surface =
		input.policy.surfaces.find(({ id, class: cls }) => cls === 'critical' && !exempt.includes(id))?.id ??
		'self-test';
	return { ...input.manifest, changes: first ? [{ ...first, surfaces: [surface] }, ...rest] : [] };
}

/**
 * Decides, after the gate has shown that it still holds: it first judges a known-bad and a no-data twin of the
 * release. If it would ship either, it holds the real one and says that it is broken.
 */
export function evaluateRelease(input: GateInput, decider: Decider = decide): Decision {
	const broken = [
		decider(knownBad(input)).decision === 'ship' ? 'a release it knows to be bad' : '',
		decider(noData(input)).decision === 'ship' ? 'a release it knows nothing about' : '',
	].filter(Boolean);
	const decision = decider(input);
	if (broken.length === 0) return decision;
	return {
		...decision,
		decision: 'hold',
		waitsForMoment: false,
		sentence: `Held: the gate is broken; it would ship ${broken.join(' and ')}.`,
		next: 'Do not trust this gate: restore the last policy version that held, then report the policy that broke it.',
	};
}
