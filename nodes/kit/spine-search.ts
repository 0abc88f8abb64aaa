import { type ILoadOptionsFunctions, type INodeListSearchResult, NodeOperationError } from 'n8n-workflow';
import type { Ledger } from '../../app/ledger/api';
import { allOf } from '../../app/ledger/pages';
import type { StoredRecord } from '../../app/ledger/records';
import { toGateError } from '../../core/errors/unknown';
import { connectionFor, ledgerAt, lookAtConnection } from './ledger';

const PAGE = 200;

/** Names of all spines. */
const spines = async (ledger: Ledger): Promise<readonly string[]> =>
	(await ledger.spines.list()).map(({ settings }) => settings.spine);

/** Names of all spines and of the products that a policy was set for. */
async function subjects(ledger: Ledger): Promise<readonly string[]> {
	const policies = await allOf<StoredRecord>(PAGE, (last) =>
		ledger.records.list({ kind: 'policy', limit: PAGE, before: last?.id }),
	);
	return [...(await spines(ledger)), ...policies.flatMap(({ spine }) => spine ?? [])];
}

/**
 * What the ledger of the node knows, for a picker: the names that hold the filter's text, in order. A ledger that is not
 * there yet is not made for it: the list is empty. What keeps the list from loading is said with its remedy.
 */
const searchOf = (names: (ledger: Ledger) => Promise<readonly string[]>) =>
	async function (this: ILoadOptionsFunctions, filter = ''): Promise<INodeListSearchResult> {
		try {
			const connection = await connectionFor(this);
			if (!(await lookAtConnection(connection)).exists) return { results: [] };
			const wanted = filter.trim().toLowerCase();
			const found = (await names(await ledgerAt(connection))).filter((name) =>
				name.toLowerCase().includes(wanted),
			);
			return { results: [...new Set(found)].sort().map((name) => ({ name, value: name })) };
		} catch (error) {
			const { message, remedy } = toGateError(error);
			throw new NodeOperationError(this.getNode(), message, { description: remedy });
		}
	};

/** The searches behind the pickers of `kit/descriptions`, as a node offers them. */
export const spineSearch = { searchSpines: searchOf(spines), searchSubjects: searchOf(subjects) };
