import { fingerprintOf, type SparseParameters } from '../../core/audit/fingerprint';
import { hashLike, IDENTITY, workflowIdentity, type IdentityContext } from '../../core/audit/identity';
import type { WorkflowJson } from '../../core/audit/types';
import { parseCadence } from '../../core/delivery/cadence';
import { spaceOf } from '../../core/delivery/key';
import type { Space } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import type { DeliveryRecord } from '../../core/delivery/record';
import type { Ledger } from '../ledger/api';
import type { Evidence } from '../../core/release/evidence';
import { evidenceFor, recordReport, rehearsedIn, type StoredRelease } from '../release';
import { assessDryRun, dryRunReport, type DryRunVerdict, type Rehearsal } from '../../core/stability/dry-run';
import { allOf } from '../ledger/pages';
import { sealedSince } from './chain';
import type { StabilityPorts } from './ports';

const PAGE = 1000;

/** Most writes of one rehearsal that are read; a rehearsal runs on test contacts, not on everybody. */
const MOST_WRITES = 100_000;

export interface DryRunRequest {
	readonly spine: string;
	/** Label of the dry run; the spine's own if empty. */
	readonly run: string;
	/** The release the evidence is for; empty for none: then nothing is recorded. */
	readonly release: string;
	/** The workflow that was rehearsed, as exported. */
	readonly workflow: WorkflowJson | null;
	/** The workflows it calls, and the policy it is audited under. */
	readonly identity: IdentityContext;
	/** How an n8n writes parameters, to compare the workflow with what ran. */
	readonly sparse?: SparseParameters;
	readonly firstRun: number | null;
	readonly secondRun: number | null;
}

export interface DryRunAssessment extends DryRunVerdict {
	readonly space: Space;
	readonly deliveries: number;
	readonly wouldBeWrites: number;
	readonly workflowHash: string | null;
	readonly evidence: readonly Evidence[];
}

async function deliveriesOf(ledger: Ledger, spine: string, space: Space): Promise<readonly DeliveryRecord[]> {
	return await allOf<DeliveryRecord>(PAGE, (last) =>
		ledger.deliveries.list({ spine, space, limit: PAGE, after: last?.ref }),
	);
}

/** Failures and commits of the key space by delivery and token, from the sealed events since it began. */
async function happened(
	{ events }: Ledger,
	spine: string,
	space: Space,
	since: number,
): Promise<Pick<Rehearsal, 'failures' | 'commits'>> {
	while ((await events.seal()) > 0);
	const failures = new Map<string, string>();
	const commits = new Set<string>();
	for await (const page of sealedSince(events, since)) {
		for (const event of page) {
			const data = event.data as {
				space?: string;
				deliveries?: readonly (readonly [string, number, unknown?])[];
			};
			if (event.spine !== spine || data.space !== space) continue;
			for (const [recipient, token] of data.deliveries ?? []) {
				const name = `${event.subject}:${recipient}:${token}`;
				if (event.kind === 'deliveries.failed' || event.kind === 'deliveries.in-doubt')
					failures.set(name, 'unknown');
				if (event.kind === 'deliveries.committed') commits.add(name);
			}
		}
	}
	return { failures, commits };
}

async function drillOf(ports: StabilityPorts, release: string): Promise<Rehearsal['drill']> {
	if (release === '') return null;
	const answers = (await evidenceFor(ports, release)).filter(
		({ check }) => check === 'drill' || check === 'rollback-tested',
	);
	return (
		answers.reduce<Evidence | null>((newest, one) => (newest && newest.at >= one.at ? newest : one), null)
			?.status ?? null
	);
}

/**
 * Assesses the rehearsal of a spine: what it left in its own key space, held against the live rhythm. With a release the
 * answers are recorded as evidence bound to the workflow's hash.
 *
 * @throws `ledger-spine-unknown`, `dry-run-label-unknown`, `dry-run-workflow-missing`, `release-unknown`
 */
export async function assessRehearsal(
	ports: StabilityPorts,
	request: DryRunRequest,
): Promise<DryRunAssessment> {
	const { ledger } = ports;
	const { spine: name, release, workflow } = request;
	const spine = await ledger.spines.get(name);
	if (!spine) throw gateError('ledger-spine-unknown', { spine: name });
	if (release !== '' && workflow === null) throw gateError('dry-run-workflow-missing');
	const run = request.run === '' ? spine.settings.dryRun : request.run;
	const space = spaceOf('dry-run', run);
	const deliveries = await deliveriesOf(ledger, name, space);
	if (deliveries.length === 0) throw gateError('dry-run-label-unknown', { spine: name, run });
	const since = Math.min(...deliveries.map(({ registeredAt }) => registeredAt));
	const { failures, commits } = await happened(ledger, name, space, since);
	const stages = new Map<string, string>(
		deliveries.flatMap(({ ref, failureClass }) =>
			failureClass === null ? [] : [[`${ref.slot}:${ref.recipient}`, failureClass] as const],
		),
	);
	const named = new Map(
		[...failures.keys()].map((key) => [key, stages.get(key.slice(0, key.lastIndexOf(':'))) ?? 'unknown']),
	);
	const cadence = parseCadence(spine.settings.cadence);
	const at = ports.now();
	const live = await ledger.deliveries.statistics({
		spine: name,
		space: 'live',
		from: at - 8 * cadence.everyMs,
		to: at + 1,
	});
	const wouldBe = (await ledger.outbox.wouldBe(space, MOST_WRITES)).filter(({ ref }) => ref.spine === name);
	const verdict = assessDryRun({
		deliveries,
		wouldBe,
		failures: named,
		commits,
		firstRun: request.firstRun,
		secondRun: request.secondRun,
		cadence,
		newestLive: live.filter(({ committed }) => committed > 0).at(-1) ?? null,
		nextEligibleProperty: spine.settings.properties.nextEligibleAt,
		ran: (await rehearsedIn(ports, name, space)).map(({ fingerprint }) => fingerprint),
		asked: workflow && fingerprintOf(workflow, request.sparse),
		drill: await drillOf(ports, release),
	});
	const rehearsed = async (looked: WorkflowJson): Promise<readonly Evidence[]> => {
		const report = ({ body }: StoredRelease) =>
			dryRunReport(verdict, hashLike(body.manifest.artifacts.workflow ?? IDENTITY, looked, request.identity));
		return (await recordReport(ports, release, report, ports.by)).evidence;
	};
	const evidence = release === '' || workflow === null ? [] : await rehearsed(workflow);
	return {
		...verdict,
		space,
		deliveries: deliveries.length,
		wouldBeWrites: wouldBe.length,
		workflowHash: workflow && workflowIdentity(workflow, request.identity),
		evidence,
	};
}
