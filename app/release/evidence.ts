import { plain } from '../../core/delivery/json';
import { z } from 'zod';
import { digest } from '../../core/delivery/canonical';
import { gateError } from '../../core/errors';
import { problemsIn } from '../../core/errors/problems';
import type { RecordWrite } from '../ledger/records';
import { mayAnswer } from '../../core/release/checks';
import { evidenceSchema, personSchema, type Evidence } from '../../core/release/evidence';
import { giverText } from '../../core/release/people';
import { evidenceOf, type MachineReport } from '../../core/release/machines/report';
import { artifactHashes } from '../../core/release/manifest';
import { machines, type Check, type Machine, type Policy } from '../../core/release/policy/schema';
import { policyOf } from './policies';
import {
	evidenceFor,
	findRelease,
	knownRelease,
	releaseEvent,
	updateRelease,
	type ServicePorts,
	type StoredRelease,
} from './store';

/**
 * Machines outside this package that report their answer; all others look for themselves. A drill of a product without
 * a spine is done by a pipeline; the one of Rollback Snapshot answers the same way.
 */
export const reportingMachines = ['ci', 'smoke-tests', 'source-control', 'drill', 'announcements'] as const;

const answerSchema = z
	.object({
		check: z.string().min(1).max(64),
		status: z.enum(['pass', 'fail', 'unknown']),
		by: z.union([z.object({ machine: z.enum(machines) }).strict(), personSchema]),
		grounds: z.string().trim().min(1).max(1000),
		/** Hash of what was looked at; the present one of the check's artifact if absent. */
		hash: z.string().optional(),
		/** The earlier release for which a person said the same. */
		repeats: z.string().min(1).max(200).optional(),
		/** The commit a machine speaks of; its yes needs one where the release ships a commit. */
		commit: z.string().max(64).optional(),
	})
	.strict();

const writeOf = (release: StoredRelease, evidence: Evidence): RecordWrite => ({
	kind: 'evidence',
	id: `${release.id}:${digest(evidence).slice(0, 24)}`,
	spine: release.body.manifest.subject,
	parent: release.id,
	body: plain(evidence),
	expectedRevision: 0,
});

const who = (by: Evidence['by']): string => ('machine' in by ? by.machine : `${giverText(by)} (${by.role})`);

function checkOf(policy: Policy, id: string): Check {
	const check = policy.checks.find((entry) => entry.id === id);
	if (check) return check;
	throw gateError('check-unknown', {
		policy: policy.name,
		check: id,
		known: policy.checks.map((entry) => entry.id).join(', '),
	});
}

function assertMayAnswer(check: Check, by: Evidence['by']): void {
	if ('machine' in by && !(reportingMachines as readonly Machine[]).includes(by.machine))
		throw gateError('machine-answers-itself', { machine: by.machine });
	if (mayAnswer(check, by)) return;
	throw gateError('evidence-not-allowed', {
		who: who(by),
		check: check.id,
		allowed: [...check.answeredBy.machines, ...check.answeredBy.roles].join(', '),
	});
}

/** Machines that look at a commit, or at what was built of one. */
const looksAtCommits: readonly Machine[] = ['ci', 'smoke-tests', 'source-control'];

/**
 * A machine's yes names the commit it looked at, and it is the release's: what was tested, built or deployed of another
 * one says nothing of it. A no needs none. @throws `evidence-without-commit`, `evidence-other-commit`
 */
function assertSpeaksOf(
	commit: string | undefined,
	{ by, status, commit: given = '', check }: z.infer<typeof answerSchema>,
	release: string,
): void {
	if (commit === undefined || status !== 'pass' || !('machine' in by)) return;
	if (!looksAtCommits.includes(by.machine)) return;
	if (given === '') throw gateError('evidence-without-commit', { machine: by.machine, check, release });
	if (given !== commit)
		throw gateError('evidence-other-commit', {
			machine: by.machine,
			check,
			release,
			given: given.slice(0, 12),
			present: commit.slice(0, 12),
		});
}

/**
 * A renewed yes was given before: by a person, to the same check, for the release it names, of the same spine or product.
 *
 * @throws `evidence-nothing-earlier`
 */
async function assertSaidBefore(
	ports: ServicePorts,
	{ check, status, by, repeats }: z.infer<typeof answerSchema>,
	{ id, body }: StoredRelease,
): Promise<void> {
	if (repeats === undefined) return;
	const earlier = repeats === id ? null : await findRelease(ports, repeats);
	const given =
		earlier?.body.manifest.subject === body.manifest.subject ? await evidenceFor(ports, repeats) : [];
	const said = given.some((one) => one.check === check && one.status === 'pass' && !('machine' in one.by));
	if (status !== 'pass' || 'machine' in by || !said)
		throw gateError('evidence-nothing-earlier', { check, release: repeats });
}

/**
 * Records one answer of a person or of a machine that reports. Refused when the answerer may not answer the check, when
 * it speaks of another hash than the release's, or when the manifest names nothing to bind it to.
 *
 * @throws `evidence-unreadable`, `release-unknown`, `check-unknown`, `machine-answers-itself`, `evidence-not-allowed`,
 * `evidence-other-hash`, `evidence-nothing-to-bind`, `evidence-without-commit`, `evidence-other-commit`,
 * `evidence-nothing-earlier`
 */
export async function recordAnswer(
	ports: ServicePorts,
	id: string,
	value: unknown,
	by: string,
): Promise<Evidence> {
	const parsed = answerSchema.safeParse(value);
	if (!parsed.success) {
		throw gateError('evidence-unreadable', problemsIn(parsed.error.issues, 'answer'));
	}
	const answer = parsed.data;
	const release = await knownRelease(ports, id);
	const { manifest } = release.body;
	const { policy } = await policyOf(ports, manifest.subject);
	const check = checkOf(policy, answer.check);
	assertMayAnswer(check, answer.by);
	const artifact = check.boundTo;
	const present = artifactHashes(manifest)[artifact];
	if (present === undefined)
		throw gateError('evidence-nothing-to-bind', { check: check.id, artifact, release: id });
	if (answer.hash !== undefined && answer.hash !== present)
		throw gateError('evidence-other-hash', {
			check: check.id,
			artifact,
			release: id,
			given: answer.hash.slice(0, 12),
			present: present.slice(0, 12),
		});
	assertSpeaksOf(manifest.artifacts.commit, answer, id);
	await assertSaidBefore(ports, answer, release);
	const evidence = evidenceSchema.parse({ ...answer, at: ports.now(), artifact, hash: present });
	await ports.ledger.records.write(
		[writeOf(release, evidence)],
		[
			releaseEvent(
				'evidence.recorded',
				release.body,
				`${who(evidence.by)} answered ${check.id} of release ${id}: ${evidence.status}.`,
				{ by, check: check.id, status: evidence.status, artifact, hash: present, answeredBy: evidence.by },
			),
		],
	);
	return evidence;
}

/**
 * Records what a machine found: its answers as evidence, and the surfaces it saw change, which can raise the class.
 * Returns the evidence, empty when the policy asks this machine nothing. Throws `release-unknown`, `release-contended`.
 */
export async function recordReport(
	ports: ServicePorts,
	id: string,
	reportFor: (release: StoredRelease, policy: Policy) => Promise<MachineReport> | MachineReport,
	by: string,
): Promise<{ readonly report: MachineReport; readonly evidence: readonly Evidence[] }> {
	const first = await knownRelease(ports, id);
	const { policy } = await policyOf(ports, first.body.manifest.subject);
	const report = await reportFor(first, policy);
	let evidence: readonly Evidence[] = [];
	await updateRelease(ports, id, (release) => {
		evidence = evidenceOf(policy, release.body.manifest, report, ports.now());
		const body = {
			...release.body,
			observed: { ...release.body.observed, [report.machine]: report.observed },
			...(report.migration ? { migration: report.migration } : {}),
		};
		const counts = evidence.map(({ check, status }) => `${check} ${status}`).join(', ');
		return {
			body,
			also: evidence.map((entry) => writeOf(release, entry)),
			events: [
				releaseEvent(
					'evidence.recorded',
					body,
					`${report.machine} looked at release ${id}: ${counts || 'nothing the policy asks'}.`,
					{
						by,
						machine: report.machine,
						looked: report.looked ?? null,
						observed: report.observed.map(({ surface }) => surface),
						...(report.migration
							? { expands: report.migration.expands, contracts: report.migration.contracts }
							: {}),
						answers: evidence.map(({ check, status, hash }) => ({ check, status, hash })),
					},
				),
			],
		};
	});
	return { report, evidence };
}
