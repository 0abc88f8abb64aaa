import { gateError, ReleaseGateError } from '../../core/errors';
import { isErrand, removeErrand } from './inside';
import type { Deed, SetupPorts } from './ports';

/** What was taken back, and what was left with the reason. */
export interface Undone {
	readonly done: readonly string[];
	readonly left: readonly string[];
}

type Outcome = { readonly done: string } | { readonly left: string };

async function undoOne({ n8n, contacts, store }: SetupPorts, deed: Deed): Promise<Outcome> {
	switch (deed.kind) {
		case 'published':
			await n8n.unpublish(deed.id);
			return { done: `Took "${deed.name}" out of service.` };
		case 'workflow': {
			const there = await n8n.workflow(deed.id);
			if (there === null) return { done: `"${deed.name}" was gone already.` };
			const wrote = (await store.load())?.workflows[deed.template]?.versionId;
			if (wrote !== undefined && wrote !== there.versionId)
				return {
					left: `"${deed.name}" (${deed.id}): somebody saved it since. Delete it in n8n if it may go.`,
				};
			await n8n.remove(deed.id);
			return { done: `Deleted the workflow "${deed.name}".` };
		}
		case 'credential':
			await n8n.removeCredential(deed.id);
			return { done: `Deleted the credential ${deed.name}.` };
		case 'tag': {
			const used = (await n8n.workflows()).some(({ tags }) => tags.includes(deed.name));
			if (used) return { left: `The tag ${deed.name}: other workflows carry it.` };
			await n8n.removeTag(deed.id);
			return { done: `Deleted the tag ${deed.name}.` };
		}
		case 'package':
			if (
				(await n8n.workflows()).some(({ nodes }) =>
					nodes.some(({ type }) => type.startsWith(`${deed.name}.`)),
				)
			)
				return { left: `The package ${deed.name}: other workflows hold nodes of it.` };
			await n8n.uninstallPackage();
			return { done: `Let n8n uninstall ${deed.name}.` };
		case 'property':
			if (contacts === null)
				return { left: `The HubSpot property ${deed.id}: give the token to archive it.` };
			await contacts.definitions.archive(deed.id);
			return { done: `Archived the HubSpot property ${deed.id}; HubSpot keeps its values for 90 days.` };
		case 'group':
			if (contacts === null)
				return { left: `The HubSpot property group ${deed.id}: give the token to archive it.` };
			await contacts.definitions.archiveGroup(deed.id);
			return { done: `Archived the HubSpot property group ${deed.id}.` };
		case 'contact': {
			if (contacts === null)
				return { left: `What was written to test contact ${deed.id}: give the token to put it back.` };
			const [result] = await contacts.update([{ id: deed.id, properties: deed.before }]);
			return result?.status === 'written'
				? { done: `Put back what test contact ${deed.id} had.` }
				: { left: `What was written to test contact ${deed.id}: ${result?.error.message ?? 'no answer'}.` };
		}
		case 'spine':
			return {
				left: `The spine ${deed.name} in the ledger: its history stays, and nothing runs it any more.`,
			};
	}
}

/** What cannot be taken back keeps nothing else from it. */
async function attempted(ports: SetupPorts, deed: Deed): Promise<Outcome> {
	try {
		return await undoOne(ports, deed);
	} catch (error) {
		if (!(error instanceof ReleaseGateError) || error.code === 'setup-n8n-unreachable') throw error;
		return { left: `${deed.kind} ${deed.id}: ${error.message}` };
	}
}

/** Workflows that a set-up makes for a moment and that were left behind: no record names them. */
async function undoErrands({ n8n, say }: SetupPorts): Promise<{ done: string[]; left: string[] }> {
	const done: string[] = [];
	const left: string[] = [];
	for (const { id, name } of (await n8n.workflows()).filter(isErrand)) {
		try {
			await removeErrand(n8n, id);
			done.push(`Deleted "${name}", which a set-up that was cut off left behind.`);
			say(done.at(-1) ?? '');
		} catch (error) {
			if (!(error instanceof ReleaseGateError) || error.code === 'setup-n8n-unreachable') throw error;
			left.push(`"${name}" (${id}): ${error.message}`);
		}
	}
	return { done, left };
}

/**
 * Takes back what a set-up did, the latest first. What somebody changed since, and what others use, is left and named. What
 * could not be taken back stays in the record, so that another try goes on there. Set-up workflows that were left behind go first.
 *
 * @throws `setup-nothing-done`
 */
export async function undoSetup(ports: SetupPorts): Promise<Undone> {
	const { store, say } = ports;
	const installed = await store.load();
	const { done, left } = await undoErrands(ports);
	if (installed === null || installed.deeds.length === 0) {
		if (done.length > 0 || left.length > 0) return { done, left };
		throw gateError('setup-nothing-done', { folder: store.place });
	}
	const kept: Deed[] = [];
	for (const deed of [...installed.deeds].reverse()) {
		const outcome = await attempted(ports, deed);
		if ('done' in outcome) {
			done.push(outcome.done);
			say(outcome.done);
		} else {
			left.push(outcome.left);
			kept.unshift(deed);
		}
	}
	const open = kept.filter(({ kind }) => kind !== 'spine');
	if (open.length === 0) await store.forget();
	else {
		const ids = new Set(open.map(({ id }) => id));
		const workflows = Object.fromEntries(
			Object.entries(installed.workflows).filter(([, { id }]) => ids.has(id)),
		);
		const { rehearsed: _rehearsed, mode: _mode, ...rest } = installed;
		await store.save({ ...rest, workflows, deeds: open, credentials: {} });
	}
	return { done, left };
}
