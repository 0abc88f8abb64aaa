import {
	type ILoadOptionsFunctions,
	type INodeListSearchItems,
	type INodeListSearchResult,
	NodeOperationError,
} from 'n8n-workflow';
import { toGateError } from '../../core/errors/unknown';

/** What a list holds of one thing: what is stored, and what a person reads. */
export type Entry = INodeListSearchItems;

/** What a person typed to find an entry, as it is compared with names. */
export const wantedOf = (filter = ''): string => filter.trim().toLowerCase();

/** The entries in whose name the text occurs, whatever its case, as a list of the editor. */
export const found = (entries: readonly Entry[], filter?: string): INodeListSearchResult => ({
	results: entries.filter(({ name }) => name.toLowerCase().includes(wantedOf(filter))),
});

/**
 * Loads a list of the editor. Of what keeps it from loading the editor shows one text, without the description of an error
 * (n8n 2.40): so the reason and its remedy stand in one.
 */
export async function listed<Result>(
	ctx: ILoadOptionsFunctions,
	load: () => Promise<Result>,
): Promise<Result> {
	try {
		return await load();
	} catch (error) {
		const { message, remedy } = toGateError(error);
		throw new NodeOperationError(ctx.getNode(), `${message.replace(/([^.!?])$/, '$1.')} ${remedy}`);
	}
}
