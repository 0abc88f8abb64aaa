import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { bytesCodec } from '../../adapters/crypto/bytes';
import { createHubSpotDirectory } from '../../adapters/hubspot';
import { openSqliteLedger } from '../../adapters/sqlite';
import type { SnapshotPorts } from '../../app/snapshot/ports';
import { applyRelease } from '../../app/snapshot/apply';
import { capture } from '../../app/snapshot/capture';
import { parseChanges } from '../../core/snapshot/changes';
import { estimateCapture } from '../../app/snapshot/estimate';
import { restoreRelease } from '../../app/snapshot/restore';
import { startHubSpot } from '../../testbed/standins/hubspot';
import {
	contentDeliveryDefinitions,
	contentDeliveryGroups,
} from '../../testbed/standins/hubspot/content-delivery';
import { sandboxToken } from '../../testbed/standins/hubspot/tokens';
import type { Measurement } from '../harness/types';

const properties = ['cc_profile_audience', 'cc_profile_tone', 'cc_profile_topic'];

interface Figures {
	readonly captureCalls: number;
	readonly least: number;
	readonly captureSeconds: number;
	readonly restoreSeconds: number;
	readonly restoreCalls: number;
	readonly bytesPerValue: number;
	/** Growth of the heap from the first chunk to its highest, after collection, in MiB. */
	readonly heapMiB: number;
}

/** A function that collects garbage, without a flag at the start. */
function collector(): () => void {
	setFlagsFromString('--expose-gc');
	return runInNewContext('gc') as () => void;
}

async function rollBack(contacts: number): Promise<Figures> {
	const hubspot = await startHubSpot({ indexLagMs: 0, limits: 'real' });
	const folder = mkdtempSync(join(tmpdir(), 'rg-bench-snapshot-'));
	const ledger = await openSqliteLedger({ file: join(folder, 'ledger.sqlite'), clock: Date.now });
	try {
		const { admin } = hubspot;
		for (const group of contentDeliveryGroups) admin.addGroup(group);
		admin.define(...contentDeliveryDefinitions);
		admin.seedContacts(
			Array.from({ length: contacts }, (_, at) => ({
				email: `b${at}@example.test`,
				cc_profile_tone: 'plain',
				cc_profile_topic: `topic ${at * 7919}`,
				cc_profile_audience: `readers of ${at % 50}`,
				cc_delivery_status: 'active',
			})),
		);
		const collect = collector();
		const heaps: number[] = [];
		const directory = createHubSpotDirectory({
			accessToken: sandboxToken,
			baseUrl: hubspot.url,
			callsPer10Seconds: 100,
		});
		const ports: SnapshotPorts = {
			ledger,
			codec: bytesCodec(undefined),
			contacts: directory,
			workflows: null,
			clock: Date.now,
			by: 'bench',
			progress: () => {
				collect();
				admin.clearCalls();
				heaps.push(process.memoryUsage().heapUsed);
			},
		};
		let calls = 0;
		const stop = admin.onCall((_call, when) => void (when === 'before' && (calls += 1)));
		const scope = { properties, definitions: true, workflows: [], spine: null };
		const began = Date.now();
		const snapshot = await capture(ports, {
			id: 'bench',
			release: 'r',
			scope,
			contacts: (afterId) =>
				directory.eligibleIds({
					anyOf: [[{ property: 'cc_delivery_status', operator: 'EQ', value: 'active' }]],
					...(afterId === null ? {} : { afterId }),
				}),
		});
		const captureSeconds = (Date.now() - began) / 1000;
		const captureCalls = calls;
		const heapMiB = (Math.max(...heaps) - (heaps[0] ?? 0)) / 2 ** 20;
		const options = ['simple', 'plain', 'warm', 'bold', 'dry'].map((value) => ({ value, label: value }));
		const changes = parseChanges({
			definitions: [{ change: 'cc_profile_tone', to: { options } }],
			rewrites: [{ property: 'cc_profile_tone', from: 'plain', to: 'simple' }],
		});
		await applyRelease(ports, 'r', 'bench', changes);
		await new Promise((resolve) => setTimeout(resolve, 11_000));
		calls = 0;
		const from = Date.now();
		const { report } = await restoreRelease(ports, 'r', { target: null });
		const restoreSeconds = (Date.now() - from) / 1000;
		stop();
		if (report.values.restored !== contacts)
			throw new Error(`Only ${report.values.restored} of ${contacts} values came back.`);
		return {
			captureCalls,
			least: estimateCapture({ scope, contacts, searched: true }, 100).calls,
			captureSeconds,
			restoreSeconds,
			restoreCalls: calls,
			bytesPerValue: snapshot.bytes / (contacts * properties.length),
			heapMiB,
		};
	} finally {
		await ledger.close();
		await hubspot.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Calls, time and memory of a capture and of a full rollback through the real HubSpot client. */
export const snapshot: Measurement = {
	name: 'snapshot',
	title: 'Capture and full rollback',
	run: async ({ quick, say }) => {
		const many = quick ? 600 : 10_000;
		const few = many / 4;
		say(`${few} contacts`);
		const small = await rollBack(few);
		say(`${many} contacts`);
		const large = await rollBack(many);
		const row = (name: string, of: (figures: Figures) => number, digits = 0): readonly string[] => [
			name,
			of(small).toFixed(digits),
			of(large).toFixed(digits),
		];
		return {
			tables: [
				{
					title: '',
					columns: ['', `${few.toLocaleString('en')} contacts`, `${many.toLocaleString('en')} contacts`],
					rows: [
						row('Calls of the capture', (f) => f.captureCalls),
						row('Least possible', (f) => f.least),
						row('Seconds of the capture', (f) => f.captureSeconds, 1),
						row('Calls of the rollback', (f) => f.restoreCalls),
						row('Seconds of the rollback', (f) => f.restoreSeconds, 1),
						row('Stored bytes per value', (f) => f.bytesPerValue, 1),
						row('Growth of the heap during the capture, MiB', (f) => f.heapMiB, 1),
					],
				},
			],
			goals: [
				{
					what: `Calls of a capture against the least, ${many.toLocaleString('en')} contacts`,
					measured: large.captureCalls / large.least,
					bound: { most: 1.1 },
					unit: 'x',
				},
				{
					what: `A full rollback of ${many.toLocaleString('en')} contacts at 100 calls per 10 s`,
					measured: large.restoreSeconds,
					bound: { most: 300 },
					unit: ' s',
				},
				{
					what: 'Growth of the heap during a capture of four times as many contacts',
					measured: Math.max(0, large.heapMiB - small.heapMiB),
					bound: { most: 16 },
					unit: ' MiB',
				},
			],
			notes: [
				'Through the real HubSpot client and SQLite, against the stand-in with HubSpot’s own limits (100 calls per 10 s, 5 searches per s) on loopback: a real network adds its latency to each call.',
				'Heap after a collection at each chunk, the stand-in included, which keeps a log of calls that is cleared each time.',
			],
		};
	},
};
