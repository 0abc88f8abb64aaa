import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import type { Ledger } from '../../../app/ledger/api';
import { parseSpineSettings } from '../../../core/delivery/spine';
import { parseCadence, slotAt } from '../../../core/delivery/cadence';
import { closeLedgers, connectionOf, ledgerAt } from '../../../nodes/kit/ledger';
import type { Registration } from '../../../core/delivery/record';
import type { WorkflowJson } from '../../../testbed/engine/n8n';
import { envelopeOf } from '../../../core/delivery/envelope';

export const OWN = 'n8n-nodes-release-gate';

/** A link of a workflow: from, to, output and input. */
export type Link = readonly [from: string, to: string, output?: number, input?: number];

/** A workflow that begins at a manual trigger `Start`. */
export const workflow = (nodes: Record<string, object>, links: readonly Link[]): WorkflowJson => {
	const connections: Record<string, { main: { node: string; type: string; index: number }[][] }> = {};
	for (const [from, to, output = 0, input = 0] of links) {
		const { main } = (connections[from] ??= { main: [] });
		while (main.length <= output) main.push([]);
		main[output]?.push({ node: to, type: 'main', index: input });
	}
	const all = { Start: { type: 'n8n-nodes-base.manualTrigger' }, ...nodes };
	return {
		nodes: Object.entries(all).map(([name, node]) => ({ name, ...node })),
		connections,
	};
};

/** One node after the trigger. */
export const single = (node: object): WorkflowJson => workflow({ Node: node }, [['Start', 'Node']]);

/** A spine of hourly slots, the open one half an hour old. */
export const settings = (changes: IDataObject = {}): IDataObject => ({
	spine: 'content',
	cadence: {
		every: 'PT1H',
		anchor: new Date(Date.now() - 90 * 60_000).toISOString().slice(0, 16),
		timeZone: 'UTC',
	},
	mode: 'live',
	...changes,
});

/** A folder of its own for n8n's user data; `remove` closes the ledgers and deletes it. */
export function ownUserFolder(): { readonly folder: string; readonly remove: () => Promise<void> } {
	const folder = mkdtempSync(join(tmpdir(), 'release-gate-nodes-'));
	const before = process.env.N8N_USER_FOLDER;
	process.env.N8N_USER_FOLDER = folder;
	return {
		folder,
		remove: async () => {
			await closeLedgers();
			if (before === undefined) delete process.env.N8N_USER_FOLDER;
			else process.env.N8N_USER_FOLDER = before;
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** The ledger that nodes without a credential use now. */
export const ledger = async (): Promise<Ledger> => await ledgerAt(connectionOf(undefined));

/** Configures the spine, registers a delivery per recipient in its open slot, and gives items with the envelopes. */
export async function dueItems(
	recipients: readonly string[],
	changes: IDataObject = {},
): Promise<{ json: IDataObject }[]> {
	const books = await ledger();
	const parsed = parseSpineSettings(settings(changes));
	await books.spines.configure(parsed, 'test');
	const slot = slotAt(parseCadence(parsed.cadence), Date.now());
	if (slot === null) throw new Error('no slot is open');
	const space = parsed.mode === 'live' ? 'live' : (`dry-run:${parsed.dryRun}` as const);
	const batch = recipients.map((recipient): Registration => ({
		ref: { spine: parsed.spine, space, slot: slot.id, recipient },
		opensAt: slot.opensAt,
		closesAt: slot.closesAt,
		cadenceIndex: slot.index,
		input: { id: recipient, properties: { email: `${recipient}@example.com` } },
	}));
	await books.deliveries.register(batch);
	return batch.map(({ ref }) => ({ json: { id: ref.recipient, delivery: { ...envelopeOf(ref) } } }));
}

export const claim = { type: `${OWN}.idempotencyCheck`, parameters: { operation: 'claim' } };
export const confirm = { type: `${OWN}.idempotencyCheck`, parameters: { operation: 'confirm' } };
export const commit = { type: `${OWN}.deliveryCommit`, parameters: { operation: 'commit' } };
export const fail = { type: `${OWN}.deliveryCommit`, parameters: { operation: 'fail' } };

/** Stands for a node that sends: replaces the json by what the provider answers. */
export const send = {
	type: 'n8n-nodes-base.code',
	typeVersion: 2,
	parameters: {
		jsCode: `return $input.all().map((item, i) => ({ json: { MessageID: 'm-' + i }, pairedItem: { item: i } }))`,
	},
};
