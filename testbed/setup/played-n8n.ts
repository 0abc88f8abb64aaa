import type { InstalledWorkflow, Installation, RunSeen } from '../../app/ports/installation';
import type { JsonObject } from '../../core/delivery/types';
import { gateError } from '../../core/errors';
import { missingCredentials } from '../../core/setup/sets';
import type { CredentialSlots, SetupNode, SetupWorkflow } from '../../core/setup/types';

interface Stored extends SetupWorkflow {
	readonly id: string;
	readonly versionId: string;
	readonly active: boolean;
	readonly tags: readonly string[];
	readonly updatedAt: number;
	/** Version that runs; the draft may be another. */
	readonly published: (SetupWorkflow & { readonly versionId: string }) | null;
}

/** What an n8n holds, by id. */
export interface Held {
	readonly workflows: Map<string, Stored>;
	readonly credentials: Map<
		string,
		{ readonly name: string; readonly type: string; readonly data: JsonObject }
	>;
	readonly tags: Map<string, string>;
	readonly runs: {
		readonly id: string;
		readonly workflow: string;
		readonly status: string;
		readonly startedAt: number;
		readonly seen: RunSeen;
	}[];
}

/** What comes of a call of a webhook: what the nodes gave, by the names of the nodes. */
export type Answering = (nodes: readonly SetupNode[]) => Readonly<Record<string, JsonObject>> | string;

/**
 * An n8n in memory with the rules of its public API that a set-up meets (`dist/public-api/v1`, n8n 2.40): names of tags are
 * unique, a save makes a new version and publishes nothing, a workflow is published only with its credentials and its called
 * workflows, a webhook answers only while its workflow is published. `failAt` breaks one call, counted from 1, before it does
 * anything, or after.
 */
export class PlayedN8n implements Installation {
	readonly host = 'n8n.example.com';
	readonly held: Held = { workflows: new Map(), credentials: new Map(), tags: new Map(), runs: [] };
	private ids = 0;
	private calls = 0;
	failAt: { readonly call: number; readonly when: 'before' | 'after' } | null = null;
	/** From this call on nothing answers any more. */
	failFrom: number | null = null;
	package = true;
	/** What a credential's service says; those not named are fine. */
	readonly refused = new Map<string, string>();

	constructor(
		private readonly slots: CredentialSlots,
		private readonly answering: Answering = () => ({}),
		private readonly now: () => number = Date.now,
	) {}

	/** How many calls were made so far. */
	get made(): number {
		return this.calls;
	}

	private id(): string {
		this.ids += 1;
		return `n${String(this.ids).padStart(15, '0')}`;
	}

	private async step<Result>(work: () => Result): Promise<Result> {
		this.calls += 1;
		const failing = this.failAt?.call === this.calls ? this.failAt.when : null;
		const broken = gateError('setup-n8n-unreachable', { host: this.host });
		if (this.failFrom !== null && this.calls >= this.failFrom) throw broken;
		if (failing === 'before') throw broken;
		const result = work();
		if (failing === 'after') throw broken;
		return result;
	}

	private stored(id: string): Stored {
		const found = this.held.workflows.get(id);
		if (!found)
			throw gateError('setup-n8n-refused', { what: 'read a workflow', status: 404, reason: 'Not Found' });
		return found;
	}

	private shown({
		id,
		name,
		active,
		tags,
		versionId,
		nodes,
		settings,
		published,
		updatedAt,
	}: Stored): InstalledWorkflow {
		const named = tags.map((tag) => this.held.tags.get(tag) ?? '');
		const runs = published && {
			nodes: published.nodes,
			connections: published.connections,
			versionId: published.versionId,
		};
		return {
			id,
			name,
			active,
			archived: false,
			runsCalled: active,
			tags: named,
			versionId,
			nodes,
			settings,
			updatedAt,
			published: runs,
		};
	}

	/** What becomes of an installation through its API: `null` where it has none, else what it refuses with, or nothing. */
	installs: string | null = null;
	installed = '';
	mayInstall = async (): Promise<true | string> =>
		await this.step(() => (this.installs === null ? 'its API installs no packages' : true));
	installPackage = async (version: string) =>
		await this.step(() => {
			if (this.installs === null || this.installs !== '')
				throw gateError('setup-n8n-refused', {
					what: 'install the package',
					status: 400,
					reason: this.installs ?? 'Not Found',
				});
			this.installed = version;
			this.package = true;
		});
	uninstallPackage = async () =>
		await this.step(() => {
			this.installed = '';
			this.package = false;
		});
	hasPackage = async () => await this.step(() => this.package);
	credentials = async () =>
		await this.step(() => [...this.held.credentials].map(([id, { name, type }]) => ({ id, name, type })));
	createCredential = async (name: string, type: string, data: JsonObject) =>
		await this.step(() => {
			const id = this.id();
			this.held.credentials.set(id, { name, type, data });
			return id;
		});
	testCredential = async (id: string) =>
		await this.step(() => {
			const message = this.refused.get(this.held.credentials.get(id)?.type ?? '');
			return message === undefined ? { ok: true, message: 'fine' } : { ok: false, message };
		});
	removeCredential = async (id: string) => await this.step(() => void this.held.credentials.delete(id));
	tags = async () => await this.step(() => [...this.held.tags].map(([id, name]) => ({ id, name })));
	createTag = async (name: string) =>
		await this.step(() => {
			if ([...this.held.tags.values()].includes(name))
				throw gateError('setup-n8n-refused', {
					what: `make the tag ${name}`,
					status: 409,
					reason: 'Tag already exists',
				});
			const id = this.id();
			this.held.tags.set(id, name);
			return id;
		});
	removeTag = async (id: string) =>
		await this.step(() => {
			this.held.tags.delete(id);
		});
	tag = async (workflow: string, tags: readonly string[]) =>
		await this.step(() => void this.held.workflows.set(workflow, { ...this.stored(workflow), tags }));
	workflows = async () =>
		await this.step(() => [...this.held.workflows.values()].map((one) => this.shown(one)));
	workflow = async (id: string) =>
		await this.step(() => {
			const found = this.held.workflows.get(id);
			return found ? this.shown(found) : null;
		});
	draft = async (id: string) =>
		await this.step(() => {
			const found = this.held.workflows.get(id);
			if (!found) return null;
			const { name, nodes, connections, settings, versionId } = found;
			return { name, nodes, connections, settings, versionId };
		});
	create = async (workflow: SetupWorkflow) =>
		await this.step(() => {
			const id = this.id();
			const fresh = {
				...structuredClone(workflow),
				id,
				versionId: this.id(),
				active: false,
				tags: [],
				updatedAt: this.now(),
				published: null,
			};
			this.held.workflows.set(id, fresh);
			return id;
		});
	save = async (id: string, workflow: SetupWorkflow) =>
		await this.step(() => {
			const versionId = this.id();
			this.held.workflows.set(id, {
				...this.stored(id),
				...structuredClone(workflow),
				versionId,
				updatedAt: this.now(),
			});
			return versionId;
		});
	/** Names of workflows that it does not publish, and what it says. */
	readonly unpublishable = new Map<string, { readonly status: number; readonly reason: string }>();
	publish = async (id: string) =>
		await this.step(() => {
			const stored = this.stored(id);
			const lacks = missingCredentials(stored, this.slots);
			if (lacks.length > 0)
				throw gateError('setup-n8n-refused', {
					what: 'publish a workflow',
					status: 400,
					reason: lacks.join(', '),
				});
			const { name, nodes, connections, settings, versionId } = stored;
			const against = this.unpublishable.get(name);
			if (against !== undefined)
				throw gateError('setup-n8n-refused', { what: 'publish a workflow', ...against });
			this.held.workflows.set(id, {
				...stored,
				active: true,
				updatedAt: this.now(),
				published: { name, nodes, connections, settings, versionId },
			});
		});
	unpublish = async (id: string) =>
		await this.step(() => {
			const stored = this.held.workflows.get(id);
			if (stored) this.held.workflows.set(id, { ...stored, active: false, published: null });
		});
	remove = async (id: string) => await this.step(() => void this.held.workflows.delete(id));
	call = async (path: string) =>
		await this.step(() => {
			const found = [...this.held.workflows.values()].find((one) =>
				one.published?.nodes.some(({ parameters }) => parameters.path === path),
			);
			if (!found?.published) return 404;
			const given = this.answering(found.published.nodes);
			const failed = typeof given === 'string';
			const seen = {
				id: this.id(),
				status: failed ? 'error' : 'success',
				error: failed ? given : null,
				first: failed ? {} : given,
			};
			this.held.runs.unshift({
				id: seen.id,
				workflow: found.id,
				status: seen.status,
				startedAt: this.now(),
				seen,
			});
			return 200;
		});
	runs = async (workflow: string) =>
		await this.step(() => this.held.runs.filter((one) => one.workflow === workflow).slice(0, 20));
	/** How far its clock is ahead. */
	skewMs = 0;
	clockSkewMs = async () => await this.step(() => this.skewMs);
	run = async (id: string) =>
		await this.step(() => this.held.runs.find((one) => one.id === id)?.seen ?? null);
}
