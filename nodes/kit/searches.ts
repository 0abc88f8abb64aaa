import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { policyOf } from '../../app/release/policies';
import { knownRelease } from '../../app/release/store';
import { snapshotOf } from '../../app/snapshot/store';
import type { Ledger } from '../../app/ledger/api';
import { documentOf } from '../../app/ledger/documents';
import { allOf } from '../../app/ledger/pages';
import type { RecordKind, StoredRecord } from '../../app/ledger/records';
import type { Policy } from '../../core/release/policy/schema';
import { releaseSchema } from '../../core/release/documents';
import { withoutDrillCopies } from '../../core/delivery/drill-copy';
import { now } from './clock';
import { connectionFor, ledgerAt, lookAtConnection } from './ledger';
import { type Entry, listed, wantedOf } from './listing';

const PAGE = 200;
/** Records that one page of a list reads at most; further ones come as the list is scrolled. */
const SHOWN = 100;

const named = (name: string): Entry => ({ name, value: name });
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Names of all spines. */
const spines = async (ledger: Ledger): Promise<readonly string[]> =>
	withoutDrillCopies(await ledger.spines.list()).map(({ settings }) => settings.spine);

/** Names of all spines and of the products that a policy was set for. */
async function subjects(ledger: Ledger): Promise<readonly string[]> {
	const policies = await allOf<StoredRecord>(PAGE, (last) =>
		ledger.records.list({ kind: 'policy', limit: PAGE, before: last?.id }),
	);
	return [...(await spines(ledger)), ...policies.flatMap(({ spine }) => spine ?? [])];
}

/** Each once, by name, those that hold the filter's text. */
function sorted(names: readonly string[], wanted: string): readonly Entry[] {
	const found = names.filter((name) => name.toLowerCase().includes(wanted));
	return [...new Set(found)].sort().map(named);
}

/** What the node holds of another parameter, by n8n's own reading of a picker; empty where it holds nothing yet. */
function held(ctx: ILoadOptionsFunctions, parameter: string): string {
	const value: unknown = ctx.getCurrentNodeParameter(parameter, { extractValue: true });
	return typeof value === 'string' ? value.trim() : '';
}

/** What a search gives: the entries of one page, and where the next page begins. */
interface Found {
	readonly entries: readonly Entry[];
	readonly next?: string;
}

type Search = (
	ledger: Ledger,
	wanted: string,
	page: string | undefined,
	ctx: ILoadOptionsFunctions,
) => Promise<Found>;

const ofNames =
	(names: (ledger: Ledger) => Promise<readonly string[]>): Search =>
	async (ledger, wanted) => ({ entries: sorted(await names(ledger), wanted) });

/** Documents of one kind, newest first, a page at a time; a page in which nothing fits leads to the next. */
const ofRecords =
	(kind: RecordKind, entry: (record: StoredRecord) => Entry): Search =>
	async (ledger, wanted, page) => {
		let before = page;
		for (;;) {
			const records = await ledger.records.list({ kind, limit: SHOWN, before });
			const next = records.length < SHOWN ? undefined : records.at(-1)?.id;
			const entries = records.map(entry).filter(({ name }) => name.toLowerCase().includes(wanted));
			if (entries.length > 0 || next === undefined) return { entries, next };
			before = next;
		}
	};

const release = (record: StoredRecord): Entry => {
	const { manifest, stage } = documentOf(record, releaseSchema);
	return { name: `${record.id} (${manifest.subject}, ${stage})`, value: record.id };
};

const snapshot = (record: StoredRecord): Entry => {
	const { id, scope, startedAt, state } = snapshotOf(record);
	const of = scope.spine === null ? '' : `${scope.spine}, `;
	return { name: `${id} (${of}${day(startedAt)}${state === 'complete' ? '' : ', not complete'})`, value: id };
};

/** The policy that the release chosen in the node is decided by. */
async function policyChosen(ledger: Ledger, ctx: ILoadOptionsFunctions) {
	const id = held(ctx, 'release');
	// An expression has no value before a run, so there is no release to ask.
	if (id === '' || id.startsWith('=')) return null;
	const ports = { ledger, now };
	const { body } = await knownRelease(ports, id);
	return (await policyOf(ports, body.manifest.subject)).policy;
}

/** Every role that a policy lets approve something or answer a check. */
function rolesOf({ approvalsByClass, kinds, checks }: Policy): readonly string[] {
	const approvals = [
		...Object.values(approvalsByClass),
		...Object.values(kinds).map(({ approval }) => approval),
	];
	return [
		...approvals.flatMap(({ anyOf, allOf }) => [...anyOf, ...allOf]),
		...checks.flatMap(({ answeredBy }) => answeredBy.roles),
	];
}

const roles: Search = async (ledger, wanted, _page, ctx) => {
	const policy = await policyChosen(ledger, ctx);
	return { entries: sorted(policy === null ? [] : rolesOf(policy), wanted) };
};

const checks: Search = async (ledger, wanted, _page, ctx) => {
	const policy = await policyChosen(ledger, ctx);
	const entries = (policy?.checks ?? []).map(({ id, question }) => ({
		name: `${id}: ${question}`,
		value: id,
	}));
	return { entries: entries.filter(({ name }) => name.toLowerCase().includes(wanted)) };
};

/**
 * What the ledger of the node knows, for a picker. A ledger that is not there yet is not made for it: the list is empty.
 * What keeps the list from loading is said with its remedy.
 */
const searchOf = (search: Search) =>
	async function (
		this: ILoadOptionsFunctions,
		filter = '',
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		return await listed(this, async () => {
			const connection = await connectionFor(this);
			if (!(await lookAtConnection(connection)).exists) return { results: [] };
			const wanted = wantedOf(filter);
			const { entries, next } = await search(await ledgerAt(connection), wanted, paginationToken, this);
			return { results: [...entries], ...(next === undefined ? {} : { paginationToken: next }) };
		});
	};

/** The searches behind the pickers of `kit/descriptions`, as a node offers them. */
export const ledgerSearches = {
	searchSpines: searchOf(ofNames(spines)),
	searchSubjects: searchOf(ofNames(subjects)),
	searchReleases: searchOf(ofRecords('release', release)),
	searchSnapshots: searchOf(ofRecords('snapshot', snapshot)),
	searchFlags: searchOf(ofRecords('flag', ({ id }) => named(id))),
	searchRoles: searchOf(roles),
	searchChecks: searchOf(checks),
};
