import type { Approval, Evidence } from '../../core/release/evidence';
import { checksFor } from '../../core/release/checks';
import { classify } from '../../core/release/classify';
import type { GateInput } from '../../core/release/decision';
import { artifactHashes, parseManifest, type Manifest } from '../../core/release/manifest';
import { presets } from '../../core/release/policy/presets';
import type { Policy } from '../../core/release/policy/schema';

/** Friday 2026-11-20, 14:30 in Los Angeles: inside the weekly policy's window. */
export const FRIDAY = Date.UTC(2026, 10, 20, 22, 30);

const hash = (letter: string): string => letter.repeat(64);

export function preset(name: 'quiet-content-delivery' | 'weekly-software-release'): Policy {
	const policy = presets[name];
	if (!policy) throw new Error(`no preset ${name}`);
	return policy;
}

/** Somebody who signed in. */
export const personOf = (person: string, role: string) => {
	const id = person.toLowerCase().replace(/\W+/g, '-');
	return { person, role, account: { id, email: `${id}@example.com` } };
};

/** A manifest that answers everything a manifest can answer under this policy. */
export function manifestFor(policy: Policy, change: Partial<Manifest> = {}): Manifest {
	const quiet = policy.name === 'quiet-content-delivery';
	return parseManifest({
		id: 'r-1',
		title: 'Warmer opening line',
		subject: quiet ? 'content-delivery' : 'roleferry',
		kind: 'regular',
		version: 'v1.4.0',
		previousVersion: 'v1.3.0',
		requestedBy: 'rita@example.com',
		changes: Array.from({ length: quiet ? 1 : 6 }, (_, index) => ({
			id: `c-${index}`,
			title: `Change ${index}`,
			kind: 'improvement',
			surfaces: [quiet ? 'cadence' : 'improvement'],
			author: 'ann@example.com',
		})),
		failureMode: 'Emails read badly.',
		recoveryPath: 'Publish the captured workflow version.',
		rollbackPlan: 'Run rollback.json.',
		rollbackSteps: ['pause', 'publish the captured version', 'resume'],
		documents: ['architecture', 'contracts', 'runbook', 'playbooks', 'changelog'].map((kind) => ({
			kind,
			path: `docs/${kind}.md`,
			sha256: hash('d'),
		})),
		artifacts: {
			workflow: hash('a'),
			schema: hash('b'),
			sql: hash('c'),
			policy: hash('e'),
			flags: hash('f'),
		},
		...change,
	});
}

/** A release that ships: every check answered by whoever may, all approvals, a calm moment. */
export function shippable(policy: Policy, change: Partial<Manifest> = {}): GateInput {
	const manifest = manifestFor(policy, change);
	const hashes = artifactHashes(manifest);
	const { riskClass, surfaces } = classify(policy, manifest, []);
	const evidence = checksFor(policy, 'before', { riskClass, kind: manifest.kind, surfaces }).map(
		(check): Evidence => {
			const machine = check.answeredBy.machines[0];
			return {
				check: check.id,
				status: 'pass',
				by: machine ? { machine } : personOf('Pat Person', check.answeredBy.roles[0] ?? 'nobody'),
				at: FRIDAY - 60_000,
				artifact: check.boundTo,
				hash: hashes[check.boundTo] ?? hash('0'),
				grounds: 'It was looked at.',
			};
		},
	);
	const roles = [policy.kinds[manifest.kind].approval, policy.approvalsByClass[riskClass]].flatMap(
		({ anyOf, allOf }) => [...allOf, ...anyOf],
	);
	const approvals = [...new Set(roles)].map((role): Approval => ({
		...personOf(`Head of ${role}`, role),
		at: FRIDAY - 60_000,
		hash: hashes.release ?? '',
		verdict: 'approved',
	}));
	const now = { at: FRIDAY - 60_000 };
	return {
		policy,
		policyVersion: 3,
		manifest,
		observed: [],
		evidence,
		approvals,
		debts: [],
		migrations: {
			migration: { hash: manifest.artifacts.sql ?? '', expands: [], fills: [], contracts: [] },
			expansions: [],
			reads: [],
		},
		facts: {
			apiCallsLeft: { value: 0.9, ...now },
			newContactsLastHour: { value: 2, ...now },
			vendors: Object.fromEntries(policy.pressure.vendors.map((vendor) => [vendor, { value: true, ...now }])),
			nextSlotOpensAt: FRIDAY + 24 * 3_600_000,
			openDeliveries: { value: 0, ...now },
			errorBudget: { value: 'healthy', ...now },
			lastStabilityCheckAt: FRIDAY - 60_000,
			rollbackInProgress: false,
		},
		now: FRIDAY,
	};
}
