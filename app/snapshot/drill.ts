import type { Instant, Milliseconds } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { durationMs } from '../../core/release/checks';
import { findRelease, policyOf, recordAnswer } from '../release';
import { artifactHashes } from '../../core/release/manifest';
import { applyRelease } from './apply';
import { completeSnapshot, recordsOf, writeRecords } from './book';
import { capture, idSource } from './capture';
import type { ChangeList } from '../../core/snapshot/changes';
import { makeCopies, noCopies, removeCopies, type Copies } from './drill-copies';
import { asBody } from '../../core/snapshot/model';
import { type Rooms } from './ports';
import { restoreRelease, type RestoreReport } from './restore';
import { nowView, snapshotView, stateHash } from './view';

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

/** What a drill proves: this release, by its hash, was applied and taken back, and everything was as before. */
export interface Certificate {
	readonly drill: string;
	readonly release: string;
	readonly releaseHash: string | null;
	readonly passed: boolean;
	/** One sentence. */
	readonly grounds: string;
	readonly hashes: { readonly before: string; readonly applied: string; readonly after: string };
	readonly seconds: { readonly capture: number; readonly apply: number; readonly restore: number };
	readonly limitSeconds: number;
	readonly contacts: number;
	readonly report: RestoreReport;
	readonly at: Instant;
	readonly freshUntil: Instant;
	/** Checks of the policy that were answered with it. */
	readonly checks: readonly string[];
}

const FIVE_MINUTES = 300_000;
const DAY = 86_400_000;

interface DrillBody {
	readonly state: 'running' | 'done';
	readonly release: string;
	readonly run: string;
	readonly copies: Copies;
	readonly certificate: Certificate | null;
}

const recordId = (id: string): string => `${id}`;

async function save(rooms: Rooms, request: DrillRequest, body: DrillBody, revision: number): Promise<number> {
	await writeRecords(rooms, [
		{
			kind: 'drill',
			id: recordId(request.id),
			spine: request.spine,
			parent: request.release,
			body: asBody(body),
			expectedRevision: revision,
		},
	]);
	return revision + 1;
}

/** Drills of the release that were killed: their test contacts are restored and their copies taken away. */
async function tidy(rooms: Rooms, release: string): Promise<void> {
	for await (const record of recordsOf(rooms, { kind: 'drill', parent: release })) {
		const body = record.body as unknown as DrillBody;
		if (body.state === 'done') continue;
		try {
			await restoreRelease(rooms, body.run, { target: null, stayPaused: true });
		} catch (error) {
			if ((error as { code?: string }).code !== 'release-not-applied') throw error;
		}
		await removeCopies(rooms, body.copies);
		await writeRecords(rooms, [
			{ ...record, body: asBody({ ...body, state: 'done' }), expectedRevision: record.revision },
		]);
	}
}

async function limitsOf(
	rooms: Rooms,
	request: DrillRequest,
): Promise<{
	readonly limitMs: number;
	readonly freshMs: number;
	readonly hash: string | null;
	readonly checks: readonly string[];
}> {
	const ports = { ledger: rooms.ledger, now: rooms.clock };
	const release = await findRelease(ports, request.release);
	if (!release) {
		const { limitMs = FIVE_MINUTES, freshMs = DAY, releaseHash = null } = request;
		return { limitMs, freshMs, hash: releaseHash, checks: [] };
	}
	const { policy } = await policyOf(ports, release.body.manifest.subject);
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
export async function drill(rooms: Rooms, request: DrillRequest): Promise<Certificate> {
	const { id, release, changes, contacts, spine } = request;
	const writes = changes.values.length + changes.rewrites.length;
	if (contacts.length === 0 && writes > 0) throw gateError('drill-no-test-contacts');
	const limits = await limitsOf(rooms, request);
	await tidy(rooms, release);
	const run = `${id}/run`;
	let body: DrillBody = { state: 'running', release, run, copies: noCopies, certificate: null };
	let revision = await save(rooms, request, body, 0);
	const note = async (copies: Copies): Promise<void> => {
		body = { ...body, copies };
		revision = await save(rooms, request, body, revision);
	};
	try {
		const certificate = await perform(rooms, request, run, limits, note);
		body = { ...body, state: 'done', certificate };
	} finally {
		if (body.certificate === null) {
			await restoreRelease(rooms, run, { target: null, stayPaused: true }).catch(() => undefined);
		}
		await removeCopies(rooms, body.copies);
		revision = await save(rooms, request, { ...body, state: 'done' }, revision);
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
		await recordAnswer({ ledger: rooms.ledger, now: rooms.clock }, release, answer, rooms.by);
	}
	await rooms.ledger.events.append([
		{
			kind: certificate.passed ? 'drill.passed' : 'drill.failed',
			spine,
			subject: release,
			sentence: certificate.grounds,
			data: asBody({ drill: id, hash: certificate.releaseHash, seconds: certificate.seconds, by: rooms.by }),
		},
	]);
	return certificate;
}

async function perform(
	rooms: Rooms,
	request: DrillRequest,
	run: string,
	limits: Awaited<ReturnType<typeof limitsOf>>,
	note: (copies: Copies) => Promise<void>,
): Promise<Certificate> {
	const { id, release, spine, contacts } = request;
	const made = await makeCopies(rooms, release, spine, request.changes, contacts, note);
	const times = [rooms.clock()];
	const snapshot = await capture(rooms, {
		id: `${id}/before`,
		release: run,
		scope: {
			properties: made.properties,
			definitions: made.changes.definitions.length > 0,
			workflows: made.changes.workflows.map((workflow) => workflow.id),
			spine: made.copies.spine,
		},
		contacts: idSource(contacts),
	});
	const base = await snapshotView(rooms, await completeSnapshot(rooms, snapshot.id));
	const before = await stateHash(base, base);
	times.push(rooms.clock());
	await applyRelease(rooms, run, snapshot.id, made.changes);
	const applied = await stateHash(base, await nowView(rooms, snapshot));
	times.push(rooms.clock());
	const rollback = await restoreRelease(rooms, run, { target: null, stayPaused: true });
	times.push(rooms.clock());
	const after = await stateHash(base, await nowView(rooms, snapshot));
	const took = (step: number): number => ((times[step + 1] ?? 0) - (times[step] ?? 0)) / 1000;
	const seconds = { capture: took(0), apply: took(1), restore: took(2) };
	const limitSeconds = limits.limitMs / 1000;
	// What a release only adds leaves the state of before as it was; then there is nothing that could come back wrong.
	const { definitions, values, rewrites, workflows, spine: settings } = request.changes;
	const touches = values.length + rewrites.length + workflows.length + Object.keys(settings).length;
	const adds = touches === 0 && definitions.every((change) => 'create' in change);
	const grounds =
		before !== after
			? `The drill of ${release} did not bring everything back: ${rollback.report.left.length} things were left.`
			: before === applied && !adds
				? `The drill of ${release} proves nothing: the release changed nothing on the test records.`
				: seconds.restore > limitSeconds
					? `The drill of ${release} took ${seconds.restore} s to restore; the policy allows ${limitSeconds} s.`
					: `The drill of ${release} restored ${contacts.length} test contacts and ${made.copies.workflows.length} workflows in ${seconds.restore} s; the hashes are equal.`;
	const passed = before === after && (before !== applied || adds) && seconds.restore <= limitSeconds;
	const at = rooms.clock();
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
		checks: limits.checks,
	};
}
