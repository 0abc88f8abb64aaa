import { ReleaseGateError } from '../../core/errors';
import type { ReleaseSight } from '../../core/desk/model';
import { APPROVALS_GROUP, holds, waitsFor, type CheckResult } from '../../core/release/checks';
import { decide } from '../../core/release/decision';
import type { Policy } from '../../core/release/policy/schema';
import { releaseSchema } from '../../core/release/documents';
import { evaluateRelease } from '../../core/release/self-test';
import type { Stage } from '../../core/release/stages';
import { documentOf } from '../ledger/documents';
import { inputFor, observedIn, type StoredRelease } from '../release';
import { rollbackOrder } from '../watch';
import type { DeskPorts } from './spines';

/** How many of the newest releases are looked at, and how many of those that wait the gate is asked about. */
const NEWEST = 40;
const ASKED = 6;

/** Open checks shown of a release. */
const CHECKS = 12;

const waiting: readonly Stage[] = ['draft', 'prepared', 'dry-run', 'approved'];
const gone: readonly Stage[] = ['closed'];

/** Whether only the ledger may answer the check: its chain is walked when the gate decides, not for a page. */
const isTheLedgers = (policy: Policy, { id }: CheckResult): boolean =>
	policy.checks.some(
		({ id: check, answeredBy: { machines, roles } }) =>
			check === id && roles.length === 0 && machines.every((machine) => machine === 'ledger'),
	);

type Gate = Pick<ReleaseSight, 'sentence' | 'next' | 'mustAnswer' | 'mustApprove' | 'open' | 'checks'>;

const silentGate = (sentence: string | null, next = ''): Gate => ({
	sentence,
	next,
	mustAnswer: [],
	mustApprove: [],
	open: { mend: 0, people: 0, moment: 0 },
	checks: [],
});

const order = ['mend', 'people', 'moment'] as const;

/** The gate's word as of now, without writing it anywhere. */
async function gateOf(ports: DeskPorts, release: StoredRelease): Promise<Gate> {
	try {
		const input = await inputFor(ports, release, {}, 'leave');
		const decision = evaluateRelease(input, decide);
		const open = decision.checks
			.filter((check) => holds(input.policy, check) && !isTheLedgers(input.policy, check))
			.sort((a, b) => order.indexOf(waitsFor(a)) - order.indexOf(waitsFor(b)));
		const count = (what: (typeof order)[number]): number =>
			open.filter((check) => waitsFor(check) === what).length;
		const roles = (checks: readonly CheckResult[]): readonly string[] => [
			...new Set(checks.flatMap((check) => (waitsFor(check) === 'people' ? (check.roles ?? []) : []))),
		];
		const [first] = open;
		const more = open.length > 1 ? ` (and ${open.length - 1} more)` : '';
		return {
			sentence: first ? `Held: ${first.question} ${first.reason}${more}` : 'Nothing holds it: it may ship.',
			next: first?.remedy ?? 'Ship it through the form, or wait: Ship when ready publishes what is approved.',
			mustAnswer: roles(open.filter(({ group }) => group !== APPROVALS_GROUP)),
			mustApprove: roles(open.filter(({ group }) => group === APPROVALS_GROUP)),
			open: { mend: count('mend'), people: count('people'), moment: count('moment') },
			checks: open
				.slice(0, CHECKS)
				.map(({ id, question, reason, remedy }) => ({ id, question, reason, remedy })),
		};
	} catch (error) {
		if (!(error instanceof ReleaseGateError)) throw error;
		return silentGate(error.message, error.remedy);
	}
}

const after: Readonly<Partial<Record<Stage, string>>> = {
	deploying: 'It is being published.',
	monitoring: 'It is live and watched; the monitor calls it stable or rolls it back.',
	stable: 'It is live and stable.',
	'rolled-back': 'It was rolled back.',
};

async function sight(ports: DeskPorts, release: StoredRelease, ask: boolean): Promise<ReleaseSight> {
	const { manifest, stage, history, openedBy, decision } = release.body;
	const order = await rollbackOrder(ports, release.id);
	const gate = ask ? await gateOf(ports, release) : silentGate(after[stage] ?? decision?.sentence ?? null);
	return {
		id: release.id,
		title: manifest.title,
		subject: manifest.subject,
		kind: manifest.kind,
		stage,
		since: history.at(-1)?.at ?? release.createdAt,
		requestedBy: manifest.requestedBy || openedBy,
		...gate,
		changes: [...new Set(observedIn(release.body).map(({ surface, what }) => `${surface}: ${what}`))].slice(
			0,
			20,
		),
		rollback: order && {
			by: order.by,
			reason: order.reason,
			startedAt: order.startedAt,
			finishedAt: order.finishedAt,
		},
	};
}

/**
 * The newest releases that are not closed, newest first: of those that wait the gate is asked, and its word is shown and
 * not recorded. Of a subject only the newest that is live and the newest that was rolled back are shown.
 */
export async function releasesSeen(ports: DeskPorts): Promise<readonly ReleaseSight[]> {
	const records = await ports.ledger.records.list({ kind: 'release', limit: NEWEST });
	const seen: ReleaseSight[] = [];
	const ended = new Set<string>();
	let asked = 0;
	for (const record of records) {
		const release = {
			id: record.id,
			revision: record.revision,
			createdAt: record.createdAt,
			body: documentOf(record, releaseSchema),
		};
		const { stage, manifest } = release.body;
		if (gone.includes(stage)) continue;
		const end = `${manifest.subject}\u0000${stage === 'rolled-back' ? 'back' : 'live'}`;
		if (stage === 'stable' || stage === 'rolled-back') {
			if (ended.has(end)) continue;
			ended.add(end);
		}
		const ask = waiting.includes(stage) && asked < ASKED;
		if (ask) asked += 1;
		seen.push(await sight(ports, release, ask));
	}
	return seen;
}
