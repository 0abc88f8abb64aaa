import type { JsonObject } from '../../core/delivery/types';
import type { CredentialSlots, Template } from '../../core/setup/types';
import type { Chosen } from './ports';

/** Everything a set-up is told, by flags, a file or a person. Secrets stand in `credentials` only. */
export interface Answers extends Chosen {
	readonly templates: readonly Template[];
	readonly slots: CredentialSlots;
	/** Version of the package. */
	readonly version: string;
	readonly spine: string;
	/** What each credential that may be made holds, by type. */
	readonly credentials: Readonly<Record<string, { readonly name: string; readonly data: JsonObject }>>;
	/** Email addresses of contacts to rehearse on. */
	readonly testContacts: readonly string[];
}
