import { parseWorkflow, workflowHash } from '../../core/audit';
import { record } from '../n8n/session';
import { saveWorkflow, type WorkflowFile } from '../n8n/workflows';
import { sandboxSpine } from '../operate';
import type { LedgerBook } from './ledger';
import { mailSince } from './outside';
import type { Promised } from './play';
import { goodRelease, type TriedRelease } from './releases';
import { changeListOf, draftOf, prepare } from './ship';
import { configured, spineWorkflow, type BadReleaseWorld } from './world';

/** The first release of the spine: nothing is live yet. It is rehearsed and never shipped. */
export const rehearsedRelease: TriedRelease = {
	...goodRelease,
	id: 'before-it-goes-live',
	title: 'The spine as it will go live',
};

/** Runs dry-run.json as it is, by hand, on a spine in dry run, after a drill; judges what it proved and what it touched. */
export async function rehearse(world: BadReleaseWorld, book: LedgerBook): Promise<readonly Promised[]> {
	const { clerk, standIns, contacts } = world;
	await world.configure('dry-run', 'rehearsal-1');
	const workflow = workflowHash(parseWorkflow(await exported(world), 'the spine'));
	await prepare(world, rehearsedRelease, { workflow });
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
	const touched = (): number =>
		[...standIns.hubspot.admin.account.contacts.values()].filter((contact) =>
			[...contact.history.values()].some((versions) => versions.some(({ timestamp }) => timestamp >= since)),
		).length;
	const [drilled, generated] = [touched(), standIns.generator.admin.generated()];
	await nameTheRelease(world);
	const run = await clerk.run('dry-run', 'Start by Hand');
	const assessed = run.items['Assess Dry Run'] ?? [];
	const answer = record(assessed.flat()[0]);
	const findings = (Array.isArray(answer.findings) ? answer.findings : []).map(record);
	const evidence = (await book.release(rehearsedRelease.id))?.evidence ?? [];
	const rehearsed = standIns.generator.admin.generated() - generated;
	return [
		{
			text: 'the drill holds: applied and taken back on copies, all is as before',
			violations: passed?.length === 1 ? [] : [JSON.stringify(failed?.[0] ?? 'no certificate').slice(0, 300)],
		},
		{
			text: 'dry-run.json proves the spine: every finding is fine',
			violations: assessed[1]?.length
				? []
				: findings
						.filter(({ effect }) => effect !== 'fine')
						.map(({ id, sentence }) => `${String(id)}: ${String(sentence)}`)
						.concat(findings.length > 0 ? [] : ['it assessed nothing']),
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
				...(touched() === drilled ? [] : [`${touched() - drilled} contacts were written`]),
			],
		},
	];
}

/** Writes the release into *Set Config* of dry-run.json, as whoever rehearses does. */
async function nameTheRelease({ n8n }: BadReleaseWorld): Promise<void> {
	const saved = record((await n8n.session.call('GET', '/rest/workflows/dry-run')).data);
	const { name, nodes, connections, settings } = saved as unknown as WorkflowFile;
	const named = nodes.map((node) =>
		node.name === 'Set Config' ? configured(node, { release: rehearsedRelease.id }) : node,
	);
	await saveWorkflow(n8n.session, { id: 'dry-run', name, nodes: named, connections, settings });
}

/** The workflow as n8n's public API gives it: what dry-run.json hands to the assessment. */
async function exported({ n8n, apiKey }: BadReleaseWorld): Promise<unknown> {
	const headers = { 'X-N8N-API-KEY': apiKey };
	return await (await fetch(`${n8n.url}/api/v1/workflows/${spineWorkflow}`, { headers })).json();
}
