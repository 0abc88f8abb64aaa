import type { JsonObject } from '../../core/delivery/types';
import type { Rhythm } from '../../core/setup/rhythm';
import type { SetupWorkflow } from '../../core/setup/types';
import type { ContactDirectory } from '../ports/contacts';
import type { Installation, Named } from '../ports/installation';

/** One thing that was done to n8n or HubSpot and can be taken back. */
export type Deed =
	| { readonly kind: 'tag' | 'published'; readonly id: string; readonly name: string }
	| { readonly kind: 'credential'; readonly id: string; readonly name: string; readonly type: string }
	| { readonly kind: 'workflow'; readonly id: string; readonly name: string; readonly template: string }
	/** The package itself; the id is the version. */
	| { readonly kind: 'package'; readonly id: string; readonly name: string }
	| { readonly kind: 'property' | 'group'; readonly id: string; readonly name: string }
	/** What a test contact had before in the properties that were written. */
	| { readonly kind: 'contact'; readonly id: string; readonly before: Readonly<Record<string, string>> }
	| { readonly kind: 'spine'; readonly id: string; readonly name: string };

/** A template as it was installed. */
export interface InstalledTemplate {
	readonly id: string;
	/** The version that was written last; absent while nothing was wired yet. */
	readonly versionId?: string;
}

/** What a set-up was told, without its secrets. */
export interface Chosen {
	readonly sets: readonly string[];
	readonly rhythm: Rhythm;
	readonly rhythmWords: string;
	readonly config: Readonly<Record<string, string | number | boolean>>;
	readonly insideUrl: string;
	readonly outsideUrl: string;
	readonly firstSlot: 'now' | 'next' | 'none';
}

/** What is known of an installation between two runs of a command. It holds no secret. */
export interface Installed {
	readonly host: string;
	/** Version of the package whose templates were installed last. */
	readonly version: string;
	readonly spine: string;
	/** Workflows by template. */
	readonly workflows: Readonly<Record<string, InstalledTemplate>>;
	/** Credentials by type. */
	readonly credentials: Readonly<Record<string, Named>>;
	/** Label of the rehearsal that passed, and the version of the spine it was of. */
	readonly rehearsed?: { readonly label: string; readonly versionId: string };
	/** Where the mode of the spine stands; absent before it was configured. */
	readonly mode?: 'dry-run' | 'live';
	/** Ids of the contacts it was rehearsed on. */
	readonly testRecipients?: readonly string[];
	/** What was chosen and is no secret: another run asks for none of it again. */
	readonly chosen?: Chosen;
	/** Oldest first. */
	readonly deeds: readonly Deed[];
}

/** Where it is kept. */
export interface SetupStore {
	/** Where a person finds it. */
	readonly place: string;
	/** `null` before the first set-up. @throws `setup-record-unreadable` */
	load(): Promise<Installed | null>;
	save(installed: Installed): Promise<void>;
	/** Keeps a template as it was installed, for an upgrade. */
	keep(template: string, workflow: SetupWorkflow): Promise<void>;
	/** As it was installed; `null` where it is not kept. */
	kept(template: string): Promise<SetupWorkflow | null>;
	forget(): Promise<void>;
}

/** What a set-up works with. */
export interface SetupPorts {
	readonly n8n: Installation;
	readonly store: SetupStore;
	/** HubSpot with the token that was given; `null` where none was. */
	readonly contacts: ContactDirectory | null;
	readonly now: () => number;
	readonly wait: (ms: number) => Promise<void>;
	/** A random text of letters and digits, at least 24 long. */
	readonly secret: () => string;
	/** Tells a person what is being done. */
	readonly say: (sentence: string) => void;
	/** Asks for other data of a credential that its service refused; `null` where nobody answers. */
	readonly askAgain?: (type: string, reason: string, data: JsonObject) => Promise<JsonObject | null>;
}
