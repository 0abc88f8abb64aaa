import type { Milliseconds } from '../../core/delivery/types';
import { gateError, ReleaseGateError } from '../../core/errors';
import { durationMs } from '../../core/release/checks';
import { artifactHashes } from '../../core/release/manifest';
import { parseChanges, type ChangeList } from '../../core/snapshot/changes';
import {
	drillSchema,
	type CaptureScope,
	type Certificate,
	type Copies,
	type DrillBody,
} from '../../core/snapshot/documents';
import { documentOf } from '../ledger/documents';
import { plain } from '../../core/delivery/json';
import { findRelease, policyOf, recordAnswer } from '../release';
import { applyRelease } from './apply';
import { capture, idSource } from './capture';
import { nowView, snapshotView, stateHash } from './diff';
import { kinds, kindsInOrder } from './kinds';
import type { SnapshotPorts } from './ports';
import { restoreRelease } from './restore';
import { completeSnapshot, recordsOf, writeRecords } from './store';

export interface DrillRequest {
	/** Names this drill; a new one each time. */
	readonly id: string;
	readonly release: string;
	readonly spine: string | null;
	readonly changes: ChangeList;
	/** Ids of test contacts. Nobody else is touched. */
	readonly contacts: readonly string[];
	/** Limits of a release the gate does not know; a known one brings its policy's. */
	readonly limitMs?: Milliseconds;
	readonly freshMs?: Milliseconds;
	/** Hash to bind to where the gate does not know the release. */
	readonly releaseHash?: string;
}

const FIVE_MINUTES = 300_000;
const DAY = 86_400_000;

async function save(
	ports: SnapshotPorts,
	{ id, spine, release }: DrillRequest,
	body: DrillBody,
	revision: number,
): Promise<number> {
	await writeRecords(ports, [
		{ kind: 'drill', id, spine, parent: release, body: plain(body), expectedRevision: revision },
	]);
	return revision + 1;
}

/**
 * Makes copies of whatever a release changes that is not a test contact, and gives the change list rewritten onto
 * them. `note` is told of each copy as it is made.
 */
async function makeCopies(
	ports: SnapshotPorts,
	{ release, spine, contacts, changes }: DrillRequest,
	note: (copies: Copies) => Promise<void>,
): Promise<{ readonly changes: ChangeList; readonly scope: CaptureScope }> {
	let copies: Copies = {};
	let rewritten = changes;
	for (const kind of kindsInOrder) {
		const made = async (copy: string): Promise<void> => {
			copies = { ...copies, [kind.name]: [...(copies[kind.name] ?? []), copy] };
			await note(copies);
		};
		rewritten = await kind.copy({ ports, release, spine, contacts, made }, rewritten);
	}
	const checked = parseChanges(rewritten);
	const scope = kindsInOrder.map((kind) => kind.scope(checked, copies[kind.name] ?? []));
	const none: CaptureScope = { properties: [], definitions: false, workflows: [], spine: null };
	return { changes: checked, scope: Object.assign(none, ...scope) as CaptureScope };
}

async function removeCopies(ports: SnapshotPorts, copies: Copies): Promise<void> {
	for (const kind of kinds) await kind.discard(ports, copies[kind.name] ?? []);
}

/** Drills of the release that were killed: their test contacts are restored and their copies taken away. */
async function tidy(ports: SnapshotPorts, release: string): Promise<void> {
	for await (const record of recordsOf(ports, { kind: 'drill', parent: release })) {
		const body = documentOf(record, drillSchema);
		if (body.state === 'done') continue;
		try {
			await restoreRelease(ports, body.run, { target: null, stayPaused: true });
		} catch (error) {
			if (!(error instanceof ReleaseGateError && error.code === 'release-not-applied')) throw error;
		}
		await removeCopies(ports, body.copies);
		const { revision: expectedRevision } = record;
		await writeRecords(ports, [{ ...record, body: plain({ ...body, state: 'done' }), expectedRevision }]);
	}
}

async function limitsOf(
	ports: SnapshotPorts,
	request: DrillRequest,
): Promise<{
	readonly limitMs: number;
	readonly freshMs: number;
	readonly hash: string | null;
	readonly checks: readonly string[];
}> {
	const gate = { ledger: ports.ledger, now: ports.clock };
	const release = await findRelease(gate, request.release);
	if (!release) {
		const { limitMs = FIVE_MINUTES, freshMs = DAY, releaseHash = null } = request;
		return { limitMs, freshMs, hash: releaseHash, checks: [] };
	}
	const { policy } = await policyOf(gate, release.body.manifest.subject);
	return {
		limitMs: durationMs(policy.drill.maxDuration),
		freshMs: durationMs(policy.drill.freshFor),
		hash: artifactHashes(release.body.manifest).release ?? null,
		checks: policy.checks
			.filter(({ answeredBy }) => answeredBy.machines.includes('drill'))
			.map(({ id }) => id),
	};
}

/**
 * Performs a rollback for real on test contacts and on copies: capture, apply, restore, compare. The certificate is
 * bound to the release's hash and recorded as the drill's answer to every check of the policy that asks for one. It
 * fails when anything is not as before, when the release changed nothing, or when the restore took longer than the
 * policy allows. Copies are taken away whatever happens.
 *
 * @throws `drill-no-test-contacts`, and what capture, apply and restore throw
 */
export async function drill(ports: SnapshotPorts, request: DrillRequest): Promise<Certificate> {
	const { id, release, changes, contacts, spine } = request;
	const writes = changes.values.length + changes.rewrites.length;
	if (contacts.length === 0 && writes > 0) throw gateError('drill-no-test-contacts');
	const limits = await limitsOf(ports, request);
	await tidy(ports, release);
	const run = `${id}/run`;
	let body: DrillBody = { state: 'running', release, run, copies: {}, certificate: null };
	let revision = await save(ports, request, body, 0);
	const note = async (copies: Copies): Promise<void> => {
		body = { ...body, copies };
		revision = await save(ports, request, body, revision);
	};
	try {
		const certificate = await perform(ports, request, run, limits, note);
		body = { ...body, state: 'done', certificate };
	} finally {
		if (body.certificate === null) {
			await restoreRelease(ports, run, { target: null, stayPaused: true }).catch(() => undefined);
		}
		await removeCopies(ports, body.copies);
		revision = await save(ports, request, { ...body, state: 'done' }, revision);
	}
	const { certificate } = body;
	if (!certificate) throw gateError('release-not-applied', { release: run });
	for (const check of certificate.checks) {
		const answer = {
			check,
			status: certificate.passed ? 'pass' : 'fail',
			by: { machine: 'drill' },
			grounds: certificate.grounds,
		};
		await recordAnswer({ ledger: ports.ledger, now: ports.clock }, release, answer, ports.by);
	}
	await ports.ledger.events.append([
		{
			kind: certificate.passed ? 'drill.passed' : 'drill.failed',
			spine,
			subject: release,
			sentence: certificate.grounds,
			data: plain({ drill: id, hash: certificate.releaseHash, seconds: certificate.seconds, by: ports.by }),
		},
	]);
	return certificate;
}

async function perform(
	ports: SnapshotPorts,
	request: DrillRequest,
	run: string,
	limits: Awaited<ReturnType<typeof limitsOf>>,
	note: (copies: Copies) => Promise<void>,
): Promise<Certificate> {
	const { id, release, contacts, changes } = request;
	const made = await makeCopies(ports, request, note);
	const times = [ports.clock()];
	const snapshot = await capture(ports, {
		id: `${id}/before`,
		release: run,
		scope: made.scope,
		contacts: idSource(contacts),
	});
	const base = snapshotView(ports, await completeSnapshot(ports, snapshot.id));
	const before = await stateHash(base, base);
	times.push(ports.clock());
	await applyRelease(ports, run, snapshot.id, made.changes);
	const applied = await stateHash(base, nowView(ports, snapshot));
	times.push(ports.clock());
	const rollback = await restoreRelease(ports, run, { target: null, stayPaused: true });
	times.push(ports.clock());
	const after = await stateHash(base, nowView(ports, snapshot));
	const took = (step: number): number => ((times[step + 1] ?? 0) - (times[step] ?? 0)) / 1000;
	const seconds = { capture: took(0), apply: took(1), restore: took(2) };
	const limitSeconds = limits.limitMs / 1000;
	// What a release only adds leaves the state of before as it was; then there is nothing that could come back wrong.
	const adds = kinds.every((kind) => kind.onlyAdds(changes));
	const grounds =
		before !== after
			? `The drill of ${release} did not bring everything back: ${rollback.report.left.length} things were left.`
			: before === applied && !adds
				? `The drill of ${release} proves nothing: the release changed nothing on the test records.`
				: seconds.restore > limitSeconds
					? `The drill of ${release} took ${seconds.restore} s to restore; the policy allows ${limitSeconds} s.`
					: `The drill of ${release} restored ${contacts.length} test contacts and ${made.changes.workflows.length} workflows in ${seconds.restore} s; the hashes are equal.`;
	const passed = before === after && (before !== applied || adds) && seconds.restore <= limitSeconds;
	const at = ports.clock();
	return {
		drill: id,
		release,
		releaseHash: limits.hash,
		passed,
		grounds,
		hashes: { before, applied, after },
		seconds,
		limitSeconds,
		contacts: contacts.length,
		report: rollback.report,
		at,
		freshUntil: at + limits.freshMs,
		checks: [...limits.checks],
	};
}
