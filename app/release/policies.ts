import { plain } from '../../core/delivery/json';
import type { Instant } from '../../core/delivery/types';
import { sameJson } from '../../core/delivery/canonical';
import { gateError } from '../../core/errors';
import {
	overridePolicy,
	policyDiff,
	presetPolicy,
	type PolicyDifference,
} from '../../core/release/policy/override';
import { policyBodySchema, type PolicyBody } from '../../core/release/documents';
import type { Policy, Strictness } from '../../core/release/policy/schema';
import { underStrictness } from '../../core/release/policy/strictness';
import { documentOf } from '../ledger/documents';
import { type ServicePorts } from './store';

/** The policy of a spine or product, as it stands. */
export interface PolicyInForce {
	readonly subject: string;
	/** 0: the preset itself, never set here; 1 for the first that was set, plus one with each change. */
	readonly version: number;
	readonly preset: string;
	readonly policy: Policy;
	/** How much of it the spine is held to; a product is held to all of it. */
	readonly strictness: Strictness;
	/** What it changes against the preset. */
	readonly differences: readonly PolicyDifference[];
	readonly setBy: string | null;
	readonly setAt: Instant | null;
}

const inForce = (subject: string, body: PolicyBody, strictness: Strictness): PolicyInForce => ({
	subject,
	version: body.version,
	preset: body.preset,
	policy: underStrictness(body.policy, strictness),
	strictness,
	differences: policyDiff(presetPolicy(body.preset), body.policy),
	setBy: body.setBy,
	setAt: body.setAt,
});

const versionId = (subject: string, version: number): string => `${subject}@${version}`;

/**
 * The policy a subject is released under: the one that was set, else the preset its spine's settings name. An earlier
 * `version` is found as well. Throws `policy-not-set`, `policy-unknown`.
 */
export async function policyOf(
	{ ledger }: ServicePorts,
	subject: string,
	version?: number,
): Promise<PolicyInForce> {
	const id = version === undefined ? subject : versionId(subject, version);
	const [record] = await ledger.records.get('policy', [id]);
	const spine = await ledger.spines.get(subject);
	// An earlier version is told as it was set.
	const level = version === undefined ? (spine?.settings.strictness ?? 'doctrine') : 'doctrine';
	if (record) return inForce(subject, documentOf(record, policyBodySchema), level);
	if (!spine || (version !== undefined && version !== 0)) throw gateError('policy-not-set', { subject });
	const preset = spine.settings.policy;
	return {
		subject,
		version: 0,
		preset,
		policy: underStrictness(presetPolicy(preset), level),
		strictness: level,
		differences: [],
		setBy: null,
		setAt: null,
	};
}

/**
 * The policy with the account of who sets it on each override of a window; one that stood before keeps its own.
 * Throws `policy-unreadable` when an override names another person than the one who sets it.
 */
function signed(policy: Policy, before: Policy | null, by: string): Policy {
	const { overrides } = policy.windows;
	if (overrides === undefined) return policy;
	const stood = before?.windows.overrides ?? [];
	const signedOnes = overrides.map((entry) => {
		const same = stood.find((old) => sameJson({ ...old, by: null }, { ...entry, by: null }));
		if (entry.by === undefined) return { ...entry, by: same?.by ?? by };
		if (entry.by === by || (same && entry.by === same.by)) return entry;
		throw gateError('policy-unreadable', {
			count: 1,
			problems: `windows.overrides: ${entry.by} did not say so; an override is signed with the account that sets it`,
		});
	});
	return { ...policy, windows: { ...policy.windows, overrides: signedOnes } };
}

/**
 * Sets a subject's policy: a preset and what differs from it. A new version, unless nothing changes. Earlier versions
 * stay. Throws `policy-unknown`, `policy-unreadable`, `release-contended`.
 */
export async function setPolicy(
	ports: ServicePorts,
	subject: string,
	preset: string,
	overrides: unknown,
	by: string,
): Promise<PolicyInForce> {
	if (subject.includes('@')) throw gateError('policy-subject', { subject });
	const base = presetPolicy(preset);
	const asked = overridePolicy(base, overrides ?? {});
	const now = ports.now();
	const [before] = await ports.ledger.records.get('policy', [subject]);
	const old = before ? documentOf(before, policyBodySchema) : null;
	const policy = signed(asked, old?.policy ?? null, by);
	const level = (await ports.ledger.spines.get(subject))?.settings.strictness ?? 'doctrine';
	if (old && old.preset === preset && sameJson(old.policy, policy)) return inForce(subject, old, level);
	const body: PolicyBody = { preset, version: (old?.version ?? 0) + 1, policy, setBy: by, setAt: now };
	const differences = policyDiff(base, policy);
	const outcome = await ports.ledger.records.write(
		[
			{
				kind: 'policy',
				id: subject,
				spine: subject,
				parent: null,
				body: plain(body),
				expectedRevision: before?.revision ?? 0,
			},
			{
				kind: 'policy',
				id: versionId(subject, body.version),
				spine: subject,
				parent: subject,
				body: plain(body),
				expectedRevision: 0,
			},
		],
		[
			{
				kind: 'policy.set',
				spine: subject,
				subject: versionId(subject, body.version),
				sentence: `Policy of ${subject} set to ${preset} with ${differences.length} differences, as version ${body.version}, by ${by}.`,
				data: plain({ by, preset, version: body.version, differences }),
			},
		],
	);
	if (outcome.status === 'conflict') throw gateError('release-contended', { release: subject, attempts: 1 });
	return inForce(subject, body, level);
}
