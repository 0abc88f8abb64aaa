import type { SparseParameters } from '../../core/audit/fingerprint';
import type { Instant } from '../../core/delivery/types';
import { ReleaseGateError } from '../../core/errors';
import type { CredentialSlots } from '../../core/setup/types';
import type { Ledger } from '../ledger/api';
import type { Installation, InstalledWorkflow } from '../ports/installation';
import type { Installed } from '../setup/ports';
import type { Blindness, DatabaseFacts, Facts, HostFacts, Sight } from './facts';
import { ledgerFacts } from './gather-ledger';
import { hasOurs, nodesOf, scheduleMs } from './reading';

/** What a look works with. Only n8n and the clock must be there. */
export interface DoctorPorts {
	readonly n8n: Installation;
	readonly now: () => Instant;
	readonly slots: CredentialSlots;
	readonly installed: Installed | null;
	/** Opens the ledger; `null` where nobody named one. Who opens it closes it. */
	readonly ledger: (() => Promise<Ledger>) | null;
	/** Asks the Postgres of the ledger about itself; `null` where the ledger is none, or nobody named it. */
	readonly database: (() => Promise<DatabaseFacts>) | null;
	/** How that n8n writes parameters, where n8n itself asks. */
	readonly sparse?: SparseParameters | undefined;
	/** The process, where n8n itself asks. */
	readonly host: HostFacts | null;
	/** When models retire, where a vendor can be asked. */
	readonly retires: (() => Promise<ReadonlyMap<string, Instant>>) | null;
}

const told = (error: unknown): string => {
	if (!(error instanceof ReleaseGateError)) throw error;
	return error.message;
};

/** What was not looked at, filled while everything else is read. What cannot be read keeps nothing else from being read. */
class Gathering {
	readonly blind = new Map<Sight, Blindness>();

	/** The first reason counts: what follows from it would say less. */
	miss(sight: Sight, reason: string, failed = false): void {
		if (!this.blind.has(sight)) this.blind.set(sight, { reason, failed });
	}

	async attempt<Result>(sight: Sight, read: () => Promise<Result>): Promise<Result | null> {
		try {
			return await read();
		} catch (error) {
			this.miss(sight, told(error), true);
			return null;
		}
	}
}

const credentialIds = (workflows: readonly InstalledWorkflow[]): readonly string[] => [
	...new Set(
		workflows.filter(hasOurs).flatMap((workflow) =>
			nodesOf(workflow).flatMap(({ credentials }) =>
				Object.values(credentials ?? {}).flatMap((ref) => {
					const { id } = (ref ?? {}) as { id?: unknown };
					return typeof id === 'string' ? [id] : [];
				}),
			),
		),
	),
];

async function credentialFacts(
	n8n: Installation,
	inService: readonly InstalledWorkflow[],
	gathering: Gathering,
): Promise<Pick<Facts, 'credentials' | 'tests'>> {
	const credentials = await gathering.attempt('credentials', () => n8n.credentials());
	if (credentials === null)
		gathering.miss('credentials', 'n8n lists its credentials from 2.x on, to the key of an owner or admin');
	const there = new Set(credentials?.map(({ id }) => id));
	const tests = new Map<string, { ok: boolean; message: string }>();
	const ids = credentialIds(inService).filter((id) => credentials === null || there.has(id));
	for (const id of ids) {
		const said = await gathering.attempt('tests', () => n8n.testCredential(id));
		if (said !== null) tests.set(id, said);
	}
	if (ids.length > 0 && tests.size === 0) gathering.miss('tests', 'this n8n can try no credential');
	return { credentials, tests };
}

/** Failed runs of a workflow whose error is read. */
const READ_FAILURES = 2;

async function runFacts(
	n8n: Installation,
	inService: readonly InstalledWorkflow[],
	gathering: Gathering,
): Promise<Pick<Facts, 'runs' | 'failures'>> {
	const runs = new Map<string, readonly { status: string; startedAt: Instant }[]>();
	const failures = new Map<string, readonly string[]>();
	for (const workflow of inService.filter((one) => hasOurs(one) || scheduleMs(one) !== null)) {
		const seen = await gathering.attempt('runs', () => n8n.runs(workflow.id));
		if (seen === null) continue;
		runs.set(workflow.id, seen);
		const failed = hasOurs(workflow) ? seen.filter(({ status }) => status === 'error') : [];
		const reasons: string[] = [];
		for (const { id } of failed.slice(0, READ_FAILURES)) {
			const error = (await gathering.attempt('runs', () => n8n.run(id)))?.error ?? null;
			if (error !== null) reasons.push(error);
		}
		if (reasons.length > 0) failures.set(workflow.id, reasons);
	}
	return { runs, failures };
}

/** What one process cannot know of the others. */
function missWorkers(host: HostFacts | null, gathering: Gathering): void {
	if (host === null)
		gathering.miss(
			'workers',
			'n8n does not tell which processes it has. A worker without the package is noticed only when a run fails on it',
		);
	else if (host.executionsMode === 'queue')
		gathering.miss(
			'workers',
			`only the process that asked was seen (${host.command ?? 'n8n'} on ${host.name}), not the other mains and workers. One without the package is noticed only when a run fails on it`,
		);
}

const NOBODY = 'nobody named it';

/** Reads everything once. What cannot be read is told, and keeps nothing else from being read. */
export async function gatherFacts(ports: DoctorPorts): Promise<Facts> {
	const { n8n, slots, installed, host, ledger, database, retires, sparse } = ports;
	const now = ports.now();
	const gathering = new Gathering();
	const hasPackage = await n8n.hasPackage();
	const workflows = await n8n.workflows();
	const inService = workflows.filter(({ published }) => published !== null);
	const credentials = await credentialFacts(n8n, inService, gathering);
	const runs = await runFacts(n8n, inService, gathering);
	const clockSkewMs = await gathering.attempt('clock', () => n8n.clockSkewMs());
	if (clockSkewMs === null) gathering.miss('clock', 'n8n did not tell the time');
	const seen = ledger && (await ledgerFacts({ open: ledger, now, workflows, sparse }));
	if (seen === null) {
		gathering.miss('ledger', NOBODY);
		gathering.miss('database', NOBODY);
	} else if (typeof seen === 'string') gathering.miss('ledger', seen, true);
	if (host === null) gathering.miss('process', 'only n8n itself sees them');
	if (retires === null) gathering.miss('models', 'nobody named the list of models that OpenAI gives');
	missWorkers(host, gathering);
	return {
		now,
		hasPackage,
		workflows,
		...credentials,
		...runs,
		clockSkewMs,
		slots,
		installed,
		ledger: seen,
		database: database && (await gathering.attempt('database', database)),
		host,
		retires: retires && (await gathering.attempt('models', retires)),
		blind: gathering.blind,
	};
}
