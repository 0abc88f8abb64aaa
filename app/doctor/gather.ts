import { parseCadence } from '../../core/delivery/cadence';
import type { Instant } from '../../core/delivery/types';
import { ReleaseGateError } from '../../core/errors';
import type { CredentialSlots } from '../../core/setup/types';
import { CONTACTS_TARGET } from '../ledger/context';
import type { Ledger } from '../ledger/api';
import type { Installation, InstalledWorkflow } from '../ports/installation';
import { releasedOf } from '../release';
import type { Installed } from '../setup/ports';
import type { Facts, HostFacts, LedgerFacts, SpineFacts } from './facts';
import type { Finding } from './finding';
import { hasOurs, nodesOf, scheduleMs } from './reading';

/** What a look works with. Only n8n and the clock must be there. */
export interface DoctorPorts {
	readonly n8n: Installation;
	readonly now: () => Instant;
	readonly slots: CredentialSlots;
	readonly installed: Installed | null;
	/** Opens the ledger; `null` where nobody named one. Who opens it closes it. */
	readonly ledger: (() => Promise<Ledger>) | null;
	/** The process, where n8n itself asks. */
	readonly host: HostFacts | null;
	/** When models retire, where a vendor can be asked. */
	readonly retires: (() => Promise<ReadonlyMap<string, Instant>>) | null;
}

const unseenFinding = (what: string, reason: string): Finding => ({
	id: 'unseen',
	level: 'unseen',
	where: what,
	sentence: `${what} could not be looked at: ${reason}`,
	mend: 'Mend what it names, or leave it.',
});

const told = (error: unknown): string => {
	if (!(error instanceof ReleaseGateError)) throw error;
	return error.message;
};

/** Most deliveries in doubt that are read of a spine. */
const MOST = 1_000;
const RHYTHMS = 8;

async function spineFacts(ledger: Ledger, now: Instant): Promise<readonly SpineFacts[]> {
	const found: SpineFacts[] = [];
	for (const record of await ledger.spines.list()) {
		const { spine, cadence } = record.settings;
		const parsed = parseCadence(cadence);
		const doubts = await ledger.desk.doubts(spine, MOST);
		const slots = await ledger.deliveries.statistics({
			spine,
			space: 'live',
			from: now - RHYTHMS * parsed.everyMs,
			to: now + 1,
		});
		found.push({
			record,
			inDoubtSince: doubts.map(({ sendingSince, registeredAt }) => sendingSince ?? registeredAt),
			over: slots
				.filter(({ closesAt }) => closesAt <= now)
				.map(({ slot, registered, committed, held }) => ({ slot, registered, committed, held })),
			released: await releasedOf({ ledger, now: () => now }, spine),
		});
	}
	return found;
}

async function ledgerFacts(open: DoctorPorts['ledger'], now: Instant): Promise<LedgerFacts | string | null> {
	if (open === null) return null;
	try {
		const ledger = await open();
		const verdict = await ledger.events.verify();
		const explanation = 'explanation' in verdict ? String(verdict.explanation) : '';
		return {
			chain: { status: verdict.status, explanation },
			spines: await spineFacts(ledger, now),
			outbox: await ledger.outbox.backlog(CONTACTS_TARGET),
		};
	} catch (error) {
		return told(error);
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

/** Reads everything once. What cannot be read is told, and keeps nothing else from being read. */
export async function gatherFacts(
	ports: DoctorPorts,
): Promise<{ readonly facts: Facts; readonly unseen: readonly Finding[] }> {
	const { n8n, slots, installed, host } = ports;
	const now = ports.now();
	const unseen: Finding[] = [];
	const attempt = async <Result>(
		what: string,
		read: () => Promise<Result>,
		otherwise: Result,
	): Promise<Result> => {
		try {
			return await read();
		} catch (error) {
			unseen.push(unseenFinding(what, told(error)));
			return otherwise;
		}
	};
	const hasPackage = await n8n.hasPackage();
	const workflows = await n8n.workflows();
	const inService = workflows.filter(({ published }) => published !== null);
	const credentials = await attempt('The credentials', () => n8n.credentials(), null);
	const there = new Set(credentials?.map(({ id }) => id));
	const tests = new Map<string, { ok: boolean; message: string }>();
	for (const id of credentialIds(inService)) {
		if (credentials !== null && !there.has(id)) continue;
		const said = await attempt(`The credential ${id}`, () => n8n.testCredential(id), null);
		if (said !== null) tests.set(id, said);
	}
	const runs = new Map<string, readonly { status: string; startedAt: Instant }[]>();
	for (const workflow of inService.filter((one) => hasOurs(one) || scheduleMs(one) !== null)) {
		const seen = await attempt(`The runs of "${workflow.name}"`, () => n8n.runs(workflow.id), null);
		if (seen !== null) runs.set(workflow.id, seen);
	}
	const { retires } = ports;
	const facts: Facts = {
		now,
		hasPackage,
		workflows,
		credentials,
		tests,
		runs,
		clockSkewMs: await attempt('The clock of n8n', () => n8n.clockSkewMs(), null),
		slots,
		installed,
		ledger: await ledgerFacts(ports.ledger, now),
		host,
		retires: retires === null ? null : await attempt('The models', () => retires(), null),
	};
	return { facts, unseen };
}
