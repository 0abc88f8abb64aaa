import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import type { PropertyDefinition } from '../../core/delivery/properties';
import { gateError } from '../../core/errors';
import { directoryOf, hasDirectory } from './directory';
import { type Entry, found, listed } from './listing';

const nameOf = ({ label, name, type }: PropertyDefinition): string =>
	label === name ? `${name} (${type})` : `${label} (${name}, ${type})`;

/** Whether a delivery may write it: what HubSpot computes or keeps for itself refuses every value. */
const isWritable = ({ readOnlyValue, calculated }: PropertyDefinition): boolean =>
	!readOnlyValue && !calculated;

/** The contact properties of the account that the node's credential names, by label. @throws `hubspot-not-chosen` */
async function propertiesOf(
	ctx: ILoadOptionsFunctions,
	fits: (property: PropertyDefinition) => boolean = () => true,
): Promise<readonly Entry[]> {
	if (!hasDirectory(ctx)) throw gateError('hubspot-not-chosen');
	const { definitions } = await directoryOf(ctx);
	return (await definitions.list())
		.filter((property) => !property.hidden && fits(property))
		.map((property) => ({ name: nameOf(property), value: property.name }))
		.sort((a, b) => a.name.localeCompare(b.name));
}

/** The searches for one property, as a node offers them. */
export const propertySearches = {
	async searchProperties(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
		return await listed(this, async () => found(await propertiesOf(this), filter));
	},
	/** Those that a delivery may write. */
	async searchWritableProperties(
		this: ILoadOptionsFunctions,
		filter?: string,
	): Promise<INodeListSearchResult> {
		return await listed(this, async () => found(await propertiesOf(this, isWritable), filter));
	},
};

/** The lists of properties of which several are ticked, as a node offers them. */
export const propertyOptions = {
	/** None where no credential is chosen: the editor asks as soon as a panel opens, and nothing has gone wrong yet. */
	async getProperties(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		if (!hasDirectory(this)) return [];
		return await listed(this, async () => [...(await propertiesOf(this))]);
	},
};
