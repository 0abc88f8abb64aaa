import type { JsonObject } from '../../core/delivery/types';
import type { SetupWorkflow } from '../../core/setup/types';

/** Something of an n8n that has an id and a name. */
export interface Named {
	readonly id: string;
	readonly name: string;
}

/** A workflow as a list of them gives it. */
export interface InstalledWorkflow extends Named {
	readonly active: boolean;
	readonly archived: boolean;
	/** Names of its tags. */
	readonly tags: readonly string[];
	/** Id of the version in the editor. */
	readonly versionId: string;
	readonly nodes: SetupWorkflow['nodes'];
	readonly settings: JsonObject;
	/** When it was saved or published last, in milliseconds since 1970; 0 where n8n does not tell. */
	readonly updatedAt: number;
	/** Whether it runs when another one calls it, or names it as its error workflow: n8n 1 runs what nobody published, too. */
	readonly runsCalled: boolean;
	/**
	 * What runs; `null` where nothing is in service. The settings are those of both. On n8n 1 what only others start is in service
	 * as it is saved.
	 */
	readonly published: (Pick<SetupWorkflow, 'nodes' | 'connections'> & { readonly versionId: string }) | null;
}

/** How one run of a workflow ended, or that it has not. */
export interface RunSeen {
	readonly id: string;
	/** `success`, `error`, `running`… as n8n says. */
	readonly status: string;
	/** What n8n says why it failed. */
	readonly error: string | null;
	/** The first item that each node gave in its last run, over all its outputs. */
	readonly first: Readonly<Record<string, JsonObject>>;
}

/** One n8n through its public API, as far as a set-up, a look at it and an upgrade go. Every method throws catalogue errors. */
export interface Installation {
	/** Names the instance in sentences; holds no key. */
	readonly host: string;
	/** Whether the nodes of this package are there. */
	hasPackage(): Promise<boolean>;
	/** Whether this n8n lets this key install packages; what keeps it from that otherwise. */
	mayInstall(): Promise<true | string>;
	/** Lets n8n install a version of this package from its registry, on all its processes. @throws `setup-n8n-refused` */
	installPackage(version: string): Promise<void>;
	uninstallPackage(): Promise<void>;
	/** `null` where this n8n, or this key, tells nobody which there are. */
	credentials(): Promise<readonly (Named & { readonly type: string })[] | null>;
	createCredential(name: string, type: string, data: JsonObject): Promise<string>;
	/** What the service behind it says; `null` where this n8n cannot ask. */
	testCredential(id: string): Promise<{ readonly ok: boolean; readonly message: string } | null>;
	/** One that is gone is no error. */
	removeCredential(id: string): Promise<void>;
	tags(): Promise<readonly Named[]>;
	createTag(name: string): Promise<string>;
	removeTag(id: string): Promise<void>;
	/** Replaces the tags of a workflow. */
	tag(workflow: string, tags: readonly string[]): Promise<void>;
	/** Those that are not archived. */
	workflows(): Promise<readonly InstalledWorkflow[]>;
	/** `null` if there is none. */
	workflow(id: string): Promise<InstalledWorkflow | null>;
	/** The draft, whole; `null` if there is none. */
	draft(id: string): Promise<(SetupWorkflow & { readonly versionId: string }) | null>;
	/** Creates it unpublished. */
	create(workflow: SetupWorkflow): Promise<string>;
	/** Replaces the draft and publishes nothing; gives the id of the new version. */
	save(id: string, workflow: SetupWorkflow): Promise<string>;
	publish(id: string): Promise<void>;
	unpublish(id: string): Promise<void>;
	/** One that is gone is no error. */
	remove(id: string): Promise<void>;
	/** Posts nothing to a webhook; gives the status of the answer, or 0 where nothing answers. */
	call(path: string): Promise<number>;
	/** Runs of a workflow, newest first; at most 20. */
	runs(
		workflow: string,
	): Promise<readonly { readonly id: string; readonly status: string; readonly startedAt: number }[]>;
	run(id: string): Promise<RunSeen | null>;
	/** How far n8n's clock is ahead of ours, in milliseconds; `null` where it does not tell. */
	clockSkewMs(): Promise<number | null>;
}
