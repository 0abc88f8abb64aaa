import { setTimeout as sleep } from 'node:timers/promises';
import { parseWorkflow, workflowHash } from '../../core/audit';
import { slotOf } from '../../testbed/judge';
import { record } from '../../testbed/n8n/session';
import { saveWorkflow, type WorkflowFile } from '../../testbed/n8n/workflows';
import { sandboxSpine } from '../../testbed/operate';
import type { ReleaseReader } from './ledger';
import { mailSince } from './outside';
import { untilServed } from './play';
import type { Promised } from './promises';
import { goodRelease, type TriedRelease } from './releases';
import { changeListOf, draftOf, prepare } from './ship';
import { configured } from '../../testbed/prepared';
import { spineWorkflow, type BadReleaseWorld } from './world';

/** The first release of the spine: nothing is live yet. It is rehearsed and never shipped. */
export const rehearsedRelease: TriedRelease = {
	...goodRelease,
	id: 'before-it-goes-live',
	title: 'The spine as it will go live',
};

/** Runs dry-run.json as it is, by hand, on a spine in dry run, after a drill; judges what it proved and what it touched. */
export async function rehearse(world: BadReleaseWorld, reader: ReleaseReader): Promise<readonly Promised[]> {
	const { clerk, standIns, contacts } = world;
	await world.configure('dry-run', 'rehearsal-1');
	const workflow = workflowHash(parseWorkflow(await exported(world), 'the spine'));
	await prepare(world, rehearsedRelease, { artifacts: { workflow } });
	const changes = changeListOf(world, rehearsedRelease, await draftOf(world));
	const since = Date.now();
	const [failed, passed] = await clerk.perform('drill', {
		node: 'rollbackSnapshot',
		parameters: {
			operation: 'drill',
			release: rehearsedRelease.id,
			spine: sandboxSpine,
			changes: JSON.stringify(changes),
			testContacts: contacts[0],
		},
	});
	const [drilled, generated] = [touchedSince(world, since), standIns.generator.admin.generated()];
	await setConfig(world, { release: rehearsedRelease.id });
	await untilOpen(world);
	const { assessed, open } = await runDryRun(world);
	const evidence = (await reader.release(rehearsedRelease.id))?.evidence ?? [];
	const rehearsed = standIns.generator.admin.generated() - generated;
	const touched = touchedSince(world, since);
	return [
		{
			text: 'the drill holds: applied and taken back on copies, all is as before',
			violations: passed?.length === 1 ? [] : [JSON.stringify(failed?.[0] ?? 'no certificate').slice(0, 300)],
		},
		{
			text: 'dry-run.json proves the spine: every finding is fine',
			violations: assessed === 'stable' ? [] : [...open.values(), `it left on ${assessed}`],
		},
		{
			text: 'its answer is evidence, bound to the hash of the workflow that was rehearsed',
			violations: evidence.some(
				({ check, status, hash }) => check === 'dry-run' && status === 'pass' && hash === workflow,
			)
				? []
				: ['no such evidence'],
		},
		{
			text: 'each contact was rehearsed once: the second run had nothing left to write',
			violations: rehearsed === contacts.length ? [] : [`${rehearsed} texts for ${contacts.length} contacts`],
		},
		{
			text: 'nothing was sent and HubSpot was not written',
			violations: [
				...(mailSince(world).length === 0 ? [] : ['mail left']),
				...(touched === drilled ? [] : [`${touched - drilled} contacts were written`]),
			],
		},
	];
}

/**
 * Runs dry-run.json as a shadow of a live spine: on what the last slot had frozen, beside the deliveries of the open one.
 * Only the forced failures are test recipients.
 */
export async function rehearseInShadow(world: BadReleaseWorld): Promise<readonly Promised[]> {
	const { standIns, contacts, slots } = world;
	await world.configure('live', 'shadow-1', 'forced-generation-failure, forced-send-failure');
	const slot = await untilServed(world);
	await setConfig(world, { release: '', shadow: true });
	const [mails, generated, since] = [
		mailSince(world).length,
		standIns.generator.admin.generated(),
		Date.now(),
	];
	const { open } = await runDryRun(world);
	open.delete('drill');
	const served = slotOf(slots, Date.now()) === slot;
	const touched = touchedSince(world, since);
	const rehearsed = standIns.generator.admin.generated() - generated;
	return [
		{
			text: 'dry-run.json as a shadow proves the live spine on what the last slot had frozen; only the drill is missing',
			violations: [...open.values()],
		},
		{
			text: 'each reader of the last slot was rehearsed once, from the frozen input',
			violations: [
				...(rehearsed === contacts.length ? [] : [`${rehearsed} texts for ${contacts.length} readers`]),
				...(served ? [] : ['the slot was over before the shadow was']),
			],
		},
		{
			text: 'beside a live spine nothing was sent and nothing was written',
			violations: [
				...(mailSince(world).length === mails ? [] : ['mail left']),
				...(touched === 0 ? [] : [`${touched} contacts were written`]),
			],
		},
	];
}

/** Where the assessment of dry-run.json left, and its findings that are not fine, by id. */
async function runDryRun({ clerk }: BadReleaseWorld): Promise<{
	readonly assessed: string;
	readonly open: Map<string, string>;
}> {
	const run = await clerk.run('dry-run', 'Start by Hand');
	const outputs = run.items['Assess Dry Run'] ?? [];
	const at = outputs.findIndex((items) => items.length > 0);
	const { findings } = record(outputs[at]?.[0]);
	const found = (Array.isArray(findings) ? findings : []).map(record);
	const open = found.filter(({ effect }) => effect !== 'fine');
	return {
		assessed: ['watching', 'stable', 'roll back'][at] ?? 'nothing',
		open: new Map(
			found.length === 0
				? [['nothing', 'it assessed nothing']]
				: open.map(({ id, sentence }) => [String(id), `${String(id)}: ${String(sentence)}`] as const),
		),
	};
}

/** Waits for a slot that stays open long enough for two runs: without one nothing is due. */
async function untilOpen({ slots, rhythm }: BadReleaseWorld): Promise<void> {
	const opened = (Date.now() - slots.anchor) % slots.every;
	if (opened > (rhythm.window * 1000) / 3) await sleep(slots.every - opened + 1_000);
}

/** Contacts of which anything was written since an instant. */
const touchedSince = ({ standIns }: BadReleaseWorld, since: number): number =>
	[...standIns.hubspot.admin.account.contacts.values()].filter((contact) =>
		[...contact.history.values()].some((versions) => versions.some(({ timestamp }) => timestamp >= since)),
	).length;

/** Writes values into *Set Config* of dry-run.json, as whoever rehearses does. */
async function setConfig(
	{ n8n }: BadReleaseWorld,
	values: Readonly<Record<string, string | boolean>>,
): Promise<void> {
	const saved = record((await n8n.session.call('GET', '/rest/workflows/dry-run')).data);
	const { name, nodes, connections, settings } = saved as unknown as WorkflowFile;
	const named = nodes.map((node) => (node.name === 'Set Config' ? configured(node, values) : node));
	await saveWorkflow(n8n.session, { id: 'dry-run', name, nodes: named, connections, settings });
}

/** The workflow as n8n's public API gives it: what dry-run.json hands to the assessment. */
async function exported({ n8n, apiKey }: BadReleaseWorld): Promise<unknown> {
	const headers = { 'X-N8N-API-KEY': apiKey };
	return await (await fetch(`${n8n.url}/api/v1/workflows/${spineWorkflow}`, { headers })).json();
}
