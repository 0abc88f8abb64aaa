import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { gateError } from '../../core/errors';
import { accountSchema, type Giver } from '../../core/release/people';
import { linksOf } from './links';

/**
 * n8n's own form and its further pages; with this authentication of the form n8n says who sent each of them
 * (`nodes-base/nodes/Form`, `prepareFormReturnItem`, 2.6 of the node).
 */
const FORM = 'n8n-nodes-base.formTrigger';
const PAGE = 'n8n-nodes-base.form';
const USER_AUTH = 'n8nUserAuth';

const textIn = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** The user that n8n put on the item of a form: `{ id, email, firstName, lastName }`. */
function userOf(json: IDataObject): Giver | null {
	const { id, email, firstName, lastName } = (json.user ?? {}) as Record<string, unknown>;
	const account = accountSchema.safeParse({ id, email });
	if (!account.success) return null;
	const name = [firstName, lastName]
		.map(textIn)
		.filter((part) => part !== '')
		.join(' ');
	return { person: name === '' ? account.data.email : name, account: account.data };
}

/**
 * Who stands behind an item: the account that was signed in to the form it came from, followed through the item links;
 * else the name that was typed, with the name of the workflow that typed it. Of several pages of a form the last one that
 * was sent counts: somebody else may have been handed the link to it. A form's item counts only where the form asks who is
 * signed in and n8n itself wrote it: pinned data is typed, whoever it names.
 *
 * @throws `linking-unavailable`
 */
export function giverOf(
	ctx: IExecuteFunctions,
	item: INodeExecutionData,
	index: number,
	typed: string,
): Giver {
	const before = (name: string) => ctx.getParentNodes(name, { includeNodeParameters: true });
	const parents = before(ctx.getNode().name);
	const signedIn = parents.some(
		({ type, parameters }) => type === FORM && parameters?.authentication === USER_AUTH,
	);
	const forms = parents.filter(
		({ type, parameters }) =>
			(type === FORM && parameters?.authentication === USER_AUTH) || (type === PAGE && signedIn),
	);
	const links = forms.length === 0 ? null : linksOf(ctx);
	const sent = forms.filter(({ name }) => links?.executed(name) === true);
	// A page that a pinned form or page precedes is still n8n's own; one that is pinned itself is not.
	const depth = new Map(sent.map(({ name }) => [name, before(name).length]));
	const latest = [...sent].sort((a, b) => (depth.get(b.name) ?? 0) - (depth.get(a.name) ?? 0));
	for (const { name } of latest) {
		if (links?.pinned(name)) continue;
		const earlier = links?.earlier(name, item, index);
		const user = earlier?.status === 'found' && earlier.item ? userOf(earlier.item.json) : null;
		if (user !== null) return user;
	}
	return { person: typed, typedBy: ctx.getWorkflow().name ?? 'without a name' };
}

/** People's words are no tool of an agent: the tool form of a node has `Tool` at the end of its type. Throws `person-not-an-agent`. */
export function refuseAgents(
	ctx: Pick<IExecuteFunctions, 'getNode'>,
	code:
		| 'person-not-an-agent'
		| 'ledger-erase-by-agent'
		| 'ledger-clock-by-agent'
		| 'ledger-accept-by-agent' = 'person-not-an-agent',
): void {
	if (ctx.getNode().type.endsWith('Tool')) throw gateError(code);
}

/** Takes an operation out of the list that agents are offered (n8n-workflow, `displayParameter`: `@tool`). */
export const notForAgents = { displayOptions: { hide: { '@tool': [true] } } };
