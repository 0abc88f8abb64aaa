import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import type { SpineSettings } from '../../core/delivery/spine-settings';
import { parseSpineSettings } from '../../core/delivery/spine';
import { plainCredentials } from '../../testbed/credentials';
import { openMailbox, type Mailbox } from '../../testbed/mailbox';
import { packageRoot, runRoot } from '../../testbed/n8n/paths';
import { publishWorkflow, saveWorkflow, type WorkflowNode } from '../../testbed/n8n/workflows';
import { sandboxSpine } from '../../testbed/operate';
import { contentDeliveryMapping, startStandIns, type StandIns } from '../../testbed/standins';
import { readyTemplates, type ReadyTemplate } from '../../testbed/templates';
import { buildHouse, ledgerCredential, type House } from './house';
import { Lookout } from './lookout';
import type { Watched } from './watch';
import type { CrashMode } from './plan';

/** How long a claim and a send last: time is compressed, so that a crash is over within seconds. */
export const leases = { claimMs: 12_000, sendMs: 10_000, quietMs: 12_000 } as const;

/** How long n8n waits for the generator and for Postmark; shorter than the send's lease, as the field page asks. */
const vendorTimeoutMs = 7_000;

/**
 * How long n8n waits for its own database. It asks for the credential of each request right before the request, so while
 * the database is away a send is held back behind its confirmation; 20 s and 30 s by default, longer than a send's lease
 * and quiet time here. Such a send can leave after reconcile settled it as not sent, and be a second one: the likely story of
 * a double in an earlier run of seed 19 in queue mode.
 */
const databaseWaits = {
	DB_POSTGRESDB_CONNECTION_TIMEOUT: '2000',
	DB_CONNECTION_ACQUISITION_TIMEOUT_MS: '3000',
} as const;

/** How often the spine and reconcile run. */
const everySeconds = { 'content-delivery-spine': 4, reconcile: 5 } as const;

/** Slots are as short as this, so that kills meet them opening and closing too. */
export const rhythm = { everySeconds: 240, minimumGapSeconds: 120 } as const;

/** A real n8n with the real templates, the stand-ins, and the ways to strike it. */
export interface CrashWorld extends Watched {
	readonly mode: CrashMode;
	readonly mailbox: Mailbox;
	readonly lookout: Lookout;
	readonly house: House;
	close(): Promise<void>;
}

/** Starts everything on a fresh folder, with the spine configured, and its schedules running; `built` holds the package. */
export async function startCrashWorld(
	mode: CrashMode,
	firstPort: number,
	standing: number,
	built: string = packageRoot,
): Promise<CrashWorld> {
	const folder = join(runRoot, `crash-${firstPort}`);
	rmSync(folder, { recursive: true, force: true });
	const packageFolder = copyPackage(built, folder);
	const standIns = await startStandIns({ contacts: 0, hubspotLimits: 'none', indexLagMs: 300 });
	const mailbox = await openMailbox(standIns, firstPort + 9);
	const lookout = await Lookout.open();
	let house: House | null = null;
	try {
		const urls = {
			hubspot: standIns.hubspot.url,
			postmark: standIns.postmark.url,
			generator: standIns.generator.url,
			alerts: mailbox.url,
		};
		house = await buildHouse(mode, {
			folder: join(folder, 'n8n'),
			firstPort,
			packageFolder,
			environment: {
				NODE_OPTIONS: `--require ${join(__dirname, 'probe.cjs')}`,
				RG_CRASH_LOOKOUT: lookout.url,
				EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
				...databaseWaits,
			},
			credentials: plainCredentials(urls),
		});
		const opened = DateTime.utc().startOf('minute');
		const settings = settingsFrom(opened);
		const ledger = await house.openLedger();
		await ledger.spines.configure(settings, 'crash harness');
		await ledger.close();
		const people = addContacts(standIns, 0, standing);
		for (const template of readyTemplates(urls, packageFolder)) {
			const ready = compressed(template, mode);
			if (ready === null) continue;
			await saveWorkflow(house.main.session, ready);
			if (ready.id in everySeconds) await publishWorkflow(house.main.session, ready.id);
		}
		const standingHouse = house;
		return {
			mode,
			standIns,
			mailbox,
			lookout,
			house: standingHouse,
			spine: settings.spine,
			slots: {
				anchor: opened.toMillis(),
				every: rhythm.everySeconds * 1000,
				minimumGap: rhythm.minimumGapSeconds * 1000,
			},
			standing: people,
			openLedger: () => standingHouse.openLedger(),
			close: async () => {
				await standingHouse.close();
				lookout.close();
				await Promise.all([standIns.close(), mailbox.close()]);
			},
		};
	} catch (problem) {
		await house?.close();
		lookout.close();
		await Promise.all([standIns.close(), mailbox.close()]);
		throw problem;
	}
}

/** Makes contacts that are due at once, or at an instant; returns their ids. */
export function addContacts(
	standIns: StandIns,
	from: number,
	count: number,
	now: number = Date.now(),
): readonly string[] {
	const due = new Date(now - 60_000).toISOString();
	return standIns.hubspot.admin.seedContacts(
		Array.from({ length: count }, (_none, index) => ({
			email: `reader.${from + index}@example.com`,
			firstname: 'Reader',
			cc_delivery_status: 'active',
			cc_profile_topic: 'boat repair',
			cc_profile_audience: 'club members',
			cc_next_eligible_send_at: due,
			cc_delivery_count: '0',
		})),
	);
}

/** A copy of the built package: a build beside the run must not pull it from under n8n. */
function copyPackage(built: string, folder: string): string {
	const copy = join(folder, 'package');
	mkdirSync(copy, { recursive: true });
	for (const part of ['dist', 'package.json'])
		cpSync(join(built, part), join(copy, part), { recursive: true });
	return copy;
}

/**
 * The template's own settings, with seconds for minutes. Leases below the minute that the node Release asks for go
 * into the ledger directly.
 */
function settingsFrom(opened: DateTime): SpineSettings {
	const parsed = parseSpineSettings({
		spine: sandboxSpine,
		cadence: {
			every: `PT${rhythm.everySeconds}S`,
			anchor: opened.toFormat("yyyy-MM-dd'T'HH:mm"),
			timeZone: 'UTC',
			minimumGap: `PT${rhythm.minimumGapSeconds}S`,
		},
		mode: 'live',
		replaysPerSlot: 10,
		inDoubtQuietMs: leases.quietMs,
		properties: contentDeliveryMapping,
		provider: 'postmark',
	});
	return { ...parsed, leaseMs: leases.claimMs, sendLeaseMs: leases.sendMs };
}

/** The template as a user would set it for a fast rhythm: schedules and timeouts shorter, the rest as shipped. */
function compressed(template: ReadyTemplate, mode: CrashMode): ReadyTemplate | null {
	if (!(template.id in everySeconds) && template.id !== 'delivery-errors') return null;
	const nodes = template.nodes.map((node) => withLedger(faster(node, template.id), mode));
	const errors = template.id in everySeconds ? { errorWorkflow: 'delivery-errors' } : {};
	return { ...template, nodes, settings: { ...template.settings, ...errors } };
}

function faster(node: WorkflowNode, template: string): WorkflowNode {
	if (node.type === 'n8n-nodes-base.scheduleTrigger') {
		const secondsInterval = everySeconds[template as keyof typeof everySeconds];
		return { ...node, parameters: { rule: { interval: [{ field: 'seconds', secondsInterval }] } } };
	}
	if (node.type !== 'n8n-nodes-base.httpRequest') return node;
	const options = { ...(node.parameters.options as object), timeout: vendorTimeoutMs };
	return { ...node, parameters: { ...node.parameters, options } };
}

function withLedger(node: WorkflowNode, mode: CrashMode): WorkflowNode {
	if (mode === 'regular' || !node.type.startsWith('n8n-nodes-release-gate.')) return node;
	const { type, id, name } = ledgerCredential;
	return { ...node, credentials: { ...node.credentials, [type]: { id, name } } };
}
